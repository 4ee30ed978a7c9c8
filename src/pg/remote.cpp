// Says which tables keep rows where only SQL reaches them: foreign tables and partitions, distributed tables.
#include "pg/remote.hpp"

#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
}

namespace pg {
namespace {

// The extensions' own catalogs are read as they lie: their names and columns are all that is known of them here, and they
// may be missing, or look otherwise in another release. Then the triggers below speak.
struct Listing {
    const char* schema;
    const char* table;
    const char* by_oid;              // a column that holds the relation itself; null:
    const char *by_schema, *by_name;  // two columns that hold its names
};

bool column_is(Relation catalog, HeapTuple tuple, const char* column, Oid type, Datum wanted) {
    AttrNumber number = get_attnum(RelationGetRelid(catalog), column);
    if (number == InvalidAttrNumber) return false;
    Oid found = TupleDescAttr(RelationGetDescr(catalog), number - 1)->atttypid;
    bool null;
    Datum value = heap_getattr(tuple, number, RelationGetDescr(catalog), &null);
    if (null) return false;
    if (type == OIDOID) return (found == REGCLASSOID || found == OIDOID) && DatumGetObjectId(value) == DatumGetObjectId(wanted);
    return found == NAMEOID && strcmp(NameStr(*DatumGetName(value)), DatumGetCString(wanted)) == 0;
}

bool lists(const Listing& listing, Oid relation) {
    Oid space = get_namespace_oid(listing.schema, true);
    Oid oid = OidIsValid(space) ? get_relname_relid(listing.table, space) : InvalidOid;
    if (!OidIsValid(oid) || get_rel_relkind(oid) != RELKIND_RELATION) return false;
    const char* schema = get_namespace_name(get_rel_namespace(relation));
    const char* name = get_rel_name(relation);
    if (schema == nullptr || name == nullptr) return false;
    Relation catalog = table_open(oid, AccessShareLock);
    Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
    SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, snapshot, 0, nullptr);
    bool found = false;
    HeapTuple tuple;
    while (!found && HeapTupleIsValid(tuple = systable_getnext(scan)))
        found = listing.by_oid != nullptr
                    ? column_is(catalog, tuple, listing.by_oid, OIDOID, ObjectIdGetDatum(relation))
                    : column_is(catalog, tuple, listing.by_schema, NAMEOID, CStringGetDatum(schema)) &&
                          column_is(catalog, tuple, listing.by_name, NAMEOID, CStringGetDatum(name));
    systable_endscan(scan);
    UnregisterSnapshot(snapshot);
    table_close(catalog, AccessShareLock);
    return found;
}

// Distributed tables look plain in pg_class. Both extensions list them, and mark them by a trigger of theirs.
const char* distributed(Relation relation) {
    const char* citus = "distributed table (Citus)";
    const char* timescale = "hypertable (TimescaleDB)";
    const TriggerDesc* triggers = relation->trigdesc;
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; ++i) {
        const char* function = get_func_name(triggers->triggers[i].tgfoid);
        if (strcmp(triggers->triggers[i].tgname, "ts_insert_blocker") == 0) return timescale;
        if (function != nullptr && strcmp(function, "citus_truncate_trigger") == 0) return citus;
    }
    Oid oid = RelationGetRelid(relation);
    if (lists({"pg_catalog", "pg_dist_partition", "logicalrelid", nullptr, nullptr}, oid)) return citus;
    if (lists({"_timescaledb_catalog", "hypertable", nullptr, "schema_name", "table_name"}, oid)) return timescale;
    return nullptr;
}

const char* foreign_partition(Oid relation) {
    ListCell* cell;
    foreach (cell, find_all_inheritors(relation, AccessShareLock, nullptr))
        if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_FOREIGN_TABLE)
            return psprintf("foreign partition %s", quote_identifier(get_rel_name(lfirst_oid(cell))));
    return nullptr;
}

// Plain data only: inside pg_call.
const char* find_reason(Oid oid) {
    char kind = get_rel_relkind(oid);
    if (kind == RELKIND_FOREIGN_TABLE) return "foreign table";
    if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) return nullptr;
    Relation relation = table_open(oid, AccessShareLock);
    const char* reason = distributed(relation);
    if (reason == nullptr && kind == RELKIND_PARTITIONED_TABLE) reason = foreign_partition(oid);
    table_close(relation, NoLock);
    return reason;
}

}  // namespace

std::string rows_elsewhere(Oid relation) {
    const char* reason = pg_call([relation] { return find_reason(relation); });
    return reason == nullptr ? std::string() : std::string(reason);
}

}  // namespace pg
