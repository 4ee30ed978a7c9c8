// Recognises what a text looks like: a date, a uuid, a number. A shape is claimed only where the type takes it.
#include "schema/shape.hpp"

#include <charconv>

#include "base/text.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Two digits at `at` as a number, or -1.
int two_digits(std::string_view text, size_t at) {
    if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return -1;
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

int days_in_month(int year, int month) {
    static const signed char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

// Days since 0000-03-01 (years that begin in March put the leap day last).
int64_t day_number(int year, int month, int day) {
    int shifted_year = month <= 2 ? year - 1 : year;
    int shifted_month = month <= 2 ? month + 9 : month - 3;
    return 365LL * shifted_year + shifted_year / 4 - shifted_year / 100 + shifted_year / 400 +
           (153 * shifted_month + 2) / 5 + day - 1;
}

// YYYY-MM-DD at the start; the day number, or -1.
int64_t read_date(std::string_view text) {
    int century = two_digits(text, 0), years = two_digits(text, 2), month = two_digits(text, 5),
        day = two_digits(text, 8);
    if (century < 0 || years < 0 || month < 1 || month > 12 || day < 1 || text[4] != '-' || text[7] != '-') return -1;
    int year = century * 100 + years;
    if (year == 0 || day > days_in_month(year, month)) return -1;
    return day_number(year, month, day);
}

// HH:MM[:SS[.fraction]] at `at`, which moves behind it; microseconds, or -1.
int64_t read_clock(std::string_view text, size_t& at, bool& fine) {
    int hour = two_digits(text, at), minute = two_digits(text, at + 3);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[at + 2] != ':') return -1;
    at += 5;
    int64_t micros = (hour * 60LL + minute) * 60'000'000LL;
    if (at >= text.size() || text[at] != ':') return micros;
    int second = two_digits(text, at + 1);
    if (second < 0 || second > 59) return -1;  // :60 means the next minute to the server: not a plain value
    at += 3;
    micros += second * 1'000'000LL;
    if (at >= text.size() || text[at] != '.') return micros;
    size_t first = ++at;
    int64_t unit = 100'000;
    for (; at < text.size() && is_digit(text[at]); ++at) {
        int digit = text[at] - '0';
        if (unit == 0 && digit != 0) fine = true;
        micros += digit * unit;
        unit /= 10;
    }
    size_t digits = at - first;
    return digits >= 1 && digits <= 9 ? micros : -1;
}

// [ ][Z|+HH|+HHMM|+HH:MM] up to the end of the text; false where it is anything else. Nothing is no zone.
bool read_zone(std::string_view zone, bool& zoned, int64_t& offset_micros) {
    offset_micros = 0;
    zoned = !zone.empty();
    if (zone.empty()) return true;
    if (zone[0] == ' ') zone.remove_prefix(1);
    if (zone == "Z") return true;
    if (zone.size() < 3 || (zone[0] != '+' && zone[0] != '-')) return false;
    int hours = two_digits(zone, 1), minutes = 0;
    if (zone.size() == 5) {
        minutes = two_digits(zone, 3);
    } else if (zone.size() == 6 && zone[3] == ':') {
        minutes = two_digits(zone, 4);
    } else if (zone.size() != 3) {
        return false;
    }
    if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return false;  // the server's limit is 15:59
    offset_micros = (hours * 60LL + minutes) * 60'000'000LL * (zone[0] == '-' ? -1 : 1);
    return true;
}

// The parts that may differ between texts of equal meaning: length, separator, zone as written.
uint64_t form_of(size_t length, char separator, std::string_view zone) {
    uint64_t form = 1469598103934665603ull;
    auto mix = [&form](unsigned char c) { form = (form ^ c) * 1099511628211ull; };
    mix(static_cast<unsigned char>(length));
    mix(static_cast<unsigned char>(separator));
    for (char c : zone)
        mix(static_cast<unsigned char>(c));
    return form | 1;  // 0 means: none yet
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Of each byte: no hexadecimal digit at all, a letter of this case, or a digit.
constexpr unsigned char lower_hex = 1, upper_hex = 2, no_hex = 4;
struct HexMarks {
    unsigned char of[256];
    constexpr HexMarks() : of() {
        for (unsigned c = 0; c < 256; ++c)
            of[c] = c >= '0' && c <= '9' ? 0 : c >= 'a' && c <= 'f' ? lower_hex : c >= 'A' && c <= 'F' ? upper_hex : no_hex;
    }
    constexpr unsigned char operator[](unsigned char c) const { return of[c]; }
};
constexpr HexMarks hex_marks;

}  // namespace

TimeShape time_shape(std::string_view text) {
    TimeShape shape;
    if (text.size() < 5 || text.size() > 40 || !is_digit(text[0])) return shape;
    if (text[2] == ':') {
        size_t at = 0;
        shape.micros = read_clock(text, at, shape.fine);
        if (shape.micros < 0 || at != text.size()) return {};
        shape.kind = TimeKind::time;
        shape.form = form_of(text.size(), ':', {});
        return shape;
    }
    if (text.size() < 10) return shape;
    int64_t days = read_date(text);
    if (days < 0) return shape;
    constexpr int64_t day_micros = 86'400'000'000LL;
    if (text.size() == 10) {
        shape.kind = TimeKind::date;
        shape.micros = days * day_micros;
        shape.form = form_of(10, '-', {});
        return shape;
    }
    if (text.size() < 16 || (text[10] != ' ' && text[10] != 'T')) return shape;
    size_t at = 11;
    int64_t clock = read_clock(text, at, shape.fine), offset = 0;
    if (clock < 0 || !read_zone(text.substr(at), shape.zoned, offset)) return {};
    shape.kind = TimeKind::timestamp;
    shape.micros = days * day_micros + clock - offset;
    shape.form = form_of(text.size(), text[10], text.substr(at));
    return shape;
}

NumberKind number_shape(std::string_view text) {
    size_t at = 0, size = text.size();
    bool negative = size > 0 && text[0] == '-';
    if (size > 0 && (text[0] == '-' || text[0] == '+')) ++at;
    size_t first = at;
    while (at < size && is_digit(text[at]))
        ++at;
    if (at == first) return NumberKind::none;
    if (at == size) {
        if (at - first <= 18) return NumberKind::integer;
        int64_t value = 0;
        std::string_view digits = text.substr(negative ? 0 : first);
        auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return result.ec == std::errc() ? NumberKind::integer : NumberKind::number;
    }
    if (text[at] == '.') {
        size_t fraction = ++at;
        while (at < size && is_digit(text[at]))
            ++at;
        if (at == fraction) return NumberKind::none;
    }
    if (at < size && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < size && (text[at] == '-' || text[at] == '+')) ++at;
        size_t exponent = at;
        while (at < size && is_digit(text[at]))
            ++at;
        if (at == exponent || at - exponent > 3) return NumberKind::none;
    }
    return at == size ? NumberKind::number : NumberKind::none;
}

bool is_boolean_word(std::string_view text, bool* value) {
    if (text.empty() || text.size() > 5) return false;
    static const struct {
        std::string_view word;
        bool value;
    } words[] = {{"true", true},   {"t", true},  {"yes", true}, {"y", true},  {"on", true},
                 {"false", false}, {"f", false}, {"no", false}, {"n", false}, {"off", false}};
    for (const auto& candidate : words) {
        if (base::equal_ignoring_case(text, candidate.word)) {
            if (value != nullptr) *value = candidate.value;
            return true;
        }
    }
    return false;
}

bool is_uuid(std::string_view text, uint64_t* form) {
    size_t written = text.size();
    if (written == 38) {
        if (text.front() != '{' || text.back() != '}') return false;
        text = text.substr(1, 36);
    } else if (written != 36 && written != 32) {
        return false;
    }
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    unsigned char seen = 0;
    if (text.size() == 32) {
        for (int i = 0; i < 32; ++i) seen |= hex_marks[bytes[i]];
    } else {
        if (bytes[8] != '-' || bytes[13] != '-' || bytes[18] != '-' || bytes[23] != '-') return false;
        for (int i = 0; i < 8; ++i) seen |= hex_marks[bytes[i]] | hex_marks[bytes[i + 28]];
        for (int i = 0; i < 4; ++i)
            seen |= hex_marks[bytes[i + 9]] | hex_marks[bytes[i + 14]] | hex_marks[bytes[i + 19]] |
                    hex_marks[bytes[i + 24]];
    }
    if (seen & no_hex) return false;
    // Digits alone are written alike in both cases; mixed case is a form that nothing equals for certain.
    if (form != nullptr) *form = written * 8 + (seen & (upper_hex | lower_hex));
    return true;
}

std::string uuid_digits(std::string_view uuid) {
    std::string digits;
    for (char c : uuid) {
        int value = hex_value(c);
        if (value >= 0) digits += "0123456789abcdef"[value];
    }
    return digits;
}

}  // namespace schema
