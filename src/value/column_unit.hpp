// The unit of numbers in columns of dates and times: decided once for the column, from all its numbers. Include it after
// C++ headers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "normalize/outcome.hpp"
#include "schema/time_unit.hpp"
#include "sqlite/catalog.hpp"
#include "value/column.hpp"

namespace sqlite {
class Database;
}

namespace value {

// The types whose numbers may count from an epoch; time and interval have none.
constexpr bool takes_unit(Kind kind) { return kind == Kind::date || kind == Kind::timestamp || kind == Kind::timestamptz; }

struct UnitChoice {
    std::string column;                          // of the source
    schema::NumberRange range;                   // no numbers: nothing to decide
    std::vector<schema::TimeUnit> candidates;    // one: it is decided

    bool decided() const { return candidates.size() == 1; }
    normalize::Rule rule() const;                // of the one candidate, else none
    // What a complaint expects: "a unit: numbers from 5 to 9 may be unix_seconds (1984-01-01) or cocoa (2015-01-01)".
    std::string expected() const;
    // {"unit": "unix_ms", "candidates": ["unix_ms"], "numbers": 3, "years": "2015-01-01 to 2025-01-01"}
    std::string to_json() const;
};

// One pass over the table for all these columns. Knows no server: may run where a longjmp must not pass.
std::vector<UnitChoice> choose_units(const std::shared_ptr<sqlite::Database>& database, const sqlite::Table& table,
                                     const std::vector<std::string>& columns);

}  // namespace value
