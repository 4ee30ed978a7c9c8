// Tests of base/text.hpp: UTF-8, identifiers, nearest names, excerpts.
#include <doctest/doctest.h>

#include <string>

#include "base/text.hpp"

using namespace std::string_literals;

TEST_CASE("valid_utf8_prefix accepts what RFC 3629 accepts") {
    for (const std::string& text :
         {""s, "plain"s, "sixteen ascii ch"s, "a\0b"s, "\x7F"s, "\xC2\x80"s, "\xDF\xBF"s, "\xE0\xA0\x80"s,
          "\xED\x9F\xBF"s, "\xEE\x80\x80"s, "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s,
          "Ünïcödé in the midst of a longer text 日本語 🎉"s}) {
        CHECK(base::valid_utf8_prefix(text) == text.size());
    }
}

TEST_CASE("valid_utf8_prefix gives the place of the first invalid byte") {
    struct {
        std::string text;
        size_t place;
    } cases[] = {{"\x80", 0},
                 {"abc\xFF", 3},
                 {"\xC0\x80", 0},
                 {"\xC1\xBF", 0},
                 {"\xE0\x9F\xBF", 0},
                 {"\xED\xA0\x80", 0},
                 {"\xED\xBF\xBF", 0},
                 {"\xF0\x8F\xBF\xBF", 0},
                 {"\xF4\x90\x80\x80", 0},
                 {"\xF5\x80\x80\x80", 0},
                 {"é\xC3", 2},
                 {"日\xE6\x97", 3},
                 {"\xF0\x9F\x8E", 0},
                 {"\xE6\x97 ", 0},
                 {"eight ch\x80", 8},
                 {"seven c\x80xxxxxxxx", 7},
                 {"日本語\xC3(", 9}};
    for (const auto& c : cases) {
        CAPTURE(c.text);
        CHECK(base::valid_utf8_prefix(c.text) == c.place);
    }
}

TEST_CASE("utf8_length counts characters") {
    CHECK(base::utf8_length("") == 0);
    CHECK(base::utf8_length("abc") == 3);
    CHECK(base::utf8_length("aé日🎉") == 4);
}

TEST_CASE("folding is of ASCII only") {
    CHECK(base::lower_ascii("AbC_ÄZ[") == "abc_Äz[");
    CHECK(base::equal_ignoring_case("Users", "uSERS"));
    CHECK_FALSE(base::equal_ignoring_case("Ä", "ä"));
    CHECK_FALSE(base::equal_ignoring_case("a", "ab"));
    CHECK(base::equal_ignoring_case("", ""));
}

TEST_CASE("snake_case") {
    struct {
        const char *name, *snake;
    } cases[] = {{"DateCreated", "date_created"},
                 {"userID", "user_id"},
                 {"HTTPServer", "http_server"},
                 {"a-b c", "a_b_c"},
                 {"already_snake", "already_snake"},
                 {"User_Name", "user_name"},
                 {"Utf8String", "utf8_string"},
                 {"ID", "id"},
                 {"A", "a"},
                 {"__EFMigrationsHistory", "__ef_migrations_history"},
                 {"a - b", "a_b"},
                 {"-a-", "a"},
                 {"a_", "a_"},
                 {"Address2", "address2"},
                 {"2ndName", "2nd_name"},
                 {"grüßeAnna", "grüße_anna"},
                 {"ÄnderungsDatum", "Änderungs_datum"},
                 {"日本語", "日本語"},
                 {"", ""},
                 {"---", "---"},
                 {"a.b", "a_b"},
                 {"x\"y", "x_y"}};
    for (const auto& c : cases) {
        CAPTURE(c.name);
        CHECK(base::snake_case(c.name) == c.snake);
    }
}

TEST_CASE("nearest_name finds slips and nothing else") {
    const std::vector<std::string> names = {"users", "user_data", "ciphers", "Folders", "x"};
    CHECK(base::nearest_name("user", names) == "users");
    CHECK(base::nearest_name("usres", names) == "users");
    CHECK(base::nearest_name("CIPHERS", names) == "ciphers");
    CHECK(base::nearest_name("cypher", names) == "ciphers");
    CHECK(base::nearest_name("folder", names) == "Folders");
    CHECK(base::nearest_name("organizations", names) == "");
    CHECK(base::nearest_name("y", names) == "");
    CHECK(base::nearest_name("X", names) == "x");
    CHECK(base::nearest_name("", names) == "");
    CHECK(base::nearest_name("users", {}) == "");
    CHECK(base::nearest_name(std::string(100000, 'a'), {std::string(100000, 'a')}) == "");
}

TEST_CASE("excerpt shows any bytes in one short line") {
    CHECK(base::excerpt("plain") == "plain");
    CHECK(base::excerpt("a\nb\0c"s) == "a\\x0Ab\\x00c");
    CHECK(base::excerpt("\xFF\xC3(") == "\\xFF\\xC3(");
    CHECK(base::excerpt("é日🎉") == "é日🎉");
    CHECK(base::excerpt("\xC2\x85\x7F") == "\\xC2\\x85\\x7F");  // a control character of two bytes
    CHECK(base::excerpt("a\xE2\x80\xAE"
                        "b") == "a\\xE2\\x80\\xAEb");  // turns the direction of writing
    CHECK(base::excerpt("") == "");
    CHECK(base::excerpt("0123456789", 10) == "0123456789");
    CHECK(base::excerpt("0123456789x", 10) == "0123456…");
    CHECK(base::excerpt("012345日x", 10) == "012345日x");
    CHECK(base::excerpt("012345日xy", 10) == "012345…");
    CHECK(base::excerpt("abc", 2) == "ab");
    CHECK(base::excerpt("abcdef", 0) == "");
    for (size_t limit = 0; limit < 40; ++limit) {
        const std::string text = base::excerpt("ab\x01é日\xFF🎉 and more of it, until it is too long", limit);
        CHECK(text.size() <= limit);
        CHECK(base::valid_utf8_prefix(text) == text.size());
    }
}
