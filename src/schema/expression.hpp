// Translates SQLite expressions and views for PostgreSQL, or says why they cannot mean the same there.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace schema {

// What a value is in PostgreSQL. truth: the result of a comparison, 0 or 1 in SQLite. other: nothing may be done with it.
enum class Kind {
    null,
    truth,
    boolean,
    integer,
    real,
    numeric,
    text,
    bytes,
    date,
    time,
    timestamp,
    timestamptz,
    uuid,
    json,
    other
};

// The kind of a type as type_map spells it.
Kind kind_of_type(const std::string& type);

// A column that an expression may name.
struct Field {
    std::string name;    // SQLite's
    std::string target;  // unquoted
    Kind kind = Kind::other;
    std::string collation;  // "" or BINARY: byte by byte
    bool affine = true;     // its affinity turns a literal beside it into a value of this kind
    bool pure = true;       // every value is of the storage class that the kind comes from
    std::string sample;     // of times and uuids, where all are written alike: one of them; "" where they are not
    bool generated = false;
};

// A table, a view or a subquery that an expression may name.
struct Relation {
    std::string name;    // SQLite's, or the alias
    std::string target;  // unquoted
    std::vector<Field> fields;
    std::string rowid;  // the field that the rowid is, "" where none
};

struct Translated {
    std::string sql;  // "" where it cannot be carried
    Kind kind = Kind::other;
    std::string why;                // then: why not
    std::string note;               // what a reader should know although it is carried
    bool stable = false;            // uses the clock, or a function that an index may not use
    std::set<std::string> columns;  // SQLite's names, as the fields spell them
};

// A condition (CHECK, WHERE of an index), true, false or NULL as in SQLite.
Translated translate_condition(std::string_view sql, const Relation& table);
// A value (an index's expression, a generated column, a DEFAULT).
Translated translate_value(std::string_view sql, const Relation& table);

// A view: CREATE VIEW … AS SELECT. Relations are the tables and views that it may read.
struct TranslatedView {
    std::string sql;  // the SELECT, "" where it cannot be carried
    std::string why, note;
    std::vector<Field> fields;       // its columns, as far as they are named
    std::vector<std::string> reads;  // SQLite's names
};
TranslatedView translate_view(std::string_view sql, const std::vector<const Relation*>& relations,
                              const std::vector<std::string>& qualified);

}  // namespace schema
