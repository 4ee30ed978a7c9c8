// Gives created objects their PostgreSQL names: style, 63 bytes, no collisions.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace schema {

enum class NameStyle { preserve, lower, snake };

std::string styled(std::string_view name, NameStyle style);

// At most 63 bytes, cut at a character, with "_" and 8 hex digits of a stable hash of the whole name where cut.
std::string fit(std::string_view name);

// fit(), then made different from all in `taken` by the same stable means; adds itself to `taken`.
std::string unique_name(std::string_view name, std::set<std::string>& taken);

// PostgreSQL's quoting, always with double quotes.
std::string quote_name(std::string_view name);
// PostgreSQL's literal, E'' where a backslash occurs, valid whatever standard_conforming_strings says.
std::string quote_literal(std::string_view text);

}  // namespace schema
