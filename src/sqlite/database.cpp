// Opens one SQLite file read-only and owns the handle.
#include "sqlite/database.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/json_functions.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

using base::Error;
using base::ErrorKind;

constexpr int longest_nap_ms = 50;             // a cancel is answered at least this often while waiting for a lock

int64_t now_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// file:///a%20b.db?immutable=1. Everything but the plainest characters is encoded, so that no path can add a parameter.
std::string immutable_uri(const std::string& path) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string uri = "file://";
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           (c != '\0' && std::strchr("/-_.~", c) != nullptr);
        if (plain) {
            uri += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            uri += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return uri + "?immutable=1";
}

const char* kind_of_file(mode_t mode) {
    return S_ISDIR(mode) ? "a directory" : S_ISLNK(mode) ? "a symbolic link" : S_ISFIFO(mode) ? "a named pipe"
                       : S_ISSOCK(mode) ? "a socket" : "a device";
}

// Only a regular file is handed to SQLite: opening a named pipe would wait for a writer for ever, and an empty, relative
// or "file:" path has a meaning of its own there. By stat, never by open: closing a second descriptor drops SQLite's locks.
void check_path(const std::string& path) {
    const std::string shown = "\"" + base::excerpt(path, 1000) + "\"";
    if (path.empty() || path[0] != '/' || path.find('\0') != std::string::npos) {
        throw Error(ErrorKind::invalid_argument, shown + " is not an absolute path of a SQLite file", {},
                    "Give the whole path, beginning with a slash.");
    }
    struct stat facts;
    if (::stat(path.c_str(), &facts) != 0) throw describe_errno(path, errno, "open");
    if (S_ISREG(facts.st_mode)) return;
    throw Error(ErrorKind::invalid_argument, "could not open " + shown + ": it is " + kind_of_file(facts.st_mode) + ", not a SQLite file",
                {}, S_ISDIR(facts.st_mode) ? "Give the path of the file inside the directory." : "");
}

// SQLite would open what lies beside the file by its name, and wait at a named pipe without end. (It follows no link there.)
void check_companions(const std::string& path) {
    for (const char* ending : {"-wal", "-journal", "-shm"}) {
        const std::string companion = path + ending;
        struct stat facts;
        if (::lstat(companion.c_str(), &facts) != 0 || S_ISREG(facts.st_mode)) continue;
        throw Error(ErrorKind::invalid_argument,
                    "could not open \"" + base::excerpt(path, 1000) + "\": \"" + base::excerpt(companion, 1000) + "\" is " +
                        kind_of_file(facts.st_mode) + ", not a file of SQLite", {}, "Remove it, if no application needs it.");
    }
}

// The -wal or -journal that holds changes which are not in the file yet, "" where there is none. (These files bear no
// locks, so that one may be opened here.)
std::string pending_changes(const std::string& path) {
    struct stat facts;
    constexpr off_t wal_header_size = 32;
    const std::string wal = path + "-wal", journal = path + "-journal";
    if (::stat(wal.c_str(), &facts) == 0 && facts.st_size > wal_header_size) return wal;
    if (::stat(journal.c_str(), &facts) != 0 || facts.st_size == 0 || !S_ISREG(facts.st_mode)) return {};
    // A journal that was left over (journal_mode persist) begins with a zero; any other one is to be played back.
    std::FILE* file = std::fopen(journal.c_str(), "rb");
    const bool left_over = file != nullptr && std::fgetc(file) == 0;
    if (file != nullptr) std::fclose(file);
    return left_over ? std::string() : journal;
}

// With immutable, SQLite reads neither a -wal nor a -journal: what they hold would be missed, or a half-written state be
// read, in silence.
void check_nothing_pending(const std::string& path) {
    const std::string pending = pending_changes(path);
    if (pending.empty()) return;
    const bool wal = pending.ends_with("-wal");
    throw Error(ErrorKind::invalid_argument,
                "could not open \"" + base::excerpt(path, 1000) + "\" as immutable: \"" + base::excerpt(pending, 1000) +
                    "\" holds changes that are not in the file yet",
                "An immutable file is read without its -wal or -journal, so that these changes would be missed.",
                "Open it without immutable, or let SQLite finish it first, as a user who may write there: sqlite3 " +
                    quote_for_shell(path) + (wal ? " 'PRAGMA wal_checkpoint(TRUNCATE)'" : " 'PRAGMA schema_version'"));
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

FileState state_of(const std::string& path) {
    struct stat facts;
    if (::stat(path.c_str(), &facts) != 0) return {};
    return {facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, facts.st_dev, facts.st_ino};
}

}  // namespace

Database::Database(const OpenOptions& options)
    : path_(options.path),
      shown_(options.shown),
      private_copy_(options.private_copy),
      wal_read_(options.wal_read),
      should_stop_(options.should_stop),
      busy_timeout_ms_(options.busy_timeout_ms) {
    try {
        open(options);
        harden();
    } catch (...) {
        close();  // the destructor does not run for an object that was never complete
        throw;
    }
}

Database::~Database() { close(); }

void Database::open(const OpenOptions& options) {
    check_path(path_);
    check_companions(path_);
    if (options.immutable) check_nothing_pending(path_);
    without_locks_ = options.immutable;
    state_ = state_of(path_);
    open_handle();
    if (!without_locks_ && rests_in_wal_mode()) {
        sqlite3_close_v2(handle_);
        handle_ = nullptr;
        without_locks_ = true;
        open_handle();
    }
}

void Database::open_handle() {
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = without_locks_
                         ? sqlite3_open_v2(immutable_uri(path_).c_str(), &handle_, flags | SQLITE_OPEN_URI, nullptr)
                         : sqlite3_open_v2(path_.c_str(), &handle_, flags, nullptr);
    if (code != SQLITE_OK) fail(code, "open");
}

// Whoever opens a file in WAL mode makes a -wal first, and changes reach the file itself only from there.
bool Database::rests_in_wal_mode() const {
    const std::string header = read_header(handle_, 20);
    if (header.size() < 20 || header[18] != 2) return false;
    const std::string real_path = sqlite3_db_filename(handle_, "main");
    struct stat facts;
    return ::stat((real_path + "-wal").c_str(), &facts) != 0 && errno == ENOENT && pending_changes(real_path).empty();
}

void Database::check_unchanged() const {
    if (!without_locks_ || state_of(path_) == state_) return;
    throw Error(ErrorKind::busy, "could not read \"" + base::excerpt(path_, 1000) + "\": it has changed meanwhile",
                "No process had the file open, or it was said to be immutable, so that it was read without locks.",
                "Try again: while the application runs, the file is read under SQLite's locks. Or stop the application "
                "meanwhile.");
}

void Database::execute(const char* sql, std::string_view doing) {
    if (closed()) fail(SQLITE_MISUSE, doing);
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code, doing);
}

void Database::begin_read() {
    check_unchanged();  // SQLite would go on with the pages that it remembers
    execute("BEGIN", "begin reading");
    // BEGIN alone takes nothing: the first read takes the lock and the snapshot, and meets the first errors.
    try {
        read_schema();
        utf16_known_ = false;  // an empty file may have become another one between two transactions
        utf16();
    } catch (...) {
        end_read();
        throw;
    }
}

void Database::read_schema() {
    constexpr const char* first_read = "SELECT 1 FROM main.sqlite_schema LIMIT 1";
    try {
        execute(first_read, "read");
    } catch (const Failure& failure) {
        if (failure.kind != ErrorKind::corrupt || !failure.message.starts_with("malformed database schema")) throw;
        // With this switch SQLite leaves out what it cannot parse. It allows no writing here: DEFENSIVE overrules it, and
        // the file is open for reading only.
        const int code = sqlite3_db_config(handle_, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, nullptr);
        if (code != SQLITE_OK) fail(code, "read");
        schema_damage_ = failure.message;
        execute(first_read, "read");
    }
}

void Database::end_read() noexcept {
    // SQLite may have ended the transaction by itself after an error.
    if (handle_ == nullptr || sqlite3_get_autocommit(handle_) != 0) return;
    sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void Database::close() noexcept {
    if (handle_ == nullptr) return;
    // Ending a transaction must not be stopped by the cancel that led here.
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
    for (sqlite3_stmt* statement = sqlite3_next_stmt(handle_, nullptr); statement != nullptr;
         statement = sqlite3_next_stmt(handle_, statement)) {
        sqlite3_reset(statement);
    }
    end_read();
    sqlite3_close_v2(handle_);
    handle_ = nullptr;
}

bool Database::utf16() {
    if (utf16_known_) return utf16_;
    if (closed()) fail(SQLITE_MISUSE, "read");
    const auto note = [](void* result, int, char** values, char**) {
        *static_cast<bool*>(result) = values[0] != nullptr && std::strncmp(values[0], "UTF-16", 6) == 0;
        return 0;
    };
    const int code = sqlite3_exec(handle_, "PRAGMA encoding", note, &utf16_, nullptr);
    if (code != SQLITE_OK) fail(code, "read");
    utf16_known_ = true;
    return utf16_;
}

void Database::fail(int code, std::string_view doing) const {
    if (stopped_) code = SQLITE_INTERRUPT;
    stopped_ = false;
    Failure failure = describe_failure(handle_, path_, code, doing);
    if (!shown_.empty()) {
        // The path of a temporary file tells nobody anything.
        for (std::string* text : {&failure.text, &failure.detail, &failure.hint}) replace_all(*text, path_, shown_);
    }
    throw failure;
}

void Database::check_stop() const {
    if (should_stop_ != nullptr && should_stop_()) fail(SQLITE_INTERRUPT, "read");
}

int Database::on_progress(void* self) noexcept {
    auto* database = static_cast<Database*>(self);
    if (!database->should_stop_()) return 0;
    database->stopped_ = true;
    return 1;
}

// Waits in small naps and asks before each of them, up to busy_timeout_ms. 0 gives up.
int Database::on_busy(void* self, int count) noexcept {
    auto* database = static_cast<Database*>(self);
    if (database->should_stop_ != nullptr && database->should_stop_()) {
        database->stopped_ = true;
        return 0;
    }
    const int64_t now = now_ms();
    if (count == 0) database->busy_since_ms_ = now;
    const int64_t left = database->busy_since_ms_ + database->busy_timeout_ms_ - now;
    if (left <= 0) return 0;
    const int64_t nap = std::min({left, int64_t{longest_nap_ms}, int64_t{1} << std::min(count, 6)});
    std::this_thread::sleep_for(std::chrono::milliseconds(nap));
    return 1;
}

// An unknown collation (Anki's "unicase") fails every statement that only might compare, even a plain SELECT whose table
// has an index with it. See missing_collations() for what must not be asked of the stand-in.
void Database::on_missing_collation(void* self, sqlite3* handle, int, const char* name) noexcept {
    const auto compare = [](void*, int size_a, const void* a, int size_b, const void* b) {
        const int size = std::min(size_a, size_b);
        const int order = size == 0 ? 0 : std::memcmp(a, b, static_cast<size_t>(size));
        return order != 0 ? order : size_a - size_b;
    };
    try {
        static_cast<Database*>(self)->missing_collations_.emplace_back(name);
    } catch (...) {
        return;  // out of memory: SQLite reports the collation as unknown, which is better than a stand-in nobody knows of
    }
    sqlite3_create_collation_v2(handle, name, SQLITE_UTF8, nullptr, compare, nullptr);
}

}  // namespace sqlite
