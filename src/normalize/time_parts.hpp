// The parts of a written date or time that both readers meet: digits, fractions, offsets, and their limits.
#pragma once

#include <cstdint>

#include "normalize/civil.hpp"
#include "normalize/scan.hpp"
#include "normalize/time_text.hpp"

namespace normalize {

// The fraction's digits after its point, to microseconds. Further digits are cut, as drivers that write them do not
// round either, and rounding would carry 23:59:59.9999999 into the next day, month or year.
inline bool read_fraction(const char*& at, const char* end, TimeText& time) {
    const char* const from = at;
    int micros = 0;
    int weight = 100000;
    for (; at != end && is_digit(*at); ++at) {
        if (weight == 0) {
            time.digits_cut |= *at != '0';
        } else {
            micros += (*at - '0') * weight;
            weight /= 10;
        }
    }
    time.micros = micros;
    return at != from;
}

// 24:00:00 is the end of a day, and second 60 that of a minute: the server takes both, but nothing later than 24:00:00.
inline bool time_in_range(const TimeText& time) {
    if (time.minute > 59 || time.second > 60 || time.hour > 24) return false;
    return time.hour + 1 < 24 || time.day_micros() <= micros_per_day;
}

inline bool date_is_real(const TimeText& time) {
    return time.month >= 1 && time.month <= 12 && time.day >= 1 && time.day <= days_in_month(time.year, time.month);
}

// Digits, at most `most`; how many there were, 0 if there are more.
inline int read_digits(const char*& at, const char* end, int most, int& value) {
    int count = 0;
    value = 0;
    for (; at != end && is_digit(*at); ++at) {
        if (++count > most) return 0;
        value = value * 10 + (*at - '0');
    }
    return count;
}

// +HH, +HHMM, +HH:MM, +HH:MM:SS, and +H and +HMM, which the server takes too.
inline bool read_offset(const char*& at, const char* end, TimeText& time) {
    const bool west = *at++ == '-';
    int hours;
    int minutes = 0;
    int seconds = 0;
    const int count = read_digits(at, end, 4, hours);
    if (count == 0) return false;
    if (at != end && *at == ':') {
        if (count > 2 || ++at == end || read_digits(at, end, 2, minutes) != 2) return false;
        if (at != end && *at == ':') {
            if (++at == end || read_digits(at, end, 2, seconds) != 2) return false;
        }
    } else if (count > 2) {
        minutes = hours % 100;
        hours /= 100;
    }
    // 15:59:59 is the server's limit.
    if (hours > 15 || minutes > 59 || seconds > 59) return false;
    const int32_t east = (hours * 60 + minutes) * 60 + seconds;
    time.offset = west ? -east : east;
    time.has_offset = true;
    return true;
}

}  // namespace normalize
