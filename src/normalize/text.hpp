// Text that the server can store: the checks and mending rules that text, JSON and other types share.
#pragma once

#include <string>
#include <string_view>

#include "base/cell.hpp"
#include "normalize/outcome.hpp"

namespace normalize {

// A view of the bytes if they are valid UTF-8 without NUL; else what the rules latin1, replace_invalid and strip_nul
// make of them, in scratch; else a complaint. Lengths are not looked at.
Outcome clean_text(std::string_view bytes, const Settings& settings, Bytes& value, std::string& scratch);

// The plain text of an integer or real cell: in a buffer of at least 32 bytes, or in scratch.
size_t plain_number(const base::Cell& cell, char* buffer);
Bytes number_as_text(const base::Cell& cell, std::string& scratch);

// The same where it stays text: a real shows that it is one, 1.0 is "1.0", as SQLite's own CAST writes it.
size_t written_number(const base::Cell& cell, char* buffer);
Bytes number_as_written(const base::Cell& cell, std::string& scratch);

}  // namespace normalize
