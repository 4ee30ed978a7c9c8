// Reads a file's bytes through SQLite's own descriptors: to open and close it otherwise would drop SQLite's locks on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

struct sqlite3;

namespace sqlite {

// POSIX locks belong to a process and a file: whoever closes any descriptor of a database drops the locks that this
// process holds on it. SQLite's descriptors know of each other, so that any file that may be a database is read by them.
class RawFile {
   public:
    explicit RawFile(const std::string& path);  // absolute, a regular file; raises base::Error
    ~RawFile();
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;

    int64_t size() const noexcept { return size_; }
    // Up to size bytes from offset on, fewer only at the end. Raises base::Error.
    size_t read(int64_t offset, char* to, size_t size) const;

   private:
    sqlite3* handle_ = nullptr;
    std::string path_;
    int64_t size_ = 0;
};

}  // namespace sqlite
