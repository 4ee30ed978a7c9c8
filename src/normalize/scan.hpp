// Small scanners that the converters share: blanks, digits, ASCII words, and '' as null.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "normalize/outcome.hpp"

namespace normalize {

// The characters that the server's input functions skip: isspace() of the C locale, whatever the process's locale is.
inline bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }
inline bool is_letter(char c) { return static_cast<unsigned char>((c | 0x20) - 'a') <= 25; }
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

inline std::string_view trim(std::string_view text) {
    const char* from = text.data();
    const char* to = from + text.size();
    while (from != to && is_blank(*from))
        ++from;
    while (from != to && is_blank(to[-1]))
        --to;
    return {from, static_cast<size_t>(to - from)};
}

// word must be lower case.
inline bool equals_word(std::string_view text, std::string_view word) {
    if (text.size() != word.size()) return false;
    for (size_t i = 0; i < text.size(); ++i) {
        if (lower(text[i]) != word[i]) return false;
    }
    return true;
}

// '' and blanks alone, in a column that is not text.
inline Outcome empty_is_null() { return becomes_null(Rule::empty_as_null); }

// Offset of the first byte that is NUL or not ASCII; text.size() if there is none.
inline size_t plain_ascii_prefix(std::string_view text) {
    constexpr uint64_t ones = 0x0101010101010101u;
    constexpr uint64_t tops = 0x8080808080808080u;
    size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        uint64_t word;
        std::memcpy(&word, text.data() + at, 8);
        // Without a top bit anywhere, a borrow can reach a top bit only from a byte that is zero.
        if (((word | (word - ones)) & tops) != 0) break;
    }
    while (at < text.size() && static_cast<unsigned char>(text[at] - 1) < 0x7f)
        ++at;
    return at;
}

}  // namespace normalize
