// Locks the tables of a run, in one order for all runs.
#include "pg/lock.hpp"

#include <algorithm>

#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
}

#include "pg/compat.hpp"

namespace pg {
namespace {

bool has_any_right(Oid relation, AclMode rights) {
    return pg_class_aclmask(relation, GetUserId(), rights, ACLMASK_ANY) != 0 ||
           pg_attribute_aclcheck_all(relation, GetUserId(), rights, ACLMASK_ANY) == ACLCHECK_OK;
}

// A lock stops writers, so it takes a right to write. A parent is locked by whoever may write its child, as the server
// itself locks it when a foreign key is added.
bool may_lock(Oid relation, const List* children) {
    if (get_rel_relkind(relation) == RELKIND_SEQUENCE) return owns_relation(relation, GetUserId());
    if (has_any_right(relation, ACL_INSERT | ACL_UPDATE | ACL_DELETE | ACL_TRUNCATE | ACL_REFERENCES)) return true;
    ListCell* cell;
    foreach (cell, children) {
        Oid child = lfirst_oid(cell);
        if (!has_any_right(child, ACL_INSERT)) continue;
        Relation opened = table_open(child, AccessShareLock);
        bool parent = false;
        ListCell* key;
        foreach (key, RelationGetFKeyList(opened))
            parent = parent || static_cast<ForeignKeyCacheInfo*>(lfirst(key))->confrelid == relation;
        table_close(opened, NoLock);
        if (parent) return true;
    }
    return false;
}

// Plain data only: inside pg_call.
void check_right(Oid relation, const List* all) {
    const char* name = get_rel_name(relation);
    if (name == nullptr)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", relation)));
    char kind = get_rel_relkind(relation);
    if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_FOREIGN_TABLE &&
        kind != RELKIND_SEQUENCE)
        ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("\"%s\" is not a table", name)));
    if (!may_lock(relation, all))
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE), errmsg("permission denied for table %s", name)));
}

// The first session that stands in the way, 0 if it went away meanwhile.
int blocker_of(Oid relation) {
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, relation);
    int count = 0;
    VirtualTransactionId* holders = GetLockConflicts(&tag, ShareRowExclusiveLock, &count);
    return count == 0 ? 0 : process_of(holders[0]);
}

void lock_one(Oid relation) {
    if (ConditionalLockRelationOid(relation, ShareRowExclusiveLock)) return;
    int pid = blocker_of(relation);
    if (pid != 0)
        ereport(NOTICE, (errmsg("waiting for table \"%s\", which the session with process ID %d holds",
                                get_rel_name(relation), pid),
                         errhint("See pg_stat_activity; lock_timeout ends the wait.")));
    LockRelationOid(relation, ShareRowExclusiveLock);
}

}  // namespace

void lock_tables(std::vector<Oid> relations) {
    std::sort(relations.begin(), relations.end());
    relations.erase(std::unique(relations.begin(), relations.end()), relations.end());
    List* all = pg_call([&relations]() -> List* {
        List* list = NIL;
        for (Oid relation : relations) list = lappend_oid(list, relation);
        return list;
    });
    // Who writes into a partition, or deletes from it, asks for no lock on its parent.
    List* with_partitions = pg_call([all]() -> List* {
        List* list = NIL;
        ListCell* cell;
        foreach (cell, all) {
            check_right(lfirst_oid(cell), all);
            list = list_concat_unique_oid(
                list, get_rel_relkind(lfirst_oid(cell)) == RELKIND_PARTITIONED_TABLE
                          ? find_all_inheritors(lfirst_oid(cell), NoLock, nullptr) : list_make1_oid(lfirst_oid(cell)));
        }
        list_sort(list, list_oid_cmp);
        return list;
    });
    ListCell* cell;
    foreach (cell, with_partitions) {
        Oid relation = lfirst_oid(cell);
        pg_call([relation] { lock_one(relation); });
    }
}

}  // namespace pg
