// Tests of schema/time_unit.hpp: one unit where the range decides, all that fit where it does not, none where none does.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "schema/time_unit.hpp"

using namespace schema;

namespace {

std::string units(const std::vector<double>& values, bool core_data = false) {
    NumberRange range;
    for (double value : values) range.add(value);
    std::string names;
    for (TimeUnit unit : possible_units(range, core_data)) names += (names.empty() ? "" : " ") + std::string(unit_name(unit));
    return names;
}

}  // namespace

TEST_CASE("each unit is known by the range of ten years") {
    // 2015-01-01 to 2025-01-01
    CHECK(units({1420070400, 1735689600}) == "unix_seconds");
    CHECK(units({1420070400.5, 1735689600.25}) == "unix_seconds");
    CHECK(units({1420070400e3, 1735689600e3}) == "unix_ms");
    CHECK(units({1420070400e6, 1735689600e6}) == "unix_us");
    CHECK(units({1420070400e9, 1735689600e9}) == "unix_ns");
    CHECK(units({2457023.5, 2460676.5}) == "julian");
    CHECK(units({13064544000e6, 13380163200e6}) == "webkit");
    CHECK(units({13064544000e7, 13380163200e7}) == "filetime");
    CHECK(units({635556672000000000, 638712864000000000}) == "dotnet_ticks");
}

TEST_CASE("seconds since 1970 and since 2001 are told apart only after 2005") {
    CHECK(units({441763200, 757382400}) == "unix_seconds cocoa");  // 1984 to 1994, or 2015 to 2025
    CHECK(units({441763200, 757382400}, true) == "cocoa");
    CHECK(units({1420070400}, true) == "cocoa");                   // 2046: Core Data says so
    CHECK(units({-500000000, 1104537599}) == "unix_seconds cocoa");
    CHECK(units({-500000000, 1104537600}) == "unix_seconds");
    CHECK(units({-3000000000, 1500000000}) == "unix_seconds");     // a birth in 1874
}

TEST_CASE("numbers near an epoch, of mixed units, or of no time at all fit nothing") {
    CHECK(units({1, 2, 3}) == "");
    CHECK(units({2023}) == "");
    CHECK(units({20230115, 20241231}) == "");
    CHECK(units({1700000000, 1700000000000}) == "");   // seconds among milliseconds
    CHECK(units({1700000000000, 1700000000000000}) == "");
    CHECK(units({5, 1700000000}) == "");
    CHECK(units({1e300}) == "");
    CHECK(units({-5e18, 1e18}) == "");
}

TEST_CASE("values for none and never do not spoil the range") {
    CHECK(units({0, -1, 1700000000}) == "unix_seconds");
    CHECK(units({0, 1700000000, 253402300799}) == "unix_seconds");
    CHECK(units({-62135596800000, 1700000000000, 253402300799999}) == "unix_ms");
    CHECK(units({0, 638712864000000000}) == "dotnet_ticks");
    CHECK(units({0}) == "");
    CHECK(units({}) == "");
    NumberRange range;
    range.add(int64_t{3155378975999999999});
    range.add(INT64_MIN);
    CHECK_FALSE(range.telling());
    CHECK(range.numbers() == 2);
    CHECK(describe_range(range) == "numbers that mean none or never in every unit");
}

TEST_CASE("a range is described by its dates") {
    NumberRange range;
    range.add(int64_t{1700000000});
    CHECK(describe_range(range) == "the number 1700000000");
    CHECK(describe_years(range, TimeUnit::unix_seconds) == "2023-11-14");
    range.add(1700086400.5);
    CHECK(describe_range(range) == "numbers from 1700000000 to 1700086400.5");
    CHECK(describe_years(range, TimeUnit::unix_seconds) == "2023-11-14 to 2023-11-15");
    CHECK(describe_years(range, TimeUnit::cocoa) == "2054-11-14 to 2054-11-15");
    NumberRange day;
    day.add(2451544.5);
    CHECK(describe_years(day, TimeUnit::julian) == "2000-01-01");
    day.add(2451604.5);
    CHECK(describe_years(day, TimeUnit::julian) == "2000-01-01 to 2000-03-01");
}

TEST_CASE("numbers in text") {
    double value = 0;
    CHECK((read_number("1700000000", value) && value == 1700000000));
    CHECK((read_number(" +2451544.5 ", value) && value == 2451544.5));
    CHECK((read_number("-1e9", value) && value == -1e9));
    for (const char* text : {"", " ", "20240115", "20240115123000", "2024-01-15", "12:30", "inf", "nan", "0x10", "1 2", "+-1"})
        CHECK_FALSE_MESSAGE(read_number(text, value), text);
}
