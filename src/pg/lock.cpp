// Locks the tables of a run, in one order for all runs.
#include "pg/lock.hpp"

#include <algorithm>

#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
}

#include "pg/compat.hpp"

namespace pg {
namespace {

// Plain data only: inside pg_call.
void check_right(Oid relation) {
    const char* name = get_rel_name(relation);
    if (name == nullptr)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("relation with OID %u does not exist", relation)));
    AclMode any = ACL_INSERT | ACL_UPDATE | ACL_DELETE | ACL_SELECT | ACL_REFERENCES | ACL_TRUNCATE;
    if (pg_class_aclmask(relation, GetUserId(), any, ACLMASK_ANY) == 0 &&
        pg_attribute_aclcheck_all(relation, GetUserId(), any, ACLMASK_ANY) != ACLCHECK_OK)
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
    check_right(relation);
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
    for (Oid relation : relations) pg_call([relation] { lock_one(relation); });
}

}  // namespace pg
