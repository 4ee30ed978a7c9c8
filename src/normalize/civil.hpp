// Days and microseconds of the proleptic Gregorian calendar, counted from 2000-01-01 as the server counts them.
#pragma once

#include <cstdint>

namespace normalize {

constexpr int64_t micros_per_second = 1000000;
constexpr int64_t micros_per_day = 86400 * micros_per_second;

constexpr bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int days_in_month(int64_t year, int month) {
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

// Years are astronomical: 0 is 1 BC. The year is taken to begin in March, so that the leap day is its last, and the
// 400 years after which everything repeats are an era.
constexpr int64_t days_from_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    const int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = static_cast<uint32_t>(year - era * 400);
    const auto day_of_year = static_cast<uint32_t>((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1);
    const uint32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + static_cast<int64_t>(day_of_era) - 730425;  // 730425: from 0000-03-01 to 2000-01-01
}

struct Civil {
    int64_t year;
    int month;
    int day;
};

constexpr Civil civil_from_days(int64_t days) {
    days += 730425;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto day_of_era = static_cast<uint32_t>(days - era * 146097);
    const uint32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const uint32_t month = (5 * day_of_year + 2) / 153;
    const auto day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
    const int civil_month = static_cast<int>(month < 10 ? month + 3 : month - 9);
    return {static_cast<int64_t>(year_of_era) + era * 400 + (civil_month <= 2), civil_month, day};
}

static_assert(days_from_civil(2000, 1, 1) == 0);
static_assert(days_from_civil(1970, 1, 1) == -10957);
static_assert(days_from_civil(-4713, 11, 24) == -2451545);  // Julian day 0

constexpr int64_t floor_divide(int64_t number, int64_t by) { return number / by - (number % by < 0); }

// The server's limits: IS_VALID_TIMESTAMP and IS_VALID_DATE of its timestamp.h.
constexpr int64_t least_micros = -211813488000000000;
constexpr int64_t beyond_micros = 9223371331200000000;
constexpr int64_t least_days = -2451545;
constexpr int64_t beyond_days = 2147483494 - 2451545;

constexpr bool timestamp_in_range(int64_t micros) { return micros >= least_micros && micros < beyond_micros; }
constexpr bool date_in_range(int64_t days) { return days >= least_days && days < beyond_days; }

// The years in which a number read by a unit is believed.
constexpr int64_t year_1_micros = days_from_civil(1, 1, 1) * micros_per_day;
constexpr int64_t year_10000_micros = days_from_civil(10000, 1, 1) * micros_per_day;

}  // namespace normalize
