// Numbers as times by a stated unit, and durations: exact, or counted, or refused.
#include <limits>
#include <string>

#include "normalize_cells.hpp"

using namespace normalize;
using namespace normalize_test;

TEST_CASE("numbers by a stated unit: integers are exact") {
    const struct {
        Rule rule;
        int64_t in;
        std::string out;
    } rows[] = {
        {Rule::unix_seconds, 1700000000, "2023-11-14 22:13:20 Z (unix_seconds)"},
        {Rule::unix_seconds, 0, "1970-01-01 00:00:00 Z (unix_seconds)"},
        {Rule::unix_seconds, -1, "1969-12-31 23:59:59 Z (unix_seconds)"},
        {Rule::unix_seconds, -62135596800, "0001-01-01 00:00:00 Z (unix_seconds)"},
        {Rule::unix_seconds, -62135596801, "! implausible_time"},
        {Rule::unix_seconds, 253402300799, "9999-12-31 23:59:59 Z (unix_seconds)"},
        {Rule::unix_seconds, 253402300800, "! implausible_time"},
        {Rule::unix_seconds, 1700000000000, "! implausible_time"},
        {Rule::unix_seconds, INT64_MAX, "! implausible_time"},
        {Rule::unix_seconds, INT64_MIN, "! implausible_time"},
        {Rule::unix_ms, 1700000000123, "2023-11-14 22:13:20.123 Z (unix_ms)"},
        {Rule::unix_us, 1700000000123456, "2023-11-14 22:13:20.123456 Z (unix_us)"},
        {Rule::unix_us, INT64_MAX, "! implausible_time"},
        {Rule::unix_us, INT64_MIN, "! implausible_time"},
        {Rule::unix_ns, 1700000000123456000, "2023-11-14 22:13:20.123456 Z (unix_ns)"},
        {Rule::unix_ns, 1700000000123456789, "2023-11-14 22:13:20.123456 Z (digits_cut)"},
        {Rule::unix_ns, -1, "1969-12-31 23:59:59.999999 Z (digits_cut)"},
        {Rule::cocoa, 0, "2001-01-01 00:00:00 Z (cocoa)"},
        {Rule::cocoa, 700000000, "2023-03-08 20:26:40 Z (cocoa)"},
        {Rule::webkit, 13344473600000000, "2023-11-14 22:13:20 Z (webkit)"},
        {Rule::webkit, 0, "1601-01-01 00:00:00 Z (webkit)"},
        {Rule::filetime, 133444736000000000, "2023-11-14 22:13:20 Z (filetime)"},
        {Rule::filetime, 133444736000000001, "2023-11-14 22:13:20 Z (digits_cut)"},
        {Rule::dotnet_ticks, 638355968000000000, "2023-11-14 22:13:20 (dotnet_ticks)"},
        {Rule::dotnet_ticks, 0, "0001-01-01 00:00:00 (dotnet_ticks)"},
        {Rule::dotnet_ticks, 3155378975999999999, "9999-12-31 23:59:59.999999 (digits_cut)"},
        {Rule::dotnet_ticks, -1, "! implausible_time"},
        {Rule::julian, 2451545, "2000-01-01 12:00:00 Z (julian)"},
        {Rule::julian, 0, "! implausible_time"},
        {Rule::julian, 1721426, "0001-01-01 12:00:00 Z (julian)"},
        {Rule::julian, 1721425, "! implausible_time"},
        {Rule::julian, INT64_MAX, "! implausible_time"},
    };
    for (const auto& row : rows) {
        CAPTURE(rule_name(row.rule));
        CAPTURE(row.in);
        CHECK(timestamptz_line(integer(row.in), unit(row.rule)) == row.out);
    }
    CHECK(timestamp_line(integer(1700000000), unit(Rule::unix_seconds)) == "2023-11-14 22:13:20 Z (unix_seconds)");
    CHECK(timestamptz_line(integer(1), unit(Rule::round)) == "! ambiguous_time");
}

TEST_CASE("numbers by a stated unit: reals by the digits that their owner saw") {
    const struct {
        Rule rule;
        double in;
        std::string out;
    } rows[] = {
        {Rule::unix_seconds, 1700000000.0, "2023-11-14 22:13:20 Z (unix_seconds)"},
        {Rule::unix_seconds, 1700000000.123456, "2023-11-14 22:13:20.123456 Z (unix_seconds)"},
        {Rule::unix_seconds, 1700000000.1234567, "2023-11-14 22:13:20.123457 Z (unix_seconds)"},
        {Rule::unix_seconds, -0.5, "1969-12-31 23:59:59.5 Z (unix_seconds)"},
        {Rule::unix_seconds, 0.0000004, "1970-01-01 00:00:00 Z (unix_seconds)"},
        {Rule::unix_seconds, 1e300, "! implausible_time"},
        {Rule::unix_seconds, std::numeric_limits<double>::infinity(), "! implausible_time"},
        {Rule::unix_seconds, 5e-324, "1970-01-01 00:00:00 Z (unix_seconds)"},
        {Rule::unix_ms, 1700000000123.5, "2023-11-14 22:13:20.1235 Z (unix_ms)"},
        {Rule::unix_us, 1700000000123456.0, "2023-11-14 22:13:20.123456 Z (unix_us)"},
        {Rule::cocoa, 721692800.123456, "2023-11-14 22:13:20.123456 Z (cocoa)"},
        {Rule::julian, 2451544.5, "2000-01-01 00:00:00 Z (julian)"},
        {Rule::julian, 2460000.5, "2023-02-25 00:00:00 Z (julian)"},
        {Rule::julian, 2460400.6041666665, "2024-03-31 02:30:00 Z (julian)"},
        {Rule::julian, -1.0, "! implausible_time"},
        {Rule::julian, 5373484.5, "! implausible_time"},
        {Rule::julian, 1e300, "! implausible_time"},
        {Rule::julian, std::numeric_limits<double>::quiet_NaN(), "! implausible_time"},
    };
    for (const auto& row : rows) {
        CAPTURE(rule_name(row.rule));
        CAPTURE(row.in);
        CHECK(timestamptz_line(real(row.in), unit(row.rule)) == row.out);
    }
}

TEST_CASE("every millisecond that SQLite's julianday() can write comes back") {
    for (int64_t ms = 0; ms < 86400000; ms += 7919) {
        const double day = static_cast<double>(int64_t{212578603200000} + ms) / 86400000.0;
        Instant instant;
        const Outcome outcome = to_timestamptz(real(day), unit(Rule::julian), instant);
        if (outcome.verdict != Verdict::value || (instant.micros - ms * 1000) % micros_per_day != 0) FAIL("at ", ms);
    }
}

TEST_CASE("numbers in text, by a stated unit") {
    CHECK(timestamptz_line(text("1700000000"), unit(Rule::unix_seconds)) == "2023-11-14 22:13:20 Z (unix_seconds)");
    CHECK(timestamptz_line(text(" +1700000000.5 "), unit(Rule::unix_seconds)) ==
          "2023-11-14 22:13:20.5 Z (unix_seconds)");
    CHECK(timestamptz_line(text("1700000000.1234567"), unit(Rule::unix_seconds)) ==
          "2023-11-14 22:13:20.123456 Z (digits_cut)");
    CHECK(timestamptz_line(text("1.7e9"), unit(Rule::unix_seconds)) == "2023-11-14 22:13:20 Z (unix_seconds)");
    CHECK(timestamptz_line(text("-0.0000001"), unit(Rule::unix_seconds)) ==
          "1969-12-31 23:59:59.999999 Z (digits_cut)");
    CHECK(timestamptz_line(text("1e30"), unit(Rule::unix_seconds)) == "! implausible_time");
    CHECK(timestamptz_line(text("2451544.5"), unit(Rule::julian)) == "2000-01-01 00:00:00 Z (julian)");
    CHECK(timestamptz_line(text("+2451544.5"), unit(Rule::julian)) == "2000-01-01 00:00:00 Z (julian)");
    CHECK(timestamptz_line(text("1e400"), unit(Rule::julian)) == "! implausible_time");
    // Text that is a date stays one, whatever the unit of the column's numbers.
    CHECK(timestamptz_line(text("20240331"), unit(Rule::unix_seconds)) == "2024-03-31 00:00:00");
    CHECK(timestamptz_line(text("2024-03-31"), unit(Rule::unix_seconds)) == "2024-03-31 00:00:00");
    CHECK(timestamptz_line(text("nan"), unit(Rule::unix_seconds)) == "! not_a_time");
}

TEST_CASE("intervals") {
    const Row rows[] = {
        {"02:03:04", "0 02:03:04"},
        {"2:03", "0 02:03:00"},
        {"26:03:04", "0 26:03:04"},
        {"-02:03:04.5", "0 -02:03:04.5"},
        {"00:00:01.1234567", "0 00:00:01.123456 (digits_cut)"},
        {"-00:00:01.1234567", "0 -00:00:01.123456 (digits_cut)"},
        {"1.02:03:04", "1 02:03:04"},
        {"-1.02:03:04", "-1 -02:03:04"},
        {"10675199.02:48:05.4775807", "10675199 02:48:05.47758 (digits_cut)"},
        {"1 02:03:04", "1 02:03:04"},
        {"1 day, 2:03:04.500000", "1 02:03:04.5"},
        {"-1 day, 23:59:59", "-1 23:59:59"},
        {"3 days", "3 00:00:00"},
        {"-1 02:03:04", "! not_a_time"},
        {"1.25:03:04", "! not_a_time"},
        {"1.5 02:03:04", "! not_a_time"},
        {"1 day 1.02:03:04", "! not_a_time"},
        {"02:60:00", "! not_a_time"},
        {"02:03:60", "! not_a_time"},
        {"abc\x80", "! not_a_time"},
        {"5", "! ambiguous_time"},
        {"1.5", "! ambiguous_time"},
        {"P1DT2H", "declined"},
        {"PT1.5S", "declined"},
        {"PT1.1234567S", "! not_a_time"},
        {"1 year 2 mons", "declined"},
        {"2 hours ago", "declined"},
        {"9999999999 days", "declined"},
    };
    const auto interval_line = [](const Cell& cell, const Settings& settings) {
        Interval value;
        const Outcome outcome = to_interval(cell, settings, value);
        CHECK(value.months == 0);
        const std::string clock = clock_text(value.micros < 0 ? -value.micros : value.micros);
        return line(outcome, std::to_string(value.days) + (value.micros < 0 ? " -" : " ") + clock);
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(interval_line(text(row.in), {}) == row.out);
    }
    CHECK(interval_line(null_cell(), {}) == "null");
    CHECK(interval_line(text(" "), {}) == "null (empty_as_null)");
    CHECK(interval_line(blob("02:03"), {}) == "! wrong_storage");
    CHECK(interval_line(integer(5), {}) == "! ambiguous_time");
    CHECK(interval_line(integer(5), unit(Rule::unix_seconds)) == "0 00:00:05 (unix_seconds)");
    CHECK(interval_line(integer(-1500), unit(Rule::unix_ms)) == "0 -00:00:01.5 (unix_ms)");
    CHECK(interval_line(integer(937840000000), unit(Rule::dotnet_ticks)) == "0 26:03:04 (dotnet_ticks)");
    CHECK(interval_line(integer(1), unit(Rule::unix_ns)) == "0 00:00:00 (digits_cut)");
    CHECK(interval_line(integer(INT64_MAX), unit(Rule::unix_seconds)) == "! implausible_time");
    CHECK(interval_line(integer(5), unit(Rule::julian)) == "! ambiguous_time");
    CHECK(interval_line(real(1.5), unit(Rule::unix_seconds)) == "0 00:00:01.5 (unix_seconds)");
    CHECK(interval_line(real(std::numeric_limits<double>::infinity()), unit(Rule::unix_seconds)) ==
          "! implausible_time");
    CHECK(interval_line(text("1.5"), unit(Rule::unix_seconds)) == "0 00:00:01.5 (unix_seconds)");
}
