// Names of rules; names, SQLSTATEs and expectations of complaints: the words that reports and messages use.
#include "normalize/outcome.hpp"

#include <iterator>

#include "base/fence.hpp"

namespace normalize {

namespace {

// In the order of the enum: rule_name indexes it.
constexpr const char* rule_names[] = {
    "none", "empty_as_null", "digits_cut", "offset_to_utc", "time_dropped", "blanks_cut",
    "name_cut", "round_to_real", "round_to_double", "round_to_scale", "duplicate_keys", "nonzero_is_true", "round",
    "trunc", "truncate", "replace_invalid", "strip_nul", "latin1", "to_bytea", "sqlite_jsonb", "uuid_dotnet",
    "hex", "base64", "unix_seconds", "unix_ms", "unix_us", "unix_ns",
    "julian", "cocoa", "webkit", "filetime", "dotnet_ticks", "expression",
    "orphan_as_null",
};
static_assert(std::size(rule_names) == static_cast<size_t>(Rule::count_));
static_assert(static_cast<int>(Rule::count_) <= 64, "Settings::rules is a set of 64 bits");

struct Complaint {
    const char* name;
    const char* sqlstate;
    const char* expected;
};

// In the order of the enum. SQLSTATEs are those of the server's own input functions where there is one for the case.
constexpr Complaint complaints[] = {
    {"none", "00000", ""},
    {"wrong_storage", "42804", "a storage class that the column's type can hold"},
    {"not_a_number", "22P02", "a number that the column's type can hold"},
    {"not_an_integer", "22P02", "a whole number, or the rule round or trunc"},
    {"out_of_range", "22003", "a number within the range of the column's type"},
    {"not_a_boolean", "22P02", "0 or 1, or one of the words true, false, t, f, yes, no, y, n, on, off"},
    {"not_a_time", "22007", "a date or time in an ISO 8601 form, such as 2024-03-31 02:30:00"},
    {"ambiguous_time", "22007",
     "a date or time as text, or a rule that states the number's unit, such as unix_seconds, unix_ms or julian"},
    {"implausible_time", "22008",
     "a time within the range of the column's type; within the years 1 to 9999 if read by a unit"},
    {"zone_needed", "22007", "a time with a numeric offset, with Z, or with none"},
    {"evaluated_word", "22007",
     "a fixed date or time; now, today, tomorrow and the like would be evaluated at load time"},
    {"invalid_utf8", "22021", "valid UTF-8, or the rule replace_invalid or latin1"},
    {"nul_byte", "22021", "text without a NUL byte, or the rule strip_nul"},
    {"too_long", "22001", "at most as many characters as the column's type takes, or the rule truncate"},
    {"not_a_uuid", "22P02", "a UUID: 32 hexadecimal digits, with or without dashes, or 16 bytes"},
    {"not_json", "22P02", "JSON text that the column's type can hold"},
    {"not_an_array", "22P02",
     "a JSON array, such as [1, 2], or PostgreSQL's {1,2}: at most six levels, each of equal length, none empty"},
    {"not_a_range", "22P02", "a range as PostgreSQL writes it, such as [1,10), or a list of them in braces"},
    {"not_a_row", "22P02", "a row as PostgreSQL writes it, such as (1,abc), with a value for each of its columns"},
    {"binary_json", "22P02", "text; this is SQLite's JSONB, which the rule sqlite_jsonb writes out as JSON"},
    {"not_hex", "22P02", "an even number of hexadecimal digits"},
    {"not_base64", "22P02", "Base64 text"},
    {"destroyed_by_affinity", "22018",
     "text or 16 bytes; the source's column affinity has turned the value into a number"},
    {"refused_by_type", "22P02", "a value that the column's type accepts"},
    {"not_null", "23502", "a value, as the column is NOT NULL"},
};
static_assert(std::size(complaints) == static_cast<size_t>(Code::count_));

const Complaint& complaint_of(Code code) {
    const auto index = static_cast<size_t>(code);
    return complaints[index < std::size(complaints) ? index : 0];
}

}  // namespace

const char* rule_name(Rule rule) {
    const auto index = static_cast<size_t>(rule);
    return rule_names[index < std::size(rule_names) ? index : 0];
}

Rule rule_of(std::string_view name) {
    // From 1: "none" is no rule that a user can name.
    for (size_t index = 1; index < std::size(rule_names); ++index) {
        if (name == rule_names[index]) return static_cast<Rule>(index);
    }
    return Rule::count_;
}

const char* code_name(Code code) { return complaint_of(code).name; }
const char* code_sqlstate(Code code) { return complaint_of(code).sqlstate; }
const char* code_expected(Code code) { return complaint_of(code).expected; }

}  // namespace normalize
