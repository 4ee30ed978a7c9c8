// Words for cells in messages.
#pragma once

#include <string>

#include "base/cell.hpp"
#include "normalize/outcome.hpp"

namespace value {

// The cell as a message shows it: integer 5, text "abc", blob of 16 bytes x'00ff…', NULL.
std::string show(const base::Cell& cell);

// A complaint as a sentence without table and column: text "abc" is not a number; expected a whole number ….
std::string describe(const base::Cell& cell, normalize::Code code);

// The cell as a JSON value: null, 5, 0.1, "abc", {"blob": "00ff"}. Text that is not UTF-8 is shown as an excerpt.
std::string to_json(const base::Cell& cell);

}  // namespace value
