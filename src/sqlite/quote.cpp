// Quotes names and literals for SQLite's SQL.
#include "sqlite/quote.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

void append_doubled(std::string& result, std::string_view text, char quote) {
    result += quote;
    for (const char c : text) {
        if (c == quote) result += quote;
        result += c;
    }
    result += quote;
}

}  // namespace

std::string quote_name(std::string_view name) {
    if (name.find('\0') != std::string_view::npos) {
        throw base::Error(base::ErrorKind::invalid_argument,
                          "\"" + base::excerpt(name) + "\" cannot be a name: it holds a NUL character");
    }
    std::string result;
    result.reserve(name.size() + 2);
    append_doubled(result, name, '"');
    return result;
}

std::string quote_literal(std::string_view text) {
    std::string result;
    result.reserve(text.size() + 2);
    size_t nul = text.find('\0');
    const bool parts = nul != std::string_view::npos;
    if (parts) result += '(';
    // SQLite's parser ends at a NUL, so that it has to be spelled as a call.
    while (nul != std::string_view::npos) {
        append_doubled(result, text.substr(0, nul), '\'');
        result += "||char(0)||";
        text.remove_prefix(nul + 1);
        nul = text.find('\0');
    }
    append_doubled(result, text, '\'');
    if (parts) result += ')';
    return result;
}

}  // namespace sqlite
