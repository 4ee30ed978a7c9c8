// Columns whose values have parts, each a column of its own: arrays, ranges, rows. Include it after C++ headers.
#pragma once

#include "value/column.hpp"

namespace value {

constexpr bool is_container(Kind kind) { return kind >= Kind::array && kind <= Kind::row; }

// Makes the columns of the parts.
void make_parts(Column& column);

// As convert(). Parts go the way of any cell, so that their rules count and their complaints are found; the type's own
// input function sees only what is put together of them again.
normalize::Outcome convert_container(Column& column, const base::Cell& cell, Datum* result);

}  // namespace value
