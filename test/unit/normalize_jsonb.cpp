// SQLite's JSONB: the texts of SQLite's own json() for its blobs, what is none, and where blobs of it may go.
#include "base/sqlite_jsonb.hpp"

#include "normalize_cells.hpp"

using namespace normalize;
using namespace normalize_test;
using namespace std::string_view_literals;

namespace {

std::string unhex(std::string_view digits) {
    std::string bytes;
    for (size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes.push_back(static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
    return bytes;
}

std::string read(std::string_view digits) {
    std::string text;
    switch (base::read_jsonb(unhex(digits), text)) {
        case base::JsonbVerdict::no: return "no";
        case base::JsonbVerdict::invalid_utf8: return "invalid_utf8";
        default: return text;
    }
}

}  // namespace

TEST_CASE("JSONB as SQLite writes it") {
    const Row rows[] = {
        {"00", "null"},
        {"01", "true"},
        {"02", "false"},
        {"1330", "0"},
        {"33313233", "123"},
        {"232d31", "-1"},
        {"0b", "[]"},
        {"0c", "{}"},
        {"8b133117613c176200", "[1,\"a\",{\"b\":null}]"},
        {"cc1417614b1331133237612062011763552d312e3530", "{\"a\":[1,2],\"a b\":true,\"c\":-1.50}"},
        {"5531652b3130", "1e+10"},
        {"07", "\"\""},
        {"27c3a9", "\"\xc3\xa9\""},
        {"475c6e", "no"},
        {"38615c6e", "\"a\\n\""},
        {"685c7564383361", "\"\\ud83a\""},  // half of a pair is for the server to refuse
        // JSON5, in RFC 8259's words.
        {"4430784646", "255"},
        {"542d30784646", "-255"},
        {"242b35", "5"},
        {"262e35", "0.5"},
        {"362d2e35", "-0.5"},
        {"26352e", "5.0"},
        {"46352e6533", "5.0e3"},
        {"49615c2762", "\"a'b\""},
        {"495c783431", "\"\\u0041\""},
        {"295c76", "\"\\u000b\""},
        {"295c30", "\"\\u0000\""},
        {"49615c0a62", "\"ab\""},
        {"59615c0d0a62", "\"ab\""},
        {"395c6e22", "\"\\n\\\"\""},
        {"5a610a225c01", "\"a\\n\\\"\\\\\\u0001\""},
        // Longer headers than needed are allowed.
        {"c30131", "1"},
        {"d3000131", "1"},
        {"e30000000131", "1"},
        {"f3000000000000000131", "1"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.in);
        CHECK(read(row.in) == row.out);
    }
}

TEST_CASE("what is no JSONB") {
    for (const char* bytes : {
             "", "10", "1031", "2331", "1331 32", "133132", "13", "c3", "c30231", "d300", "f3ffffffffffffffff31",
             "0d", "0e", "0f", "1361", "233031", "132d", "332d3031", "45312e", "4531652b",
             "24", "142b", "342b2b31", "54307847 47", "162e", "1765 66", "17", "1722", "175c", "170a", "1822", "285c",
             "285c61", "38615c", "495c7567", "385c7634", "395c3031", "495c7847", "1b13", "2b0013", "1c0762", "2c1761",
             "2c0001", "3c133131", "4c17611331 00", "4c1761133100",
         }) {
        std::string digits = bytes;
        std::erase(digits, ' ');
        CAPTURE(digits);
        CHECK(read(digits) == "no");
    }
    CHECK(read("17ff") == "invalid_utf8");
    CHECK(read("3aeda080") == "invalid_utf8");
    // Nested as deep as SQLite goes, and a level deeper.
    std::string deep;
    for (int i = 0; i < 1001; ++i) {
        const size_t size = deep.size();
        deep.insert(0, "\xeb");
        deep.insert(1, std::string{0, 0, static_cast<char>(size >> 8), static_cast<char>(size)});
        std::string text;
        CHECK(base::read_jsonb(deep, text) == (i < 1000 ? base::JsonbVerdict::yes : base::JsonbVerdict::no));
    }
}

TEST_CASE("where JSONB goes") {
    const std::string object = unhex("4c17611331"), nul = unhex("295c30"), bad = unhex("17ff");
    CHECK(json_line(blob(object), true) == "{\"a\":1}");
    CHECK(json_line(blob(object), false) == "{\"a\":1}");
    CHECK(json_line(blob(nul), true) == "! not_json");
    CHECK(json_line(blob(nul), false) == "\"\\u0000\"");
    CHECK(json_line(blob(bad), true) == "! invalid_utf8");
    // Text in a blob stays what it is. Text is never JSONB, a blob that is both is JSONB, as to SQLite.
    CHECK(json_line(blob("{\"a\": 1}"), true) == "{\"a\": 1}");
    CHECK(json_line(text("3123"), true) == "3123");
    CHECK(json_line(blob("3123"), true) == "123");

    CHECK(bytea_line(blob(object)) == object);
    CHECK(text_line(blob(object)) == "! binary_json");
    CHECK(text_line(text(object)) == object);
    CHECK(text_line(blob(object), with({Rule::sqlite_jsonb})) == "{\"a\":1} (sqlite_jsonb)");
    CHECK(text_line(blob("plain"), with({Rule::sqlite_jsonb})) == "plain");
    CHECK(text_line(blob(unhex("cc1417614b1331133237612062011763552d312e3530"))) == "! binary_json");
    CHECK(text_line(blob("[\n7,1]")) == "[\n7,1]");  // both, by chance, but all of it could be text
    CHECK(text_line(blob("\n")) == "\n");
}

TEST_CASE("to_bytea: what is no text goes as bytes") {
    const Settings asked = with({Rule::to_bytea});
    CHECK(text_line(text("41\xff"), asked) == "\\x3431ff (to_bytea)");
    CHECK(text_line(text("a\0b"sv), asked) == "\\x610062 (to_bytea)");
    CHECK(text_line(blob("\x00\xff"sv), asked) == "\\x00ff (to_bytea)");
    CHECK(text_line(text("plain"), asked) == "plain");
    CHECK(text_line(text("a\0b"sv), with({Rule::to_bytea, Rule::strip_nul})) == "ab (strip_nul)");
    Settings narrow = length(5, {Rule::to_bytea});
    CHECK(text_line(text("\xff\xff"), narrow) == "! too_long");
    CHECK(bytea_line(text("41\xff"), asked) == "41\xff (to_bytea)");
    CHECK(bytea_line(text("41"), asked) == "41");
    CHECK(bytea_line(blob("41\xff"), asked) == "41\xff");
    CHECK(input_line(text("41\xff"), asked) == "! invalid_utf8");
}
