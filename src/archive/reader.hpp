// Steps through an archive entry by entry, within limits. Nothing is ever written under a name that an archive gives.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archive/input.hpp"
#include "archive/read_handle.hpp"
#include "archive/unpacker.hpp"

struct archive_entry;

namespace archives {

enum class EntryType { file, folder, symbolic_link, hard_link, device, other };

std::string_view type_name(EntryType type);

struct Entry {
    std::string name;  // as stored, without a leading "./"; any bytes
    EntryType type = EntryType::other;
    int64_t size = -1;  // -1: the archive does not say
    bool has_time = false;
    int64_t time = 0;  // seconds since 1970
    int mode = 0;      // permission bits
    std::string link;  // what a link points to
    bool encrypted = false;
};

// tar, cpio, zip and 7z, plain or in gzip, bzip2, xz, lzma, zstd or lz4; and one compressed file ("app.db.gz"), which
// is an archive of one entry. Errors are base::Error: corrupt, limit, interrupted, not_a_database (it is no archive).
class Reader {
   public:
    Reader(Input& input, const Limits& limits, bool (*should_stop)());
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // Goes to the next entry, over the rest of this one. false: the end, and all checksums of a compressed stream fit.
    bool next();
    const Entry& entry() const { return entry_; }
    int64_t position() const { return entries_ - 1; }

    // The data of a regular entry, piece by piece; 0 at its end.
    size_t read(char* to, size_t size);

    bool single() const;  // one compressed file, not an archive of files

   private:
    static long on_read(struct archive*, void* self, const void** buffer);
    static int64_t on_seek(struct archive*, void* self, int64_t offset, int whence);
    static int64_t on_skip(struct archive*, void* self, int64_t request);

    void open();
    void check_end();
    void describe_entry(struct archive_entry* entry);
    void check_limits(int64_t unpacked);
    void check_header(int code);
    [[noreturn]] void fail(const char* doing);

    Input& input_;
    Limits limits_;
    bool (*should_stop_)();
    std::chrono::steady_clock::time_point deadline_;
    ReadHandle archive_;
    std::vector<char> buffer_;
    std::unique_ptr<Unpacker> unpacker_;  // of a compressed stream: what the archive is read from
    int64_t offset_ = 0, packed_ = 0, unpacked_ = 0, entries_ = 0;
    Entry entry_;
    std::exception_ptr thrown_;  // by the input, inside libarchive's frames
};

// Whether a file that begins like this is one that Reader takes: 512 bytes tell.
bool looks_like_archive(std::string_view header);

}  // namespace archives
