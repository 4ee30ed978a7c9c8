// Puts batches of rows into a plain heap table through table_multi_insert.
#include "base/error.hpp"
#include "copy/direct_path.hpp"
#include "pg/guard.hpp"
#include "pg/subtransaction.hpp"

extern "C" {
#include "access/tableam.h"
#include "access/xact.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

#include "pg/compat.hpp"

namespace copy {
namespace {

// The expression that fills a column which the source lacks; null where it stays NULL.
ExprState* default_of(Relation relation, int attribute) {
    auto* expression = reinterpret_cast<Expr*>(build_column_default(relation, attribute));
    return expression == nullptr ? nullptr : ExecInitExpr(expression_planner(expression), nullptr);
}

// What COPY asks before it freezes rows, which everybody sees at once: no older snapshot and no open cursor may look at
// them, and a subtransaction that is rolled back must take the whole table with it. COPY raises where we go on without.
bool may_freeze(Relation relation) {
    bool alone = pg::pg_call([relation] {
        if (!pg::has_new_storage_here(relation)) return false;
        InvalidateCatalogSnapshot();
        return ThereAreNoPriorRegisteredSnapshots();
    });
    if (!alone) return false;
    // Where there is a cursor, the server's function leaves its search of a hash table open, since COPY then raises: only a
    // rollback ends it without a WARNING.
    pg::Subtransaction search;
    bool no_cursor = pg::pg_call([] { return ThereAreNoReadyPortals(); });
    search.rollback();
    return no_cursor;
}

}  // namespace

DirectPath::DirectPath(Relation relation, const std::vector<int>& loaded, bool careful)
    : relation_(relation), careful_(careful) {
    slots_.resize(batch_rows);
    rows_.resize(batch_rows);
    defaults_.reserve(RelationGetDescr(relation)->natts);
    if (!careful_ && may_freeze(relation_)) options_ |= TABLE_INSERT_FROZEN;
    pg::pg_call([this, &loaded] { open(loaded); });
}

// Plain data only: inside pg_call. The vectors have their room already.
void DirectPath::open(const std::vector<int>& loaded) {
    TupleDesc descriptor = RelationGetDescr(relation_);
    estate_ = CreateExecutorState();
    result_ = makeNode(ResultRelInfo);
    InitResultRelInfo(result_, relation_, 0, nullptr, 0);
    ExecOpenIndices(result_, careful_);
    // A bulk state pins a buffer, which would have to belong to a subtransaction.
    if (!careful_) bulk_ = GetBulkInsertState();
    command_ = GetCurrentCommandId(true);
    // Pages of new storage are filled one after the other: no look for room in others.
    if (pg::has_new_storage(relation_)) options_ |= TABLE_INSERT_SKIP_FSM;
    for (int i = 0; i < batch_rows; ++i) {
        slots_[i] = careful_ ? table_slot_create(relation_, nullptr) : MakeSingleTupleTableSlot(descriptor, &TTSOpsHeapTuple);
        rows_[i] = {static_cast<Datum*>(palloc0(sizeof(Datum) * descriptor->natts)),
                    static_cast<bool*>(palloc(sizeof(bool) * descriptor->natts))};
        // Attributes that nobody fills (dropped ones, those without default) stay NULL for the whole load.
        memset(rows_[i].nulls, true, descriptor->natts);
    }
    constrained_ = descriptor->constr != nullptr && descriptor->constr->num_check > 0;
    for (int i = 0; i < descriptor->natts; ++i) {
        bool filled = TupleDescAttr(descriptor, i)->attisdropped;
        for (int attribute : loaded) filled = filled || attribute == i + 1;
        if (filled) continue;
        // Whoever fills a column keeps NULL out of it; what a default gives is for the server to judge.
        constrained_ = constrained_ || TupleDescAttr(descriptor, i)->attnotnull;
        ExprState* expression = default_of(relation_, i + 1);
        if (expression != nullptr) defaults_.push_back({i, expression});
    }
    if (careful_) prepare_checks();
}

// What was loaded, and the defaults.
void DirectPath::add_defaults(int row) {
    for (const Default& column : defaults_)
        rows_[row].values[column.index] = ExecEvalExprSwitchContext(column.expression, GetPerTupleExprContext(estate_),
                                                                    &rows_[row].nulls[column.index]);
}

// The row as the heap wants it, formed once. That the slot says it owned the tuple keeps the heap from copying it; the
// tuple is the batch's, and goes with it.
void DirectPath::form_row(int row) {
    TupleTableSlot* slot = slots_[row];
    add_defaults(row);
    ExecStoreHeapTuple(heap_form_tuple(slot->tts_tupleDescriptor, rows_[row].values, rows_[row].nulls), slot, false);
    slot->tts_flags |= TTS_FLAG_SHOULDFREE;
    slot->tts_tableOid = RelationGetRelid(relation_);
}

// The row as values, which may be formed again.
void DirectPath::fill_slot(int row) {
    TupleTableSlot* slot = slots_[row];
    ExecClearTuple(slot);
    add_defaults(row);
    int natts = slot->tts_tupleDescriptor->natts;
    memcpy(slot->tts_values, rows_[row].values, sizeof(Datum) * natts);
    memcpy(slot->tts_isnull, rows_[row].nulls, natts);
    ExecStoreVirtualTuple(slot);
}

void DirectPath::clear_slot(int row) {
    TupleTableSlot* slot = slots_[row];
    if (!careful_) slot->tts_flags &= ~TTS_FLAG_SHOULDFREE;
    ExecClearTuple(slot);
}

void DirectPath::insert(int count) {
    if (count > 0) pg::pg_call([this, count] { insert_rows(count); });
}

void DirectPath::insert_rows(int count) {
    if (careful_) command_ = GetCurrentCommandId(true);
    for (int i = 0; i < count; ++i) {
        careful_ ? fill_slot(i) : form_row(i);
        if (constrained_) ExecConstraints(result_, slots_[i], estate_);
    }
    // It leaves memory behind: large values, compressed and cut into chunks.
    MemoryContext batch = MemoryContextSwitchTo(GetPerTupleMemoryContext(estate_));
    table_multi_insert(relation_, slots_.data(), count, command_, options_, bulk_);
    MemoryContextSwitchTo(batch);
    for (int i = 0; i < count; ++i) {
        if (result_->ri_NumIndices > 0) list_free(pg::insert_index_tuples(result_, slots_[i], estate_));
        clear_slot(i);
    }
    ResetPerTupleExprContext(estate_);
    CHECK_FOR_INTERRUPTS();
}

void DirectPath::finish() {
    pg::pg_call([this] {
        if (bulk_ != nullptr) FreeBulkInsertState(bulk_);
        bulk_ = nullptr;
        table_finish_bulk_insert(relation_, options_);
        for (TupleTableSlot*& slot : slots_) {
            ExecDropSingleTupleTableSlot(slot);
            slot = nullptr;
        }
        ExecCloseIndices(result_);
        FreeExecutorState(estate_);
        estate_ = nullptr;
        // What follows in this transaction (the check of keys, the digest) must see the rows.
        CommandCounterIncrement();
    });
}

// Reached with estate_ only when an error is on its way: the abort releases pins, locks and relations, memory goes with
// its context. Slots pin nothing but a tuple descriptor, which the resource owner counts.
DirectPath::~DirectPath() = default;

}  // namespace copy
