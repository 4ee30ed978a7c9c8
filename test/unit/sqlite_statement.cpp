// Tests of sqlite/statement.hpp and sqlite/quote.hpp: cells, bindings, encodings, ends.
#include <doctest/doctest.h>

#include "base/text.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"
#include "sqlite_files.hpp"

using namespace unit;
using base::ErrorKind;
using base::StorageClass;
using sqlite::Statement;
using namespace std::string_literals;

TEST_CASE("names and literals are quoted") {
    CHECK(sqlite::quote_name("a\"b") == "\"a\"\"b\"");
    CHECK(sqlite::quote_name("") == "\"\"");
    CHECK(sqlite::quote_literal("it's") == "'it''s'");
    CHECK(sqlite::quote_literal("a\0b'"s) == "('a'||char(0)||'b''')");
    CHECK(error_of([] { sqlite::quote_name("a\0b"s); }).kind == ErrorKind::invalid_argument);
}

TEST_CASE("a quoted literal means the text itself, NUL included") {
    SqliteFiles files;
    const auto database = files.database("CREATE TABLE t(a)");
    for (const std::string& text : {""s, "it's"s, "a\0b"s, "\0"s, "\0\0'"s, "\\ \" é"s}) {
        Statement statement(database, "SELECT " + sqlite::quote_literal(text));
        REQUIRE(statement.step());
        CHECK(statement.text(0) == text);
    }
}

TEST_CASE("cells come with their storage class and bytes") {
    SqliteFiles files;
    const auto database = files.database(
        "CREATE TABLE t(a, b, c, d, e, f, g);"
        "INSERT INTO t VALUES (9223372036854775807, -1.5, 'é' || char(0) || 'x', x'00FF', NULL, '', x'')");
    Statement statement(database, "SELECT * FROM t");
    CHECK(statement.columns() == 7);
    CHECK(statement.column_name(1) == "b");
    REQUIRE(statement.step());
    CHECK(statement.cell(0).storage == StorageClass::integer);
    CHECK(statement.cell(0).integer == INT64_MAX);
    CHECK(statement.cell(1).storage == StorageClass::real);
    CHECK(statement.cell(1).real == -1.5);
    CHECK(statement.cell(2).storage == StorageClass::text);
    CHECK(statement.cell(2).bytes() == "é\0x"s);
    CHECK(statement.text(2) == "é\0x"s);
    CHECK(statement.cell(3).storage == StorageClass::blob);
    CHECK(statement.cell(3).bytes() == "\0\xFF"s);
    CHECK(statement.cell(4).storage == StorageClass::null);
    CHECK(statement.is_null(4));
    CHECK(statement.text(4) == "");
    CHECK(statement.integer(4) == 0);
    CHECK(statement.cell(5).storage == StorageClass::text);
    CHECK(statement.cell(5).size == 0);
    CHECK(statement.cell(6).storage == StorageClass::blob);
    CHECK(statement.cell(6).bytes().empty());
    CHECK(statement.text(0) == "9223372036854775807");
    CHECK(statement.cell(99).storage == StorageClass::null);
    CHECK_FALSE(statement.step());
    CHECK_FALSE(statement.step());  // the end stays the end
    statement.reset();
    CHECK(statement.step());
}

TEST_CASE("parameters keep their class, and stay bound after a reset") {
    SqliteFiles files;
    const auto database = files.database("CREATE TABLE t(a)");
    Statement statement(database, "SELECT typeof(?1) || typeof(?2) || typeof(?3) || typeof(?4) || typeof(?5), ?1, ?3");
    statement.bind(1, std::string_view("a\0'b", 4));
    statement.bind(2, INT64_MIN);
    statement.bind_real(3, 0.1);
    statement.bind_blob(4, std::string_view());
    statement.bind_null(5);
    for (int i = 0; i < 2; ++i) {
        REQUIRE(statement.step());
        CHECK(statement.text(0) == "textintegerrealblobnull");
        CHECK(statement.text(1) == "a\0'b"s);
        CHECK(statement.cell(2).real == 0.1);
        statement.reset();
    }
    statement.bind(1, std::string_view());
    REQUIRE(statement.step());
    CHECK(statement.cell(1).storage == StorageClass::text);
    CHECK(error_of([&] { statement.bind(9, int64_t{1}); }).kind == ErrorKind::internal);
}

TEST_CASE("statements that are none") {
    SqliteFiles files;
    const auto database = files.database("CREATE TABLE t(a)");
    CHECK(error_of([&] { Statement(database, ""); }).kind == ErrorKind::internal);
    CHECK(error_of([&] { Statement(database, "-- only a comment"); }).kind == ErrorKind::internal);
    CHECK(error_of([&] { Statement(database, "SELECT 1; SELECT 2"); }).kind == ErrorKind::internal);
    CHECK(error_of([&] { Statement(database, "SELECT 1\0"s); }).kind == ErrorKind::invalid_argument);
    CHECK(error_of([&] { Statement(database, "SELEKT 1"); }).kind == ErrorKind::internal);
    Statement(database, "SELECT 1 ; \n");

    const base::Error error = error_of([&] { Statement(database, "SELECT * FROM none"); });
    CHECK(error.kind == ErrorKind::undefined_object);
    CHECK(contains(error.text, "a.db\": no such table: none"));
    CHECK(contains(error.detail, "SELECT * FROM none"));
    CHECK(error_of([&] { Statement(database, "SELECT nope(1)"); }).kind == ErrorKind::unsupported);
}

TEST_CASE("an expression that fails on a value") {
    SqliteFiles files;
    const auto database = files.database("CREATE TABLE t(a); INSERT INTO t VALUES (-9223372036854775808)");
    Statement statement(database, "SELECT abs(a) FROM t");
    const base::Error error = error_of([&] { statement.step(); });
    CHECK(error.kind == ErrorKind::bad_data);
    CHECK(contains(error.text, "integer overflow"));
}

TEST_CASE("UTF-16 files give UTF-8") {
    SqliteFiles files;
    for (const std::string encoding : {"UTF-16le", "UTF-16be"}) {
        CAPTURE(encoding);
        const auto database = files.database("PRAGMA encoding='" + encoding +
                                                 "'; CREATE TABLE t(a, b);"
                                                 "INSERT INTO t VALUES ('aé日🎉' || char(0) || 'z', x'FF00'), ('', 'ß')",
                                             encoding);
        CHECK(database->utf16());
        Statement statement(database, "SELECT a, b, a || 'x', upper('q') FROM t WHERE b <> ?1");
        statement.bind(1, "nothing");
        REQUIRE(statement.step());
        for (int again = 0; again < 2; ++again) {
            const base::Cell first = statement.cell(0), third = statement.cell(2);  // both stay valid
            CHECK(first.bytes() == "aé日🎉\0z"s);
            CHECK(third.bytes() == "aé日🎉\0zx"s);
            CHECK(statement.cell(1).bytes() == "\xFF\0"s);
            CHECK(statement.text(3) == "Q");
        }
        REQUIRE(statement.step());
        CHECK(statement.cell(0).storage == StorageClass::text);
        CHECK(statement.cell(0).size == 0);
        CHECK(statement.cell(1).bytes() == "ß");
    }
}

TEST_CASE("broken UTF-16 stays broken instead of becoming another character") {
    SqliteFiles files;
    const auto database = files.database(
        "PRAGMA encoding='UTF-16le'; CREATE TABLE t(a);"
        "INSERT INTO t VALUES (CAST(x'00D84100' AS TEXT)), (CAST(x'410000DC' AS TEXT)), (CAST(x'3DD8' AS TEXT)), "
        "(CAST(x'4100' AS TEXT))");
    Statement statement(database, "SELECT a FROM t");
    const std::string expected[] = {"\xED\xA0\x80"s + "A", "A\xED\xB0\x80"s, "\xED\xA0\xBD"s, "A"};
    for (const std::string& text : expected) {
        REQUIRE(statement.step());
        CHECK(statement.text(0) == text);
        CHECK((base::valid_utf8_prefix(text) == text.size()) == (text == "A"));
    }
}

TEST_CASE("a statement outlives its database's closing, but steps no more") {
    SqliteFiles files;
    const auto database = files.database("CREATE TABLE t(a); INSERT INTO t VALUES ('x'), ('y')");
    auto statement = std::make_unique<Statement>(database, "SELECT a FROM t");
    REQUIRE(statement->step());
    database->close();
    database->close();
    CHECK(database->closed());
    CHECK(error_of([&] { statement->step(); }).kind == ErrorKind::internal);
    CHECK(statement->cell(0).storage == StorageClass::null);
    CHECK(statement->columns() == 1);
    statement->reset();
    statement.reset();
    CHECK(error_of([&] { Statement(database, "SELECT 1"); }).kind == ErrorKind::internal);
    CHECK(error_of([&] { database->begin_read(); }).kind == ErrorKind::internal);
    database->end_read();
}
