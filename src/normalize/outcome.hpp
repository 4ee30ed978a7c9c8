// What becomes of one cell: a value, NULL, a question to the type's own input function, or a precise complaint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace normalize {

// The named rules. A report counts each cell under at most one; the plain form of a type counts under none.
enum class Rule : uint8_t {
    none,
    // always on, counted
    empty_as_null,       // '' in a column that is not text
    digits_cut,          // digits beyond the microsecond that are not zero, cut (never rounded), as the .NET drivers do
    offset_to_utc,       // an offset bound for a type without zone: the instant in UTC
    time_dropped,        // a time of day that is not midnight bound for a date
    blanks_cut,          // trailing blanks beyond n of varchar(n), char(n)
    name_cut,            // bytes beyond 63 of a name
    round_to_real,       // a number that is not exactly a 4-byte real
    round_to_double,     // digits of text beyond those of a double, behind the decimal point
    round_to_scale,      // digits beyond a numeric's scale
    duplicate_keys,      // members of a JSON object that jsonb drops, as a later one bears their name; set by value/
    // on where the column's settings say so
    nonzero_is_true,
    round,
    trunc,
    truncate,            // text cut to n characters
    replace_invalid,     // each invalid UTF-8 sequence becomes U+FFFD
    strip_nul,
    latin1,              // bytes that are not UTF-8 are read as ISO 8859-1
    to_bytea,            // what is no text goes as bytes: into bytea, or in a text column as bytea's own text, \\x41ff42
    sqlite_jsonb,        // SQLite's binary JSON becomes JSON text in a text column
    uuid_dotnet,         // 16 bytes in .NET's mixed-endian order
    hex,
    base64,
    unix_seconds,
    unix_ms,
    unix_us,
    unix_ns,
    julian,
    cocoa,               // seconds since 2001-01-01
    webkit,              // microseconds since 1601-01-01
    filetime,            // 100 ns since 1601-01-01
    dotnet_ticks,        // 100 ns since 0001-01-01
    expression,          // an SQL expression of the caller's that changed the cell; set by value/
    orphan_as_null,      // set by the copier, not by a converter
    count_               // how many there are
};
const char* rule_name(Rule rule);
Rule rule_of(std::string_view name);  // Rule::count_ where there is none of that name

// Why a cell cannot be carried. Each has a name for reports, a SQLSTATE, and a sentence of what was expected.
enum class Code : uint8_t {
    none,
    wrong_storage,       // a storage class that the target cannot hold (a blob in an integer column)
    not_a_number,
    not_an_integer,      // a fraction bound for an integer
    out_of_range,
    not_a_boolean,
    not_a_time,          // text that is no date or time
    ambiguous_time,      // a number in a time column whose unit nobody stated
    implausible_time,    // outside what the target can hold
    zone_needed,         // a form that only a zone would make an instant
    evaluated_word,      // now, today, ...: the server would evaluate it
    invalid_utf8,
    nul_byte,
    too_long,
    not_a_uuid,
    not_json,
    not_an_array,
    not_a_range,
    not_a_row,
    binary_json,         // SQLite's JSONB bound for a text column
    not_hex,
    not_base64,
    destroyed_by_affinity,  // SQLite's affinity already turned the value into a number (a hex uuid in a column declared UUID)
    refused_by_type,        // the type's own input function refused it; message is the server's
    not_null,               // NULL where the target takes none
    count_
};
const char* code_name(Code code);      // "out_of_range"
const char* code_sqlstate(Code code);  // "22003"
const char* code_expected(Code code);  // "a whole number within the range of the column's type"

enum class Verdict : uint8_t { value, null, decline, complaint };

// Plain data: lives in frames that a longjmp may leave.
struct Outcome {
    Verdict verdict = Verdict::value;
    Rule rule = Rule::none;
    Code code = Code::none;
};
inline Outcome accept(Rule rule = Rule::none) { return {Verdict::value, rule, Code::none}; }
inline Outcome becomes_null(Rule rule = Rule::none) { return {Verdict::null, rule, Code::none}; }
inline Outcome decline() { return {Verdict::decline, Rule::none, Code::none}; }
inline Outcome complain(Code code) { return {Verdict::complaint, Rule::none, code}; }

// What a column's owner asked for. One per target column, set once per table.
struct Settings {
    uint64_t rules = 0;     // bit 1 << int(Rule): the rules that are on where a column must ask for them
    Rule unit = Rule::none; // unix_seconds .. dotnet_ticks: how numbers in a time column are read
    int32_t length = -1;    // varchar(n), char(n), bit(n): n; -1 = no limit
    int32_t precision = -1; // numeric(p,s): p; -1 = no limit
    int32_t scale = 0;      // numeric(p,s): s (may be negative)

    bool has(Rule rule) const { return (rules >> static_cast<int>(rule)) & 1; }
};

// Bytes that a converter gives: a view of the cell, or of the scratch buffer that the caller lent.
struct Bytes {
    const char* data = nullptr;
    size_t size = 0;
};

}  // namespace normalize
