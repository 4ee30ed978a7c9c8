// Tests of schema/shape.hpp: what a text looks like.
#include <doctest/doctest.h>

#include "schema/shape.hpp"

using namespace schema;

TEST_CASE("dates and times: what is one") {
    CHECK(time_shape("2024-02-29").kind == TimeKind::date);
    CHECK(time_shape("0001-01-01").kind == TimeKind::date);
    CHECK(time_shape("23:59").kind == TimeKind::time);
    CHECK(time_shape("23:59:59.999999999").kind == TimeKind::time);
    for (const char* text :
         {"2024-01-02 03:04", "2024-01-02T03:04:05", "2024-01-02 03:04:05.1", "9999-12-31 23:59:59.9999999"}) {
        CAPTURE(text);
        CHECK(time_shape(text).kind == TimeKind::timestamp);
        CHECK_FALSE(time_shape(text).zoned);
    }
    for (const char* text : {"2024-01-02T03:04:05Z", "2024-01-02 03:04:05 Z", "2024-01-02 03:04+01",
                             "2024-01-02 03:04:05.123 +0130", "2024-01-02 03:04:05-15:59"}) {
        CAPTURE(text);
        CHECK(time_shape(text).kind == TimeKind::timestamp);
        CHECK(time_shape(text).zoned);
    }
}

TEST_CASE("dates and times: what is none") {
    for (const char* text : {"",
                             "2024",
                             "2024-1-2",
                             "2023-02-29",
                             "1900-02-29",
                             "2024-00-10",
                             "2024-13-01",
                             "2024-04-31",
                             "0000-01-01",
                             "20240102",
                             "2024-01-02 ",
                             " 2024-01-02",
                             "2024-01-02 3:04",
                             "2024-01-02 24:00",
                             "2024-01-02 03:60",
                             "2024-01-02 03:04:60",
                             "2024-01-02 03:04:05.",
                             "2024-01-02 03:04:05.1234567890",
                             "2024-01-02 03:04:05 UTC",
                             "2024-01-02t03:04:05",
                             "2024-01-02 03:04:05z",
                             "2024-01-02 03:04:05+16",
                             "2024-01-02 03:04:05+1",
                             "2024-01-02 03:04:05+01:60",
                             "12:00Z",
                             "1:00",
                             "12:00 PM",
                             "now",
                             "02/01/2024",
                             "2024-01-02  03:04",
                             "+2024-01-02",
                             "2024-01-02 03:04:05 +0000 UTC",
                             "12:34:5x"}) {
        CAPTURE(text);
        CHECK(time_shape(text).kind == TimeKind::none);
    }
}

TEST_CASE("equal instants have equal micros, and only texts of one form can be compared as texts") {
    CHECK(time_shape("2024-01-01T00:30:00+01:00").micros == time_shape("2023-12-31 23:30Z").micros);
    CHECK(time_shape("2024-03-01").micros - time_shape("2024-02-28").micros == 2 * 86'400'000'000LL);
    CHECK(time_shape("0004-03-01").micros - time_shape("0004-02-28").micros == 2 * 86'400'000'000LL);
    CHECK(time_shape("2024-01-01 00:00").form == time_shape("2025-11-12 13:14").form);
    CHECK(time_shape("2024-01-01 00:00").form != time_shape("2024-01-01T00:00").form);
    CHECK(time_shape("2024-01-01 00:00:00+01").form != time_shape("2024-01-01 00:00:00+02").form);
    CHECK(time_shape("2024-01-01").form != 0);
    CHECK(time_shape("2024-01-01 00:00:00.1234560").fine == false);
    CHECK(time_shape("2024-01-01 00:00:00.1234561").fine == true);
}

TEST_CASE("numbers") {
    for (const char* text :
         {"0", "-1", "+5", "007", "9223372036854775807", "-9223372036854775808", "000000000000000000000000000001"}) {
        CAPTURE(text);
        CHECK(number_shape(text) == NumberKind::integer);
    }
    for (const char* text :
         {"9223372036854775808", "-9223372036854775809", "1.5", "-0.0", "1e5", "1.5E-300", "1e999"}) {
        CAPTURE(text);
        CHECK(number_shape(text) == NumberKind::number);
    }
    for (const char* text : {"", "-", "+", "1.", ".5", "1e", "1e+", "1e1000", "0x10", " 1", "1 ", "1_000", "NaN",
                             "Infinity", "1,5", "--1", "1.5.2"}) {
        CAPTURE(text);
        CHECK(number_shape(text) == NumberKind::none);
    }
}

TEST_CASE("truth values and uuids") {
    bool value = false;
    CHECK(is_boolean_word("TRUE", &value));
    CHECK(value);
    CHECK(is_boolean_word("No", &value));
    CHECK_FALSE(value);
    for (const char* text : {"", "1", "0", "tru", "maybe", "truely"})
        CHECK_FALSE(is_boolean_word(text));

    for (const char* text : {"6f9619ff-8b86-d011-b42d-00c04fc964ff", "6F9619FF8B86D011B42D00C04FC964FF",
                             "{6f9619ff-8b86-d011-b42d-00c04fc964ff}"}) {
        CAPTURE(text);
        REQUIRE(is_uuid(text));
        CHECK(uuid_digits(text) == "6f9619ff8b86d011b42d00c04fc964ff");
    }
    for (const char* text : {"6f9619ff-8b86-d011-b42d-00c04fc964f", "6f9619ff-8b86-d011-b42d-00c04fc964fg",
                             "6f9619ff8-b86-d011-b42d-00c04fc964ff", "(6f9619ff-8b86-d011-b42d-00c04fc964ff)",
                             "{6f9619ff-8b86-d011-b42d-00c04fc964ff", ""}) {
        CAPTURE(text);
        CHECK_FALSE(is_uuid(text));
    }
}

TEST_CASE("JSON: documents that both types take") {
    for (const char* text : {"{}", "[]", " [1, -2.5e+3, \"a\\n\\u00e9\\\\\", true, false, null, {\"a\": {\"b\": []}}] ",
                             "{\"a\":1,\"a\":2}", "[[[]]]", "[\"\\ud83d\\ude00\"]"}) {
        CAPTURE(text);
        CHECK(json_shape(text).kind == JsonKind::structure);
        CHECK(json_shape(text).binary);
    }
    for (const char* text : {"null", "true", "0", "-1.5", "\"text\"", "\"\""}) {
        CAPTURE(text);
        CHECK(json_shape(text).kind == JsonKind::scalar);
    }
}

TEST_CASE("JSON: what is none") {
    for (const char* text : {"",
                             " ",
                             "{",
                             "[1,]",
                             "[1 2]",
                             "{\"a\"}",
                             "{\"a\":}",
                             "{a:1}",
                             "{\"a\":1,}",
                             "[01]",
                             "[1.]",
                             "[.5]",
                             "[+1]",
                             "['a']",
                             "[\"\\x\"]",
                             "[\"\\u12\"]",
                             "[\"\\u12g4\"]",
                             "[\"a\tb\"]",
                             "[\"",
                             "[\"\\",
                             "[tru]",
                             "{}{}",
                             "[}",
                             "{]",
                             "[],",
                             "nulll",
                             "-",
                             "1e",
                             "\xEF\xBB\xBF{}"}) {
        CAPTURE(text);
        CHECK(json_shape(text).kind == JsonKind::none);
    }
}

TEST_CASE("JSON: json takes more than jsonb") {
    for (const char* text : {"[\"\\u0000\"]", "[\"\\ud83d\"]", "[\"\\ude00\"]", "[\"\\ud83d\\u0041\"]", "[1e9999]"}) {
        CAPTURE(text);
        CHECK(json_shape(text).kind == JsonKind::structure);
        CHECK_FALSE(json_shape(text).binary);
    }
    CHECK(json_shape(std::string(1000, '[') + std::string(1000, ']')).kind == JsonKind::structure);
    CHECK(json_shape(std::string(1001, '[') + std::string(1001, ']')).kind == JsonKind::none);
    CHECK(json_shape(std::string(10'000'000, '[')).kind == JsonKind::none);
}
