// Takes rows while SQLite scans them: those of which every cell goes the short way.
#include "sqlite/database.hpp"
#include "value/row_reader.hpp"

namespace value {

// Only of tables: of a view SQLite might ask for rows that the view does not have. Only where all columns have a short way,
// and texts are UTF-8; and not where each row is to be asked about.
void RowReader::feed_rows() {
    if (table_.kind != sqlite::TableKind::table || database_->utf16() || deep_ == Deep::all) return;
    if (places_.empty() || places_.size() > sqlite::most_fed) return;
    std::vector<std::string> columns;
    for (size_t i = 0; i < places_.size(); ++i) {
        if (shorts_[i].plain == Plain::none) return;
        columns.push_back(places_[i].name);
    }
    feed_ = std::make_unique<sqlite::RowFeed>(sqlite::RowFeed{
        [](void* reader, sqlite3_value** cells) { return static_cast<RowReader*>(reader)->take_row(cells); }, this});
    sqlite::provide_feed_function(*database_);
    statement_ = std::make_unique<sqlite::Statement>(
        database_, sql_ + " WHERE " + sqlite::feed_condition(1, columns));
    sqlite::bind_feed(*statement_, 1, *feed_);
}

// Runs inside SQLite: no server code, no allocation but from room_. False: step() returns this row, to be converted cell by
// cell, or, if given_, to be asked about, or, if taken_, since the batch is full.
bool RowReader::take_row(sqlite3_value** cells) {
    // A table of which most rows go the long way does not try each twice.
    if (left_ > 1000 && left_ > fed_) return false;
    ++left_;
    const RowTarget& row = batch_[filled_];
    int64_t bytes = 0;
    start_row();
    for (size_t i = 0; i < shorts_.size(); ++i) {
        const base::Cell cell = sqlite::cell_of(cells[i]);
        const Short& way = shorts_[i];
        bytes += static_cast<int64_t>(cell.size) + 8;
        row.nulls[way.index] = cell.storage == base::StorageClass::null && way.null;
        if (row.nulls[way.index]) continue;
        bool cut = false;
        if (!convert_plain(way.plain, cell, &row.values[way.index], &cut, room_)) return false;
        if (cut) count_under(places_[i], normalize::Rule::digits_cut);
    }
    --left_;
    ++fed_;
    // What went this way is asked about, too; but the types' input functions cannot be called from here.
    given_ = deep_ == Deep::sample && in_sample(rows_read_ + 1);
    if (given_) return false;
    ++rows_read_;
    bytes_read_ += bytes;
    end_row();
    taken_ = full(batch_rows_);
    if (!taken_) statement_->count_row();
    return !taken_;
}

}  // namespace value
