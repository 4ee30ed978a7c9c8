// The table that rows go into: its rights, its kind, and which path its rows take.
#include <fmt/format.h>

#include "base/error.hpp"
#include "copy/foreign_keys.hpp"
#include "copy/target.hpp"
#include "pg/guard.hpp"
#include "pg/remote.hpp"
#include "schema/identifier.hpp"

extern "C" {
#include "access/table.h"
#include "catalog/catalog.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/rls.h"
#include "utils/syscache.h"
}

#include "pg/compat.hpp"

namespace copy {
namespace {

using base::Error;
using base::ErrorKind;

// Table-level right, or the right on each column that is named.
bool has_right(Oid relation, const std::vector<int>& attributes, AclMode mode) {
    return pg::pg_call([&] {
        Oid user = GetUserId();
        if (pg_class_aclcheck(relation, user, mode) == ACLCHECK_OK) return true;
        for (int attribute : attributes)
            if (pg_attribute_aclcheck(relation, static_cast<AttrNumber>(attribute), user, mode) != ACLCHECK_OK) return false;
        return !attributes.empty();
    });
}

void refuse_row_security(const std::string& name, Oid relation) {
    int enabled = pg::pg_call([relation] { return check_enable_rls(relation, InvalidOid, true); });
    if (enabled == RLS_ENABLED)
        throw Error(ErrorKind::unsupported, fmt::format("row security of table {} applies to this role", name),
                    "Rows would be filtered or refused by its policies, and nothing could be proved.",
                    "Run as the table's owner (without FORCE ROW LEVEL SECURITY) or as a role with BYPASSRLS.");
}

// A type of this table that cannot be sent and received in binary form, as COPY here needs it; "" = none.
std::string type_without_binary_form(Relation relation) {
    const char* name = pg::pg_call([relation]() -> const char* {
        TupleDesc descriptor = RelationGetDescr(relation);
        for (int i = 0; i < descriptor->natts; ++i) {
            const FormData_pg_attribute* attribute = TupleDescAttr(descriptor, i);
            if (attribute->attisdropped) continue;
            Oid type = getBaseType(attribute->atttypid), element = get_element_type(type);
            HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(OidIsValid(element) ? getBaseType(element) : type));
            if (!HeapTupleIsValid(tuple)) continue;
            auto* form = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple));
            bool speaks = OidIsValid(form->typsend) && OidIsValid(form->typreceive);
            ReleaseSysCache(tuple);
            if (!speaks) return format_type_be(attribute->atttypid);
        }
        return nullptr;
    });
    return name == nullptr ? std::string() : std::string(name);
}

// Triggers that a user made. Foreign keys have internal ones, which the set-wise check stands in for.
bool has_user_insert_triggers(const TriggerDesc* triggers) {
    if (triggers == nullptr) return false;
    for (int i = 0; i < triggers->numtriggers; ++i) {
        const Trigger& trigger = triggers->triggers[i];
        if (!trigger.tgisinternal && TRIGGER_FOR_INSERT(trigger.tgtype) && trigger.tgenabled != TRIGGER_DISABLED) return true;
    }
    return false;
}

bool has_deferrable_unique(Relation relation) {
    return pg::pg_call([relation] {
        bool found = false;
        List* indexes = RelationGetIndexList(relation);
        ListCell* cell;
        foreach (cell, indexes) {
            HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(cell)));
            if (!HeapTupleIsValid(tuple)) continue;
            auto* index = reinterpret_cast<Form_pg_index>(GETSTRUCT(tuple));
            found = found || (index->indisunique && !index->indimmediate) || index->indisexclusion;
            ReleaseSysCache(tuple);
        }
        return found;
    });
}

}  // namespace

const char* path_name(Path path) {
    switch (path) {
        case Path::direct: return "direct";
        case Path::copy: return "copy";
        case Path::sql: return "sql";
    }
    return "";
}

Target::Target(Oid relation) : relation_(pg::pg_call([=] { return table_open(relation, AccessShareLock); })) {}

Target::~Target() {
    // Cannot fail: it only counts a reference down. The lock is kept.
    (void) pg::pg_try([](void* relation) { table_close(static_cast<Relation>(relation), NoLock); }, relation_);
}

std::string Target::name() const {
    Relation relation = relation_;
    const char* schema = pg::pg_call([relation]() -> const char* { return get_namespace_name(RelationGetNamespace(relation)); });
    return schema::quote_name(schema == nullptr ? "" : schema) + "." + schema::quote_name(RelationGetRelationName(relation));
}

std::vector<int> Target::attributes(const std::vector<std::string>& columns, bool only_compared) const {
    std::vector<int> numbers;
    TupleDesc descriptor = RelationGetDescr(relation_);
    for (const std::string& column : columns) {
        int number = 0;
        for (int i = 0; i < descriptor->natts; ++i) {
            const FormData_pg_attribute* attribute = TupleDescAttr(descriptor, i);
            if (!attribute->attisdropped && column == NameStr(attribute->attname)) number = i + 1;
        }
        if (number == 0) throw Error(ErrorKind::undefined_object, fmt::format("table {} has no column \"{}\"", name(), column));
        if (!only_compared && TupleDescAttr(descriptor, number - 1)->attgenerated != '\0')
            throw Error(ErrorKind::invalid_argument, fmt::format("column \"{}\" of table {} is generated", column, name()), {},
                        "Leave it out: the server computes it.");
        numbers.push_back(number);
    }
    return numbers;
}

void Target::check_insert(const std::vector<int>& attributes) const {
    Relation relation = relation_;
    char kind = relation->rd_rel->relkind;
    if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_FOREIGN_TABLE)
        throw Error(ErrorKind::unsupported, fmt::format("{} is not a table", name()),
                    "Rows go into tables; a view shows those of others.");
    pg::pg_call([relation] {
        if (IsSystemRelation(relation))
            ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                            errmsg("permission denied: \"%s\" is a system catalog", RelationGetRelationName(relation))));
        // Temporary tables may be written in a read-only transaction, as with COPY.
        if (!relation->rd_islocaltemp) PreventCommandIfReadOnly("copying into a table");
        PreventCommandIfParallelMode("copying into a table");
    });
    if (!has_right(RelationGetRelid(relation), attributes, ACL_INSERT))
        throw Error(ErrorKind::access_denied, fmt::format("permission denied for table {}", name()), {},
                    fmt::format("GRANT INSERT, SELECT ON {} TO the role that migrates.", name()));
    refuse_row_security(name(), RelationGetRelid(relation));
}

void Target::check_no_pending_events() const {
    Oid relation = RelationGetRelid(relation_);
    if (!pg::pg_call([relation] { return AfterTriggerPendingOnRel(relation); })) return;
    Error error(ErrorKind::invalid_argument, fmt::format("table {} has pending trigger events of this transaction", name()),
                "A deferred key or constraint trigger still has to look at rows that came before.",
                "SET CONSTRAINTS ALL IMMEDIATE first.");
    error.sqlstate = "55006";  // object_in_use
    throw error;
}

void Target::lock() const {
    Oid relation = RelationGetRelid(relation_);
    pg::pg_call([relation] { LockRelationOid(relation, ShareRowExclusiveLock); });
}

PathChoice Target::choose_path(const std::string& wanted) const {
    Relation relation = relation_;
    std::string elsewhere = pg::rows_elsewhere(RelationGetRelid(relation));
    if (!elsewhere.empty()) return {Path::sql, elsewhere};
    if (wanted == "sql") return {Path::sql, "asked for"};
    if (wanted == "copy") return {Path::copy, "asked for"};
    std::string wordless = type_without_binary_form(relation);
    auto slow = [&wordless](std::string reason) {
        if (wordless.empty()) return PathChoice{Path::copy, std::move(reason)};
        return PathChoice{Path::sql, fmt::format("{}, and type {} has no binary form for COPY", reason, wordless)};
    };
    if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE) return slow("partitioned table");
    if (relation->rd_rel->relispartition) return slow("partition of a table");
    if (relation->rd_rel->relam != HEAP_TABLE_AM_OID) return slow("not a heap table");
    if (has_user_insert_triggers(relation->trigdesc)) return slow("insert triggers");
    const TupleConstr* constraints = RelationGetDescr(relation)->constr;
    if (constraints != nullptr && constraints->has_generated_stored) return slow("generated columns");
    if (has_deferrable_unique(relation)) return slow("deferrable unique or exclusion constraint");
    std::string key = unchecked_foreign_key(relation);
    if (!key.empty()) return slow(key);
    return {Path::direct, "plain heap table"};
}

}  // namespace copy
