// Tests of schema/ddl.hpp: primary keys, uniques, indexes, foreign keys, over data that does or does not allow them.
#include <doctest/doctest.h>

#include "schema_design.hpp"

using unit::Designed;

namespace {

const char* const a = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
const char* const a_upper = "6F9619FF8B86D011B42D00C04FC964FF";
const char* const b = "00000000-0000-0000-0000-000000000001";

std::string q(const std::string& text) { return "('" + text + "')"; }

}  // namespace

TEST_CASE("composite keys keep their order; NULL in a key makes it UNIQUE") {
    const Designed d(
        "CREATE TABLE p (x TEXT, y INT, PRIMARY KEY (y, x)) WITHOUT ROWID; CREATE TABLE n (x TEXT PRIMARY KEY); INSERT "
        "INTO n VALUES (NULL), (NULL), ('a');");
    CHECK(d.has("ALTER TABLE \"t\".\"p\" ADD CONSTRAINT \"p_pkey\" PRIMARY KEY (\"y\", \"x\")"));
    CHECK(d.column("p", "x") == "text NOT NULL");
    CHECK(d.has("ALTER TABLE \"t\".\"n\" ADD CONSTRAINT \"n_x_key\" UNIQUE (\"x\")"));
    CHECK(d.report("n_x_key", "NULL in \"x\" (2 rows)") != "");
}

TEST_CASE("UNIQUE constraints, their doubles, and unique indexes") {
    const Designed d(
        "CREATE TABLE a (id INTEGER PRIMARY KEY UNIQUE, x, y, UNIQUE (x, y), UNIQUE (y, x), UNIQUE (y, y)); CREATE "
        "UNIQUE INDEX u ON a (x DESC);");
    CHECK(d.has("ALTER TABLE \"t\".\"a\" ADD CONSTRAINT \"a_x_y_key\" UNIQUE (\"x\", \"y\")"));
    CHECK(d.has("ALTER TABLE \"t\".\"a\" ADD CONSTRAINT \"a_y_x_key\" UNIQUE (\"y\", \"x\")"));
    CHECK(d.has("ALTER TABLE \"t\".\"a\" ADD CONSTRAINT \"a_y_key\" UNIQUE (\"y\")"));
    CHECK(d.has("CREATE UNIQUE INDEX \"u\" ON \"t\".\"a\" (\"x\" DESC)"));
    CHECK(d.script().find("UNIQUE (\"id\")") == std::string::npos);
}

TEST_CASE("partial and expression indexes keep their condition, or are reported, never widened") {
    const Designed d(
        "CREATE TABLE a (x TEXT, y INT, \"Z z\" BOOLEAN); CREATE UNIQUE INDEX p ON a (x) WHERE y > 0 AND x <> \"foo\";"
        "CREATE INDEX e ON a (lower(x), y DESC); CREATE INDEX g ON a (x) WHERE y IS NULL -- why\n;"
        "CREATE INDEX b ON a (y) WHERE [z Z] = 0; CREATE INDEX s ON a (substr(x, 0, 10) COLLATE NOCASE);"
        "CREATE INDEX r ON a (x) WHERE printf('%d', y) = 'a'; CREATE UNIQUE INDEX q ON a (printf('%d', y));"
        "CREATE INDEX c ON a (x) WHERE x < 'b';");
    CHECK(d.has("CREATE UNIQUE INDEX \"p\" ON \"t\".\"a\" (\"x\") WHERE (\"y\" > 0) AND (\"x\" <> 'foo')"));
    CHECK(d.has("CREATE INDEX \"e\" ON \"t\".\"a\" ((lower(\"x\" COLLATE \"C\")), \"y\" DESC)"));
    CHECK(d.has("CREATE INDEX \"g\" ON \"t\".\"a\" (\"x\") WHERE \"y\" IS NULL"));
    CHECK(d.has("CREATE INDEX \"b\" ON \"t\".\"a\" (\"y\") WHERE \"Z z\" = false"));
    CHECK(d.has("CREATE INDEX \"s\" ON \"t\".\"a\" ((lower(substr(\"x\", 0, 10) COLLATE \"C\")))"));
    CHECK(d.has("CREATE INDEX \"c\" ON \"t\".\"a\" (\"x\") WHERE \"x\" COLLATE \"C\" < 'b'"));
    CHECK(d.report("index \"r\"", "not carried: the function printf. CREATE INDEX r") != "");
    CHECK(d.report("unique index \"q\"", "the function printf") != "");
}

TEST_CASE("NOCASE and RTRIM: keys stay unique as in SQLite, beside the plain constraint") {
    const Designed d(
        "CREATE TABLE a (x TEXT COLLATE NOCASE UNIQUE, y TEXT, n INT COLLATE NOCASE UNIQUE, r TEXT COLLATE RTRIM);"
        "CREATE INDEX i ON a (y COLLATE NOCASE DESC); CREATE UNIQUE INDEX u ON a (r, y COLLATE BINARY);"
        "CREATE TABLE k (x TEXT COLLATE NOCASE PRIMARY KEY) WITHOUT ROWID;");
    CHECK(d.has("ALTER TABLE \"t\".\"a\" ADD CONSTRAINT \"a_x_key\" UNIQUE (\"x\")"));
    CHECK(d.has("CREATE UNIQUE INDEX \"a_x_key_collated\" ON \"t\".\"a\" ((lower(\"x\" COLLATE \"C\")))"));
    CHECK(d.has("ALTER TABLE \"t\".\"a\" ADD CONSTRAINT \"a_n_key\" UNIQUE (\"n\")"));
    CHECK(d.script().find("a_n_key_collated") == std::string::npos);
    CHECK(d.has("CREATE INDEX \"i\" ON \"t\".\"a\" ((lower(\"y\" COLLATE \"C\")) DESC)"));
    CHECK(d.has("CREATE UNIQUE INDEX \"u\" ON \"t\".\"a\" ((rtrim(\"r\", ' ')), \"y\")"));
    CHECK(d.has("CREATE UNIQUE INDEX \"k_pkey_collated\" ON \"t\".\"k\" ((lower(\"x\" COLLATE \"C\")))"));
}

TEST_CASE("what a btree cannot hold is reported") {
    const Designed d(
        "CREATE TABLE a (x TEXT UNIQUE, j JSON, k TEXT); CREATE INDEX ij ON a (j); CREATE INDEX ik ON a (k);"
        "INSERT INTO a VALUES (hex(zeroblob(1500)), '{}', 'short');");
    CHECK(d.report("UNIQUE (\"x\")", "its entries may have 3004 bytes") != "");
    CHECK(d.report("index \"ij\"", "json") != "");
    CHECK(d.has("CREATE INDEX \"ik\" ON \"t\".\"a\" (\"k\")"));
    std::string columns, list;
    for (int i = 0; i < 33; ++i) {
        columns += (i == 0 ? "c" : ", c") + std::to_string(i) + " INT";
        list += (i == 0 ? "c" : ", c") + std::to_string(i);
    }
    const Designed wide("CREATE TABLE w (" + columns + ", PRIMARY KEY (" + list + "));");
    CHECK(wide.report("primary key of", "33 columns") != "");
}

TEST_CASE("a type that would make two keys equal is given up for text") {
    const std::string table = "CREATE TABLE t (k UUID PRIMARY KEY); INSERT INTO t VALUES ";
    CHECK(Designed(table + q(a) + "," + q(b) + ";").column("t", "k") == "uuid");
    CHECK(Designed(table + q(a_upper) + "," + q(b) + ";").column("t", "k") ==
          "uuid");  // spelled differently, but not the same
    CHECK(Designed(table + q(a) + "," + q(a_upper) + ";").column("t", "k") == "text");
    CHECK(Designed(table + q(a) + ", (x'6f9619ff8b86d011b42d00c04fc964ff');").column("t", "k") == "bytea");
    CHECK(Designed("CREATE TABLE t (k UUID); INSERT INTO t VALUES " + q(a) + "," + q(a_upper) + ";").column("t", "k") ==
          "uuid");

    const std::string stamps = "CREATE TABLE t (k DATETIME UNIQUE, n INT); INSERT INTO t VALUES ";
    CHECK(Designed(stamps + "('2024-01-02', 1), ('2024-01-02 00:01', 2);").column("t", "k") ==
          "timestamp without time zone");
    const Designed merged(stamps + "('2024-01-02', 1), ('2024-01-02 00:00', 2);");
    CHECK(merged.column("t", "k") == "text");
    CHECK(merged.has("ALTER TABLE \"t\".\"t\" ADD CONSTRAINT \"t_k_key\" UNIQUE (\"k\")"));
    CHECK(merged.design.tables[0].columns[0].why ==
          "declared DATETIME, but values of a unique key would become equal as timestamp without time zone");
    // A second column that keeps the rows apart.
    CHECK(Designed("CREATE TABLE t (k DATETIME, n INT, UNIQUE (n, k)); INSERT INTO t VALUES ('2024-01-02', 1), "
                   "('2024-01-02 00:00', 2);")
              .column("t", "k") == "timestamp without time zone");
    CHECK(Designed("CREATE TABLE t (k BOOLEAN UNIQUE); INSERT INTO t VALUES ('yes'), ('true');").column("t", "k") ==
          "text");
}

TEST_CASE("keys that only SQLite can hold apart are reported") {
    const Designed d("CREATE TABLE t (k UNIQUE); INSERT INTO t VALUES (1), ('1');");
    CHECK(d.column("t", "k") == "text");
    CHECK(d.report("UNIQUE (\"k\")", "would be equal") != "");
    CHECK(d.script().find("UNIQUE") == std::string::npos);
    CHECK(Designed("CREATE TABLE t (k UNIQUE); INSERT INTO t VALUES (1), ('2'), (NULL), (NULL);").reports() == 0);
}

TEST_CASE("foreign keys: not valid first, then validated") {
    const Designed d(
        "CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES P ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE "
        "INITIALLY DEFERRED);"
        "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (2, NULL);");
    CHECK(
        d.has("ALTER TABLE \"t\".\"c\" ADD CONSTRAINT \"c_p_fkey\" FOREIGN KEY (\"p\") REFERENCES \"t\".\"p\" (\"id\") "
              "ON UPDATE SET NULL ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID"));
    CHECK(d.has("ALTER TABLE \"t\".\"c\" VALIDATE CONSTRAINT \"c_p_fkey\""));
    CHECK(d.reports() == 0);
}

TEST_CASE("foreign keys that do not hold are reported with the reason") {
    const Designed d(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, x TEXT, y TEXT, PRIMARYX TEXT); CREATE TABLE c (a INT REFERENCES p, b "
        "TEXT REFERENCES p (x), d REFERENCES gone, e TEXT REFERENCES p (id),"
        "f INT REFERENCES p (nowhere));"
        "INSERT INTO p VALUES (1, 'x', 'y', ''); INSERT INTO c VALUES (1, 'x', NULL, '1', NULL), (7, NULL, NULL, NULL, "
        "NULL), (8, NULL, NULL, NULL, NULL), (7, NULL, NULL, NULL, NULL);");
    CHECK(d.report("foreign key (\"a\")", "3 rows have no parent, for example 7, 8") != "");
    CHECK(d.report("foreign key (\"a\")", ". Draft: ALTER TABLE ").find(" NOT VALID") != std::string::npos);
    CHECK(d.report("foreign key (\"b\")", "no carried key of \"t\".\"p\" has exactly the columns (\"x\")") != "");
    CHECK(d.report("foreign key (\"d\")", "parent table \"gone\" is not among") != "");
    CHECK(d.report("foreign key (\"e\")", "the types differ: \"e\" is text, \"id\" of \"t\".\"p\" is bigint") != "");
    CHECK(d.report("foreign key (\"f\")", "has no column \"nowhere\"") != "");
    CHECK(d.script().find("FOREIGN") == std::string::npos);
}

TEST_CASE("composite foreign keys by MATCH SIMPLE, parents with NULL, other collations") {
    const Designed d(
        "CREATE TABLE p (a TEXT COLLATE NOCASE, b INT, UNIQUE (b, a)); INSERT INTO p VALUES ('x', 1), (NULL, 2), ('y', "
        "NULL);"
        "CREATE TABLE c (a TEXT, b INT, FOREIGN KEY (a, b) REFERENCES p (a, b)); INSERT INTO c VALUES ('x', 1), (NULL, "
        "9), ('q', NULL);"
        "CREATE TABLE e (a TEXT, b INT, FOREIGN KEY (a, b) REFERENCES p (a, b)); INSERT INTO e VALUES ('X', 1), ('z', "
        "2);");
    CHECK(
        d.has("ALTER TABLE \"t\".\"c\" ADD CONSTRAINT \"c_a_b_fkey\" FOREIGN KEY (\"a\", \"b\") REFERENCES \"t\".\"p\" "
              "(\"a\", \"b\") NOT VALID"));
    CHECK(d.report("foreign key (\"a\", \"b\") of \"t\".\"e\"",
                   "2 rows have no parent, for example ('X', 1), ('z', 2)") != "");
}

TEST_CASE("a child takes its parent's type where its values allow") {
    const Designed d(
        "CREATE TABLE p (id UUID PRIMARY KEY); CREATE TABLE c (p TEXT REFERENCES p, q VARCHAR(36) REFERENCES p);"
        "CREATE TABLE g (c REFERENCES n); CREATE TABLE n (id TEXT PRIMARY KEY); CREATE TABLE i (id INTEGER PRIMARY "
        "KEY); CREATE TABLE j (i NUMERIC REFERENCES i);"
        "INSERT INTO p VALUES " +
        q(a) + "; INSERT INTO c VALUES ('" + a_upper + "', NULL); INSERT INTO i VALUES (5); INSERT INTO j VALUES (5);");
    CHECK(d.column("c", "p") == "uuid");
    CHECK(d.column("c", "q") == "uuid");
    CHECK(d.column("g", "c") == "text");
    CHECK(d.column("j", "i") == "bigint");
    CHECK(d.report("foreign key") == "");
    CHECK(d.design.tables[1].columns[0].why == "declared TEXT, as \"id\" of \"t\".\"p\" to which it refers");
}

TEST_CASE("a child follows when its parent's type is given up") {
    const Designed d(
        "CREATE TABLE p (id UUID PRIMARY KEY); CREATE TABLE c (p UUID REFERENCES p);"
        "INSERT INTO p VALUES " +
        q(a) + "," + q(a_upper) + "; INSERT INTO c VALUES " + q(a) + ";");
    CHECK(d.column("p", "id") == "text");
    CHECK(d.column("c", "p") == "text");
    CHECK(d.report("foreign key") == "");
}

TEST_CASE("a key of a table to itself and two keys of one name") {
    const Designed d(
        "CREATE TABLE n (id INTEGER PRIMARY KEY, up INT CONSTRAINT up REFERENCES n, other INT CONSTRAINT up REFERENCES "
        "n); INSERT INTO n VALUES (1, NULL, 1), (2, 1, 1);");
    CHECK(
        d.has("ALTER TABLE \"t\".\"n\" ADD CONSTRAINT \"up\" FOREIGN KEY (\"up\") REFERENCES \"t\".\"n\" (\"id\") NOT "
              "VALID"));
    CHECK(d.script().find("ADD CONSTRAINT \"up_") != std::string::npos);
}
