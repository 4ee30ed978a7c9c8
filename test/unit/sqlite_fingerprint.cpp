// Tests of sqlite/fingerprint.hpp: what is a change of a database, and what is none.
#include "sqlite/fingerprint.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "sqlite_files.hpp"

using namespace unit;

namespace {

std::string fingerprint_of(const std::string& path) {
    auto database = SqliteFiles::open(path);
    database->begin_read();
    return sqlite::fingerprint(database);
}

bool stop_now = false;
bool should_stop() { return stop_now; }

// A connection of the application, which stays open.
class Application {
   public:
    explicit Application(const std::string& path) { REQUIRE(sqlite3_open(path.c_str(), &handle_) == SQLITE_OK); }
    ~Application() { sqlite3_close(handle_); }
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    void run(const std::string& sql) {
        REQUIRE_MESSAGE(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, sqlite3_errmsg(handle_));
    }

   private:
    sqlite3* handle_ = nullptr;
};

const std::string rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
                         "INSERT INTO t SELECT i, printf('%0*d', 200, i) FROM n;";

}  // namespace

TEST_CASE("fingerprint: 32 digits, the same again, another one after a change of one byte") {
    SqliteFiles files;
    const std::string path = files.make("a.db", "CREATE TABLE t (i INTEGER PRIMARY KEY, v TEXT);" + rows);
    const std::string first = fingerprint_of(path);
    CHECK(first.size() == 32);
    CHECK(first.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(fingerprint_of(path) == first);
    files.make("a.db", "UPDATE t SET v = replace(v, '7', '8') WHERE i = 10007");
    const std::string second = fingerprint_of(path);
    CHECK(second != first);
    files.make("a.db", "UPDATE t SET v = printf('%0*d', 200, i) WHERE i = 10007");
    CHECK(fingerprint_of(path) == first);  // counters in the header are no content
    files.make("a.db", "CREATE INDEX t_v ON t (v)");
    CHECK(fingerprint_of(path) != first);
}

TEST_CASE("fingerprint: two copies with one different insert each") {
    SqliteFiles files;
    const std::string a = files.make("a.db", "CREATE TABLE t (i INTEGER PRIMARY KEY, v TEXT);" + rows);
    std::filesystem::copy_file(a, files.path("b.db"));
    CHECK(fingerprint_of(files.path("b.db")) == fingerprint_of(a));
    files.make("a.db", "INSERT INTO t VALUES (30000, 'a')");
    files.make("b.db", "INSERT INTO t VALUES (30000, 'b')");
    CHECK(fingerprint_of(a) != fingerprint_of(files.path("b.db")));
}

TEST_CASE("fingerprint: pages that changed places are a change") {
    SqliteFiles files;
    const std::string create = "CREATE TABLE t (i INTEGER PRIMARY KEY, v TEXT); CREATE TABLE u (i INTEGER PRIMARY KEY, v TEXT);";
    const std::string a = files.make("a.db", create + "INSERT INTO t VALUES (1, 'x'); INSERT INTO u VALUES (1, 'y');");
    const std::string b = files.make("b.db", create + "INSERT INTO t VALUES (1, 'y'); INSERT INTO u VALUES (1, 'x');");
    CHECK(fingerprint_of(a) != fingerprint_of(b));
}

TEST_CASE("fingerprint: a -wal is read, its checkpoint is no change, nor is another journal mode") {
    SqliteFiles files;
    const std::string path = files.make("a.db", "CREATE TABLE t (i INTEGER PRIMARY KEY, v TEXT);" + rows);
    const std::string before = fingerprint_of(path);
    {
        Application application(path);
        application.run("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;");
        CHECK(fingerprint_of(path) == before);
        application.run("UPDATE t SET v = 'new' WHERE i % 7 = 0");
        const std::string in_wal = fingerprint_of(path);
        CHECK(in_wal != before);
        CHECK(std::filesystem::file_size(path + "-wal") > 100000);
        application.run("PRAGMA wal_checkpoint(TRUNCATE)");
        CHECK(fingerprint_of(path) == in_wal);
        application.run("PRAGMA journal_mode=DELETE");
        CHECK(fingerprint_of(path) == in_wal);
    }
}

TEST_CASE("fingerprint: of the instant of the read transaction, whatever is committed meanwhile") {
    SqliteFiles files;
    const std::string path = files.make("a.db", "CREATE TABLE t (i INTEGER PRIMARY KEY, v TEXT);" + rows);
    Application application(path);
    application.run("PRAGMA journal_mode=WAL; UPDATE t SET v = 'one' WHERE i = 1");
    auto reader = SqliteFiles::open(path);
    reader->begin_read();
    const std::string then = sqlite::fingerprint(reader);
    application.run("UPDATE t SET v = 'two' WHERE i = 1; PRAGMA wal_checkpoint(PASSIVE)");
    CHECK(sqlite::fingerprint(reader) == then);
    CHECK(fingerprint_of(path) != then);
}

TEST_CASE("fingerprint: every page size, UTF-16, auto_vacuum, an empty file") {
    SqliteFiles files;
    for (const char* pragma : {"PRAGMA page_size=512", "PRAGMA page_size=65536", "PRAGMA encoding='UTF-16le'",
                               "PRAGMA auto_vacuum=FULL"}) {
        const std::string path = files.make("x.db", pragma + std::string("; CREATE TABLE t (i INTEGER PRIMARY KEY, v);") + rows);
        const std::string first = fingerprint_of(path);
        CHECK(fingerprint_of(path) == first);
        files.make("x.db", "DELETE FROM t WHERE i = 77");
        CHECK(fingerprint_of(path) != first);
        std::filesystem::remove(path);
    }
    CHECK(fingerprint_of(files.write("empty.db", "")).size() == 32);
}

TEST_CASE("fingerprint: leaves the reader as it was, and its lock in place") {
    SqliteFiles files;
    auto reader = files.database("CREATE TABLE t (i INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'x')");
    sqlite::fingerprint(reader);
    CHECK(sqlite3_get_autocommit(reader->handle()) == 0);
    sqlite3* writer = nullptr;
    REQUIRE(sqlite3_open(files.path("a.db").c_str(), &writer) == SQLITE_OK);
    CHECK(sqlite3_exec(writer, "UPDATE t SET v = 'y'", nullptr, nullptr, nullptr) == SQLITE_BUSY);
    sqlite3_close(writer);
}

TEST_CASE("fingerprint: a cancel ends it, damage is named") {
    SqliteFiles files;
    const std::string path = files.make("a.db", "CREATE TABLE t (i INTEGER PRIMARY KEY, v TEXT);" + rows);
    auto database = SqliteFiles::open(path, should_stop);
    database->begin_read();
    stop_now = true;
    CHECK(error_of([&] { sqlite::fingerprint(database); }).kind == base::ErrorKind::interrupted);
    stop_now = false;
    CHECK(sqlite::fingerprint(database).size() == 32);
}
