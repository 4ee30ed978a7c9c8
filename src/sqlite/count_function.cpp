// A count(*) that can be stopped.
#include "sqlite/count_function.hpp"

#include <sqlite3.h>

#include "base/fence.hpp"

namespace sqlite {

namespace {

void add(sqlite3_context* context, sqlite3_int64 change) noexcept {
    auto* rows = static_cast<sqlite3_int64*>(sqlite3_aggregate_context(context, sizeof(sqlite3_int64)));
    if (rows == nullptr) return sqlite3_result_error_nomem(context);
    *rows += change;  // SQLite gives it as zero at first
}

void give(sqlite3_context* context) noexcept {
    const auto* rows = static_cast<sqlite3_int64*>(sqlite3_aggregate_context(context, 0));
    sqlite3_result_int64(context, rows == nullptr ? 0 : *rows);
}

}  // namespace

int register_count(sqlite3* handle) noexcept {
    const auto one_more = [](sqlite3_context* context, int, sqlite3_value**) noexcept { add(context, 1); };
    const auto one_less = [](sqlite3_context* context, int, sqlite3_value**) noexcept { add(context, -1); };
    return sqlite3_create_window_function(handle, "count", 0, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                          nullptr, one_more, give, give, one_less, nullptr);
}

}  // namespace sqlite
