// Reads a source table as rows of Datums for a target table.
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/guard.hpp"
#include "pg/subtransaction.hpp"
#include "sqlite/database.hpp"
#include "sqlite/quote.hpp"
#include "value/describe.hpp"
#include "value/failure.hpp"
#include "value/row_reader.hpp"

extern "C" {
#include "access/transam.h"
#include "utils/elog.h"
}

namespace value {
namespace {

using base::Error;
using base::ErrorKind;
using normalize::Code;
using normalize::Rule;
using normalize::Verdict;

// A batch ends here too, so that memory stays flat however wide the rows are.
constexpr int64_t batch_bytes = 4 << 20;
constexpr size_t batch_rejects = 1000;

const sqlite::Column* find_column(const sqlite::Table& table, const std::string& name) {
    for (const sqlite::Column& column : table.columns)
        if (column.name == name) return &column;
    for (const sqlite::Column& column : table.columns)
        if (base::equal_ignoring_case(column.name, name)) return &column;
    return nullptr;
}

// The name under which SQLite shows the rowid, if no column took all three.
std::string rowid_name(const sqlite::Table& table) {
    if (table.without_rowid || table.kind != sqlite::TableKind::table) return {};
    for (const char* name : {"rowid", "_rowid_", "oid"})
        if (find_column(table, name) == nullptr) return name;
    return {};
}

bool speaks_of_the_value(int sqlstate, const Column& column) {
    // hstore's input function, and that of others beside the server's own, says all that it dislikes by elog.
    if (sqlstate == ERRCODE_INTERNAL_ERROR) return column.kind >= Kind::array && column.base >= FirstNormalObjectId;
    return speaks_of_a_value(sqlstate);
}

}  // namespace

RowReader::RowReader(const std::shared_ptr<sqlite::Database>& database, const sqlite::Table& table,
                     const Mapping& mapping, TupleDesc target, pg_tz* zone)
    : database_(database), table_(table), calls_input_(mapping.deep != Deep::none), deep_(mapping.deep), strict_(mapping.strict) {
    for (const std::string& name : mapping.excused)
        if (Rule rule = normalize::rule_of(name); rule != Rule::count_) excused_ |= uint64_t{1} << static_cast<int>(rule);
    std::string list;
    auto select = [&list](const std::string& expression) {
        list += (list.empty() ? "" : ", ") + expression;
    };
    for (size_t i = 0; i < mapping.source_columns.size(); ++i) {
        const std::string& name = mapping.source_columns[i];
        const sqlite::Column* source = find_column(table, name);
        if (source == nullptr)
            throw Error(ErrorKind::undefined_object, fmt::format("table \"{}\" of the source has no column \"{}\"", table.name, name));
        const FormData_pg_attribute* attribute = TupleDescAttr(target, mapping.attributes[i] - 1);
        Place place;
        Oid type = attribute->atttypid;
        int32 typmod = attribute->atttypmod;
        Lent* lent = lent_.get();
        place.column = pg::pg_call([=] { return make_column(type, typmod, zone, lent); });
        place.index = mapping.attributes[i] - 1;
        place.not_null = attribute->attnotnull;
        place.name = source->name;
        auto rules = mapping.rules.find(name);
        if (rules != mapping.rules.end()) set_rules(place, rules->second);
        calls_input_ = calls_input_ || place.column->calls_input || place.expression;
        if (source->key_position > 0) key_.emplace_back(source->name, static_cast<int>(i));
        places_.push_back(place);
        select(sqlite::quote_name(source->name));
    }
    // What names a row in messages: its key, loaded or not, else its rowid.
    int extra = static_cast<int>(places_.size());
    bool keyed = !key_.empty();
    for (const sqlite::Column& column : table.columns) {
        if (column.key_position == 0) continue;
        bool loaded = false;
        for (const auto& [name, place] : key_) loaded = loaded || name == column.name;
        if (!loaded) {
            select(sqlite::quote_name(column.name));
            key_.emplace_back(column.name, extra++);
        }
        keyed = true;
    }
    std::string rowid = rowid_name(table);
    if (!keyed && !rowid.empty()) {
        select(rowid);
        key_.emplace_back("rowid", extra++);
    }
    if (mapping.keep_rows) {
        std::vector<std::pair<std::string, int>> columns;
        for (const sqlite::Column& column : table.columns) {
            int place = -1;
            for (size_t i = 0; i < places_.size() && place < 0; ++i)
                if (places_[i].name == column.name) place = static_cast<int>(i);
            for (const auto& [name, at] : key_)
                if (name == column.name) place = at;
            if (place < 0) {
                select(sqlite::quote_name(column.name));
                place = extra++;
            }
            columns.emplace_back(column.name, place);
        }
        if (!rowid.empty()) select(rowid);
        raw_.shape(std::move(columns), key_, rowid.empty() ? -1 : extra++);
        keeps_rows_ = true;
    }
    if (mapping.placed && !rowid.empty()) {
        select(rowid);
        rowid_place_ = extra++;
    }
    if (list.empty()) list = "1";
    for (const Place& place : places_) {
        bool bare = !place.expression && !place.column->domain;
        shorts_.push_back({place.index, bare ? plain_of(*place.column) : Plain::none, bare && !place.not_null});
    }
    // The rows of the table itself, in its own order: a covering index, perhaps a damaged one, must not stand in for them.
    const char* own = table.kind == sqlite::TableKind::table ? " NOT INDEXED" : "";
    sql_ = fmt::format("SELECT {} FROM {}{}{}", list, sqlite::quote_name(table.name), own,
                       mapping.sought ? fmt::format(" WHERE {} = ?1", rowid) : "");
    if (!mapping.sought && !mapping.placed && !mapping.keep_rows) feed_rows();
    if (!statement_) statement_ = std::make_unique<sqlite::Statement>(database, sql_);
}

// Rules by which the column's own type loses something that another type would keep, and that nobody asked for.
bool RowReader::holds_less(const Place& place, Rule rule) const {
    const uint64_t bit = uint64_t{1} << static_cast<int>(rule);
    if ((excused_ & bit) != 0 || place.column->settings.has(rule)) return false;
    switch (rule) {
        case Rule::round_to_real:
        case Rule::round_to_scale:
        case Rule::time_dropped: case Rule::name_cut: return true;
        case Rule::digits_cut: return place.column->typmod >= 0 && place.column->typmod < 6;  // beyond the microsecond no type has any
        default: return false;
    }
}

void RowReader::set_rules(Place& place, const ColumnRules& rules) {
    for (const std::string& name : rules.names) {
        Rule rule = normalize::rule_of(name);
        if (rule == Rule::count_)
            throw Error(ErrorKind::invalid_argument, fmt::format("rule \"{}\" of column \"{}\" is not known", name, place.name));
        bool unit = rule >= Rule::unix_seconds && rule <= Rule::dotnet_ticks;
        // The parts of an array, a range or a row are what its column's rules are about.
        each_settings(*place.column, [&](normalize::Settings& settings) {
            if (unit && settings.unit != Rule::none && settings.unit != rule)
                throw Error(ErrorKind::invalid_argument,
                            fmt::format("column \"{}\" is given two units, {} and {}", place.name,
                                        normalize::rule_name(settings.unit), name));
            if (unit) settings.unit = rule;
            settings.rules |= uint64_t{1} << static_cast<int>(rule);
        });
    }
    if (rules.expression.empty()) return;
    place.expression = std::make_shared<Expression>(rules.expression);
    place.expression->prepare();
}

// The unit is the column's, not the cell's: at the first number that nobody stated a unit for, one pass over the source
// decides it for all its time columns. A file whose times are text never pays for it. True: convert again.
bool RowReader::choose_unit(Place& place) {
    auto undecided = [](const Place& p) {
        return takes_unit(p.column->kind) && !p.expression && !p.unit && p.column->settings.unit == Rule::none;
    };
    if (!undecided(place)) return false;
    std::vector<std::string> names;
    for (const Place& p : places_)
        if (undecided(p)) names.push_back(p.name);
    size_t next = 0;
    std::vector<UnitChoice> choices = choose_units(database_, table_, names);
    for (Place& p : places_) {
        if (!undecided(p)) continue;
        p.unit = std::make_shared<UnitChoice>(choices[next++]);
        p.column->settings.unit = p.unit->rule();
    }
    return place.unit->decided();
}

bool RowReader::full(int count) const {
    return filled_ >= count || bytes_read_ >= budget_ || rejects_.size() >= batch_rejects;
}

void RowReader::start_row() {
    row_bad_ = false;
    next_ = 0;
    if (row_ruled_)
        for (Place& place : places_) place.rule = Rule::none;
    row_ruled_ = false;
}

// The row is converted: it is filled, or, if it is bad, left out. No server code runs here.
void RowReader::end_row() {
    if (keeps_rows_) {
        raw_.keep(*statement_);
        if (row_bad_) {
            rejects_.push_back(raw_.reject(raw_.rows() - 1, refusal_));
            raw_.drop_last();
        } else {
            used_.resize(static_cast<size_t>(filled_) + 1);
            used_.back().clear();
            for (const Place& place : places_) used_.back().push_back(place.rule);
        }
    }
    in_row_ = false;
    if (row_bad_) return;
    ++filled_;
    numbers_.push_back(rowid_place_ >= 0 ? statement_->integer(rowid_place_) : rows_read_);
    // Each cell at most once, under what it lost rather than under what the caller asked for.
    if (!row_ruled_) return;
    for (Place& place : places_) ++place.rules[static_cast<size_t>(place.rule)];
}

// Runs inside pg_call: an input function may leave it by longjmp. Its frame holds plain data only, its progress is kept
// in the members, and complaints are written while no server code runs.
void RowReader::convert_rows(const RowTarget* rows, int count) {
    batch_ = rows;
    batch_rows_ = count;
    while (in_row_ || !full(count)) {
        if (!in_row_) {
            if (feed_) room_.fill_up();
            taken_ = given_ = false;
            if (!next_row()) {
                at_end_ = true;
                return;
            }
            if (taken_) continue;
            ++rows_read_;
            in_row_ = true;
            if (!given_) start_row();
        }
        const RowTarget& row = rows[filled_];
        const bool asks = deep_ == Deep::all || (deep_ == Deep::sample && in_sample(rows_read_));
        int64_t bytes = 0;
        for (size_t i = next_; i < shorts_.size(); ++i) {
            const base::Cell cell = statement_->cell(static_cast<int>(i));
            const Short& way = shorts_[i];
            bytes += static_cast<int64_t>(cell.size) + 8;
            if (cell.storage == base::StorageClass::null && way.null) {
                row.nulls[way.index] = true;
            } else if (bool cut = false; given_ || convert_plain(way.plain, cell, &row.values[way.index], &cut)) {
                row.nulls[way.index] = false;
                if (cut) count_under(places_[i], Rule::digits_cut);
                if (asks) {
                    // The short way itself is asked about: most rows take it.
                    next_ = i;
                    check_deep(places_[i], cell, normalize::accept(places_[i].rule), row.values[way.index]);
                }
            } else {
                next_ = i;
                convert_cell(places_[i], base::Cell(cell), row, asks);
            }
        }
        bytes_read_ += bytes;
        next_ = shorts_.size();
        end_row();
    }
}

// The long way of a cell: everything that is no plain value of its type.
void RowReader::convert_cell(Place& place, const base::Cell& source, const RowTarget& row, bool asks) {
    base::Cell cell = source;
    if (place.expression) {
        cell = place.expression->evaluate(source);
        if (!same_cell(source, cell)) count_under(place, Rule::expression);
    }
    normalize::Outcome outcome = convert(*place.column, cell, &row.values[place.index]);
    if (outcome.code == Code::ambiguous_time && choose_unit(place))
        outcome = convert(*place.column, cell, &row.values[place.index]);
    row.nulls[place.index] = outcome.verdict == Verdict::null;
    if (outcome.verdict == Verdict::complaint)
        complain(place, source, cell, outcome.code);
    else if (outcome.verdict == Verdict::null && place.not_null)
        complain(place, source, cell, Code::not_null);
    else if (strict_ && outcome.rule != Rule::none && holds_less(place, outcome.rule))
        note(place, source,
             {place.name, "type_holds_less", "22000",
              fmt::format("found {}, more than the column's type holds ({})", show(source), normalize::rule_name(outcome.rule))});
    else {
        if (outcome.rule != Rule::none) count_under(place, outcome.rule);
        if (asks) check_deep(place, cell, outcome, row.values[place.index]);
    }
}

// Inside pg_call. An error of the input function is met by note_server_error: asking_ tells it that the value stands.
void RowReader::check_deep(const Place& place, const base::Cell& cell, const normalize::Outcome& outcome, Datum fast) {
    asking_ = true;
    const Answer answer = ask_input(*place.column, cell, outcome, fast, deep_text_);
    asking_ = false;
    if (answer != Answer::not_asked) ++deep_cells_;
    if (answer == Answer::another)
        note(place, cell,
             {place.name, "converters_disagree", "XX000",
              fmt::format("found {}, which the type's own input function reads as another value", show(cell))});
}

// True if the error was a complaint about the value at hand, and is noted as one.
bool RowReader::note_server_error(ErrorData* error) {
    if (!in_row_ || next_ >= places_.size() || !speaks_of_the_value(error->sqlerrcode, *places_[next_].column))
        return false;
    if (asking_) {
        asking_ = false;
        ++deep_undecided_;
        ++next_;
        return true;
    }
    const Place& place = places_[next_];
    base::Cell cell = statement_->cell(static_cast<int>(next_));
    note(place, cell,
         {place.name, normalize::code_name(Code::refused_by_type), sqlstate_text(error->sqlerrcode),
          fmt::format("found {}, the type's own answer is: {}", show(cell), error->message == nullptr ? "" : error->message)});
    ++next_;
    return true;
}

void RowReader::seek(std::vector<int64_t> rowids) {
    sought_ = std::move(rowids);
    next_sought_ = 0;
    at_end_ = sought_.empty();
    statement_->reset();
    if (!at_end_) statement_->bind(1, sought_[next_sought_++]);
}

bool RowReader::next_row() {
    while (!statement_->step()) {
        if (next_sought_ >= sought_.size()) return false;
        statement_->reset();
        statement_->bind(1, sought_[next_sought_++]);
    }
    return true;
}

int RowReader::fill(const RowTarget* rows, int count) {
    database_->check_stop();  // SQLite itself asks after some hundred rows, and those may be large
    filled_ = 0;
    budget_ = bytes_read_ + batch_bytes;
    raw_.clear();
    rejects_.clear();
    numbers_.clear();
    numbers_.reserve(static_cast<size_t>(count));
    room_.forget();
    while (!calls_input_ || in_row_ || (!full(count) && !at_end_)) {
        if (!calls_input_) {
            pg::pg_call([this, rows, count] { convert_rows(rows, count); });
            break;
        }
        pg::Subtransaction subtransaction;
        try {
            pg::pg_call([this, rows, count] { convert_rows(rows, count); });
            subtransaction.release();
        } catch (const pg::PgError& error) {
            subtransaction.rollback();
            if (!note_server_error(error.data.get())) throw;
        }
    }
    return filled_;
}

}  // namespace value
