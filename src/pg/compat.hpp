// What differs between the PostgreSQL versions that this extension supports. Include it after postgres.h.
#pragma once

extern "C" {
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/objectaddress.h"
#include "executor/executor.h"
#include "foreign/foreign.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/sinvaladt.h"
#include "utils/acl.h"
#include "access/sysattr.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"  // VARDATA and its kin, which postgres.h had before
#include "catalog/pg_class.h"
#include "catalog/pg_foreign_server.h"
#endif
}

namespace pg {

// The ACL functions per object kind became one, object_aclcheck, in 16.
inline AclResult server_aclcheck(Oid server, Oid role, AclMode mode) {
#if PG_VERSION_NUM >= 160000
    return object_aclcheck(ForeignServerRelationId, server, role, mode);
#else
    return pg_foreign_server_aclcheck(server, role, mode);
#endif
}

inline bool owns_relation(Oid relation, Oid role) {
#if PG_VERSION_NUM >= 160000
    return object_ownercheck(RelationRelationId, relation, role);
#else
    return pg_class_ownercheck(relation, role);
#endif
}

// Which columns a COPY fills, for its error messages and generated columns: in the range table entry, since 16 in its
// permission info.
inline void mark_inserted(ParseNamespaceItem* item, Relation relation, List* names) {
    Bitmapset* columns = nullptr;
    ListCell* cell;
    foreach (cell, names)
        columns = bms_add_member(columns, get_attnum(RelationGetRelid(relation), strVal(lfirst(cell))) -
                                              FirstLowInvalidHeapAttributeNumber);
#if PG_VERSION_NUM >= 160000
    item->p_perminfo->requiredPerms = ACL_INSERT;
    item->p_perminfo->insertedCols = columns;
#else
    item->p_rte->requiredPerms = ACL_INSERT;
    item->p_rte->insertedCols = columns;
#endif
}

// The process behind a virtual transaction: backend numbers became proc numbers in 17. 0 if it has ended.
inline int process_of(const VirtualTransactionId& transaction) {
#if PG_VERSION_NUM >= 170000
    PGPROC* process = ProcNumberGetProc(transaction.procNumber);
#else
    PGPROC* process = BackendIdGetProc(transaction.backendId);
#endif
    return process == nullptr ? 0 : process->pid;
}

// 16 added a flag for summarizing indexes only.
inline List* insert_index_tuples(ResultRelInfo* relation, TupleTableSlot* slot, EState* estate) {
#if PG_VERSION_NUM >= 160000
    return ExecInsertIndexTuples(relation, slot, estate, false, false, nullptr, NIL, false);
#else
    return ExecInsertIndexTuples(relation, slot, estate, false, false, nullptr, NIL);
#endif
}

// Whether the storage of a table is new in this transaction: nobody else can look into it. Relfilenodes became locators in 16.
inline bool has_new_storage(Relation relation) {
#if PG_VERSION_NUM >= 160000
    return relation->rd_createSubid != InvalidSubTransactionId || relation->rd_firstRelfilelocatorSubid != InvalidSubTransactionId;
#else
    return relation->rd_createSubid != InvalidSubTransactionId || relation->rd_firstRelfilenodeSubid != InvalidSubTransactionId;
#endif
}

// The same, by the current subtransaction: what is rolled back with the rows.
inline bool has_new_storage_here(Relation relation) {
#if PG_VERSION_NUM >= 160000
    SubTransactionId storage = relation->rd_newRelfilelocatorSubid;
#else
    SubTransactionId storage = relation->rd_newRelfilenodeSubid;
#endif
    SubTransactionId current = GetCurrentSubTransactionId();
    return relation->rd_createSubid == current || storage == current;
}

// Whether no row has the keys of this one, asked of the named unique indexes. 18 added the row's own place.
inline bool keys_are_free(ResultRelInfo* relation, TupleTableSlot* slot, EState* estate, List* indexes) {
    ItemPointerData conflict;
#if PG_VERSION_NUM >= 180000
    ItemPointerData self;
    ItemPointerSetInvalid(&self);
    return ExecCheckIndexConstraints(relation, slot, estate, &conflict, &self, indexes);
#else
    return ExecCheckIndexConstraints(relation, slot, estate, &conflict, indexes);
#endif
}

// 18 has constraints that are not enforced, and generated columns that are not stored.
inline bool is_enforced(const ConstrCheck& check) {
#if PG_VERSION_NUM >= 180000
    return check.ccenforced;
#else
    (void) check;
    return true;
#endif
}

inline bool has_generated(const TupleConstr* constraints) {
#if PG_VERSION_NUM >= 180000
    return constraints->has_generated_stored || constraints->has_generated_virtual;
#else
    return constraints->has_generated_stored;
#endif
}

}  // namespace pg
