// Turns a SQLite DEFAULT clause into one for the chosen PostgreSQL type, or says that it cannot.
#include "schema/default_value.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/text.hpp"
#include "schema/identifier.hpp"
#include "schema/shape.hpp"
#include "schema/time_format.hpp"

#include "base/fence.hpp"

namespace schema {
namespace {

enum class Kind { null, integer, real, string, bytes, truth, clock, unix_clock, other };

// What a DEFAULT clause says.
struct Literal {
    Kind kind = Kind::other;
    int64_t integer = 0;  // integer, truth (0, 1)
    std::string text;     // real: its decimal text; string, bytes: the bytes; clock: the pattern for to_char
    bool whole = false, date = false, time = false;  // clock: date and time in a form that the types read; one alone
};

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

// The content of a text that is one quoted token from its first character to its last.
std::optional<std::string> unquoted(std::string_view text, char quote) {
    if (text.size() < 2 || text.front() != quote || text.back() != quote) return std::nullopt;
    std::string content;
    for (size_t i = 1; i + 1 < text.size(); ++i) {
        content += text[i];
        if (text[i] == quote) {
            if (i + 2 >= text.size() || text[i + 1] != quote) return std::nullopt;  // the token ended before
            ++i;
        }
    }
    return content;
}

// Takes off parentheses that enclose the whole.
std::string_view without_parentheses(std::string_view text) {
    for (;;) {
        text = trimmed(text);
        if (text.size() < 2 || text.front() != '(' || text.back() != ')') return text;
        int depth = 0;
        char quote = 0;
        for (size_t i = 0; i < text.size(); ++i) {
            char c = text[i];
            if (quote != 0) {
                if (c == quote) quote = 0;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '(') {
                ++depth;
            } else if (c == ')' && --depth == 0 && i + 1 < text.size()) {
                return text;  // (a) + (b)
            }
        }
        text = text.substr(1, text.size() - 2);
    }
}

// Lower case and without blanks outside of quotes, so that calls can be compared.
std::string folded(std::string_view text) {
    std::string result;
    char quote = 0;
    for (char c : text) {
        if (quote != 0) {
            if (c == quote) quote = 0;
            result += c == '"' ? '\'' : c;
        } else if (c == '\'' || c == '"') {
            quote = c;
            result += '\'';
        } else if (!blank(c)) {
            result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return result;
}

Literal clock(std::string pattern, bool date, bool time) {
    Literal literal;
    literal.kind = Kind::clock;
    literal.text = std::move(pattern);
    literal.date = date && !time;
    literal.time = time && !date;
    literal.whole = date && time;
    return literal;
}

// A clock's text in strftime's format; false where it holds anything else than plain parts.
bool translate_format(std::string_view format, Literal& literal) {
    const std::string pattern = to_char_pattern(format);
    if (pattern.empty() || pattern.find("DDD") != std::string::npos) return false;  // a day of the year is no date
    bool date = pattern.rfind("YYYY-MM-DD", 0) == 0, time = pattern.find("HH24:MI") != std::string::npos;
    literal = clock(pattern, date, time);
    if (literal.date && pattern != "YYYY-MM-DD") literal.date = false;
    return true;
}

// CURRENT_TIMESTAMP, datetime('now'), strftime('...', 'now') and the like.
bool read_clock_call(std::string_view text, Literal& literal) {
    std::string call = folded(text);
    if (call == "current_timestamp" || call == "datetime('now')" || call == "datetime()" ||
        call == "datetime(current_timestamp)") {
        literal = clock("YYYY-MM-DD HH24:MI:SS", true, true);
        return true;
    }
    if (call == "current_date" || call == "date('now')" || call == "date()" || call == "date(current_timestamp)") {
        literal = clock("YYYY-MM-DD", true, false);
        return true;
    }
    if (call == "current_time" || call == "time('now')" || call == "time()" || call == "time(current_timestamp)") {
        literal = clock("HH24:MI:SS", false, true);
        return true;
    }
    if (call.rfind("cast(", 0) == 0) {
        for (std::string_view end : {"asinteger)", "asint)", "asbigint)"}) {
            if (call.size() > 5 + end.size() && std::string_view(call).substr(call.size() - end.size()) == end) {
                call = call.substr(5, call.size() - 5 - end.size());
                break;
            }
        }
    }
    if (call == "unixepoch()" || call == "unixepoch('now')" || call == "strftime('%s','now')" ||
        call == "strftime('%s')" || call == "unixepoch(current_timestamp)" ||
        call == "strftime('%s',current_timestamp)") {
        literal.kind = Kind::unix_clock;
        return true;
    }
    constexpr std::string_view start = "strftime('";
    if (call.rfind(start, 0) != 0) return false;
    for (std::string_view end : {"','now')", "',current_timestamp)", "')"}) {
        if (call.size() < start.size() + end.size() || std::string_view(call).substr(call.size() - end.size()) != end)
            continue;
        std::string_view format = std::string_view(call).substr(start.size(), call.size() - start.size() - end.size());
        return format.find('\'') == std::string_view::npos && translate_format(format, literal);
    }
    return false;
}

bool read_number(std::string_view text, Literal& literal) {
    bool negative = false;
    while (!text.empty() && (text.front() == '-' || text.front() == '+' || blank(text.front()))) {
        negative = negative != (text.front() == '-');
        text.remove_prefix(1);
    }
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        uint64_t value = 0;
        auto result = std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
        if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return false;
        literal.kind = Kind::integer;
        literal.integer = static_cast<int64_t>(negative ? 0 - value : value);
        return true;
    }
    std::string number = negative ? "-" : "";
    if (!text.empty() && text.front() == '.') number += '0';
    number += text;
    if (!number.empty() && number.back() == '.') number += '0';
    switch (number_shape(number)) {
        case NumberKind::integer:
            literal.kind = Kind::integer;
            literal.integer = std::strtoll(number.c_str(), nullptr, 10);
            return true;
        case NumberKind::number:
            literal.kind = Kind::real;
            literal.text = number;
            return true;
        default: return false;
    }
}

Literal read_literal(const std::string& clause) {
    std::string_view text = without_parentheses(clause);
    Literal literal;
    if (text.empty()) return literal;
    for (char quote : {'\'', '"'}) {  // "..." is a string where no column can be meant
        if (auto content = unquoted(text, quote)) {
            literal.kind = Kind::string;
            literal.text = *content;
            return literal;
        }
    }
    if ((text[0] == 'x' || text[0] == 'X') && text.size() >= 3 && text[1] == '\'' && text.back() == '\'') {
        std::string_view hex = text.substr(2, text.size() - 3);
        if (hex.size() % 2 != 0) return literal;
        for (size_t i = 0; i < hex.size(); i += 2) {
            unsigned value = 0;
            auto result = std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
            if (result.ec != std::errc() || result.ptr != hex.data() + i + 2) return literal;
            literal.text += static_cast<char>(value);
        }
        literal.kind = Kind::bytes;
        return literal;
    }
    if (read_number(text, literal)) return literal;
    std::string word = base::lower_ascii(text);
    if (word == "null") {
        literal.kind = Kind::null;
    } else if (word == "true" || word == "false") {
        literal.kind = Kind::truth;
        literal.integer = word == "true";
    } else if (!read_clock_call(text, literal)) {
        // DEFAULT foo: SQLite takes a bare name as a string.
        bool name = !(word[0] >= '0' && word[0] <= '9');
        for (char c : word)
            name = name && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80));
        if (name) {
            literal.kind = Kind::string;
            literal.text = std::string(text);
        }
    }
    return literal;
}

// The number that a literal becomes in a numeric column; nothing where it stays something else.
std::optional<std::string> number_text(const Literal& literal) {
    switch (literal.kind) {
        case Kind::integer:
        case Kind::truth: return std::to_string(literal.integer);
        case Kind::real: return literal.text;
        case Kind::string: {
            std::string text(trimmed(literal.text));
            if (number_shape(text) != NumberKind::none) return text[0] == '+' ? text.substr(1) : text;
            return std::nullopt;
        }
        default: return std::nullopt;
    }
}

// A whole number within int64, also where it is written with a fraction or an exponent.
std::optional<int64_t> whole_number(const Literal& literal) {
    auto text = number_text(literal);
    if (!text) return std::nullopt;
    if (number_shape(*text) == NumberKind::integer) return std::strtoll(text->c_str(), nullptr, 10);
    double value = std::strtod(text->c_str(), nullptr);
    if (std::fabs(value) <= 9007199254740992.0 && value == std::floor(value)) return static_cast<int64_t>(value);
    return std::nullopt;
}

// As SQLite's text affinity writes it: 1.50 becomes 1.5. Only where that is plain; an exponent is left alone.
std::optional<std::string> text_of(const Literal& literal) {
    switch (literal.kind) {
        case Kind::string: return literal.text;
        case Kind::integer:
        case Kind::truth: return std::to_string(literal.integer);
        case Kind::real: {
            if (literal.text.find_first_of("eE") != std::string::npos || literal.text.size() > 15) return std::nullopt;
            std::string text = literal.text;
            if (text.find('.') == std::string::npos) return std::nullopt;
            while (text.back() == '0' && text[text.size() - 2] != '.')
                text.pop_back();
            return text;
        }
        default: return std::nullopt;
    }
}

bool fits_numeric(const std::string& number, const std::string& type) {
    int precision = 0, scale = 0;
    if (std::sscanf(type.c_str(), "numeric(%d,%d)", &precision, &scale) != 2) return true;
    size_t start = number[0] == '-' ? 1 : 0, dot = number.find('.');
    if (number.find_first_of("eE") != std::string::npos) return false;
    size_t whole = (dot == std::string::npos ? number.size() : dot) - start;
    size_t fraction = dot == std::string::npos ? 0 : number.size() - dot - 1;
    bool zero = number.compare(start, whole, "0") == 0;
    return (zero || whole <= static_cast<size_t>(precision - scale)) && fraction <= static_cast<size_t>(scale);
}

std::string hex_of(std::string_view bytes) {
    std::string hex;
    for (unsigned char c : bytes) {
        hex += "0123456789abcdef"[c >> 4];
        hex += "0123456789abcdef"[c & 15];
    }
    return hex;
}

bool carriable_text(const std::string& text) {
    return base::valid_utf8_prefix(text) == text.size() && text.find('\0') == std::string::npos;
}

// How long the text of a to_char pattern becomes.
size_t clock_length(std::string_view pattern) {
    size_t length = 0;
    for (size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '"') continue;
        if (pattern.substr(i, 4) == "HH24") i += 2;  // two digits
        if (pattern.substr(i, 2) == "MS") ++length;  // three
        ++length;
    }
    return length;
}

// The expression for a type, or nothing.
std::optional<std::string> expression(const Literal& literal, const std::string& type) {
    const std::string utc = "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')";
    const std::string epoch = "floor(extract(epoch FROM CURRENT_TIMESTAMP))::bigint";
    const char* epoch_digits = "10000000000";  // one more than today, for room
    TimeShape shape = literal.kind == Kind::string ? time_shape(literal.text) : TimeShape{};
    if (type == "bigint") {
        if (literal.kind == Kind::unix_clock) return epoch;
        if (auto number = whole_number(literal)) return std::to_string(*number);
    } else if (type == "boolean") {
        bool value = false;
        if (literal.kind == Kind::string && is_boolean_word(literal.text, &value)) return value ? "true" : "false";
        auto number = whole_number(literal);
        if (number && (*number == 0 || *number == 1)) return *number == 1 ? "true" : "false";
    } else if (type == "double precision" || type.rfind("numeric", 0) == 0) {
        if (literal.kind == Kind::unix_clock && fits_numeric(epoch_digits, type)) return epoch;
        auto number = number_text(literal);
        if (number && std::isfinite(std::strtod(number->c_str(), nullptr)) && fits_numeric(*number, type))
            return number;
    } else if (type == "text" || type.rfind("character varying", 0) == 0) {
        int length = 0;
        bool sized = std::sscanf(type.c_str(), "character varying(%d)", &length) == 1;
        auto fits = [&](size_t characters) { return !sized || characters <= static_cast<size_t>(length); };
        if (literal.kind == Kind::clock && fits(clock_length(literal.text))) {
            return "to_char(" + utc + ", " + quote_literal(literal.text) + ")";
        }
        if (literal.kind == Kind::unix_clock && fits(std::strlen(epoch_digits))) return epoch + "::text";
        auto text = text_of(literal);
        if (text && carriable_text(*text) && fits(base::utf8_length(*text))) return quote_literal(*text);
    } else if (type == "bytea") {
        if (literal.kind == Kind::bytes || literal.kind == Kind::string)
            return quote_literal("\\x" + hex_of(literal.text)) + "::bytea";
    } else if (type == "date") {
        if (literal.kind == Kind::clock && (literal.date || literal.whole)) return utc + "::date";
        if (shape.kind == TimeKind::date) return quote_literal(literal.text);
    } else if (type == "time without time zone") {
        if (literal.kind == Kind::clock && literal.time) return utc + "::time";
        if (shape.kind == TimeKind::time && !shape.fine) return quote_literal(literal.text);
    } else if (type == "timestamp without time zone") {
        if (literal.kind == Kind::clock && literal.whole) return utc;
        if (literal.kind == Kind::clock && literal.date) return utc + "::date";
        bool moment = shape.kind == TimeKind::timestamp || shape.kind == TimeKind::date;
        if (moment && !shape.zoned && !shape.fine) return quote_literal(literal.text);
    } else if (type == "timestamp with time zone") {
        if (literal.kind == Kind::clock && literal.whole) return "CURRENT_TIMESTAMP";
        if (shape.kind == TimeKind::timestamp && shape.zoned && !shape.fine) return quote_literal(literal.text);
    } else if (type == "uuid") {
        if (literal.kind == Kind::string && is_uuid(literal.text))
            return quote_literal(uuid_digits(literal.text)) + "::uuid";
        if (literal.kind == Kind::bytes && literal.text.size() == 16)
            return quote_literal(hex_of(literal.text)) + "::uuid";
    } else if (type == "json" || type == "jsonb") {
        if (literal.kind == Kind::string && carriable_text(literal.text)) {
            JsonShape json = json_shape(literal.text);
            if (json.kind != JsonKind::none && (type == "json" || json.binary)) return quote_literal(literal.text);
        }
    }
    return std::nullopt;
}

}  // namespace

DefaultChoice default_for(const sqlite::Column& column, const std::string& type) {
    if (!column.has_default || column.generated) return {};
    Literal literal = read_literal(column.default_sql);
    if (literal.kind == Kind::null) return {};
    if (auto sql = expression(literal, type)) return {*sql, true};
    return {"", false};
}

}  // namespace schema
