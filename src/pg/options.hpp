// The legal options of servers, foreign tables and columns, as a table.
#pragma once

#include <string>
#include <vector>

#include "archive/input.hpp"

extern "C" {
#include "postgres_ext.h"
}

struct List;

namespace pg {

struct Option {
    std::string name, value;
};

// Checks the options of a catalog (ForeignServerRelationId, ForeignTableRelationId, AttributeRelationId, ...): names
// (an unknown one lists the valid ones as hint), values, and for a file the rules of source.hpp. Raises base::Error.
void validate_options(const std::vector<Option>& options, Oid catalog);

// The options of a DefElem list as strings.
std::vector<Option> read_options(List* options);
// "" where the option is not given.
std::string option_value(const std::vector<Option>& options, const char* name);

// The limits of unpacking that a server's options set; the rest are the defaults.
archives::Limits archive_limits(const std::vector<Option>& options);

}  // namespace pg
