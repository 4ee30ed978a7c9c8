// Text, names, bytes, UUIDs, JSON: what passes as it is, what a rule mends, what is refused.
#include <limits>
#include <string>

#include "normalize/number_text.hpp"
#include "normalize/parts.hpp"

#include "normalize_cells.hpp"

using namespace normalize;
using namespace normalize_test;
using namespace std::string_view_literals;

TEST_CASE("text as it is") {
    CHECK(text_line(text("hello")) == "hello");
    CHECK(text_line(text("\\N")) == "\\N");
    CHECK(text_line(text("a\r\nb")) == "a\r\nb");
    CHECK(text_line(text("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80")) == "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
    CHECK(text_line(integer(1234)) == "1234");
    CHECK(text_line(integer(INT64_MIN)) == "-9223372036854775808");
    CHECK(text_line(real(0.1)) == "0.1");
    CHECK(text_line(real(3)) == "3.0");
    CHECK(text_line(real(-0.0)) == "-0.0");
    CHECK(text_line(real(1e300)) == "1e+300");
    CHECK(bytea_line(real(3)) == "3.0");
    CHECK(text_line(blob("json in a blob")) == "json in a blob");
    CHECK(text_line(text(" now ")) == " now ");
}

TEST_CASE("text that the server cannot hold") {
    CHECK(text_line(text("a\0b"sv)) == "! nul_byte");
    CHECK(text_line(text("12345678\0"sv)) == "! nul_byte");
    CHECK(text_line(text("A\xff"
                         "B")) == "! invalid_utf8");
    CHECK(text_line(text("caf\xe9")) == "! invalid_utf8");
    CHECK(text_line(text("\xed\xa0\x80")) == "! invalid_utf8");
    CHECK(text_line(text("\xc0\x80")) == "! invalid_utf8");
    CHECK(text_line(text("\xf4\x90\x80\x80")) == "! invalid_utf8");
    CHECK(text_line(text("0123456789\xe2\x82")) == "! invalid_utf8");
    CHECK(text_line(blob("\x00\xff"sv)) == "! invalid_utf8");
    CHECK(text_line(blob("\x00"sv)) == "! nul_byte");
}

TEST_CASE("rules that mend text") {
    const Settings replace = with({Rule::replace_invalid});
    const Settings latin1 = with({Rule::latin1});
    const Settings strip = with({Rule::strip_nul});
    CHECK(text_line(text("A\xff"
                         "B"),
                    replace) ==
          "A\xef\xbf\xbd"
          "B (replace_invalid)");
    CHECK(text_line(text("plain"), replace) == "plain");
    // One mark for a sequence cut short, one for each byte that cannot begin or go on.
    CHECK(text_line(text("\xe2\x82"
                         "x"),
                    replace) == "\xef\xbf\xbdx (replace_invalid)");
    CHECK(text_line(text("\xed\xa0\x80"), replace) == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd (replace_invalid)");
    CHECK(text_line(text("\xf0\x9f\x98"), replace) == "\xef\xbf\xbd (replace_invalid)");
    CHECK(text_line(text("caf\xe9"), latin1) == "caf\xc3\xa9 (latin1)");
    CHECK(text_line(text("\x80"), latin1) == "\xc2\x80 (latin1)");
    CHECK(text_line(text("caf\xc3\xa9"), latin1) == "caf\xc3\xa9");
    CHECK(text_line(text("a\0b\0"sv), strip) == "ab (strip_nul)");
    CHECK(text_line(text("\xff\0"sv), strip) == "! invalid_utf8");
    CHECK(text_line(text("\xff\0"sv), replace) == "! nul_byte");
    CHECK(text_line(text("\xff\0x"sv), with({Rule::strip_nul, Rule::latin1})) == "\xc3\xbfx (latin1)");
    CHECK(text_line(blob("caf\xe9"), latin1) == "caf\xc3\xa9 (latin1)");
}

TEST_CASE("varchar(n)") {
    const Row rows[] = {
        {"abcde", "abcde"},
        {"abc", "abc"},
        {"abcdefgh", "! too_long"},
        {"abcde  ", "abcde (blanks_cut)"},
        {"abcd   ", "abcd  (blanks_cut)"},
        {"abcde\t", "! too_long"},
        {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"},
        {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", "! too_long"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(text_line(text(row.in), length(5)) == row.out);
    }
    const Settings cut = length(5, {Rule::truncate});
    CHECK(text_line(text("abcdefgh"), cut) == "abcde (truncate)");
    CHECK(text_line(text("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), cut) ==
          "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 (truncate)");
    CHECK(text_line(text("abcde   "), cut) == "abcde (blanks_cut)");
    CHECK(text_line(integer(123456), length(5)) == "! too_long");
    CHECK(text_line(integer(12345), length(5)) == "12345");
    CHECK(text_line(text("abcdefgh"), length(0)) == "! too_long");
}

TEST_CASE("names are cut at 63 bytes, at a character, and counted") {
    const std::string fits(63, 'a');
    CHECK(name_line(text(fits)) == fits);
    CHECK(name_line(text(fits + "b")) == fits + " (name_cut)");
    const std::string wide = std::string(62, 'a') + "\xc3\xa9";
    CHECK(name_line(text(wide)) == std::string(62, 'a') + " (name_cut)");
    CHECK(name_line(text("\xff")) == "! invalid_utf8");
}

TEST_CASE("text for other types' input functions") {
    CHECK(input_line(text("192.168.0.1/24")) == "192.168.0.1/24");
    CHECK(input_line(integer(7)) == "7");
    CHECK(input_line(real(1.5)) == "1.5");
    CHECK(input_line(blob("(1,2)")) == "(1,2)");
    CHECK(input_line(blob("\xff")) == "! invalid_utf8");
    CHECK(input_line(text("a\0"sv)) == "! nul_byte");
    CHECK(input_line(text("a\0"sv), with({Rule::strip_nul})) == "a (strip_nul)");
}

TEST_CASE("bytea") {
    CHECK(bytea_line(blob("\x00\xff"sv)) == std::string("\x00\xff", 2));
    CHECK(bytea_line(blob("")) == "");
    CHECK(bytea_line(text("hello")) == "hello");
    CHECK(bytea_line(text("password")) == "password");
    CHECK(bytea_line(text("\\x41")) == "\\x41");
    CHECK(bytea_line(integer(42)) == "42");
    CHECK(bytea_line(real(1.5)) == "1.5");

    const Settings hex = with({Rule::hex});
    CHECK(bytea_line(text("48656c6C6f"), hex) == "Hello (hex)");
    CHECK(bytea_line(text("\\x4869"), hex) == "Hi (hex)");
    CHECK(bytea_line(text("0x4869"), hex) == "Hi (hex)");
    CHECK(bytea_line(text(" 4869 "), hex) == "Hi (hex)");
    CHECK(bytea_line(text(""), hex) == "");
    CHECK(bytea_line(text("486"), hex) == "! not_hex");
    CHECK(bytea_line(text("4g"), hex) == "! not_hex");
    CHECK(bytea_line(blob("48"), hex) == "48");

    const Settings base64 = with({Rule::base64});
    CHECK(bytea_line(text("SGVsbG8="), base64) == "Hello (base64)");
    CHECK(bytea_line(text("SGVsbG8"), base64) == "Hello (base64)");
    CHECK(bytea_line(text("SGVs\r\nbG8="), base64) == "Hello (base64)");
    CHECK(bytea_line(text("SGk="), base64) == "Hi (base64)");
    CHECK(bytea_line(text("-_-_"), base64) == "\xfb\xff\xbf (base64)");
    CHECK(bytea_line(text("+/+/"), base64) == "\xfb\xff\xbf (base64)");
    CHECK(bytea_line(text("SGVsbG8=="), base64) == "! not_base64");
    CHECK(bytea_line(text("SGVsbG9="), base64) == "! not_base64");
    CHECK(bytea_line(text("S"), base64) == "! not_base64");
    CHECK(bytea_line(text("=SGk"), base64) == "! not_base64");
    CHECK(bytea_line(text("hello!"), base64) == "! not_base64");
    CHECK(bytea_line(text("===="), base64) == "! not_base64");
}

TEST_CASE("each byte at each place of a uuid") {
    const std::string digits = "0123456789abcdefABCDEF";
    for (size_t place = 0; place < 32; ++place) {
        for (int byte = 1; byte < 256; ++byte) {
            std::string form = "00112233445566778899aabbccddeeff";
            form[place] = static_cast<char>(byte);
            std::string wanted = form;
            for (char& c : wanted)
                if (c >= 'A' && c <= 'F') c = static_cast<char>(c + 'a' - 'A');
            for (size_t dash : {8, 13, 18, 23}) wanted.insert(dash, "-");
            const bool digit = digits.find(static_cast<char>(byte)) != std::string::npos;
            std::string dashed = form;
            for (size_t dash : {8, 13, 18, 23}) dashed.insert(dash, "-");
            CHECK(uuid_line(text(form)) == (digit ? wanted : "! not_a_uuid"));
            CHECK(uuid_line(text(dashed)) == (digit ? wanted : "! not_a_uuid"));
        }
    }
}

TEST_CASE("uuid") {
    const char* const plain = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12";
    for (const char* form :
         {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A12",
          "a0eebc999c0b4ef8bb6d6bb9bd380a12", "A0EEBC999C0B4EF8BB6D6BB9BD380A12",
          "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12}", "{a0eebc999c0b4ef8bb6d6bb9bd380a12}",
          "urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12", "URN:UUID:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12",
          " a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12\n"}) {
        CAPTURE(form);
        CHECK(uuid_line(text(form)) == plain);
        CHECK(uuid_line(blob(form)) == plain);
    }
    for (const char* form :
         {"nope", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a123",
          "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g", "a0eebc99 9c0b 4ef8 bb6d 6bb9bd380a12",
          "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12", "{{a0eebc999c0b4ef8bb6d6bb9bd380a12}}",
          "{urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12}", "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a12",
          "a0eebc9-99c0b-4ef8-bb6d-6bb9bd380a12", "0123456789abcdef"}) {
        CAPTURE(form);
        CHECK(uuid_line(text(form)) == "! not_a_uuid");
    }
    const auto sixteen = "\xa0\xee\xbc\x99\x9c\x0b\x4e\xf8\xbb\x6d\x6b\xb9\xbd\x38\x0a\x12"sv;
    CHECK(uuid_line(blob(sixteen)) == plain);
    CHECK(uuid_line(text(sixteen)) == "! not_a_uuid");
    CHECK(uuid_line(blob(sixteen), with({Rule::uuid_dotnet})) == "99bceea0-0b9c-f84e-bb6d-6bb9bd380a12 (uuid_dotnet)");
    CHECK(uuid_line(text(plain), with({Rule::uuid_dotnet})) == plain);
    CHECK(uuid_line(blob("")) == "! not_a_uuid");
    CHECK(uuid_line(blob("abc")) == "! not_a_uuid");
    CHECK(uuid_line(integer(12)) == "! destroyed_by_affinity");
    CHECK(uuid_line(real(5e10)) == "! destroyed_by_affinity");
}

TEST_CASE("json") {
    CHECK(json_line(text("{\"a\": 1}"), true) == "{\"a\": 1}");
    CHECK(json_line(blob("[1]"), true) == "[1]");
    CHECK(json_line(integer(5), true) == "5");
    CHECK(json_line(real(1e300), true) == "1e+300");
    CHECK(json_line(real(std::numeric_limits<double>::infinity()), true) == "! not_json");
    CHECK(json_line(text("{a:1}"), true) == "{a:1}");  // the type's own function says what is wrong with it
    CHECK(json_line(text("\"\\u0000\""), true) == "! not_json");
    CHECK(json_line(text("\"\\u0000\""), false) == "\"\\u0000\"");
    CHECK(json_line(text("\"\\\\u0000\""), true) == "\"\\\\u0000\"");
    CHECK(json_line(text("\"\\\\\\u0000\""), true) == "! not_json");
    CHECK(json_line(text("\"\\u00001\""), true) == "! not_json");
    CHECK(json_line(text("\"\\u000\""), true) == "\"\\u000\"");
    CHECK(json_line(text("\"\\"), true) == "\"\\");
    CHECK(json_line(text("\"\xff\""), true) == "! invalid_utf8");
    CHECK(json_line(text("\"\0\""sv), true) == "! nul_byte");
    CHECK(json_line(text("\"\xe9\""), true, with({Rule::latin1})) == "\"\xc3\xa9\" (latin1)");
}

TEST_CASE("JSON arrays") {
    const Row rows[] = {
        {"[]", "[]"},
        {" [ ] ", "[]"},
        {"[1, -2]", "[integer 1, integer -2]"},
        {"[1.5,1e3,0.1]", "[text 1.5, text 1e3, text 0.1]"},
        {"[true,false,null]", "[text true, text false, null]"},
        {"[\"a\",\"\"]", "[text a, text ]"},
        {"[\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"]", "[text a\"\\/\b\f\n\r\tz]"},
        {"[\"\\u00e9\\u20ac\\ud83d\\ude00\\u0041\"]",
         "[text \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"
         "A]"},
        {"[\"\\ud83d\"]", "[text \xed\xa0\xbd]"},
        {"[\"[\",\"]\",\",\"]", "[text [, text ], text ,]"},
        {"[9223372036854775807]", "[integer 9223372036854775807]"},
        // No double: a numeric column must see what is written.
        {"[9223372036854775808]", "[text 9223372036854775808]"},
        {"[123456789012345678901234567890]", "[text 123456789012345678901234567890]"},
        {"[1e400]", "[text 1e400]"},
        {"[0.1000000000000000055]", "[text 0.1000000000000000055]"},
        {"[1.10]", "[text 1.10]"},
        {"[1,]", "! not_an_array"},
        {"[,1]", "! not_an_array"},
        {"[1 2]", "! not_an_array"},
        {"[-0]", "[text -0]"},
        {"[[1]]", "[integer 1] 1x1"},
        {"[[1,2],[3,null]]", "[integer 1, integer 2, integer 3, null] 2x2"},
        {"[[[1],[2]],[[3],[4]],[[5],[6]]]", "[integer 1, integer 2, integer 3, integer 4, integer 5, integer 6] 3x2x1"},
        {"[[1,2],[3]]", "! not_an_array"},
        {"[[1],2]", "! not_an_array"},
        {"[1,[2]]", "! not_an_array"},
        {"[[1],[[2]]]", "! not_an_array"},
        {"[[[1]],[2]]", "! not_an_array"},
        {"[[1],null]", "! not_an_array"},
        {"[[]]", "! not_an_array"},
        {"[[],[]]", "! not_an_array"},
        {"[[1]", "! not_an_array"},
        {"[[[[[[1]]]]]]", "[integer 1] 1x1x1x1x1x1"},
        {"[[[[[[[1]]]]]]]", "! not_an_array"},
        {"[{}]", "! not_an_array"},
        {"[01]", "! not_an_array"},
        {"[+1]", "! not_an_array"},
        {"[.5]", "! not_an_array"},
        {"[1.]", "! not_an_array"},
        {"[NaN]", "! not_an_array"},
        {"[True]", "! not_an_array"},
        {"[truex]", "! not_an_array"},
        {"[\"a]", "! not_an_array"},
        {"[\"\\x\"]", "! not_an_array"},
        {"[\"\\u12\"]", "! not_an_array"},
        {"[\"\n\"]", "! not_an_array"},
        {"[", "! not_an_array"},
        {"1,2", "! not_an_array"},
        {"[1]x", "! not_an_array"},
        {"[\"\xff\"]", "! invalid_utf8"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(array_line(text(row.in)) == row.out);
    }
    CHECK(array_line(integer(1)) == "! wrong_storage");
    CHECK(array_line(real(1)) == "! wrong_storage");
    CHECK(array_line(blob("[1]")) == "[integer 1]");
    CHECK(array_line(blob("\x6b\x13\x31\x3b\x13\x32\x00")) == "! not_an_array");  // JSONB of [1,[2,null]]
    CHECK(array_line(blob(std::string_view("\x3b\x13\x31\x00", 4))) == "[integer 1, null]");
    CHECK(array_line(text(std::string(1 << 20, '['))) == "! not_an_array");
    ListReader fresh;
    Cell element;
    CHECK_FALSE(fresh.next(element));
}

TEST_CASE("PostgreSQL's arrays") {
    const Row rows[] = {
        {"{}", "[]"},
        {" { } ", "[]"},
        {"{1,2}", "[text 1, text 2]"},
        {"{ 1 , a b ,NULL,\"null\"}", "[text 1, text a b, null, text null]"},
        {"{\"\",\" a \",\"a,b\",\"}\"}", "[text , text  a , text a,b, text }]"},
        {"{\"a\\\"b\\\\c\",d\\ ,\\NULL}", "[text a\"b\\c, text d , text NULL]"},
        {"{{1,2},{3,4}}", "[text 1, text 2, text 3, text 4] 2x2"},
        {"{{1},{2}} ", "[text 1, text 2] 2x1"},
        {"{{1},{2,3}}", "! not_an_array"},
        {"{{1},2}", "! not_an_array"},
        {"{{}}", "! not_an_array"},
        {"{1,}", "! not_an_array"},
        {"{,1}", "! not_an_array"},
        {"{1", "! not_an_array"},
        {"{1}}", "! not_an_array"},
        {"{\"a\"b}", "! not_an_array"},
        {"{a\"b\"}", "! not_an_array"},
        {"{\"a}", "! not_an_array"},
        {"{a\\", "! not_an_array"},
        {"{1}x", "! not_an_array"},
        {"[0:1]={1,2}", "! not_an_array"},
        {"{\xff}", "! invalid_utf8"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(array_line(text(row.in)) == row.out);
    }
}

TEST_CASE("arrays of JSON values") {
    CHECK(array_line(text("[1, [2], {\"a\": [\"]\"]}, \"x\", null]"), true) ==
          "[text 1, text [2], text {\"a\": [\"]\"]}, text \"x\", text null]");
    CHECK(array_line(text("[]"), true) == "[]");
    CHECK(array_line(text("[1"), true) == "! not_an_array");
    CHECK(array_line(text("{\"{\\\"a\\\":1}\"}"), true) == "[text {\"a\":1}]");
}

namespace {

std::string parts_line(bool read, const Parts& parts) {
    if (!read) return "no";
    std::string result;
    for (const Parts::Range& range : parts.ranges())
        result += range.empty ? "empty " : std::string(range.lower_inclusive ? "[" : "(") + (range.upper_inclusive ? "] " : ") ");
    for (size_t i = 0; i < parts.size(); ++i) {
        const Cell cell = parts.cell(i);
        result += cell.storage == StorageClass::null ? "-|" : std::string(cell.bytes()) + "|";
    }
    return result;
}
std::string range_line(std::string_view text) {
    Parts parts;
    return parts_line(parts.open_range(text), parts);
}
std::string ranges_line(std::string_view text) {
    Parts parts;
    return parts_line(parts.open_ranges(text), parts);
}
std::string row_line(std::string_view text) {
    Parts parts;
    return parts_line(parts.open_row(text), parts);
}

}  // namespace

TEST_CASE("ranges and rows, taken apart") {
    CHECK(range_line("[1,2)") == "[) 1|2|");
    CHECK(range_line(" ( , ] ") == "(]  | |");
    CHECK(range_line("(,)") == "() -|-|");
    CHECK(range_line("Empty ") == "empty ");
    CHECK(range_line("[\"a,\"\"b\",c\\,d]") == "[] a,\"b|c,d|");
    CHECK(range_line("[\"\",1]") == "[] |1|");
    for (const char* none : {"", "[", "[1", "[1,", "[1,2", "[1,2)x", "[1)", "[1,2,3)", "1,2", "[\"1,2)", "[1,2\\", "emptyx", "{[1,2)}"})
        CHECK(range_line(none) == "no");
    CHECK(ranges_line("{}") == "");
    CHECK(ranges_line(" { [1,2) , empty,(3,] } ") == "[) empty (] 1|2|3|-|");
    for (const char* none : {"", "{", "{,}", "{[1,2),}", "{[1,2)", "[1,2)", "{[1,2)}x"}) CHECK(ranges_line(none) == "no");
    CHECK(row_line("(1,\"a, b\",)") == "1|a, b|-|");
    CHECK(row_line(" ( 1 ,\"\")") == " 1 ||");
    CHECK(row_line("()") == "-|");
    for (const char* none : {"", "(", "(1", "1)", "(1)x", "(\"1)", "(1,\\"}) CHECK(row_line(none) == "no");
    Parts parts;
    parts.quote("a\"b\\c");
    CHECK(parts.written == "\"a\\\"b\\\\c\"");
}

TEST_CASE("digits that rounding took") {
    CHECK_FALSE(digits_lost("$1,234.50", "$1,234.50"));
    CHECK_FALSE(digits_lost("$1.5", "$1.50"));
    CHECK_FALSE(digits_lost("0.00", "$0.00"));
    CHECK(digits_lost("$1.005", "$1.01"));
    CHECK(digits_lost("$0.004", "$0.00"));
    CHECK(digits_lost("$0.999", "$1.00"));
}
