// Says what a column would best become in PostgreSQL, judged by its values, and why.
#pragma once

#include <string>

#include "schema/profile.hpp"
#include "sqlite/catalog.hpp"

namespace schema {

struct Suggestion {
    std::string type;  // that takes every value, under the rule
    std::string rule;  // "" = none is needed
    std::string unit;  // of the numbers that are or may be times: "unix_ms", "unix_seconds or cocoa", "" = none
    std::string why;   // one line
};

// Where the declared type holds the values, or does so under a rule, it stays. core_data: see possible_units().
Suggestion suggest(const sqlite::Column& column, const ColumnProfile& profile, bool identity, bool core_data);

}  // namespace schema
