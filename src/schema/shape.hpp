// Recognises what a text looks like: a date, a uuid, a number, JSON. A shape is claimed only where the type takes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace schema {

enum class TimeKind : uint8_t { none, date, timestamp, time };

// YYYY-MM-DD, YYYY-MM-DD[ T]HH:MM[:SS[.fraction]][ ][Z|+HH[[:]MM]], HH:MM[:SS[.fraction]]; years 0001 to 9999, days
// that exist.
struct TimeShape {
    TimeKind kind = TimeKind::none;
    bool zoned = false;  // has an offset or Z
    bool fine = false;   // digits beyond the microsecond that are not zero
    uint64_t form = 0;   // how it is written: two texts of one form mean the same only if they are equal
    int64_t micros = 0;  // since 0000-03-01 (of a time: since midnight), in UTC where zoned: equal for equal instants
};
TimeShape time_shape(std::string_view text);

enum class NumberKind : uint8_t { none, number, integer };
// integer: an optional sign and digits, within int64. number: with digits, fraction, exponent, or a longer integer.
NumberKind number_shape(std::string_view text);

// true, t, yes, y, on and their opposites, in any case; not 0 and 1.
bool is_boolean_word(std::string_view text, bool* value = nullptr);

// 36 characters with dashes, 32 hex digits, or 36 in braces. form as in TimeShape, never 0.
bool is_uuid(std::string_view text, uint64_t* form = nullptr);
std::string uuid_digits(std::string_view uuid);  // 32 lower-case hex digits of a text that is_uuid

enum class JsonKind : uint8_t { none, scalar, structure };
struct JsonShape {
    JsonKind kind = JsonKind::none;  // structure: an object or an array; scalar: anything else that RFC 8259 takes
    bool binary = false;             // jsonb takes it too: no \u0000, no lone surrogate, no number beyond numeric
};
// A whole document, checked to its end. The text must be valid UTF-8; control characters inside strings are refused.
JsonShape json_shape(std::string_view text);

}  // namespace schema
