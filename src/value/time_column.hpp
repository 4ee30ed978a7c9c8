// Columns of dates and times: what column.cpp leaves to its neighbour. Include it after C++ headers.
#pragma once

#include "value/column.hpp"

namespace value {

constexpr bool is_time(Kind kind) { return kind >= Kind::date && kind <= Kind::interval; }

// As convert(), for kinds that are times; may decline.
normalize::Outcome convert_time(Column& column, const base::Cell& cell, Datum* result);

// The type's own input function, under fixed settings: the session's DateStyle, TimeZone and IntervalStyle must not decide
// what a file means. An error leaves the settings to the abort of the subtransaction.
Datum call_time_input(Column& column, normalize::Bytes bytes);

// The type's own input function (in column.cpp).
Datum call_input(Column& column, normalize::Bytes bytes);

}  // namespace value
