// Foreign keys: both sides get one type where the values allow it, and only keys that hold are carried.
#include <algorithm>

#include "base/text.hpp"
#include "schema/draft.hpp"
#include "schema/identifier.hpp"
#include "schema/order.hpp"
#include "schema/source_check.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

struct Ends {
    DraftTable* parent = nullptr;
    std::vector<size_t> columns, parent_columns;
};

// Where both sides of a foreign key lie; otherwise why it cannot be carried.
std::string find_ends(Draft& draft, const DraftTable& table, const sqlite::ForeignKey& key, Ends& ends) {
    ends.parent = draft.find(key.parent);
    if (ends.parent == nullptr)
        return "its parent table " + quote_name(key.parent) + " is not among those that are created";
    if (key.parent_columns.empty()) return "the parent table " + quote_name(key.parent) + " has no primary key";
    if (key.parent_columns.size() != key.columns.size()) {
        return "the primary key of " + quote_name(key.parent) + " has not the same number of columns";
    }
    for (size_t i = 0; i < key.columns.size(); ++i) {
        int child = table.position(key.columns[i]), parent = ends.parent->position(key.parent_columns[i]);
        if (child < 0) return "the table has no column " + quote_name(key.columns[i]);
        if (parent < 0)
            return "the parent table " + quote_name(key.parent) + " has no column " + quote_name(key.parent_columns[i]);
        ends.columns.push_back(static_cast<size_t>(child));
        ends.parent_columns.push_back(static_cast<size_t>(parent));
    }
    return {};
}

// The type that the child's values would take under the parent's declaration, or its present one.
std::string type_towards(const DraftColumn& child, const sqlite::Column& parent_source, const DraftColumn& parent) {
    const ColumnProfile& p = child.profile;
    const std::string family = type_family(parent.choice.type);
    if (child.values() == 0) return parent.choice.type;
    if (family == "bigint" && p.integers == child.values()) return "bigint";
    bool clean = p.text_invalid_utf8 == 0 && p.text_nul == 0;
    if (family == "text" && p.texts == child.values() && clean) return "text";
    if (family == "bytea" && (p.blobs == child.values() || p.texts == child.values())) return "bytea";
    if (type_family(type_by_evidence(parent_source, p).type) == family) return family;
    return child.choice.type;
}

// Whether PostgreSQL takes these parent columns as a referenced key: one that is carried, over the same set of columns.
bool is_key(const DraftTable& parent, std::vector<size_t> columns) {
    std::sort(columns.begin(), columns.end());
    for (const DraftKey& key : parent.keys) {
        std::vector<size_t> covered = key.columns;
        std::sort(covered.begin(), covered.end());
        if (key.carried && covered == columns) return true;
    }
    return false;
}

// How the values of a column are compared with those of the other side.
KeyForm form_of(const DraftColumn& column, const DraftColumn& other) {
    const std::string family = type_family(column.choice.type);
    if (family == "uuid") return KeyForm::uuid;
    if (family.rfind("time", 0) == 0) return KeyForm::time;
    auto only = [](const DraftColumn& c, int64_t count) { return c.values() == count; };
    if (family == "boolean") {
        bool numbers = only(column, column.profile.integers) && only(other, other.profile.integers);
        return numbers ? KeyForm::plain : KeyForm::truth;
    }
    if (family == "text" || family == "bytea") {
        bool texts = only(column, column.profile.texts) && only(other, other.profile.texts);
        bool blobs = only(column, column.profile.blobs) && only(other, other.profile.blobs);
        return texts || blobs ? KeyForm::plain : KeyForm::written;
    }
    return KeyForm::plain;
}

std::string action_clause(const char* event, const std::string& action) {
    for (const char* known : {"CASCADE", "RESTRICT", "SET NULL", "SET DEFAULT"}) {
        if (base::equal_ignoring_case(action, known)) return std::string(" ON ") + event + " " + known;
    }
    return {};  // NO ACTION is what both do by themselves
}

// Why the key cannot be carried; "" where PostgreSQL will take it over the rows as they are.
std::string obstacle(Draft& draft, const DraftTable& table, const Ends& ends) {
    const DraftTable& parent = *ends.parent;
    if (!is_key(parent, ends.parent_columns)) {
        return "no carried key of " + parent.qualified + " has exactly the columns (" +
               parent.column_list(ends.parent_columns) + ")";
    }
    if (ends.columns.size() > 32) return "it has more than 32 columns";
    std::vector<size_t> distinct = ends.parent_columns;
    std::sort(distinct.begin(), distinct.end());
    if (std::adjacent_find(distinct.begin(), distinct.end()) != distinct.end()) return "it names a parent column twice";
    std::vector<KeyColumn> child_key, parent_key;
    for (size_t i = 0; i < ends.columns.size(); ++i) {
        const DraftColumn& from = table.columns[ends.columns[i]];
        const DraftColumn& to = parent.columns[ends.parent_columns[i]];
        if (type_family(from.choice.type) != type_family(to.choice.type)) {
            return "the types differ: " + quote_name(from.target) + " is " + from.choice.type + ", " +
                   quote_name(to.target) + " of " + parent.qualified + " is " + to.choice.type;
        }
        KeyForm form = form_of(from, to);
        child_key.push_back({table.source.columns[ends.columns[i]].name, form});
        parent_key.push_back({parent.source.columns[ends.parent_columns[i]].name, form});
    }
    if (draft.request.orphans_go) return {};
    Orphans orphans = find_orphans(draft.database, table.source.name, child_key, parent.source.name, parent_key);
    if (orphans.rows == 0) return {};
    std::string why = counted(orphans.rows, "row has no parent: ", "rows have no parent, for example ");
    for (size_t i = 0; i < orphans.samples.size(); ++i)
        why += (i == 0 ? "" : ", ") + orphans.samples[i];
    return why;
}

std::string key_name(const DraftTable& table, const Ends& ends, const sqlite::ForeignKey& key) {
    if (!key.name.empty()) return key.name;
    std::string name = table.target;
    for (size_t position : ends.columns)
        name += "_" + table.columns[position].target;
    return name + "_fkey";
}

std::string key_sql(const DraftTable& table, const Ends& ends, const sqlite::ForeignKey& key, const std::string& name) {
    return "ALTER TABLE " + table.qualified + " ADD CONSTRAINT " + quote_name(name) + " FOREIGN KEY (" +
           table.column_list(ends.columns) + ") REFERENCES " + ends.parent->qualified + " (" +
           ends.parent->column_list(ends.parent_columns) + ")" + action_clause("UPDATE", key.on_update) +
           action_clause("DELETE", key.on_delete) +
           (key.deferrable_initially_deferred ? " DEFERRABLE INITIALLY DEFERRED"
            : key.deferrable                  ? " DEFERRABLE"
                                              : "") +
           " NOT VALID";
}

}  // namespace

void unify_references(Draft& draft) {
    // A parent may itself be the child of another: again, until nothing changes. A column that two keys pull to
    // different types follows the first; cycles of empty columns could still chase each other, so the rounds are
    // bounded. What is not settled then is reported as a difference of types.
    std::map<const DraftColumn*, const sqlite::ForeignKey*> followed;
    std::vector<sqlite::Table> sources;
    for (const DraftTable& table : draft.tables) {
        sqlite::Table bare;  // what the order depends on
        bare.name = table.source.name;
        bare.foreign_keys = table.source.foreign_keys;
        sources.push_back(std::move(bare));
    }
    std::vector<DraftTable*> ordered;  // parents first: one round does it but for cycles
    for (const std::vector<std::string>& group : parents_first(sources)) {
        for (const std::string& name : group)
            ordered.push_back(draft.find(name));
    }
    for (int round = 0; round < 10; ++round) {
        bool changed = false;
        for (DraftTable* place : ordered) {
            DraftTable& table = *place;
            for (const sqlite::ForeignKey& key : table.source.foreign_keys) {
                Ends ends;
                if (!find_ends(draft, table, key, ends).empty()) continue;
                for (size_t i = 0; i < ends.columns.size(); ++i) {
                    DraftColumn& child = table.columns[ends.columns[i]];
                    const DraftColumn& parent = ends.parent->columns[ends.parent_columns[i]];
                    if (child.identity || type_family(child.choice.type) == type_family(parent.choice.type)) continue;
                    std::string type = type_towards(child, ends.parent->source.columns[ends.parent_columns[i]], parent);
                    if (type_family(type) != type_family(parent.choice.type)) continue;
                    if (!followed.emplace(&child, &key).second && followed[&child] != &key) continue;
                    child.choice.type = type;
                    std::string& why = child.choice.why;
                    why = why.substr(0, why.find(", as \"")) + ", as " + quote_name(parent.target) + " of " +
                          ends.parent->qualified + " to which it refers";
                    changed = true;
                }
            }
        }
        if (!changed) return;
    }
}

void write_foreign_keys(Draft& draft) {
    for (DraftTable& table : draft.tables) {
        for (const sqlite::ForeignKey& key : table.source.foreign_keys) {
            Ends ends;
            std::string why = find_ends(draft, table, key, ends), draft_sql;
            if (why.empty()) {
                why = obstacle(draft, table, ends);
                // Orphans alone: the key could stand over the rows to come.
                if (why.find(" no parent") != std::string::npos)
                    draft_sql = ". Draft: " + key_sql(table, ends, key, fit(key_name(table, ends, key)));
            }
            if (!why.empty()) {
                std::string columns;
                for (const std::string& column : key.columns)
                    columns += (columns.empty() ? "" : ", ") + quote_name(column);
                draft.report(table.source.name, "foreign key (" + columns + ") of " + table.qualified,
                             "not carried: " + why + draft_sql);
                continue;
            }
            std::string name = unique_name(key_name(table, ends, key), table.constraint_names);
            std::string object = quote_name(name) + " on " + table.qualified;
            // NOT VALID first: the lock on the parent is short; the check of the rows runs under a weaker one.
            draft.state(Action::foreign_key, table, object, key_sql(table, ends, key, name));
            draft.state(Action::foreign_key, table, object,
                        "ALTER TABLE " + table.qualified + " VALIDATE CONSTRAINT " + quote_name(name));
        }
    }
}

}  // namespace schema
