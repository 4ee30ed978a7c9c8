// Says what numbers in a column of times count, from the column's whole range: one unit, several, or none.
#include "schema/time_unit.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/fence.hpp"

namespace schema {

namespace {

// A unit lasts `seconds`; its zero lies `epoch` seconds after 1970.
struct Scale {
    TimeUnit unit;
    double seconds, epoch;
};
constexpr double day = 86400, year = 365.25 * day;
constexpr double epoch_1601 = -11644473600, epoch_0001 = -62135596800;
constexpr Scale scales[] = {
    {TimeUnit::unix_seconds, 1, 0},
    {TimeUnit::unix_ms, 1e-3, 0},
    {TimeUnit::unix_us, 1e-6, 0},
    {TimeUnit::unix_ns, 1e-9, 0},
    {TimeUnit::julian, day, -2440587.5 * day},
    {TimeUnit::cocoa, 1, 978307200},
    {TimeUnit::webkit, 1e-6, epoch_1601},
    {TimeUnit::filetime, 1e-7, epoch_1601},
    {TimeUnit::dotnet_ticks, 1e-7, epoch_0001},
};

constexpr double year_1850 = -3786825600, year_2150 = 5680281600;
constexpr double year_1992 = 694224000;    // nanoseconds before are FILETIMEs and ticks of today
constexpr double year_2005 = 1104537600;   // seconds of Cocoa from there on would be after 2036
constexpr double near_epoch = 48 * day;    // 1000 times that, the next coarser unit's step, is beyond the year 2100

bool says_nothing(int64_t value) {
    switch (value) {
        case 0:
        case -1:
        case INT64_MIN:
        case INT64_MAX:
        case 3155378975999999999:  // DateTime.MaxValue in ticks
        case 253402300799:         // 9999-12-31 23:59:59, its midnight, and the first second after it
        case 253402214400:
        case 253402300800:
        case 253402300799000:
        case 253402300799999:
        case 253402214400000:
        case 253402300800000:
        case 253402300799999999:
        case -62135596800:         // 0001-01-01
        case -62135596800000:
        case -62135596800000000: return true;
        default: return false;
    }
}

bool fits(const NumberRange& range, const Scale& scale) {
    const double earliest = range.least() * scale.seconds + scale.epoch;
    const double latest = range.greatest() * scale.seconds + scale.epoch;
    if (earliest < year_1850 || latest >= year_2150) return false;
    if (scale.unit == TimeUnit::julian) return true;
    const double farthest = std::max(std::fabs(range.least()), std::fabs(range.greatest())) * scale.seconds;
    if (range.nearest() * scale.seconds < near_epoch || farthest < year) return false;
    return scale.unit != TimeUnit::unix_ns || latest >= year_1992;
}

// Civil date of seconds since 1970, for messages.
std::string date_of(double seconds) {
    const auto days = static_cast<int64_t>(std::floor(seconds / day)) + 719468;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const int64_t day_of_era = days - era * 146097;
    const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const int64_t shifted_month = (5 * day_of_year + 2) / 153;
    const int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", static_cast<int>(year_of_era + era * 400 + (month <= 2)),
                  static_cast<int>(month), static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1));
    return text;
}

std::string number_text(double value) {
    char text[64];
    const bool whole = value == std::floor(value) && std::fabs(value) < 1e19;
    std::snprintf(text, sizeof text, whole ? "%.0f" : "%.15g", value);
    return text;
}

}  // namespace

const char* unit_name(TimeUnit unit) {
    switch (unit) {
        case TimeUnit::unix_seconds: return "unix_seconds";
        case TimeUnit::unix_ms: return "unix_ms";
        case TimeUnit::unix_us: return "unix_us";
        case TimeUnit::unix_ns: return "unix_ns";
        case TimeUnit::julian: return "julian";
        case TimeUnit::cocoa: return "cocoa";
        case TimeUnit::webkit: return "webkit";
        case TimeUnit::filetime: return "filetime";
        case TimeUnit::dotnet_ticks: return "dotnet_ticks";
        default: return "";
    }
}

bool is_unit_name(std::string_view name) {
    return std::any_of(std::begin(scales), std::end(scales), [name](const Scale& scale) { return name == unit_name(scale.unit); });
}

void NumberRange::widen(int64_t value, uint64_t size) {
    if (says_nothing(value)) return;
    least_whole_ = std::min(least_whole_, value);
    greatest_whole_ = std::max(greatest_whole_, value);
    nearest_whole_ = std::min(nearest_whole_, size);
}

void NumberRange::add(double value) {
    if (value == std::floor(value) && value >= -0x1p63 && value < 0x1p63) return add(static_cast<int64_t>(value));
    ++numbers_;
    const double size = std::fabs(value);
    least_real_ = any_real_ ? std::min(least_real_, value) : value;
    greatest_real_ = any_real_ ? std::max(greatest_real_, value) : value;
    nearest_real_ = any_real_ ? std::min(nearest_real_, size) : size;
    any_real_ = true;
}

bool NumberRange::telling() const { return any_real_ || nearest_whole_ != UINT64_MAX; }

double NumberRange::least() const {
    const auto whole = static_cast<double>(least_whole_);
    if (nearest_whole_ == UINT64_MAX) return least_real_;
    return any_real_ ? std::min(whole, least_real_) : whole;
}

double NumberRange::greatest() const {
    const auto whole = static_cast<double>(greatest_whole_);
    if (nearest_whole_ == UINT64_MAX) return greatest_real_;
    return any_real_ ? std::max(whole, greatest_real_) : whole;
}

double NumberRange::nearest() const {
    const auto whole = static_cast<double>(nearest_whole_);
    if (nearest_whole_ == UINT64_MAX) return nearest_real_;
    return any_real_ ? std::min(whole, nearest_real_) : whole;
}

bool read_number(std::string_view text, double& value) {
    auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits && (text.size() == 8 || text.size() == 14)) return false;
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    // "inf" and "nan" are words to the callers.
    return error == std::errc() && stop == end && !text.empty() && std::isfinite(value);
}

std::vector<TimeUnit> possible_units(const NumberRange& range, bool core_data) {
    std::vector<TimeUnit> units;
    if (!range.telling()) return units;
    for (const Scale& scale : scales) {
        if (!fits(range, scale)) continue;
        // Seconds of both kinds overlap by 31 years. What Unix puts after 2005, Cocoa would put after 2036.
        if (scale.unit == TimeUnit::cocoa && !core_data && range.greatest() >= year_2005 && !units.empty()) continue;
        units.push_back(scale.unit);
    }
    if (core_data && std::find(units.begin(), units.end(), TimeUnit::cocoa) != units.end()) return {TimeUnit::cocoa};
    return units;
}

bool holds(TimeUnit unit, double least, double greatest) {
    constexpr double year_10000 = 253402300800;
    for (const Scale& scale : scales) {
        if (scale.unit == unit)
            return least * scale.seconds + scale.epoch >= epoch_0001 && greatest * scale.seconds + scale.epoch < year_10000;
    }
    return false;
}

std::string describe_range(const NumberRange& range) {
    if (!range.telling()) return "numbers that mean none or never in every unit";
    if (range.least() == range.greatest()) return "the number " + number_text(range.least());
    return "numbers from " + number_text(range.least()) + " to " + number_text(range.greatest());
}

std::string describe_years(const NumberRange& range, TimeUnit unit) {
    for (const Scale& scale : scales) {
        if (scale.unit != unit || !range.telling()) continue;
        const std::string first = date_of(range.least() * scale.seconds + scale.epoch);
        const std::string last = date_of(range.greatest() * scale.seconds + scale.epoch);
        return first == last ? first : first + " to " + last;
    }
    return {};
}

}  // namespace schema
