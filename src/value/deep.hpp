// Converts a cell once more, by the type's own input function: what the fast converters are checked against.
#pragma once

#include <string>

#include "value/column.hpp"

namespace value {

// How many rows of a source are converted twice.
enum class Deep { none, sample, all };
Deep deep_of(const std::string& name);  // "sample", "all"; anything else is none

// The sample: the first thousand rows, then one in 1009. By the row's place in the source, so that it is the same each time.
constexpr bool in_sample(int64_t row) { return row <= 1000 || row % 1009 == 0; }

// What the input function makes of a cell, beside what the fast converter made.
enum class Answer { not_asked, same, another };

// Asked are cells that mean what they say: no rule took part, the outcome is a value, and its text is not long. Whole numbers
// that count from 1970 are added to it by the server.
// May raise: inside pg_call and a subtransaction.
Answer ask_input(Column& column, const base::Cell& cell, const normalize::Outcome& outcome, Datum fast, std::string& text);

}  // namespace value
