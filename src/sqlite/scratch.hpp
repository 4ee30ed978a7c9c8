// Makes a small database in memory, as the bytes of a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cell.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sqlite {

// One table without declared types, so that each value stays in the storage class that it is given.
class Scratch {
   public:
    // key: the columns of the primary key, if any; rowids: rows carry their own, else the table is WITHOUT ROWID (which
    // needs a key).
    Scratch(const std::string& table, const std::vector<std::string>& columns, const std::vector<std::string>& key, bool rowids);
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    void add(const std::vector<base::Cell>& cells, int64_t rowid);
    std::string bytes();

   private:
    [[noreturn]] void fail(const char* doing);

    sqlite3* handle_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    bool rowids_;
};

}  // namespace sqlite
