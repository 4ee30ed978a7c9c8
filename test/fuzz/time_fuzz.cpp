// Throws text at the readers of times and numbers, and the same text written otherwise: blanks around it, another case,
// zeros that say nothing must not change what it means.
#include <cstdint>
#include <string>

#include "base/text.hpp"
#include "normalize/civil.hpp"
#include "normalize/converters.hpp"
#include "normalize/number_text.hpp"
#include "normalize/scan.hpp"
#include "must.hpp"

using namespace normalize;

namespace {

bool same(const Outcome& a, const Outcome& b) { return a.verdict == b.verdict && a.rule == b.rule && a.code == b.code; }

// Everything that a text may be as a time, in one piece.
struct Meaning {
    Outcome timestamp, timestamptz, date, time, timetz, interval;
    Instant plain, zoned;
    int32_t days = 0;
    int64_t micros = 0;
    TimeTz clock;
    Interval span;
};

Meaning meaning_of(std::string_view text, Rule unit) {
    Settings settings;
    settings.unit = unit;
    const base::Cell cell = text_cell(text);
    Meaning m;
    m.timestamp = to_timestamp(cell, settings, m.plain);
    m.timestamptz = to_timestamptz(cell, settings, m.zoned);
    m.date = to_date(cell, settings, m.days);
    m.time = to_time(cell, settings, m.micros);
    m.timetz = to_timetz(cell, settings, m.clock);
    m.interval = to_interval(cell, settings, m.span);
    return m;
}

void check_same(const Meaning& a, const Meaning& b) {
    MUST(same(a.timestamp, b.timestamp) && a.plain.micros == b.plain.micros && a.plain.zoned == b.plain.zoned);
    MUST(same(a.timestamptz, b.timestamptz) && a.zoned.micros == b.zoned.micros && a.zoned.zoned == b.zoned.zoned);
    MUST(same(a.date, b.date) && a.days == b.days);
    MUST(same(a.time, b.time) && a.micros == b.micros);
    MUST(same(a.timetz, b.timetz) && a.clock.micros == b.clock.micros && a.clock.zone == b.clock.zone);
    MUST(same(a.interval, b.interval) && a.span.days == b.span.days && a.span.micros == b.span.micros);
}

void check_times(std::string_view text, Rule unit) {
    const Meaning meaning = meaning_of(text, unit);
    check_same(meaning, meaning_of(" \t" + std::string(text) + "\n ", unit));
    std::string turned(text);
    for (char& c : turned)
        if (is_letter(c)) c = static_cast<char>(c ^ 0x20);
    check_same(meaning, meaning_of(turned, unit));
    // A fraction at the end takes another zero, unless that makes a date of digits, or a seventh one.
    const size_t point = text.rfind('.');
    const bool fraction = point != std::string_view::npos && point > 0 && is_digit(text[point - 1]) && point + 1 < text.size() &&
                          text.find(':') < point && text.find_first_not_of("0123456789", point + 1) == std::string_view::npos;
    if (fraction && meaning.interval.verdict != Verdict::decline) check_same(meaning, meaning_of(std::string(text) + "0", unit));
}

void check_numbers(std::string_view text) {
    const NumberText number = scan_number(trim(text));
    int64_t whole = 7, again = 7;
    double real = 7;
    const Outcome integer = to_int8(text_cell(text), Settings(), whole);
    const Outcome floating = to_float8(text_cell(text), Settings(), real);
    if (number.kind == NumberKind::none && !trim(text).empty()) {
        MUST(integer.code == Code::not_a_number && floating.code == Code::not_a_number);
        return;
    }
    if (number.kind != NumberKind::finite) return;
    MUST(same_decimal(number, number));
    // A zero before the first digit says nothing.
    std::string padded(trim(text));
    padded.insert(number.has_sign ? 1 : 0, "0");
    MUST(same(integer, to_int8(text_cell(padded), Settings(), again)) && whole == again);
    double padded_real = 7;
    MUST(same(floating, to_float8(text_cell(padded), Settings(), padded_real)) && real == padded_real);
    MUST(same_decimal(number, scan_number(padded)));
    if (integer.verdict == Verdict::value) {
        const WholeNumber exact = to_whole(number, Fraction::floor);
        MUST(exact.fits && !exact.had_fraction && exact.value == whole);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    if (size == 0) return 0;
    const int units = static_cast<int>(Rule::dotnet_ticks) - static_cast<int>(Rule::unix_seconds) + 1;
    const Rule unit = bytes[0] >= 0x80 ? Rule::none : static_cast<Rule>(static_cast<int>(Rule::unix_seconds) + bytes[0] % units);
    const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
    check_times(text, unit);
    check_numbers(text);
    return 0;
}
