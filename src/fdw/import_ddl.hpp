// Writes the CREATE FOREIGN TABLE of one SQLite table, every word from the file quoted.
#pragma once

#include <set>
#include <string>

#include "schema/identifier.hpp"
#include "sqlite/catalog.hpp"

namespace fdw {

struct ImportOptions {
    schema::NameStyle style = schema::NameStyle::preserve;
    bool not_null = true;
};

// name: the foreign table's, styled and unique already. All text is UTF-8.
std::string create_text(const sqlite::Table& table, const std::string& name, const std::string& server,
                        const ImportOptions& options);

}  // namespace fdw
