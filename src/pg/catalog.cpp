// Small questions to the server's catalogs.
#include "pg/catalog.hpp"

#include <vector>

#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "utils/fmgroids.h"
#include "utils/snapmgr.h"
}

namespace pg {

std::set<std::string> relation_names(const std::string& schema) {
    List* names = pg_call([&schema]() -> List* {
        Oid space = get_namespace_oid(schema.c_str(), true);
        List* found = NIL;
        if (!OidIsValid(space)) return found;
        Relation classes = table_open(RelationRelationId, AccessShareLock);
        ScanKeyData key;
        ScanKeyInit(&key, Anum_pg_class_relnamespace, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(space));
        SysScanDesc scan = systable_beginscan(classes, InvalidOid, false, nullptr, 1, &key);
        HeapTuple tuple;
        while (HeapTupleIsValid(tuple = systable_getnext(scan)))
            found = lappend(found, pstrdup(NameStr(reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relname)));
        systable_endscan(scan);
        table_close(classes, AccessShareLock);
        return found;
    });
    std::set<std::string> result;
    ListCell* cell;
    foreach (cell, names) result.insert(static_cast<const char*>(lfirst(cell)));
    return result;
}

}  // namespace pg
