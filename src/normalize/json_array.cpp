// A JSON array of scalars, read once to check it and once more element by element.
#include <charconv>
#include <cmath>
#include <cstring>
#include <system_error>

#include "base/text.hpp"
#include "normalize/converters.hpp"
#include "normalize/number_text.hpp"
#include "normalize/scan.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

void skip_blanks(const char*& at, const char* end) {
    while (at != end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
        ++at;
}

bool skip_digits(const char*& at, const char* end) {
    const char* from = at;
    while (at != end && is_digit(*at))
        ++at;
    return at != from;
}

int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// The four digits of \uXXXX; -1 if they are not.
int code_unit(const char* at, const char* end) {
    if (end - at < 4) return -1;
    int unit = 0;
    for (int i = 0; i < 4; ++i) {
        const int digit = hex_digit(at[i]);
        if (digit < 0) return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

// Past a string whose opening quote at is on; false if it is none.
bool skip_string(const char*& at, const char* end, bool& escaped) {
    escaped = false;
    for (++at; at != end; ++at) {
        if (*at == '"') return ++at, true;
        if (static_cast<unsigned char>(*at) < 0x20) return false;
        if (*at != '\\') continue;
        escaped = true;
        if (++at == end) return false;
        if (*at == 'u') {
            if (code_unit(at + 1, end) < 0) return false;
            at += 4;
        } else if (std::strchr("\"\\/bfnrt", *at) == nullptr || *at == '\0') {
            return false;
        }
    }
    return false;
}

// RFC 8259's grammar, stricter than that of text columns: no +1, no 01, no .5.
bool skip_number(const char*& at, const char* end, bool& whole) {
    whole = true;
    if (at != end && *at == '-') ++at;
    if (at != end && *at == '0') {
        ++at;
    } else if (!skip_digits(at, end)) {
        return false;
    }
    if (at != end && *at == '.') {
        whole = false;
        ++at;
        if (!skip_digits(at, end)) return false;
    }
    if (at != end && lower(*at) == 'e') {
        whole = false;
        ++at;
        if (at != end && (*at == '+' || *at == '-')) ++at;
        if (!skip_digits(at, end)) return false;
    }
    return true;
}

bool skip_word(const char*& at, const char* end, std::string_view word) {
    if (static_cast<size_t>(end - at) < word.size() || std::memcmp(at, word.data(), word.size()) != 0) return false;
    at += word.size();
    return true;
}

bool skip_scalar(const char*& at, const char* end) {
    bool unused;
    if (at == end) return false;
    switch (*at) {
        case '"': return skip_string(at, end, unused);
        case 't': return skip_word(at, end, "true");
        case 'f': return skip_word(at, end, "false");
        case 'n': return skip_word(at, end, "null");
        default: return skip_number(at, end, unused);
    }
}

void append_utf8(std::string& to, unsigned code) {
    const auto push = [&](unsigned byte) { to.push_back(static_cast<char>(byte)); };
    if (code < 0x80) return push(code);
    if (code < 0x800) {
        push(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            push(0xe0 | code >> 12);
        } else {
            push(0xf0 | code >> 18);
            push(0x80 | (code >> 12 & 0x3f));
        }
        push(0x80 | (code >> 6 & 0x3f));
    }
    push(0x80 | (code & 0x3f));
}

// What stands between the quotes; the string has been checked. Half of a surrogate pair becomes the three bytes that
// it would be, which are no valid UTF-8: the element's own converter complains of them.
void unescape(std::string_view inside, std::string& to) {
    to.clear();
    const char* at = inside.data();
    const char* const end = at + inside.size();
    while (at != end) {
        if (*at != '\\') {
            to.push_back(*at++);
            continue;
        }
        ++at;
        switch (*at) {
            case 'b': to.push_back('\b'); break;
            case 'f': to.push_back('\f'); break;
            case 'n': to.push_back('\n'); break;
            case 'r': to.push_back('\r'); break;
            case 't': to.push_back('\t'); break;
            case 'u': {
                auto code = static_cast<unsigned>(code_unit(at + 1, end));
                at += 4;
                if (code >= 0xd800 && code < 0xdc00 && end - at > 6 && at[1] == '\\' && at[2] == 'u') {
                    const auto second = static_cast<unsigned>(code_unit(at + 3, end));
                    if (second >= 0xdc00 && second < 0xe000) {
                        code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
                        at += 6;
                    }
                }
                append_utf8(to, code);
                break;
            }
            default: to.push_back(*at);
        }
        ++at;
    }
}

// An integer or a real if one of them holds exactly what is written, else the text itself.
base::Cell number_cell(std::string_view written, bool whole) {
    base::Cell cell;
    const char* const end = written.data() + written.size();
    if (whole) {
        if (std::from_chars(written.data(), end, cell.integer).ec == std::errc()) {
            cell.storage = base::StorageClass::integer;
            return cell;
        }
        cell.integer = 0;
    }
    double real = 0;
    const NumberText number = scan_number(written);
    if (std::from_chars(written.data(), end, real).ec == std::errc() && std::isfinite(real)) {
        char buffer[32];
        const size_t size = shortest_text(real, buffer);
        if (same_decimal(scan_number({buffer, size}), number)) {
            cell.storage = base::StorageClass::real;
            cell.real = real;
            return cell;
        }
    }
    cell.storage = base::StorageClass::text;
    cell.data = written.data();
    cell.size = written.size();
    return cell;
}

}  // namespace

Outcome JsonArray::open(const base::Cell& cell) {
    at_ = end_ = nullptr;
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::integer:
        case base::StorageClass::real: return complain(Code::not_an_array);
        case base::StorageClass::text:
        case base::StorageClass::blob: break;
    }
    const std::string_view text = trim(cell.bytes());
    if (text.empty()) return empty_is_null();
    if (base::valid_utf8_prefix(text) != text.size()) return complain(Code::invalid_utf8);
    if (text.front() != '[' || text.back() != ']') return complain(Code::not_an_array);

    const char* at = text.data() + 1;
    const char* const end = text.data() + text.size() - 1;
    skip_blanks(at, end);
    while (at != end) {
        if (!skip_scalar(at, end)) return complain(Code::not_an_array);
        skip_blanks(at, end);
        if (at == end) break;
        if (*at++ != ',') return complain(Code::not_an_array);
        skip_blanks(at, end);
        if (at == end) return complain(Code::not_an_array);  // a comma before the bracket
    }
    at_ = text.data() + 1;
    end_ = end;
    return accept();
}

// As a word, so that a list of texts keeps it; a list of booleans reads it as well.
static base::Cell word_cell(std::string_view word) {
    base::Cell cell;
    cell.storage = base::StorageClass::text;
    cell.data = word.data();
    cell.size = word.size();
    return cell;
}

bool JsonArray::next(base::Cell& element) {
    skip_blanks(at_, end_);
    if (at_ == end_) return false;
    if (*at_ == ',') {
        ++at_;
        skip_blanks(at_, end_);
    }
    element = {};
    const char* const from = at_;
    switch (*at_) {
        case '"': {
            bool escaped;
            skip_string(at_, end_, escaped);
            std::string_view inside(from + 1, static_cast<size_t>(at_ - from) - 2);
            if (escaped) {
                unescape(inside, text_);
                inside = text_;
            }
            element.storage = base::StorageClass::text;
            element.data = inside.data();
            element.size = inside.size();
            return true;
        }
        case 't':
            skip_word(at_, end_, "true");
            element = word_cell("true");
            return true;
        case 'f':
            skip_word(at_, end_, "false");
            element = word_cell("false");
            return true;
        case 'n': skip_word(at_, end_, "null"); return true;
        default: {
            bool whole;
            skip_number(at_, end_, whole);
            element = number_cell({from, static_cast<size_t>(at_ - from)}, whole);
            return true;
        }
    }
}

}  // namespace normalize
