// Reads text that says a date or a time: ISO 8601 at once, everything else word by word in time_phrase.cpp.
#include "normalize/time_text.hpp"

#include "normalize/number_text.hpp"
#include "normalize/scan.hpp"
#include "normalize/time_parts.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

// Two digits at a known place. False if one is none.
inline bool read_two(const char* at, int& value) {
    const unsigned tens = static_cast<unsigned char>(at[0] - '0');
    const unsigned ones = static_cast<unsigned char>(at[1] - '0');
    value = static_cast<int>(tens * 10 + ones);
    return tens <= 9 && ones <= 9;
}

// The common case: YYYY-MM-DD, and behind it [ T]HH:MM[:SS[.fraction]] and [blank] Z or an offset. False: not this
// shape, or not a real time; the words below have the last say.
bool read_iso(std::string_view text, TimeText& time) {
    if (text.size() < 10) return false;
    const char* at = text.data();
    const char* const end = at + text.size();
    int century;
    int year;
    if (!read_two(at, century) || !read_two(at + 2, year) || at[4] != '-' || !read_two(at + 5, time.month) ||
        at[7] != '-' || !read_two(at + 8, time.day)) {
        return false;
    }
    time.year = century * 100 + year;
    time.has_date = true;
    if (time.year == 0 || !date_is_real(time)) return false;
    at += 10;
    if (at == end) return true;

    if (end - at < 6 || (*at != ' ' && *at != 'T' && *at != 't') || !read_two(at + 1, time.hour) || at[3] != ':' ||
        !read_two(at + 4, time.minute)) {
        return false;
    }
    time.has_time = true;
    at += 6;
    if (end - at >= 3 && *at == ':') {
        if (!read_two(at + 1, time.second)) return false;
        at += 3;
        if (at != end && (*at == '.' || *at == ',')) {
            ++at;
            if (!read_fraction(at, end, time)) return false;
        }
    }
    if (!time_in_range(time)) return false;
    if (at == end) return true;
    if (*at == ' ') ++at;
    if (at == end) return false;
    if (*at == 'Z' || *at == 'z') {
        ++at;
        time.has_offset = true;
    } else if (*at == '+' || *at == '-') {
        if (!read_offset(at, end, time)) return false;
    }
    return at == end;
}

}  // namespace

int64_t TimeText::days() const { return days_from_civil(year, month, day); }

int64_t TimeText::day_micros() const { return ((hour * 60 + minute) * 60 + second) * micros_per_second + micros; }

bool read_plain_instant(std::string_view text, int64_t& micros, bool& cut) {
    constexpr size_t seconds_end = 19;
    if (text.size() < seconds_end || text.size() > seconds_end + 10) return false;
    const char* at = text.data();
    const char* const end = at + text.size();
    int century, year, month, day, hour, minute, second;
    const bool digits = read_two(at, century) & read_two(at + 2, year) & read_two(at + 5, month) & read_two(at + 8, day) &
                        read_two(at + 11, hour) & read_two(at + 14, minute) & read_two(at + 17, second);
    if (!digits || at[4] != '-' || at[7] != '-' || (at[10] != ' ' && at[10] != 'T') || at[13] != ':' || at[16] != ':') return false;
    year += century * 100;
    if (year == 0 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    TimeText fraction;
    at += seconds_end;
    if (at != end && (*at++ != '.' || !read_fraction(at, end, fraction) || at != end)) return false;
    micros = days_from_civil(year, month, day) * micros_per_day + ((hour * 60 + minute) * 60 + second) * micros_per_second +
             fraction.micros;
    cut = fraction.digits_cut;
    return true;
}

TimeShape read_time_text(std::string_view text, TimeText& time) {
    if (read_iso(text, time)) return TimeShape::fields;
    time = {};
    if (equals_word(text, "infinity")) return TimeShape::infinity;
    if (equals_word(text, "-infinity")) return TimeShape::minus_infinity;
    if (equals_word(text, "epoch")) {
        time.year = 1970;
        time.month = time.day = 1;
        time.has_date = time.has_time = time.has_offset = true;
        return TimeShape::fields;
    }
    const NumberText number = scan_number(text);
    if (number.kind == NumberKind::finite) {
        // Eight or fourteen digits are a date; scan_number has seen to it that there is nothing else.
        const bool date = (text.size() == 8 || text.size() == 14) && number.whole.size() == text.size();
        if (!date) return TimeShape::number;
    }
    return read_time_words(text, time);
}

}  // namespace normalize
