// CHECK constraints and generated columns: translated where they mean the same in PostgreSQL, else reported.
#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "schema/draft.hpp"
#include "schema/identifier.hpp"
#include "sqlite/database.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

// One of the column's values. All are written alike, so that any will do.
std::string sample_of(Draft& draft, const DraftTable& table, const sqlite::Column& column) {
    const std::string name = sqlite::quote_name(column.name);
    sqlite::Statement statement(draft.database, "SELECT " + name + " FROM main." +
                                                    sqlite::quote_name(table.source.name) + " NOT INDEXED WHERE " +
                                                    name + " IS NOT NULL LIMIT 1");
    return statement.step() ? statement.text(0) : "";
}

// Whether all values are of the storage class that the kind comes from.
bool is_pure(const DraftColumn& column, Kind kind) {
    const ColumnProfile& p = column.profile;
    switch (kind) {
        case Kind::boolean: return p.zero_or_one == column.values();
        case Kind::bytes: return p.blobs == column.values();
        case Kind::integer: return p.integers == column.values();
        case Kind::real: return p.reals == column.values();
        case Kind::numeric: return p.integers + p.reals == column.values();
        default: return p.texts == column.values();
    }
}

Field describe(Draft& draft, const DraftTable& table, size_t position) {
    const sqlite::Column& source = table.source.columns[position];
    const DraftColumn& column = table.columns[position];
    Field field;
    field.name = source.name;
    field.target = column.target;
    field.kind = column.ruled ? Kind::other : kind_of_type(column.choice.type);
    field.collation = source.collation;
    field.pure = is_pure(column, field.kind);
    field.generated = source.generated;
    bool number = source.affinity == sqlite::Affinity::integer || source.affinity == sqlite::Affinity::real ||
                  source.affinity == sqlite::Affinity::numeric;
    field.affine = field.kind == Kind::text ? source.affinity == sqlite::Affinity::text : number;
    // 'yes' in a boolean column is text for SQLite, and equals no number; '5' in a numeric one is a number.
    if (!field.pure && field.kind != Kind::text && field.kind != Kind::bytes && field.kind != Kind::real)
        field.kind = Kind::other;
    bool alike = field.kind == Kind::uuid ? column.profile.one_uuid_form : column.profile.one_time_form;
    switch (field.kind) {
        case Kind::date: field.sample = "2000-01-01"; break;
        case Kind::time: field.sample = "00:00:00"; break;
        case Kind::timestamp: field.sample = "2000-01-01 00:00:00"; break;
        case Kind::uuid: break;
        default: return field;
    }
    if (column.values() > 0) field.sample = alike ? sample_of(draft, table, source) : "";
    return field;
}

// Why PostgreSQL cannot compute the column; "" where it can, and then the expression.
std::string cannot_compute(const DraftTable& table, const sqlite::Column& source, DraftColumn& column,
                           std::string& expression) {
    for (const sqlite::ForeignKey& key : table.source.foreign_keys) {
        for (const std::string& name : key.columns) {
            if (base::equal_ignoring_case(name, source.name)) return "it belongs to a foreign key";
        }
    }
    if (column.ruled) return "a rule changes its values";
    Translated value = translate_value(source.generated_sql, table.relation);
    if (value.sql.empty()) return value.why;
    if (value.stable) return "PostgreSQL wants an expression that gives the same at any time";
    if (!value.note.empty()) return "it would be " + value.note;
    for (const std::string& name : value.columns) {
        if (table.source.columns[static_cast<size_t>(table.position(name))].generated)
            return "it uses another generated column";
    }
    Kind kind = kind_of_type(column.choice.type);
    bool number = kind == Kind::integer || kind == Kind::real || kind == Kind::numeric;
    if (value.kind == kind || (kind == Kind::boolean && value.kind == Kind::truth) ||
        (value.kind == Kind::integer && number)) {
        expression = value.sql;
    } else if (number && (value.kind == Kind::truth || value.kind == Kind::boolean)) {
        expression = "(" + value.sql + ")::integer";
    } else {
        return "its values are " + column.choice.type + ", the expression's are not";
    }
    return {};
}

std::string check_name(DraftTable& table, size_t place, const Translated& check) {
    std::string name = table.source.check_names[place];
    if (name.empty()) {
        name = table.target;
        if (check.columns.size() == 1)
            name += "_" + table.columns[static_cast<size_t>(table.position(*check.columns.begin()))].target;
        name += "_check";
    }
    return unique_name(name, table.constraint_names);
}

// How many rows violate each of these; "" in `why` where SQLite could say so. One pass for all of them.
std::vector<int64_t> count_violations(Draft& draft, const DraftTable& table, const std::vector<std::string>& checks,
                                      std::string& why) {
    std::vector<int64_t> counts(checks.size(), 0);
    if (checks.empty() || table.rows == 0) return counts;
    std::string sql;
    for (const std::string& check : checks)
        sql += (sql.empty() ? "SELECT " : ", ") + ("count(*) FILTER (WHERE NOT (\n" + check + "\n))");
    try {
        sqlite::Statement statement(draft.database, sql + " FROM main." + sqlite::quote_name(table.source.name));
        if (statement.step()) {
            for (size_t i = 0; i < checks.size(); ++i)
                counts[i] = statement.integer(static_cast<int>(i));
        }
    } catch (const base::Error& error) {
        using base::ErrorKind;
        for (ErrorKind kind : {ErrorKind::interrupted, ErrorKind::out_of_memory, ErrorKind::corrupt, ErrorKind::io,
                               ErrorKind::busy, ErrorKind::limit}) {
            if (error.kind == kind) throw;
        }
        why = "SQLite cannot check it: " + error.text;
    }
    return counts;
}

}  // namespace

void describe_relations(Draft& draft) {
    for (DraftTable& table : draft.tables) {
        table.relation = {table.source.name, table.target, {}, table.source.rowid_alias};
        for (size_t i = 0; i < table.columns.size(); ++i)
            table.relation.fields.push_back(describe(draft, table, i));
    }
}

void settle_generated(Draft& draft) {
    for (DraftTable& table : draft.tables) {
        for (size_t i = 0; i < table.columns.size(); ++i) {
            const sqlite::Column& source = table.source.columns[i];
            DraftColumn& column = table.columns[i];
            if (!source.generated) continue;
            std::string why = cannot_compute(table, source, column, column.generated);
            if (why.empty()) continue;
            draft.report(table.source.name, "column " + table.qualified + "." + quote_name(column.target),
                         std::string(source.generated_stored ? "a stored" : "a virtual") +
                             " generated column, created as an ordinary one that holds the values of now: " + why +
                             ". AS (" + one_line(source.generated_sql) + ")");
        }
    }
}

void write_checks(Draft& draft) {
    for (DraftTable& table : draft.tables) {
        std::vector<Translated> checks;
        std::vector<std::string> carried;
        for (const std::string& check : table.source.checks) {
            checks.push_back(translate_condition(check, table.relation));
            if (!checks.back().sql.empty()) carried.push_back(check);
        }
        std::string problem;
        std::vector<int64_t> violations = count_violations(draft, table, carried, problem);
        size_t counted_place = 0;
        for (size_t i = 0; i < checks.size(); ++i) {
            const Translated& check = checks[i];
            std::string why = check.why;
            if (why.empty()) {
                int64_t rows = violations[counted_place++];
                why = !problem.empty() ? problem : rows > 0 ? counted(rows, "row violates it", "rows violate it") : "";
            }
            std::string name = check_name(table, i, check);
            const std::string start =
                "ALTER TABLE " + table.qualified + " ADD CONSTRAINT " + quote_name(name) + " CHECK (";
            if (!why.empty()) {
                const std::string& source = table.source.checks[i];
                draft.report(table.source.name, "check " + quote_name(name) + " of " + table.qualified,
                             "not carried: " + why + ". " +
                                 (check.sql.empty() ? "CHECK (" + one_line(source) + ")"
                                                    : "Draft: " + start + check.sql + ") NOT VALID"));
                continue;
            }
            draft.state(Action::constraint, table, quote_name(name) + " on " + table.qualified, start + check.sql + ")",
                        check.note);
        }
    }
}

}  // namespace schema
