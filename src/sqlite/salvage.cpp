// Copies from a damaged file what can be read of it, table by table, and lists what could not.
#include "sqlite/salvage.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/database.hpp"
#include "sqlite/private_handle.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

using base::Error;
using base::ErrorKind;

constexpr size_t most_gaps = 20;

// What ends the whole work, as opposed to what one place of the file is to blame for.
bool ends_all(const Error& error) {
    return error.kind == ErrorKind::interrupted || error.kind == ErrorKind::out_of_memory || error.kind == ErrorKind::io ||
           error.kind == ErrorKind::busy;
}

// One table on its way. Columns that SQLite computes are left to it.
class TableCopy {
   public:
    TableCopy(const std::shared_ptr<Database>& source, PrivateHandle& target, const Table& table)
        : source_(source), target_(target), table_(table), rowid_(rowid_name()) {
        std::string places;
        if (!rowid_.empty()) add_column(rowid_, places);
        for (const Column& column : table.columns)
            if (!column.generated && column.name != table.rowid_alias) add_column(quote_name(column.name), places);
        insert_ = target.prepare("INSERT INTO " + quote_name(table.name) + " (" + columns_ + ") VALUES (" + places + ")");
    }
    ~TableCopy() { sqlite3_finalize(insert_); }
    TableCopy(const TableCopy&) = delete;
    TableCopy& operator=(const TableCopy&) = delete;

    void run() {
        if (rowid_.empty()) {
            copy_from_both_ends();
        } else {
            copy_by_rowid();
        }
    }

    int64_t rows() const { return rows_; }

    std::string losses() const {
        std::string text;
        for (size_t i = 0; i < gaps_.size() && i < most_gaps; ++i) text += (i == 0 ? "" : "; ") + gaps_[i];
        if (gaps_.size() > most_gaps) text += "; and " + std::to_string(gaps_.size() - most_gaps) + " more places";
        if (refused_ > 0)
            text += (text.empty() ? "" : "; ") + std::to_string(refused_) + (refused_ == 1 ? " row was" : " rows were") +
                    " refused: " + refusal_;
        return text;
    }

   private:
    // A column may bear the name rowid, and hide the number.
    std::string rowid_name() const {
        if (table_.without_rowid) return "";
        for (const char* name : {"rowid", "_rowid_", "oid"}) {
            if (std::none_of(table_.columns.begin(), table_.columns.end(),
                             [name](const Column& column) { return base::equal_ignoring_case(column.name, name); }))
                return name;
        }
        return table_.rowid_alias.empty() ? "" : quote_name(table_.rowid_alias);
    }

    void add_column(const std::string& sql, std::string& places) {
        columns_ += (columns_.empty() ? "" : ", ") + sql;
        places += places.empty() ? "?" : ", ?";
        ++width_;
    }

    std::string select(const std::string& rest) const {
        return "SELECT " + columns_ + " FROM main." + quote_name(table_.name) + " NOT INDEXED" + rest;
    }

    void insert(const Statement& row) {
        for (int i = 0; i < width_; ++i) sqlite3_bind_value(insert_, i + 1, sqlite3_column_value(row.handle(), i));
        const int code = sqlite3_step(insert_);
        sqlite3_reset(insert_);
        if (code == SQLITE_DONE) {
            ++rows_;
        } else if ((code & 0xff) == SQLITE_CONSTRAINT || (code & 0xff) == SQLITE_MISMATCH) {
            refusal_ = sqlite3_errmsg(target_.get());
            ++refused_;
        } else {
            target_.fail(code);
        }
    }

    // Goes up from a rowid on, or down from one. False: something stopped it; `last` is the last rowid that was read.
    bool walk(int64_t from, int64_t to, bool up, int64_t* last, bool* any) {
        *any = false;
        try {
            Statement rows(source_, select(" WHERE " + rowid_ + " BETWEEN ?1 AND ?2 ORDER BY " + rowid_ + (up ? "" : " DESC")));
            rows.bind(1, std::min(from, to));
            rows.bind(2, std::max(from, to));
            while (rows.step()) {
                const int64_t rowid = rows.integer(0);
                // A page that leads back, or a wrong number in it: SQLite itself would go round in circles.
                if (*any && (up ? rowid <= *last : rowid >= *last)) throw Error(ErrorKind::corrupt, "rowids are out of order");
                insert(rows);
                *last = rowid;
                *any = true;
            }
            return true;
        } catch (const Error& error) {
            if (ends_all(error)) throw;
            why_ = error.kind == ErrorKind::corrupt ? "the file is damaged there" : error.text;
            return false;
        }
    }

    void copy_by_rowid() {
        int64_t from = INT64_MIN, last = 0;
        bool any = false;
        while (!walk(from, INT64_MAX, true, &last, &any)) {
            const int64_t lost_from = any ? last : from;
            int64_t next = 0;
            const bool found = find_beyond(lost_from, &next);
            // What lies between: from the far side up to the damage.
            int64_t lowest = found ? next : INT64_MAX;
            if (lost_from < INT64_MAX - 1) {
                walk(found ? next - 1 : INT64_MAX, lost_from == INT64_MIN ? INT64_MIN : lost_from + 1, false, &last, &any);
                if (any) lowest = last;
            }
            add_gap(lost_from, lowest);
            if (!found) return;
            from = next;
        }
    }

    // The first rowid beyond a damaged place that can be read again: looked for in ever larger steps.
    bool find_beyond(int64_t lost_from, int64_t* next) {
        for (uint64_t step = 1; step != 0; step <<= 1) {
            const uint64_t room = static_cast<uint64_t>(INT64_MAX) - static_cast<uint64_t>(lost_from);
            if (step > room) return false;
            try {
                Statement probe(source_, select(" WHERE " + rowid_ + " >= ?1 ORDER BY " + rowid_ + " LIMIT 1"));
                probe.bind(1, static_cast<int64_t>(static_cast<uint64_t>(lost_from) + step));
                if (!probe.step()) return false;
                if (probe.integer(0) > lost_from) {
                    *next = probe.integer(0);
                    return true;
                }
            } catch (const Error& error) {
                if (ends_all(error)) throw;
            }
        }
        return false;
    }

    void add_gap(int64_t after, int64_t before) {
        std::string place = after == INT64_MIN    ? before == INT64_MAX ? "no row" : "nothing before rowid " + std::to_string(before)
                            : before == INT64_MAX ? "nothing after rowid " + std::to_string(after)
                                                  : "nothing between rowids " + std::to_string(after) + " and " + std::to_string(before);
        gaps_.push_back(place + " could be read: " + why_);
    }

    // Without a number to seek by: from the front, then from the back. What was there before is refused by its key.
    void copy_from_both_ends() {
        std::string order;
        for (int place = 1; place <= static_cast<int>(table_.columns.size()); ++place)
            for (const Column& column : table_.columns)
                if (column.key_position == place) order += (order.empty() ? " ORDER BY " : ", ") + quote_name(column.name) + " DESC";
        if (walk_all(select(""))) return;
        const std::string why = why_;
        const int64_t front = rows_, refused = refused_;
        walk_all(select(order));
        refused_ = refused;
        gaps_.push_back("a part between the first " + std::to_string(front) + " rows and the last " + std::to_string(rows_ - front) +
                        " could not be read: " + why);
    }

    bool walk_all(const std::string& sql) {
        try {
            Statement rows(source_, sql);
            int64_t refused = 0;
            // A file in which the same page comes again and again never ends.
            while (rows.step()) {
                const int64_t before = refused_;
                insert(rows);
                refused = refused_ > before ? refused + 1 : 0;
                if (refused > 100'000) throw Error(ErrorKind::corrupt, "the same rows come again");
            }
            return true;
        } catch (const Error& error) {
            if (ends_all(error)) throw;
            why_ = error.kind == ErrorKind::corrupt ? "the file is damaged there" : error.text;
            return false;
        }
    }

    std::shared_ptr<Database> source_;
    PrivateHandle& target_;
    const Table& table_;
    std::string rowid_, columns_, why_, refusal_;
    int width_ = 0;
    int64_t rows_ = 0, refused_ = 0;
    sqlite3_stmt* insert_ = nullptr;
    std::vector<std::string> gaps_;
};

// AUTOINCREMENT's numbers, so that none is given twice.
void copy_sequences(PrivateHandle& target, const std::vector<Table>& tables) {
    for (const Table& table : tables) {
        if (table.sequence < 0) continue;
        target.try_execute("INSERT INTO sqlite_sequence (name, seq) SELECT " + quote_literal(table.name) +
                           ", 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = " + quote_literal(table.name) + ")");
        target.try_execute("UPDATE sqlite_sequence SET seq = max(seq, " + std::to_string(table.sequence) +
                           ") WHERE name = " + quote_literal(table.name));
    }
}

}  // namespace

std::vector<Loss> salvage(const std::shared_ptr<Database>& source, const std::string& path) {
    PrivateHandle target(path, source->path(), source->stop_question());
    std::vector<Loss> losses;
    target.execute("PRAGMA journal_mode=OFF");
    if (source->utf16()) target.execute("PRAGMA encoding='UTF-16'");
    target.execute("PRAGMA ignore_check_constraints=ON");
    // Damaged pages may be met again and again: what comes out is not much larger than what went in.
    const FileFacts facts = read_file_facts(source);
    target.execute("PRAGMA max_page_count=" + std::to_string(std::clamp<int64_t>(facts.size / 1024 + 1000, 1000, 0x7ffffffe)));
    target.execute("BEGIN");
    target.only_definitions();
    const std::vector<Table> tables = read_tables(source);
    if (!source->schema_damage().empty()) losses.push_back({"", 0, source->schema_damage()});
    for (const Table& table : tables) {
        if (table.kind == TableKind::view || table.kind == TableKind::shadow) continue;
        std::string problem = table.problem;
        if (table.kind == TableKind::virtual_table) problem = "virtual tables are not salvaged";
        if (problem.empty()) problem = target.try_execute(table.sql);
        if (!problem.empty()) {
            losses.push_back({table.name, 0, problem});
            continue;
        }
        TableCopy copy(source, target, table);
        copy.run();
        const std::string lost = copy.losses();
        if (!lost.empty()) losses.push_back({table.name, copy.rows(), lost});
    }
    copy_sequences(target, tables);
    for (const Table& table : tables)
        for (const Index& index : table.indexes)
            if (!index.sql.empty()) {
                const std::string problem = target.try_execute(index.sql);
                if (!problem.empty()) losses.push_back({table.name, 0, "index \"" + index.name + "\": " + problem});
            }
    for (const Table& table : tables)
        if (table.kind == TableKind::view) target.try_execute(table.sql);
    try {
        for (const Trigger& trigger : read_triggers(source)) target.try_execute(trigger.sql);
    } catch (const Error& error) {
        if (ends_all(error)) throw;
        losses.push_back({"", 0, "triggers: " + error.text});
    }
    target.anything_again();
    target.execute("COMMIT");
    return losses;
}

}  // namespace sqlite
