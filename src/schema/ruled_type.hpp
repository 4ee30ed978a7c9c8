// The type of a column that create mode makes, where the caller asked for rules: it fits the values after them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/cell.hpp"
#include "schema/profile.hpp"
#include "schema/type_map.hpp"
#include "sqlite/catalog.hpp"

namespace sqlite {
class Database;
}

namespace schema {

// What the caller asked for one column.
struct AskedRules {
    std::vector<std::string> names;  // of rules
    std::string type;                // what the column's expression gives, as PostgreSQL spells it; "" where that is text
    // A cell through the column's expression, valid until the next call; empty where there is none.
    std::function<base::Cell(const base::Cell&)> through;

    bool has(const char* name) const;
};

// Reads the column once more where an expression gives text: what it becomes is what the type must take.
TypeChoice type_by_rules(const std::shared_ptr<sqlite::Database>& database, const sqlite::Table& table, size_t position,
                         ColumnProfile& profile, const AskedRules& asked);

}  // namespace schema
