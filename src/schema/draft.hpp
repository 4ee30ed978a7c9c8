// The design while it is being made: what ddl_*.cpp hand to each other. Not for other rooms.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "schema/ddl.hpp"
#include "schema/expression.hpp"
#include "schema/profile.hpp"
#include "schema/type_map.hpp"
#include "sqlite/catalog.hpp"

namespace schema {

struct DraftColumn {
    std::string target;  // unquoted
    ColumnProfile profile;
    TypeChoice choice;
    bool identity = false;  // the rowid alias: always bigint, never retyped
    bool ruled = false;     // rules of the caller change its values
    std::string generated;  // the expression that PostgreSQL computes it by, "" where it holds values

    int64_t values() const { return profile.rows - profile.nulls; }
};

// A set of columns that SQLite keeps unique: the primary key, a UNIQUE constraint, or a plain unique index.
struct DraftKey {
    enum class Origin { primary, constraint, index } origin = Origin::constraint;
    std::vector<size_t> columns;           // positions in the table
    const sqlite::Index* index = nullptr;  // null for a rowid alias
    bool merges = false;                   // two rows would be equal in the target, and no type of ours prevents it
    bool carried = false;                  // set when its statement is written
};

struct DraftTable {
    sqlite::Table source;
    std::string target;     // unquoted
    std::string qualified;  // "schema"."table"
    std::vector<DraftColumn> columns;
    std::vector<DraftKey> keys;
    std::set<std::string> constraint_names;  // PostgreSQL wants them unique per table
    std::map<const sqlite::Index*, std::string> index_names;
    int64_t rows = 0;
    Relation relation;  // for the translator: filled when types are settled

    int position(const std::string& column) const;                        // by SQLite's name, without case; -1 = none
    std::string column_list(const std::vector<size_t>& positions) const;  // quoted, with commas
};

struct Draft {
    std::shared_ptr<sqlite::Database> database;
    const Request& request;
    std::vector<DraftTable> tables;
    std::map<std::string, size_t> by_name;  // SQLite's name in lower case -> position
    std::set<std::string> taken;            // names of tables, indexes and sequences: one space in PostgreSQL
    std::vector<Statement> statements, reports;

    DraftTable* find(const std::string& source);         // without case; null = not among the created ones
    std::string qualify(const std::string& name) const;  // "schema"."name"
    void report(const std::string& source_table, const std::string& object, const std::string& note);
    void state(Action action, const DraftTable& table, const std::string& object, const std::string& sql,
               const std::string& note = {});
};

// "text" for text and every varchar, "numeric" for every numeric, else the type. Two columns of one family compare
// with an index.
std::string type_family(const std::string& type);
std::string counted(int64_t count, const char* one, const char* more);  // "1 row", "2 rows"
// SQL text for a note: one line, at most some 2000 bytes.
std::string one_line(const std::string& sql);

// ddl_names.cpp: which tables are made, and what tables, columns and indexes are called.
void name_tables(Draft& draft, const std::vector<sqlite::Table>& objects);
void name_columns(Draft& draft, DraftTable& table);
void name_indexes(Draft& draft);

// ddl_keys.cpp
void collect_keys(DraftTable& table);
void settle_key_types(Draft& draft);  // a type that would make two keys equal is given up for text
void write_keys(Draft& draft);        // primary keys, then uniques, then plain indexes
// Why PostgreSQL cannot build a btree over these columns; "" where it can.
std::string index_obstacle(const DraftTable& table, const std::vector<size_t>& columns);
// Whether two rows that SQLite holds apart would be equal over these columns.
bool would_merge(Draft& draft, const DraftTable& table, const std::vector<size_t>& columns);

// ddl_indexes.cpp
void write_index(Draft& draft, DraftTable& table, const sqlite::Index& index, DraftKey* key);
// SQLite keeps a key unique under NOCASE or RTRIM: an index that does, beside the plain constraint.
void write_collated_index(Draft& draft, DraftTable& table, const DraftKey& key, const std::string& constraint);

// ddl_views.cpp
void write_views(Draft& draft, const std::vector<sqlite::Table>& objects);

// ddl_drafts.cpp: what is reported with a draft
void report_virtual(Draft& draft, const sqlite::Table& object);
void report_trigger(Draft& draft, const sqlite::Trigger& trigger);

// ddl_checks.cpp
void describe_relations(Draft& draft);    // what the translator must know of the tables
void settle_generated(Draft& draft);      // which generated columns PostgreSQL computes
void write_checks(Draft& draft);

// ddl_foreign.cpp
void unify_references(Draft& draft);  // a child column takes its parent's type where its values allow it
void write_foreign_keys(Draft& draft);

}  // namespace schema
