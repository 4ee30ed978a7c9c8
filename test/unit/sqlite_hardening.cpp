// What a handle lets through and what it does not: the file's schema may hold any SQL.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <memory>
#include <string>

#include "base/error.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/database.hpp"
#include "sqlite/private_file.hpp"
#include "sqlite/raw_file.hpp"
#include "sqlite/salvage.hpp"
#include "sqlite/statement.hpp"
#include "sqlite_files.hpp"

namespace {

using base::ErrorKind;

std::shared_ptr<sqlite::Database> open(const std::string& path) {
    sqlite::OpenOptions options;
    options.path = path;
    auto database = std::make_shared<sqlite::Database>(options);
    database->begin_read();
    return database;
}

// "" where SQLite prepares and steps it.
std::string refused(const std::shared_ptr<sqlite::Database>& database, const std::string& sql) {
    try {
        sqlite::Statement statement(database, sql);
        statement.step();
        return "";
    } catch (const base::Error& error) {
        return error.text;
    }
}

bool readable(const std::shared_ptr<sqlite::Database>& database, const std::string& table) {
    return refused(database, "SELECT * FROM \"" + table + "\"").empty();
}

}  // namespace

TEST_CASE("only reading is let through") {
    unit::SqliteFiles files;
    auto database = open(files.make("a.db", "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'x')"));
    for (const char* sql :
         {"ATTACH '/etc/passwd' AS p", "ATTACH ':memory:' AS m", "DETACH main", "INSERT INTO t VALUES (2, 'y')", "UPDATE t SET v = 'z'",
          "DELETE FROM t", "CREATE TABLE u (a)", "CREATE TEMP TABLE u (a)", "CREATE TEMP VIEW w AS SELECT 1",
          "CREATE TEMP TRIGGER g INSERT ON t BEGIN SELECT 1; END", "CREATE VIRTUAL TABLE temp.f USING fts5(a)", "DROP TABLE t",
          "ALTER TABLE t RENAME TO u", "ANALYZE", "VACUUM", "VACUUM INTO '/tmp/vacuumed.db'",
          "PRAGMA writable_schema = ON", "PRAGMA journal_mode = DELETE", "PRAGMA trusted_schema = ON", "PRAGMA query_only = OFF",
          "PRAGMA mmap_size = 1000000", "PRAGMA temp_store_directory = '/tmp'", "PRAGMA wal_checkpoint", "PRAGMA user_version = 3",
          "PRAGMA locking_mode = EXCLUSIVE", "PRAGMA cell_size_check = OFF", "PRAGMA hard_heap_limit = 0", "PRAGMA optimize",
          "SELECT load_extension('/tmp/x.so')", "SELECT fts3_tokenizer('simple')", "SELECT fts3_tokenizer('x', x'4141414141414141')",
          "SELECT readfile('/etc/passwd')", "SELECT writefile('/tmp/x', 'x')"}) {
        const std::string asked = sql;
        CAPTURE(asked);
        CHECK_FALSE(refused(database, asked).empty());
    }
    for (const char* sql : {"SELECT count(*), max(v) FROM t", "PRAGMA quick_check", "PRAGMA main.page_count", "PRAGMA foreign_key_check",
                            "SELECT name FROM pragma_table_xinfo('t')", "SELECT json_extract('{\"a\":1}', '$.a')",
                            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n"}) {
        CAPTURE(sql);
        CHECK(refused(database, sql) == "");
    }
    CHECK(files.read(files.path("a.db")).find("vacuumed") == std::string::npos);
    CHECK(sqlite3_hard_heap_limit64(-1) > 0);
}

TEST_CASE("one object that cannot be read does not hide the others") {
    unit::SqliteFiles files;
    auto database = open(files.make(
        "b.db",
        "CREATE TABLE good (id INTEGER PRIMARY KEY, at TEXT, day AS (substr(at, 1, 10)), j AS (json_quote(at)),"
        " low AS (lower(at)) STORED);"
        "INSERT INTO good (id, at) VALUES (1, '2024-01-01');"
        "CREATE VIRTUAL TABLE search USING fts5(word); INSERT INTO search VALUES ('hello');"
        "CREATE VIRTUAL TABLE box USING rtree(id, a, b); INSERT INTO box VALUES (1, 2, 3);"
        "CREATE VIEW safe AS SELECT upper(at) AS at FROM good;"
        "PRAGMA writable_schema = ON;"
        "INSERT INTO sqlite_schema VALUES ('table', 'odd', 'odd', 0, 'CREATE VIRTUAL TABLE odd USING no_such_module(a)');"
        "INSERT INTO sqlite_schema VALUES ('view', 'spy', 'spy', 0, 'CREATE VIEW spy AS SELECT readfile(''/etc/passwd'') AS p');"
        "INSERT INTO sqlite_schema VALUES ('view', 'tok', 'tok', 0, 'CREATE VIEW tok AS SELECT fts3_tokenizer(''simple'') AS p');"));
    CHECK(readable(database, "good"));
    CHECK(readable(database, "search"));
    CHECK(readable(database, "box"));
    CHECK(readable(database, "safe"));
    CHECK_FALSE(readable(database, "odd"));
    CHECK_FALSE(readable(database, "spy"));
    CHECK_FALSE(readable(database, "tok"));
    size_t problems = 0;
    for (const sqlite::Table& table : sqlite::read_tables(database)) {
        CAPTURE(table.name);
        if (table.name == "good" || table.name == "search" || table.name == "box" || table.name == "safe") CHECK(table.problem == "");
        if (!table.problem.empty()) ++problems;
    }
    CHECK(problems == 3);
}

TEST_CASE("RawFile reads beside a handle that holds a lock") {
    unit::SqliteFiles files;
    const std::string path = files.make("c.db", "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    auto database = open(path);
    {
        sqlite::RawFile file(path);
        char header[16];
        REQUIRE(file.read(0, header, sizeof header) == 16);
        CHECK(std::string(header, 15) == "SQLite format 3");
        CHECK(file.read(file.size(), header, 16) == 0);
        CHECK(file.read(file.size() - 5, header, 16) == 5);
    }
    // Had it dropped the lock, a writer could commit now. (Another process asks: locks are a process's own.)
    const std::string writer = "sqlite3 -batch '" + path + "' 'INSERT INTO t VALUES (2)' >/dev/null 2>&1";
    CHECK(std::system(writer.c_str()) != 0);
    database->end_read();
    CHECK(std::system(writer.c_str()) == 0);
    CHECK_THROWS_AS(sqlite::RawFile(files.path("none.db")), base::Error);
}

TEST_CASE("a -wal is folded into a private copy") {
    unit::SqliteFiles files;
    const std::string command = "cd '" + files.folder() + "' && sqlite3 -batch w.db '.dbconfig no_ckpt_on_close on' "
                                "'PRAGMA journal_mode = wal' 'PRAGMA wal_autocheckpoint = 0' 'CREATE TABLE t (a)' "
                                "'INSERT INTO t VALUES (7)' >/dev/null && rm -f w.db-shm";
    REQUIRE(std::system(command.c_str()) == 0);
    sqlite::fold_wal(files.path("w.db"), "w");
    CHECK_FALSE(std::filesystem::exists(files.path("w.db-wal")));
    CHECK_FALSE(std::filesystem::exists(files.path("w.db-shm")));
    auto database = open(files.path("w.db"));
    sqlite::Statement rows(database, "SELECT a FROM t");
    REQUIRE(rows.step());
    CHECK(rows.integer(0) == 7);
}

TEST_CASE("a copy by the backup API is of one instant and of every page") {
    unit::SqliteFiles files;
    auto database = open(files.make("d.db", "CREATE TABLE t (a); WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
                                            "WHERE i < 20000) INSERT INTO t SELECT i FROM n"));
    files.write("copy.db", "");
    sqlite::copy_database(database, files.path("copy.db"), nullptr);
    auto copy = open(files.path("copy.db"));
    sqlite::Statement rows(copy, "SELECT count(*), sum(a) FROM t");
    REQUIRE(rows.step());
    CHECK(rows.integer(0) == 20000);
    CHECK(rows.integer(1) == 200010000);
    files.write("stopped.db", "");
    CHECK_THROWS_AS(sqlite::copy_database(database, files.path("stopped.db"), [] { return true; }), base::Error);
}

TEST_CASE("a salvage does not run what a schema asks for") {
    unit::SqliteFiles files;
    auto database = open(files.make(
        "e.db",
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE); INSERT INTO t VALUES (1, 'x'), (5, 'y');"
        "PRAGMA writable_schema = ON;"
        "INSERT INTO sqlite_schema VALUES ('view', 'v', 'v', 0, 'CREATE VIEW v AS SELECT 1; ATTACH ''" +
            files.path("attached.db") + "'' AS q; CREATE TABLE q.z (a)');"));
    files.write("saved.db", "");
    const std::vector<sqlite::Loss> losses = sqlite::salvage(database, files.path("saved.db"));
    CHECK_FALSE(std::filesystem::exists(files.path("attached.db")));
    auto saved = open(files.path("saved.db"));
    sqlite::Statement rows(saved, "SELECT count(*), sum(a) FROM t");
    REQUIRE(rows.step());
    CHECK(rows.integer(0) == 2);
    CHECK(rows.integer(1) == 6);
    for (const sqlite::Loss& loss : losses) CHECK(loss.table != "t");
}
