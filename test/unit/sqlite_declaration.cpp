// Tests of sqlite/declaration.hpp: what is read from the text of CREATE TABLE.
#include <doctest/doctest.h>

#include <string>

#include "sqlite/declaration.hpp"

using sqlite::Declaration;
using sqlite::read_declaration;
using namespace std::string_literals;

TEST_CASE("checks, with brackets, quotes and comments inside") {
    const Declaration table = read_declaration(R"(CREATE TABLE "a (b" (
        id INTEGER PRIMARY KEY, -- CHECK (not me)
        a TEXT CHECK ( a <> ')' ) CHECK (length("a") > (1)),
        b /* CHECK (nor me) */ DEFAULT (check_default(1, 'CHECK (2)')),
        "CHECK" TEXT DEFAULT 'CHECK (x)',
        [check] TEXT, `check` TEXT,
        c NUMERIC(10, 2) CONSTRAINT positive CHECK(c > 0 /* ) */),
        CONSTRAINT "both ""of"" them" CHECK (a OR b)
        CHECK (1)
    ) STRICT)");
    REQUIRE(table.checks.size() == 5);
    CHECK(table.checks[0].text == "a <> ')'");
    CHECK(table.checks[0].name == "");
    CHECK(table.checks[1].text == "length(\"a\") > (1)");
    CHECK(table.checks[2].text == "c > 0 /* ) */");
    CHECK(table.checks[2].name == "positive");
    CHECK(table.checks[3].text == "a OR b");
    CHECK(table.checks[3].name == "both \"of\" them");
    CHECK(table.checks[4].name == "");
    CHECK(table.module == "");
}

TEST_CASE("foreign keys") {
    const Declaration table = read_declaration(R"(create temp table if not exists main.t(
        a INT NOT NULL CONSTRAINT fk_a REFERENCES p DEFERRABLE INITIALLY DEFERRED,
        b INT CONSTRAINT not_of_the_key NOT NULL REFERENCES "p q"(x) ON DELETE SET NULL NOT DEFERRABLE INITIALLY DEFERRED,
        c INT REFERENCES p(id) ON UPDATE CASCADE MATCH FULL DEFERRABLE NOT NULL,
        "" INT REFERENCES p,
        CONSTRAINT [two cols] FOREIGN KEY (a, "b" ) REFERENCES p2 (x, y) ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE
        FOREIGN KEY(c) REFERENCES p3
    ))");
    REQUIRE(table.foreign_keys.size() == 6);
    const auto& keys = table.foreign_keys;
    CHECK(keys[0].name == "fk_a");
    CHECK(keys[0].parent == "p");
    CHECK(keys[0].columns == std::vector{"a"s});
    CHECK(keys[0].deferrable);
    CHECK(keys[0].initially_deferred);
    CHECK(keys[1].name == "");
    CHECK(keys[1].parent == "p q");
    CHECK_FALSE(keys[1].deferrable);
    CHECK_FALSE(keys[1].initially_deferred);
    CHECK(keys[2].deferrable);
    CHECK_FALSE(keys[2].initially_deferred);
    CHECK(keys[3].columns == std::vector{""s});
    CHECK(keys[4].name == "two cols");
    CHECK(keys[4].columns == std::vector{"a"s, "b"s});
    CHECK(keys[4].deferrable);
    CHECK_FALSE(keys[4].initially_deferred);
    CHECK(keys[5].parent == "p3");
    CHECK(keys[5].columns == std::vector{"c"s});
    CHECK_FALSE(keys[5].deferrable);
}

TEST_CASE("generated columns and modules") {
    const Declaration table = read_declaration(
        "CREATE TABLE t(a, b INT GENERATED ALWAYS AS (a + cast(a AS INT)) STORED, [c d] AS (a||')'), d DEFAULT (cast(1 "
        "AS TEXT)))");
    REQUIRE(table.generated.size() == 2);
    CHECK(table.generated[0].column == "b");
    CHECK(table.generated[0].text == "a + cast(a AS INT)");
    CHECK(table.generated[1].column == "c d");
    CHECK(table.generated[1].text == "a||')'");
    CHECK(read_declaration("CREATE VIRTUAL TABLE \"x y\" USING fts5(a, content='')").module == "fts5");
    CHECK(read_declaration("CREATE VIRTUAL TABLE IF NOT EXISTS x USING \"my mod\"").module == "my mod");
    CHECK(read_declaration("CREATE VIEW v AS SELECT 'CHECK (1)'").checks.empty());
}

TEST_CASE("any text is taken") {
    const std::string sql =
        "CREATE TABLE t(a CHECK (a > '('), CONSTRAINT x FOREIGN KEY (a) REFERENCES p(b) DEFERRABLE, c AS (1))";
    for (size_t i = 0; i <= sql.size(); ++i) {
        read_declaration(sql.substr(0, i));
        read_declaration(sql.substr(i));
        std::string other = sql;
        if (i < other.size()) other[i] = '\0';
        read_declaration(other);
    }
    for (const char* text :
         {"", "CREATE", "CREATE TABLE", "CREATE TABLE t(", "CREATE TABLE t('", "CREATE TABLE t([", "/*", "--",
          "CREATE TABLE t(a REFERENCES", "CREATE TABLE t(a CHECK", "CREATE TABLE t(FOREIGN KEY", "CREATE TABLE t(,,,)",
          "CREATE TABLE t(DEFERRABLE)", "CREATE TABLE t(a CHECK (((((", "CREATE TABLE t(a DEFERRABLE INITIALLY"}) {
        read_declaration(text);
    }
    read_declaration("CREATE TABLE t(a CHECK (" + std::string(1000000, '(') + ")");
}
