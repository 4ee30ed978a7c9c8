// Takes rows that were just loaded out of their table again, or their keys out of the rows.
#include <fmt/format.h>

#include <memory>

#include "base/error.hpp"
#include "copy/removal.hpp"
#include "copy/target.hpp"
#include "pg/batch_context.hpp"
#include "pg/guard.hpp"
#include "pg/run.hpp"
#include "pg/session.hpp"
#include "sqlite/catalog.hpp"
#include "value/digest.hpp"

extern "C" {
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

#include "pg/compat.hpp"

namespace copy {
namespace {

// Plain data only: inside pg_call. nulled: attribute numbers; count 0 = the rows go.
struct Work {
    Relation relation;
    const value::RowHasher* hasher;
    const int* nulled;
    int nulled_count;
    const ItemPointerData* rows;
    int count;
    uint64_t* hashes;
    Removal* result;
};

void put_back_nulled(const Work& work, TupleTableSlot* old, TupleTableSlot* slot, ResultRelInfo* info, EState* estate) {
    int natts = old->tts_tupleDescriptor->natts;
    slot_getallattrs(old);
    ExecClearTuple(slot);
    memcpy(slot->tts_values, old->tts_values, sizeof(Datum) * natts);
    memcpy(slot->tts_isnull, old->tts_isnull, sizeof(bool) * natts);
    for (int i = 0; i < work.nulled_count; ++i) {
        bool* null = &slot->tts_isnull[work.nulled[i] - 1];
        if (!*null) ++work.result->cells;
        *null = true;
    }
    ExecStoreVirtualTuple(slot);
    if (RelationGetDescr(work.relation)->constr != nullptr) ExecConstraints(info, slot, estate);
    work.result->more += work.hasher->hash(slot->tts_values, slot->tts_isnull);
    table_tuple_insert(work.relation, slot, GetCurrentCommandId(true), 0, nullptr);
    if (info->ri_NumIndices > 0) list_free(pg::insert_index_tuples(info, slot, estate));
    ExecClearTuple(slot);
}

void change_rows(const Work& work) {
    EState* estate = CreateExecutorState();
    ResultRelInfo* info = makeNode(ResultRelInfo);
    InitResultRelInfo(info, work.relation, 0, nullptr, 0);
    ExecOpenIndices(info, false);
    TupleTableSlot* old = table_slot_create(work.relation, nullptr);
    TupleTableSlot* slot = table_slot_create(work.relation, nullptr);
    Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
    for (int i = 0; i < work.count; ++i) {
        ItemPointerData row = work.rows[i];
        if (!table_tuple_fetch_row_version(work.relation, &row, snapshot, old)) elog(ERROR, "a row that was loaded is gone");
        bool null;
        TransactionId writer = DatumGetTransactionId(slot_getsysattr(old, MinTransactionIdAttributeNumber, &null));
        if (!TransactionIdIsCurrentTransactionId(writer)) elog(ERROR, "a row without a parent is not one of this run");
        slot_getallattrs(old);
        work.hashes[i] = work.hasher->hash(old->tts_values, old->tts_isnull);
        work.result->less += work.hashes[i];
        ExecMaterializeSlot(old);
        simple_table_tuple_delete(work.relation, &row, snapshot);
        if (work.nulled_count > 0) put_back_nulled(work, old, slot, info, estate);
        ResetPerTupleExprContext(estate);
        CHECK_FOR_INTERRUPTS();
    }
    UnregisterSnapshot(snapshot);
    ExecDropSingleTupleTableSlot(old);
    ExecDropSingleTupleTableSlot(slot);
    ExecCloseIndices(info);
    FreeExecutorState(estate);
    CommandCounterIncrement();
}

Removal change(Oid relation, const std::vector<std::string>& columns, const std::vector<std::string>& keys,
               const ItemPointerData* rows, int count) {
    Target target(relation);
    Removal result;
    result.hashes.resize(static_cast<size_t>(count));
    std::vector<int> nulled = target.attributes(keys);
    value::RowHasher hasher(RelationGetDescr(target.relation()), target.attributes(columns));
    Work work{target.relation(), &hasher, nulled.data(), static_cast<int>(nulled.size()), rows, count,
              result.hashes.data(), &result};
    pg::BatchContext batch;
    pg::pg_call([&work] { change_rows(work); });
    return result;
}

}  // namespace

Removal delete_loaded(Oid relation, const std::vector<std::string>& columns, const ItemPointerData* rows, int count) {
    return change(relation, columns, {}, rows, count);
}

Removal null_loaded(Oid relation, const std::vector<std::string>& columns, const std::vector<std::string>& keys,
                    const ItemPointerData* rows, int count) {
    return change(relation, columns, keys, rows, count);
}

std::string reject_removed(const LoadRequest& request, std::map<uint64_t, Removed> removed) {
    constexpr int batch_rows = 100;
    pg::Lease lease(request.source);
    const sqlite::Table table = sqlite::read_table(lease.database(), request.source_table);
    Target target(request.target);
    const std::vector<int> attributes = target.attributes(request.target_columns);
    TupleDesc descriptor = RelationGetDescr(target.relation());
    value::RowReader reader(lease.database(), table, {request.source_columns, attributes, request.rules, true}, descriptor,
                            find_zone(request.assume_timezone));
    value::RowHasher hasher(descriptor, target.attributes(compared_columns(request)));
    value::Complaints complaints;
    const size_t natts = static_cast<size_t>(descriptor->natts);
    std::vector<Datum> values(natts * batch_rows);
    auto nulls = std::make_unique<bool[]>(natts * batch_rows);
    std::vector<value::RowTarget> rows;
    for (size_t i = 0; i < batch_rows; ++i) rows.push_back({&values[i * natts], &nulls[i * natts]});
    pg::BatchContext batch;
    while (!reader.at_end() && !removed.empty()) {
        int count = reader.fill(rows.data(), batch_rows);
        for (int row = 0; row < count; ++row) {
            uint64_t hash = pg::pg_call([&] { return hasher.hash(rows[row].values, rows[row].nulls); });
            auto found = removed.find(hash);
            if (found == removed.end()) continue;
            pg::Reject reject = reader.reject_row(row, found->second.attribute, found->second.refusal);
            complaints.add(reject.column, reject.code.c_str(), reject.sqlstate.c_str(), reject.message, base::Cell(),
                           [&reject] { return reject.key; });
            pg::note_reject(request.shown, table.name, reject);
            if (--found->second.rows == 0) removed.erase(found);
        }
        batch.reset();
    }
    if (!removed.empty())
        throw base::Error(base::ErrorKind::unsupported,
                          fmt::format("rows of {} without a parent cannot be found in the source again", target.name()),
                          "A trigger of the target changed them as they came in.",
                          "Mend them in the source, or leave the trigger out: options => '{\"user_triggers\": \"disable\"}'.");
    return complaints.to_json();
}

}  // namespace copy
