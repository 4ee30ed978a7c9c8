// What every handle gets before it reads: a file is untrusted input.
#include <sqlite3.h>

#include <cstdint>
#include <string_view>

#include "base/text.hpp"
#include "sqlite/count_function.hpp"
#include "sqlite/database.hpp"
#include "sqlite/json_functions.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

constexpr int steps_between_questions = 2000;  // some ten microseconds of SQLite's machine

// For all handles of the process together: a file cannot make SQLite eat the machine. Room for one cell of SQLite's
// largest size, and for its neighbours. A limit that somebody else has set is left alone.
constexpr int64_t most_memory = int64_t{3} << 30;

void limit_heap() {
    if (sqlite3_hard_heap_limit64(-1) == 0) sqlite3_hard_heap_limit64(most_memory);
}

bool among(std::string_view name, std::initializer_list<std::string_view> names) {
    for (const std::string_view one : names)
        if (base::equal_ignoring_case(name, one)) return true;
    return false;
}

// Functions that reach out of the database, should the library or another module bring them.
bool reaches_out(std::string_view name) {
    return among(name, {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit", "fsdir", "lsmode"});
}

bool only_reads(std::string_view pragma, bool with_argument) {
    if (among(pragma, {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
                       "foreign_key_check", "quick_check", "integrity_check"}))
        return true;
    return !with_argument &&
           among(pragma, {"encoding", "page_size", "page_count", "freelist_count", "schema_version", "user_version",
                          "application_id", "journal_mode", "data_version", "auto_vacuum", "database_list", "collation_list",
                          "function_list", "module_list", "compile_options", "cache_size", "max_page_count", "cell_size_check",
                          "query_only", "trusted_schema", "mmap_size", "locking_mode"});
}

// What a virtual table prepares when it is opened: an R-tree its statements for writing, every one the record of its own
// shape. They never run, or run nowhere: the file is open for reading only.
bool of_a_virtual_table(std::string_view table) {
    return table.ends_with("_node") || table.ends_with("_rowid") || table.ends_with("_parent") || table == "sqlite_master";
}

// Asked for every statement, those of views, generated columns and virtual tables included. Only reading is let through:
// no ATTACH, no temporary objects, no pragma that changes anything.
int authorize(void*, int action, const char* first, const char* second, const char*, const char*) {
    const std::string_view a = first == nullptr ? "" : first, b = second == nullptr ? "" : second;
    bool allowed = false;
    switch (action) {
        case SQLITE_SELECT:
        case SQLITE_READ:
        case SQLITE_RECURSIVE:
        case SQLITE_TRANSACTION: allowed = true; break;
        case SQLITE_FUNCTION: allowed = !reaches_out(b); break;
        case SQLITE_PRAGMA: allowed = only_reads(a, second != nullptr); break;
        case SQLITE_INSERT:
        case SQLITE_UPDATE:
        case SQLITE_DELETE: allowed = of_a_virtual_table(a); break;
        default: break;
    }
    return allowed ? SQLITE_OK : SQLITE_DENY;
}

}  // namespace

// The file is untrusted input: its schema may hold any SQL. All of this stands before the first read of it.
void Database::harden() {
    limit_heap();
    sqlite3_progress_handler(handle_, should_stop_ != nullptr ? steps_between_questions : 0, on_progress, this);
    // Not sqlite3_busy_timeout(), which sleeps through a cancel.
    sqlite3_busy_handler(handle_, on_busy, this);
    sqlite3_collation_needed(handle_, this, on_missing_collation);

    constexpr struct {
        int verb, value;
    } switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
        {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},  // takes a pointer from SQL; Debian's build allows it
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},  // tidying up a -wal is the application's business
    };
    for (const auto& [verb, value] : switches) {
        const int code = sqlite3_db_config(handle_, verb, value, nullptr);
        if (code != SQLITE_OK) fail(code, "prepare to read");
    }

    // LENGTH stays at SQLite's maximum: a cell that is too large for PostgreSQL has to be named, not hidden.
    constexpr struct {
        int limit, value;
    } limits[] = {
        {SQLITE_LIMIT_ATTACHED, 0},  // no other file is read through this handle
        {SQLITE_LIMIT_SQL_LENGTH, 10'000'000},
        {SQLITE_LIMIT_EXPR_DEPTH, 1000},  // recursion: some 300 bytes of stack a level
        {SQLITE_LIMIT_COMPOUND_SELECT, 500},
        {SQLITE_LIMIT_VDBE_OP, 5'000'000},  // 120 MB for one prepared statement
        {SQLITE_LIMIT_VARIABLE_NUMBER, 10'000},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
        {SQLITE_LIMIT_WORKER_THREADS, 0},  // signals of the server belong to its one thread
    };
    for (const auto& [limit, value] : limits)
        sqlite3_limit(handle_, limit, value);

    const int code = register_count(handle_);
    if (code != SQLITE_OK) fail(code, "prepare to read");
    json_functions_ = JsonFunctions::lend_to(handle_);
    execute("PRAGMA cell_size_check=ON", "prepare to read");
    execute("PRAGMA query_only=ON", "prepare to read");
    // A file cut short under a memory map is a SIGBUS, and that ends the whole server.
    execute("PRAGMA mmap_size=0", "prepare to read");
    // Last: what stands above is ours, what follows may come from the file.
    sqlite3_set_authorizer(handle_, authorize, nullptr);
}

}  // namespace sqlite
