// Reads a table as it is stored and takes its digest.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "pg/guard.hpp"
#include "pg/progress.hpp"
#include "pg/remote.hpp"
#include "schema/identifier.hpp"
#include "verify/table_digest.hpp"

extern "C" {
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"
}

namespace verify {
namespace {

using base::Error;
using base::ErrorKind;

std::string relation_name(Oid relation) {
    const char* schema = pg::pg_call([=]() -> const char* { return get_namespace_name(get_rel_namespace(relation)); });
    const char* name = pg::pg_call([=]() -> const char* { return get_rel_name(relation); });
    return fmt::format("{}.{}", schema::quote_name(schema == nullptr ? "" : schema),
                       schema::quote_name(name == nullptr ? "" : name));
}

std::vector<int> attribute_numbers(Oid relation, const std::vector<std::string>& columns) {
    std::vector<int> numbers;
    for (const std::string& column : columns) {
        int number = pg::pg_call([&] { return static_cast<int>(get_attnum(relation, column.c_str())); });
        if (number <= 0)
            throw Error(ErrorKind::undefined_object, fmt::format("table {} has no column \"{}\"", relation_name(relation), column));
        numbers.push_back(number);
    }
    return numbers;
}

void check_rights(Oid relation, const std::vector<int>& attributes) {
    bool allowed = pg::pg_call([&] {
        Oid user = GetUserId();
        if (pg_class_aclcheck(relation, user, ACL_SELECT) == ACLCHECK_OK) return true;
        for (int attribute : attributes)
            if (pg_attribute_aclcheck(relation, static_cast<AttrNumber>(attribute), user, ACL_SELECT) != ACLCHECK_OK)
                return false;
        return !attributes.empty();
    });
    if (!allowed)
        throw Error(ErrorKind::access_denied, fmt::format("permission denied for table {}", relation_name(relation)),
                    "Its rows must be read to prove them.");
    if (pg::pg_call([=] { return check_enable_rls(relation, InvalidOid, true); }) == RLS_ENABLED)
        throw Error(ErrorKind::unsupported,
                    fmt::format("row security of table {} applies to this role", relation_name(relation)),
                    "It would hide rows, and nothing could be proved.");
}

// What becomes of each row that is read: it is hashed, or, if its bucket is wanted, handed over. Plain data.
struct Sink {
    const value::RowHasher* row;
    const value::RowHasher* key;
    value::Digest* digest;
    value::Buckets* buckets;          // null: none are asked for
    const value::BucketSet* wanted;   // null: rows are hashed
    ReturnSetInfo* result;
    const std::vector<int>* attributes;

    bool takes(const Datum* values, const bool* nulls) const { return wanted->all() || wanted->has(key->hash(values, nulls)); }

    void hash(const Datum* values, const bool* nulls) const {
        const uint64_t hash = row->hash(values, nulls);
        digest->add(hash);
        if (buckets != nullptr) buckets->add(key->hash(values, nulls), hash);
    }

    // out, out_nulls: room for one row of the result.
    void hand_over(const Datum* values, const bool* nulls, Datum* out, bool* out_nulls) const {
        for (size_t i = 0; i < attributes->size(); ++i) {
            out[i] = values[(*attributes)[i] - 1];
            out_nulls[i] = nulls[(*attributes)[i] - 1];
        }
        tuplestore_putvalues(result->setResult, result->setDesc, out, out_nulls);
    }
};

// Plain data only: inside pg_call.
void scan(Oid oid, const Sink& sink, int key_columns, int64_t* read) {
    Relation relation = table_open(oid, AccessShareLock);
    Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
    TupleTableSlot* slot = table_slot_create(relation, nullptr);
    TableScanDesc scan = table_beginscan(relation, snapshot, 0, nullptr);
    MemoryContext rows = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_migrate digest", ALLOCSET_DEFAULT_SIZES);
    auto* out = static_cast<Datum*>(palloc0(sizeof(Datum) * (sink.attributes->size() + 1)));
    auto* out_nulls = static_cast<bool*>(palloc0(sink.attributes->size() + 1));
    MemoryContext caller = MemoryContextSwitchTo(rows);
    while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
        if (sink.wanted == nullptr) {
            slot_getallattrs(slot);
            sink.hash(slot->tts_values, slot->tts_isnull);
        } else {
            // Most rows are not wanted, and only their keys are looked at.
            slot_getsomeattrs(slot, key_columns);
            if (sink.takes(slot->tts_values, slot->tts_isnull)) {
                slot_getallattrs(slot);
                sink.hand_over(slot->tts_values, slot->tts_isnull, out, out_nulls);
            }
        }
        if (++*read % 256 == 0) {
            MemoryContextReset(rows);
            pg::Progress::update(*read, 0);
        }
        CHECK_FOR_INTERRUPTS();  // at every row: one may have a gigabyte
    }
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(rows);
    table_endscan(scan);
    ExecDropSingleTupleTableSlot(slot);
    UnregisterSnapshot(snapshot);
    table_close(relation, AccessShareLock);
}

// Plain data only: inside pg_call.
void read_portal(Portal portal, const Sink& sink, int64_t* read) {
    constexpr long some = 100;  // they are all held at once, and may be large
    TupleDesc descriptor = portal->tupDesc;
    auto* values = static_cast<Datum*>(palloc(sizeof(Datum) * descriptor->natts));
    auto* nulls = static_cast<bool*>(palloc(descriptor->natts));
    auto* out = static_cast<Datum*>(palloc0(sizeof(Datum) * (sink.attributes->size() + 1)));
    auto* out_nulls = static_cast<bool*>(palloc0(sink.attributes->size() + 1));
    do {
        SPI_cursor_fetch(portal, true, some);
        for (uint64 i = 0; i < SPI_processed; ++i) {
            heap_deform_tuple(SPI_tuptable->vals[i], descriptor, values, nulls);
            if (sink.wanted == nullptr)
                sink.hash(values, nulls);
            else if (sink.takes(values, nulls))
                sink.hand_over(values, nulls, out, out_nulls);
        }
        *read += static_cast<int64_t>(SPI_processed);
        SPI_freetuptable(SPI_tuptable);
        pg::Progress::update(*read, 0);
        CHECK_FOR_INTERRUPTS();
    } while (SPI_processed > 0);
}

// The columns by their names of table t, and their places in the result.
std::string select_list(const std::vector<std::string>& columns, std::vector<int>* places) {
    std::string list;
    for (const std::string& column : columns) {
        list += (list.empty() ? "t." : ", t.") + schema::quote_name(column);
        places->push_back(static_cast<int>(places->size()) + 1);
    }
    return list;
}

// Where rows go, but for the hashers, which follow from the shape of each table that is read.
struct Aim {
    const std::vector<std::string>& columns;
    const std::vector<std::string>& key;  // none: the whole row
    value::Digest* digest;
    value::Buckets* buckets = nullptr;
    const value::BucketSet* wanted = nullptr;
    ReturnSetInfo* result = nullptr;
};

// The places of the key's columns among the places of all.
std::vector<int> key_places(const Aim& aim, const std::vector<int>& places) {
    if (aim.key.empty()) return places;
    std::vector<int> result;
    for (const std::string& name : aim.key)
        for (size_t i = 0; i < aim.columns.size(); ++i)
            if (aim.columns[i] == name) result.push_back(places[i]);
    if (result.size() != aim.key.size()) throw Error(ErrorKind::invalid_argument, "a column of the key is not compared");
    return result;
}

// The server is asked for rows as anybody would ask. Without columns, the one value of the result is a count.
void read_by_query(const std::string& sql, const std::vector<int>& places, const Aim& aim) {
    Portal portal = pg::pg_call([&sql]() -> Portal {
        if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
        SPIPlanPtr plan = SPI_prepare(sql.c_str(), 0, nullptr);
        if (plan == nullptr) elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
        return SPI_cursor_open(nullptr, plan, nullptr, nullptr, false);
    });
    if (places.empty()) {
        aim.digest->rows = pg::pg_call([portal] {
            bool null;
            SPI_cursor_fetch(portal, true, 1);
            return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null));
        });
    } else {
        value::RowHasher row(portal->tupDesc, places), key(portal->tupDesc, key_places(aim, places));
        const Sink sink{&row, &key, aim.digest, aim.buckets, aim.wanted, aim.result, &places};
        int64_t read = 0;
        pg::pg_call([&] { read_portal(portal, sink, &read); });
    }
    pg::pg_call([portal] {
        SPI_cursor_close(portal);
        SPI_finish();
    });
}

void read_table(Oid relation, const Aim& aim) {
    char kind = pg::pg_call([=] { return get_rel_relkind(relation); });
    if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_FOREIGN_TABLE)
        throw Error(ErrorKind::unsupported, fmt::format("{} is not a table", relation_name(relation)));
    check_rights(relation, attribute_numbers(relation, aim.columns));
    pg::Progress progress(relation);
    if (!pg::rows_elsewhere(relation).empty()) {
        std::vector<int> places;
        std::string list = select_list(aim.columns, &places);
        read_by_query(fmt::format("SELECT {} FROM {} t", list.empty() ? "pg_catalog.count(*)" : list, relation_name(relation)), places, aim);
        return;
    }
    List* leaves = pg::pg_call([=]() -> List* {
        return kind == RELKIND_PARTITIONED_TABLE ? find_all_inheritors(relation, AccessShareLock, nullptr)
                                                 : list_make1_oid(relation);
    });
    int64_t read = 0;
    ListCell* cell;
    foreach (cell, leaves) {
        Oid leaf = lfirst_oid(cell);
        if (pg::pg_call([=] { return get_rel_relkind(leaf); }) == RELKIND_PARTITIONED_TABLE) continue;
        // A partition may keep its columns in another order.
        std::vector<int> numbers = attribute_numbers(leaf, aim.columns);
        TupleDesc descriptor = pg::pg_call([=] {
            Relation opened = table_open(leaf, AccessShareLock);
            TupleDesc copy = CreateTupleDescCopy(RelationGetDescr(opened));
            table_close(opened, NoLock);
            return copy;
        });
        const std::vector<int> key_numbers = key_places(aim, numbers);
        value::RowHasher row(descriptor, numbers), key(descriptor, key_numbers);
        const Sink sink{&row, &key, aim.digest, aim.buckets, aim.wanted, aim.result, &numbers};
        const int key_columns = key_numbers.empty() ? 0 : *std::max_element(key_numbers.begin(), key_numbers.end());
        pg::pg_call([&] { scan(leaf, sink, key_columns, &read); });
    }
}

}  // namespace

value::Digest digest_table(Oid relation, const std::vector<std::string>& columns) {
    value::Digest digest;
    read_table(relation, {columns, columns, &digest});
    return digest;
}

value::Digest digest_table(Oid relation, const std::vector<std::string>& columns, const std::vector<std::string>& key,
                           value::Buckets* buckets) {
    value::Digest digest;
    read_table(relation, {columns, key, &digest, buckets});
    return digest;
}

void return_stored_rows(Oid relation, const std::vector<std::string>& columns, const std::vector<std::string>& key,
                        const std::string& buckets, FunctionCallInfo call) {
    pg::pg_call([call] { InitMaterializedSRF(call, MAT_SRF_USE_EXPECTED_DESC); });
    auto* result = reinterpret_cast<ReturnSetInfo*>(call->resultinfo);
    bool same = result->setDesc->natts == static_cast<int>(columns.size());
    const std::vector<int> numbers = attribute_numbers(relation, columns);
    for (size_t i = 0; same && i < numbers.size(); ++i) {
        Oid type = pg::pg_call([&] { return get_atttype(relation, static_cast<AttrNumber>(numbers[i])); });
        same = TupleDescAttr(result->setDesc, static_cast<int>(i))->atttypid == type;
    }
    if (!same) throw Error(ErrorKind::invalid_argument, "the column definition list does not fit the target's columns");
    const value::BucketSet wanted(buckets);
    value::Digest none;
    read_table(relation, {columns, key, &none, nullptr, &wanted, result});
}

value::Digest digest_partners(Oid relation, const std::vector<std::string>& columns, Oid other, const std::string& condition) {
    check_rights(relation, attribute_numbers(relation, columns));
    pg::Progress progress(relation);
    // Tables that inherit hold rows of their own, unless all rows of this one lie in such tables.
    bool alone = pg::pg_call([=] { return get_rel_relkind(relation) == RELKIND_RELATION; }) && pg::rows_elsewhere(relation).empty();
    std::vector<int> places;
    std::string list = select_list(columns, &places);
    value::Digest digest;
    read_by_query(fmt::format("SELECT {} FROM {}{} t JOIN {} s ON {}", list.empty() ? "pg_catalog.count(*)" : list,
                              alone ? "ONLY " : "", relation_name(relation), relation_name(other), condition),
                  places, {columns, columns, &digest});
    return digest;
}

}  // namespace verify
