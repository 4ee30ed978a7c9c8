// Numbers as times, by the unit that the column's owner stated: exact integer arithmetic wherever the number is exact.
#include "normalize/time_number.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

#include "normalize/civil.hpp"
#include "normalize/converters.hpp"
#include "normalize/number_text.hpp"
#include "normalize/scan.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

// A unit is 10^power microseconds, counted from `epoch` days after 2000-01-01.
struct Unit {
    int power;
    int64_t epoch;
};

constexpr int64_t epoch_1970 = days_from_civil(1970, 1, 1);
constexpr int64_t epoch_1601 = days_from_civil(1601, 1, 1);

bool unit_of(Rule rule, Unit& unit) {
    switch (rule) {
        case Rule::unix_seconds: unit = {6, epoch_1970}; return true;
        case Rule::unix_ms: unit = {3, epoch_1970}; return true;
        case Rule::unix_us: unit = {0, epoch_1970}; return true;
        case Rule::unix_ns: unit = {-3, epoch_1970}; return true;
        case Rule::cocoa: unit = {6, days_from_civil(2001, 1, 1)}; return true;
        case Rule::webkit: unit = {0, epoch_1601}; return true;
        case Rule::filetime: unit = {-1, epoch_1601}; return true;
        case Rule::dotnet_ticks: unit = {-1, days_from_civil(1, 1, 1)}; return true;
        default: return false;
    }
}

Outcome finish(int64_t counted, int64_t epoch, Rule rule, bool cut, CountedTime& time) {
    int64_t micros;
    if (__builtin_add_overflow(counted, epoch * micros_per_day, &micros)) return complain(Code::implausible_time);
    if (micros < year_1_micros || micros >= year_10000_micros) return complain(Code::implausible_time);
    time.micros = micros;
    time.zoned = rule != Rule::dotnet_ticks;
    return accept(cut ? Rule::digits_cut : rule);
}

Outcome from_integer(int64_t number, Rule rule, const Unit& unit, CountedTime& time) {
    int64_t scale = 1;
    for (int i = unit.power < 0 ? -unit.power : unit.power; i > 0; --i)
        scale *= 10;
    int64_t counted;
    if (unit.power >= 0) {
        if (__builtin_mul_overflow(number, scale, &counted)) return complain(Code::implausible_time);
        return finish(counted, unit.epoch, rule, false, time);
    }
    // Down, not toward zero: digits of the written time are cut alike before and after the epoch.
    return finish(floor_divide(number, scale), unit.epoch, rule, number % scale != 0, time);
}

Outcome from_decimal(const NumberText& number, Fraction way, Rule rule, const Unit& unit, CountedTime& time) {
    const WholeNumber whole = to_whole(number, way, unit.power);
    if (!whole.fits) return complain(Code::implausible_time);
    return finish(whole.value, unit.epoch, rule, way == Fraction::floor && whole.had_fraction, time);
}

// Julian days are counted from noon; twice a day number is even at noon.
constexpr int64_t half_days_to_2000 = 4903089;  // 2 * 2451544.5

Outcome from_julian_day(int64_t day, CountedTime& time) {
    if (day < 0 || day > 10000000) return complain(Code::implausible_time);
    return finish((2 * day - half_days_to_2000) * (micros_per_day / 2), 0, Rule::julian, false, time);
}

Outcome from_julian_real(double day, CountedTime& time) {
    if (!(day >= 0 && day <= 10000000)) return complain(Code::implausible_time);
    constexpr double ms_per_day = 86400000.0;
    // A double of this size cannot tell times less than 40 microseconds apart. If it is the one that SQLite's
    // julianday() writes for some whole millisecond, which is as fine as SQLite's own times are, that one is meant.
    const double ms = std::nearbyint(day * ms_per_day);
    if (ms / ms_per_day == day) {
        return finish(static_cast<int64_t>(ms) * 1000 - half_days_to_2000 * (micros_per_day / 2), 0, Rule::julian,
                      false, time);
    }
    const double whole = std::floor(day);
    const auto micros = static_cast<int64_t>(std::llround((day - whole) * static_cast<double>(micros_per_day)));
    return finish(static_cast<int64_t>(whole) * micros_per_day + micros - half_days_to_2000 * (micros_per_day / 2), 0,
                  Rule::julian, false, time);
}

Outcome from_julian(const base::Cell& cell, CountedTime& time) {
    if (cell.storage == base::StorageClass::integer) return from_julian_day(cell.integer, time);
    if (cell.storage == base::StorageClass::real) return from_julian_real(cell.real, time);
    std::string_view text = trim(cell.bytes());
    if (!text.empty() && text[0] == '+') text.remove_prefix(1);
    double day = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), day);
    if (error != std::errc() || end != text.data() + text.size()) return complain(Code::implausible_time);
    return from_julian_real(day, time);
}

}  // namespace

Outcome read_counted_time(const base::Cell& cell, const Settings& settings, CountedTime& time) {
    if (settings.unit == Rule::julian) return from_julian(cell, time);
    Unit unit;
    if (!unit_of(settings.unit, unit)) return complain(Code::ambiguous_time);
    if (cell.storage == base::StorageClass::integer) return from_integer(cell.integer, settings.unit, unit, time);
    if (cell.storage == base::StorageClass::real) {
        if (!std::isfinite(cell.real)) return complain(Code::implausible_time);
        // The digits that the application saw, not the binary expansion behind them.
        char buffer[32];
        const size_t size = shortest_text(cell.real, buffer);
        return from_decimal(scan_number({buffer, size}), Fraction::half_away, settings.unit, unit, time);
    }
    return from_decimal(scan_number(trim(cell.bytes())), Fraction::floor, settings.unit, unit, time);
}

}  // namespace normalize
