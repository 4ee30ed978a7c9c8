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
        slots_[i] = table_slot_create(relation_, nullptr);
        if (careful_)
            rows_[i] = {static_cast<Datum*>(palloc0(sizeof(Datum) * descriptor->natts)),
                        static_cast<bool*>(palloc0(sizeof(bool) * descriptor->natts))};
        else
            rows_[i] = {slots_[i]->tts_values, slots_[i]->tts_isnull};
        // Attributes that nobody fills (dropped ones, those without default) stay NULL for the whole load.
        memset(rows_[i].nulls, true, descriptor->natts);
    }
    for (int i = 0; i < descriptor->natts; ++i) {
        bool filled = TupleDescAttr(descriptor, i)->attisdropped;
        for (int attribute : loaded) filled = filled || attribute == i + 1;
        if (filled) continue;
        ExprState* expression = default_of(relation_, i + 1);
        if (expression != nullptr) defaults_.push_back({i, expression});
    }
    if (careful_) prepare_checks();
}

// The row as it will be stored: what was loaded, and the defaults.
void DirectPath::fill_slot(int row) {
    TupleTableSlot* slot = slots_[row];
    if (careful_) {
        ExecClearTuple(slot);
        int natts = slot->tts_tupleDescriptor->natts;
        memcpy(slot->tts_values, rows_[row].values, sizeof(Datum) * natts);
        memcpy(slot->tts_isnull, rows_[row].nulls, natts);
    }
    for (const Default& column : defaults_)
        slot->tts_values[column.index] = ExecEvalExprSwitchContext(column.expression, GetPerTupleExprContext(estate_),
                                                                   &slot->tts_isnull[column.index]);
    ExecStoreVirtualTuple(slot);
}

void DirectPath::clear_slot(int row) {
    TupleTableSlot* slot = slots_[row];
    ExecClearTuple(slot);
    memset(slot->tts_isnull, true, slot->tts_tupleDescriptor->natts);
}

void DirectPath::insert(int count) {
    if (count > 0) pg::pg_call([this, count] { insert_rows(count); });
}

void DirectPath::insert_rows(int count) {
    bool constrained = RelationGetDescr(relation_)->constr != nullptr;
    if (careful_) command_ = GetCurrentCommandId(true);
    for (int i = 0; i < count; ++i) {
        fill_slot(i);
        if (constrained) ExecConstraints(result_, slots_[i], estate_);
    }
    table_multi_insert(relation_, slots_.data(), count, command_, options_, bulk_);
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
