// Tests of sqlite/catalog.hpp: tables, columns, keys, indexes.
#include <doctest/doctest.h>

#include "sqlite/catalog.hpp"
#include "sqlite_files.hpp"

using namespace unit;
using base::ErrorKind;
using sqlite::Affinity;
using sqlite::Table;
using sqlite::TableKind;

TEST_CASE("affinity by SQLite's five rules, in their order") {
    struct {
        const char* type;
        Affinity affinity;
    } cases[] = {{"INTEGER", Affinity::integer},
                 {"tinyint(1)", Affinity::integer},
                 {"CHARINT", Affinity::integer},
                 {"FLOATING POINT", Affinity::integer},
                 {"VARCHAR(20)", Affinity::text},
                 {"clob", Affinity::text},
                 {"TEXT", Affinity::text},
                 {"BLOB", Affinity::blob},
                 {"", Affinity::blob},
                 {"REAL", Affinity::real},
                 {"double precision", Affinity::real},
                 {"FLOAT", Affinity::real},
                 {"NUMERIC", Affinity::numeric},
                 {"BOOLEAN", Affinity::numeric},
                 {"DATETIME", Affinity::numeric},
                 {"STRING", Affinity::numeric},
                 {"DECIMAL(10,5)", Affinity::numeric},
                 {"CHARBLOB", Affinity::text},
                 {"BLOBREAL", Affinity::blob}};
    for (const auto& c : cases) {
        CAPTURE(c.type);
        CHECK(sqlite::affinity_of(c.type) == c.affinity);
    }
    CHECK(std::string(sqlite::affinity_name(Affinity::numeric)) == "NUMERIC");
    CHECK(std::string(sqlite::kind_name(TableKind::virtual_table)) == "virtual");
    CHECK(sqlite::is_builtin_collation("nocase"));
    CHECK_FALSE(sqlite::is_builtin_collation("unicase"));
}

TEST_CASE("columns") {
    SqliteFiles files;
    const auto database = files.database(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, a VARCHAR(10) NOT NULL DEFAULT 'it''s' COLLATE NOCASE, b, c TEXT "
        "DEFAULT NULL,"
        " g INT GENERATED ALWAYS AS (id * 2) VIRTUAL, s TEXT AS (a || 'x') STORED, d DEFAULT (1 + 2));");
    const Table table = sqlite::read_table(database, "t");
    CHECK(table.kind == TableKind::table);
    CHECK(table.problem == "");
    CHECK(contains(table.sql, "CREATE TABLE t("));
    REQUIRE(table.columns.size() == 7);
    CHECK(table.rowid_alias == "id");
    CHECK(table.columns[0].key_position == 1);
    CHECK_FALSE(table.columns[0].not_null);
    CHECK(table.columns[1].declared_type == "VARCHAR(10)");
    CHECK(table.columns[1].affinity == Affinity::text);
    CHECK(table.columns[1].not_null);
    CHECK(table.columns[1].default_sql == "'it''s'");
    CHECK(table.columns[1].collation == "NOCASE");
    CHECK(table.columns[2].declared_type == "");
    CHECK(table.columns[2].affinity == Affinity::blob);
    CHECK(table.columns[2].collation == "BINARY");
    CHECK_FALSE(table.columns[2].has_default);
    CHECK(table.columns[3].has_default);
    CHECK(table.columns[3].default_sql == "NULL");
    CHECK(table.columns[4].generated);
    CHECK_FALSE(table.columns[4].generated_stored);
    CHECK(table.columns[4].generated_sql == "id * 2");
    CHECK(table.columns[5].generated_stored);
    CHECK(table.columns[5].generated_sql == "a || 'x'");
    CHECK(table.columns[6].default_sql == "1 + 2");
}

TEST_CASE("which INTEGER PRIMARY KEY is the rowid") {
    SqliteFiles files;
    const auto tables = sqlite::read_tables(files.database(
        "CREATE TABLE a(\"the id\" integer primary key); CREATE TABLE b(x INT PRIMARY KEY); CREATE TABLE c(x INTEGER "
        "PRIMARY KEY DESC);"
        "CREATE TABLE d(x INTEGER, PRIMARY KEY(x)); CREATE TABLE e(x INTEGER, y INTEGER, PRIMARY KEY(x, y));"
        "CREATE TABLE f(x INTEGER PRIMARY KEY) WITHOUT ROWID; CREATE TABLE g(x \"INTEGER\" PRIMARY KEY); CREATE TABLE "
        "h(x BIGINTEGER PRIMARY KEY);"
        "CREATE TABLE i(x INTEGER, PRIMARY KEY(x DESC)); CREATE TABLE j(x)"));
    const Names expected = {"the id", "", "", "x", "", "", "x", "", "x", ""};
    for (size_t i = 0; i < tables.size(); ++i) {
        CAPTURE(tables[i].sql);
        CHECK(tables[i].rowid_alias == expected[i]);
    }
    CHECK(find(tables, "f").without_rowid);
    CHECK(find(tables, "f").columns[0].not_null);
    CHECK(find(tables, "e").columns[1].key_position == 2);
}

TEST_CASE("odd names") {
    SqliteFiles files;
    const Names names = {"a\"\"b", "x y",  "select", "Ünï",     "日本語", "it's",
                         "a;b--c", "[br]", "",       "tab\tle", "%s",     "sqlit_x"};
    std::string sql;
    for (const std::string& name : names) {
        std::string quoted;
        for (const char c : name)
            quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
        quoted = "\"" + quoted + "\"";
        sql += "CREATE TABLE " + quoted + "(" + quoted + " TEXT PRIMARY KEY REFERENCES " + quoted +
               ", \"rowid\" INT, CHECK (" + quoted + " <> ''));" + "CREATE INDEX " + "\"ix " + quoted.substr(1) +
               " ON " + quoted + "(" + quoted + " DESC);" + "INSERT INTO " + quoted + " VALUES ('a', 1), ('b', 2);";
    }
    const auto database = files.database(sql);
    const auto tables = sqlite::read_tables(database);
    CHECK(names_of(tables) == names);
    for (const Table& table : tables) {
        CAPTURE(table.name);
        CHECK(table.problem == "");
        REQUIRE(table.columns.size() == 2);
        CHECK(table.columns[0].name == table.name);
        CHECK(table.checks.size() == 1);
        CHECK(table.rows_estimate == 2);
        REQUIRE(table.indexes.size() == 2);
        CHECK(table.indexes[0].origin == 'p');
        CHECK(table.indexes[1].name == "ix " + table.name);
        REQUIRE(table.indexes[1].columns.size() == 1);
        CHECK(table.indexes[1].columns[0].name == table.name);
        CHECK(table.indexes[1].columns[0].descending);
        REQUIRE(table.foreign_keys.size() == 1);
        CHECK(table.foreign_keys[0].parent == table.name);
        CHECK(table.foreign_keys[0].parent_columns == Names{table.name});
        CHECK(sqlite::read_table(database, table.name).name == table.name);
    }
}

TEST_CASE("a table by name") {
    SqliteFiles files;
    const auto database = files.database("CREATE TABLE Users(a); CREATE VIEW orders AS SELECT 1 AS one");
    CHECK(sqlite::read_table(database, "Users").name == "Users");
    CHECK(sqlite::read_table(database, "USERS").name == "Users");
    const base::Error error = error_of([&] { sqlite::read_table(database, "user"); });
    CHECK(error.kind == ErrorKind::undefined_object);
    CHECK(contains(error.text, "has no table \"user\""));
    CHECK(contains(error.hint, "\"Users\""));
    CHECK(error_of([&] { sqlite::read_table(database, "sqlite_schema"); }).kind == ErrorKind::undefined_object);
    CHECK(error_of([&] { sqlite::read_table(database, "quite different"); }).hint == "");
}

TEST_CASE("foreign keys in the order of their declaration") {
    SqliteFiles files;
    const auto tables =
        sqlite::read_tables(files.database("CREATE TABLE p(b INT, a INT, PRIMARY KEY (a, b)); CREATE TABLE q(id "
                                           "INTEGER PRIMARY KEY, u UNIQUE); CREATE TABLE none(x);"
                                           "CREATE TABLE c(x INT CONSTRAINT to_q REFERENCES q ON DELETE CASCADE "
                                           "DEFERRABLE INITIALLY DEFERRED, y INT, z INT REFERENCES q(u),"
                                           " w INT REFERENCES missing, v INT REFERENCES none,"
                                           " CONSTRAINT two FOREIGN KEY (y, z) REFERENCES P ON UPDATE SET NULL, "
                                           "FOREIGN KEY (z, y) REFERENCES p(a, b) DEFERRABLE)"));
    const auto& keys = find(tables, "c").foreign_keys;
    REQUIRE(keys.size() == 6);
    CHECK(keys[0].name == "to_q");
    CHECK(keys[0].columns == Names{"x"});
    CHECK(keys[0].parent_columns == Names{"id"});
    CHECK(keys[0].on_delete == "CASCADE");
    CHECK(keys[0].on_update == "NO ACTION");
    CHECK(keys[0].deferrable);
    CHECK(keys[0].deferrable_initially_deferred);
    CHECK(keys[1].parent_columns == Names{"u"});
    CHECK_FALSE(keys[1].deferrable);
    CHECK(keys[2].parent == "missing");
    CHECK(keys[2].parent_columns.empty());
    CHECK(keys[3].parent_columns.empty());
    CHECK(keys[4].name == "two");
    CHECK(keys[4].columns == Names{"y", "z"});
    CHECK(keys[4].parent_columns == Names{"a", "b"});  // in the order of the key, not of the table
    CHECK(keys[4].on_update == "SET NULL");
    CHECK(keys[5].name == "");
    CHECK(keys[5].deferrable);
    CHECK_FALSE(keys[5].deferrable_initially_deferred);
}

TEST_CASE("a key that was added later") {
    SqliteFiles files;
    const auto tables = sqlite::read_tables(
        files.database("CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(a INT CONSTRAINT first REFERENCES p);"
                       "ALTER TABLE c ADD COLUMN b INT CONSTRAINT second REFERENCES p DEFERRABLE INITIALLY DEFERRED; "
                       "ALTER TABLE c RENAME COLUMN a TO aa;"
                       "ALTER TABLE p RENAME TO \"p p\""));
    const auto& keys = find(tables, "c").foreign_keys;
    REQUIRE(keys.size() == 2);
    CHECK(keys[0].name == "first");
    CHECK(keys[0].columns == Names{"aa"});
    CHECK(keys[0].parent == "p p");
    CHECK(keys[1].name == "second");
    CHECK(keys[1].deferrable_initially_deferred);
}

TEST_CASE("indexes") {
    SqliteFiles files;
    const auto tables =
        sqlite::read_tables(files.database("CREATE TABLE t(a TEXT UNIQUE, b INT, c TEXT COLLATE NOCASE, UNIQUE (b, c));"
                                           "CREATE INDEX plain ON t(c); CREATE UNIQUE INDEX part ON t(b DESC) WHERE a "
                                           "IS NOT NULL; CREATE INDEX expr ON t(lower(a), c COLLATE RTRIM)"));
    const auto& indexes = find(tables, "t").indexes;
    REQUIRE(indexes.size() == 5);
    CHECK(indexes[0].origin == 'u');
    CHECK(indexes[0].unique);
    CHECK(indexes[0].sql == "");
    CHECK(indexes[1].columns.size() == 2);
    CHECK(indexes[2].name == "plain");
    CHECK(indexes[2].origin == 'c');
    CHECK(indexes[2].sql == "CREATE INDEX plain ON t(c)");
    CHECK(indexes[2].columns[0].collation == "NOCASE");
    CHECK(indexes[3].partial);
    CHECK(indexes[3].unique);
    CHECK(indexes[3].columns[0].descending);
    CHECK(indexes[4].columns[0].expression);
    CHECK(indexes[4].columns[0].name == "");
    CHECK(indexes[4].columns[1].collation == "RTRIM");
}

TEST_CASE("AUTOINCREMENT, sequences and estimates") {
    SqliteFiles files;
    const auto tables = sqlite::read_tables(files.database(
        "CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO a VALUES (7); DELETE FROM a; INSERT INTO a "
        "DEFAULT VALUES;"
        "CREATE TABLE unused(id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE note(id INTEGER PRIMARY KEY /* "
        "AUTOINCREMENT */);"
        "CREATE TABLE spread(x); INSERT INTO spread(rowid, x) VALUES (-9223372036854775808, 1), (9223372036854775807, "
        "2);"
        "CREATE TABLE shadowed(rowid, _rowid_, oid); INSERT INTO shadowed VALUES (100, 100, 100); CREATE TABLE "
        "half(rowid, oid); INSERT INTO half VALUES (5, 5);"
        "CREATE TABLE w(a PRIMARY KEY) WITHOUT ROWID; CREATE TABLE empty(a);"
        "CREATE TABLE counted(a); CREATE INDEX ci ON counted(a); CREATE INDEX cp ON counted(a) WHERE a > 90;"
        "INSERT INTO counted WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n WHERE i<100) SELECT i FROM "
        "n; ANALYZE counted"));
    CHECK(find(tables, "a").autoincrement);
    CHECK(find(tables, "a").sequence == 8);
    CHECK(find(tables, "a").rows_estimate == 1);
    CHECK(find(tables, "unused").autoincrement);
    CHECK(find(tables, "unused").sequence == -1);
    CHECK(find(tables, "unused").rows_estimate == 0);
    CHECK_FALSE(find(tables, "note").autoincrement);
    CHECK(find(tables, "spread").rows_estimate > 1);
    CHECK(find(tables, "spread").rows_estimate < 100000);  // no more than the file has place for
    CHECK(find(tables, "shadowed").rows_estimate == -1);
    CHECK(find(tables, "half").rows_estimate == 1);
    CHECK(find(tables, "w").rows_estimate == -1);
    CHECK(find(tables, "empty").rows_estimate == 0);
    CHECK(find(tables, "counted").rows_estimate == 100);
    CHECK(tables.size() == 9);  // no sqlite_sequence, no sqlite_stat1
}

TEST_CASE("STRICT") {
    SqliteFiles files;
    const auto tables =
        sqlite::read_tables(files.database("CREATE TABLE s(a INT, b ANY, c BLOB) STRICT; CREATE TABLE l(b ANY)"));
    CHECK(tables[0].strict);
    CHECK(tables[0].columns[1].affinity == Affinity::blob);
    CHECK_FALSE(tables[1].strict);
    CHECK(tables[1].columns[0].affinity == Affinity::numeric);
}

TEST_CASE("checks with their names") {
    SqliteFiles files;
    const Table table =
        sqlite::read_table(files.database("CREATE TABLE t(a INT CONSTRAINT pos CHECK (a > 0), CHECK (a < 10))"), "t");
    CHECK(table.checks == Names{"a > 0", "a < 10"});
    CHECK(table.check_names == Names{"pos", ""});
}

TEST_CASE("triggers") {
    SqliteFiles files;
    const auto triggers = sqlite::read_triggers(
        files.database("CREATE TABLE t(a); CREATE TRIGGER \"tr g\" AFTER INSERT ON t BEGIN SELECT 1; END"));
    REQUIRE(triggers.size() == 1);
    CHECK(triggers[0].name == "tr g");
    CHECK(triggers[0].table == "t");
    CHECK(contains(triggers[0].sql, "AFTER INSERT"));
}
