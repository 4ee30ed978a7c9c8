// A file in the server's temporary area, which goes with this object, with the connection, or at the start after a crash.
#include "pg/temp_file.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/guc.h"
#include "utils/wait_event.h"
}

namespace pg {
namespace {

constexpr int64_t between_checks = int64_t{32} << 20;

// What the server keeps to itself: a full disk stops every session.
constexpr int64_t most_left_free = int64_t{1} << 30;

void check_disk(const std::string& path, int64_t bytes) {
    struct statvfs facts;
    if (::statvfs(path.c_str(), &facts) != 0) return;
    auto block = static_cast<int64_t>(facts.f_frsize);
    int64_t available = static_cast<int64_t>(facts.f_bavail) * block;
    int64_t kept = std::min(most_left_free, static_cast<int64_t>(facts.f_blocks) * block / 20);
    if (available - bytes > kept) return;
    base::Error error(base::ErrorKind::io, "no space left in the server's temporary area",
                      fmt::format("{} bytes are free there, and {} are left to the server.", available, kept),
                      "Make room on that disk, or put the file, unpacked, where the server can read it.");
    error.sqlstate = "53100";
    throw error;
}

}  // namespace

TempFile::TempFile() {
    file_ = pg_call([] { return OpenTemporaryFile(true); });
    path_ = std::string(DataDir) + "/" + FilePathName(file_);
}

TempFile::~TempFile() { FileClose(file_); }

void TempFile::check_room(int64_t bytes) const {
    if (temp_file_limit >= 0 && bytes / 1024 > temp_file_limit) {
        base::Error error(base::ErrorKind::limit,
                          fmt::format("temporary file size would exceed temp_file_limit ({}kB)", temp_file_limit));
        error.sqlstate = "53400";
        throw error;
    }
    check_disk(path_, bytes);
}

void TempFile::append(const char* data, size_t size) {
    if (size_ + static_cast<int64_t>(size) > checked_) {
        check_disk(path_, between_checks);
        checked_ = size_ + static_cast<int64_t>(size) + between_checks;
    }
    while (size > 0) {
        int part = static_cast<int>(std::min<size_t>(size, 1 << 20));
        int64_t written = pg_call([&]() -> int64_t {
            errno = 0;
            return FileWrite(file_, const_cast<char*>(data), part, static_cast<off_t>(size_), WAIT_EVENT_BUFFILE_WRITE);
        });
        if (written <= 0) {
            base::Error error(base::ErrorKind::io, "could not write to the server's temporary area");
            if (errno == ENOSPC || errno == 0) error.sqlstate = "53100";
            throw error;
        }
        size_ += written;
        data += written;
        size -= static_cast<size_t>(written);
    }
}

}  // namespace pg
