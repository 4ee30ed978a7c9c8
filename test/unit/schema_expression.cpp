// Tests of schema/expression.hpp: what a SQLite expression means in PostgreSQL, and what is refused.
#include <doctest/doctest.h>

#include <string>

#include "schema/expression.hpp"

using schema::Field;
using schema::Kind;
using schema::Relation;

namespace {

Relation table() {
    Relation relation{"T", "t", {}, "id"};
    auto add = [&](const char* name, Kind kind, const char* collation = "", const char* sample = "") {
        Field field;
        field.name = field.target = name;
        field.kind = kind;
        field.collation = collation;
        field.sample = sample;
        relation.fields.push_back(field);
    };
    add("id", Kind::integer);
    add("n", Kind::integer);
    add("r", Kind::real);
    add("d", Kind::numeric);
    add("s", Kind::text);
    add("c", Kind::text, "NOCASE");
    add("u", Kind::text, "unicase");
    add("f", Kind::boolean);
    add("b", Kind::bytes);
    add("at", Kind::timestamp, "", "2020-01-01 00:00:00");
    add("odd", Kind::timestamp);
    add("j", Kind::json);
    Field mixed;
    mixed.name = mixed.target = "m";
    mixed.kind = Kind::text;
    mixed.pure = false;
    relation.fields.push_back(mixed);
    return relation;
}

std::string condition(const std::string& sql) { return schema::translate_condition(sql, table()).sql; }
std::string value(const std::string& sql) { return schema::translate_value(sql, table()).sql; }
std::string refusal(const std::string& sql) { return schema::translate_condition(sql, table()).why; }

}  // namespace

TEST_CASE("comparisons") {
    CHECK(condition("n > 0") == "\"n\" > 0");
    CHECK(condition("N == 1 AND [n] != 2") == "(\"n\" = 1) AND (\"n\" <> 2)");
    CHECK(condition("T.n<=5 or `n` is null") == "(\"n\" <= 5) OR (\"n\" IS NULL)");
    CHECK(condition("rowid > 1") == "\"id\" > 1");
    CHECK(condition("n = '5'") == "\"n\" = 5");
    CHECK(condition("s = 5") == "\"s\" = '5'");
    CHECK(condition("s < 'b'") == "\"s\" COLLATE \"C\" < 'b'");
    CHECK(condition("s = \"z z\"") == "\"s\" = 'z z'");
    CHECK(condition("c = 'B'") == "lower(\"c\" COLLATE \"C\") = lower('B' COLLATE \"C\")");
    CHECK(condition("s = 'B' COLLATE NOCASE") == "lower(\"s\" COLLATE \"C\") = lower('B' COLLATE \"C\")");
    CHECK(condition("c = 'B' COLLATE BINARY") == "\"c\" = 'B'");
    CHECK(condition("s IS NOT 'x'") == "\"s\" IS DISTINCT FROM 'x'");
    CHECK(condition("n BETWEEN -1 AND 0x10") == "\"n\" BETWEEN (-1) AND 16");
    CHECK(condition("n NOT IN (1, 2)") == "\"n\" NOT IN (1, 2)");
    CHECK(condition("b = x'00FF'") == "\"b\" = E'\\\\x00ff'::bytea");
    CHECK(condition("n NOTNULL") == "\"n\" IS NOT NULL");
    CHECK(condition("not n -- a comment") == "NOT (\"n\" <> 0)");
    CHECK(condition("NOT n IS NULL") == "NOT (\"n\" IS NULL)");
}

TEST_CASE("truth values") {
    CHECK(condition("f") == "\"f\"");
    CHECK(condition("f = 1") == "\"f\" = true");
    CHECK(condition("f IN (0, 1)") == "\"f\" IN (false, true)");
    CHECK(condition("f IN (0, 2)") == "(\"f\" = false OR \"f\"::integer = 2)");
    CHECK(condition("(n > 0) + (f = true) = 1") == "((\"n\" > 0)::integer + (\"f\" = true)::integer) = 1");
    CHECK(condition("f < 2") == "\"f\"::integer < 2");
}

TEST_CASE("arithmetic") {
    CHECK(value("n * 2 + 1") == "(\"n\" * 2) + 1");
    CHECK(value("n / n") == "\"n\" / NULLIF(\"n\", 0)");
    CHECK(value("n / 2") == "\"n\" / 2");
    CHECK(value("n % 0") == "\"n\" % NULLIF(0, 0)");
    CHECK(value("n * 0.1") == "\"n\" * 0.1::double precision");
    CHECK(schema::translate_value("d * 0.1", table()).note != "");
    CHECK(refusal("d / 2 > 1") != "");
    CHECK(value("s || n") == "\"s\" || \"n\"::text");
    CHECK(refusal("s || r = 'a'") != "");
}

TEST_CASE("LIKE and GLOB") {
    CHECK(condition("s LIKE 'a%'") == "\"s\" COLLATE \"C\" ILIKE 'a%'");
    CHECK(condition("s NOT LIKE 'a\\%'") == "\"s\" COLLATE \"C\" NOT ILIKE E'a\\\\%' ESCAPE ''");
    CHECK(condition("s LIKE '10!%' ESCAPE '!'") == "\"s\" COLLATE \"C\" ILIKE '10!%' ESCAPE '!'");
    CHECK(refusal("s LIKE 'a!' ESCAPE '!'") != "");
    CHECK(condition("s GLOB '[a-c]*.?'") == "\"s\" COLLATE \"C\" ~ E'^[a-c].*\\\\..$'");
    CHECK(condition("s NOT GLOB '*[^0-9]*'") == "\"s\" COLLATE \"C\" !~ '^.*[^0-9].*$'");
    CHECK(condition("s GLOB '[]x]'") == "\"s\" COLLATE \"C\" ~ E'^[\\\\]x]$'");
    CHECK(refusal("s GLOB '[abc'") != "");
    CHECK(refusal("s REGEXP 'a'") != "");
    CHECK(refusal("m LIKE 'a'") != "");
}

TEST_CASE("functions") {
    CHECK(value("lower(s)") == "lower(\"s\" COLLATE \"C\")");
    CHECK(value("ifnull(s, '')") == "COALESCE(\"s\", '')");
    CHECK(value("max(n, 3)") == "CASE WHEN \"n\" IS NULL THEN NULL ELSE GREATEST(\"n\", 3) END");
    CHECK(value("iif(n > 1, 'a', 'b')") == "CASE WHEN \"n\" > 1 THEN 'a' ELSE 'b' END");
    CHECK(value("substr(s, 2, 3)") == "substr(\"s\", 2, 3)");
    CHECK(value("substr(s, -2)") == "right(\"s\", 2)");
    CHECK(refusal("substr(s, n) = 'a'") != "");
    CHECK(value("trim(s)") == "btrim(\"s\", ' ')");
    CHECK(condition("typeof(n) IN ('integer', 'null')").find("'integer'") != std::string::npos);
    CHECK(refusal("typeof(m) = 'text'") != "");
    CHECK(refusal("typeof(d) = 'real'") != "");
    CHECK(condition("json_valid(j)") == "CASE WHEN \"j\" IS NULL THEN NULL ELSE true END");
    CHECK(condition("json_valid(s) = 1 AND n > 0").find("::json IS NOT NULL") != std::string::npos);
    CHECK(refusal("json_valid(s) OR s = ''") != "");
    CHECK(refusal("json_valid(s) = 0") != "");
    CHECK(refusal("pg_read_file(s) = ''") == "the function pg_read_file");
    CHECK(refusal("count(*) > 0") != "");
    CHECK(refusal("(SELECT 1)") != "");
    CHECK(value("CASE n WHEN 1 THEN 'a' END") == "CASE WHEN \"n\" = 1 THEN 'a' END");
    CHECK(value("CAST(r AS INTEGER)") == "trunc(\"r\")::bigint");
    CHECK(refusal("CAST(s AS INTEGER) > 1") != "");
}

TEST_CASE("times: only where both sides are written alike") {
    CHECK(condition("at > '2020-05-05 10:00:00'") == "\"at\" > '2020-05-05 10:00:00'");
    CHECK(refusal("at > '2020-05-05'") != "");
    CHECK(refusal("odd > '2020-05-05 10:00:00'") != "");
    CHECK(condition("at < CURRENT_TIMESTAMP").find("date_trunc('second'") != std::string::npos);
    CHECK(schema::translate_condition("at < datetime('now')", table()).stable);
    CHECK(condition("s <= date('now')").find("to_char(") != std::string::npos);
    CHECK(refusal("at < datetime('now', '-1 day')") != "");
}

TEST_CASE("what is not understood is refused, whatever it is") {
    for (const char* sql : {"",
                            "n >",
                            "n > 0)",
                            "n > 0; DROP TABLE t",
                            "(n > 0",
                            "n > ?1",
                            "n > :a",
                            "n IN ()",
                            "x > 0",
                            "u = 'a'",
                            "m = 'a'",
                            "s > 5.5",
                            "n = s",
                            "s = 'a' 'b'",
                            "'open",
                            "n > 1e",
                            "n > 99999999999999999999",
                            "n = NULL IS",
                            "j = '{}'",
                            "other.n > 0",
                            "temp.T.n > 0",
                            "s -> 'a' = 'b'",
                            "n > 0 AND",
                            "x'0g' = b",
                            "n <- 1 2",
                            "CASE END"}) {
        CAPTURE(sql);
        CHECK(condition(sql) == "");
        CHECK(refusal(sql) != "");
    }
    std::string deep;
    for (int i = 0; i < 100000; ++i)
        deep += "(";
    CHECK(refusal(deep + "n") == "it is nested too deep");
    CHECK(refusal(std::string(100000, '~') + "n") == "it is nested too deep");
}

TEST_CASE("views: what is not understood is refused, and nothing is too deep") {
    const Relation relation = table();
    const std::vector<const Relation*> relations = {&relation};
    const std::vector<std::string> qualified = {"\"s\".\"t\""};
    auto view = [&](const std::string& select) {
        return schema::translate_view("CREATE VIEW v AS " + select, relations, qualified);
    };
    CHECK(view("SELECT n FROM t").sql == "SELECT \"n\" AS \"n\" FROM \"s\".\"t\"");
    CHECK(view("SELECT x.N AS y, count(*) FROM T x GROUP BY y").sql ==
          "SELECT \"x\".\"n\" AS \"y\", count(*) FROM \"s\".\"t\" AS \"x\" GROUP BY \"x\".\"n\"");
    CHECK(view("SELECT s FROM t ORDER BY s LIMIT 2, 5").sql ==
          "SELECT \"s\" AS \"s\" FROM \"s\".\"t\" ORDER BY \"s\" COLLATE \"C\" NULLS FIRST LIMIT 5 OFFSET 2");
    CHECK(view("SELECT a.n FROM t a LEFT JOIN t b ON a.n = b.n, t c").sql ==
          "SELECT \"a\".\"n\" AS \"n\" FROM \"s\".\"t\" AS \"a\" LEFT JOIN \"s\".\"t\" AS \"b\" ON \"a\".\"n\" = "
          "\"b\".\"n\" CROSS JOIN \"s\".\"t\" AS \"c\"");
    CHECK(view("SELECT (SELECT s FROM t) FROM t").sql.find(" LIMIT 1)") != std::string::npos);
    for (const char* select : {"SELECT",
                               "SELECT n",
                               "SELECT n FROM",
                               "SELECT n FROM elsewhere",
                               "SELECT n FROM t; DROP TABLE t",
                               "SELECT n FROM t)",
                               "SELECT DISTINCT c FROM t",
                               "SELECT c FROM t UNION SELECT s FROM t",
                               "SELECT n FROM t UNION SELECT s FROM t",
                               "SELECT pg_read_file('/etc/passwd')",
                               "WITH w AS (SELECT 1) SELECT * FROM w",
                               "SELECT n FROM t GROUP BY c",
                               "SELECT row_number() OVER () FROM t",
                               "SELECT a.n FROM t a NATURAL JOIN t b",
                               "SELECT * FROM json_each('[]')",
                               "SELECT n FROM t WHERE",
                               "SELECT n FROM temp.t",
                               "SELECT n FROM t, t",
                               "SELECT n FROM (SELECT n FROM t)",
                               "VALUES (1)"}) {
        CAPTURE(select);
        CHECK(view(select).sql == "");
        CHECK(view(select).why != "");
    }
    CHECK(view("SELECT n FROM " + std::string(100000, '(') + "t").why == "it is nested too deep");
    std::string deep;
    for (int i = 0; i < 10000; ++i)
        deep += "SELECT (";
    CHECK(view(deep).sql == "");
    deep.clear();
    for (int i = 0; i < 10000; ++i)
        deep += "SELECT n FROM (";
    CHECK(view(deep).sql == "");
}
