// A file in the server's temporary area, which goes with this object, with the connection, or at the start after a crash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace pg {

// Counts against temp_file_limit. Belongs to no transaction.
class TempFile {
   public:
    TempFile();  // raises PgError
    ~TempFile();
    TempFile(const TempFile&) = delete;
    TempFile& operator=(const TempFile&) = delete;

    // Raises PgError (temp_file_limit) or base::Error (no space: some is always left to the server).
    void append(const char* data, size_t size);

    // For who writes there by other means: raises where so many bytes may not, or should not, be written.
    void check_room(int64_t bytes) const;

    const std::string& path() const { return path_; }  // absolute
    int64_t size() const { return size_; }

   private:
    int file_;
    std::string path_;
    int64_t size_ = 0, checked_ = 0;
};

}  // namespace pg
