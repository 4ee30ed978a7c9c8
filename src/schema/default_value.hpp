// Turns a SQLite DEFAULT clause into one for the chosen PostgreSQL type, or says that it cannot.
#pragma once

#include <string>

#include "sqlite/catalog.hpp"

namespace schema {

struct DefaultChoice {
    std::string sql;      // the expression behind DEFAULT; "" where the column gets none
    bool carried = true;  // false: a default exists and is not carried
};

// Literals are read by us and written for the type: DEFAULT 0 of a boolean is false, DEFAULT '0' of a number is 0.
// CURRENT_TIMESTAMP and its kin, and strftime() of now, become the server's clock in UTC, as SQLite means it.
// Nothing of the clause's text reaches the server unread: the file is untrusted.
DefaultChoice default_for(const sqlite::Column& column, const std::string& type);

}  // namespace schema
