// A database file that keeps nothing: it hashes the pages that SQLite writes into it.
#include "sqlite/page_sink.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "base/hash.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

constexpr const char* vfs_name = "sqlite_fdw_migrate_sink";

struct SinkFile {
    sqlite3_file base;
    PageSink* sink;
};

PageSink& sink_of(sqlite3_file* file) { return *reinterpret_cast<SinkFile*>(file)->sink; }

// Set for the time of sqlite3_open_v2 and the first access: a backend has one thread.
PageSink* being_opened = nullptr;

int close_file(sqlite3_file*) { return SQLITE_OK; }
int read_file(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
    return sink_of(file).read(bytes, size, offset);
}
int write_file(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    return sink_of(file).write(bytes, size, offset);
}
int truncate_file(sqlite3_file*, sqlite3_int64) { return SQLITE_OK; }
int sync_file(sqlite3_file*, int) { return SQLITE_OK; }
int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    *size = sink_of(file).size();
    return SQLITE_OK;
}
int lock_file(sqlite3_file*, int) { return SQLITE_OK; }
int check_reserved_lock(sqlite3_file*, int* result) {
    *result = 0;
    return SQLITE_OK;
}
int control_file(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return 512; }
int characteristics(sqlite3_file*) { return 0; }

const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods table = [] {
        sqlite3_io_methods m{};
        m.iVersion = 1;
        m.xClose = close_file;
        m.xRead = read_file;
        m.xWrite = write_file;
        m.xTruncate = truncate_file;
        m.xSync = sync_file;
        m.xFileSize = size_of_file;
        m.xLock = lock_file;
        m.xUnlock = lock_file;
        m.xCheckReservedLock = check_reserved_lock;
        m.xFileControl = control_file;
        m.xSectorSize = sector_size;
        m.xDeviceCharacteristics = characteristics;
        return m;
    }();
    return table;
}

int open_file(sqlite3_vfs*, const char*, sqlite3_file* file, int flags, int* out_flags) {
    auto* opened = reinterpret_cast<SinkFile*>(file);
    opened->base.pMethods = nullptr;
    // No journal, no temporary file: what is written here is never rolled back.
    if ((flags & SQLITE_OPEN_MAIN_DB) == 0 || being_opened == nullptr) return SQLITE_CANTOPEN;
    opened->sink = being_opened;
    opened->base.pMethods = &methods();
    if (out_flags != nullptr) *out_flags = flags;
    return SQLITE_OK;
}
int delete_file(sqlite3_vfs*, const char*, int) { return SQLITE_OK; }
int access_file(sqlite3_vfs*, const char*, int, int* result) {
    *result = 0;
    return SQLITE_OK;
}
int full_path(sqlite3_vfs*, const char* name, int size, char* path) {
    sqlite3_snprintf(size, path, "%s", name);
    return SQLITE_OK;
}
sqlite3_vfs* platform(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }
int randomness(sqlite3_vfs* vfs, int size, char* bytes) { return platform(vfs)->xRandomness(platform(vfs), size, bytes); }
int sleep_for(sqlite3_vfs* vfs, int microseconds) { return platform(vfs)->xSleep(platform(vfs), microseconds); }
int current_time(sqlite3_vfs* vfs, double* now) { return platform(vfs)->xCurrentTime(platform(vfs), now); }
int last_error(sqlite3_vfs*, int, char*) { return 0; }

// Known to SQLite by its name only; it never becomes the default. -1: it could not be registered.
int register_vfs() {
    static sqlite3_vfs vfs{};
    vfs.iVersion = 1;
    vfs.szOsFile = sizeof(SinkFile);
    vfs.mxPathname = 64;
    vfs.zName = vfs_name;
    vfs.pAppData = sqlite3_vfs_find(nullptr);
    vfs.xOpen = open_file;
    vfs.xDelete = delete_file;
    vfs.xAccess = access_file;
    vfs.xFullPathname = full_path;
    vfs.xRandomness = randomness;
    vfs.xSleep = sleep_for;
    vfs.xCurrentTime = current_time;
    vfs.xGetLastError = last_error;
    return vfs.pAppData == nullptr ? SQLITE_ERROR : sqlite3_vfs_register(&vfs, 0);
}

[[noreturn]] void fail(sqlite3* handle, int code) {
    const std::string words = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
    sqlite3_close_v2(handle);
    throw base::Error(base::ErrorKind::internal, "could not take the fingerprint of a source: " + words);
}

unsigned __int128 hash_page(const char* bytes, size_t size, int64_t number) {
    const auto half = [&](uint64_t lane) {
        return base::hash_bytes(bytes, size, base::hash_word(static_cast<uint64_t>(number), lane));
    };
    return static_cast<unsigned __int128>(half(1)) << 64 | half(2);
}

}  // namespace

sqlite3* PageSink::open() {
    static const int registered = register_vfs();
    if (registered != SQLITE_OK) fail(nullptr, registered);
    sqlite3* handle = nullptr;
    being_opened = this;
    int code = sqlite3_open_v2("sink", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, vfs_name);
    being_opened = nullptr;
    if (code == SQLITE_OK)
        code = sqlite3_exec(handle, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF", nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(handle, code);
    return handle;
}

int PageSink::write(const void* bytes, int size, int64_t offset) noexcept {
    try {
        const auto* page = static_cast<const char*>(bytes);
        if (offset == 0) {
            first_page_.assign(page, static_cast<size_t>(size));
        } else {
            if (offset % size != 0) return SQLITE_IOERR_WRITE;
            sum_ += hash_page(page, static_cast<size_t>(size), offset / size + 1);
            ++other_pages_;
        }
        size_ = std::max(size_, offset + size);
        return SQLITE_OK;
    } catch (...) {
        return SQLITE_IOERR_NOMEM;
    }
}

int PageSink::read(void* bytes, int size, int64_t offset) const noexcept {
    const auto end = static_cast<size_t>(offset + size);
    if (end <= first_page_.size()) {
        std::memcpy(bytes, first_page_.data() + offset, static_cast<size_t>(size));
        return SQLITE_OK;
    }
    // Pages that were written are gone.
    if (offset < size_) return SQLITE_IOERR_READ;
    std::memset(bytes, 0, static_cast<size_t>(size));
    return SQLITE_IOERR_SHORT_READ;
}

// Left out of the first page: how the application keeps its journal, counters that every write of it moves, the version
// of the library. (And the schema's counter, which a copy begins anew: what it counts is in the pages.)
std::string PageSink::digest() const {
    constexpr struct {
        size_t from, to;
    } ignored[] = {{18, 20}, {24, 28}, {40, 44}, {92, 100}};
    std::string page = first_page_;
    for (const auto& [from, to] : ignored)
        for (size_t i = from; i < to && i < page.size(); ++i) page[i] = 0;
    const unsigned __int128 sum =
        sum_ + hash_page(page.data(), page.size(), 1) + hash_page("", 0, pages() + (int64_t{page_size()} << 40));
    return fmt::format("{:016x}{:016x}", static_cast<uint64_t>(sum >> 64), static_cast<uint64_t>(sum));
}

}  // namespace sqlite
