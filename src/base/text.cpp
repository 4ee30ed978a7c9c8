// Text helpers that every room needs: UTF-8, identifiers, nearest names, excerpts for messages.
#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/fence.hpp"

namespace base {

namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is_continuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// Bytes of the character at the start of text, or 0 if it is not valid UTF-8. The second byte carries all the
// exceptions of RFC 3629: overlong forms (E0, F0), surrogates (ED) and the end of Unicode (F4).
size_t character_length(std::string_view text) {
    const auto* p = reinterpret_cast<const unsigned char*>(text.data());
    const unsigned char first = p[0];
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    if (text.size() < 2) return 0;
    const unsigned char second = p[1];
    if (first < 0xE0) return is_continuation(second) ? 2 : 0;
    unsigned char low = 0x80, high = 0xBF;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
    if (second < low || second > high) return 0;
    if (text.size() < 3 || !is_continuation(p[2])) return 0;
    if (first < 0xF0) return 3;
    return text.size() >= 4 && is_continuation(p[3]) ? 4 : 0;
}

// Characters that would change the look of a log line instead of standing in it: the control characters, and those
// that turn the direction of writing.
bool is_unprintable(std::string_view character) {
    const auto* p = reinterpret_cast<const unsigned char*>(character.data());
    switch (character.size()) {
        case 1: return p[0] < 0x20 || p[0] == 0x7F;
        case 2: return p[0] == 0xC2 && p[1] < 0xA0;
        case 3:
            if (p[0] != 0xE2) return false;
            if (p[1] == 0x80) return p[2] >= 0xA8 && p[2] <= 0xAE;  // U+2028 to U+202E
            return p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9;    // U+2066 to U+2069
        default: return false;
    }
}

// Edit distance with swaps of neighbours, without case. Gives limit + 1 as soon as it must be larger than limit.
size_t edit_distance(std::string_view a, std::string_view b, size_t limit) {
    const size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (difference > limit) return limit + 1;
    std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        size_t least = row[0];
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t replaced = last[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
            least = std::min(least, row[j]);
        }
        if (least > limit) return limit + 1;
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

}  // namespace

size_t valid_utf8_prefix(std::string_view text) {
    const char* data = text.data();
    const size_t size = text.size();
    size_t at = 0;
    while (at < size) {
        // Most cells are ASCII: eight bytes at a time.
        while (size - at >= 8) {
            uint64_t word;
            std::memcpy(&word, data + at, 8);
            if ((word & 0x8080808080808080u) != 0) break;
            at += 8;
        }
        while (at < size && !is_beyond_ascii(data[at]))
            ++at;
        // Then whole runs of other characters, so that text without ASCII does not come back here for each of them.
        while (at < size && is_beyond_ascii(data[at])) {
            const size_t length = character_length(text.substr(at));
            if (length == 0) return at;
            at += length;
        }
    }
    return size;
}

size_t utf8_length(std::string_view text) {
    return static_cast<size_t>(std::count_if(text.begin(), text.end(),
                                             [](char c) { return !is_continuation(static_cast<unsigned char>(c)); }));
}

std::string lower_ascii(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        c = lower(c);
    return result;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string snake_case(std::string_view name) {
    std::string result;
    result.reserve(name.size() + 8);
    for (size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (is_upper(c)) {
            const char before = i > 0 ? name[i - 1] : '\0';
            const char after = i + 1 < name.size() ? name[i + 1] : '\0';
            const bool word_begins = is_lower(before) || is_digit(before) || is_beyond_ascii(before);
            const bool acronym_ends = is_upper(before) && is_lower(after);
            if (word_begins || acronym_ends) result += '_';
            result += lower(c);
        } else if (is_lower(c) || is_digit(c) || c == '_' || is_beyond_ascii(c)) {
            result += c;
        } else if (!result.empty() && result.back() != '_') {
            result += '_';  // a run of blanks, hyphens, dots ... is one underscore
        }
    }
    // A separator at the end divides nothing; an underscore that the name itself has there stays.
    if (!result.empty() && result.back() == '_' && name.back() != '_') result.pop_back();
    return result.empty() ? lower_ascii(name) : result;
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
    constexpr size_t longest = 256;  // the work grows with the square of the length
    std::string nearest;
    size_t least = SIZE_MAX;
    for (const std::string& candidate : candidates) {
        const size_t size = std::max(name.size(), candidate.size());
        if (size == 0 || size > longest) continue;
        // One error in three letters is a slip; more is another word. In names of one letter nothing would be left.
        const size_t limit = size == 1 ? 0 : std::max<size_t>(1, size / 3);
        const size_t distance = edit_distance(name, candidate, std::min(limit, least));
        if (distance <= limit && distance < least) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

std::string excerpt(std::string_view bytes, size_t limit) {
    constexpr std::string_view mark = "…";
    constexpr char digits[] = "0123456789ABCDEF";
    std::string result;
    size_t room_for_mark = 0;  // the longest beginning of result that leaves place for the mark
    size_t at = 0;
    while (at < bytes.size()) {
        size_t length = character_length(bytes.substr(at));
        const bool plain = length != 0 && !is_unprintable(bytes.substr(at, length));
        if (length == 0) length = 1;
        if (result.size() + (plain ? length : 4 * length) > limit) {
            result.resize(room_for_mark);
            if (limit >= mark.size()) result += mark;
            return result;
        }
        for (size_t i = 0; i < length; ++i) {
            const char c = bytes[at + i];
            if (plain) {
                result += c;
            } else {
                const auto byte = static_cast<unsigned char>(c);
                result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
            }
        }
        at += length;
        if (limit < mark.size() || result.size() + mark.size() <= limit) room_for_mark = result.size();
    }
    return result;
}

}  // namespace base
