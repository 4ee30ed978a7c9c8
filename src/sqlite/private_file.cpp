// Fills private copies: by the backup API from a file in use, and by folding a -wal into the file beside it.
#include "sqlite/private_file.hpp"

#include <sqlite3.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sqlite/database.hpp"
#include "sqlite/long_walk.hpp"
#include "sqlite/private_handle.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

constexpr int pages_between_questions = 1000;

}  // namespace

void copy_database(const std::shared_ptr<Database>& source, const std::string& path, bool (*should_stop)()) {
    PrivateHandle target(path, source->path(), should_stop);
    target.execute("PRAGMA journal_mode=OFF");
    sqlite3_backup* backup = sqlite3_backup_init(target.get(), "main", source->handle(), "main");
    if (backup == nullptr) target.fail(sqlite3_errcode(target.get()));
    int code = SQLITE_OK;
    bool stopped = false;
    while (code == SQLITE_OK && !stopped) {
        stopped = should_stop != nullptr && should_stop();
        if (!stopped) code = sqlite3_backup_step(backup, pages_between_questions);
    }
    const int end = sqlite3_backup_finish(backup);
    if (stopped && code != SQLITE_DONE)
        throw base::Error(base::ErrorKind::interrupted, "copying \"" + base::excerpt(source->path(), 1000) + "\" was cancelled");
    if (code != SQLITE_DONE) target.fail(code == SQLITE_OK ? end : code);
}

void fold_wal(const std::string& path, const std::string& shown) {
    PrivateHandle file(path, shown, nullptr);
    const LongWalk walk(file.get());
    // The first read opens the -wal; page 1 is looked at, the schema is not parsed.
    file.execute("PRAGMA schema_version");
    const int code = sqlite3_wal_checkpoint_v2(file.get(), "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    if (code != SQLITE_OK) file.fail(code);
    // Nothing is left to be folded: closing only removes the empty -wal.
    sqlite3_db_config(file.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

}  // namespace sqlite
