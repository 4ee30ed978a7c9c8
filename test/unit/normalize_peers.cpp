// The odd values on which other migration tools fail, lose or invent data, and what becomes of them here.
#include <limits>
#include <string>

#include "normalize_cells.hpp"

using namespace normalize;
using namespace normalize_test;
using namespace std::string_view_literals;

TEST_CASE("odd integers and booleans") {
    CHECK(int4_line(text("abc")) == "! not_a_number");
    CHECK(int4_line(text("")) == "null (empty_as_null)");
    CHECK(int4_line(text(" 42 ")) == "42");
    CHECK(int8_line(integer(9223372036854775807)) == "9223372036854775807");
    CHECK(int4_line(integer(3000000000)) == "! out_of_range");
    CHECK(int8_line(real(1.5)) == "! not_an_integer");
    CHECK(int4_line(blob("\x01\x02")) == "! wrong_storage");
    CHECK(boolean_line(integer(2)) == "! not_a_boolean");
    CHECK(boolean_line(text("true")) == "true");
    CHECK(boolean_line(text("yes")) == "true");
    CHECK(int4_line(text("yes")) == "! not_a_number");
    CHECK(boolean_line(text("")) == "null (empty_as_null)");
}

TEST_CASE("odd times") {
    CHECK(timestamptz_line(text("")) == "null (empty_as_null)");
    CHECK(timestamptz_line(integer(1700000000)) == "! ambiguous_time");
    CHECK(timestamptz_line(integer(1700000000), unit(Rule::unix_seconds)) == "2023-11-14 22:13:20 Z (unix_seconds)");
    CHECK(timestamptz_line(integer(1700000000000)) == "! ambiguous_time");
    CHECK(timestamptz_line(integer(1700000000000), unit(Rule::unix_ms)) == "2023-11-14 22:13:20 Z (unix_ms)");
    CHECK(timestamptz_line(real(2460000.5)) == "! ambiguous_time");
    CHECK(timestamptz_line(real(2460000.5), unit(Rule::julian)) == "2023-02-25 00:00:00 Z (julian)");
    CHECK(timestamptz_line(text("2024-13-45")) == "! not_a_time");
    CHECK(timestamp_line(text("2024-01-02")) == "2024-01-02 00:00:00");
    CHECK(date_line(text("0000-00-00")) == "! not_a_time");
    CHECK(time_line(text("25:00:00")) == "! not_a_time");
}

TEST_CASE("odd uuids") {
    const std::string plain = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12";
    CHECK(uuid_line(text("A0EEBC999C0B4EF8BB6D6BB9BD380A12")) == plain);
    CHECK(uuid_line(text("{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12}")) == plain);
    CHECK(uuid_line(blob("\xa0\xee\xbc\x99\x9c\x0b\x4e\xf8\xbb\x6d\x6b\xb9\xbd\x38\x0a\x12")) == plain);
    CHECK(uuid_line(text("nope")) == "! not_a_uuid");
    CHECK(uuid_line(text("")) == "null (empty_as_null)");
}

TEST_CASE("odd text and bytes") {
    CHECK(text_line(text("a\0b"sv)) == "! nul_byte");
    CHECK(text_line(text("\x41\xff\x42")) == "! invalid_utf8");
    CHECK(text_line(text("\x63\x61\x66\xe9")) == "! invalid_utf8");
    CHECK(text_line(text("\x63\x61\x66\xe9"), with({Rule::latin1})) == "caf\xc3\xa9 (latin1)");
    CHECK(text_line(blob("\x00\xff"sv)) == "! invalid_utf8");
    CHECK(text_line(integer(1234)) == "1234");
    CHECK(text_line(text("\xed\xa0\x80")) == "! invalid_utf8");
    CHECK(text_line(text("")) == "");
    CHECK(text_line(text("\\N")) == "\\N");
    CHECK(text_line(text("a\r\nb")) == "a\r\nb");
    CHECK(text_line(text("abcdefgh"), length(5)) == "! too_long");
    CHECK(bytea_line(text("hello")) == "hello");
    CHECK(bytea_line(integer(42)) == "42");
    CHECK(bytea_line(blob("")) == "");
}

TEST_CASE("odd reals and decimals") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    CHECK(float8_line(real(infinity)) == "Infinity");
    CHECK(float8_line(real(-infinity)) == "-Infinity");
    CHECK(float8_line(text("1,5")) == "! not_a_number");
    CHECK(float8_line(text("")) == "null (empty_as_null)");
    CHECK(float8_line(real(1.7976931348623157e308)) == "1.7976931348623157e+308");
    CHECK(float8_line(real(5e-324)) == "5e-324");
    CHECK(float8_line(real(0.1 + 0.2)) == "0.30000000000000004");
    CHECK(float8_line(integer(3)) == "3");
    CHECK(decimal_line(real(123.45), precision(10, 2)) == "123.45");
    CHECK(decimal_line(text("123456789012345678901234567890.123456789")) == "123456789012345678901234567890.123456789");
    CHECK(decimal_line(integer(9007199254740993)) == "9007199254740993");
}

TEST_CASE("odd JSON") {
    CHECK(json_line(text("{a:1}"), true) == "{a:1}");  // refused by the type's own input function
    CHECK(json_line(text(""), true) == "null (empty_as_null)");
    CHECK(json_line(text("{\"a\":\"\\u0000\"}"), true) == "! not_json");
}
