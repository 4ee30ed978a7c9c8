// The type of a column that create mode makes, where the caller asked for rules: it fits the values after them.
#include "schema/ruled_type.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "schema/declared.hpp"
#include "schema/tally.hpp"
#include "sqlite/database.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

// Rules whose values are of one type, whatever was declared.
struct RuleType {
    const char* rule;
    const char* type;
};
constexpr RuleType rule_types[] = {
    {"to_bytea", "bytea"},
    {"hex", "bytea"},
    {"base64", "bytea"},
    {"uuid_dotnet", "uuid"},
    {"nonzero_is_true", "boolean"},
    {"round", "bigint"},
    {"trunc", "bigint"},
    {"unix_seconds", "timestamp with time zone"},
    {"unix_ms", "timestamp with time zone"},
    {"unix_us", "timestamp with time zone"},
    {"unix_ns", "timestamp with time zone"},
    {"julian", "timestamp with time zone"},
    {"cocoa", "timestamp with time zone"},
    {"webkit", "timestamp with time zone"},
    {"filetime", "timestamp with time zone"},
    {"dotnet_ticks", "timestamp without time zone"},
};

// Text that a number's column would have made a number of, had the application written it.
base::Cell by_affinity(base::Cell cell, sqlite::Affinity affinity) {
    const bool numeric = affinity == sqlite::Affinity::integer || affinity == sqlite::Affinity::real ||
                         affinity == sqlite::Affinity::numeric;
    if (!numeric || cell.storage != base::StorageClass::text) return cell;
    const std::string_view text = cell.bytes();
    const NumberKind kind = number_shape(text);
    if (kind == NumberKind::none) return cell;
    const char* from = text.data() + (text[0] == '+');
    const char* to = text.data() + text.size();
    base::Cell number;
    if (kind == NumberKind::integer && std::from_chars(from, to, number.integer).ec == std::errc()) {
        number.storage = base::StorageClass::integer;
        return number;
    }
    if (std::from_chars(from, to, number.real).ec != std::errc() || !std::isfinite(number.real)) return cell;
    number.storage = base::StorageClass::real;
    return number;
}

ColumnProfile profile_through(const std::shared_ptr<sqlite::Database>& database, const sqlite::Table& table,
                              size_t position, const AskedRules& asked) {
    const sqlite::Column& column = table.columns[position];
    ColumnProfile profile;
    profile.name = column.name;
    Tally tally(profile, read_declared(column.declared_type), false);
    std::string sql = "SELECT " + sqlite::quote_name(column.name) + " FROM main." + sqlite::quote_name(table.name);
    if (table.kind == sqlite::TableKind::table) sql += " NOT INDEXED";
    sqlite::Statement statement(database, sql);
    while (statement.step()) {
        ++profile.rows;
        tally.add(by_affinity(asked.through(statement.cell(0)), sqlite::affinity_of(column.declared_type)));
    }
    return profile;
}

// The profile as it is after the rules.
void apply(const AskedRules& asked, const Declared& declared, ColumnProfile& p) {
    if (asked.has("empty_as_null")) {
        p.texts -= p.text_empty;
        p.nulls += p.text_empty;
        p.text_empty = 0;
    }
    if (asked.has("sqlite_jsonb")) {
        p.texts += p.blobs;
        p.blobs = 0;
        p.max_text_length = std::numeric_limits<int64_t>::max();
    }
    if (asked.has("latin1") || asked.has("replace_invalid")) {
        // How long they will be is not known.
        if (p.text_invalid_utf8 > 0) p.max_text_length = std::numeric_limits<int64_t>::max();
        p.text_invalid_utf8 = 0;
    }
    if (asked.has("strip_nul")) p.text_nul = 0;
    if (asked.has("truncate") || asked.has("blanks_cut"))
        p.max_text_length = std::min<int64_t>(p.max_text_length, std::max(declared.length, 0));
    if (asked.has("digits_cut")) p.text_fine = 0;
    if (asked.has("time_dropped") && declared.family == Family::date) {
        p.text_date += p.text_timestamp;
        p.text_timestamp = p.text_zoned = p.text_fine = 0;
    }
    if (asked.has("offset_to_utc") && declared.family == Family::timestamp) p.text_zoned = 0;
    if (asked.has("round_to_scale")) p.numbers_beyond_scale = 0;
}

}  // namespace

bool AskedRules::has(const char* name) const { return std::find(names.begin(), names.end(), name) != names.end(); }

TypeChoice type_by_rules(const std::shared_ptr<sqlite::Database>& database, const sqlite::Table& table, size_t position,
                         ColumnProfile& profile, const AskedRules& asked) {
    const sqlite::Column& column = table.columns[position];
    const Declared declared = read_declared(column.declared_type);
    if (!asked.type.empty()) return {asked.type, "its rule is an expression of that type"};
    if (asked.through) {
        profile = profile_through(database, table, position, asked);
        TypeChoice choice = type_by_evidence(column, profile);
        choice.why += ", after its rule, an expression";
        return choice;
    }
    apply(asked, declared, profile);
    TypeChoice choice = type_by_evidence(column, profile);
    for (const std::string& name : asked.names)
        for (const RuleType& fixed : rule_types)
            if (name == fixed.rule) choice.type = fixed.type;
    // Its caller wants the dates alone.
    if (asked.has("time_dropped") && choice.type.rfind("timestamp", 0) == 0) choice.type = "date";
    std::string rules;
    for (const std::string& name : asked.names) rules += (rules.empty() ? "" : ", ") + name;
    choice.why += ", under its rule " + rules;
    return choice;
}

}  // namespace schema
