// What the file knows of its tables' sizes without counting: sqlite_stat1, sqlite_sequence, first and last rowids.
#include "sqlite/estimate.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sqlite/database.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

using Numbers = std::unordered_map<std::string, int64_t>;

Numbers read_numbers(const std::shared_ptr<Database>& database, const char* sql) {
    Numbers numbers;
    try {
        Statement rows(database, sql);
        while (rows.step())
            numbers[rows.text(0)] = rows.integer(1);
    } catch (const base::Error& error) {
        if (!concerns_one_object(error)) throw;
    }
    return numbers;
}

int64_t read_number(const std::shared_ptr<Database>& database, const char* pragma) {
    Statement statement(database, pragma);
    return statement.step() ? statement.integer(0) : 0;
}

// A name that means the rowid: any of the three, as long as no column bears it.
std::optional<std::string> rowid_name(const Table& table) {
    if (table.without_rowid) return std::nullopt;
    if (!table.rowid_alias.empty()) return quote_name(table.rowid_alias);
    for (const char* name : {"rowid", "_rowid_", "oid"}) {
        const bool taken = std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& column) {
            return base::equal_ignoring_case(column.name, name);
        });
        if (!taken) return name;
    }
    return std::nullopt;
}

}  // namespace

RowEstimates::RowEstimates(std::shared_ptr<Database> database, bool has_statistics, bool has_sequences)
    : database_(std::move(database)) {
    // The first number is the count of entries in an index: a partial one has fewer than its table has rows.
    if (has_statistics) {
        statistics_ =
            read_numbers(database_, "SELECT tbl, max(CAST(stat AS INTEGER)) FROM main.sqlite_stat1 GROUP BY tbl");
    }
    if (has_sequences) {
        sequences_ =
            read_numbers(database_, "SELECT name, seq FROM main.sqlite_sequence WHERE typeof(seq) = 'integer'");
    }
    // A row of a table takes at least six bytes: four of a cell, two of a pointer to it.
    most_rows_ = read_number(database_, "PRAGMA main.page_count") * read_number(database_, "PRAGMA main.page_size") / 6;
}

int64_t RowEstimates::rows_of(const Table& table) const {
    const auto known = statistics_.find(table.name);
    if (known != statistics_.end() && known->second >= 0) return std::min(known->second, most_rows_);

    const std::optional<std::string> rowid = rowid_name(table);
    if (!rowid || !table.problem.empty()) return -1;
    // One subquery for each end, or SQLite would walk through the whole table.
    const std::string from = *rowid + ") FROM main." + quote_name(table.name);
    Statement ends(database_, "SELECT (SELECT min(" + from + "), (SELECT max(" + from + ")");
    if (!ends.step()) return -1;
    if (ends.is_null(0)) return 0;
    // Unsigned, because the first and the last rowid can be as far apart as two integers can be.
    const uint64_t distance = static_cast<uint64_t>(ends.integer(1)) - static_cast<uint64_t>(ends.integer(0));
    return distance < static_cast<uint64_t>(most_rows_) ? static_cast<int64_t>(distance) + 1 : most_rows_;
}

int64_t RowEstimates::sequence_of(const Table& table) const {
    const auto known = sequences_.find(table.name);
    return known == sequences_.end() ? -1 : known->second;
}

}  // namespace sqlite
