// Reads a declared SQLite type, whatever was written there, as one of the families that PostgreSQL has types for.
#include "schema/declared.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "base/text.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

constexpr int longest_varchar = 10485760;  // the server's limit of n in varchar(n)
constexpr int largest_precision = 1000;

// What was written: words in lower case, the numbers in parentheses, and whether [] stood behind.
struct Written {
    std::vector<std::string> words;
    std::vector<int> arguments;
    bool array = false;

    std::string phrase() const {
        std::string all;
        for (const std::string& word : words)
            all += (all.empty() ? "" : " ") + word;
        return all;
    }
};

Written read_words(const std::string& declared_type) {
    Written written;
    std::string text = base::lower_ascii(declared_type);
    std::string word;
    auto end_word = [&] {
        if (!word.empty()) written.words.push_back(word);
        word.clear();
    };
    for (size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '(') {
            end_word();
            size_t close = text.find(')', i);
            std::string inside = text.substr(i + 1, close == std::string::npos ? std::string::npos : close - i - 1);
            for (size_t at = 0; at <= inside.size();) {
                size_t comma = std::min(inside.find(',', at), inside.size());
                // atoi: "10", " 2", "255 char"; "max" is 0 and so no length at all
                if (written.arguments.size() < 2)
                    written.arguments.push_back(std::atoi(inside.substr(at, comma - at).c_str()));
                at = comma + 1;
            }
            if (close == std::string::npos) break;
            i = close;
        } else if (c == '[' && i + 1 < text.size() && text[i + 1] == ']') {
            written.array = true;
            ++i;
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == ',') {
            end_word();
        } else if (c != '"' && c != '`' && c != '\'' && c != '[' && c != ']') {
            word += c;  // [nvarchar](50), "varchar"(50): quotes around a type's name mean nothing
        }
    }
    end_word();
    return written;
}

// Words that say nothing about what the column holds.
const std::set<std::string_view>& noise() {
    static const std::set<std::string_view> words = {
        "unsigned", "signed", "zerofill", "auto_increment", "autoincrement", "identity", "nocase",  "non",
        "not",      "null",   "nullable", "primary",        "key",           "unique",   "collate", "rtrim"};
    return words;
}

const std::map<std::string, Family>& names() {
    using F = Family;
    static const struct {
        Family family;
        const char* names;
    } groups[] = {
        {F::none, "any|none|null|variant|sql_variant|interval|duration"},
        {F::integer, "long|longlong|long long|short|byte|year|serial|bigserial|smallserial|counter|oid"},
        {F::boolean, "bool|boolean|bit"},
        {F::real, "real|float|double|double precision|single|float4|float8|binary_float|binary_double"},
        {F::numeric, "numeric|decimal|dec|num|number|fixed|money|smallmoney|currency"},
        {F::text,
         "text|ntext|longtext|mediumtext|tinytext|clob|nclob|string|str|longvarchar|enum|set|citext|name|memo"},
        {F::text, "xml|inet|cidr|macaddr|url|hstore|tsvector"},
        {F::bytes, "blob|bytea|bytes|binary|varbinary|image|raw|long raw|bfile|rowversion"},
        {F::date, "date"},
        {F::time, "time|time without time zone"},
        {F::timetz, "timetz|time with time zone"},
        {F::timestamp, "datetime|datetime2|smalldatetime|timestamp|timestamp without time zone|date time"},
        {F::timestamptz, "timestamptz|timestampz|timestamp_tz|timestamp with time zone|timestamp with local time zone"},
        {F::timestamptz, "datetimeoffset|datetimetz"},
        {F::json, "json"},
        {F::jsonb, "jsonb"},
        {F::uuid, "uuid|guid|uniqueidentifier"},
    };
    static const std::map<std::string, Family> families = [] {
        std::map<std::string, Family> result;
        for (const auto& group : groups) {
            std::string_view rest = group.names;
            while (!rest.empty()) {
                size_t end = std::min(rest.find('|'), rest.size());
                result.emplace(rest.substr(0, end), group.family);
                rest.remove_prefix(std::min(end + 1, rest.size()));
            }
        }
        return result;
    }();
    return families;
}

// GeoPackage and SpatiaLite name the shape as the type, and keep blobs; "POINT" holds "INT" by accident.
bool is_geometry(const std::string& word) {
    static const std::set<std::string_view> shapes = {"geometry",
                                                      "geography",
                                                      "point",
                                                      "linestring",
                                                      "polygon",
                                                      "multipoint",
                                                      "multilinestring",
                                                      "multipolygon",
                                                      "geometrycollection",
                                                      "geomcollection",
                                                      "curve",
                                                      "surface",
                                                      "multicurve",
                                                      "multisurface",
                                                      "circularstring",
                                                      "compoundcurve",
                                                      "curvepolygon",
                                                      "polyhedralsurface",
                                                      "tin",
                                                      "triangle"};
    if (shapes.count(word) != 0) return true;
    for (std::string_view suffix : {"zm", "z", "m"}) {
        if (word.size() > suffix.size() && word.compare(word.size() - suffix.size(), suffix.size(), suffix) == 0 &&
            shapes.count(std::string_view(word).substr(0, word.size() - suffix.size())) != 0) {
            return true;
        }
    }
    return false;
}

Family by_affinity(sqlite::Affinity affinity) {
    switch (affinity) {
        case sqlite::Affinity::integer: return Family::integer;
        case sqlite::Affinity::text: return Family::text;
        case sqlite::Affinity::real: return Family::real;
        case sqlite::Affinity::numeric: return Family::numeric;
        default: return Family::bytes;
    }
}

// The family by name; false where nobody knows the name.
bool by_name(const Written& written, Family& family) {
    auto look_up = [&family](const std::string& name) {
        auto found = names().find(name);
        if (found == names().end()) return false;
        family = found->second;
        return true;
    };
    std::string phrase = written.phrase();
    if (look_up(phrase)) return true;
    if (is_geometry(written.words[0])) {
        family = Family::bytes;
        return true;
    }
    std::string kept;
    for (const std::string& word : written.words) {
        if (noise().count(word) == 0) kept += (kept.empty() ? "" : " ") + word;
    }
    if (kept.empty()) {  // UNSIGNED, AUTO_INCREMENT: a number, by its habit
        family = Family::integer;
        return true;
    }
    if (kept != phrase && look_up(kept)) return true;
    // "timestamp(3) default", "datetime ms": the first word tells, unless SQLite's affinity sees more in the whole.
    const std::string& first = written.words[0];
    if (first.rfind("timestamp", 0) == 0 || first.rfind("datetime", 0) == 0) {
        bool zoned = first == "timestamptz" || phrase.find("with time zone") != std::string::npos;
        family = zoned ? Family::timestamptz : Family::timestamp;
        return true;
    }
    return false;
}

}  // namespace

Declared read_declared(const std::string& declared_type) {
    Declared declared;
    Written written = read_words(declared_type);
    if (written.words.empty()) return declared;
    sqlite::Affinity affinity = sqlite::affinity_of(declared_type);
    if (written.array && written.words[0] != "byte") {  // TEXT[], INTEGER[]: a list written as text
        declared.family = Family::text;
        return declared;
    }
    if (written.array) {
        declared.family = Family::bytes;
        return declared;
    }
    if (!by_name(written, declared.family)) {
        declared.family = by_affinity(affinity);
        if (affinity == sqlite::Affinity::numeric && written.words.size() > 1) {
            // "NUMERIC MYTYPE", "BOOLEAN DEFAULTED": affinity saw nothing, so the first word may tell.
            auto first = names().find(written.words[0]);
            if (first != names().end()) declared.family = first->second;
        }
        // VARCHAR, NCHAR, NATIONAL CHARACTER VARYING: known by what they contain, as SQLite knows them.
        bool plain = affinity == sqlite::Affinity::integer || declared.family == Family::text;
        declared.by_affinity = !plain;
    }

    int first = written.arguments.empty() ? -1 : written.arguments[0];
    if (declared.family == Family::text && written.phrase().find("char") != std::string::npos && first >= 1 &&
        first <= longest_varchar) {
        declared.length = first;
    }
    if (declared.family == Family::numeric && first >= 1 && first <= largest_precision) {
        int scale = written.arguments.size() > 1 ? written.arguments[1] : 0;
        if (scale >= 0 && scale <= first) {  // PostgreSQL 14 takes no other scale
            declared.precision = first;
            declared.scale = scale;
        }
    }
    // BIT(8) is a number of bits, not a truth value.
    if (written.words[0] == "bit" && first > 1) declared.family = Family::integer;
    return declared;
}

}  // namespace schema
