// Puts a batch into a table so that a row which the server refuses costs only itself. Include it after C++ headers.
#pragma once

#include <cstdint>
#include <functional>

#include "copy/direct_path.hpp"
#include "value/raw_rows.hpp"

namespace copy {

// Called for each row that is refused; attribute: whose value it was about, 0 = none in particular.
using Refuse = std::function<void(int row, int attribute, value::Refusal refusal)>;

// Both insert the rows 0 .. count - 1 and return how many subtransactions it took: one where the server takes them all.

// The batch as a whole; if that fails, row by row, asking first what can be asked. Only a row that raises nevertheless
// costs two subtransactions more.
int insert_batch(DirectPath& path, int count, const Refuse& refuse);

// For ways into a table that say only that something failed: the rows from .. to - 1, halved until one row is left.
// Errors that are not accepted go on as they are.
using InsertRange = std::function<void(int from, int to)>;
using Accepts = std::function<bool(int sqlstate)>;
int insert_by_halves(Relation relation, const InsertRange& insert, int from, int to, const Refuse& refuse,
                     const Accepts& accepts);

}  // namespace copy
