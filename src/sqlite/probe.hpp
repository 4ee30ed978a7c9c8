// Small questions to a file: is there a row, how many, is it sound.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sqlite {

class Database;
struct Table;

// True if the table has a row; with columns, a row in which one of them is not NULL.
bool has_rows(const std::shared_ptr<Database>& database, const Table& table, const std::vector<std::string>& columns);

int64_t count_rows(const std::shared_ptr<Database>& database, const Table& table);

struct Finding {
    std::string severity;  // error, warning, note
    std::string object;    // table or index, "" where it concerns the file
    std::string message;
};

// PRAGMA quick_check or integrity_check (which reads every index as well), and foreign_key_check. An empty list is a sound
// file; a check that could not run is a note. Raises base::Error only where the file cannot be read at all.
std::vector<Finding> check_integrity(const std::shared_ptr<Database>& database, bool quick);

// What quick_check says of the pages, without what it says of values (NULL in a NOT NULL column, a CHECK that fails): that
// is no damage, and whoever reads the values will meet it. Empty where there is none, or where the check cannot run.
std::vector<Finding> find_damage(const std::shared_ptr<Database>& database);

}  // namespace sqlite
