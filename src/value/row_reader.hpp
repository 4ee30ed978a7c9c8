// Reads a source table as rows of Datums for a target table. Include it after C++ headers.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sqlite/catalog.hpp"
#include "sqlite/row_feed.hpp"
#include "sqlite/statement.hpp"
#include "value/column.hpp"
#include "value/column_unit.hpp"
#include "value/complaints.hpp"
#include "value/deep.hpp"
#include "value/expression.hpp"
#include "value/plain.hpp"
#include "value/raw_rows.hpp"

extern "C" {
#include "postgres.h"

#include "access/tupdesc.h"
}

namespace value {

// What the caller asked for one column.
struct ColumnRules {
    std::vector<std::string> names;  // of normalize::Rule
    std::string expression;          // SQL over $1, "" for none
};

// Which column goes where: source_columns[i] into attribute attributes[i] (1-based) of the target.
struct Mapping {
    std::vector<std::string> source_columns;
    std::vector<int> attributes;
    std::map<std::string, ColumnRules> rules;  // by source column
    bool keep_rows = false;                    // so that a row can be rejected with all its cells
    Deep deep = Deep::none;                    // rows whose values the types' input functions are asked for again
    bool placed = false;                       // number() is the rowid, where the table has one
    bool strict = false;                       // what the column's type holds less of is a complaint, not a rule,
    std::vector<std::string> excused = {};     // but for these rules
    bool sought = false;                       // only the rows that seek() names, of a table with rowids
};

// Where one row goes; index = attribute number - 1. Only the mapped attributes are written.
struct RowTarget {
    Datum* values;
    bool* nulls;
};

class RowReader {
   public:
    // The descriptor must outlive the reader. Names are checked against the table: base::Error(undefined_object).
    RowReader(const std::shared_ptr<sqlite::Database>& database, const sqlite::Table& table, const Mapping& mapping,
              TupleDesc target, pg_tz* zone);
    // SQLite's scan knows its address: see row_feed.cpp.
    RowReader(const RowReader&) = delete;
    RowReader& operator=(const RowReader&) = delete;

    // Converts the next rows, at most `count` and about 4 MB of cells, into rows[0..]; returns how many were filled, which
    // may be 0 before the end. Rows with a value that cannot be carried are left out and noted in complaints(). Allocates
    // in CurrentMemoryContext, which the caller resets between batches. Values whose input function raises are caught by
    // an internal subtransaction per batch, so that reading goes on.
    int fill(const RowTarget* rows, int count);
    bool at_end() const { return at_end_; }

    int64_t rows_read() const { return rows_read_; }
    int64_t bytes_read() const { return bytes_read_; }
    const Complaints& complaints() const { return complaints_; }

    // With keep_rows: the rows that the last fill() left out; each is given once.
    std::vector<pg::Reject> take_rejects() { return std::move(rejects_); }
    // With keep_rows: a row of the last fill(), filled well, that the server refused. attribute: whose value it was about,
    // 0 = none in particular. Noted in complaints() too.
    pg::Reject reject_row(int row, int attribute, Refusal refusal);
    // Which row of the source a row of the last fill() is: its place in the scan, from 1; with placed its rowid, where the
    // table has one.
    int64_t number(int row) const { return numbers_[static_cast<size_t>(row)]; }
    bool has_rowid() const { return rowid_place_ >= 0; }
    // With sought: the next fill() calls give the rows of these rowids, those that are there.
    void seek(std::vector<int64_t> rowids);
    int64_t deep_cells() const { return deep_cells_; }          // how many cells were compared
    int64_t deep_undecided() const { return deep_undecided_; }  // those of which the input function knows no meaning

    // Takes a filled row out of the counts of rules: it did not arrive.
    void uncount(int row);

    // What names the row that was read last, as JSON: {"Id": 5}. Of its source key, else of the rowid.
    std::string key_json() const;

    int64_t normalized() const;
    std::string rules_json() const;  // {"empty_as_null": 3}
    std::string units_json() const;  // {"created": {"unit": "unix_ms", ...}}: UnitChoice::to_json
    std::string sql() const { return sql_; }

   private:
    struct Place {
        Column* column;
        int index;       // attribute number - 1
        bool not_null;
        std::string name;
        std::shared_ptr<Expression> expression;
        std::shared_ptr<UnitChoice> unit;              // once a number met the column's type, and nobody stated a unit
        normalize::Rule rule = normalize::Rule::none;  // of the row at hand
        std::array<int64_t, static_cast<size_t>(normalize::Rule::count_)> rules{};
    };

    void count_under(Place& place, normalize::Rule rule) {
        place.rule = rule;
        row_ruled_ = true;
    }
    void set_rules(Place& place, const ColumnRules& rules);
    bool choose_unit(Place& place);
    bool next_row();
    bool holds_less(const Place& place, normalize::Rule rule) const;
    void convert_rows(const RowTarget* rows, int count);
    void feed_rows();
    void start_row();
    bool take_row(sqlite3_value** cells);
    void convert_cell(Place& place, const base::Cell& source, const RowTarget& row, bool asks);
    bool note_server_error(struct ErrorData* error);
    void check_deep(const Place& place, const base::Cell& cell, const normalize::Outcome& outcome, Datum fast);
    void note(const Place& place, const base::Cell& source, Refusal refusal);
    void end_row();
    bool full(int count) const;
    void complain(const Place& place, const base::Cell& source, const base::Cell& cell, normalize::Code code);

    std::shared_ptr<sqlite::Database> database_;
    sqlite::Table table_;
    std::unique_ptr<Lent> lent_ = std::make_unique<Lent>();
    std::vector<Place> places_;
    // What the short way asks of a place, side by side.
    struct Short {
        int index;
        Plain plain;
        bool null;  // may stay NULL
    };
    std::vector<Short> shorts_;
    // Rows are taken while SQLite scans: see row_feed.cpp.
    std::unique_ptr<sqlite::RowFeed> feed_;
    Room room_;
    const RowTarget* batch_ = nullptr;  // of the fill() at hand
    int batch_rows_ = 0;
    bool taken_ = false;    // the row that step() returned is filled already
    bool given_ = false;    // its values are there, to be asked about
    int64_t fed_ = 0, left_ = 0;  // rows that were taken so, and those that were not
    std::vector<std::pair<std::string, int>> key_;  // name and place in the result
    std::string sql_;
    std::unique_ptr<sqlite::Statement> statement_;
    bool calls_input_ = false, keeps_rows_ = false;
    Complaints complaints_;
    RawRows raw_;                                    // of the rows that were filled
    std::vector<std::vector<normalize::Rule>> used_;  // by filled row: the rule of each place
    std::vector<pg::Reject> rejects_;
    int64_t rows_read_ = 0, bytes_read_ = 0;

    // Where convert_rows stands, kept here so that it can go on after a server error.
    int filled_ = 0;
    int64_t budget_ = 0;   // bytes_read_ at which the batch ends
    size_t next_ = 0;      // the next place of the current row; 0: the row is not read yet
    bool in_row_ = false;
    bool row_bad_ = false;
    bool row_ruled_ = false;  // a cell of the row at hand counts under a rule
    Refusal refusal_;      // the first of the row at hand
    bool at_end_ = false;

    Deep deep_ = Deep::none;
    bool asking_ = false;  // an input function is asked for the value that is converted already
    int64_t deep_cells_ = 0, deep_undecided_ = 0;
    std::string deep_text_;
    std::vector<int64_t> numbers_;
    bool strict_ = false;
    uint64_t excused_ = 0;  // a bit for each rule
    int rowid_place_ = -1;  // in the statement's result
    std::vector<int64_t> sought_;
    size_t next_sought_ = 0;
};

}  // namespace value
