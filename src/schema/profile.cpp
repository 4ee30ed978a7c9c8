// Counts what a table's columns really hold, in one pass.
#include "schema/profile.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <new>

#include "schema/tally.hpp"
#include "sqlite/database.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

constexpr const char* tally_function = "sqlite_migrate_tally";
constexpr size_t most_arguments = 100;  // SQLite's limit is 127

struct Group {
    Tally* tallies = nullptr;
    int64_t rows = 0;
};

bool is_time_family(Family family) {
    return family == Family::date || family == Family::timestamp || family == Family::timestamptz;
}

// The rows of the table itself: a covering index, perhaps a damaged one, must not stand in for them.
std::string from_clause(const sqlite::Table& table) {
    std::string sql = " FROM main." + sqlite::quote_name(table.name);
    if (table.kind == sqlite::TableKind::table) sql += " NOT INDEXED";
    return sql;
}

// sqlite_migrate_tally(group, column, ...): an aggregate, so that SQLite hands over the cells of a row at once instead of
// one by one. Runs inside SQLite, so it must not throw.
void tally_row(sqlite3_context* context, int count, sqlite3_value** arguments) {
    auto* group = static_cast<Group*>(sqlite3_value_pointer(arguments[0], tally_function));
    if (group == nullptr) return sqlite3_result_error(context, "not for other statements", -1);
    try {
        ++group->rows;
        for (int i = 1; i < count; ++i) group->tallies[i - 1].add(sqlite::cell_of(arguments[i]));
    } catch (...) {
        sqlite3_result_error_nomem(context);
    }
}

// For the connection's life. DIRECTONLY: no view, trigger or generated column of the file can call it.
void provide_tally_function(sqlite::Database& database) {
    int code = sqlite3_create_function_v2(database.handle(), tally_function, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr,
                                          nullptr, tally_row, [](sqlite3_context*) {}, nullptr);
    // SQLITE_BUSY: it is there already, and a statement is running.
    if (code != SQLITE_OK && code != SQLITE_BUSY) database.fail(code, "prepare to read");
}

int64_t tally_together(const std::shared_ptr<sqlite::Database>& database, const sqlite::Table& table,
                       std::vector<Tally>& tallies) {
    provide_tally_function(*database);
    std::vector<Group> groups;
    std::string sql;
    for (size_t first = 0; first < tallies.size(); first += most_arguments) {
        groups.push_back({&tallies[first], 0});
        sql += (sql.empty() ? "SELECT " : ", ") + std::string(tally_function) + "(?";
        for (size_t i = first; i < std::min(first + most_arguments, tallies.size()); ++i)
            sql += ", " + sqlite::quote_name(table.columns[i].name);
        sql += ")";
    }
    sqlite::Statement statement(database, sql + from_clause(table));
    for (size_t i = 0; i < groups.size(); ++i) {
        int code = sqlite3_bind_pointer(statement.handle(), static_cast<int>(i) + 1, &groups[i], tally_function, nullptr);
        if (code != SQLITE_OK) database->fail(code, "bind a parameter to read");
    }
    while (statement.step()) {}
    return groups.at(0).rows;
}

// Text of a UTF-16 file must not pass through SQLite's own conversion, which hides what is invalid in it.
int64_t tally_one_by_one(const std::shared_ptr<sqlite::Database>& database, const sqlite::Table& table,
                         std::vector<Tally>& tallies) {
    std::string sql;
    for (const sqlite::Column& column : table.columns)
        sql += (sql.empty() ? "SELECT " : ", ") + sqlite::quote_name(column.name);
    sqlite::Statement statement(database, sql + from_clause(table));
    int64_t rows = 0;
    const int columns = static_cast<int>(tallies.size());
    while (statement.step()) {
        ++rows;
        for (int i = 0; i < columns; ++i)
            tallies[i].add(statement.cell(i));
    }
    return rows;
}

}  // namespace

bool names_a_time(const std::string& column) {
    static const char* const words[] = {"at",      "date",    "time",    "datetime", "timestamp", "ts",
                                        "ctime",   "mtime",   "atime",   "btime",    "created",   "modified",
                                        "updated", "deleted", "expires", "expiry",   "expiration"};
    const std::string snake = "_" + base::snake_case(column) + "_";
    return std::any_of(std::begin(words), std::end(words), [&snake](const char* word) {
        return snake.find("_" + std::string(word) + "_") != std::string::npos;
    });
}

bool is_core_data(const sqlite::Table& table) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [](const sqlite::Column& column) { return column.name == "Z_PK"; });
}

std::vector<ColumnProfile> profile_table(const std::shared_ptr<sqlite::Database>& database,
                                         const sqlite::Table& table) {
    std::vector<ColumnProfile> profiles(table.columns.size());
    if (table.columns.empty()) return profiles;
    const bool core_data = is_core_data(table);
    std::vector<Tally> tallies;
    for (size_t i = 0; i < table.columns.size(); ++i) {
        profiles[i].name = table.columns[i].name;
        profiles[i].core_data = core_data;
        const Declared declared = read_declared(table.columns[i].declared_type);
        tallies.emplace_back(profiles[i], declared,
                             is_time_family(declared.family) || names_a_time(table.columns[i].name));
    }
    const int64_t rows = database->utf16() ? tally_one_by_one(database, table, tallies)
                                           : tally_together(database, table, tallies);
    for (ColumnProfile& profile : profiles)
        profile.rows = rows;
    return profiles;
}

}  // namespace schema
