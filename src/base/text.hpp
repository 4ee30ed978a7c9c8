// Text helpers that every room needs: UTF-8, identifiers, nearest names, excerpts for messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace base {

// Offset of the first byte that is not valid UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF),
// or text.size() if all is valid. A NUL byte is valid here; callers that cannot carry it ask for it by name.
size_t valid_utf8_prefix(std::string_view text);

// Number of code points of valid UTF-8.
size_t utf8_length(std::string_view text);

// ASCII folding only, as SQLite compares names.
std::string lower_ascii(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

// "DateCreated" -> "date_created", "userID" -> "user_id", "HTTPServer" -> "http_server", "a-b c" -> "a_b_c".
std::string snake_case(std::string_view name);

// The candidate with the least edit distance, if it is near enough to be a typing error; else empty.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

// A value for a message: at most `limit` bytes, cut at a character, control and invalid bytes as \xNN, "…" where cut.
std::string excerpt(std::string_view bytes, size_t limit = 60);

}  // namespace base
