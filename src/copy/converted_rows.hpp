// Hands the converted rows of a source table to SQL, so that the server's own operators can look for duplicates, orphans
// and broken constraints before anything is written. Include it after C++ headers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "copy/loader.hpp"

extern "C" {
#include "postgres.h"

#include "fmgr.h"
}

namespace copy {

// Fills the result of a function that RETURNS SETOF record: the request's target columns, in their order and types, and,
// if `keyed`, the row's key as text, a JSON object. Rows with a value that cannot be carried are left out: they are
// complaints already. What does not fit into work_mem spills to disk, as with any such function.
void return_converted_rows(const LoadRequest& request, bool keyed, FunctionCallInfo call);

// JSON: the units that were found for numbers in time columns, by source column.
std::string find_units(const LoadRequest& request);

}  // namespace copy
