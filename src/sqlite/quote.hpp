// Quotes names and literals for SQLite's SQL.
#pragma once

#include <string>
#include <string_view>

namespace sqlite {

std::string quote_name(std::string_view name);     // "a""b"; Error invalid_argument if it holds a NUL
std::string quote_literal(std::string_view text);  // 'it''s'; ('a'||char(0)||'b') where it holds a NUL

}  // namespace sqlite
