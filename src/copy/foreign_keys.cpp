// Foreign keys of tables that were loaded past their triggers: checked set-wise.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "copy/foreign_keys.hpp"
#include "pg/guard.hpp"

extern "C" {
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"
}

namespace copy {
namespace {

// A table that owes its check, and where: a rollback to a savepoint takes back the rows, or the check, or both.
struct Debt {
    Oid relation;
    SubTransactionId loaded_in;
    SubTransactionId checked_in;  // InvalidSubTransactionId: not checked
};
std::vector<Debt> debts;

struct ForeignKey {
    Oid constraint;
    Oid parent;
    Oid parent_index;
    bool validated;
    const char* name;
    const Trigger* trigger;
};

// Plain data: called inside pg_call. The key's check trigger for INSERT is the one that loading went past.
bool read_foreign_key(const Trigger& trigger, ForeignKey* key) {
    if (!trigger.tgisinternal || !TRIGGER_FOR_INSERT(trigger.tgtype)) return false;
    if (RI_FKey_trigger_type(trigger.tgfoid) != RI_TRIGGER_FK) return false;
    HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(trigger.tgconstraint));
    if (!HeapTupleIsValid(tuple)) return false;
    auto* constraint = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
    *key = {trigger.tgconstraint, constraint->confrelid, constraint->conindid, constraint->convalidated,
            pstrdup(NameStr(constraint->conname)), &trigger};
    ReleaseSysCache(tuple);
    return true;
}

const char* why_not_set_wise(const ForeignKey& key) {
    // Switched off, or on for replicas only: no other INSERT would be checked.
    if (key.trigger->tgenabled == TRIGGER_DISABLED || key.trigger->tgenabled == TRIGGER_FIRES_ON_REPLICA)
        return "disabled foreign key";
    if (!key.validated) return "foreign key that is NOT VALID";
    if (pg_class_aclcheck(key.parent, GetUserId(), ACL_SELECT) != ACLCHECK_OK) return "no SELECT on the parent of foreign key";
    if (check_enable_rls(key.parent, InvalidOid, true) == RLS_ENABLED) return "row security on the parent of foreign key";
    return nullptr;
}

// One key, as ALTER TABLE ... ADD FOREIGN KEY checks it: one query over both tables.
void check_one(Relation child, const ForeignKey& key) {
    Relation parent = table_open(key.parent, RowShareLock);
    Trigger trigger;
    memset(&trigger, 0, sizeof trigger);
    trigger.tgoid = key.trigger->tgoid;
    trigger.tgname = const_cast<char*>(key.name);
    trigger.tgenabled = TRIGGER_FIRES_ON_ORIGIN;
    trigger.tgisinternal = true;
    trigger.tgconstrrelid = key.parent;
    trigger.tgconstrindid = key.parent_index;
    trigger.tgconstraint = key.constraint;
    if (!RI_Initial_Check(&trigger, child, parent))
        ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                        errmsg("foreign key \"%s\" of table \"%s\" cannot be checked", key.name,
                               RelationGetRelationName(child)),
                        errdetail("The check reads both tables, and this role may not."),
                        errhint("GRANT SELECT on both tables to the role that migrates.")));
    table_close(parent, NoLock);
}

// A parent's rows must stay until the key is checked and our rows are visible to others: without this lock a concurrent
// delete would find no child, and leave an orphan under a valid key.
void lock_parents_of(Relation child) {
    int triggers = child->trigdesc == nullptr ? 0 : child->trigdesc->numtriggers;
    for (int i = 0; i < triggers; ++i) {
        ForeignKey key;
        if (!read_foreign_key(child->trigdesc->triggers[i], &key)) continue;
        LockRelationOid(key.parent, ShareRowExclusiveLock);
        if (get_rel_relkind(key.parent) == RELKIND_PARTITIONED_TABLE)
            (void) find_all_inheritors(key.parent, ShareRowExclusiveLock, nullptr);
    }
}

int check_keys_of(Oid relation) {
    Relation child = table_open(relation, RowShareLock);
    int checked = 0;
    int triggers = child->trigdesc == nullptr ? 0 : child->trigdesc->numtriggers;
    for (int i = 0; i < triggers; ++i) {
        ForeignKey key;
        if (!read_foreign_key(child->trigdesc->triggers[i], &key)) continue;
        check_one(child, key);
        ++checked;
    }
    table_close(child, NoLock);
    return checked;
}

bool owes(const Debt& debt) { return debt.checked_in == InvalidSubTransactionId; }

// Raises before the commit, which aborts it: orphans never become durable under a valid key.
void refuse_debts() {
    for (const Debt& debt : debts)
        // A table that was dropped meanwhile owes nothing.
        if (owes(debt) && get_rel_name(debt.relation) != nullptr)
            ereport(ERROR, (errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
                            errmsg("foreign keys of table \"%s\" were not checked after it was loaded",
                                   get_rel_name(debt.relation)),
                            errhint("Load through copy_table, copy_tables, migrate or run, which check them.")));
}

void at_transaction_event(XactEvent event, void*) {
    switch (event) {
        case XACT_EVENT_PRE_COMMIT:
        case XACT_EVENT_PRE_PREPARE:
            refuse_debts();
            debts.clear();
            break;
        case XACT_EVENT_ABORT:
            debts.clear();
            break;
        default:
            break;
    }
}

void at_subtransaction_event(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void*) {
    if (event == SUBXACT_EVENT_ABORT_SUB) {
        debts.erase(std::remove_if(debts.begin(), debts.end(), [mine](const Debt& d) { return d.loaded_in == mine; }),
                    debts.end());
        for (Debt& debt : debts)
            if (debt.checked_in == mine) debt.checked_in = InvalidSubTransactionId;
    } else if (event == SUBXACT_EVENT_COMMIT_SUB) {
        for (Debt& debt : debts) {
            if (debt.loaded_in == mine) debt.loaded_in = parent;
            if (debt.checked_in == mine) debt.checked_in = parent;
        }
    }
}

}  // namespace

std::string unchecked_foreign_key(Relation relation) {
    const char* reason = pg::pg_call([relation]() -> const char* {
        int triggers = relation->trigdesc == nullptr ? 0 : relation->trigdesc->numtriggers;
        for (int i = 0; i < triggers; ++i) {
            ForeignKey key;
            if (!read_foreign_key(relation->trigdesc->triggers[i], &key)) continue;
            const char* why = why_not_set_wise(key);
            if (why != nullptr) return psprintf("%s \"%s\"", why, key.name);
        }
        return nullptr;
    });
    return reason == nullptr ? std::string() : std::string(reason);
}

void owe_foreign_keys(Relation child) {
    pg::pg_call([child] { lock_parents_of(child); });
    Oid relation = RelationGetRelid(child);
    SubTransactionId current = GetCurrentSubTransactionId();
    for (const Debt& debt : debts)
        if (debt.relation == relation && debt.loaded_in == current && owes(debt)) return;
    debts.push_back({relation, current, InvalidSubTransactionId});
}

int check_foreign_keys(const std::vector<Oid>& relations) {
    int checked = 0;
    for (Oid relation : relations) {
        bool owed = std::any_of(debts.begin(), debts.end(),
                                [relation](const Debt& debt) { return debt.relation == relation && owes(debt); });
        if (!owed) continue;
        checked += pg::pg_call([relation] { return check_keys_of(relation); });
        for (Debt& debt : debts)
            if (debt.relation == relation && owes(debt)) debt.checked_in = GetCurrentSubTransactionId();
    }
    return checked;
}

void register_foreign_key_callbacks() {
    RegisterXactCallback(at_transaction_event, nullptr);
    RegisterSubXactCallback(at_subtransaction_event, nullptr);
}

}  // namespace copy
