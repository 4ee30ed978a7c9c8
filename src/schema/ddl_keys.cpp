// Primary keys, unique constraints and indexes: which of them PostgreSQL can build, and their statements.
#include <algorithm>
#include <cmath>

#include "schema/declared.hpp"
#include "schema/draft.hpp"
#include "schema/identifier.hpp"
#include "schema/source_check.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

constexpr size_t most_index_columns = 32;  // INDEX_MAX_KEYS
constexpr int64_t widest_entry = 2600;     // a btree entry may have 2704 bytes, with its header and padding

// How PostgreSQL will compare the column's values, where that may take two different ones for equal.
// False: no two values of the column can meet.
bool may_merge(const DraftColumn& column, KeyForm& form) {
    const ColumnProfile& p = column.profile;
    const std::string family = type_family(column.choice.type);
    int classes = (p.integers > 0) + (p.reals > 0) + (p.texts > 0) + (p.blobs > 0);
    if (family == "uuid") {
        form = KeyForm::uuid;
        return classes > 1 || (p.texts > 0 && !p.one_uuid_form);
    }
    if (family == "date" || family.rfind("time", 0) == 0) {
        form = KeyForm::time;
        return !p.one_time_form;
    }
    if (family == "boolean") {
        form = KeyForm::truth;
        return p.texts > 0;
    }
    // 1 and '1', x'31' and '1': apart in SQLite, one text or one bytea in PostgreSQL. (1 and 1.0 are one in both.)
    if (family == "text" || family == "bytea") {
        form = KeyForm::written;
        return classes > 1 && (p.texts > 0 || p.blobs > 0);
    }
    // Beyond 2^53 a real's shortest text may be the digits of an integer that is not its neighbour.
    if (family == "numeric") {
        constexpr int64_t exact = int64_t{1} << 53;
        form = KeyForm::written;
        return p.integers > 0 && p.reals > 0 && (p.max_integer > exact || p.min_integer < -exact) &&
               (p.max_real > 0x1p53 || p.min_real < -0x1p53);
    }
    return false;
}

std::string text_or_bytes(const ColumnProfile& p) {
    return p.blobs > 0 || p.text_invalid_utf8 > 0 || p.text_nul > 0 ? "bytea" : "text";
}

// Gives up merging types until the key is unique in the target; if text does not help either, the key is not carried.
// True where a type changed.
bool settle_key(Draft& draft, DraftTable& table, DraftKey& key) {
    bool changed = false;
    for (;;) {
        std::vector<KeyColumn> columns;
        std::vector<DraftColumn*> risky;
        for (size_t position : key.columns) {
            KeyColumn column{table.source.columns[position].name, KeyForm::plain};
            KeyForm form = KeyForm::plain;
            if (may_merge(table.columns[position], form)) {
                column.form = form;
                risky.push_back(&table.columns[position]);
            }
            columns.push_back(column);
        }
        if (risky.empty() || !has_equal_keys(draft.database, table.source.name, columns)) return changed;
        bool given_up = false;
        for (DraftColumn* column : risky) {
            std::string safer = text_or_bytes(column->profile);
            if (type_family(column->choice.type) == safer) continue;
            column->choice.why += ", but values of a unique key would become equal as " + column->choice.type;
            column->choice.type = safer;
            given_up = changed = true;
        }
        if (!given_up) {
            key.merges = true;
            return changed;
        }
    }
}

// The bytes that a column's value may take in an index entry, at most.
int64_t entry_bytes(const DraftColumn& column) {
    const std::string family = type_family(column.choice.type);
    if (family == "text" || family == "bytea" || family == "jsonb")
        return std::max<int64_t>(column.profile.max_bytes, 32) + 4;
    if (family == "numeric") return column.profile.reals > 0 ? 200 : 16;
    return 16;
}

// The columns of an index as positions; false where one is an expression.
bool index_positions(const DraftTable& table, const sqlite::Index& index, std::vector<size_t>& positions) {
    for (const sqlite::IndexColumn& column : index.columns) {
        int position = column.expression || column.name.empty() ? -1 : table.position(column.name);
        if (position < 0) return false;
        positions.push_back(static_cast<size_t>(position));
    }
    return !positions.empty();
}

// A column may be named twice in SQLite's UNIQUE (a, a).
void drop_repeats(std::vector<size_t>& positions) {
    std::vector<size_t> once;
    for (size_t position : positions) {
        if (std::find(once.begin(), once.end(), position) == once.end()) once.push_back(position);
    }
    positions = once;
}

std::string joined_names(const DraftTable& table, const std::vector<size_t>& columns) {
    std::string names = table.target;
    for (size_t position : columns)
        names += "_" + table.columns[position].target;
    return names;
}

void write_primary(Draft& draft, DraftTable& table, DraftKey& key) {
    std::string name = table.target + "_pkey";
    std::string why = index_obstacle(table, key.columns);
    if (key.merges) why = "values that SQLite holds apart would be equal";
    if (!why.empty()) {
        draft.report(table.source.name, "primary key of " + table.qualified, "not carried: " + why);
        return;
    }
    std::string nulls;
    for (size_t position : key.columns) {
        const DraftColumn& column = table.columns[position];
        if (column.profile.nulls > 0)
            nulls += (nulls.empty() ? "" : ", ") + quote_name(column.target) + " (" +
                     counted(column.profile.nulls, "row", "rows") + ")";
    }
    bool unique_only = !nulls.empty();
    if (unique_only) name = joined_names(table, key.columns) + "_key";
    name = unique_name(name, draft.taken);
    table.constraint_names.insert(name);
    std::string object = draft.qualify(name);
    draft.state(unique_only ? Action::unique : Action::key, table, object,
                "ALTER TABLE " + table.qualified + " ADD CONSTRAINT " + quote_name(name) +
                    (unique_only ? " UNIQUE (" : " PRIMARY KEY (") + table.column_list(key.columns) + ")");
    key.carried = true;
    if (unique_only)
        draft.report(table.source.name, object, "a UNIQUE constraint instead of the primary key: NULL in " + nulls);
    write_collated_index(draft, table, key, name);
}

void write_constraint(Draft& draft, DraftTable& table, DraftKey& key) {
    std::string wanted = joined_names(table, key.columns) + "_key";
    for (const DraftKey& other : table.keys) {
        if (&other == &key) break;
        if (other.carried && other.columns == key.columns) {
            draft.report(table.source.name, "UNIQUE (" + table.column_list(key.columns) + ") of " + table.qualified,
                         "left out: another key over the same columns says it already");
            return;
        }
    }
    std::string why = index_obstacle(table, key.columns);
    if (key.merges) why = "values that SQLite holds apart would be equal";
    if (!why.empty()) {
        draft.report(table.source.name, "UNIQUE (" + table.column_list(key.columns) + ") of " + table.qualified,
                     "not carried: " + why);
        return;
    }
    std::string name = unique_name(wanted, draft.taken);
    table.constraint_names.insert(name);
    draft.state(Action::unique, table, draft.qualify(name),
                "ALTER TABLE " + table.qualified + " ADD CONSTRAINT " + quote_name(name) + " UNIQUE (" +
                    table.column_list(key.columns) + ")");
    key.carried = true;
    write_collated_index(draft, table, key, name);
}

}  // namespace

std::string index_obstacle(const DraftTable& table, const std::vector<size_t>& columns) {
    if (columns.size() > most_index_columns) {
        return "it has " + std::to_string(columns.size()) + " columns, PostgreSQL's limit is " +
               std::to_string(most_index_columns);
    }
    int64_t bytes = 0;
    for (size_t position : columns) {
        const DraftColumn& column = table.columns[position];
        if (column.choice.type == "json")
            return "the type json of column " + quote_name(column.target) + " has no order";
        bytes += entry_bytes(column);
    }
    if (bytes > widest_entry)
        return "its entries may have " + std::to_string(bytes) + " bytes, PostgreSQL's limit is 2704";
    return {};
}

bool would_merge(Draft& draft, const DraftTable& table, const std::vector<size_t>& columns) {
    std::vector<KeyColumn> key;
    bool risky = false;
    for (size_t position : columns) {
        KeyColumn column{table.source.columns[position].name, KeyForm::plain};
        KeyForm form = KeyForm::plain;
        if (may_merge(table.columns[position], form)) {
            column.form = form;
            risky = true;
        }
        key.push_back(column);
    }
    return risky && has_equal_keys(draft.database, table.source.name, key);
}

void collect_keys(DraftTable& table) {
    DraftKey primary;
    primary.origin = DraftKey::Origin::primary;
    std::vector<std::pair<int, size_t>> ordered;
    for (size_t i = 0; i < table.source.columns.size(); ++i) {
        if (table.source.columns[i].key_position > 0) ordered.push_back({table.source.columns[i].key_position, i});
    }
    std::sort(ordered.begin(), ordered.end());
    for (const auto& [place, position] : ordered)
        primary.columns.push_back(position);
    for (const sqlite::Index& index : table.source.indexes) {
        if (index.origin == 'p') primary.index = &index;
    }
    if (!primary.columns.empty()) table.keys.push_back(primary);

    for (const sqlite::Index& index : table.source.indexes) {
        if (!index.unique || index.origin == 'p' || index.partial) continue;
        DraftKey key;
        key.origin = index.origin == 'u' ? DraftKey::Origin::constraint : DraftKey::Origin::index;
        key.index = &index;
        if (!index_positions(table, index, key.columns)) continue;
        drop_repeats(key.columns);
        table.keys.push_back(key);
    }
}

void settle_key_types(Draft& draft) {
    for (DraftTable& table : draft.tables) {
        // A type given up for one key may be part of another: again, until nothing changes. Types move only to text
        // or bytea, so that it ends.
        for (bool again = true; again;) {
            again = false;
            for (DraftKey& key : table.keys)
                again = settle_key(draft, table, key) || again;
        }
    }
}

void write_keys(Draft& draft) {
    for (DraftTable& table : draft.tables) {
        for (DraftKey& key : table.keys) {
            if (key.origin == DraftKey::Origin::primary) write_primary(draft, table, key);
        }
    }
    for (DraftTable& table : draft.tables) {
        for (DraftKey& key : table.keys) {
            if (key.origin == DraftKey::Origin::constraint) write_constraint(draft, table, key);
        }
    }
    for (bool unique : {true, false}) {
        for (DraftTable& table : draft.tables) {
            for (const sqlite::Index& index : table.source.indexes) {
                if (index.origin != 'c' || index.unique != unique) continue;
                auto key = std::find_if(table.keys.begin(), table.keys.end(),
                                        [&](const DraftKey& k) { return k.index == &index; });
                write_index(draft, table, index, key == table.keys.end() ? nullptr : &*key);
            }
        }
    }
}

}  // namespace schema
