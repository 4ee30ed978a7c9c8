// Writes the CREATE FOREIGN TABLE of one SQLite table, every word from the file quoted.
#include "fdw/import_ddl.hpp"

#include "schema/type_map.hpp"

namespace fdw {
namespace {

using schema::quote_literal;
using schema::quote_name;

// A column may not bear the name of one of the server's own.
const std::set<std::string> system_columns = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"};

// Where SQLite itself refuses NULL. A PRIMARY KEY alone does not, by an old mistake that it keeps: only the rowid and
// the keys of tables without one do. Of views and virtual tables it checks nothing.
bool never_null(const sqlite::Table& table, const sqlite::Column& column) {
    if (table.kind != sqlite::TableKind::table && table.kind != sqlite::TableKind::shadow) return false;
    return column.not_null || (table.without_rowid && column.key_position > 0) ||
           (!table.rowid_alias.empty() && column.name == table.rowid_alias);
}

std::string column_text(const sqlite::Table& table, const sqlite::Column& column, const std::string& name,
                        const ImportOptions& options) {
    // The type is one of the type map's own words, never the file's.
    std::string text = quote_name(name) + " " + schema::type_by_declaration(column).type;
    std::string list;
    if (name != column.name) list = "column " + quote_literal(column.name);
    if (column.key_position > 0) list += (list.empty() ? "" : ", ") + std::string("key 'true'");
    if (!list.empty()) text += " OPTIONS (" + list + ")";
    if (options.not_null && never_null(table, column)) text += " NOT NULL";
    return text;
}

}  // namespace

std::string create_text(const sqlite::Table& table, const std::string& name, const std::string& server,
                        const ImportOptions& options) {
    std::set<std::string> taken = system_columns;
    std::string columns;
    for (const sqlite::Column& column : table.columns) {
        std::string own = schema::unique_name(schema::styled(column.name, options.style), taken);
        columns += (columns.empty() ? "\n    " : ",\n    ") + column_text(table, column, own, options);
    }
    std::string text = "CREATE FOREIGN TABLE " + quote_name(name) + " (" + columns + "\n) SERVER " + quote_name(server);
    if (name != table.name) text += " OPTIONS (table " + quote_literal(table.name) + ")";
    return text;
}

}  // namespace fdw
