// The bytes inside a compressed stream, to its very end, where the compressions keep their checksums.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <string_view>
#include <vector>

#include "archive/input.hpp"
#include "archive/read_handle.hpp"


namespace archives {

// Whether a file that begins like this is compressed by gzip, bzip2, xz, lzma, zstd or lz4.
bool looks_compressed(std::string_view header);

// What is compressed twice is unpacked twice.
class Unpacker {
   public:
    // ask is called before each piece of the input; it may raise.
    Unpacker(Input& input, std::function<void()> ask);
    Unpacker(const Unpacker&) = delete;
    Unpacker& operator=(const Unpacker&) = delete;

    // Valid until the next call; empty at the end. Raises base::Error: damaged, cut.
    std::string_view next();

    int64_t packed() const { return packed_; }
    int64_t unpacked() const { return unpacked_; }

   private:
    static long on_read(struct archive*, void* self, const void** buffer);
    void open();
    void check(int code);
    void check_gzip() const;

    Input& input_;
    std::function<void()> ask_;
    std::vector<char> buffer_;
    ReadHandle archive_;
    int64_t packed_ = 0, unpacked_ = 0;
    uint32_t crc_ = 0xffffffff;
    bool gzip_ = false, ended_ = false;
    std::exception_ptr thrown_;  // inside libarchive's frames
};

}  // namespace archives
