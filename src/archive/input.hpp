// Where an archive's bytes come from, what may be spent on it, and what it may hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace archives {

// The archive's own file. The room opens no file by itself: how a file of the server may be opened is not its affair.
class Input {
   public:
    virtual ~Input() = default;
    virtual const std::string& name() const = 0;  // for messages
    virtual int64_t size() const = 0;
    // Up to size bytes from offset on; fewer only at the end. Raises base::Error.
    virtual size_t read(int64_t offset, char* to, size_t size) = 0;
};

// What an archive may cost. An archive is untrusted: a few kilobytes can unpack to terabytes.
struct Limits {
    int64_t max_bytes = int64_t{10} << 30;  // unpacked and kept
    int64_t max_ratio = 200;                // unpacked to packed, asked only beyond free_bytes
    int64_t max_entries = 5'000'000;
    int64_t max_seconds = 3600;             // for one pass
};

// Below this, no ratio is asked for: small files of zeros are harmless, and SQLite files may hold many empty pages.
constexpr int64_t free_bytes = int64_t{64} << 20;

}  // namespace archives
