// Writes the SELECT that a foreign scan sends to SQLite.
#include "fdw/deparse.hpp"

#include "sqlite/quote.hpp"

namespace fdw {

// Each column is qualified: a bare "x" that the table does not have would be a string literal to SQLite. The schema is
// named, lest a temporary object of the same name be found first.
// No condition is sent: SQLite compares by storage class and by its own collations, so its answer to the same words may
// be another one.
std::string select_text(const std::string& table, const std::vector<std::string>& columns) {
    std::string list;
    for (const std::string& column : columns)
        list += (list.empty() ? "t." : ", t.") + sqlite::quote_name(column);
    return "SELECT " + (list.empty() ? "NULL" : list) + " FROM main." + sqlite::quote_name(table) + " AS t";
}

}  // namespace fdw
