// What the file knows of its tables' sizes without counting: sqlite_stat1, sqlite_sequence, first and last rowids.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "sqlite/catalog.hpp"

namespace sqlite {

class RowEstimates {
   public:
    // Reads the two tables that are there. Both are ordinary tables, which a strange file may have filled with anything:
    // what cannot be read is taken as unknown.
    RowEstimates(std::shared_ptr<Database> database, bool has_statistics, bool has_sequences);

    // Of a table whose columns and indexes are filled in; -1 where unknown. Raises if the table's ends cannot be read.
    int64_t rows_of(const Table& table) const;
    int64_t sequence_of(const Table& table) const;

   private:
    std::shared_ptr<Database> database_;
    std::unordered_map<std::string, int64_t> statistics_, sequences_;  // by exact name, as SQLite compares them
    int64_t most_rows_ = 0;
};

}  // namespace sqlite
