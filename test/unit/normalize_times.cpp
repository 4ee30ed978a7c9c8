// Dates and times from text and numbers: every form of the survey, the limits, and what must never be guessed.
#include <string>

#include "normalize_cells.hpp"

using namespace normalize;
using namespace normalize_test;

TEST_CASE("civil days count one by one") {
    int64_t days = days_from_civil(-400, 1, 1);
    for (int64_t year = -400; year <= 2800; ++year) {
        for (int month = 1; month <= 12; ++month) {
            for (int day = 1; day <= days_in_month(year, month); ++day, ++days) {
                const Civil civil = civil_from_days(days);
                if (days_from_civil(year, month, day) != days || civil.year != year || civil.month != month ||
                    civil.day != day) {
                    FAIL("at ", year, "-", month, "-", day);
                }
            }
        }
    }
    CHECK(days_from_civil(2800, 12, 31) == days - 1);
    CHECK(days_from_civil(5874897, 12, 31) == 2145031948);
}

TEST_CASE("timestamptz: what ORMs, drivers and languages write") {
    const Row rows[] = {
        {"2024-03-31", "2024-03-31 00:00:00"},
        {"2024-03-31 02:30", "2024-03-31 02:30:00"},
        {"2024-03-31 02:30:00", "2024-03-31 02:30:00"},
        {"2024-03-31T02:30:00", "2024-03-31 02:30:00"},
        {"2024-03-31t02:30:00", "2024-03-31 02:30:00"},
        {" 2024-03-31 02:30:00\n", "2024-03-31 02:30:00"},
        {"2024-03-31 02:30:00.1", "2024-03-31 02:30:00.1"},
        {"2024-03-31 02:30:00.123", "2024-03-31 02:30:00.123"},
        {"2024-03-31 02:30:00,123", "2024-03-31 02:30:00.123"},
        {"2024-03-31 02:30:00.123456", "2024-03-31 02:30:00.123456"},
        {"2024-03-31 02:30:00.1234567", "2024-03-31 02:30:00.123456 (digits_cut)"},
        {"2024-03-31 02:30:00.1234560", "2024-03-31 02:30:00.123456"},
        {"2024-03-31 02:30:00.123456000000", "2024-03-31 02:30:00.123456"},
        {"2024-03-31 02:30:00.1234569", "2024-03-31 02:30:00.123456 (digits_cut)"},
        {"9999-12-31 23:59:59.9999999", "9999-12-31 23:59:59.999999 (digits_cut)"},
        {"0001-01-01 00:00:00", "0001-01-01 00:00:00"},
        {"0001-01-01T00:00:00Z", "0001-01-01 00:00:00 Z"},
        {"2024-03-31T02:30:00Z", "2024-03-31 02:30:00 Z"},
        {"2024-03-31T02:30:00.123z", "2024-03-31 02:30:00.123 Z"},
        {"2024-03-31 02:30:00 Z", "2024-03-31 02:30:00 Z"},
        {"2024-03-31 02:30:00+02", "2024-03-31 00:30:00 Z"},
        {"2024-03-31 02:30:00+0200", "2024-03-31 00:30:00 Z"},
        {"2024-03-31 02:30:00+02:00", "2024-03-31 00:30:00 Z"},
        {"2024-03-31 02:30:00 +02:00", "2024-03-31 00:30:00 Z"},
        {"2024-03-31 02:30:00-03:30", "2024-03-31 06:00:00 Z"},
        {"2024-03-31 02:30:00+02:00:30", "2024-03-31 00:29:30 Z"},
        {"2024-03-31 02:30+00:00", "2024-03-31 02:30:00 Z"},
        {"2024-03-31 02:30:00-00:00", "2024-03-31 02:30:00 Z"},
        {"2024-03-31 02:30:00+15:59", "2024-03-30 10:31:00 Z"},
        {"2024-03-31 02:30:00 UTC", "2024-03-31 02:30:00 Z"},
        {"2024-03-31 02:30:00 GMT", "2024-03-31 02:30:00 Z"},
        {"2024-03-31 02:30:00UTC", "2024-03-31 02:30:00 Z"},
        {"2024-03-31 02:30:00.123456789 +0200 CEST m=+0.012345", "2024-03-31 00:30:00.123456 Z (digits_cut)"},
        {"2024-03-31 02:30:00 +0200 CEST", "2024-03-31 00:30:00 Z"},
        {"2024-03-31 02:30:00 +0000 UTC", "2024-03-31 02:30:00 Z"},
        {"2024-03-31 02:30:00 +0300 +03", "2024-03-30 23:30:00 Z"},
        {"2024-03-31T02:30:00+02:00[Europe/Berlin]", "2024-03-31 00:30:00 Z"},
        {"20240331", "2024-03-31 00:00:00"},
        {"20240331023000", "2024-03-31 02:30:00"},
        {"20240331T023000", "2024-03-31 02:30:00"},
        {"20240331T023000Z", "2024-03-31 02:30:00 Z"},
        {"20240331T023000.5+0200", "2024-03-31 00:30:00.5 Z"},
        {"20240331T0230", "2024-03-31 02:30:00"},
        {"20240331 023000", "2024-03-31 02:30:00"},
        {"2024-03-31T023000", "2024-03-31 02:30:00"},
        {"2024/03/31", "2024-03-31 00:00:00"},
        {"2024/3/1 4:05", "2024-03-01 04:05:00"},
        {"2024.03.31", "2024-03-31 00:00:00"},
        {"2024-3-1", "2024-03-01 00:00:00"},
        {"2024-03-31 4:05:06 PM", "2024-03-31 16:05:06"},
        {"2024-03-31 12:05 AM", "2024-03-31 00:05:00"},
        {"2024-03-31 12:05 PM", "2024-03-31 12:05:00"},
        {"Jan 5 2024 10:00", "2024-01-05 10:00:00"},
        {"January 5, 2024", "2024-01-05 00:00:00"},
        {"5 Jan 2024", "2024-01-05 00:00:00"},
        {"05-Jan-2024", "2024-01-05 00:00:00"},
        {"Jan-05-2024", "2024-01-05 00:00:00"},
        {"2024-Jan-05 01:02:03", "2024-01-05 01:02:03"},
        {"Fri, 05 Jan 2024 10:00:00 GMT", "2024-01-05 10:00:00 Z"},
        {"Fri, 05 Jan 2024 10:00:00 +0000 (UTC)", "2024-01-05 10:00:00 Z"},
        {"Fri, 05 Jan 2024 10:00:00 -0500", "2024-01-05 15:00:00 Z"},
        {"Wed, 09-Jun-2021 10:18:14 GMT", "2021-06-09 10:18:14 Z"},
        {"Fri Jan  5 10:00:00 2024", "2024-01-05 10:00:00"},
        {"Fri Jan 05 10:00:00 +0000 2024", "2024-01-05 10:00:00 Z"},
        {"Fri Jan  5 10:00:00 UTC 2024", "2024-01-05 10:00:00 Z"},
        {"Fri Jan 05 2024 10:00:00 GMT+0100 (Central European Standard Time)", "2024-01-05 09:00:00 Z"},
        {"2024-01-05+02:00", "2024-01-04 22:00:00 Z"},
        {"2024-01-05Z", "2024-01-05 00:00:00 Z"},
        {"infinity", "infinity"},
        {"-Infinity", "-infinity"},
        {"epoch", "1970-01-01 00:00:00 Z"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(timestamptz_line(text(row.in)) == row.out);
    }
}

TEST_CASE("timestamptz: limits of the calendar and of the type") {
    const Row rows[] = {
        {"2024-02-29", "2024-02-29 00:00:00"},
        {"2023-02-29", "! not_a_time"},
        {"1900-02-29", "! not_a_time"},
        {"2000-02-29", "2000-02-29 00:00:00"},
        {"2024-02-30", "! not_a_time"},
        {"2024-13-45", "! not_a_time"},
        {"2024-00-10", "! not_a_time"},
        {"2024-01-00", "! not_a_time"},
        {"0000-00-00", "! not_a_time"},
        {"0000-01-01", "! not_a_time"},
        {"2024-01-05 24:00:00", "2024-01-06 00:00:00"},
        {"2024-01-05 24:00:01", "! not_a_time"},
        {"2024-01-05 24:00:00.000001", "! not_a_time"},
        {"2024-01-05 25:00:00", "! not_a_time"},
        {"2024-01-05 10:60:00", "! not_a_time"},
        {"2024-01-05 23:59:60", "2024-01-06 00:00:00"},
        {"2024-01-05 10:00:60.5", "2024-01-05 10:01:00.5"},
        {"2024-01-05 23:59:60.5", "! not_a_time"},
        {"2024-01-05 10:00:61", "! not_a_time"},
        {"2024-01-05 13:00 PM", "! not_a_time"},
        {"2024-01-05 10:00:00+16", "! not_a_time"},
        {"2024-01-05 10:00:00+02:60", "! not_a_time"},
        {"0044-03-15 BC", "0044-03-15 BC 00:00:00"},
        {"0044-03-15 12:00:00+00 BC", "0044-03-15 BC 12:00:00 Z"},
        {"4714-11-24 00:00:00 BC", "4714-11-24 BC 00:00:00"},
        {"4714-11-23 00:00:00 BC", "! implausible_time"},
        {"4714-11-24 00:00:00+01 BC", "! implausible_time"},
        {"10000-01-01", "10000-01-01 00:00:00"},
        {"294276-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999"},
        {"294277-01-01", "! implausible_time"},
        {"9999999-01-01", "! implausible_time"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(timestamptz_line(text(row.in)) == row.out);
    }
}

TEST_CASE("timestamptz: never guessed") {
    const Row rows[] = {
        {"01/02/2024", "! not_a_time"},
        {"31.12.2024", "! not_a_time"},
        {"12/31/2024", "! not_a_time"},
        {"01-02-24", "! not_a_time"},
        {"05-Jan-24", "! not_a_time"},
        {"Jan 5 24", "! not_a_time"},
        {"Jan 2024", "! not_a_time"},
        {"5 2024 Jan", "! not_a_time"},
        {"961-08-06", "! not_a_time"},
        {"1700000000", "! ambiguous_time"},
        {"2024", "! ambiguous_time"},
        {"240105", "! ambiguous_time"},
        {"2460000.5", "! ambiguous_time"},
        {"-5", "! ambiguous_time"},
        {"1e9", "! ambiguous_time"},
        {"20241345", "! not_a_time"},
        {"now", "! evaluated_word"},
        {"TODAY", "! evaluated_word"},
        {"tomorrow", "! evaluated_word"},
        {"yesterday", "! evaluated_word"},
        {"allballs", "! evaluated_word"},
        {"today 10:00", "! evaluated_word"},
        {"2024-01-05 now", "! evaluated_word"},
        {"2024-01-05 10:00 Europe/Berlin", "declined"},
        {"2024-01-05 10:00:00 CET", "declined"},
        {"Fri Jan  5 10:00:00 CET 2024", "declined"},
        {"2024-01-05 10:00:00.1234567 CET", "! zone_needed"},
        {"2024-01-05 10:00 at", "! not_a_time"},
        {"2024-01-05 10:00:00 UTC+2", "! not_a_time"},
        {"2024-01-05 10:00:00 GMT+0100", "! not_a_time"},
        {"2024-01-05 10:00:00 +0200 UTC", "! not_a_time"},
        {"2024-01-05 10:00 PM-08", "! not_a_time"},
        {"2024-01-05 Z10:00", "! not_a_time"},
        {"2024-1-5-8", "! not_a_time"},
        {"2024-01-05T10:00:00[UTC]", "! not_a_time"},
        {"2024-01-05T", "! not_a_time"},
        {"2024-01-05 10", "! not_a_time"},
        {"2024-01-05 10:", "! not_a_time"},
        {"2024-01-05 10:00:", "! not_a_time"},
        {"2024-01-05 10:00:00.", "! not_a_time"},
        {"2024-01-05 10:00:00 x", "! not_a_time"},
        {"2024-01-05 10:00:00\n(1)", "! not_a_time"},
        {"2024-01-05 10:00 11:00", "! not_a_time"},
        {"2024-01-05 2024-01-05", "! not_a_time"},
        {"2024-01/05", "! not_a_time"},
        {"10:00:00", "! not_a_time"},
        {"-0044-03-15", "! not_a_time"},
        {"+infinity", "! not_a_time"},
        {"2024-W01-1", "! not_a_time"},
        {"J2451187", "! not_a_time"},
        {"Friday", "! not_a_time"},
        {"abc", "! not_a_time"},
        {"2024-01-05 10:00:00 (comment", "! not_a_time"},
        {"99999999999999999999", "! ambiguous_time"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(timestamptz_line(text(row.in)) == row.out);
    }
    CHECK(timestamptz_line(text(std::string_view("2024-01-05\0", 11))) == "! not_a_time");
    CHECK(timestamptz_line(blob("2024-01-05")) == "! wrong_storage");
    CHECK(timestamptz_line(integer(1700000000)) == "! ambiguous_time");
    CHECK(timestamptz_line(real(2460000.5)) == "! ambiguous_time");
}

TEST_CASE("timestamp without zone: offsets go to UTC and are counted") {
    const Row rows[] = {
        {"2024-03-31 02:30:00", "2024-03-31 02:30:00"},
        {"2024-03-31T02:30:00Z", "2024-03-31 02:30:00 Z"},
        {"2024-03-31 02:30:00+00:00", "2024-03-31 02:30:00 Z"},
        {"2024-03-31 02:30:00+02:00", "2024-03-31 00:30:00 Z (offset_to_utc)"},
        {"2024-03-31 02:30:00.1234567+02:00", "2024-03-31 00:30:00.123456 Z (digits_cut)"},
        {"2024-01-05 10:00:00 CET", "! zone_needed"},
        {"infinity", "infinity"},
        {"epoch", "1970-01-01 00:00:00 Z"},
        {"now", "! evaluated_word"},
        {"10:00", "! not_a_time"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(timestamp_line(text(row.in)) == row.out);
    }
}

TEST_CASE("dates") {
    const Row rows[] = {
        {"2024-03-31", "2024-03-31"},
        {"20240331", "2024-03-31"},
        {"2024-03-31 00:00:00", "2024-03-31"},
        {"2024-03-31T00:00:00.000Z", "2024-03-31"},
        {"2024-03-31 00:00:00+00:00", "2024-03-31"},
        {"2024-03-31 02:30:00", "2024-03-31 (time_dropped)"},
        {"2024-03-31 00:00:00.0000001", "2024-03-31 (time_dropped)"},
        {"2024-03-31 24:00:00", "2024-03-31 (time_dropped)"},
        {"2024-03-31 00:00:00+02:00", "2024-03-31 (time_dropped)"},
        {"2024-03-31 23:30:00-05:00", "2024-03-31 (time_dropped)"},
        {"Fri, 05 Jan 2024 10:00:00 GMT", "2024-01-05 (time_dropped)"},
        {"2024-03-31 02:30:00 CET", "! zone_needed"},
        {"0044-03-15 BC", "0044-03-15 BC"},
        {"4714-11-24 BC", "4714-11-24 BC"},
        {"4714-11-23 BC", "! implausible_time"},
        {"5874897-12-31", "5874897-12-31"},
        {"5874898-01-01", "! implausible_time"},
        {"infinity", "infinity"},
        {"-infinity", "-infinity"},
        {"epoch", "1970-01-01"},
        {"0000-00-00", "! not_a_time"},
        {"2024-02-30", "! not_a_time"},
        {"10:00", "! not_a_time"},
        {"today", "! evaluated_word"},
        {"45000", "! ambiguous_time"},
        {"01/02/2024", "! not_a_time"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(date_line(text(row.in)) == row.out);
    }
    CHECK(date_line(integer(20240331)) == "! ambiguous_time");
    CHECK(date_line(integer(1711843200), unit(Rule::unix_seconds)) == "2024-03-31 (unix_seconds)");
    CHECK(date_line(integer(1711843201), unit(Rule::unix_seconds)) == "2024-03-31 (time_dropped)");
    CHECK(date_line(integer(-1), unit(Rule::unix_seconds)) == "1969-12-31 (time_dropped)");
    CHECK(date_line(real(2460400.5), unit(Rule::julian)) == "2024-03-31 (julian)");
    CHECK(date_line(integer(-1), unit(Rule::unix_ns)) == "1969-12-31 (time_dropped)");
    CHECK(date_line(integer(1), unit(Rule::unix_ns)) == "1970-01-01 (time_dropped)");
}

TEST_CASE("times of day") {
    const Row rows[] = {
        {"10:00", "10:00:00"},
        {"9:30", "09:30:00"},
        {"10:00:00", "10:00:00"},
        {"10:00:00.5", "10:00:00.5"},
        {"10:00:00,5", "10:00:00.5"},
        {"10:00:00.1234567", "10:00:00.123456 (digits_cut)"},
        {"23:59:59.9999999", "23:59:59.999999 (digits_cut)"},
        {"10:00:00Z", "10:00:00"},
        {"10:00 PM", "22:00:00"},
        {"24:00:00", "24:00:00"},
        {"23:59:60", "24:00:00"},
        {"23:59:60.5", "! not_a_time"},
        {"24:00:01", "! not_a_time"},
        {"25:00:00", "! not_a_time"},
        {"10:00:00+02", "! not_a_time"},
        {"10:00 PST", "! zone_needed"},
        {"1.02:03:04", "! not_a_time"},
        {"2024-01-05 10:00:00", "! not_a_time"},
        {"2024-01-05", "! not_a_time"},
        {"103000", "! ambiguous_time"},
        {"infinity", "! not_a_time"},
        {"epoch", "! not_a_time"},
        {"now", "! evaluated_word"},
        {"allballs", "! evaluated_word"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(time_line(text(row.in)) == row.out);
    }
    CHECK(time_line(integer(36000)) == "! ambiguous_time");
    CHECK(time_line(real(0.5), unit(Rule::julian)) == "! ambiguous_time");
    CHECK(time_line(blob("10:00")) == "! wrong_storage");

    const Row zoned[] = {
        {"10:00:00", "10:00:00"},
        {"10:00:00Z", "10:00:00 0"},
        {"10:00:00+02", "10:00:00 -7200"},
        {"10:00:00-03:30", "10:00:00 12600"},
        {"10:00:00.1234567+02:00:30", "10:00:00.123456 -7230 (digits_cut)"},
        {"10:00:00 PST", "! zone_needed"},
        {"2024-01-05 10:00:00+02", "! not_a_time"},
    };
    for (const Row& row : zoned) {
        CAPTURE(row.in);
        CHECK(timetz_line(text(row.in)) == row.out);
    }
}
