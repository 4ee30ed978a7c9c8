// interval: clock forms with or without days, .NET's and Python's among them; words and P1DT2H are the server's.
#include <limits>

#include "normalize/converters.hpp"
#include "normalize/number_text.hpp"
#include "normalize/scan.hpp"
#include "normalize/text.hpp"
#include "normalize/time_parts.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

// What stands in a clock form. The server reads .NET's 1.02:03:04 as 1.02 days and 3:04, without an error: these forms
// must never reach it.
struct Clock {
    int64_t days = 0;
    bool days_negative = false;
    int64_t micros = 0;
    bool negative = false;
    bool has_days = false;
    bool has_clock = false;
    bool digits_cut = false;
};

bool read_sign(const char*& at, const char* end, bool& negative) {
    if (at == end || (*at != '-' && *at != '+')) return false;
    negative = *at++ == '-';
    return true;
}

// At most nine digits, so that no sum overflows.
bool read_number(const char*& at, const char* end, int64_t& number) {
    int value;
    const bool found = read_digits(at, end, 9, value) != 0;
    number = value;
    return found;
}

// MM[:SS[.fraction]] behind an hour and its colon.
bool read_clock(const char*& at, const char* end, int64_t hours, Clock& clock) {
    TimeText time;
    if (read_digits(at, end, 2, time.minute) != 2 || time.minute > 59) return false;
    if (at != end && *at == ':') {
        ++at;
        if (read_digits(at, end, 2, time.second) != 2 || time.second > 59) return false;
        if (at != end && *at == '.') {
            ++at;
            if (!read_fraction(at, end, time)) return false;
        }
    }
    clock.micros = hours * 3600 * micros_per_second + time.day_micros();
    clock.digits_cut = time.digits_cut;
    clock.has_clock = true;
    return true;
}

// [sign]H:MM[:SS[.f]], [sign]D.H:MM:SS[.f] (.NET), D H:MM:SS[.f] (SQL), [sign]D day[s][, H:MM:SS[.f]] (Python).
bool read_form(std::string_view text, Clock& clock) {
    const char* at = text.data();
    const char* const end = at + text.size();
    const bool has_sign = read_sign(at, end, clock.negative);
    int64_t number;
    if (!read_number(at, end, number) || at == end) return false;
    if (*at == ':') {
        ++at;
        return read_clock(at, end, number, clock) && at == end;
    }

    clock.days = number;
    clock.has_days = true;
    clock.days_negative = clock.negative;
    if (*at == '.') {
        ++at;
        // One sign for all, hours below 24: what TimeSpan's constant form has.
        if (!read_number(at, end, number) || number > 23 || at == end || *at != ':') return false;
        ++at;
        return read_clock(at, end, number, clock) && at == end;
    }
    if (*at != ' ') return false;
    ++at;
    if (at != end && is_digit(*at)) {
        // -1 02:03:04 has two meanings, one for each setting of intervalstyle.
        if (has_sign || !read_number(at, end, number) || at == end || *at != ':') return false;
        ++at;
        return read_clock(at, end, number, clock) && at == end;
    }
    const char* const word = at;
    while (at != end && is_letter(*at))
        ++at;
    const std::string_view days(word, static_cast<size_t>(at - word));
    if (!equals_word(days, "day") && !equals_word(days, "days")) return false;
    // Python's -1 day, 23:59:59 is a day back and the clock forward.
    clock.negative = false;
    if (at == end) return true;
    if (*at != ',' || ++at == end || *at != ' ' || ++at == end) return false;
    if (!read_number(at, end, number) || at == end || *at != ':') return false;
    ++at;
    return read_clock(at, end, number, clock) && at == end;
}

// Whether a unit of years or more begins here: of its fraction the server keeps whole months, and drops the rest.
bool years_begin(std::string_view text) {
    while (!text.empty() && is_blank(text[0])) text.remove_prefix(1);
    const auto begins = [text](std::string_view word) {
        return text.size() >= word.size() && equals_word(text.substr(0, word.size()), word);
    };
    return begins("y") || begins("dec") || begins("c") || begins("mil");
}

// Words and ISO 8601 durations, if the server loses nothing of them and takes nothing for something else.
bool server_reads(std::string_view text) {
    bool letter = false;
    size_t digits_of_fraction = 0;
    bool fraction = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) >= 0x80 || c == '\0') return false;
        letter |= is_letter(c);
        if (c == '.' || c == ',') {
            fraction = i + 1 < text.size() && is_digit(text[i + 1]);
            digits_of_fraction = 0;
        } else if (is_digit(c)) {
            // A seventh digit would be rounded away in silence.
            if (fraction && ++digits_of_fraction > 6) return false;
        } else {
            // 1.02:03:04 in any surroundings.
            if (c == ':' && fraction) return false;
            if (fraction && years_begin(text.substr(i))) return false;
            fraction = fraction && is_blank(c);
        }
    }
    return letter;
}

Outcome from_clock(const Clock& clock, Interval& value) {
    if (clock.days > std::numeric_limits<int32_t>::max()) return complain(Code::implausible_time);
    value.months = 0;
    value.days = static_cast<int32_t>(clock.days_negative ? -clock.days : clock.days);
    value.micros = clock.negative ? -clock.micros : clock.micros;
    return accept(clock.digits_cut ? Rule::digits_cut : Rule::none);
}

// Powers of ten of a microsecond: a duration counted in the unit that is named after an instant's.
bool power_of(Rule unit, int& power) {
    switch (unit) {
        case Rule::unix_seconds: power = 6; return true;
        case Rule::unix_ms: power = 3; return true;
        case Rule::unix_us: power = 0; return true;
        case Rule::unix_ns: power = -3; return true;
        case Rule::dotnet_ticks: power = -1; return true;
        default: return false;
    }
}

Outcome from_number(std::string_view number, bool exact, const Settings& settings, Interval& value) {
    int power;
    if (!power_of(settings.unit, power)) return complain(Code::ambiguous_time);
    const NumberText scanned = scan_number(number);
    if (scanned.kind != NumberKind::finite) return complain(Code::implausible_time);
    const WholeNumber whole = to_whole(scanned, exact ? Fraction::toward_zero : Fraction::half_away, power);
    if (!whole.fits) return complain(Code::implausible_time);
    value = {0, 0, whole.value};
    return accept(exact && whole.had_fraction ? Rule::digits_cut : settings.unit);
}

}  // namespace

Outcome to_interval(const base::Cell& cell, const Settings& settings, Interval& value) {
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::blob: return complain(Code::wrong_storage);
        case base::StorageClass::integer:
        case base::StorageClass::real: {
            char buffer[32];
            const bool whole = cell.storage == base::StorageClass::integer;
            return from_number({buffer, plain_number(cell, buffer)}, whole, settings, value);
        }
        case base::StorageClass::text: break;
    }
    const std::string_view text = trim(cell.bytes());
    if (text.empty()) return empty_is_null();
    Clock clock;
    if (read_form(text, clock)) return from_clock(clock, value);
    if (scan_number(text).kind == NumberKind::finite) return from_number(text, true, settings, value);
    return server_reads(text) ? decline() : complain(Code::not_a_time);
}

}  // namespace normalize
