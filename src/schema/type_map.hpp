// Says which PostgreSQL type a declared SQLite type becomes, and why.
#pragma once

#include <string>

#include "schema/profile.hpp"
#include "sqlite/catalog.hpp"

namespace schema {

struct TypeChoice {
    std::string type;  // as PostgreSQL spells it: "bigint", "numeric(10,2)", "timestamp without time zone"
    std::string
        why;  // one clause for plan and docs: "declared INTEGER", "declared DATETIME, but 12 values are integers"
};

// By declared type alone: what IMPORT FOREIGN SCHEMA uses, which reads no rows. Unknown types fall back to affinity.
TypeChoice type_by_declaration(const sqlite::Column& column);

// By declared type and evidence: every value that the profile saw must be storable in the type without loss.
TypeChoice type_by_evidence(const sqlite::Column& column, const ColumnProfile& profile);

}  // namespace schema
