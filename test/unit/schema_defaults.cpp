// Tests of schema/default_value.hpp: DEFAULT clauses as SQLite keeps them.
#include <doctest/doctest.h>

#include "schema/default_value.hpp"

using schema::default_for;

namespace {

// The expression, "" for none, "!" for one that is not carried.
std::string carried(const std::string& clause, const std::string& type) {
    sqlite::Column column;
    column.has_default = true;
    column.default_sql = clause;
    const schema::DefaultChoice choice = default_for(column, type);
    return choice.carried ? choice.sql : "!";
}

const char* const stamp = "timestamp without time zone";
const char* const stamptz = "timestamp with time zone";

}  // namespace

TEST_CASE("literals, typed for the column") {
    const struct {
        const char *clause, *type, *sql;
    } cases[] = {
        {"0", "bigint", "0"},
        {"-1", "bigint", "-1"},
        {"- 5", "bigint", "-5"},
        {"+5", "bigint", "5"},
        {"0x10", "bigint", "16"},
        {"(1)", "bigint", "1"},
        {"((1))", "bigint", "1"},
        {"'0'", "bigint", "0"},
        {"1.0", "bigint", "1"},
        {"TRUE", "bigint", "1"},
        {"false", "bigint", "0"},
        {"1.5", "bigint", "!"},
        {"'abc'", "bigint", "!"},
        {"''", "bigint", "!"},
        {"99999999999999999999", "bigint", "!"},
        {"0", "boolean", "false"},
        {"1", "boolean", "true"},
        {"'1'", "boolean", "true"},
        {"true", "boolean", "true"},
        {"'FALSE'", "boolean", "false"},
        {"\"t\"", "boolean", "true"},
        {"2", "boolean", "!"},
        {"0.0", "double precision", "0.0"},
        {".5", "double precision", "0.5"},
        {"1e5", "double precision", "1e5"},
        {"9e999", "double precision", "!"},
        {"4.99", "numeric(4,2)", "4.99"},
        {"4.999", "numeric(4,2)", "!"},
        {"123", "numeric(4,2)", "!"},
        {"0", "numeric(2,2)", "0"},
        {"1", "numeric", "1"},
        {"''", "text", "''"},
        {"'it''s'", "text", "'it''s'"},
        {"\"dq\"", "text", "'dq'"},
        {"foo", "text", "'foo'"},
        {"'a\\b'", "text", "E'a\\\\b'"},
        {"0", "text", "'0'"},
        {"1.50", "text", "'1.5'"},
        {"1.0", "text", "'1.0'"},
        {"TRUE", "text", "'1'"},
        {"1e5", "text", "!"},
        {"x'00'", "text", "!"},
        {"'abc'", "character varying(3)", "'abc'"},
        {"'abcd'", "character varying(3)", "!"},
        {"x'00fF'", "bytea", "E'\\\\x00ff'::bytea"},
        {"'a'", "bytea", "E'\\\\x61'::bytea"},
        {"x'0'", "bytea", "!"},
        {"1", "bytea", "!"},
        {"'2024-01-02'", "date", "'2024-01-02'"},
        {"'0000-00-00'", "date", "!"},
        {"'12:00'", "time without time zone", "'12:00'"},
        {"'2024-01-02 03:04'", stamp, "'2024-01-02 03:04'"},
        {"'2024-01-02 03:04Z'", stamp, "!"},
        {"'2024-01-02 03:04Z'", stamptz, "'2024-01-02 03:04Z'"},
        {"\"2000-01-01 00:00:00+00:00\"", stamptz, "'2000-01-01 00:00:00+00:00'"},
        {"'2024-01-02 03:04'", stamptz, "!"},
        {"0", stamp, "!"},
        {"'6F9619FF8B86D011B42D00C04FC964FF'", "uuid", "'6f9619ff8b86d011b42d00c04fc964ff'::uuid"},
        {"''", "uuid", "!"},
        {"x'00112233445566778899aabbccddeeff'", "uuid", "'00112233445566778899aabbccddeeff'::uuid"},
        {"'{}'", "json", "'{}'"},
        {"\"{}\"", "jsonb", "'{}'"},
        {"'{'", "json", "!"},
        {"'[\"\\u0000\"]'", "jsonb", "!"},
        {"NULL", "bigint", ""},
        {"null", "text", ""},
        {"(NULL)", stamp, ""},
    };
    for (const auto& c : cases) {
        CAPTURE(c.clause);
        CAPTURE(c.type);
        CHECK(carried(c.clause, c.type) == c.sql);
    }
}

TEST_CASE("the clock") {
    CHECK(carried("CURRENT_TIMESTAMP", stamptz) == "CURRENT_TIMESTAMP");
    CHECK(carried("current_timestamp", stamp) == "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')");
    CHECK(carried("datetime('now')", stamp) == "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')");
    CHECK(carried("(DATETIME( 'now' ))", stamp) == "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')");
    CHECK(carried("CURRENT_DATE", "date") == "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date");
    CHECK(carried("CURRENT_TIME", "time without time zone") == "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::time");
    CHECK(carried("CURRENT_TIMESTAMP", "text") ==
          "to_char((CURRENT_TIMESTAMP AT TIME ZONE 'UTC'), 'YYYY-MM-DD HH24:MI:SS')");
    CHECK(carried("strftime('%Y-%m-%dT%H:%M:%fZ','now')", "text") ==
          "to_char((CURRENT_TIMESTAMP AT TIME ZONE 'UTC'), 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')");
    CHECK(carried("STRFTIME('%Y-%m-%d %H:%M:%f', 'now')", stamp) == "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')");
    CHECK(carried("CAST(strftime('%s','now') AS INTEGER)", "bigint") ==
          "floor(extract(epoch FROM CURRENT_TIMESTAMP))::bigint");
    CHECK(carried("unixepoch()", "bigint") == "floor(extract(epoch FROM CURRENT_TIMESTAMP))::bigint");
    CHECK(carried("CURRENT_TIMESTAMP", "bigint") == "!");
    CHECK(carried("CURRENT_TIMESTAMP", "character varying(19)") != "!");
    CHECK(carried("CURRENT_TIMESTAMP", "character varying(18)") == "!");
    CHECK(carried("strftime('%Y-%m-%dT%H:%M:%fZ','now')", "character varying(24)") != "!");
    CHECK(carried("strftime('%Y-%m-%dT%H:%M:%fZ','now')", "character varying(23)") == "!");
    CHECK(carried("unixepoch()", "numeric(5,0)") == "!");
    CHECK(carried("unixepoch()", "numeric(20,2)") != "!");
    CHECK(carried("CURRENT_TIMESTAMP", "boolean") == "!");
}

TEST_CASE("anything else is not carried, and never reaches the server") {
    for (const char* clause : {"datetime('now','localtime')",
                               "randomblob(16)",
                               "'r'||lower(hex(randomblob(7)))",
                               "1+1",
                               "(1)+(2)",
                               "abs(-1)",
                               "0); DROP TABLE x; --",
                               "'a' || 'b'",
                               "''''||(SELECT 1)",
                               "strftime('%j','now')",
                               "strftime('%Y''','now')",
                               "",
                               "'",
                               "(",
                               "now()",
                               "x'zz'",
                               "0x",
                               "1 2",
                               "'a' 'b'",
                               "strftime('",
                               "cast(",
                               "\xFF(",
                               "- -",
                               "0xFFFFFFFFFFFFFFFFFF"}) {
        for (const char* type : {"bigint", "text", "bytea", "boolean", "json", stamp}) {
            CAPTURE(clause);
            CAPTURE(type);
            CHECK(carried(clause, type) == "!");
        }
    }
}
