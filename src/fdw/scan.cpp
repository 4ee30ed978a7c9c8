// Runs a scan: one statement of SQLite, stepped a row at a time into the executor's slot.
#include "fdw/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "fdw/callbacks.hpp"
#include "fdw/mapping.hpp"
#include "fdw/plan.hpp"
#include "normalize/outcome.hpp"
#include "pg/guard.hpp"
#include "pg/session.hpp"
#include "pg/source.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/database.hpp"
#include "sqlite/statement.hpp"
#include "value/describe.hpp"

#include "pg/owned.hpp"
#include "value/column.hpp"

extern "C" {
#include "postgres.h"

#include "executor/executor.h"
#include "foreign/foreign.h"
#include "nodes/execnodes.h"
#include "nodes/plannodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
}

namespace fdw {
namespace {

using base::Error;
using base::ErrorKind;
using normalize::Code;
using normalize::Outcome;
using normalize::Verdict;

// Lives as long as the query's memory context; close() gives back what others wait for before that.
class Scan {
   public:
    void open(ForeignScanState* node);
    bool next(TupleTableSlot* slot);
    void restart() noexcept { statement_->reset(); }
    void close();
    std::string normalized_text() const;

   private:
    // One column of the statement's result.
    struct Place {
        value::Column* column;  // null: read only to name the row in complaints
        int index;              // attribute number - 1
        bool not_null, key;
        std::array<int64_t, static_cast<size_t>(normalize::Rule::count_)> rules{};
    };

    void prepare(const char* query);
    [[noreturn]] void explain_missing_object(const Error& error) const;
    bool fill(TupleTableSlot* slot);
    [[noreturn]] void complain() const;
    void name_the_place(ErrorData* error) const;
    std::string name_of(const Place& place) const;
    std::string key_text() const;
    std::string advice(const Place& place, const base::Cell& cell) const;

    Relation relation_ = nullptr;  // the executor holds it open
    value::Lent lent_;
    std::vector<Place> places_;
    std::unique_ptr<pg::Lease> lease_;
    std::unique_ptr<sqlite::Statement> statement_;
    // Where fill() stands, for the words about what it met.
    int position_ = -1;
    Code code_ = Code::none;
};

void Scan::open(ForeignScanState* node) {
    relation_ = node->ss.ss_currentRelation;
    auto* plan = reinterpret_cast<ForeignScan*>(node->ss.ps.plan);
    auto* attributes = static_cast<List*>(list_nth(plan->fdw_private, plan_attributes));
    auto* roles = static_cast<List*>(list_nth(plan->fdw_private, plan_roles));
    MemoryContext context = node->ss.ps.state->es_query_cxt;
    for (int i = 0; i < list_length(attributes); ++i) {
        int index = list_nth_int(attributes, i) - 1, role = list_nth_int(roles, i);
        Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(relation_), index);
        value::Column* column = nullptr;
        if (role & role_wanted)
            column = pg::pg_call([this, context, attribute] {
                MemoryContext before = MemoryContextSwitchTo(context);
                // Times without a zone are read in UTC: what a file means must not depend on the session.
                value::Column* made = value::make_column(attribute->atttypid, attribute->atttypmod, nullptr, &lent_);
                MemoryContextSwitchTo(before);
                return made;
            });
        places_.push_back({column, index, attribute->attnotnull, (role & role_key) != 0, {}});
    }
    // May the server's owner still read the file? Each scan asks anew; the foreign table's own ACL is the executor's.
    ForeignTable* table = pg::pg_call([this] { return GetForeignTable(RelationGetRelid(relation_)); });
    lease_ = std::make_unique<pg::Lease>(pg::resolve_server(table->serverid));
    prepare(strVal(list_nth(plan->fdw_private, plan_query)));
}

void Scan::prepare(const char* query) {
    try {
        statement_ = std::make_unique<sqlite::Statement>(lease_->database(), query);
    } catch (const Error& error) {
        if (error.kind == ErrorKind::undefined_object) explain_missing_object(error);
        throw;
    }
}

// SQLite's words for a foreign table that does not fit its file are "no such column: t.x". These are the user's, and
// without the file's path, so that they stay the same in a test's expected answers.
void Scan::explain_missing_object(const Error& error) const {
    Mapping mapping = read_mapping(RelationGetRelid(relation_));
    sqlite::Table table;
    try {
        table = sqlite::read_table(lease_->database(), mapping.table);
    } catch (const Error& missing) {
        if (missing.kind != ErrorKind::undefined_object) throw;
        throw Error(ErrorKind::undefined_object,
                    fmt::format("the SQLite file has no table or view \"{}\"", base::excerpt(mapping.table, 200)),
                    fmt::format("Foreign table \"{}\" stands for it.", mapping.name), missing.hint);
    }
    std::vector<std::string> names{"rowid", "oid", "_rowid_"};
    for (const sqlite::Column& column : table.columns)
        names.push_back(column.name);
    for (const Place& place : places_) {
        const MappedColumn* mapped = mapping.find(place.index + 1);
        bool found = mapped == nullptr;
        for (const std::string& name : names)
            found = found || base::equal_ignoring_case(name, mapped->column);
        if (found) continue;
        std::string nearest = base::nearest_name(mapped->column, names);
        Error missing(ErrorKind::undefined_object,
                      fmt::format("SQLite {} \"{}\" has no column \"{}\"",
                                  table.kind == sqlite::TableKind::view ? "view" : "table",
                                  base::excerpt(table.name, 200), base::excerpt(mapped->column, 200)),
                      fmt::format("Column \"{}\" of foreign table \"{}\" stands for it.", mapped->name, mapping.name),
                      nearest.empty() ? "" : fmt::format("Did you mean \"{}\"?", base::excerpt(nearest, 200)));
        missing.sqlstate = "42703";
        throw missing;
    }
    throw error;
}

// One crossing of the border per row: everything that happens inside is plain data, and may be left by a longjmp.
bool Scan::next(TupleTableSlot* slot) {
    position_ = -1;
    code_ = Code::none;
    bool row = false;
    try {
        row = pg::pg_call([this, slot] { return fill(slot); });
    } catch (const pg::PgError& error) {
        if (position_ >= 0) name_the_place(error.data.get());
        throw;
    }
    if (code_ != Code::none) complain();
    return row;
}

// The executor calls with its per-row memory context current, and resets that before the next row.
bool Scan::fill(TupleTableSlot* slot) {
    ExecClearTuple(slot);
    if (!statement_->step()) return false;
    // Columns that the query does not use are NULL.
    memset(slot->tts_isnull, true, slot->tts_tupleDescriptor->natts * sizeof(bool));
    const int count = static_cast<int>(places_.size());
    for (position_ = 0; position_ < count; ++position_) {
        Place& place = places_[position_];
        if (place.column == nullptr) continue;
        Outcome outcome = value::convert(*place.column, statement_->cell(position_), &slot->tts_values[place.index]);
        if (outcome.verdict == Verdict::complaint) code_ = outcome.code;
        // Newer planners drop IS NULL on such a column: a NULL that slipped in would make their answers wrong.
        if (outcome.verdict == Verdict::null && place.not_null) code_ = Code::not_null;
        if (code_ != Code::none) return false;
        slot->tts_isnull[place.index] = outcome.verdict == Verdict::null;
        ++place.rules[static_cast<size_t>(outcome.rule)];
    }
    position_ = -1;
    ExecStoreVirtualTuple(slot);
    return true;
}

// A statement that was read to its end asked already; one that a LIMIT left did not.
void Scan::close() {
    if (!lease_) return;
    std::shared_ptr<sqlite::Database> database = lease_->database();
    statement_.reset();
    lease_.reset();
    if (!database->closed()) database->check_unchanged();
}

std::string Scan::normalized_text() const {
    std::string text;
    for (const Place& place : places_)
        for (size_t rule = 1; rule < place.rules.size(); ++rule)  // 0 is none
            if (place.rules[rule] > 0)
                text += fmt::format("{}\"{}\" {} {}", text.empty() ? "" : ", ", name_of(place),
                                    normalize::rule_name(static_cast<normalize::Rule>(rule)), place.rules[rule]);
    return text;
}

std::string Scan::name_of(const Place& place) const {
    return NameStr(TupleDescAttr(RelationGetDescr(relation_), place.index)->attname);
}

void Scan::complain() const {
    const Place& place = places_[position_];
    base::Cell cell = statement_->cell(position_);
    // A foreign table has no rules: what a rule would take is no help here.
    std::string_view expected = normalize::code_expected(code_);
    expected = expected.substr(0, std::min(expected.find(", or the rule"), expected.find(", or a rule")));
    Error error(ErrorKind::bad_data,
                fmt::format("column \"{}\" of foreign table \"{}\": found {}, expected {}", name_of(place),
                            RelationGetRelationName(relation_), value::show(cell), expected),
                key_text(), advice(place, cell));
    error.sqlstate = normalize::code_sqlstate(code_);
    throw error;
}

// What the server itself raised about a value gets the same beginning and the same key, and keeps the rest.
void Scan::name_the_place(ErrorData* error) const {
    if (ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_TO_CATEGORY(ERRCODE_OPERATOR_INTERVENTION)) return;
    std::string message =
        fmt::format("column \"{}\" of foreign table \"{}\": {}", name_of(places_[position_]),
                    RelationGetRelationName(relation_), error->message == nullptr ? "" : error->message);
    std::string detail = key_text();
    if (error->detail != nullptr) detail = detail.empty() ? error->detail : fmt::format("{} {}", error->detail, detail);
    pg::pg_call([error, &message, &detail] {
        error->message = pstrdup(message.c_str());
        if (!detail.empty()) error->detail = pstrdup(detail.c_str());
    });
}

std::string Scan::key_text() const {
    std::string text;
    for (size_t i = 0; i < places_.size(); ++i)
        if (places_[i].key)
            text += fmt::format("{}\"{}\" = {}", text.empty() ? "Key: " : ", ", name_of(places_[i]),
                                value::show(statement_->cell(static_cast<int>(i))));
    return text.empty() ? text : text + ".";
}

// How to see the value nevertheless.
std::string Scan::advice(const Place& place, const base::Cell& cell) const {
    Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(relation_), place.index);
    std::string table = pg::pg_call([this] {
        return quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation_)),
                                          RelationGetRelationName(relation_));
    });
    std::string column = pg::pg_call([attribute] { return quote_identifier(NameStr(attribute->attname)); });
    std::string alter = fmt::format("ALTER FOREIGN TABLE {} ALTER COLUMN {}", table, column);
    if (code_ == Code::not_null) return fmt::format("To read it as NULL: {} DROP NOT NULL", alter);
    bool bytes = cell.storage == base::StorageClass::blob || code_ == Code::invalid_utf8 || code_ == Code::nul_byte;
    return fmt::format("To read the column as it is: {} TYPE {}", alter, bytes ? "bytea" : "text");
}

Scan* scan_of(ForeignScanState* node) { return static_cast<Scan*>(node->fdw_state); }

}  // namespace

std::string normalized_text(ForeignScanState* node) {
    return node->fdw_state == nullptr ? std::string() : scan_of(node)->normalized_text();
}

void begin_scan(ForeignScanState* node, int flags) {
    pg::pg_entry([node, flags] {
        // EXPLAIN alone opens nothing.
        if (flags & EXEC_FLAG_EXPLAIN_ONLY) return;
        Scan* scan = pg::own<Scan>(node->ss.ps.state->es_query_cxt);
        node->fdw_state = scan;
        scan->open(node);
    });
}

TupleTableSlot* iterate_scan(ForeignScanState* node) {
    return pg::pg_entry([node] {
        TupleTableSlot* slot = node->ss.ss_ScanTupleSlot;
        scan_of(node)->next(slot);
        return slot;
    });
}

void restart_scan(ForeignScanState* node) { scan_of(node)->restart(); }

void end_scan(ForeignScanState* node) {
    pg::pg_entry([node] {
        if (node->fdw_state != nullptr) scan_of(node)->close();
    });
}

}  // namespace fdw
