// Hands the rows of a scan over while SQLite makes it, without a step and a call for each cell.
#include "sqlite/row_feed.hpp"

#include "sqlite/database.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"

#include "base/fence.hpp"

namespace sqlite {
namespace {

constexpr const char* feed_function = "sqlite_migrate_feed";

void feed_row(sqlite3_context* context, int, sqlite3_value** arguments) {
    auto* feed = static_cast<RowFeed*>(sqlite3_value_pointer(arguments[0], feed_function));
    if (feed == nullptr) return sqlite3_result_error(context, "not for other statements", -1);
    try {
        sqlite3_result_int(context, feed->take(feed->taker, arguments + 1) ? 0 : 1);
    } catch (...) {
        sqlite3_result_error_nomem(context);
    }
}

}  // namespace

std::string feed_condition(int parameter, const std::vector<std::string>& columns) {
    std::string sql = std::string(feed_function) + "(?" + std::to_string(parameter);
    for (const std::string& column : columns) sql += ", " + quote_name(column);
    return sql + ")";
}

// For the connection's life. DIRECTONLY: no view, trigger or generated column of the file can call it.
void provide_feed_function(Database& database) {
    const int code = sqlite3_create_function_v2(database.handle(), feed_function, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr,
                                                feed_row, nullptr, nullptr, nullptr);
    // SQLITE_BUSY: it is there already, and a statement is running.
    if (code != SQLITE_OK && code != SQLITE_BUSY) database.fail(code, "prepare to read");
}

void bind_feed(Statement& statement, int parameter, RowFeed& feed) {
    const int code = sqlite3_bind_pointer(statement.handle(), parameter, &feed, feed_function, nullptr);
    if (code != SQLITE_OK) statement.fail_to_bind(code);
}

}  // namespace sqlite
