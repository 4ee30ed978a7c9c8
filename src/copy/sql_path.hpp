// Gives rows to the server as INSERT statements: for tables whose rows live elsewhere, and whose own hooks must see them.
#pragma once

#include <string>
#include <vector>

#include "copy/copy_path.hpp"

namespace copy {

// Inserts all batches by INSERT … VALUES with parameters, as the current user. Not INSERT … SELECT from a foreign table of
// ours: the rows come from the same reader as on the other paths, so rules, complaints and digests are the same, and no
// object must be made. Returns the number of rows that the server says it inserted.
int64_t run_sql_path(Relation relation, const std::string& name, const std::vector<int>& attributes, const NextBatch& next);

}  // namespace copy
