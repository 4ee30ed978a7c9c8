// SQLite's own binary JSON (sqlite.org/jsonb.html), written out as JSON text.
#include "base/sqlite_jsonb.hpp"

#include <charconv>
#include <cstdint>
#include <system_error>

#include "base/text.hpp"

#include "base/fence.hpp"

namespace base {

namespace {

enum Type : unsigned {
    json_null, json_true, json_false, whole, whole5, real, real5, text_plain, text_json, text_json5, text_raw, array, object
};

// SQLite's own limit for text and binary JSON alike.
constexpr int most_levels = 1000;

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

struct Element {
    unsigned type = 0;
    std::string_view payload;
};

// The element at the start of rest, and past it. False where its size is more than there is.
bool take(std::string_view& rest, Element& element) {
    if (rest.empty()) return false;
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(rest[i]); };
    element.type = byte(0) & 0xf;
    uint64_t size = byte(0) >> 4;
    size_t header = 1;
    if (size > 11) {
        // 12, 13, 14, 15: the size follows in 1, 2, 4, 8 bytes, big-endian, and may have leading zeros.
        const size_t more = size_t{1} << (size - 12);
        if (rest.size() < 1 + more) return false;
        size = 0;
        for (size_t i = 1; i <= more; ++i)
            size = size << 8 | byte(i);
        header += more;
    }
    if (size > rest.size() - header) return false;
    element.payload = rest.substr(header, static_cast<size_t>(size));
    rest.remove_prefix(header + static_cast<size_t>(size));
    return true;
}

size_t count_digits(std::string_view text) {
    size_t count = 0;
    while (count < text.size() && is_digit(text[count]))
        ++count;
    return count;
}

// -?(0|[1-9][0-9]*)(.[0-9]+)?(e[+-]?[0-9]+)?; without the last two for a whole number.
bool is_number(std::string_view text, bool is_whole) {
    if (!text.empty() && text[0] == '-') text.remove_prefix(1);
    size_t digits = count_digits(text);
    if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
    text.remove_prefix(digits);
    if (is_whole) return text.empty();
    if (!text.empty() && text[0] == '.') {
        text.remove_prefix(1);
        digits = count_digits(text);
        if (digits == 0) return false;
        text.remove_prefix(digits);
    }
    if (!text.empty() && lower(text[0]) == 'e') {
        text.remove_prefix(1);
        if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
        digits = count_digits(text);
        if (digits == 0) return false;
        text.remove_prefix(digits);
    }
    return text.empty();
}

int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

bool all_hex(std::string_view digits) {
    for (char c : digits)
        if (hex_value(c) < 0) return false;
    return !digits.empty();
}

class Writer {
   public:
    explicit Writer(std::string& out) : out_(out) {}

    bool element(std::string_view& rest, int level) {
        Element element;
        if (!take(rest, element)) return false;
        std::string_view payload = element.payload;
        switch (element.type) {
            case json_null: return payload.empty() && word("null");
            case json_true: return payload.empty() && word("true");
            case json_false: return payload.empty() && word("false");
            case whole: return is_number(payload, true) && word(payload);
            case whole5: return number5(payload, true);
            case real: return is_number(payload, false) && word(payload);
            case real5: return number5(payload, false);
            case array: return members(payload, level, false);
            case object: return members(payload, level, true);
            default: return string(element);
        }
    }

    bool invalid_utf8 = false;

   private:
    bool word(std::string_view text) {
        out_.append(text);
        return true;
    }

    bool members(std::string_view payload, int level, bool keyed) {
        if (level == most_levels) return false;
        out_.push_back(keyed ? '{' : '[');
        for (bool first = true; !payload.empty(); first = false) {
            if (!first) out_.push_back(',');
            if (keyed) {
                Element key;
                if (!take(payload, key) || !string(key)) return false;
                out_.push_back(':');
            }
            if (!element(payload, level + 1)) return false;
        }
        out_.push_back(keyed ? '}' : ']');
        return true;
    }

    // JSON5's numbers: a plus, hexadecimal integers, a point without digits before or behind it.
    bool number5(std::string_view text, bool is_whole) {
        if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
            if (text[0] == '-') out_.push_back('-');
            text.remove_prefix(1);
        }
        if (text.size() > 2 && text[0] == '0' && lower(text[1]) == 'x') {
            uint64_t value = 0;
            const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
            if (!is_whole || error != std::errc() || end != text.data() + text.size()) return false;
            char digits[24];
            return word({digits, static_cast<size_t>(std::to_chars(digits, digits + sizeof digits, value).ptr - digits)});
        }
        const size_t before = count_digits(text);
        std::string_view behind = text.substr(before);
        if (before == 0) {
            out_.push_back('0');
            if (behind.size() < 2 || behind[0] != '.' || !is_digit(behind[1])) return false;
        }
        const size_t from = out_.size();
        out_.append(text.substr(0, before));
        if (!behind.empty() && behind[0] == '.' && (behind.size() == 1 || !is_digit(behind[1]))) {
            out_.append(".0");
            behind.remove_prefix(1);
        }
        out_.append(behind);
        return is_number(std::string_view(out_).substr(before == 0 ? from - 1 : from), is_whole);
    }

    bool string(const Element& element) {
        const std::string_view text = element.payload;
        if (element.type < text_plain || element.type > text_raw) return false;
        if (valid_utf8_prefix(text) != text.size()) invalid_utf8 = true;
        out_.push_back('"');
        for (size_t i = 0; i < text.size();) {
            const char c = text[i];
            if (c == '\\' && element.type != text_raw) {
                if (element.type == text_plain) return false;
                const size_t used = escape(text.substr(i), element.type == text_json5);
                if (used == 0) return false;
                i += used;
                continue;
            }
            ++i;
            if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) {
                out_.push_back(c);
                continue;
            }
            // JSON5 takes a quote as it is, between single quotes, and control characters but line ends.
            if (element.type < text_json5) return false;
            raw(c);
        }
        out_.push_back('"');
        return true;
    }

    void raw(char c) {
        constexpr char digits[] = "0123456789abcdef";
        switch (c) {
            case '"': out_.append("\\\""); return;
            case '\\': out_.append("\\\\"); return;
            case '\b': out_.append("\\b"); return;
            case '\f': out_.append("\\f"); return;
            case '\n': out_.append("\\n"); return;
            case '\r': out_.append("\\r"); return;
            case '\t': out_.append("\\t"); return;
            default: out_.append({'\\', 'u', '0', '0', digits[(c >> 4) & 1], digits[c & 0xf]});
        }
    }

    // The escape at the start of text, how many bytes it has; 0 if it is none.
    size_t escape(std::string_view text, bool json5) {
        if (text.size() < 2) return 0;
        const char c = text[1];
        switch (c) {
            case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
                out_.append(text.substr(0, 2));
                return 2;
            case 'u':
                if (text.size() < 6 || !all_hex(text.substr(2, 4))) return 0;
                out_.append(text.substr(0, 6));
                return 6;
            default: break;
        }
        if (!json5) return 0;
        switch (c) {
            case '\'': out_.push_back('\''); return 2;
            case 'v': out_.append("\\u000b"); return 2;
            case '0':
                // \01 would be octal, which JSON5 has not.
                if (text.size() > 2 && is_digit(text[2])) return 0;
                out_.append("\\u0000");
                return 2;
            case 'x':
                if (text.size() < 4 || !all_hex(text.substr(2, 2))) return 0;
                out_.append("\\u00").append(text.substr(2, 2));
                return 4;
            // A line that goes on: CR, LF, CRLF, U+2028, U+2029.
            case '\n': return 2;
            case '\r': return text.size() > 2 && text[2] == '\n' ? 3 : 2;
            case '\xe2': return text.size() > 3 && text[2] == '\x80' && (text[3] == '\xa8' || text[3] == '\xa9') ? 4 : 0;
            default: return 0;
        }
    }

    std::string& out_;
};

}  // namespace

bool may_be_jsonb(std::string_view blob) {
    Element element;
    return take(blob, element) && blob.empty() && element.type <= object;
}

bool may_be_container(std::string_view blob) {
    return blob.size() >= 2 && (static_cast<unsigned>(blob[0]) & 0xf) >= array && may_be_jsonb(blob);
}

bool binary_text(std::string_view blob) {
    if (!may_be_container(blob)) return false;
    if (static_cast<unsigned char>(blob[0]) >= 0x80) return true;
    for (char c : blob)
        if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') return true;
    return false;
}

JsonbVerdict read_jsonb(std::string_view blob, std::string& text) {
    if (!may_be_jsonb(blob)) return JsonbVerdict::no;
    text.clear();
    Writer writer(text);
    if (!writer.element(blob, 0) || !blob.empty()) return JsonbVerdict::no;
    return writer.invalid_utf8 ? JsonbVerdict::invalid_utf8 : JsonbVerdict::yes;
}

}  // namespace base
