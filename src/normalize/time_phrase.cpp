// Reads a date or time word by word, in any order that leaves one meaning: mails, asctime, Go, Java, JavaScript.
#include "normalize/time_parts.hpp"
#include "normalize/time_words.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

// Text as a row of words, numbers and marks.
class Words {
   public:
    Words(std::string_view text, TimeText& time) : at_(text.data()), end_(at_ + text.size()), time_(time) {}

    TimeShape read() {
        while (true) {
            // A comma parts what a blank parts: "Fri, 05 Jan 2024", "January 5, 2024".
            while (at_ != end_ && (is_blank(*at_) || (*at_ == ',' && any_)))
                ++at_;
            if (at_ == end_) break;
            if (!one()) return evaluated_ ? TimeShape::evaluated_word : TimeShape::none;
            any_ = true;
        }
        return finish();
    }

   private:
    bool one() {
        if (is_digit(*at_)) return digits();
        if (is_letter(*at_)) return letters();
        if (*at_ == '+' || *at_ == '-') return offset();
        if (*at_ == '(') return remark(')');
        if (*at_ == '[') return remark(']');
        return false;
    }

    // A run of digits: a time, a date, a day, a year. What follows it says which.
    bool digits() {
        const char* const from = at_;
        while (at_ != end_ && is_digit(*at_))
            ++at_;
        const int64_t count = at_ - from;
        if (count > 14) return false;
        int64_t value = 0;
        for (const char* digit = from; digit != at_; ++digit)
            value = value * 10 + (*digit - '0');
        const char next = at_ != end_ ? *at_ : '\0';
        const bool digit_after = end_ - at_ > 1 && is_digit(at_[1]);

        if (next == ':') return clock(value, count);
        if (digit_after && (next == '-' || next == '/' || next == '.') && !time_.has_date && count >= 4 && count <= 7) {
            return year_first(value, next);
        }
        if (next == '-' && end_ - at_ > 1 && is_letter(at_[1])) return named_month_within(value, count);
        if (!time_.has_date && !month_ && (count == 8 || count == 14)) return run_together(value, count);
        // 103000 or 1030 behind a date, as in 2024-01-05T103000 and 20240105 1030.
        if (time_.has_date && !time_.has_time && (count == 6 || count == 4)) {
            return clock_run_together(count == 6 ? value : value * 100, count == 6);
        }
        return number(value, count);
    }

    // A number on its own: the day or the year of a date whose month is a word.
    bool number(int64_t value, int64_t count) {
        if (time_.has_date) return false;
        if (count <= 2 && day_ == 0 && value != 0) {
            day_ = static_cast<int>(value);
        } else if (count == 4 && !year_) {
            year_ = true;
            time_.year = value;
        } else {
            return false;
        }
        return true;
    }

    // YYYY-M-D with a separator that stays the same.
    bool year_first(int64_t year, char separator) {
        if (month_ || year_ || day_ != 0 || time_.has_time) return false;
        time_.year = year;
        ++at_;
        const int month_digits = read_digits(at_, end_, 2, time_.month);
        if (month_digits == 0 || at_ == end_ || *at_ != separator) return false;
        ++at_;
        const int day_digits = read_digits(at_, end_, 2, time_.day);
        if (day_digits == 0) return false;
        time_.has_date = true;
        return true;
    }

    // 5-Jan-2024 and 2024-Jan-05.
    bool named_month_within(int64_t value, int64_t count) {
        if (time_.has_date || month_ || !number(value, count)) return false;
        ++at_;
        if (!letters() || !month_) return false;
        if (at_ == end_ || *at_ != '-') return false;
        ++at_;
        int second;
        const int second_count = read_digits(at_, end_, 4, second);
        return second_count != 0 && number(second, second_count);
    }

    // YYYYMMDD and YYYYMMDDHHMMSS.
    bool run_together(int64_t value, int64_t count) {
        if (year_ || day_ != 0 || time_.has_time) return false;
        int64_t clock = 0;
        if (count == 14) {
            clock = value % 1000000;
            value /= 1000000;
        }
        time_.year = value / 10000;
        time_.month = static_cast<int>(value / 100 % 100);
        time_.day = static_cast<int>(value % 100);
        time_.has_date = true;
        return count == 8 || clock_run_together(clock, true);
    }

    bool clock_run_together(int64_t value, bool with_fraction) {
        time_.hour = static_cast<int>(value / 10000);
        time_.minute = static_cast<int>(value / 100 % 100);
        time_.second = static_cast<int>(value % 100);
        time_.has_time = true;
        return !with_fraction || fraction();
    }

    bool fraction() {
        if (at_ == end_ || (*at_ != '.' && *at_ != ',')) return true;
        if (*at_ == ',' && (end_ - at_ < 2 || !is_digit(at_[1]))) return true;  // a comma that parts
        ++at_;
        return read_fraction(at_, end_, time_);
    }

    // H:MM[:SS[.fraction]].
    bool clock(int64_t hour, int64_t count) {
        if (time_.has_time || count > 2) return false;
        time_.hour = static_cast<int>(hour);
        time_.has_time = true;
        ++at_;
        if (read_digits(at_, end_, 2, time_.minute) != 2) return false;
        if (at_ == end_ || *at_ != ':') return true;
        ++at_;
        if (read_digits(at_, end_, 2, time_.second) != 2) return false;
        return fraction();
    }

    bool letters() {
        const char* const from = at_;
        while (at_ != end_ && is_letter(*at_))
            ++at_;
        const std::string_view word(from, static_cast<size_t>(at_ - from));
        const TimeWord meaning = time_word(word);
        switch (meaning.kind) {
            case TimeWordKind::month:
                // Day, year, month is an order that nothing writes.
                if (month_ || time_.has_date || (year_ && day_ != 0)) return false;
                month_ = true;
                time_.month = meaning.value;
                // Jan-05-2024: the dashes part, they are no signs.
                if (at_ != end_ && *at_ == '-' && !year_ && day_ == 0) return rest_of_month_first();
                return true;
            case TimeWordKind::weekday:
                if (weekday_) return false;
                weekday_ = true;
                return stands_alone();
            case TimeWordKind::half_day:
                if (!time_.has_time || half_day_ != 0 || time_.hour > 12) return false;
                half_day_ = meaning.value;
                return stands_alone();
            case TimeWordKind::era:
                if (era_ != 0) return false;
                era_ = meaning.value;
                return stands_alone();
            case TimeWordKind::separator: return time_.has_date && !time_.has_time && at_ != end_ && is_digit(*at_);
            case TimeWordKind::utc: return utc(word);
            case TimeWordKind::evaluated: evaluated_ = true; return false;
            case TimeWordKind::misplaced: return false;
            case TimeWordKind::unknown: break;
        }
        return zone_name(from);
    }

    // "AM-8" and "BC-08:00" are zones of that name by POSIX, and to the server.
    bool stands_alone() const { return at_ == end_ || is_blank(*at_) || *at_ == ','; }

    bool rest_of_month_first() {
        ++at_;
        int value;
        int count = read_digits(at_, end_, 2, value);
        if (count == 0 || !number(value, count) || at_ == end_ || *at_ != '-') return false;
        ++at_;
        count = read_digits(at_, end_, 4, value);
        return count != 0 && number(value, count);
    }

    // Z, UTC, GMT on their own, behind an offset ("+0000 UTC", as Go writes), or as JavaScript's Date writes them.
    bool utc(std::string_view word) {
        // 2024-01-05Z, as XML writes; but "2024-01-05 Z10:00" is a zone's name by POSIX.
        if (!time_.has_time && (!time_.has_date || word.size() != 1 || at_ != end_)) return false;
        if (zone_words_++ != 0) return false;
        if (at_ != end_ && (*at_ == '+' || *at_ == '-')) {
            // "GMT+0100 (Central European Standard Time)" is east of Greenwich; but a bare GMT+1 is west by POSIX and
            // by the server, so that only the whole form is taken.
            if (time_.has_offset || !equals_word(word, "gmt") || !read_offset(at_, end_, time_)) return false;
            while (at_ != end_ && *at_ == ' ')
                ++at_;
            return at_ != end_ && *at_ == '(';
        }
        if (time_.has_offset) return time_.offset == 0 && repeats_offset(word.data());
        time_.has_offset = true;
        return true;
    }

    // Whether the word at this place stands one blank behind an offset.
    bool repeats_offset(const char* word) const { return word - 1 == offset_end_ && word[-1] == ' '; }

    // CEST behind an offset repeats it; elsewhere a zone's name (Europe/Berlin, EST) is the server's to know.
    bool zone_name(const char* from) {
        if (!time_.has_time) return false;
        while (at_ != end_ &&
               (is_letter(*at_) || is_digit(*at_) || *at_ == '/' || *at_ == '_' || *at_ == '-' || *at_ == '+')) {
            ++at_;
        }
        const auto size = at_ - from;
        if (time_.has_offset) {
            // m=+0.012345, the monotonic clock's reading: the last word of Go's Time.String().
            if (size == 1 && lower(*from) == 'm' && at_ != end_ && *at_ == '=') return monotonic();
            for (const char* at = from; at != at_; ++at) {
                if (!is_letter(*at)) return false;
            }
            return repeats_offset(from) && size >= 3 && size <= 5 && zone_words_++ == 0;
        }
        if (zone_words_++ != 0) return false;
        // Two letters are no zone that anything writes, but would be a word that the server skips ("at", "on").
        return named_zone_ = size >= 3;
    }

    bool monotonic() {
        ++at_;
        if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
        const char* const from = at_;
        while (at_ != end_ && (is_digit(*at_) || *at_ == '.'))
            ++at_;
        return at_ != from && at_ == end_;
    }

    // A sign: an offset behind a time (or, as XML writes, behind a date).
    bool offset() {
        if (named_zone_) return false;
        if (time_.has_offset) {
            // Go repeats an offset that has no name: "+0300 +03".
            TimeText second;
            if (!repeats_offset(at_) || zone_words_++ != 0 || !read_offset(at_, end_, second)) return false;
            return second.offset == time_.offset;
        }
        if (time_.has_time) {
            if (!read_offset(at_, end_, time_)) return false;
            offset_end_ = at_;
            return true;
        }
        // 2024-01-05+02:00: with its colon, so that 2024-1-5-8 is none.
        return time_.has_date && end_ - at_ == 6 && at_[3] == ':' && read_offset(at_, end_, time_);
    }

    // "(UTC)" of mails, "[Europe/Berlin]" of Java: says again what an offset before it has said.
    bool remark(char close) {
        if (!time_.has_offset || end_[-1] != close || end_ - at_ < 3) return false;
        while (at_ != end_ - 1) {
            if (*at_++ == close) return false;
        }
        ++at_;
        return true;
    }

    TimeShape finish() {
        if (month_) {
            if (!year_ || day_ == 0) return TimeShape::none;
            time_.day = day_;
            time_.has_date = true;
        } else if (year_ || day_ != 0) {
            return TimeShape::none;
        }
        if (!time_.has_date && (!time_.has_time || era_ != 0)) return TimeShape::none;
        if (half_day_ != 0) {
            // 12 AM is midnight, 12 PM noon.
            if (time_.hour == 12) time_.hour = 0;
            if (half_day_ == 2) time_.hour += 12;
        }
        if (time_.has_date) {
            if (time_.year == 0) return TimeShape::none;  // neither calendar has it
            if (era_ == 2) time_.year = 1 - time_.year;
            if (!date_is_real(time_)) return TimeShape::none;
        }
        if (time_.has_time && !time_in_range(time_)) return TimeShape::none;
        return named_zone_ ? TimeShape::named_zone : TimeShape::fields;
    }

    const char* at_;
    const char* const end_;
    TimeText& time_;
    const char* offset_end_ = nullptr;
    bool any_ = false;
    bool evaluated_ = false;
    bool month_ = false;
    bool year_ = false;
    bool weekday_ = false;
    bool named_zone_ = false;
    int zone_words_ = 0;
    int day_ = 0;
    int half_day_ = 0;  // 1 AM, 2 PM
    int era_ = 0;       // 1 AD, 2 BC
};

}  // namespace

TimeShape read_time_words(std::string_view text, TimeText& time) { return Words(text, time).read(); }

}  // namespace normalize
