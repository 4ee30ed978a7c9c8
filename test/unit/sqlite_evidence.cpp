// Tests of sqlite/evidence.hpp: what a file looks like from outside, and that looking leaves its locks alone.
#include "sqlite/evidence.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "sqlite_files.hpp"

using namespace unit;

namespace {

// The number or word behind "key": in a JSON object.
std::string value_of(const std::string& json, const std::string& key) {
    const size_t at = json.find("\"" + key + "\": ");
    if (at == std::string::npos) return "missing";
    const size_t begin = at + key.size() + 4;
    return json.substr(begin, json.find_first_of(",}", begin) - begin);
}

std::string bytes_of(const std::shared_ptr<sqlite::Database>& database, sqlite::Part part) {
    std::string bytes;
    if (!sqlite::read_bytes(database, part, [&](const char* data, size_t size) { bytes.append(data, size); }))
        return "none";
    return bytes;
}

// What SQLite answers to an application that writes meanwhile.
int write_to(const std::string& path, const char* sql) {
    sqlite3* handle = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &handle) == SQLITE_OK);
    const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
    sqlite3_close(handle);
    return code;
}

const char* const table = "CREATE TABLE t (i INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a');";

}  // namespace

TEST_CASE("evidence: a plain file") {
    SqliteFiles files;
    auto database = files.database(table);
    const std::string json = sqlite::evidence(database);
    CHECK(value_of(json, "size") == "8192");
    CHECK(value_of(json, "page_count") == "2");
    CHECK(value_of(json, "page_size") == "4096");
    CHECK(value_of(json, "schema_version") == "1");
    CHECK(value_of(json, "change_counter") == "2");
    CHECK(value_of(json, "journal_mode") == "\"delete\"");
    CHECK(value_of(json, "moved") == "false");
    CHECK(value_of(json, "wal") == "null");
    CHECK(sqlite::evidence(database) == json);
}

TEST_CASE("evidence: the bytes are those of the file, and reading them drops no lock") {
    SqliteFiles files;
    auto database = files.database(table);
    CHECK(bytes_of(database, sqlite::Part::file) == SqliteFiles::read(files.path("a.db")));
    CHECK(bytes_of(database, sqlite::Part::wal) == "none");
    sqlite::evidence(database);
    CHECK(write_to(files.path("a.db"), "UPDATE t SET v = 'b'") == SQLITE_BUSY);
    database->end_read();
    CHECK(write_to(files.path("a.db"), "UPDATE t SET v = 'b'") == SQLITE_OK);
}

TEST_CASE("evidence: in WAL mode each commit of others shows, while the reader stays at its instant") {
    SqliteFiles files;
    const std::string path = files.make("w.db", std::string("PRAGMA journal_mode = wal;") + table);
    sqlite3* application = nullptr;  // stays open, so that there is a -wal
    REQUIRE(sqlite3_open(path.c_str(), &application) == SQLITE_OK);
    REQUIRE(sqlite3_exec(application, "INSERT INTO t VALUES (2, 'b')", nullptr, nullptr, nullptr) == SQLITE_OK);
    auto database = SqliteFiles::open(path);
    database->begin_read();
    const std::string before = sqlite::evidence(database);
    CHECK(value_of(before, "frames") == "1");
    for (int i = 0; i < 3; ++i)
        REQUIRE(sqlite3_exec(application, "UPDATE t SET v = v || 'x'", nullptr, nullptr, nullptr) == SQLITE_OK);
    const std::string after = sqlite::evidence(database);
    CHECK(std::stoi(value_of(after, "commits")) == std::stoi(value_of(before, "commits")) + 3);
    CHECK(value_of(after, "frames") == "4");
    CHECK(value_of(after, "salt") == value_of(before, "salt"));
    CHECK(value_of(after, "page_count") == value_of(before, "page_count"));
    CHECK(bytes_of(database, sqlite::Part::wal) == SqliteFiles::read(path + "-wal"));
    database->close();
    sqlite3_close(application);
}

TEST_CASE("evidence: a file in whose place another one lies") {
    SqliteFiles files;
    auto database = files.database(table);
    const std::string bytes = SqliteFiles::read(files.path("a.db"));
    files.make("b.db", "CREATE TABLE other (i)");
    std::filesystem::rename(files.path("b.db"), files.path("a.db"));
    CHECK(value_of(sqlite::evidence(database), "moved") == "true");
    CHECK(bytes_of(database, sqlite::Part::file) == bytes);  // of what is read, not of what lies there now
}

TEST_CASE("evidence: nothing is made beside the file") {
    SqliteFiles files;
    const std::string path = files.make("p.db", table);
    auto database = SqliteFiles::open(path);
    database->begin_read();
    files.write("p.db-wal", "of somebody");  // this handle does not read through it
    CHECK(value_of(sqlite::evidence(database), "frames") == "missing");
    CHECK(!std::filesystem::exists(path + "-shm"));
}

TEST_CASE("evidence: an empty file, and a handle that is closed") {
    SqliteFiles files;
    files.write("e.db", "");
    auto database = SqliteFiles::open(files.path("e.db"));
    database->begin_read();
    CHECK(value_of(sqlite::evidence(database), "size") == "0");
    CHECK(value_of(sqlite::evidence(database), "change_counter") == "null");
    CHECK(bytes_of(database, sqlite::Part::file).empty());
    database->close();
    CHECK(error_of([&] { sqlite::evidence(database); }).text != "");
    CHECK(error_of([&] { bytes_of(database, sqlite::Part::file); }).text != "");
}
