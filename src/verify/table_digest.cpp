// Reads a table as it is stored and takes its digest.
#include <fmt/format.h>

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
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
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

// Plain data only: inside pg_call.
void scan(Oid oid, const value::RowHasher& hasher, value::Digest* digest) {
    Relation relation = table_open(oid, AccessShareLock);
    Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
    TupleTableSlot* slot = table_slot_create(relation, nullptr);
    TableScanDesc scan = table_beginscan(relation, snapshot, 0, nullptr);
    MemoryContext rows = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_migrate digest", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(rows);
    uint64 count = 0;
    while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
        slot_getallattrs(slot);
        digest->add(hasher.hash(slot->tts_values, slot->tts_isnull));
        if (++count % 256 == 0) {
            MemoryContextReset(rows);
            pg::Progress::update(digest->rows, 0);
            CHECK_FOR_INTERRUPTS();
        }
    }
    MemoryContextSwitchTo(caller);
    MemoryContextDelete(rows);
    table_endscan(scan);
    ExecDropSingleTupleTableSlot(slot);
    UnregisterSnapshot(snapshot);
    table_close(relation, AccessShareLock);
}

// Plain data only: inside pg_call.
void hash_portal(Portal portal, const value::RowHasher& hasher, value::Digest* digest) {
    constexpr long some = 1000;
    TupleDesc descriptor = portal->tupDesc;
    auto* values = static_cast<Datum*>(palloc(sizeof(Datum) * descriptor->natts));
    auto* nulls = static_cast<bool*>(palloc(descriptor->natts));
    do {
        SPI_cursor_fetch(portal, true, some);
        for (uint64 i = 0; i < SPI_processed; ++i) {
            heap_deform_tuple(SPI_tuptable->vals[i], descriptor, values, nulls);
            digest->add(hasher.hash(values, nulls));
        }
        SPI_freetuptable(SPI_tuptable);
        pg::Progress::update(digest->rows, 0);
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

// The server is asked for rows as anybody would ask. Without columns, the one value of the result is a count.
value::Digest digest_by_query(const std::string& sql, const std::vector<int>& columns) {
    value::Digest digest;
    Portal portal = pg::pg_call([&sql]() -> Portal {
        if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
        SPIPlanPtr plan = SPI_prepare(sql.c_str(), 0, nullptr);
        if (plan == nullptr) elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
        return SPI_cursor_open(nullptr, plan, nullptr, nullptr, false);
    });
    if (columns.empty()) {
        digest.rows = pg::pg_call([portal] {
            bool null;
            SPI_cursor_fetch(portal, true, 1);
            return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null));
        });
    } else {
        value::RowHasher hasher(portal->tupDesc, columns);
        pg::pg_call([portal, &hasher, &digest] { hash_portal(portal, hasher, &digest); });
    }
    pg::pg_call([portal] {
        SPI_cursor_close(portal);
        SPI_finish();
    });
    return digest;
}

// Where rows live elsewhere.
value::Digest digest_elsewhere(Oid relation, const std::vector<std::string>& columns) {
    std::vector<int> places;
    std::string list = select_list(columns, &places);
    return digest_by_query(
        fmt::format("SELECT {} FROM {} t", list.empty() ? "pg_catalog.count(*)" : list, relation_name(relation)), places);
}

}  // namespace

value::Digest digest_table(Oid relation, const std::vector<std::string>& columns) {
    char kind = pg::pg_call([=] { return get_rel_relkind(relation); });
    if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_FOREIGN_TABLE)
        throw Error(ErrorKind::unsupported, fmt::format("{} is not a table", relation_name(relation)));
    check_rights(relation, attribute_numbers(relation, columns));
    pg::Progress progress(relation);
    if (!pg::rows_elsewhere(relation).empty()) return digest_elsewhere(relation, columns);
    List* leaves = pg::pg_call([=]() -> List* {
        return kind == RELKIND_PARTITIONED_TABLE ? find_all_inheritors(relation, AccessShareLock, nullptr)
                                                 : list_make1_oid(relation);
    });
    value::Digest digest;
    ListCell* cell;
    foreach (cell, leaves) {
        Oid leaf = lfirst_oid(cell);
        if (pg::pg_call([=] { return get_rel_relkind(leaf); }) == RELKIND_PARTITIONED_TABLE) continue;
        // A partition may keep its columns in another order.
        std::vector<int> numbers = attribute_numbers(leaf, columns);
        TupleDesc descriptor = pg::pg_call([=] {
            Relation opened = table_open(leaf, AccessShareLock);
            TupleDesc copy = CreateTupleDescCopy(RelationGetDescr(opened));
            table_close(opened, NoLock);
            return copy;
        });
        value::RowHasher hasher(descriptor, numbers);
        pg::pg_call([&] { scan(leaf, hasher, &digest); });
    }
    return digest;
}

value::Digest digest_partners(Oid relation, const std::vector<std::string>& columns, Oid other, const std::string& condition) {
    check_rights(relation, attribute_numbers(relation, columns));
    pg::Progress progress(relation);
    // Tables that inherit hold rows of their own, unless all rows of this one lie in such tables.
    bool alone = pg::pg_call([=] { return get_rel_relkind(relation) == RELKIND_RELATION; }) && pg::rows_elsewhere(relation).empty();
    std::vector<int> places;
    std::string list = select_list(columns, &places);
    return digest_by_query(fmt::format("SELECT {} FROM {}{} t JOIN {} s ON {}", list.empty() ? "pg_catalog.count(*)" : list,
                                       alone ? "ONLY " : "", relation_name(relation), relation_name(other), condition),
                           places);
}

}  // namespace verify
