// Booleans, integers, reals and decimals: exact, or named, or refused.
#include <cmath>
#include <limits>
#include <string>

#include "normalize_cells.hpp"

using namespace normalize;
using namespace normalize_test;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
}

TEST_CASE("booleans") {
    const Row words[] = {
        {"true", "true"},
        {"TRUE", "true"},
        {"t", "true"},
        {"T", "true"},
        {"yes", "true"},
        {"Yes", "true"},
        {"y", "true"},
        {"on", "true"},
        {"1", "true"},
        {" true ", "true"},
        {"false", "false"},
        {"False", "false"},
        {"f", "false"},
        {"no", "false"},
        {"N", "false"},
        {"off", "false"},
        {"0", "false"},
        {"\toff", "false"},
        {"2", "! not_a_boolean"},
        {"1.0", "true"},
        {"0e5", "false"},
        {"10e-1", "true"},
        {"0.5", "! not_a_boolean"},
        {"tru", "! not_a_boolean"},
        {"of", "! not_a_boolean"},
        {"o", "! not_a_boolean"},
        {"wahr", "! not_a_boolean"},
        {"nan", "! not_a_boolean"},
    };
    for (const Row& row : words) {
        CAPTURE(row.in);
        CHECK(boolean_line(text(row.in)) == row.out);
    }
    CHECK(boolean_line(integer(0)) == "false");
    CHECK(boolean_line(integer(1)) == "true");
    CHECK(boolean_line(integer(2)) == "! not_a_boolean");
    CHECK(boolean_line(integer(-1)) == "! not_a_boolean");
    CHECK(boolean_line(real(0.0)) == "false");
    CHECK(boolean_line(real(-0.0)) == "false");
    CHECK(boolean_line(real(1.0)) == "true");
    CHECK(boolean_line(real(0.5)) == "! not_a_boolean");
    CHECK(boolean_line(blob("1")) == "! wrong_storage");

    const Settings lax = with({Rule::nonzero_is_true});
    CHECK(boolean_line(integer(2), lax) == "true (nonzero_is_true)");
    CHECK(boolean_line(integer(1), lax) == "true");
    CHECK(boolean_line(real(0.5), lax) == "true (nonzero_is_true)");
    CHECK(boolean_line(real(infinity), lax) == "! not_a_boolean");
    CHECK(boolean_line(text("-3"), lax) == "true (nonzero_is_true)");
    CHECK(boolean_line(text("0.0"), lax) == "false");
    CHECK(boolean_line(text("wahr"), lax) == "! not_a_boolean");
}

TEST_CASE("integers from text, by their exact decimal value") {
    const Row rows[] = {
        {"42", "42"},
        {" 42 ", "42"},
        {"+42", "42"},
        {"-42", "-42"},
        {"0042", "42"},
        {"-0", "0"},
        {"12.0", "12"},
        {"12.00", "12"},
        {"12.", "12"},
        {"1e3", "1000"},
        {"1200e-2", "12"},
        {"0.0012E4", "12"},
        {"0e999999999999", "0"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"9223372036854775807.000", "9223372036854775807"},
        {"9223372036854775808", "! out_of_range"},
        {"-9223372036854775809", "! out_of_range"},
        {"9223372036854775807.5", "! not_an_integer"},
        {"1e19", "! out_of_range"},
        {"1e999999999999999999999", "! out_of_range"},
        {"1e-999999999999999999999", "! not_an_integer"},
        {"1.5", "! not_an_integer"},
        {"0.1", "! not_an_integer"},
        {"-1e-400", "! not_an_integer"},
        {"NaN", "! out_of_range"},
        {"inf", "! out_of_range"},
        {"-Infinity", "! out_of_range"},
        {"abc", "! not_a_number"},
        {"0x1F", "! not_a_number"},
        {"0b1", "! not_a_number"},
        {"1_000", "! not_a_number"},
        {"1 2", "! not_a_number"},
        {"1,5", "! not_a_number"},
        {"--1", "! not_a_number"},
        {"+", "! not_a_number"},
        {".", "! not_a_number"},
        {"1e", "! not_a_number"},
        {"e1", "! not_a_number"},
        {"true", "! not_a_number"},
        {"\xd9\xa1", "! not_a_number"},  // an Arabic digit one
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(int8_line(text(row.in)) == row.out);
    }
    CHECK(int8_line(text(std::string_view("1\0", 2))) == "! not_a_number");
}

TEST_CASE("integers by range") {
    CHECK(int2_line(integer(32767)) == "32767");
    CHECK(int2_line(integer(32768)) == "! out_of_range");
    CHECK(int2_line(integer(-32768)) == "-32768");
    CHECK(int2_line(integer(-32769)) == "! out_of_range");
    CHECK(int2_line(text("32768")) == "! out_of_range");
    CHECK(int2_line(text("32767.0")) == "32767");
    CHECK(int4_line(integer(2147483647)) == "2147483647");
    CHECK(int4_line(integer(2147483648)) == "! out_of_range");
    CHECK(int4_line(integer(-2147483648LL)) == "-2147483648");
    CHECK(int4_line(text("-2147483649")) == "! out_of_range");
    CHECK(int4_line(text("3000000000.5")) == "! out_of_range");
    CHECK(int8_line(integer(INT64_MIN)) == "-9223372036854775808");
    CHECK(int8_line(blob("1")) == "! wrong_storage");
}

TEST_CASE("integers from reals") {
    CHECK(int4_line(real(3.0)) == "3");
    CHECK(int4_line(real(-0.0)) == "0");
    CHECK(int4_line(real(2147483647.0)) == "2147483647");
    CHECK(int4_line(real(2147483648.0)) == "! out_of_range");
    CHECK(int4_line(real(1.5)) == "! not_an_integer");
    CHECK(int4_line(real(2147483647.5)) == "! not_an_integer");
    CHECK(int4_line(real(3e10 + 0.5)) == "! out_of_range");
    CHECK(int8_line(real(1e18)) == "1000000000000000000");
    CHECK(int8_line(real(9223372036854775808.0)) == "! out_of_range");
    CHECK(int8_line(real(-9223372036854775808.0)) == "-9223372036854775808");
    CHECK(int8_line(real(infinity)) == "! out_of_range");
    CHECK(int8_line(real(std::nan(""))) == "! out_of_range");
}

TEST_CASE("integers with round and trunc") {
    const Settings round = with({Rule::round});
    const Settings trunc = with({Rule::trunc});
    CHECK(int4_line(real(2.5), round) == "3 (round)");
    CHECK(int4_line(real(-2.5), round) == "-3 (round)");
    CHECK(int4_line(real(0.49999999999999994), round) == "0 (round)");
    CHECK(int4_line(real(2.0), round) == "2");
    CHECK(int4_line(real(2147483647.5), round) == "! out_of_range");
    CHECK(int4_line(text("2.5"), round) == "3 (round)");
    CHECK(int4_line(text("-2.5"), round) == "-3 (round)");
    CHECK(int4_line(text("2.4999999999999999999999"), round) == "2 (round)");
    CHECK(int4_line(text("0.5"), round) == "1 (round)");
    CHECK(int4_line(text("0.05"), round) == "0 (round)");
    CHECK(int8_line(text("9223372036854775807.5"), round) == "! out_of_range");
    CHECK(int8_line(text("-9223372036854775808.4"), round) == "-9223372036854775808 (round)");
    CHECK(int4_line(real(2.9), trunc) == "2 (trunc)");
    CHECK(int4_line(real(-2.9), trunc) == "-2 (trunc)");
    CHECK(int4_line(text("-2.9"), trunc) == "-2 (trunc)");
    CHECK(int4_line(text("abc"), trunc) == "! not_a_number");
}

TEST_CASE("float8") {
    const Row rows[] = {
        {"1.5", "1.5"},
        {" +1.5 ", "1.5"},
        {".5", "0.5"},
        {"5.", "5"},
        {"1e3", "1000"},
        {"-1E-5", "-1e-05"},
        {"0.1", "0.1"},
        {"9007199254740993", "! out_of_range"},
        {"9007199254740993.0", "! out_of_range"},
        {"9007199254740992", "9.007199254740992e+15"},
        {"123456789012345678901", "! out_of_range"},
        // A double's own digits, to however many places, are no loss; others behind the point are counted.
        {"1267650600228229401496703205376", "1.2676506002282294e+30"},
        {"1267650600228229400000000000000", "1.2676506002282294e+30"},
        {"1e23", "9.999999999999999e+22"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"0.10000000000000001", "0.1"},
        {"0.1000000000000000055511151231257827", "0.1"},
        {"0.100000000000000006", "0.1"},
        {"0.100000000000000007", "0.1 (round_to_double)"},
        {"4.9406564584124654e-324", "5e-324"},
        {"3.14159265358979323846", "3.141592653589793 (round_to_double)"},
        {"1.00000000000000000000", "1"},
        {"1.7976931348623157e308", "1.7976931348623157e+308"},
        {"1.7976931348623159e308", "! out_of_range"},
        {"1e400", "! out_of_range"},
        {"-1e400", "! out_of_range"},
        {"5e-324", "5e-324"},
        {"2e-324", "! out_of_range"},
        {"1e-400", "! out_of_range"},
        {"0e-400", "0"},
        {"0e400", "0"},
        {"-0", "-0"},
        {"NaN", "NaN"},
        {"nan", "NaN"},
        {"-nan", "NaN"},
        {"Infinity", "Infinity"},
        {"-infinity", "-Infinity"},
        {"+INF", "Infinity"},
        {"infinite", "! not_a_number"},
        {"nan(1)", "! not_a_number"},
        {"0x1p3", "! not_a_number"},
        {"1,5", "! not_a_number"},
        {"1.5.2", "! not_a_number"},
        {"1.5f", "! not_a_number"},
        {"- 1", "! not_a_number"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(float8_line(text(row.in)) == row.out);
    }
    CHECK(float8_line(integer(9007199254740992)) == "9.007199254740992e+15");
    CHECK(float8_line(integer(9007199254740993)) == "! out_of_range");
    CHECK(float8_line(integer(INT64_MAX)) == "! out_of_range");
    CHECK(float8_line(integer(INT64_MIN)) == "-9.223372036854776e+18");
    CHECK(float8_line(real(infinity)) == "Infinity");
    CHECK(float8_line(blob("1.5")) == "! wrong_storage");
}

TEST_CASE("float4") {
    CHECK(float4_line(real(0.5)) == "0.5");
    CHECK(float4_line(real(0.1)) == "0.10000000149011612 (round_to_real)");
    CHECK(float4_line(real(static_cast<double>(0.1f))) == "0.10000000149011612");
    CHECK(float4_line(text("0.1")) == "0.10000000149011612");
    CHECK(float4_line(integer(16777216)) == "16777216");
    CHECK(float4_line(integer(16777217)) == "16777216 (round_to_real)");
    CHECK(float4_line(integer(9007199254740993)) == "! out_of_range");
    CHECK(float4_line(real(3.4028234663852886e38)) == "3.4028234663852886e+38");
    CHECK(float4_line(real(3.40282356e38)) == "3.4028234663852886e+38 (round_to_real)");
    CHECK(float4_line(real(3.4028235677973366e38)) == "! out_of_range");
    CHECK(float4_line(real(1e39)) == "! out_of_range");
    CHECK(float4_line(real(1e-46)) == "! out_of_range");
    CHECK(float4_line(real(1e-45)) == "1.401298464324817e-45 (round_to_real)");
    CHECK(float4_line(real(0.0)) == "0");
    CHECK(float4_line(real(infinity)) == "Infinity");
    CHECK(float4_line(real(-infinity)) == "-Infinity");
    CHECK(float4_line(text("1e39")) == "! out_of_range");
    CHECK(float4_line(text("1e-46")) == "! out_of_range");
    // Once to float, not by way of double: by way of double this is 1.
    CHECK(float4_line(text("1.000000059604644775390626")) == "1.0000001192092896 (round_to_real)");
    CHECK(float4_line(text("16777217")) == "16777216 (round_to_real)");
    CHECK(float4_line(text("16777216")) == "16777216");
    CHECK(float4_line(text("3.14159")) == "3.141590118408203");
    CHECK(float4_line(blob("x")) == "! wrong_storage");
}

TEST_CASE("the shortest text of a double is the server's") {
    const struct {
        double in;
        std::string out;
    } rows[] = {
        {0.0, "0"},
        {-0.0, "-0"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {3, "3"},
        {-2.5, "-2.5"},
        {100000, "100000"},
        {123456.789, "123456.789"},
        {999999999999999, "999999999999999"},
        {1e15, "1e+15"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {0.0001, "0.0001"},
        {0.00001, "1e-05"},
        {0.000123, "0.000123"},
        {1e300, "1e+300"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {9007199254740992.0, "9.007199254740992e+15"},
        {1e22, "1e+22"},
        // Halfway between two doubles: text that only some readers take back to the same one is avoided.
        {1e23, "9.999999999999999e+22"},
        {2e23, "1.9999999999999998e+23"},
        {infinity, "Infinity"},
        {-infinity, "-Infinity"},
        {std::nan(""), "NaN"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.out);
        CHECK(shortest(row.in) == row.out);
    }
}

TEST_CASE("decimals without declared precision") {
    const Row rows[] = {
        {"123.45", "123.45"},
        {" 123.45 ", "123.45"},
        {"-0", "-0"},
        {"1e5", "1e5"},
        {"123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"},
        {"NaN", "NaN"},
        {"-NaN", "! not_a_number"},
        {"Infinity", "Infinity"},
        {"-inf", "-inf"},
        {"1e131071", "1e131071"},
        {"1e131072", "! out_of_range"},
        {"1e-16383", "1e-16383"},
        {"1e-16384", "! out_of_range"},
        {"0e-20000", "! out_of_range"},
        {"0e200000", "0e200000"},
        {"1,5", "! not_a_number"},
        {"0x10", "! not_a_number"},
        {"abc", "! not_a_number"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(decimal_line(text(row.in)) == row.out);
    }
    CHECK(decimal_line(integer(9007199254740993)) == "9007199254740993");
    CHECK(decimal_line(integer(INT64_MIN)) == "-9223372036854775808");
    CHECK(decimal_line(real(0.1)) == "0.1");
    CHECK(decimal_line(real(1e300)) == "1e+300");
    CHECK(decimal_line(real(infinity)) == "Infinity");
    CHECK(decimal_line(blob("1")) == "! wrong_storage");
}

TEST_CASE("decimals within precision and scale") {
    const struct {
        std::string in;
        int precision;
        int scale;
        std::string out;
    } rows[] = {
        {"123.45", 5, 2, "123.45"},
        {"123.450", 5, 2, "123.450"},
        {"123.456", 5, 2, "123.456 (round_to_scale)"},
        {"999.994", 5, 2, "999.994 (round_to_scale)"},
        {"999.995", 5, 2, "! out_of_range"},
        {"1000", 5, 2, "! out_of_range"},
        {"1e3", 5, 2, "! out_of_range"},
        {"1e2", 5, 2, "1e2"},
        {"0.005", 5, 2, "0.005 (round_to_scale)"},
        {"0.0000", 2, 2, "0.0000"},
        {"0.995", 2, 2, "! out_of_range"},
        {"0.994", 2, 2, "0.994 (round_to_scale)"},
        {"1", 2, 2, "! out_of_range"},
        {"12345", 3, -2, "12345 (round_to_scale)"},
        {"99949", 3, -2, "99949 (round_to_scale)"},
        {"99950", 3, -2, "! out_of_range"},
        {"49", 1, -2, "49 (round_to_scale)"},
        {"0.00123", 3, 5, "0.00123"},
        {"0.01", 3, 5, "! out_of_range"},
        {"NaN", 5, 2, "NaN"},
        {"Infinity", 5, 2, "! out_of_range"},
        {"1e-2000000000", 5, 2, "! out_of_range"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.in);
        CAPTURE(row.precision);
        CAPTURE(row.scale);
        CHECK(decimal_line(text(row.in), precision(row.precision, row.scale)) == row.out);
    }
    CHECK(decimal_line(integer(999), precision(5, 2)) == "999");
    CHECK(decimal_line(integer(1000), precision(5, 2)) == "! out_of_range");
    CHECK(decimal_line(integer(-999), precision(5, 2)) == "-999");
    CHECK(decimal_line(integer(INT64_MIN), precision(18, 0)) == "! out_of_range");
    CHECK(decimal_line(integer(INT64_MIN), precision(19, 0)) == "-9223372036854775808");
    CHECK(decimal_line(integer(1250), precision(2, -2)) == "1250 (round_to_scale)");
    CHECK(decimal_line(real(123.45), precision(10, 2)) == "123.45");
    CHECK(decimal_line(real(0.1 + 0.2), precision(10, 2)) == "0.30000000000000004 (round_to_scale)");
    CHECK(decimal_line(real(1e300), precision(10, 2)) == "! out_of_range");
    CHECK(decimal_line(real(infinity), precision(10, 2)) == "! out_of_range");
}
