// Reads a file's bytes through SQLite's own descriptors: to open and close it otherwise would drop SQLite's locks on it.
#include "sqlite/raw_file.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sqlite/failure.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

sqlite3_file* file_of(sqlite3* handle) {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return file != nullptr && file->pMethods != nullptr ? file : nullptr;
}

}  // namespace

RawFile::RawFile(const std::string& path) : path_(path) {
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
    const int code = sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
    sqlite3_file* file = code == SQLITE_OK ? file_of(handle_) : nullptr;
    sqlite3_int64 size = 0;
    if (file == nullptr || file->pMethods->xFileSize(file, &size) != SQLITE_OK) {
        const Failure failure = describe_failure(handle_, path, code == SQLITE_OK ? SQLITE_IOERR : code, "open");
        sqlite3_close_v2(handle_);
        throw failure;
    }
    size_ = size;
}

RawFile::~RawFile() { sqlite3_close_v2(handle_); }

size_t RawFile::read(int64_t offset, char* to, size_t size) const {
    if (offset < 0 || offset >= size_) return 0;
    const size_t wanted = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(size), size_ - offset));
    sqlite3_file* file = file_of(handle_);
    if (file->pMethods->xRead(file, to, static_cast<int>(wanted), offset) != SQLITE_OK)
        throw base::Error(base::ErrorKind::io, "could not read \"" + base::excerpt(path_, 1000) + "\"",
                          "The file became shorter, or the disk cannot be read.");
    return wanted;
}

}  // namespace sqlite
