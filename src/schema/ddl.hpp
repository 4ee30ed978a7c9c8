// Writes the statements that make a SQLite schema in PostgreSQL, in the order in which they must run.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "schema/identifier.hpp"
#include "schema/profile.hpp"
#include "schema/ruled_type.hpp"
#include "sqlite/catalog.hpp"

namespace schema {

enum class Action { create, constraint, key, unique, index, foreign_key, view, report };
const char* action_name(Action action);  // "create", "key", "index" (unique and plain), "constraint" (CHECK), ...

// One statement, or (report) one thing that is not carried and why.
struct Statement {
    Action action;
    std::string source_table;  // as SQLite names it
    std::string object;        // what the statement makes, qualified and quoted for PostgreSQL
    std::string sql;           // without a semicolon; "" for report
    std::string note;          // decisions ("DATETIME -> bigint: 12 values are integers"), or why it is not carried
};

// How one source column arrives.
struct ColumnPlan {
    std::string source, target, type, why;
    bool generated = false;  // PostgreSQL computes it: nothing is loaded
};
struct TablePlan {
    std::string source, target;       // unquoted names
    std::vector<ColumnPlan> columns;  // all, in the order of the table; generated ones that cannot be translated hold values
    int64_t rows = 0;                 // as counted
};

struct Request {
    std::string target_schema;
    NameStyle style = NameStyle::preserve;
    std::vector<std::string> tables;             // source tables to make, in this order
    std::map<std::string, std::string> renames;  // "table" or "table.column" -> new name, not styled again
    std::map<std::string, AskedRules> rules;     // by "table.column", as SQLite names them
    bool orphans_go = false;      // rows without parents will not be there: they are no obstacle to a foreign key
    std::set<std::string> taken;  // names in the target schema that are no longer free (pg_class.relname)
};

struct Design {
    std::vector<TablePlan> tables;
    std::vector<Statement> statements;  // in the order of Action
};

// Reads every row of every table once (profiles decide types, nullability of keys, and whether foreign keys hold).
Design design_schema(const std::shared_ptr<sqlite::Database>& database, const Request& request);

}  // namespace schema
