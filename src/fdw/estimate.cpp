// Guesses how many rows a scan will give, without scanning: the planner asks at each query.
#include "fdw/estimate.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "sqlite/database.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"

namespace fdw {
namespace {

using DatabasePointer = std::shared_ptr<sqlite::Database>;

// Of the main schema, as sqlite_schema lists it.
struct Found {
    std::string name;  // as SQLite spells it
    bool stored = false;
    bool statistics = false;  // the file has sqlite_stat1
};

Found find_table(const DatabasePointer& database, const std::string& table) {
    // Only a table that is stored in the file has a root page.
    sqlite::Statement schema(database,
                             "SELECT name, type = 'table' AND rootpage > 0 FROM main.sqlite_schema WHERE type IN "
                             "('table', 'view') AND (name = ?1 COLLATE NOCASE OR name = 'sqlite_stat1')");
    schema.bind(1, table);
    Found found;
    while (schema.step()) {
        std::string name = schema.text(0);
        found.statistics = found.statistics || name == "sqlite_stat1";
        if (!base::equal_ignoring_case(name, table)) continue;
        found.name = name;
        found.stored = schema.integer(1) != 0;
    }
    return found;
}

// The first number of an entry is the count of rows when ANALYZE ran; a partial index has fewer.
std::optional<double> rows_by_statistics(const DatabasePointer& database, const std::string& name) {
    sqlite::Statement entries(database, "SELECT max(CAST(stat AS INTEGER)) FROM main.sqlite_stat1 WHERE tbl = ?1");
    entries.bind(1, name);
    if (!entries.step() || entries.is_null(0)) return std::nullopt;
    return static_cast<double>(std::max<int64_t>(entries.integer(0), 0));
}

// The distance between the first and the last rowid: too many where rows were deleted, or where ids carry a time.
std::optional<double> rows_by_rowid(const DatabasePointer& database, const std::string& name,
                                    const std::vector<std::string>& columns) {
    for (const char* rowid : {"rowid", "_rowid_", "oid"}) {
        // A column of that name hides the rowid, and its ends would take a scan.
        bool hidden = false;
        for (const std::string& column : columns)
            hidden = hidden || base::equal_ignoring_case(column, rowid);
        if (hidden) continue;
        std::string from = std::string(rowid) + ") FROM main." + sqlite::quote_name(name);
        sqlite::Statement ends(database, "SELECT (SELECT min(" + from + "), (SELECT max(" + from + ")");
        if (!ends.step() || ends.is_null(0)) return 0;
        return static_cast<double>(ends.integer(1)) - static_cast<double>(ends.integer(0)) + 1;
    }
    return std::nullopt;
}

double number(const DatabasePointer& database, const char* pragma) {
    sqlite::Statement statement(database, pragma);
    return statement.step() ? static_cast<double>(statement.integer(0)) : 0;
}

}  // namespace

Estimate estimate_rows(const DatabasePointer& database, const std::string& table) {
    Estimate estimate;
    estimate.file_bytes = number(database, "PRAGMA main.page_count") * number(database, "PRAGMA main.page_size");
    Found found = find_table(database, table);
    if (!found.stored) return estimate;

    std::vector<std::string> columns;
    bool without_rowid = false;
    sqlite::Statement info(database, "SELECT name FROM pragma_table_xinfo(?1, 'main')");
    info.bind(1, found.name);
    while (info.step())
        columns.push_back(info.text(0));
    sqlite::Statement kind(database,
                           "SELECT 1 FROM pragma_index_list(?1, 'main') AS i WHERE i.origin = 'pk' AND NOT EXISTS "
                           "(SELECT 1 FROM main.sqlite_schema AS s WHERE s.type = 'index' AND s.name = i.name)");
    kind.bind(1, found.name);
    without_rowid = kind.step();  // its primary key is no index of its own but the table itself

    std::optional<double> rows;
    if (found.statistics) rows = rows_by_statistics(database, found.name);
    if (!rows && !without_rowid) rows = rows_by_rowid(database, found.name, columns);
    // A row of n columns takes at least n + 5 bytes: a byte per column and the sizes of header and row, and its place.
    double most = estimate.file_bytes / (static_cast<double>(columns.size()) + 5);
    estimate.rows = std::min(rows.value_or(estimate.rows), most);
    return estimate;
}

}  // namespace fdw
