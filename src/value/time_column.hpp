// Columns of dates and times: what column.cpp leaves to its neighbour. Include it after C++ headers.
#pragma once

#include "value/column.hpp"

namespace value {

constexpr bool is_time(Kind kind) { return kind >= Kind::date && kind <= Kind::interval; }

// As convert(), for kinds that are times. Never declines.
normalize::Outcome convert_time(Column& column, const base::Cell& cell, Datum* result);

// Fixed settings until AtEOXact_GUC(true, <result>): the session's DateStyle, TimeZone and the like must not decide what a
// file means. An error in between leaves them to the abort of the subtransaction.
int pin_settings(pg_tz* zone);

// The type's own input function: under fixed settings, or as it is (in column.cpp).
Datum call_pinned_input(Column& column, normalize::Bytes bytes, int32 typmod);
Datum call_input(Column& column, normalize::Bytes bytes, int32 typmod);

}  // namespace value
