// Tests of sqlite/database.hpp: what opens, what does not and why, transactions, locks, cancels, hardening.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "sqlite/failure.hpp"
#include "sqlite/statement.hpp"
#include "sqlite_files.hpp"

using namespace unit;
using base::ErrorKind;
using sqlite::Database;
using sqlite::Statement;
using namespace std::string_literals;

namespace {

std::string one(const std::shared_ptr<Database>& database, const std::string& sql) {
    Statement statement(database, sql);
    return statement.step() ? statement.text(0) : "(no row)";
}

base::Error first_read_of(const std::string& path) {
    return error_of([&] { SqliteFiles::open(path)->begin_read(); });
}

bool stop_now = false;
bool should_stop() { return stop_now; }

// A second connection that can hold a lock.
class Writer {
   public:
    explicit Writer(const std::string& path) { sqlite3_open(path.c_str(), &handle_); }
    ~Writer() { sqlite3_close(handle_); }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    int run(const char* sql) { return sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr); }

   private:
    sqlite3* handle_ = nullptr;
};

}  // namespace

TEST_CASE("paths that are no SQLite file") {
    SqliteFiles files;
    CHECK(error_of([] { SqliteFiles::open(""); }).kind == ErrorKind::invalid_argument);
    CHECK(error_of([] { SqliteFiles::open("relative.db"); }).kind == ErrorKind::invalid_argument);
    CHECK(error_of([] { SqliteFiles::open(":memory:"); }).kind == ErrorKind::invalid_argument);
    CHECK(error_of([&] { SqliteFiles::open("file:" + files.make("u.db", "CREATE TABLE t(a)")); }).kind ==
          ErrorKind::invalid_argument);
    CHECK(error_of([&] { SqliteFiles::open(files.path("a\0b"s)); }).kind == ErrorKind::invalid_argument);

    base::Error error = error_of([&] { SqliteFiles::open(files.folder()); });
    CHECK(error.kind == ErrorKind::invalid_argument);
    CHECK(contains(error.text, "it is a directory"));
    CHECK(::mkfifo(files.path("pipe").c_str(), 0600) == 0);
    error = error_of([&] { SqliteFiles::open(files.path("pipe")); });  // would wait for ever if it were opened
    CHECK(contains(error.text, "named pipe"));

    error = error_of([&] { SqliteFiles::open(files.path("none.db")); });
    CHECK(error.kind == ErrorKind::undefined_file);
    CHECK(contains(error.text, "none.db\": No such file"));
    error = error_of([&] { SqliteFiles::open(files.path("no/such/none.db")); });
    CHECK(error.kind == ErrorKind::undefined_file);
    CHECK(contains(error.hint, "There is no folder \"" + files.path("no") + "\""));
    CHECK(error_of([&] { SqliteFiles::open(files.write("plain", "") + "/x.db"); }).kind == ErrorKind::undefined_file);
    CHECK(error_of([&] { SqliteFiles::open(files.path(std::string(300, 'x'))); }).kind == ErrorKind::limit);

    std::string deep = files.folder();
    for (int i = 0; i < 6; ++i)
        deep += "/" + std::string(90, 'd');
    std::filesystem::create_directories(deep);
    std::filesystem::copy(files.make("s.db", "CREATE TABLE t(a)"), deep + "/s.db");
    error = error_of([&] { SqliteFiles::open(deep + "/s.db")->begin_read(); });
    CHECK(error.kind == ErrorKind::limit);
    CHECK(contains(error.hint, "504 bytes"));
}

TEST_CASE("files that are something else, by what they seem to be") {
    SqliteFiles files;
    const std::string filler(2000, 'x');
    struct {
        std::string bytes;
        const char* hint;
    } cases[] = {{"\x1F\x8B\x08\x00"s + filler, "gzip"},
                 {"PK\x03\x04" + filler, "zip"},
                 {"<!DOCTYPE html>" + filler, "web page"},
                 {"version https://git-lfs.github.com/spec/v1\n" + filler, "Git LFS"},
                 {"** This file contains an SQLite 2.1 database **" + filler, "SQLite 2"},
                 {"SQLite format 3\0\0\0"s + filler, "header is damaged"},
                 {"PRAGMA foreign_keys=OFF;\n" + filler, "SQL text"},
                 {std::string(257, 'n') + "ustar" + filler, "tar archive"},
                 {"no idea what this is" + filler, "encrypted"},
                 {"\x37\x7F\x06\x82" + filler, "-wal"},
                 {std::string(4096, '\0'), "zeros"}};
    for (const auto& c : cases) {
        CAPTURE(c.hint);
        const base::Error error = first_read_of(files.write("x.db", c.bytes));
        CHECK(error.kind == ErrorKind::not_a_database);
        CHECK(contains(error.text, "file is not a database"));
        CHECK(contains(error.hint, c.hint));
    }
    CHECK(sqlite::explain_header("") == sqlite::explain_header("?"));
}

TEST_CASE("an empty file is an empty database") {
    SqliteFiles files;
    const auto database = SqliteFiles::open(files.write("empty.db", ""));
    database->begin_read();
    CHECK(one(database, "SELECT count(*) FROM sqlite_schema") == "0");
}

TEST_CASE("damage") {
    SqliteFiles files;
    std::string bytes =
        SqliteFiles::read(files.make("a.db",
                                     "CREATE TABLE t(a); INSERT INTO t WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL "
                                     "SELECT i+1 FROM n WHERE i<5000) SELECT hex(randomblob(40)) FROM n"));
    const auto database = SqliteFiles::open(files.write("cut.db", bytes.substr(0, bytes.size() / 2)));
    const base::Error error = error_of([&] {
        database->begin_read();
        one(database, "SELECT sum(length(a)) FROM t");
    });
    CHECK(error.kind == ErrorKind::corrupt);
    CHECK(contains(error.text, "malformed"));
    CHECK(contains(error.hint, ".dump"));
}

TEST_CASE("a read transaction is one instant") {
    SqliteFiles files;
    const std::string path = files.make("w.db", "PRAGMA journal_mode=wal; CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    Writer writer(path);
    CHECK(writer.run("INSERT INTO t VALUES (2)") == SQLITE_OK);  // now there is a -wal, and with it locks
    const auto database = SqliteFiles::open(path);
    CHECK_FALSE(database->without_locks());
    database->begin_read();
    CHECK(writer.run("INSERT INTO t VALUES (3)") == SQLITE_OK);
    CHECK(one(database, "SELECT count(*) FROM t") == "2");
    database->end_read();
    database->end_read();
    CHECK(one(database, "SELECT count(*) FROM t") == "3");
    database->begin_read();
    CHECK(one(database, "SELECT count(*) FROM t") == "3");
    CHECK(error_of([&] { database->begin_read(); }).kind == ErrorKind::internal);
}

TEST_CASE("begin_read holds the lock from the start, close gives it up") {
    SqliteFiles files;
    const std::string path = files.make("a.db", "CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)");
    const auto database = SqliteFiles::open(path);
    Writer writer(path);
    database->begin_read();
    CHECK(writer.run("INSERT INTO t VALUES (9)") == SQLITE_BUSY);
    Statement statement(database, "SELECT * FROM t");
    CHECK(statement.step());
    database->close();  // with a statement in its midst
    CHECK(writer.run("INSERT INTO t VALUES (9)") == SQLITE_OK);
}

TEST_CASE("another process's lock") {
    SqliteFiles files;
    const std::string path = files.make("a.db", "CREATE TABLE t(a)");
    Writer writer(path);
    CHECK(writer.run("BEGIN EXCLUSIVE") == SQLITE_OK);
    const base::Error error = first_read_of(path);
    CHECK(error.kind == ErrorKind::busy);
    CHECK(contains(error.text, "locked"));

    // A cancel ends the wait at once, however long it may be.
    sqlite::OpenOptions options;
    options.path = path;
    options.busy_timeout_ms = 60000;
    options.should_stop = should_stop;
    const auto database = std::make_shared<Database>(options);
    stop_now = true;
    const auto begin = std::chrono::steady_clock::now();
    CHECK(error_of([&] { database->begin_read(); }).kind == ErrorKind::interrupted);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
    stop_now = false;
    CHECK(writer.run("COMMIT") == SQLITE_OK);
    database->begin_read();
    CHECK(one(database, "SELECT count(*) FROM t") == "0");
}

TEST_CASE("a cancel stops a long statement, and the handle lives on") {
    SqliteFiles files;
    const std::string path = files.make("a.db", "CREATE TABLE t(a)");
    const auto database = SqliteFiles::open(path, should_stop);
    database->begin_read();
    Statement endless(database,
                      "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n");
    stop_now = true;
    const base::Error error = error_of([&] { endless.step(); });
    stop_now = false;
    CHECK(error.kind == ErrorKind::interrupted);
    CHECK(one(database, "SELECT 7") == "7");
    database->end_read();
    database->begin_read();
}

TEST_CASE("a WAL file that nobody uses is read without leaving anything beside it") {
    SqliteFiles files;
    const std::string path = files.make("w.db", "PRAGMA journal_mode=wal; CREATE TABLE t(a); INSERT INTO t VALUES (1)");
    REQUIRE_FALSE(std::filesystem::exists(path + "-wal"));
    const auto database = SqliteFiles::open(path);
    CHECK(database->without_locks());
    database->begin_read();
    Statement statement(database, "SELECT * FROM t");
    CHECK(statement.step());
    CHECK_FALSE(std::filesystem::exists(path + "-wal"));
    CHECK_FALSE(std::filesystem::exists(path + "-shm"));

    // If the application starts after all, and its changes reach the file, the reading fails rather than mix two states.
    files.make("w.db", "INSERT INTO t VALUES (2)");
    CHECK(error_of([&] { statement.step(); }).kind == ErrorKind::busy);
    CHECK(contains(error_of([&] { database->check_unchanged(); }).text, "it has changed meanwhile"));
    const auto later = SqliteFiles::open(path);
    later->begin_read();
    CHECK(one(later, "SELECT count(*) FROM t") == "2");
}

TEST_CASE("immutable") {
    SqliteFiles files;
    sqlite::OpenOptions options;
    options.immutable = true;
    for (const char* name : {"plain.db", "with space.db", "a?mode=rw&b#c%41.db", "ünï'cöde\".db"}) {
        CAPTURE(name);
        options.path = files.make(name, "CREATE TABLE t(a); INSERT INTO t VALUES (5)");
        const auto database = std::make_shared<Database>(options);
        database->begin_read();
        CHECK(one(database, "SELECT a FROM t") == "5");
        CHECK(sqlite3_db_readonly(database->handle(), "main") == 1);
    }
    options.path = files.make("wal.db", "PRAGMA journal_mode=wal; CREATE TABLE t(a)");
    {
        Writer writer(options.path);
        CHECK(writer.run("INSERT INTO t VALUES (2)") == SQLITE_OK);
        const base::Error error = error_of([&] { Database database(options); });
        CHECK(error.kind == ErrorKind::invalid_argument);
        CHECK(contains(error.text, "-wal\" holds changes"));
    }
    Database database(options);  // the writer is gone, and its -wal with it

    options.path = files.make("journal.db", "CREATE TABLE t(a)");
    files.write("journal.db-journal", std::string(600, '\0'));  // left over: harmless
    Database with_left_over(options);
    files.write("journal.db-journal", "\xD9\xD5\x05\xF9\x20\xA1\x63\xD7" + std::string(600, '\0'));
    CHECK(contains(error_of([&] { Database hot(options); }).text, "-journal\" holds changes"));
}

TEST_CASE("a journal that has to be played back first") {
    SqliteFiles files;
    const std::string path = files.make("a.db", "CREATE TABLE t(a); INSERT INTO t SELECT hex(randomblob(3000))");
    std::string journal;
    {
        Writer writer(path);
        CHECK(writer.run("PRAGMA cache_size=1; BEGIN IMMEDIATE; UPDATE t SET a = hex(randomblob(200000))") ==
              SQLITE_OK);
        journal = SqliteFiles::read(path + "-journal");
    }
    REQUIRE(journal.size() > 512);
    files.write("a.db-journal", journal);
    const base::Error error = first_read_of(path);
    CHECK(error.kind == ErrorKind::access_denied);
    CHECK(contains(error.text, "unfinished change"));
    CHECK(contains(error.hint, "sqlite3 '" + path + "'"));
}

TEST_CASE("hardening") {
    SqliteFiles files;
    const std::string other = files.make("other.db", "CREATE TABLE secret(a)");
    const auto database = files.database("CREATE TABLE t(a); CREATE VIEW v AS SELECT load_extension('x.so')");
    const auto refused = [&](const std::string& sql) { return error_of([&] { one(database, sql); }); };
    CHECK(refused("INSERT INTO t VALUES (1)").kind == ErrorKind::access_denied);
    CHECK_FALSE(refused("ATTACH '" + other + "' AS o").text.empty());
    CHECK_FALSE(refused("VACUUM INTO '" + files.path("copy.db") + "'").text.empty());
    CHECK_FALSE(std::filesystem::exists(files.path("copy.db")));
    CHECK_FALSE(refused("SELECT load_extension('x.so')").text.empty());
    CHECK_FALSE(refused("SELECT fts3_tokenizer('simple', x'4141414141414141')").text.empty());
    CHECK(refused("SELECT * FROM v").kind == ErrorKind::unsupported);
    CHECK(one(database, "PRAGMA query_only") == "1");
    CHECK(one(database, "PRAGMA cell_size_check") == "1");
    CHECK(one(database, "PRAGMA trusted_schema") == "0");
    CHECK(one(database, "PRAGMA mmap_size") != "1");
}

TEST_CASE("an unknown collation does not hide a table") {
    SqliteFiles files;
    const std::string path = files.path("anki.db");
    sqlite3* handle = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &handle) == SQLITE_OK);
    sqlite3_create_collation(handle, "unicase", SQLITE_UTF8, nullptr,
                             [](void*, int, const void*, int, const void*) { return 0; });
    REQUIRE(sqlite3_exec(handle,
                         "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT COLLATE unicase); CREATE INDEX i ON t(name);"
                         "INSERT INTO t(name) VALUES ('b'), ('a')",
                         nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(handle);
    const auto database = SqliteFiles::open(path);
    database->begin_read();
    CHECK(one(database, "SELECT group_concat(name) FROM t NOT INDEXED") == "b,a");
    CHECK(one(database, "SELECT max('a' COLLATE unicase, 'b', '')") == "b");
    CHECK(database->missing_collations() == std::vector<std::string>{"unicase"});
}

TEST_CASE("JSON functions are no reason to refuse a schema") {
    SqliteFiles files;
    const auto database = files.database(
        "CREATE TABLE t(j TEXT CHECK (json_valid(j)), x AS (j ->> '$.x'), y AS (json_extract(j, '$.y')) STORED);"
        "CREATE INDEX i ON t(json_extract(j, '$.x'));"
        "CREATE VIEW v AS SELECT json_object('a', json_array(x, y), 'b', j -> '$.z', 'c', json(j), 'd', 'q\"') AS o,"
        " json_type(j, '$.z') AS ty, json_array_length(j, '$.z') AS n, json_insert(j, '$.w', json('[1]')) AS ins FROM "
        "t;"
        "INSERT INTO t(j) VALUES ('{\"x\":1,\"y\":\"é\",\"z\":[null]}')");
    CHECK(database->schema_damage() == "");
    CHECK(one(database, "SELECT x || y FROM t") == "1é");
    CHECK(one(database, "SELECT o FROM v") == R"({"a":[1,"é"],"b":[null],"c":{"x":1,"y":"é","z":[null]},"d":"q\""})");
    CHECK(one(database, "SELECT ty || n || ins FROM v") == R"(array1{"x":1,"y":"é","z":[null],"w":[1]})");
    const base::Error error = error_of([&] { one(database, "SELECT json_extract('{', '$')"); });
    CHECK(error.kind == ErrorKind::bad_data);
    CHECK(contains(error.text, "malformed JSON"));
    Statement many(database, "SELECT json_array(?1, value) FROM json_each('[1,2,3]')");
    many.bind(1, "a");
    REQUIRE(many.step());
    CHECK(many.text(0) == "[\"a\",1]");
    REQUIRE(many.step());
    CHECK(many.text(0) == "[\"a\",2]");
}

TEST_CASE("count(*) counts, and can be stopped in a file that would make it endless") {
    SqliteFiles files;
    const auto database = files.database(
        "CREATE TABLE t(a, b); INSERT INTO t VALUES (1, 1), (2, NULL), (2, 3); CREATE TABLE none(a); CREATE VIEW v AS "
        "SELECT count(*) AS n FROM t");
    CHECK(one(database, "SELECT count(*) FROM t") == "3");
    CHECK(one(database, "SELECT count(*) FROM none") == "0");
    CHECK(one(database, "SELECT count() FROM t WHERE a = 2") == "2");
    CHECK(one(database, "SELECT count(b) || count(DISTINCT a) FROM t") == "22");
    CHECK(one(database, "SELECT group_concat(n) FROM (SELECT a, count(*) AS n FROM t GROUP BY a)") == "1,2");
    CHECK(one(database, "SELECT n FROM v") == "3");
    CHECK(one(database,
              "SELECT group_concat(n) FROM (SELECT count(*) OVER (ORDER BY rowid ROWS 1 PRECEDING) AS n FROM t)") ==
          "1,2,2");
    CHECK(one(database, "SELECT count(*) FILTER (WHERE a = 1) FROM t") == "1");
    CHECK(one(database, "SELECT typeof(count(*)) FROM t") == "integer");

    // Pages of a tree where each level refers sixty times to one page of the next.
    constexpr size_t page_size = 512, levels = 8, entries = 60;
    std::string bytes = SqliteFiles::read(
        files.make("tree.db",
                   "PRAGMA page_size=512; CREATE TABLE t(a); INSERT INTO t VALUES (1); CREATE TABLE pad(a);"
                   "INSERT INTO pad VALUES (hex(zeroblob(4000)))"));
    REQUIRE(bytes.size() > (levels + 3) * page_size);
    const std::string leaf = bytes.substr(page_size, page_size);
    const size_t last = bytes.size() / page_size;
    const auto place = [&](size_t level) {
        return level == 0 ? 2 : last - levels + level;
    };  // page numbers begin with 1
    for (size_t level = 0; level < levels; ++level) {
        const auto child = static_cast<char>(place(level + 1));
        std::string page(page_size, '\0');
        page[0] = 5;  // an inner page of a table
        page[4] = static_cast<char>(entries);
        page[11] = child;
        for (size_t i = 0; i < entries; ++i) {
            const size_t cell = page_size - 5 * (i + 1);
            page[cell + 3] = child;
            page[cell + 4] = static_cast<char>(i + 1);
            page[12 + 2 * i] = static_cast<char>(cell >> 8);
            page[13 + 2 * i] = static_cast<char>(cell & 0xFF);
        }
        const size_t content = page_size - 5 * entries;
        page[5] = static_cast<char>(content >> 8);
        page[6] = static_cast<char>(content & 0xFF);
        bytes.replace((place(level) - 1) * page_size, page_size, page);
    }
    bytes.replace((last - 1) * page_size, page_size, leaf);
    static int questions;
    questions = 0;
    const auto endless = SqliteFiles::open(files.write("endless.db", bytes), [] { return ++questions > 100; });
    endless->begin_read();
    CHECK(error_of([&] { one(endless, "SELECT count(*) FROM t"); }).kind == ErrorKind::interrupted);
}

TEST_CASE("shell words") { CHECK(sqlite::quote_for_shell("/a b/it's.db") == "'/a b/it'\\''s.db'"); }
