// Indexes as CREATE INDEX made them: plain, unique, partial, over expressions, under a collation.
#include <algorithm>

#include "base/text.hpp"
#include "schema/draft.hpp"
#include "schema/identifier.hpp"
#include "schema/sql_token.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

// What CREATE INDEX says: the text of each entry, and of the condition.
struct Written {
    std::vector<std::string> entries;
    std::string where;
};

Written read_index(const std::string& sql) {
    Written written;
    const std::vector<Token> tokens = read_tokens(sql);
    size_t at = 0;
    while (tokens[at].kind != TokenKind::end && !tokens[at].is_mark("("))
        ++at;
    int depth = 0;
    size_t begin = 0;
    for (; tokens[at].kind != TokenKind::end; ++at) {
        const Token& token = tokens[at];
        bool ends = depth == 1 && (token.is_mark(",") || token.is_mark(")"));
        if (ends) {
            size_t last = at - 1;
            if (tokens[last].is("ASC") || tokens[last].is("DESC")) --last;
            written.entries.push_back(sql.substr(begin, std::max(begin, tokens[last].end) - begin));
        }
        if (token.is_mark("(") && depth++ == 0) begin = token.end;
        if (token.is_mark(")") && --depth == 0) break;
        if (ends) begin = token.end;
    }
    for (; tokens[at].kind != TokenKind::end; ++at) {
        if (!tokens[at].is("WHERE")) continue;
        written.where = sql.substr(tokens[at].end);
        break;
    }
    return written;
}

bool is(const std::string& collation, const char* name) { return base::equal_ignoring_case(collation, name); }

// An entry under SQLite's collation. NOCASE folds the letters of ASCII alone, as lower() does under "C".
// "" for a collation that nobody knows.
std::string under(const std::string& collation, const std::string& sql) {
    if (collation.empty() || is(collation, "BINARY")) return sql;
    if (is(collation, "NOCASE")) return "lower(" + sql + " COLLATE \"C\")";
    if (is(collation, "RTRIM")) return "rtrim(" + sql + ", ' ')";
    return {};
}

bool is_text(const DraftTable& table, size_t position) {
    return type_family(table.columns[position].choice.type) == "text";
}

struct Entries {
    std::string sql, why, unknown;  // unknown: columns under a collation that is not known
    std::vector<size_t> columns;    // all that are read
    bool plain = true;              // nothing but columns
};

Entries write_entries(const DraftTable& table, const sqlite::Index& index, const Written& written) {
    Entries entries;
    for (size_t i = 0; i < index.columns.size(); ++i) {
        const sqlite::IndexColumn& column = index.columns[i];
        int position = column.expression || column.name.empty() ? -1 : table.position(column.name);
        std::string sql;
        if (position >= 0) {
            auto place = static_cast<size_t>(position);
            entries.columns.push_back(place);
            sql = quote_name(table.columns[place].target);
            std::string collated = is_text(table, place) ? under(column.collation, sql) : sql;
            if (collated.empty()) {
                entries.unknown += (entries.unknown.empty() ? "" : ", ") + sql + " " + column.collation;
            } else if (collated != sql) {
                sql = "(" + collated + ")";
                entries.plain = false;
            }
        } else {
            if (i >= written.entries.size()) return {"", "its definition is not understood", "", {}, false};
            Translated value = translate_value(written.entries[i], table.relation);
            if (value.sql.empty()) return {"", value.why, "", {}, false};
            if (value.stable) return {"", "PostgreSQL wants expressions that give the same at any time", "", {}, false};
            sql = value.kind == Kind::text ? under(column.collation, value.sql) : value.sql;
            if (sql.empty()) return {"", "the collation " + column.collation + " is not known", "", {}, false};
            sql = "(" + sql + ")";
            for (const std::string& name : value.columns)
                entries.columns.push_back(static_cast<size_t>(table.position(name)));
            entries.plain = false;
        }
        entries.sql += (entries.sql.empty() ? "" : ", ") + sql + (column.descending ? " DESC" : "");
    }
    std::sort(entries.columns.begin(), entries.columns.end());
    entries.columns.erase(std::unique(entries.columns.begin(), entries.columns.end()), entries.columns.end());
    return entries;
}

}  // namespace

void write_index(Draft& draft, DraftTable& table, const sqlite::Index& index, DraftKey* key) {
    const std::string& name = table.index_names[&index];
    const Written written = read_index(index.sql);
    Entries entries = write_entries(table, index, written);
    std::string why = entries.why, where, note;
    if (why.empty() && index.partial) {
        Translated condition = translate_condition(written.where, table.relation);
        why = condition.why;
        if (why.empty() && condition.stable) why = "PostgreSQL wants a condition that gives the same at any time";
        if (why.empty()) where = " WHERE " + condition.sql;
        note = condition.note;
    }
    if (why.empty()) why = index_obstacle(table, entries.columns);
    if (why.empty() && index.columns.size() > 32) why = "it has more than 32 entries, PostgreSQL's limit";
    bool merges = key != nullptr ? key->merges : index.unique && would_merge(draft, table, entries.columns);
    if (why.empty() && merges) why = "values that SQLite holds apart would be equal";
    if (!why.empty()) {
        draft.report(table.source.name, (index.unique ? "unique index " : "index ") + quote_name(index.name),
                     "not carried: " + why + ". " + one_line(index.sql));
        return;
    }
    if (name != index.name) note += (note.empty() ? "" : "; ") + ("named " + quote_name(index.name) + " in SQLite");
    if (!entries.unknown.empty() && !index.unique)
        note += (note.empty() ? "" : "; ") + ("ordered by " + entries.unknown + " in SQLite");
    draft.state(index.unique ? Action::unique : Action::index, table, draft.qualify(name),
                std::string("CREATE ") + (index.unique ? "UNIQUE " : "") + "INDEX " + quote_name(name) + " ON " +
                    table.qualified + " (" + entries.sql + ")" + where,
                note);
    // Only a plain one can be the parent's side of a foreign key.
    if (key != nullptr && entries.plain) key->carried = true;
    if (index.unique && !entries.unknown.empty()) {
        draft.report(table.source.name, draft.qualify(name),
                     "unique by the collation of " + entries.unknown + " in SQLite, byte by byte in PostgreSQL");
    }
}

void write_collated_index(Draft& draft, DraftTable& table, const DraftKey& key, const std::string& constraint) {
    if (key.index == nullptr) return;
    Entries entries = write_entries(table, *key.index, {});
    if (!entries.unknown.empty()) {
        draft.report(table.source.name, draft.qualify(constraint),
                     "unique by the collation of " + entries.unknown + " in SQLite, byte by byte in PostgreSQL");
    }
    if (entries.plain || !entries.why.empty()) return;
    const std::string name = unique_name(constraint + "_collated", draft.taken);
    draft.state(Action::unique, table, draft.qualify(name),
                "CREATE UNIQUE INDEX " + quote_name(name) + " ON " + table.qualified + " (" + entries.sql + ")",
                "the key of SQLite compares by NOCASE or RTRIM: beside " + quote_name(constraint) +
                    ", which compares byte by byte");
}

}  // namespace schema
