// Rules and complaints: each has a name of its own, and names lead back to rules.
#include <set>
#include <string>

#include "normalize_cells.hpp"

using namespace normalize;
using namespace normalize_test;

TEST_CASE("every rule has its own name, which leads back to it") {
    std::set<std::string> names;
    for (int i = 0; i < static_cast<int>(Rule::count_); ++i) {
        const auto rule = static_cast<Rule>(i);
        CHECK(names.insert(rule_name(rule)).second);
        if (rule != Rule::none) CHECK(rule_of(rule_name(rule)) == rule);
    }
    CHECK(rule_of("none") == Rule::count_);
    CHECK(rule_of("") == Rule::count_);
    CHECK(rule_of("Round") == Rule::count_);
    CHECK(std::string(rule_name(Rule::unix_ms)) == "unix_ms");
    CHECK(std::string(rule_name(Rule::orphan_as_null)) == "orphan_as_null");
}

TEST_CASE("every complaint has a name, a SQLSTATE and an expectation") {
    std::set<std::string> names;
    for (int i = 1; i < static_cast<int>(Code::count_); ++i) {
        const auto code = static_cast<Code>(i);
        CAPTURE(code_name(code));
        CHECK(names.insert(code_name(code)).second);
        CHECK(std::string(code_sqlstate(code)).size() == 5);
        CHECK(std::string(code_expected(code)).size() > 10);
    }
    CHECK(std::string(code_name(Code::out_of_range)) == "out_of_range");
    CHECK(std::string(code_sqlstate(Code::out_of_range)) == "22003");
    CHECK(std::string(code_name(Code::not_null)) == "not_null");
    CHECK(std::string(code_sqlstate(Code::not_null)) == "23502");
    CHECK(std::string(code_sqlstate(Code::too_long)) == "22001");
}

TEST_CASE("NULL is null everywhere, under no rule") {
    const Cell none = null_cell();
    CHECK(boolean_line(none) == "null");
    CHECK(int2_line(none) == "null");
    CHECK(int8_line(none) == "null");
    CHECK(float4_line(none) == "null");
    CHECK(float8_line(none) == "null");
    CHECK(decimal_line(none) == "null");
    CHECK(text_line(none) == "null");
    CHECK(name_line(none) == "null");
    CHECK(bytea_line(none) == "null");
    CHECK(input_line(none) == "null");
    CHECK(json_line(none, true) == "null");
    CHECK(timestamp_line(none) == "null");
    CHECK(timestamptz_line(none) == "null");
    CHECK(date_line(none) == "null");
    CHECK(time_line(none) == "null");
    CHECK(timetz_line(none) == "null");
    CHECK(uuid_line(none) == "null");
    CHECK(array_line(none) == "null");
}

TEST_CASE("'' and blanks are null, counted, unless the column is text or bytea") {
    for (const char* empty : {"", " ", " \t\r\n "}) {
        CAPTURE(empty);
        const Cell cell = text(empty);
        const std::string counted = "null (empty_as_null)";
        CHECK(boolean_line(cell) == counted);
        CHECK(int4_line(cell) == counted);
        CHECK(float4_line(cell) == counted);
        CHECK(float8_line(cell) == counted);
        CHECK(decimal_line(cell) == counted);
        CHECK(input_line(cell) == counted);
        CHECK(json_line(cell, false) == counted);
        CHECK(timestamp_line(cell) == counted);
        CHECK(timestamptz_line(cell) == counted);
        CHECK(date_line(cell) == counted);
        CHECK(time_line(cell) == counted);
        CHECK(timetz_line(cell) == counted);
        CHECK(uuid_line(cell) == counted);
        CHECK(array_line(cell) == counted);
        CHECK(text_line(cell) == empty);
        CHECK(bytea_line(cell) == empty);
        CHECK(name_line(cell) == empty);
    }
}

TEST_CASE("a text cell of no bytes may have no address") {
    Cell cell;
    cell.storage = StorageClass::text;
    CHECK(text_line(cell) == "");
    CHECK(int4_line(cell) == "null (empty_as_null)");
    cell.storage = StorageClass::blob;
    CHECK(bytea_line(cell) == "");
    CHECK(uuid_line(cell) == "! not_a_uuid");
}
