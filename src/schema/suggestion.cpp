// Says what a column would best become in PostgreSQL, judged by its values, and why.
#include "schema/suggestion.hpp"

#include <vector>

#include "schema/declared.hpp"
#include "schema/time_unit.hpp"
#include "schema/type_map.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

bool is_time(Family family) {
    return family == Family::date || family == Family::timestamp || family == Family::timestamptz;
}

std::string joined(const std::vector<TimeUnit>& units) {
    std::string names;
    for (TimeUnit unit : units) names += (names.empty() ? "" : " or ") + std::string(unit_name(unit));
    return names;
}

// The same column as if its empty texts were NULL, which rule empty_as_null makes of them.
ColumnProfile without_empties(ColumnProfile profile) {
    profile.texts -= profile.text_empty;
    profile.nulls += profile.text_empty;
    profile.text_empty = 0;
    return profile;
}

// Text that says something more precise than text.
std::string type_of_text(const ColumnProfile& p, std::string& why) {
    const int64_t texts = p.texts - p.text_empty;
    if (texts == 0 || p.integers + p.reals + p.blobs > 0) return {};
    if (p.text_uuid == texts) {
        why = "all texts are uuids";
        return "uuid";
    }
    if (p.text_date == texts) {
        why = "all texts are dates";
        return "date";
    }
    if (p.text_date + p.text_timestamp == texts && p.text_fine == 0) {
        why = "all texts are dates and times";
        if (p.text_zoned == 0) return "timestamp without time zone";
        why += p.text_zoned == texts ? " with a zone" : ", " + std::to_string(p.text_zoned) + " of them with a zone";
        return "timestamp with time zone";
    }
    if (p.text_json == texts) {
        why = "all texts are JSON objects or arrays";
        return p.text_jsonb == texts ? "jsonb" : "json";
    }
    if (p.text_boolean == texts) {
        why = "all texts are truth values";
        return "boolean";
    }
    return {};
}

// Numbers where times are meant. False: they are not, or nobody can say of which unit.
bool judge_times(const Declared& declared, const ColumnProfile& p, const std::vector<TimeUnit>& units,
                 Suggestion& suggestion) {
    const int64_t values = p.rows - p.nulls;
    const int64_t times = p.range.numbers() + p.text_date + p.text_timestamp + p.text_empty;
    if (p.range.numbers() == 0 || times != values) return false;
    if (units.size() != 1) {
        suggestion.why += "; " + describe_range(p.range);
        suggestion.why += units.empty() ? " are plausible times in no unit" : " may be";
        const char* separator = " ";
        for (TimeUnit unit : units) {
            suggestion.why += separator + std::string(unit_name(unit)) + " (" + describe_years(p.range, unit) + ")";
            separator = " or ";
        }
        return false;
    }
    const bool zoned = units[0] != TimeUnit::dotnet_ticks;
    suggestion.type = declared.family == Family::date ? "date"
                      : zoned                         ? "timestamp with time zone"
                                                      : "timestamp without time zone";
    suggestion.rule = unit_name(units[0]);
    suggestion.why = describe_range(p.range) + ": as " + suggestion.rule + ", " + describe_years(p.range, units[0]);
    return true;
}

}  // namespace

Suggestion suggest(const sqlite::Column& column, const ColumnProfile& p, bool identity, bool core_data) {
    const Declared declared = read_declared(column.declared_type);
    const std::vector<TimeUnit> units = possible_units(p.range, core_data);
    TypeChoice choice = type_by_evidence(column, p);
    Suggestion suggestion{choice.type, {}, joined(units), choice.why};
    if (identity) {
        suggestion.type = "bigint";
        suggestion.unit.clear();
        suggestion.why = "the rowid";
        return suggestion;
    }
    const bool about_times = is_time(declared.family) || (declared.family != Family::text && names_a_time(column.name));
    if (about_times && judge_times(declared, p, units, suggestion)) return suggestion;

    const bool bad_bytes = p.blobs == 0 && p.text_nul + p.text_invalid_utf8 > 0;
    if (bad_bytes && (declared.family == Family::text || declared.family == Family::none)) {
        suggestion.type = "text";
        suggestion.rule = p.text_nul == 0 ? "replace_invalid" : p.text_invalid_utf8 == 0 ? "strip_nul"
                                                                                         : "strip_nul, replace_invalid";
        suggestion.why = std::to_string(p.text_nul) + " texts hold a NUL byte, " +
                         std::to_string(p.text_invalid_utf8) + " are not valid UTF-8";
        return suggestion;
    }
    if (p.blobs > 0 && p.blobs == p.blob_jsonb && p.texts + p.integers + p.reals == 0) {
        suggestion.type = "jsonb";
        suggestion.why = "all blobs are SQLite's own JSONB";
        return suggestion;
    }
    if (declared.family == Family::text || declared.family == Family::none) {
        std::string why, type = type_of_text(p, why);
        if (!type.empty()) {
            suggestion.type = type;
            suggestion.why = why;
            if (p.text_empty > 0) suggestion.rule = "empty_as_null";
        } else if (p.texts > 0 && p.text_integer == p.texts - p.text_empty) {
            suggestion.why += "; all texts are whole numbers";
        }
        return suggestion;
    }
    if (p.text_empty > 0) {
        const TypeChoice emptied = type_by_evidence(column, without_empties(p));
        if (emptied.type != choice.type) {
            suggestion.type = emptied.type;
            suggestion.rule = "empty_as_null";
            suggestion.why = emptied.why + "; " + std::to_string(p.text_empty) + " empty texts become NULL";
        }
    }
    if (declared.family == Family::boolean && suggestion.type == "bigint")
        suggestion.why += "; boolean would take them under the rule nonzero_is_true";
    return suggestion;
}

}  // namespace schema
