// A handle on a file of our own, which may be written; what a damaged or hostile schema asks of it is looked at first.
#include "sqlite/private_handle.hpp"

#include <sqlite3.h>

#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "sqlite/failure.hpp"

#include "base/fence.hpp"

namespace sqlite {

PrivateHandle::PrivateHandle(const std::string& path, std::string shown, bool (*should_stop)())
    : shown_(std::move(shown)), should_stop_(should_stop) {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr);
    try {
        if (code != SQLITE_OK) fail(code);
        if (should_stop != nullptr)
            sqlite3_progress_handler(
                handle_, 2000, [](void* self) { return static_cast<PrivateHandle*>(self)->should_stop_() ? 1 : 0; }, this);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, nullptr);
        // A checkpoint that was cancelled must not begin anew when the handle is closed, where nothing stops it.
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
        sqlite3_limit(handle_, SQLITE_LIMIT_EXPR_DEPTH, 1000);
        sqlite3_limit(handle_, SQLITE_LIMIT_WORKER_THREADS, 0);
        // Exclusive: the index of a -wal is kept in memory, no -shm is made.
        execute("PRAGMA locking_mode=EXCLUSIVE");
        execute("PRAGMA synchronous=OFF");
        execute("PRAGMA mmap_size=0");
    } catch (...) {
        sqlite3_close_v2(handle_);
        throw;
    }
}

PrivateHandle::~PrivateHandle() { sqlite3_close_v2(handle_); }

void PrivateHandle::execute(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code);
}

std::string PrivateHandle::try_execute(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const char* rest = nullptr;
    int code = sqlite3_prepare_v2(handle_, sql.c_str(), static_cast<int>(sql.size()), &statement, &rest);
    if (code == SQLITE_OK) {
        // The text comes from a file: one statement, nothing behind it.
        const bool whole = statement != nullptr && std::string_view(rest).find_first_not_of(" \t\r\n;") == std::string_view::npos;
        if (whole) {
            while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            }
        }
        sqlite3_finalize(statement);
        if (!whole) return "not one statement";
        if (code == SQLITE_DONE) code = SQLITE_OK;
    }
    switch (code & 0xff) {
        case SQLITE_OK: return {};
        case SQLITE_INTERRUPT:
        case SQLITE_NOMEM:
        case SQLITE_FULL:
        case SQLITE_IOERR: fail(code);
        default: return sqlite3_errmsg(handle_);
    }
}

sqlite3_stmt* PrivateHandle::prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(handle_, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK) fail(code);
    return statement;
}

void PrivateHandle::only_definitions() {
    sqlite3_set_authorizer(
        handle_,
        [](void*, int action, const char*, const char*, const char*, const char*) {
            switch (action) {
                case SQLITE_ATTACH:
                case SQLITE_DETACH:
                case SQLITE_PRAGMA:
                case SQLITE_TRANSACTION:
                case SQLITE_SAVEPOINT:
                case SQLITE_CREATE_VTABLE:
                case SQLITE_DROP_VTABLE: return SQLITE_DENY;
                default: return SQLITE_OK;
            }
        },
        nullptr);
}

void PrivateHandle::anything_again() { sqlite3_set_authorizer(handle_, nullptr, nullptr); }

void PrivateHandle::fail(int code) const { throw describe_failure(handle_, shown_, code, "copy"); }

}  // namespace sqlite
