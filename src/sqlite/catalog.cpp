// Lists a file's tables, columns, keys, indexes and the rest as plain structs.
#include "sqlite/catalog.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sqlite/database.hpp"
#include "sqlite/declaration.hpp"
#include "sqlite/estimate.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

using base::equal_ignoring_case;
using base::Error;
using base::ErrorKind;
using base::lower_ascii;

bool starts_ignoring_case(std::string_view text, std::string_view beginning) {
    return equal_ignoring_case(text.substr(0, beginning.size()), beginning);
}

// The tables that a virtual table keeps its content in, by its module. SQLite knows them itself, but only of modules
// that it was built with.
bool is_shadow_suffix(std::string_view module, std::string_view suffix) {
    using Suffixes = std::vector<std::string_view>;
    static const std::map<std::string, Suffixes, std::less<>> suffixes = {
        {"fts3", {"content", "segments", "segdir", "docsize", "stat"}},
        {"fts4", {"content", "segments", "segdir", "docsize", "stat"}},
        {"fts5", {"data", "idx", "content", "docsize", "config"}},
        {"rtree", {"node", "rowid", "parent"}},
        {"rtree_i32", {"node", "rowid", "parent"}},
        {"geopoly", {"node", "rowid", "parent"}},
    };
    const auto found = suffixes.find(lower_ascii(module));
    return found != suffixes.end() &&
           std::any_of(found->second.begin(), found->second.end(),
                       [&](std::string_view known) { return equal_ignoring_case(known, suffix); });
}

struct Entry {
    std::string type, name, table, sql;
};

// What pragma_table_list says.
struct Listed {
    std::string type;
    bool without_rowid = false;
    bool strict = false;
};

// Reads the schema once, then one object after the other with the same few statements.
class CatalogReader {
   public:
    explicit CatalogReader(const std::shared_ptr<Database>& database)
        : database_(database),
          table_info_(database,
                      "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1, 'main')"),
          index_list_(database,
                      "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?1, 'main') ORDER BY seq DESC"),
          index_info_(database,
                      "SELECT cid, name, \"desc\", coll FROM pragma_index_xinfo(?1, 'main') WHERE key ORDER BY seqno"),
          key_list_(database,
                    "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete "
                    "FROM pragma_foreign_key_list(?1, 'main') ORDER BY id DESC, seq") {
        read_schema();
    }

    // Tables and views, sqlite_* left out.
    const std::vector<Entry>& tables() const { return tables_; }
    const std::vector<Entry>& triggers() const { return triggers_; }

    Table read(const Entry& entry) {
        if (!estimates_) prepare();
        Table table;
        table.name = entry.name;
        table.sql = entry.sql;
        const Declaration declaration = read_declaration(entry.sql);
        table.module = declaration.module;

        const auto listed = listed_.find(lower_ascii(entry.name));
        if (listed != listed_.end()) {
            table.kind = kind_of(listed->second, entry);
            table.without_rowid = listed->second.without_rowid;
            table.strict = listed->second.strict;
        } else {
            // Left out of a damaged schema; or the schema was edited, so that the name in its SQL is another.
            table.kind = kind_of({entry.type}, entry);
            const std::string& damage = database_->schema_damage();
            table.problem = damage.find("(" + entry.name + ")") != std::string::npos
                                ? damage
                                : "SQLite cannot read its definition, or knows it by another name";
            return table;
        }

        attempt(table, [&] { read_columns(table); });
        attempt(table, [&] { check_readable(table); });
        check_names(table);
        if (table.kind == TableKind::table || table.kind == TableKind::shadow) {
            attempt(table, [&] { read_indexes(table); });
            attempt(table, [&] { read_foreign_keys(table); });
            read_metadata(table);
            apply_declaration(table, declaration);
            attempt(table, [&] { table.rows_estimate = estimates_->rows_of(table); });
        }
        return table;
    }

   private:
    template <typename Action>
    void attempt(Table& table, const Action& action) {
        try {
            action();
        } catch (const Failure& failure) {
            if (!concerns_one_object(failure)) throw;
            if (table.problem.empty()) table.problem = failure.message;
        } catch (const Error& error) {
            if (!concerns_one_object(error)) throw;
            if (table.problem.empty()) table.problem = error.text;
        }
    }

    void read_schema() {
        Statement schema(database_, "SELECT type, name, tbl_name, sql FROM main.sqlite_schema ORDER BY rowid");
        bool strange = false;
        while (schema.step()) {
            Entry entry{schema.text(0), schema.text(1), schema.text(2), schema.text(3)};
            // SQLite goes by the SQL alone: a table whose type was changed to something else is still one.
            if (starts_ignoring_case(entry.sql, "CREATE TABLE") || starts_ignoring_case(entry.sql, "CREATE VIRTUAL")) {
                entry.type = "table";
            } else if (starts_ignoring_case(entry.sql, "CREATE VIEW")) {
                entry.type = "view";
            }
            if (entry.type == "index") {
                index_sql_[lower_ascii(entry.name)] = std::move(entry.sql);
            } else if (entry.type == "trigger") {
                triggers_.push_back(std::move(entry));
            } else if (entry.type == "table" || entry.type == "view") {
                if (starts_ignoring_case(entry.name, "sqlite_")) {
                    has_statistics_ = has_statistics_ || entry.name == "sqlite_stat1";
                    has_sequences_ = has_sequences_ || entry.name == "sqlite_sequence";
                } else {
                    tables_.push_back(std::move(entry));
                }
            } else {
                strange = true;
            }
        }
        // Nothing but nonsense, as where the header lies about the encoding: to call that an empty file would be wrong.
        if (strange && tables_.empty()) database_->fail(SQLITE_CORRUPT, "read the schema of");
    }

    // What is read once for all tables.
    void prepare() {
        estimates_.emplace(database_, has_statistics_, has_sequences_);
        Statement list(database_, "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'");
        while (list.step()) {
            listed_[lower_ascii(list.text(0))] = {list.text(1), list.integer(2) != 0, list.integer(3) != 0};
        }
        for (const Entry& entry : tables_) {
            std::string module = read_declaration(entry.sql).module;
            if (!module.empty()) modules_[lower_ascii(entry.name)] = std::move(module);
        }
    }

    TableKind kind_of(const Listed& listed, const Entry& entry) const {
        if (listed.type == "view") return TableKind::view;
        if (listed.type == "virtual" || starts_ignoring_case(entry.sql, "CREATE VIRTUAL"))
            return TableKind::virtual_table;
        if (listed.type == "shadow") return TableKind::shadow;
        const size_t underscore = entry.name.rfind('_');
        if (underscore != std::string::npos) {
            const auto owner = modules_.find(lower_ascii(std::string_view(entry.name).substr(0, underscore)));
            if (owner != modules_.end() && is_shadow_suffix(owner->second, entry.name.substr(underscore + 1))) {
                return TableKind::shadow;
            }
        }
        return TableKind::table;
    }

    void read_columns(Table& table) {
        table_info_.reset();
        table_info_.bind(1, table.name);
        while (table_info_.step()) {
            const int64_t hidden = table_info_.integer(5);
            if (hidden == 1) continue;  // arguments and the like of a virtual table: SELECT * leaves them out too
            Column column;
            column.name = table_info_.text(0);
            column.declared_type = table_info_.text(1);
            column.affinity = affinity_of(column.declared_type);
            // In a STRICT table the type ANY keeps each value as it came; elsewhere it is a name without a meaning.
            if (table.strict && equal_ignoring_case(column.declared_type, "ANY")) column.affinity = Affinity::blob;
            column.not_null = table_info_.integer(2) != 0;
            column.has_default = !table_info_.is_null(3);
            column.default_sql = table_info_.text(3);
            column.key_position = static_cast<int>(table_info_.integer(4));
            column.generated = hidden == 2 || hidden == 3;
            column.generated_stored = hidden == 3;
            table.columns.push_back(std::move(column));
        }
        if (table.columns.empty() && table.problem.empty()) table.problem = "SQLite finds no columns in it";
    }

    // SQLite looks at views, virtual tables and generated columns only when they are asked for.
    void check_readable(Table& table) {
        if (!table.problem.empty()) return;
        Statement(database_, "SELECT * FROM main." + quote_name(table.name));
    }

    // A damaged schema may have names that are no text: PostgreSQL could not even be asked for them.
    static void check_names(Table& table) {
        const auto is_text = [](const std::string& name) { return base::valid_utf8_prefix(name) == name.size(); };
        if (!table.problem.empty()) return;
        if (!is_text(table.name)) table.problem = "its name is not valid UTF-8";
        for (const Column& column : table.columns)
            if (!is_text(column.name)) table.problem = "the name of a column is not valid UTF-8";
    }

    void read_indexes(Table& table) {
        index_list_.reset();
        index_list_.bind(1, table.name);
        while (index_list_.step()) {
            Index index;
            index.name = index_list_.text(0);
            index.unique = index_list_.integer(1) != 0;
            const std::string origin = index_list_.text(2);
            index.origin = origin.empty() ? 'c' : origin[0];
            index.partial = index_list_.integer(3) != 0;
            const auto sql = index_sql_.find(lower_ascii(index.name));
            if (sql != index_sql_.end()) index.sql = sql->second;
            table.indexes.push_back(std::move(index));
        }
        for (Index& index : table.indexes) {
            index_info_.reset();
            index_info_.bind(1, index.name);
            while (index_info_.step()) {
                constexpr int64_t expression = -2;  // -1 is the rowid
                index.columns.push_back({index_info_.text(1), index_info_.integer(0) == expression,
                                         index_info_.integer(2) != 0, index_info_.text(3)});
            }
        }
        // The INTEGER PRIMARY KEY that is the rowid itself is the one key without an index. To ask for that, not for the
        // word INTEGER, is right for INTEGER PRIMARY KEY DESC too, which by an old mistake is no alias.
        const auto is_key = [](const Column& column) { return column.key_position > 0; };
        const bool key_has_index = std::any_of(table.indexes.begin(), table.indexes.end(),
                                               [](const Index& index) { return index.origin == 'p'; });
        if (!table.without_rowid && !key_has_index &&
            std::count_if(table.columns.begin(), table.columns.end(), is_key) == 1) {
            table.rowid_alias = std::find_if(table.columns.begin(), table.columns.end(), is_key)->name;
        }
    }

    void read_foreign_keys(Table& table) {
        key_list_.reset();
        key_list_.bind(1, table.name);
        while (key_list_.step()) {
            const auto id = static_cast<int>(key_list_.integer(0));
            if (table.foreign_keys.empty() || table.foreign_keys.back().id != id) {
                ForeignKey key;
                key.id = id;
                key.parent = key_list_.text(1);
                key.on_update = key_list_.text(4);
                key.on_delete = key_list_.text(5);
                table.foreign_keys.push_back(std::move(key));
            }
            ForeignKey& key = table.foreign_keys.back();
            key.columns.push_back(key_list_.text(2));
            if (!key_list_.is_null(3)) key.parent_columns.push_back(key_list_.text(3));
        }
        for (ForeignKey& key : table.foreign_keys) {
            if (key.parent_columns.empty()) key.parent_columns = primary_key_of(key.parent);
        }
    }

    // Empty where the parent does not exist: SQLite allows that.
    std::vector<std::string> primary_key_of(const std::string& name) {
        std::map<int64_t, std::string> columns;
        table_info_.reset();
        table_info_.bind(1, name);
        while (table_info_.step()) {
            if (table_info_.integer(4) > 0) columns[table_info_.integer(4)] = table_info_.text(0);
        }
        std::vector<std::string> result;
        for (auto& [position, column] : columns)
            result.push_back(std::move(column));
        return result;
    }

    // Collations and AUTOINCREMENT, which no pragma tells.
    void read_metadata(Table& table) {
        for (Column& column : table.columns) {
            const char* collation = nullptr;
            int autoincrement = 0;
            const int code =
                sqlite3_table_column_metadata(database_->handle(), "main", table.name.c_str(), column.name.c_str(),
                                              nullptr, &collation, nullptr, nullptr, &autoincrement);
            if (code != SQLITE_OK) continue;
            if (collation != nullptr) column.collation = collation;
            table.autoincrement = table.autoincrement || autoincrement != 0;
        }
        if (table.autoincrement) table.sequence = estimates_->sequence_of(table);
    }

    void apply_declaration(Table& table, const Declaration& declaration) {
        for (const CheckDeclaration& check : declaration.checks) {
            table.checks.push_back(check.text);
            table.check_names.push_back(check.name);
        }
        for (const GeneratedDeclaration& generated : declaration.generated) {
            for (Column& column : table.columns) {
                if (column.generated && equal_ignoring_case(column.name, generated.column))
                    column.generated_sql = generated.text;
            }
        }
        // Both lists are in the order of the declarations. If they do not match, our reading of the text is not trusted.
        const auto matches = [](const ForeignKey& key, const ForeignKeyDeclaration& declared) {
            return equal_ignoring_case(key.parent, declared.parent) && key.columns.size() == declared.columns.size();
        };
        if (!std::equal(table.foreign_keys.begin(), table.foreign_keys.end(), declaration.foreign_keys.begin(),
                        declaration.foreign_keys.end(), matches)) {
            return;
        }
        for (size_t i = 0; i < table.foreign_keys.size(); ++i) {
            const ForeignKeyDeclaration& declared = declaration.foreign_keys[i];
            table.foreign_keys[i].name = declared.name;
            table.foreign_keys[i].deferrable = declared.deferrable;
            table.foreign_keys[i].deferrable_initially_deferred = declared.initially_deferred;
        }
    }

    std::shared_ptr<Database> database_;
    Statement table_info_, index_list_, index_info_, key_list_;
    std::vector<Entry> tables_, triggers_;
    bool has_statistics_ = false, has_sequences_ = false;
    std::optional<RowEstimates> estimates_;
    // By name in lower case.
    std::unordered_map<std::string, std::string> index_sql_, modules_;
    std::unordered_map<std::string, Listed> listed_;
};

}  // namespace

std::vector<Table> read_tables(const std::shared_ptr<Database>& database) {
    CatalogReader reader(database);
    std::vector<Table> tables;
    tables.reserve(reader.tables().size());
    for (const Entry& entry : reader.tables())
        tables.push_back(reader.read(entry));
    return tables;
}

Table read_table(const std::shared_ptr<Database>& database, const std::string& name) {
    CatalogReader reader(database);
    const Entry* found = nullptr;
    std::vector<std::string> names;
    for (const Entry& entry : reader.tables()) {
        if (entry.name == name) return reader.read(entry);
        if (found == nullptr && equal_ignoring_case(entry.name, name)) found = &entry;
        names.push_back(entry.name);
    }
    if (found != nullptr) return reader.read(*found);
    const std::string nearest = base::nearest_name(name, names);
    throw Error(ErrorKind::undefined_object,
                "\"" + base::excerpt(database->path(), 1000) + "\" has no table \"" + base::excerpt(name, 200) + "\"",
                {}, nearest.empty() ? "" : "Did you mean \"" + base::excerpt(nearest, 200) + "\"?");
}

std::vector<Trigger> read_triggers(const std::shared_ptr<Database>& database) {
    CatalogReader reader(database);
    std::vector<Trigger> triggers;
    for (const Entry& entry : reader.triggers())
        triggers.push_back({entry.name, entry.table, entry.sql});
    return triggers;
}

}  // namespace sqlite
