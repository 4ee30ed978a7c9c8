// Lists a file's tables, columns, keys, indexes and the rest as plain structs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sqlite {

class Database;

enum class Affinity { integer, text, blob, real, numeric };
Affinity affinity_of(const std::string& declared_type);  // SQLite's five rules, in SQLite's order
const char* affinity_name(Affinity affinity);            // "INTEGER", "TEXT", ...

enum class TableKind { table, view, virtual_table, shadow };
const char* kind_name(TableKind kind);  // "table", "view", "virtual", "shadow"

// False for a custom collation: never let SQLite search or sort by such a column (see Database::missing_collations).
bool is_builtin_collation(const std::string& name);

struct Column {
    std::string name;
    std::string declared_type;  // as written, "" where none
    Affinity affinity = Affinity::blob;
    bool not_null = false;
    std::string default_sql;  // the text of the DEFAULT clause, "" where none
    bool has_default = false;
    int key_position = 0;    // 1-based place in the primary key, 0 = not in it
    bool generated = false;  // found through table_xinfo
    bool generated_stored = false;
    std::string generated_sql;  // the text inside AS ( ... ), "" where unknown
    std::string collation;      // "BINARY", "NOCASE", "RTRIM", a custom name; "" where unknown
};

struct IndexColumn {
    std::string name;  // "" for an expression or the rowid
    bool expression = false;
    bool descending = false;
    std::string collation;
};

struct Index {
    std::string name;
    bool unique = false;
    bool partial = false;
    char origin = 'c';  // c: CREATE INDEX, u: UNIQUE, pk: 'p'
    std::string sql;    // "" for automatic ones
    std::vector<IndexColumn> columns;
};

struct ForeignKey {
    int id = 0;
    std::string parent;
    std::vector<std::string> columns;
    std::vector<std::string> parent_columns;  // filled from the parent's primary key where the declaration names none
    std::string on_update, on_delete;         // "NO ACTION", "CASCADE", ...
    bool deferrable = false;                  // these two are read from the table's SQL
    bool deferrable_initially_deferred = false;
    std::string name;  // CONSTRAINT name, "" where none
};

struct Table {
    std::string name;
    TableKind kind = TableKind::table;
    std::string module;  // of a virtual table ("fts5"), "" for others
    std::string sql;
    bool without_rowid = false;
    bool strict = false;
    bool autoincrement = false;
    std::string rowid_alias;  // the INTEGER PRIMARY KEY column, "" where none
    int64_t sequence = -1;    // sqlite_sequence.seq, -1 where none
    int64_t rows_estimate =
        -1;               // sqlite_stat1, else an upper bound from the first and last rowid, without a scan; -1 unknown
    std::string problem;  // why this one object cannot be read (unknown module, bad view), "" = readable
    std::vector<Column> columns;           // without the hidden ones of virtual tables
    std::vector<Index> indexes;            // in the order of their creation
    std::vector<ForeignKey> foreign_keys;  // in the order of their declaration
    std::vector<std::string> checks;       // text inside CHECK ( ... ), in order of appearance
    std::vector<std::string> check_names;  // of their CONSTRAINT, "" where none: as many as checks
};

struct Trigger {
    std::string name, table, sql;
};

struct FileFacts {
    std::string path;
    int64_t size = 0;  // bytes, from SQLite (page_count * page_size)
    int64_t page_size = 0, page_count = 0, freelist_count = 0;
    std::string encoding;      // "UTF-8", "UTF-16le", "UTF-16be"
    std::string journal_mode;  // "delete", "wal", ...: the header's word
    int64_t schema_version = 0, user_version = 0, application_id = 0;
    bool wal_file = false;      // a -wal that is not empty lies beside it
    bool journal_file = false;  // the same for a -journal
    bool wal_missing = false;   // the header says WAL, and no -wal is there, not even an empty one
    std::string wal_traces;     // then: what tells that one has been there and was lost, "" for nothing
};

// All objects of schema main in the order of sqlite_schema, sqlite_* left out. A view or virtual table that cannot be read
// gets a problem text, never an exception: one bad object must not hide the others.
std::vector<Table> read_tables(const std::shared_ptr<Database>& database);
// The same for one table, by its name (exact first, then SQLite's case folding). Error undefined_object with the nearest name as hint.
Table read_table(const std::shared_ptr<Database>& database, const std::string& name);
std::vector<Trigger> read_triggers(const std::shared_ptr<Database>& database);
FileFacts read_file_facts(const std::shared_ptr<Database>& database);

}  // namespace sqlite
