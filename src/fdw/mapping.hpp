// What a foreign table stands for: the names of its table and columns in SQLite, as its options say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

extern "C" {
#include "postgres_ext.h"
}

namespace fdw {

// Names in SQLite are UTF-8, names in PostgreSQL are in the database's encoding.
struct MappedColumn {
    int attribute = 0;   // 1-based
    std::string name;    // in PostgreSQL
    std::string column;  // in SQLite
    bool key = false;    // column option key
};

struct Mapping {
    Oid server = 0;
    std::string name;                   // in PostgreSQL
    std::string table;                  // in SQLite
    std::vector<MappedColumn> columns;  // in attribute order; dropped and virtual generated ones are not here

    const MappedColumn* find(int attribute) const;
};

// Reads the catalog; the caller holds a lock on the relation. Raises PgError or base::Error.
Mapping read_mapping(Oid relation);

// From the database's encoding to SQLite's UTF-8: raises PgError for bytes that are not text.
std::string to_sqlite_text(const char* text);
// From SQLite's UTF-8 to the database's encoding. False: it has no such character, or the bytes are not UTF-8.
bool to_server_text(std::string_view text, std::string* result);

}  // namespace fdw
