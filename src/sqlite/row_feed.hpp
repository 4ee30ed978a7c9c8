// Hands the rows of a scan over while SQLite makes it, without a step and a call for each cell: a quarter less than asking.
#pragma once

#include <sqlite3.h>

#include <string>
#include <vector>

namespace sqlite {

class Database;
class Statement;

// Who takes them. `take` gets the cells that feed_condition named, valid while it runs. True: the scan goes on with the next
// row; false: step() returns this one. It runs inside SQLite: nothing may leave it by longjmp; an exception ends the scan as
// out of memory.
struct RowFeed {
    bool (*take)(void* taker, sqlite3_value** cells);
    void* taker;
};

// How many columns can be fed at once: SQLite's limit on arguments, less a few.
constexpr size_t most_fed = 99;

// For the WHERE of a SELECT from one table (of a view or a join SQLite might ask more often than there are rows). The
// parameter is bound by bind_feed.
std::string feed_condition(int parameter, const std::vector<std::string>& columns);
void provide_feed_function(Database& database);
// The feed must outlive the statement.
void bind_feed(Statement& statement, int parameter, RowFeed& feed);

}  // namespace sqlite
