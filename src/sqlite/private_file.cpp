// Fills private copies: by the backup API from a file in use, and by folding a -wal into the file beside it.
#include "sqlite/private_file.hpp"

#include <sqlite3.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sqlite/database.hpp"
#include "sqlite/failure.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

constexpr int pages_between_questions = 1000;

// A handle on a file of our own, which may be written.
class PrivateHandle {
   public:
    PrivateHandle(const std::string& path, std::string shown) : shown_(std::move(shown)) {
        const int code = sqlite3_open_v2(path.c_str(), &handle_,
                                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
        if (code != SQLITE_OK) {
            const Failure failure = describe_failure(handle_, shown_, code, "copy");
            sqlite3_close_v2(handle_);
            throw failure;
        }
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
        sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
        sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
        try {
            // Exclusive: the index of the -wal is kept in memory, no -shm is made.
            execute("PRAGMA locking_mode=EXCLUSIVE");
            execute("PRAGMA synchronous=OFF");
            execute("PRAGMA mmap_size=0");
        } catch (...) {
            sqlite3_close_v2(handle_);
            throw;
        }
    }
    ~PrivateHandle() { sqlite3_close_v2(handle_); }
    PrivateHandle(const PrivateHandle&) = delete;
    PrivateHandle& operator=(const PrivateHandle&) = delete;

    sqlite3* get() const { return handle_; }

    void execute(const char* sql) {
        const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) fail(code);
    }

    [[noreturn]] void fail(int code) const { throw describe_failure(handle_, shown_, code, "copy"); }

   private:
    sqlite3* handle_ = nullptr;
    std::string shown_;
};

}  // namespace

void copy_database(const std::shared_ptr<Database>& source, const std::string& path, bool (*should_stop)()) {
    PrivateHandle target(path, source->path());
    target.execute("PRAGMA journal_mode=OFF");
    sqlite3_backup* backup = sqlite3_backup_init(target.get(), "main", source->handle(), "main");
    if (backup == nullptr) target.fail(sqlite3_errcode(target.get()));
    int code = SQLITE_OK;
    bool stopped = false;
    while (code == SQLITE_OK && !stopped) {
        code = sqlite3_backup_step(backup, pages_between_questions);
        stopped = should_stop != nullptr && should_stop();
    }
    const int end = sqlite3_backup_finish(backup);
    if (stopped && code != SQLITE_DONE)
        throw base::Error(base::ErrorKind::interrupted, "copying \"" + base::excerpt(source->path(), 1000) + "\" was cancelled");
    if (code != SQLITE_DONE) target.fail(code == SQLITE_OK ? end : code);
}

void fold_wal(const std::string& path, const std::string& shown) {
    PrivateHandle file(path, shown);
    // The first read opens the -wal; page 1 is looked at, the schema is not parsed.
    file.execute("PRAGMA schema_version");
    const int code = sqlite3_wal_checkpoint_v2(file.get(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if (code != SQLITE_OK) file.fail(code);
}

}  // namespace sqlite
