// A column's rule that is SQL: an expression over $1, evaluated by the server for each cell. Include it after C++ headers.
#pragma once

#include <string>

#include "base/cell.hpp"

extern "C" {
#include "postgres.h"

#include "executor/spi.h"
}

namespace value {

// The cell is $1 as text, or as bytea where it is a blob; NULL is NULL. The result is read as a source's cell would be:
// bytea as a blob, numbers as integers and reals, exactly, anything else by its text under fixed settings. It runs with
// the caller's rights and settings.
class Expression {
   public:
    explicit Expression(std::string sql) : sql_(std::move(sql)) {}
    ~Expression();
    Expression(const Expression&) = delete;
    Expression& operator=(const Expression&) = delete;

    // Parses it, so that a mistake shows before the first row: it must make sense over text, or over bytea. Raises server
    // errors, and base::Error where it is more than an expression.
    void prepare();

    // May raise: call it inside pg_call. The result lies in CurrentMemoryContext.
    base::Cell evaluate(const base::Cell& cell);

    // What it gives, as PostgreSQL spells the type; "" for text in any form. After prepare().
    std::string result_type() const;

    const std::string& sql() const { return sql_; }

   private:
    SPIPlanPtr plan_for(Oid type) const;

    std::string sql_;
    SPIPlanPtr over_text_ = nullptr, over_bytea_ = nullptr;
};

// True if both cells mean the same: what decides whether a rule is counted.
bool same_cell(const base::Cell& a, const base::Cell& b);

}  // namespace value
