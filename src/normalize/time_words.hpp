// The words that may stand in a date or time.
#pragma once

#include <cstdint>
#include <string_view>

namespace normalize {

enum class TimeWordKind : uint8_t { unknown, month, weekday, half_day, era, separator, utc, evaluated, misplaced };

struct TimeWord {
    TimeWordKind kind = TimeWordKind::unknown;
    int value = 0;  // month 1 to 12; half_day 1 AM, 2 PM; era 1 AD, 2 BC
};

// Any case. The abbreviations are those that the server knows.
TimeWord time_word(std::string_view word);

}  // namespace normalize
