// The legal options of servers, foreign tables and columns, as a table.
#include "pg/options.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/guard.hpp"
#include "pg/source.hpp"

extern "C" {
#include "postgres.h"

#include "catalog/pg_attribute.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_user_mapping.h"
#include "commands/defrem.h"
#include "foreign/foreign.h"
}

namespace pg {
namespace {

enum class Kind { path, archive, milliseconds, boolean, scope, name, size, number };

struct Rule {
    const char* name;
    Oid catalog;
    Kind kind;
};

const Rule rules[] = {
    {"database", ForeignServerRelationId, Kind::path},
    {"archive", ForeignServerRelationId, Kind::archive},
    {"archive_max_size", ForeignServerRelationId, Kind::size},
    {"archive_max_ratio", ForeignServerRelationId, Kind::number},
    {"archive_max_entries", ForeignServerRelationId, Kind::number},
    {"archive_max_seconds", ForeignServerRelationId, Kind::number},
    {"busy_timeout", ForeignServerRelationId, Kind::milliseconds},
    {"snapshot_scope", ForeignServerRelationId, Kind::scope},
    {"snapshot", ForeignServerRelationId, Kind::boolean},
    {"immutable", ForeignServerRelationId, Kind::boolean},
    {"table", ForeignTableRelationId, Kind::name},
    {"column", AttributeRelationId, Kind::name},
    {"key", AttributeRelationId, Kind::boolean},
};

const Rule* find_rule(const std::string& name, Oid catalog) {
    for (const Rule& rule : rules)
        if (rule.catalog == catalog && name == rule.name) return &rule;
    return nullptr;
}

[[noreturn]] void unknown_option(const std::string& name, Oid catalog) {
    std::string valid;
    for (const Rule& rule : rules)
        if (rule.catalog == catalog) valid += (valid.empty() ? "" : ", ") + std::string(rule.name);
    throw base::Error(base::ErrorKind::invalid_argument, fmt::format("invalid option \"{}\"", name), {},
                      valid.empty() ? "There are no valid options in this context."
                                    : fmt::format("Valid options in this context are: {}", valid));
}

[[noreturn]] void bad_value(const Option& option, const char* expected) {
    throw base::Error(base::ErrorKind::invalid_argument,
                      fmt::format("invalid value for option \"{}\": \"{}\"", option.name, base::excerpt(option.value)),
                      fmt::format("Expected {}.", expected));
}

// A number of 1 or more, with kB, MB, GB or TB behind it if units are allowed; -1 if it is none.
int64_t positive_number(const std::string& text, bool units) {
    int64_t value = -1;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < 1) return -1;
    std::string unit(end, text.data() + text.size());
    if (unit.empty()) return value;
    static constexpr struct {
        const char* name;
        int shift;
    } known[] = {{"B", 0}, {"kB", 10}, {"MB", 20}, {"GB", 30}, {"TB", 40}};
    for (const auto& [name, shift] : known)
        if (units && unit == name && value <= INT64_MAX >> shift) return value << shift;
    return -1;
}

void check_value(const Option& option, Kind kind, bool in_archive) {
    switch (kind) {
        case Kind::path:
            if (in_archive) break;  // the name of a member
            // The validator runs as the user who makes or alters the server.
            check_path_right();
            locate(option.value);
            break;
        case Kind::archive:
            check_path_right();
            canonical_path(option.value);
            break;
        case Kind::size:
            if (positive_number(option.value, true) < 0) bad_value(option, "a number of bytes, or one with kB, MB, GB or TB");
            break;
        case Kind::number:
            if (positive_number(option.value, false) < 0) bad_value(option, "a number, 1 or more");
            break;
        case Kind::milliseconds: {
            int value = -1;
            auto [end, error] = std::from_chars(option.value.data(), option.value.data() + option.value.size(), value);
            if (error != std::errc() || *end != '\0' || value < 0)
                bad_value(option, "a number of milliseconds, 0 or more");
            break;
        }
        case Kind::boolean:
            if (option.value != "true" && option.value != "false") bad_value(option, "true or false");
            break;
        case Kind::scope:
            if (option.value != "statement" && option.value != "transaction")
                bad_value(option, "statement or transaction");
            break;
        case Kind::name:
            if (option.value.empty()) bad_value(option, "a name as SQLite spells it");
            break;
    }
}

}  // namespace

void validate_options(const std::vector<Option>& options, Oid catalog) {
    bool database = false, archive = !option_value(options, "archive").empty();
    for (const Option& option : options) {
        const Rule* rule = find_rule(option.name, catalog);
        if (rule == nullptr) unknown_option(option.name, catalog);
        check_value(option, rule->kind, archive);
        database = database || option.name == "database";
    }
    if (catalog == ForeignServerRelationId && !database && !archive)
        throw base::Error(base::ErrorKind::invalid_argument, "option \"database\" is required", {},
                          "OPTIONS (database '/path/on/the/server/app.db')");
}

std::vector<Option> read_options(List* options) {
    std::vector<Option> result;
    ListCell* cell;
    foreach (cell, options) {
        auto* definition = static_cast<DefElem*>(lfirst(cell));
        const char* value = pg_call([definition] { return defGetString(definition); });
        result.push_back({definition->defname, value});
    }
    return result;
}

std::string option_value(const std::vector<Option>& options, const char* name) {
    for (const Option& option : options)
        if (option.name == name) return option.value;
    return {};
}

archives::Limits archive_limits(const std::vector<Option>& options) {
    archives::Limits limits;
    auto set = [&options](const char* name, int64_t& limit) {
        std::string value = option_value(options, name);
        if (!value.empty()) limit = positive_number(value, true);
    };
    set("archive_max_size", limits.max_bytes);
    set("archive_max_ratio", limits.max_ratio);
    set("archive_max_entries", limits.max_entries);
    set("archive_max_seconds", limits.max_seconds);
    return limits;
}

}  // namespace pg
