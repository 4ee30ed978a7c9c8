// Tells two states of a database apart: a hash over all its pages, as a reader sees them.
#include "sqlite/fingerprint.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/error.hpp"
#include "sqlite/database.hpp"
#include "sqlite/page_sink.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

constexpr int pages_between_questions = 256;

// Closed and finished in this order, whatever happens.
class Backup {
   public:
    Backup(PageSink& sink, sqlite3* source) : target_(sink.open()) {
        backup_ = sqlite3_backup_init(target_, "main", source, "main");
    }
    ~Backup() {
        sqlite3_backup_finish(backup_);
        sqlite3_close_v2(target_);
    }
    Backup(const Backup&) = delete;
    Backup& operator=(const Backup&) = delete;

    bool begun() const { return backup_ != nullptr; }
    int step() { return sqlite3_backup_step(backup_, pages_between_questions); }
    int64_t pages() const { return sqlite3_backup_pagecount(backup_); }
    std::string words() const { return sqlite3_errmsg(target_); }

   private:
    sqlite3* target_;
    sqlite3_backup* backup_;
};

// This page holds the locks of the file and is never written: beyond one gigabyte a file has it.
int64_t lock_page(int page_size) { return page_size == 0 ? 0 : 0x40000000 / page_size + 1; }

}  // namespace

// The backup API reads through SQLite's own pager: -wal included, within the read transaction that is open, and without
// opening the file a second time, which would drop the locks that this process holds on it.
std::string fingerprint(const std::shared_ptr<Database>& database) {
    if (database->closed()) database->fail(SQLITE_MISUSE, "read");
    PageSink sink;
    int64_t expected = 0;
    {
        Backup backup(sink, database->handle());
        if (!backup.begun())
            throw base::Error(base::ErrorKind::internal, "could not take the fingerprint of a source: " + backup.words());
        int code;
        while ((code = backup.step()) == SQLITE_OK) database->check_stop();
        if (code != SQLITE_DONE) database->fail(code, "read the pages of");
        expected = backup.pages();
    }
    database->check_unchanged();
    if (expected == 0) expected = 1;  // of an empty file a copy has one page
    if (expected >= lock_page(sink.page_size())) --expected;
    // Each page was seen once: else the sum would not be one of the pages.
    if (sink.pages() != expected)
        throw base::Error(base::ErrorKind::internal, fmt::format("the fingerprint of a source saw {} pages of {}", sink.pages(),
                                                                 expected));
    return sink.digest();
}

}  // namespace sqlite
