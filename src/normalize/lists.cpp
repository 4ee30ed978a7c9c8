// Lists: JSON arrays, in text or SQLite's JSONB, and PostgreSQL's {…}: read once to check, once more by element.
#include <charconv>
#include <cstring>
#include <system_error>

#include "base/sqlite_jsonb.hpp"
#include "base/text.hpp"
#include "normalize/converters.hpp"
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

// As a word, so that a list of texts keeps it as it is written; a list of booleans or numerics reads it as well.
base::Cell text_cell(std::string_view text) {
    base::Cell cell;
    cell.storage = base::StorageClass::text;
    cell.data = text.data();
    cell.size = text.size();
    return cell;
}

// An integer where that is exactly what is written, else the text.
base::Cell number_cell(std::string_view written, bool whole) {
    base::Cell cell;
    if (!whole || written == "-0" ||
        std::from_chars(written.data(), written.data() + written.size(), cell.integer).ec != std::errc()) {
        return text_cell(written);
    }
    cell.storage = base::StorageClass::integer;
    return cell;
}

// A value of any kind, braces and all: what it holds is the input function's to check.
bool skip_value(const char*& at, const char* end) {
    if (at == end) return false;
    if (*at != '[' && *at != '{') return skip_scalar(at, end);
    for (int64_t level = 0; at != end;) {
        bool unused;
        if (*at == '"') {
            if (!skip_string(at, end, unused)) return false;
            continue;
        }
        const char c = *at++;
        level += (c == '[' || c == '{') - (c == ']' || c == '}');
        if (level == 0) return true;
    }
    return false;
}

void skip_space(const char*& at, const char* end) {
    while (at != end && is_blank(*at))
        ++at;
}

// Past an element of {…}: quoted, or up to a comma or brace. False if it is none.
bool skip_item(const char*& at, const char* end) {
    if (at == end) return false;
    const bool quoted = *at == '"';
    if (quoted) ++at;
    const char* const from = at;
    for (; at != end; ++at) {
        if (*at == '\\') {
            if (++at == end) return false;
        } else if (quoted) {
            if (*at == '"') return ++at, true;
        } else if (*at == ',' || *at == '}') {
            return at != from;
        } else if (*at == '{' || *at == '"') {
            return false;
        }
    }
    return false;
}

}  // namespace

Outcome ListReader::open(const base::Cell& cell, bool json_elements) {
    at_ = end_ = nullptr;
    dimensions_ = 0;
    leaf_ = -1;
    began_values_ = false;
    std::string_view text;
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::integer:
        case base::StorageClass::real: return complain(Code::wrong_storage);
        case base::StorageClass::blob:
            if (base::read_jsonb(cell.bytes(), owned_) == base::JsonbVerdict::yes) {
                text = owned_;
                break;
            }
            [[fallthrough]];
        case base::StorageClass::text: text = trim(cell.bytes());
    }
    if (text.empty()) return empty_is_null();
    if (base::valid_utf8_prefix(text) != text.size()) return complain(Code::invalid_utf8);
    json_ = text.front() == '[';
    values_ = json_ && json_elements;
    if (!json_ && text.front() != '{') return complain(Code::not_an_array);
    const char* at = text.data();
    const char* const end = at + text.size();
    if (!check_level(at, end, 0) || at != end) return complain(Code::not_an_array);
    at_ = text.data();
    end_ = end;
    return accept();
}

// A bracket and what is in it. All lists of a level are of one length, all elements on one level.
bool ListReader::check_level(const char*& at, const char* end, int level) {
    if (level == most_dimensions) return false;
    const char open = json_ ? '[' : '{', close = json_ ? ']' : '}';
    const auto skip = [&] { json_ ? skip_blanks(at, end) : skip_space(at, end); };
    int64_t count = 0;
    ++at;
    skip();
    if (at != end && *at == close) {
        ++at;
        return level == 0;  // an empty list; none inside another
    }
    for (;; ++at) {
        skip();
        if (at == end) return false;
        if (*at == open && !values_) {
            if (leaf_ == level || !check_level(at, end, level + 1)) return false;
        } else {
            if (leaf_ >= 0 && leaf_ != level) return false;
            leaf_ = level;
            if (!(values_ ? skip_value(at, end) : json_ ? skip_scalar(at, end) : skip_item(at, end))) return false;
        }
        ++count;
        skip();
        if (at == end) return false;
        if (*at == close) break;
        if (*at != ',') return false;
    }
    ++at;
    if (count > INT32_MAX) return false;
    // Levels end from the inside out, so that the first list of each says how long the others must be.
    if (level >= dimensions_) {
        for (int i = dimensions_; i <= level; ++i)
            sizes_[i] = -1;
        dimensions_ = level + 1;
    }
    if (sizes_[level] >= 0 && sizes_[level] != count) return false;
    sizes_[level] = static_cast<int32_t>(count);
    return true;
}

bool ListReader::next(base::Cell& element) {
    const auto between = [this](char c) {
        if (is_blank(c) || c == ',') return true;
        if (values_) return false;
        return json_ ? c == '[' || c == ']' : c == '{' || c == '}';
    };
    element = {};
    if (values_ && at_ != end_ && !began_values_) ++at_, --end_, began_values_ = true;
    while (at_ != end_ && between(*at_))
        ++at_;
    if (at_ == end_) return began_values_ = false;
    const char* const from = at_;
    if (values_) {
        skip_value(at_, end_);
        element = text_cell({from, static_cast<size_t>(at_ - from)});
    } else if (json_) {
        next_scalar(element);
    } else {
        next_item(element);
    }
    return true;
}

void ListReader::next_scalar(base::Cell& element) {
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
            element = text_cell(inside);
            return;
        }
        case 't': skip_word(at_, end_, "true"); break;
        case 'f': skip_word(at_, end_, "false"); break;
        case 'n': skip_word(at_, end_, "null"); return;
        default: {
            bool whole;
            skip_number(at_, end_, whole);
            element = number_cell({from, static_cast<size_t>(at_ - from)}, whole);
            return;
        }
    }
    element = text_cell({from, static_cast<size_t>(at_ - from)});
}

void ListReader::next_item(base::Cell& element) {
    const char* const from = at_;
    skip_item(at_, end_);
    const bool quoted = *from == '"';
    std::string_view inside(from, static_cast<size_t>(at_ - from));
    if (quoted) inside = inside.substr(1, inside.size() - 2);
    if (inside.find('\\') == std::string_view::npos) {
        if (!quoted) inside = trim(inside);
        if (quoted || !equals_word(inside, "null")) element = text_cell(inside);
        return;
    }
    // Blanks behind an unquoted element are none of it, unless escaped.
    text_.clear();
    size_t kept = 0;
    for (size_t i = 0; i < inside.size(); ++i) {
        const bool escaped = inside[i] == '\\';
        if (escaped) ++i;
        text_.push_back(inside[i]);
        if (quoted || escaped || !is_blank(inside[i])) kept = text_.size();
    }
    text_.resize(kept);
    element = text_cell(text_);
}

}  // namespace normalize
