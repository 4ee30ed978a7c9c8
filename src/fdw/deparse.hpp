// Writes the SELECT that a foreign scan sends to SQLite.
#pragma once

#include <string>
#include <vector>

namespace fdw {

// Reads these columns of a table of schema main, in this order; no column at all gives one NULL per row.
std::string select_text(const std::string& table, const std::vector<std::string>& columns);

}  // namespace fdw
