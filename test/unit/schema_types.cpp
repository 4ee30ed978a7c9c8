// Tests of schema/declared.hpp and schema/type_map.hpp by declaration, over the types that real databases declare.
#include <doctest/doctest.h>

#include "schema/declared.hpp"
#include "schema/type_map.hpp"

using namespace schema;

namespace {

sqlite::Column declared(const std::string& type) {
    sqlite::Column column;
    column.name = "c";
    column.declared_type = type;
    column.affinity = sqlite::affinity_of(type);
    return column;
}

std::string type_of(const std::string& type) { return type_by_declaration(declared(type)).type; }

}  // namespace

TEST_CASE("every declared type of the survey has its type") {
    const struct {
        const char* declared;
        const char* type;
    } cases[] = {
        {"INTEGER", "bigint"},
        {"INT", "bigint"},
        {"BIGINT", "bigint"},
        {"TINYINT", "bigint"},
        {"SMALLINT", "bigint"},
        {"MEDIUMINT", "bigint"},
        {"INT2", "bigint"},
        {"INT8", "bigint"},
        {"INT64", "bigint"},
        {"LONG", "bigint"},
        {"INTEGER(8)", "bigint"},
        {"tinyint(1)", "bigint"},
        {"SMALLINT UNSIGNED", "bigint"},
        {"UNSIGNED BIG INT", "bigint"},
        {"UNSIGNED", "bigint"},
        {"YEAR", "bigint"},
        {"INTEGER NON", "bigint"},
        {"INTEGER AUTO_INCREMENT", "bigint"},
        {"SHORT INTEGER", "bigint"},
        {"INTEGE", "bigint"},
        {"INTERGER", "bigint"},
        {"SERIAL", "bigint"},
        {"BOOLEAN", "boolean"},
        {"bool", "boolean"},
        {"BIT", "boolean"},
        {"BIT(1)", "boolean"},
        {"BIT(8)", "bigint"},
        {"REAL", "double precision"},
        {"FLOAT", "double precision"},
        {"DOUBLE", "double precision"},
        {"DOUBLE PRECISION", "double precision"},
        {"FLOAT8", "double precision"},
        {"FLOAT(24)", "double precision"},
        {"FLOAT32(4)", "double precision"},
        {"NUMERIC", "numeric"},
        {"DECIMAL", "numeric"},
        {"DECIMAL(10,2)", "numeric(10,2)"},
        {"decimal (20, 6)", "numeric(20,6)"},
        {"NUMERIC(10)", "numeric(10,0)"},
        {"NUMERIC(2000,2)", "numeric"},
        {"NUMERIC(2,5)", "numeric"},
        {"NUMERIC(5,-2)", "numeric"},
        {"MONEY", "numeric"},
        {"NUMBER(12,4)", "numeric(12,4)"},
        {"NUM", "numeric"},
        {"FOO", "numeric"},
        {"ADDRESS", "numeric"},
        {"DECIMAL(10,2) UNSIGNED", "numeric(10,2)"},
        {"TEXT", "text"},
        {"TEXT(20)", "text"},
        {"TEXT NOCASE", "text"},
        {"CLOB", "text"},
        {"LONGVARCHAR", "text"},
        {"STRING", "text"},
        {"ENUM", "text"},
        {"VARCHAR", "text"},
        {"VARCHAR(255)", "character varying(255)"},
        {"NVARCHAR(40)", "character varying(40)"},
        {"CHAR(3)", "character varying(3)"},
        {"CHARACTER VARYING(9)", "character varying(9)"},
        {"national character(5)", "character varying(5)"},
        {"VARCHAR2(255)", "character varying(255)"},
        {"[nvarchar](50)", "character varying(50)"},
        {"\"varchar\" (50)", "character varying(50)"},
        {"VARCHAR(0)", "text"},
        {"VARCHAR(max)", "text"},
        {"VARCHAR(20000000)", "text"},
        {"TEXT[]", "text"},
        {"INTEGER[]", "text"},
        {"VARCHAR(20) UNIQUE", "character varying(20)"},
        {"BLOB", "bytea"},
        {"BLOB(16)", "bytea"},
        {"BYTEA", "bytea"},
        {"BYTES", "bytea"},
        {"VARBINARY(20)", "bytea"},
        {"byte[]", "bytea"},
        {"LONGBLOB", "bytea"},
        {"POINT", "bytea"},
        {"MULTIPOLYGON", "bytea"},
        {"GEOMETRY", "bytea"},
        {"POINTZ", "bytea"},
        {"COMPOUNDCURVE", "bytea"},
        {"", "text"},
        {"ANY", "text"},
        {"NONE", "text"},
        {"INTERVAL", "text"},
        {"DATE", "date"},
        {"TIME", "time without time zone"},
        {"DATETIME", "timestamp without time zone"},
        {"DATETIME(6)", "timestamp without time zone"},
        {"TIMESTAMP", "timestamp without time zone"},
        {"TIMESTAMP(3)", "timestamp without time zone"},
        {"SMALLDATETIME", "timestamp without time zone"},
        {"timestamp without time zone", "timestamp without time zone"},
        {"TIMESTAMPTZ", "timestamp with time zone"},
        {"TIMESTAMP WITH TIME ZONE", "timestamp with time zone"},
        {"timestamp(6) with time zone", "timestamp with time zone"},
        {"TIMESTAMPZ", "timestamp with time zone"},
        {"DATETIMEOFFSET(7)", "timestamp with time zone"},
        {"DATETIME NULL", "timestamp without time zone"},
        {"JSON", "json"},
        {"JSONB", "jsonb"},
        {"UUID", "uuid"},
        {"GUID", "uuid"},
        {"UNIQUEIDENTIFIER", "uuid"},
        // nothing that can be written aborts
        {"(", "text"},
        {")", "numeric"},
        {"((((", "text"},
        {"VARCHAR(", "text"},
        {"DECIMAL(,)", "numeric"},
        {"DECIMAL(99999999999999,2)", "numeric"},
        {"\"\"", "text"},
        {"[]", "text"},
        {"\xFF\xFE", "numeric"},
        {"a b c d e f g", "numeric"},
    };
    for (const auto& c : cases) {
        CAPTURE(c.declared);
        CHECK(type_of(c.declared) == c.type);
    }
}

TEST_CASE("the reason says what was declared, and where affinity decided") {
    CHECK(type_by_declaration(declared("INTEGER")).why == "declared INTEGER");
    CHECK(type_by_declaration(declared("")).why == "no declared type");
    CHECK(type_by_declaration(declared("FOO")).why == "declared FOO, read by its NUMERIC affinity");
}
