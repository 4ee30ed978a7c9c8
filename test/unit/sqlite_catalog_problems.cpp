// Tests of sqlite/catalog.hpp: views, virtual tables, damage, cancels, facts of the file.
#include <doctest/doctest.h>

#include "sqlite/catalog.hpp"
#include "sqlite_files.hpp"

using namespace unit;
using base::ErrorKind;
using sqlite::Table;
using sqlite::TableKind;

TEST_CASE("views, good and bad") {
    SqliteFiles files;
    const auto tables =
        sqlite::read_tables(files.database("CREATE TABLE t(a INT, b TEXT); CREATE VIEW good AS SELECT a, upper(b) AS "
                                           "ub FROM t; CREATE VIEW lost AS SELECT * FROM gone;"
                                           "CREATE VIEW func AS SELECT my_function(a) FROM t; CREATE VIEW one AS "
                                           "SELECT * FROM two; CREATE VIEW two AS SELECT * FROM one;"
                                           "CREATE VIEW fine AS SELECT 1 AS x"));
    CHECK(names_of(tables) == Names{"t", "good", "lost", "func", "one", "two", "fine"});
    CHECK(find(tables, "good").kind == TableKind::view);
    CHECK(find(tables, "good").problem == "");
    REQUIRE(find(tables, "good").columns.size() == 2);
    CHECK(find(tables, "good").columns[0].declared_type == "INT");
    CHECK(find(tables, "good").columns[1].name == "ub");
    CHECK(find(tables, "good").rows_estimate == -1);
    CHECK(find(tables, "lost").problem == "no such table: main.gone");
    CHECK(find(tables, "func").problem == "no such function: my_function");
    CHECK(contains(find(tables, "one").problem, "circularly defined"));
    CHECK(find(tables, "fine").problem == "");
}

TEST_CASE("a name that is no text is a problem of its table") {
    SqliteFiles files;
    const auto tables = sqlite::read_tables(files.database(
        "CREATE TABLE good(a INT); CREATE TABLE bad(a INT); CREATE TABLE worse(name_of_it INT); PRAGMA writable_schema=ON;"
        "UPDATE sqlite_schema SET name = CAST(x'80ff41' AS TEXT), tbl_name = CAST(x'80ff41' AS TEXT),"
        "  sql = 'CREATE TABLE \"' || CAST(x'80ff41' AS TEXT) || '\"(a INT)' WHERE name = 'bad';"
        "UPDATE sqlite_schema SET sql = replace(sql, 'name_of_it', '\"' || CAST(x'ff' AS TEXT) || '\"') WHERE name = 'worse'"));
    CHECK(find(tables, "good").problem == "");
    CHECK(find(tables, "\x80\xff" "A").problem == "its name is not valid UTF-8");
    CHECK(find(tables, "worse").problem == "the name of a column is not valid UTF-8");
}

TEST_CASE("virtual tables and their shadows") {
    SqliteFiles files;
    const auto database = files.database(
        "CREATE VIRTUAL TABLE f USING fts5(title, body); INSERT INTO f VALUES ('a', 'b');"
        "CREATE TABLE \"F x_content\"(a); CREATE TABLE f_other(a); CREATE TABLE v_data(a); CREATE TABLE v_stat(a);"
        "PRAGMA writable_schema=ON; INSERT INTO sqlite_schema VALUES ('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v "
        "USING fts5_not_here(a)'),"
        "('table', 'w', 'w', 0, 'create virtual table w using FTS5(a, tokenize=mine)')");
    const auto tables = sqlite::read_tables(database);
    CHECK(find(tables, "f").kind == TableKind::virtual_table);
    CHECK(find(tables, "f").module == "fts5");
    REQUIRE(find(tables, "f").columns.size() == 2);  // not the hidden ones
    CHECK(find(tables, "f").columns[1].name == "body");
    CHECK(find(tables, "f").problem == "");
    CHECK(find(tables, "f_data").kind == TableKind::shadow);
    CHECK(find(tables, "f_config").kind == TableKind::shadow);
    CHECK(find(tables, "f_other").kind == TableKind::table);
    CHECK(find(tables, "F x_content").kind == TableKind::table);
    CHECK(find(tables, "v").kind == TableKind::virtual_table);
    CHECK(find(tables, "v").problem == "no such module: fts5_not_here");
    CHECK(find(tables, "v_data").kind == TableKind::table);  // of a module that we know nothing of
    CHECK(find(tables, "w").problem != "");
}

TEST_CASE("one broken definition does not hide the others") {
    SqliteFiles files;
    const auto database = files.database(
        "CREATE TABLE good(a); INSERT INTO good VALUES (1); CREATE TABLE bad(a); CREATE TABLE renamed(a); CREATE VIEW "
        "v AS SELECT 1; CREATE INDEX i ON good(a);"
        "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE bad(a b c ((' WHERE name = 'bad';"
        "UPDATE sqlite_schema SET sql = 'CREATE VIEW v AS SELECT FROM' WHERE name = 'v'; UPDATE sqlite_schema SET name "
        "= 'other' WHERE name = 'renamed';"
        "UPDATE sqlite_schema SET type = 'TABLE' WHERE name = 'good'; UPDATE sqlite_schema SET sql = 'CREATE INDEX i "
        "ON good(nope(a))' WHERE name = 'i'");
    CHECK(contains(database->schema_damage(), "malformed database schema"));
    const auto tables = sqlite::read_tables(database);
    CHECK(names_of(tables) == Names{"good", "bad", "other", "v"});
    CHECK(find(tables, "good").problem == "");
    CHECK(find(tables, "good").rows_estimate == 1);
    CHECK(find(tables, "bad").problem != "");
    CHECK(find(tables, "other").problem != "");
    CHECK(find(tables, "v").kind == TableKind::view);
    CHECK(find(tables, "v").problem != "");
}

TEST_CASE("a damaged table is named, the others are read") {
    SqliteFiles files;
    std::string bytes = SqliteFiles::read(
        files.make("a.db", "PRAGMA page_size=1024; CREATE TABLE t(a); INSERT INTO t VALUES (1); CREATE TABLE u(a)"));
    bytes[1024] = '\x77';  // the type of the table's first page
    const auto database = SqliteFiles::open(files.write("b.db", bytes));
    database->begin_read();
    const auto tables = sqlite::read_tables(database);
    CHECK(contains(find(tables, "t").problem, "malformed"));
    CHECK(find(tables, "u").problem == "");
}

TEST_CASE("a cancel is not taken for a problem of one table") {
    SqliteFiles files;
    std::string sql;
    for (int i = 0; i < 300; ++i)
        sql += "CREATE TABLE t" + std::to_string(i) + "(a, b, c);";
    static int questions;
    questions = 0;
    const auto database = SqliteFiles::open(files.make("many.db", sql), [] { return ++questions > 3; });
    CHECK(error_of([&] {
              database->begin_read();
              sqlite::read_tables(database);
          }).kind == ErrorKind::interrupted);
}

TEST_CASE("facts of a file") {
    SqliteFiles files;
    for (const std::string encoding : {"UTF-8", "UTF-16le", "UTF-16be"}) {
        const auto database = files.database(
            "PRAGMA encoding='" + encoding +
                "'; PRAGMA page_size=2048; CREATE TABLE \"tä\"(\"sö\" TEXT DEFAULT 'ü' CHECK (\"sö\" <> '日'));"
                "PRAGMA user_version=7; PRAGMA application_id=9",
            encoding);
        const sqlite::FileFacts facts = sqlite::read_file_facts(database);
        CHECK(facts.encoding == encoding);
        CHECK(facts.path == files.path(encoding));
        CHECK(facts.page_size == 2048);
        CHECK(facts.page_count == 2);
        CHECK(facts.size == 4096);
        CHECK(facts.user_version == 7);
        CHECK(facts.application_id == 9);
        CHECK(facts.schema_version == 1);
        CHECK(facts.journal_mode == "delete");
        CHECK_FALSE(facts.wal_file);
        CHECK_FALSE(facts.journal_file);
        const Table table = sqlite::read_table(database, "tä");
        CHECK(table.columns[0].name == "sö");
        CHECK(table.columns[0].default_sql == "'ü'");
        CHECK(table.checks == Names{"\"sö\" <> '日'"});
        CHECK(table.columns[0].collation == "BINARY");
    }
    const auto wal = files.database("PRAGMA journal_mode=wal; CREATE TABLE t(a)", "w.db");
    CHECK(sqlite::read_file_facts(wal).journal_mode == "wal");
    CHECK_FALSE(sqlite::read_file_facts(wal).wal_file);

    const auto empty = SqliteFiles::open(files.write("empty.db", ""));
    empty->begin_read();
    CHECK(sqlite::read_file_facts(empty).size == 0);
    CHECK(sqlite::read_tables(empty).empty());
    CHECK(sqlite::read_triggers(empty).empty());
}
