// Chooses which tables are made, and what tables, columns and indexes are called in PostgreSQL.
#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "schema/draft.hpp"
#include "schema/identifier.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

using base::Error;
using base::ErrorKind;

// Every table has these columns; PostgreSQL refuses others of the name.
bool is_system_column(const std::string& name) {
    for (const char* system : {"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"}) {
        if (name == system) return true;
    }
    return false;
}

// The new name from the request, or "".
std::string renamed(const Request& request, const std::string& key) {
    auto exact = request.renames.find(key);
    if (exact != request.renames.end()) return exact->second;
    for (const auto& [from, to] : request.renames) {
        if (base::equal_ignoring_case(from, key)) return to;
    }
    return {};
}

void check_new_name(const std::string& name, const std::string& key) {
    if (name.size() > 63 || fit(name) != name) {
        throw Error(ErrorKind::invalid_argument,
                    "rename gives " + base::excerpt(key) + " the name \"" + base::excerpt(name, 80) +
                        "\", which PostgreSQL would not keep as it is",
                    {}, "A name has 1 to 63 bytes of valid text.");
    }
}

// Finds a requested name among the file's objects: exact first, then as SQLite compares.
const sqlite::Table* find_object(const std::vector<sqlite::Table>& objects, const std::string& name) {
    for (const sqlite::Table& object : objects) {
        if (object.name == name) return &object;
    }
    for (const sqlite::Table& object : objects) {
        if (base::equal_ignoring_case(object.name, name)) return &object;
    }
    return nullptr;
}

[[noreturn]] void fail_unknown(const std::vector<sqlite::Table>& objects, const std::string& name) {
    std::vector<std::string> names;
    for (const sqlite::Table& object : objects)
        names.push_back(object.name);
    std::string near = base::nearest_name(name, names);
    throw Error(ErrorKind::undefined_object, "the source has no table \"" + base::excerpt(name) + "\"", {},
                near.empty() ? "" : "Did you mean \"" + base::excerpt(near) + "\"?");
}

void report_object(Draft& draft, const sqlite::Table& object) {
    if (object.kind == sqlite::TableKind::virtual_table) report_virtual(draft, object);
    if (object.kind == sqlite::TableKind::shadow) {
        draft.report(object.name, "shadow table " + quote_name(object.name),
                     "holds the inner data of a virtual table and is not carried");
    }
}

}  // namespace

void name_tables(Draft& draft, const std::vector<sqlite::Table>& objects) {
    const Request& request = draft.request;
    for (const sqlite::Table& object : objects)
        report_object(draft, object);

    std::map<std::string, std::string> used;  // wanted name -> source
    for (const std::string& name : request.tables) {
        const sqlite::Table* object = find_object(objects, name);
        if (object == nullptr) fail_unknown(objects, name);
        if (object->kind != sqlite::TableKind::table) continue;  // reported above
        if (draft.find(object->name) != nullptr) continue;
        std::string wanted = renamed(request, object->name);
        if (wanted.empty()) {
            wanted = styled(object->name, request.style);
        } else {
            check_new_name(wanted, object->name);
        }
        auto [place, fresh] = used.emplace(wanted, object->name);
        if (!fresh) {
            throw Error(ErrorKind::invalid_argument,
                        "the tables \"" + base::excerpt(place->second) + "\" and \"" + base::excerpt(object->name) +
                            "\" would both be named \"" + base::excerpt(wanted) + "\"",
                        {}, "Use rename for one of them.");
        }
        DraftTable table;
        table.source = *object;
        table.target = unique_name(wanted, draft.taken);
        table.qualified = draft.qualify(table.target);
        draft.by_name.emplace(base::lower_ascii(object->name), draft.tables.size());
        draft.tables.push_back(std::move(table));
    }
}

void name_columns(Draft& draft, DraftTable& table) {
    const Request& request = draft.request;
    std::map<std::string, std::string> used;
    std::set<std::string> taken;
    for (size_t i = 0; i < table.source.columns.size(); ++i) {
        const sqlite::Column& source = table.source.columns[i];
        DraftColumn& column = table.columns[i];
        std::string key = table.source.name + "." + source.name;
        std::string wanted = renamed(request, key);
        if (!wanted.empty()) {
            check_new_name(wanted, key);
            if (is_system_column(wanted)) {
                throw Error(ErrorKind::invalid_argument, "rename gives " + base::excerpt(key) + " the name \"" +
                                                             wanted + "\", which every PostgreSQL table has");
            }
        } else {
            wanted = styled(source.name, request.style);
            if (is_system_column(wanted)) wanted += '_';
        }
        auto [place, fresh] = used.emplace(wanted, source.name);
        if (!fresh) {
            throw Error(ErrorKind::invalid_argument,
                        "the columns \"" + base::excerpt(place->second) + "\" and \"" + base::excerpt(source.name) +
                            "\" of table \"" + base::excerpt(table.source.name) + "\" would both be named \"" +
                            base::excerpt(wanted) + "\"",
                        {}, "Use rename for one of them.");
        }
        column.target = unique_name(wanted, taken);
        if (is_system_column(styled(source.name, request.style)) && renamed(request, key).empty()) {
            draft.report(
                table.source.name, "column " + table.qualified + "." + quote_name(column.target),
                "named " + quote_name(source.name) + " in SQLite: every PostgreSQL table has a column of that name");
        }
    }
}

void name_indexes(Draft& draft) {
    for (DraftTable& table : draft.tables) {
        for (const sqlite::Index& index : table.source.indexes) {
            if (index.origin != 'c') continue;  // automatic ones have no name worth keeping
            table.index_names[&index] = unique_name(styled(index.name, draft.request.style), draft.taken);
        }
    }
}

}  // namespace schema
