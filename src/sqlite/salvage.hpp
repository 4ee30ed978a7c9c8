// Copies from a damaged file what can be read of it, table by table, and lists what could not.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sqlite {

class Database;

struct Loss {
    std::string table;
    int64_t rows = 0;     // that were read
    std::string message;  // what could not be, and why
};

// Makes a sound file at `path` (private, empty) of every table of `source`: its definition, its rows, AUTOINCREMENT's
// numbers; indexes, views and triggers where SQLite takes them. Rows are read from both sides of a damaged place. Tables
// that are whole have no Loss. Raises base::Error for what is not damage: a cancel, a full disk, no memory.
std::vector<Loss> salvage(const std::shared_ptr<Database>& source, const std::string& path);

}  // namespace sqlite
