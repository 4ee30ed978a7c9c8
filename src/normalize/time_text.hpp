// Text that says a date or a time, taken apart: what is written, nothing added from clock, zone or date order.
#pragma once

#include <cstdint>
#include <string_view>

namespace normalize {

enum class TimeShape : uint8_t {
    fields,  // a date, a time of day, or both
    infinity,
    minus_infinity,
    number,          // a bare number: only a unit can tell
    named_zone,      // fields, and a zone that is not a number: only the server knows its offset
    evaluated_word,  // now, today, ...
    none             // not a date or time, or one whose meaning depends on the server's date order
};

struct TimeText {
    int64_t year = 0;  // astronomical: 0 is 1 BC
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;  // up to 60
    int micros = 0;
    int32_t offset = 0;  // seconds east of UTC
    bool has_date = false;
    bool has_time = false;
    bool has_offset = false;
    bool digits_cut = false;  // digits beyond the microsecond that are not zero

    int64_t days() const;        // since 2000-01-01; has_date
    int64_t day_micros() const;  // since midnight
};

// Blanks must be off. With `fields` and `named_zone` every field is within its range (second 60 and 24:00:00 included).
TimeShape read_time_text(std::string_view text, TimeText& time);

// The form that most programs write: YYYY-MM-DD HH:MM:SS or with T, and one to nine digits behind a point; microseconds since
// 2000-01-01. cut: digits beyond them were not all zero. False: another form, or no real time; read_time_text has the say.
bool read_plain_instant(std::string_view text, int64_t& micros, bool& cut);

// What read_time_text falls back on: in time_phrase.cpp.
TimeShape read_time_words(std::string_view text, TimeText& time);

}  // namespace normalize
