// Decimal numbers in text, taken apart without rounding: what the integer, decimal and time converters reckon with.
#pragma once

#include <cstdint>
#include <string_view>

namespace normalize {

enum class NumberKind : uint8_t { none, finite, infinity, nan };

// [sign] digits [. digits] [e [sign] digits], or a word for NaN or an infinity. The value: whole.fraction * 10^exponent.
// Views into the scanned text; at least one digit in whole or fraction.
struct NumberText {
    NumberKind kind = NumberKind::none;
    bool negative = false;
    bool has_sign = false;
    std::string_view whole;
    std::string_view fraction;
    int64_t exponent = 0;  // saturated at +-10^15, more than any text is long
};

// Blanks must be off. Hexadecimal, octal, binary and underscore forms are none, whatever the server's version takes.
NumberText scan_number(std::string_view text);

// The digits of a finite number as one row, digit 0 the first of whole. `point` digits stand before the decimal point
// (it may be negative, or beyond the last digit).
struct DigitRow {
    explicit DigitRow(const NumberText& number);

    unsigned operator[](int64_t index) const {
        return static_cast<unsigned>((index < whole_size ? whole[index] : fraction[index - whole_size]) - '0');
    }
    bool zero() const { return first == size; }

    const char* whole;
    const char* fraction;
    int64_t whole_size;
    int64_t size;
    int64_t point;
    int64_t first;  // the first digit that is not zero; size if none
    int64_t last;   // the last digit that is not zero; -1 if none
};

enum class Fraction : uint8_t { half_away, toward_zero, floor };

// A finite number times 10^shift as a whole number. fits: within int64 after the fraction went its way.
struct WholeNumber {
    int64_t value = 0;
    bool fits = false;
    bool had_fraction = false;
};
WholeNumber to_whole(const NumberText& number, Fraction way, int64_t shift = 0);

// Whether rounding took digits: those of both texts, zeros at either end left off, are not the same.
bool digits_lost(std::string_view written, std::string_view kept);

// Same value, however written. Both finite.
bool same_decimal(const NumberText& a, const NumberText& b);

}  // namespace normalize
