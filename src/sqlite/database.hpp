// Opens one SQLite file read-only and owns the handle.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace sqlite {

class JsonFunctions;

struct OpenOptions {
    std::string path;             // absolute, already resolved and permitted by the caller; never a file: URI
    std::string shown;            // what messages call it, "": its path
    bool private_copy = false;    // nobody else has it; what lies beside the original is not there
    bool wal_read = false;        // of a private copy: it holds what the -wal beside the original held
    int busy_timeout_ms = 10000;  // how long to wait for another process's lock
    bool immutable = false;       // nobody can change the file: no locks, no -wal (uploads, read-only media)
    bool (*should_stop)() =
        nullptr;  // asked every few thousand steps of SQLite; true ends the statement (Error interrupted)
};

// What stat() tells a change of the file by.
struct FileState {
    int64_t size = 0, seconds = 0, nanoseconds = 0;
    uint64_t device = 0, inode = 0;
    bool operator==(const FileState&) const = default;
};

// One handle, used by one thread (NOMUTEX). Opening takes no lock; the first read does.
// Hardened: READONLY, EXRESCODE, DEFENSIVE, TRUSTED_SCHEMA off, cell_size_check, no extensions, tight limits.
// Errors are base::Error, with the file's path in the text and SQLite's own words in detail.
class Database {
   public:
    explicit Database(const OpenOptions& options);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // One read transaction, so that everything read until end_read() is of one instant. Nested calls are the caller's affair.
    void begin_read();
    void end_read() noexcept;

    // Resets every statement, ends the read transaction and gives the handle back. Statements that still exist stay
    // destructible (close_v2), but cannot step any more. Idempotent.
    void close() noexcept;
    bool closed() const noexcept { return handle_ == nullptr; }

    sqlite3* handle() const noexcept { return handle_; }
    // For people: a private copy goes by the name of what it was made from.
    const std::string& path() const noexcept { return shown_.empty() ? path_ : shown_; }
    bool private_copy() const noexcept { return private_copy_; }
    bool wal_read() const noexcept { return wal_read_; }
    bool (*stop_question() const noexcept)() { return should_stop_; }

    // A file in WAL mode that no process has open (there is no -wal) is read like an immutable one: SQLite would otherwise
    // make a -wal and a -shm that belong to the server's user, and lock the application out of its own file. Raises an
    // Error (busy) if a file read in this way has changed since it was opened. Every statement asks at its last row.
    void check_unchanged() const;
    bool without_locks() const noexcept { return without_locks_; }

    // True if the file holds its text as UTF-16. Asks the file at the first call.
    bool utf16();

    // The collations that SQLite asked for and does not have: comparing bytes stands in for them, so that their tables
    // can be read at all. Never let SQLite search, sort or check uniqueness by one of these columns: an index in the
    // application's order, searched in ours, misses rows, and integrity_check calls it damaged.
    const std::vector<std::string>& missing_collations() const noexcept { return missing_collations_; }

    // What SQLite said of a schema that it can read only in part, "" where it reads all of it. One broken view, index or
    // trigger would otherwise hide every table: so its objects are left out, and read_tables() names them as a problem.
    const std::string& schema_damage() const noexcept { return schema_damage_; }

    // Raises an Error (interrupted) if the caller wants no more. SQLite asks by itself; loops of ours ask here.
    void check_stop() const;

    // Raises the Error that fits SQLite's result code: kind, text "could not <doing> "<path>": <sqlite's message>".
    [[noreturn]] void fail(int code, std::string_view doing) const;

   private:
    void open(const OpenOptions& options);
    void open_handle();
    bool rests_in_wal_mode() const;
    void harden();
    void read_schema();
    void execute(const char* sql, std::string_view doing);

    static int on_progress(void* self) noexcept;
    static int on_busy(void* self, int count) noexcept;
    static void on_missing_collation(void* self, sqlite3* handle, int encoding, const char* name) noexcept;

    sqlite3* handle_ = nullptr;
    std::string path_, shown_;
    bool private_copy_ = false, wal_read_ = false;
    bool (*should_stop_)() = nullptr;
    int busy_timeout_ms_ = 0;
    int64_t busy_since_ms_ = 0;  // when the wait for a lock began
    mutable bool stopped_ =
        false;  // should_stop() said so since the last error: whatever SQLite calls it, it is a cancel
    bool without_locks_ = false;
    FileState state_;
    bool utf16_known_ = false, utf16_ = false;
    std::vector<std::string> missing_collations_;
    std::string schema_damage_;
    std::unique_ptr<JsonFunctions> json_functions_;
};

}  // namespace sqlite
