// Tests of schema/identifier.hpp: styles, 63 bytes, collisions, quoting.
#include <doctest/doctest.h>

#include "base/text.hpp"
#include "schema/identifier.hpp"

using namespace schema;

TEST_CASE("a style keeps, lowers or splits a name") {
    CHECK(styled("UserID", NameStyle::preserve) == "UserID");
    CHECK(styled("UserID", NameStyle::lower) == "userid");
    CHECK(styled("UserID", NameStyle::snake) == "user_id");
    CHECK(styled("\xC3\x89t", NameStyle::lower) == "\xC3\x89t");  // ASCII only, as SQLite folds
}

TEST_CASE("a name of punctuation keeps something to be called by") {
    CHECK(styled("!!", NameStyle::snake) == "!!");
    CHECK_FALSE(fit(styled("", NameStyle::snake)).empty());
}

TEST_CASE("fit leaves 63 bytes alone and cuts longer names at a character, with a hash of the whole") {
    const std::string whole(63, 'a');
    CHECK(fit(whole) == whole);
    const std::string cut = fit(whole + "b");
    CHECK(cut.size() == 63);
    CHECK(cut.substr(0, 55) == std::string(54, 'a') + "_");
    CHECK(cut != fit(whole + "c"));
    CHECK(cut == fit(whole + "b"));

    std::string umlauts;
    for (int i = 0; i < 40; ++i)
        umlauts += "\xC3\xA4";
    CHECK(fit(umlauts).size() == 63);  // 27 characters, "_", 8 digits
    for (int bytes = 55; bytes < 75; ++bytes) {
        const std::string shifted = fit(std::string(static_cast<size_t>(bytes - 50), 'x') + umlauts);
        CHECK(shifted.size() <= 63);
        CHECK(base::valid_utf8_prefix(shifted) == shifted.size());
    }
}

TEST_CASE("names that PostgreSQL refuses are made over") {
    CHECK(fit("") == "_");
    const std::string invalid =
        fit("a\xFF"
            "b");
    CHECK(base::valid_utf8_prefix(invalid) == invalid.size());
    CHECK(invalid != fit("a\xFE"
                         "b"));
    CHECK(fit("a\nb") == "a\nb");  // legal in both
}

TEST_CASE("unique_name differs from all that is taken, and is stable") {
    std::set<std::string> taken;
    CHECK(unique_name("a", taken) == "a");
    const std::string second = unique_name("a", taken);
    CHECK(second != "a");
    CHECK(second.size() == 10);
    const std::string third = unique_name("a", taken);
    CHECK(third != second);
    CHECK(taken.size() == 3);

    std::set<std::string> again = {"a"};
    CHECK(unique_name("a", again) == second);

    std::set<std::string> long_ones;
    for (int i = 0; i < 50; ++i)
        CHECK(unique_name(std::string(63, 'x'), long_ones).size() <= 63);
    CHECK(long_ones.size() == 50);
}

TEST_CASE("quoting") {
    CHECK(quote_name("a") == "\"a\"");
    CHECK(quote_name("a\"b") == "\"a\"\"b\"");
    CHECK(quote_name("a\\b") == "\"a\\b\"");
    CHECK(quote_literal("it's") == "'it''s'");
    CHECK(quote_literal("a\\b'c") == "E'a\\\\b''c'");
    CHECK(quote_literal("") == "''");
}
