// The rights of the owner of runs, for fixed statements of our own.
#include "pg/owner_rights.hpp"

extern "C" {
#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace pg {
namespace {

Oid owner_of_runs() {
    Oid relation = get_relname_relid("runs", get_namespace_oid("sqlite_migrate", false));
    HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (!HeapTupleIsValid(tuple)) elog(ERROR, "table sqlite_migrate.runs is missing");
    Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(tuple))->relowner;
    ReleaseSysCache(tuple);
    return owner;
}

}  // namespace

OwnerRights take_owner_rights() {
    OwnerRights rights;
    Oid owner = owner_of_runs();
    GetUserIdAndSecContext(&rights.user, &rights.security);
    SetUserIdAndSecContext(owner, rights.security | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
    rights.settings = NewGUCNestLevel();
    (void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
    if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
    return rights;
}

void give_rights_back(const OwnerRights& rights) {
    SPI_finish();
    AtEOXact_GUC(false, rights.settings);
    SetUserIdAndSecContext(rights.user, rights.security);
}

void execute_as_owner(const char* sql, int arguments, Oid* types, Datum* values, const char* nulls, int expected) {
    int code = SPI_execute_with_args(sql, arguments, types, values, nulls, false, 0);
    if (code != expected) elog(ERROR, "the run could not be recorded: %s", SPI_result_code_string(code));
}

bool first_number(int64_t* number) {
    if (SPI_processed == 0) return false;
    bool null;
    *number = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null));
    return !null;
}

}  // namespace pg
