// Tests of schema/profile.hpp and of types by evidence: every value that was seen must fit.
#include <doctest/doctest.h>

#include "schema/profile.hpp"
#include "schema/type_map.hpp"
#include "schema_design.hpp"

using namespace schema;

namespace {

struct Seen {
    ColumnProfile profile;
    TypeChoice choice;
};

// One column of that type with those values.
Seen see(const std::string& type, const std::string& values, const std::string& options = {}) {
    unit::SqliteFiles files;
    std::string sql = options + "CREATE TABLE t (c " + type + ");";
    if (!values.empty()) sql += "INSERT INTO t VALUES " + values + ";";
    sqlite::OpenOptions open;
    open.path = files.make("a.db", sql);
    auto database = std::make_shared<sqlite::Database>(open);
    sqlite::Table table = sqlite::read_table(database, "t");
    ColumnProfile profile = profile_table(database, table).at(0);
    return {profile, type_by_evidence(table.columns.at(0), profile)};
}

std::string type_of(const std::string& type, const std::string& values) { return see(type, values).choice.type; }

}  // namespace

TEST_CASE("a profile counts storage classes and extremes") {
    const ColumnProfile p = see("",
                                "(NULL), (1), (-70000), (3000000000), (0), (1.5), (2.0), (-1e300), ('abc'), (''), "
                                "(x'00ff'), (x'616263'), (zeroblob(16))")
                                .profile;
    CHECK(p.rows == 13);
    CHECK(p.nulls == 1);
    CHECK(p.integers == 4);
    CHECK(p.min_integer == -70000);
    CHECK(p.max_integer == 3000000000);
    CHECK(p.zero_or_one == 2);
    CHECK(p.integers_beyond_int4 == 1);
    CHECK(p.integers_beyond_int2 == 2);
    CHECK(p.reals == 3);
    CHECK(p.reals_whole == 1);
    CHECK(p.min_real == -1e300);
    CHECK(p.max_real == 2.0);
    CHECK(p.texts == 2);
    CHECK(p.text_empty == 1);
    CHECK(p.blobs == 3);
    CHECK(p.blob_16 == 1);
    CHECK(p.blob_utf8 == 1);
    CHECK(p.max_bytes == 16);
    CHECK(p.max_text_length == 3);
}

TEST_CASE("a profile counts the shapes of text") {
    const ColumnProfile p = see("TEXT",
                                "('1'), ('1.5'), ('true'), ('2024-01-02'), ('12:00'), ('2024-01-02 12:00Z'), "
                                "('2024-01-02 12:00:00.1234567'),"
                                "('6f9619ff-8b86-d011-b42d-00c04fc964ff'), ('{\"a\":1}'), ('[1'), ('h\xC3\xA4')")
                                .profile;
    CHECK(p.text_integer == 1);
    CHECK(p.text_number == 2);
    CHECK(p.text_boolean == 1);
    CHECK(p.text_date == 1);
    CHECK(p.text_time == 1);
    CHECK(p.text_timestamp == 2);
    CHECK(p.text_zoned == 1);
    CHECK(p.text_fine == 1);
    CHECK(p.text_uuid == 1);
    CHECK(p.text_json == 1);
    CHECK(p.text_json_scalar == 3);  // 1, 1.5, true
    CHECK(p.text_invalid_utf8 == 0);
}

TEST_CASE("lengths are characters; NUL and invalid bytes are seen wherever they stand") {
    CHECK(see("TEXT", "('\xC3\xA4\xC3\xA4\xC3\xA4')").profile.max_text_length == 3);
    for (int at = 0; at < 20; ++at) {
        CAPTURE(at);
        std::string hex;
        for (int i = 0; i < 20; ++i)
            hex += i == at ? "00" : "61";
        CHECK(see("TEXT", "(CAST(x'" + hex + "' AS TEXT))").profile.text_nul == 1);
        hex[static_cast<size_t>(at) * 2] = hex[static_cast<size_t>(at) * 2 + 1] = 'F';
        CHECK(see("TEXT", "(CAST(x'" + hex + "' AS TEXT))").profile.text_invalid_utf8 == 1);
        hex[static_cast<size_t>(at) * 2] = '0';
        hex[static_cast<size_t>(at) * 2 + 1] = '1';
        const ColumnProfile clean = see("TEXT", "(CAST(x'" + hex + "' AS TEXT))").profile;
        CHECK(clean.text_nul + clean.text_invalid_utf8 == 0);
    }
}

TEST_CASE("a lone surrogate of a UTF-16 file is not valid text") {
    const Seen seen = see("TEXT", "(CAST(x'61003dd8' AS TEXT))", "PRAGMA encoding='UTF-16le';");
    CHECK(seen.profile.text_invalid_utf8 == 1);
    CHECK(seen.choice.type == "bytea");
}

TEST_CASE("the declared type is kept where all values fit") {
    CHECK(type_of("INTEGER", "(1), (NULL), (9223372036854775807)") == "bigint");
    CHECK(type_of("SMALLINT", "(1)") == "bigint");
    CHECK(type_of("BOOLEAN", "(0), (1), (NULL)") == "boolean");
    CHECK(type_of("BOOLEAN", "('true'), ('f'), (1)") == "boolean");
    CHECK(type_of("REAL", "(1), (1.5), (9e999)") == "double precision");
    CHECK(type_of("DECIMAL(10,2)", "(1), (99999999.99), (0.1)") == "numeric(10,2)");
    CHECK(type_of("VARCHAR(3)", "('abc'), ('\xC3\xA4\xC3\xA4\xC3\xA4')") == "character varying(3)");
    CHECK(type_of("STRING", "('a'), (5)") == "text");
    CHECK(type_of("DATE", "('2024-01-02')") == "date");
    CHECK(type_of("TIME", "('12:00'), ('12:00:00.5')") == "time without time zone");
    CHECK(type_of("DATETIME", "('2024-01-02'), ('2024-01-02 03:04:05')") == "timestamp without time zone");
    CHECK(type_of("TIMESTAMPTZ", "('2024-01-02 03:04:05+01'), ('2024-01-02T03:04:05Z')") == "timestamp with time zone");
    CHECK(type_of("UUID", "('6f9619ff-8b86-d011-b42d-00c04fc964ff'), (zeroblob(16))") == "uuid");
    CHECK(type_of("JSON", "('{\"a\":1}'), (5), ('null'), ('\"x\"')") == "json");
    CHECK(type_of("JSONB", "('[1]')") == "jsonb");
    // SQLite's own JSONB, and JSON text in blobs.
    CHECK(type_of("JSONB", "(x'4c17611331'), ('[1]'), (x'7b7d'), (x'33313233')") == "jsonb");
    CHECK(type_of("JSON", "(x'4c17611331')") == "json");
    CHECK(type_of("JSONB", "(x'4c17611331'), (x'ff')") == "bytea");
    CHECK(type_of("JSONB", "(x'295c30')") == "bytea");  // a NUL, which jsonb does not take
    CHECK(type_of("JSON", "(x'295c30')") == "json");
    CHECK(type_of("BLOB", "(x'4c17611331')") == "bytea");
    CHECK(see("BLOB", "(x'4c17611331'), (x'00')").profile.blob_jsonb == 1);
    CHECK(type_of("BLOB", "(x'00'), ('text')") == "bytea");
}

TEST_CASE("a column without a value goes by its declaration") {
    CHECK(type_of("DATETIME", "") == "timestamp without time zone");
    CHECK(type_of("UUID", "(NULL), (NULL)") == "uuid");
    CHECK(see("UUID", "(NULL)").choice.why == "declared UUID");
    CHECK(type_of("", "(NULL)") == "text");
}

TEST_CASE("otherwise the nearest type that holds all, with the reason") {
    const struct {
        const char *declared, *values, *type, *why;
    } cases[] = {
        {"INTEGER", "(1), (1.5)", "double precision", "declared INTEGER, but 1 of 2 values is a real"},
        {"INTEGER", "(9007199254740993), (1.5)", "numeric", "declared INTEGER, but 1 of 2 values is a real"},
        {"INTEGER", "(9007199254740993), (9e999)", "text", "declared INTEGER, but 1 of 2 values is a real"},
        {"INTEGER", "('abc')", "text", "declared INTEGER, but its one value is text"},
        {"INTEGER", "(1), (''), (2)", "text", "declared INTEGER, but 1 of 3 values is empty text"},
        {"INTEGER", "(1), (x'00')", "bytea", "declared INTEGER, but 1 of 2 values is a blob"},
        {"BOOLEAN", "(0), (2)", "bigint", "declared BOOLEAN, but 1 of 2 values is neither 0 nor 1"},
        {"BOOLEAN", "('Y'), ('maybe')", "text", "declared BOOLEAN, but 1 of 2 values is no truth value"},
        {"BOOLEAN", "(0.5)", "double precision", "declared BOOLEAN, but its one value is a real"},
        {"NUMERIC", "(1), (9e999)", "double precision", "declared NUMERIC, but some are infinite"},
        {"DECIMAL(4,1)", "(1.25)", "numeric",
         "declared DECIMAL(4,1), but its one value does not fit precision and scale"},
        {"DECIMAL(4,1)", "(1234)", "numeric",
         "declared DECIMAL(4,1), but its one value does not fit precision and scale"},
        {"VARCHAR(2)", "('abc')", "text", "declared VARCHAR(2), but the longest value has 3 characters"},
        {"TEXT", "('a'), (CAST(x'ff' AS TEXT))", "bytea", "declared TEXT, but 1 of 2 values is not valid UTF-8"},
        {"TEXT", "('a'), (CAST(x'6100' AS TEXT))", "bytea", "declared TEXT, but 1 of 2 values holds a NUL byte"},
        {"TEXT", "('a'), (x'61')", "bytea", "declared TEXT, but 1 of 2 values is a blob"},
        {"BLOB", "('a'), ('b')", "text", "declared BLOB, but all 2 values are text"},
        {"BLOB", "(1)", "bigint", "declared BLOB, but its one value is an integer"},
        {"DATETIME", "(1700000000), (1700000001)", "timestamp with time zone",
         "declared DATETIME, numbers from 1700000000 to 1700000001 read as unix_seconds, 2023-11-14"},
        {"DATE", "(1700000000000), (NULL)", "timestamp with time zone",
         "declared DATE, the number 1700000000000 read as unix_ms, 2023-11-14"},
        {"TIMESTAMP", "(638355968000000000)", "timestamp without time zone",
         "declared TIMESTAMP, the number 638355968000000000 read as dotnet_ticks, 2023-11-14"},
        {"TIMESTAMP", "(638355968000000001)", "bigint", "declared TIMESTAMP, but its one value is an integer"},
        {"DATETIME", "(700000000)", "bigint", "declared DATETIME, but its one value is an integer"},
        {"DATETIME", "(1700000000), (9223372036854775807)", "bigint", "declared DATETIME, but all 2 values are integers"},
        {"DATETIME", "(2460263.5), (0)", "double precision",
         "declared DATETIME, but 1 of 2 values is an integer and 1 is a real"},
        {"DATETIME", "(1700000000), ('2023-11-14')", "text", "declared DATETIME, but 1 of 2 values is an integer"},
        {"TIME", "(1700000000)", "bigint", "declared TIME, but its one value is an integer"},
        {"DATETIME", "(1700000000.5), (1)", "double precision",
         "declared DATETIME, but 1 of 2 values is an integer and 1 is a real"},
        {"DATETIME", "('2024-01-02 00:00Z')", "timestamp with time zone",
         "declared DATETIME, but its one value has a zone"},
        {"DATETIME", "('2024-01-02 00:00Z'), ('2024-01-02')", "text",
         "declared DATETIME, but 1 of 2 values has a zone, the rest has none"},
        {"DATETIME", "('2024-01-02 00:00:00.1234567')", "text",
         "declared DATETIME, but its one value has digits beyond the microsecond"},
        {"DATETIME", "('0000-00-00 00:00:00')", "text", "declared DATETIME, but its one value is no ISO date or time"},
        {"DATETIME", "('2024-01-02'), ('')", "text", "declared DATETIME, but 1 of 2 values is empty text"},
        {"TIMESTAMPTZ", "('2024-01-02 00:00')", "timestamp without time zone",
         "declared TIMESTAMPTZ, but its one value has no zone"},
        {"DATE", "('2024-01-02'), ('2024-01-02 01:00')", "timestamp without time zone",
         "declared DATE, but 1 of 2 values has a time of day"},
        {"TIME", "('25:00')", "text", "declared TIME, but its one value is no time of day"},
        {"UUID", "('x')", "text", "declared UUID, but its one value is no uuid"},
        {"UUID", "(12)", "bigint", "declared UUID, but its one value is an integer"},
        {"UUID", "(x'00')", "bytea", "declared UUID, but its one value is not 16 bytes long"},
        {"JSON", "('{')", "text", "declared JSON, but its one value is no JSON"},
        {"JSONB", "('[\"\\u0000\"]')", "text", "declared JSONB, but its one value is no JSON"},
        {"", "(1), (2)", "bigint", "no declared type: the values are integers"},
        {"", "(1), ('a')", "text", "no declared type: the values are of several kinds"},
        {"", "(1), (x'00')", "bytea", "no declared type: the values are of several kinds"},
        {"POINT", "(x'4750')", "bytea", "declared POINT"},
    };
    for (const auto& c : cases) {
        CAPTURE(c.declared);
        CAPTURE(c.values);
        const Seen seen = see(c.declared, c.values);
        CHECK(seen.choice.type == c.type);
        CHECK(seen.choice.why == c.why);
    }
}

TEST_CASE("a profile keeps the extremes of texts and blobs by their bytes") {
    const ColumnProfile p = see("", "('b'), ('a'), ('abcdefgh'), ('abcdefghi'), ('zz'), ('z'), (''), (x'ff'), (x'00'), (x'')").profile;
    CHECK(p.min_text.empty());
    CHECK(p.max_text == "zz");
    CHECK(p.max_blob == "\xff");
    CHECK(p.min_blob.empty());
    CHECK(p.blob_empty == 1);
    const ColumnProfile q = see("", "('abcdefghz'), ('abcdefgha'), ('abcdefghm')").profile;
    CHECK(q.min_text == "abcdefgha");
    CHECK(q.max_text == "abcdefghz");
    const std::string chained = std::string(300, 'x');
    CHECK(see("", "('" + chained + "')").profile.max_text.size() == 200);
}

TEST_CASE("a profile is the same for a UTF-16 file, and for more columns than one call takes") {
    const ColumnProfile p = see("TEXT", "('h\xC3\xA4'), ('2024-01-02')", "PRAGMA encoding = 'UTF-16';").profile;
    CHECK(p.rows == 2);
    CHECK(p.text_date == 1);
    CHECK(p.max_text == "h\xC3\xA4");
    unit::SqliteFiles files;
    std::string columns, values;
    for (int i = 0; i < 250; ++i) {
        columns += (i == 0 ? "c" : ", c") + std::to_string(i);
        values += (i == 0 ? "" : ", ") + std::to_string(i);
    }
    sqlite::OpenOptions open;
    open.path = files.make("a.db", "CREATE TABLE t (" + columns + "); INSERT INTO t VALUES (" + values + ");");
    auto database = std::make_shared<sqlite::Database>(open);
    auto profiles = profile_table(database, sqlite::read_table(database, "t"));
    REQUIRE(profiles.size() == 250);
    CHECK(profiles[249].rows == 1);
    CHECK(profiles[249].max_integer == 249);
    CHECK(profiles[0].max_integer == 0);
}

TEST_CASE("numbers in text count for the unit only where the column is about times") {
    CHECK(see("DATETIME", "('1700000000')").profile.range.numbers() == 1);
    CHECK(see("TEXT", "('1700000000')").profile.range.numbers() == 0);
    CHECK(names_a_time("created_at"));
    CHECK(names_a_time("LastLoginDate"));
    CHECK(names_a_time("mtime"));
    CHECK_FALSE(names_a_time("format"));
    CHECK_FALSE(names_a_time("update_count"));
}
