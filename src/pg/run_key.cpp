// Keys of runs: reserved before a run begins, and forgotten on request.
#include "pg/run_key.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "pg/owner_rights.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
}

namespace pg {
namespace {

// Who holds the key in an open transaction is waited for; whoever ended well keeps it. It is completed by end_run.
const char reserve[] =
    "INSERT INTO sqlite_migrate.runs (run_key, status, source, arguments, run_by, started_at, version)"
    " VALUES ($1, 'running', $2, '{}', $3::pg_catalog.name, pg_catalog.clock_timestamp(), '')"
    " ON CONFLICT (run_key) DO NOTHING RETURNING run_id";

const char find[] =
    "SELECT r.run_id, r.run_by FROM sqlite_migrate.runs r"
    " WHERE ($1 IS NULL OR r.run_id OPERATOR(pg_catalog.=) $1)"
    " AND ($2 IS NULL OR r.run_key OPERATOR(pg_catalog.=) $2) FOR UPDATE";

const char forget[] =
    "DELETE FROM sqlite_migrate.runs r"
    " WHERE ($1 IS NULL OR r.run_id OPERATOR(pg_catalog.=) $1)"
    " AND ($2 IS NULL OR r.run_key OPERATOR(pg_catalog.=) $2)";

// A role that was dropped has no members: only superusers are left. Plain data only: inside pg_call.
bool may_forget(Oid user, const char* run_by) {
    if (superuser_arg(user)) return true;
    Oid role = get_role_oid(run_by, true);
    return OidIsValid(role) && is_member_of_role(user, role);
}

}  // namespace

int64_t reserve_run_key(const std::string& run_key, const std::string& source) {
    return pg_call([&]() -> int64_t {
        Oid types[] = {TEXTOID, TEXTOID, TEXTOID};
        Datum values[] = {text_datum(run_key.data(), run_key.size()), text_datum(source.data(), source.size()),
                          CStringGetTextDatum(GetUserNameFromId(GetUserId(), false))};
        OwnerRights rights = take_owner_rights();
        int64_t run_id = 0;
        execute_as_owner(reserve, 3, types, values, nullptr, SPI_OK_INSERT_RETURNING);
        if (!first_number(&run_id)) run_id = 0;
        give_rights_back(rights);
        return run_id;
    });
}

int64_t forget_runs(const int64_t* run_id, const std::string* run_key) {
    if (run_id == nullptr && run_key == nullptr)
        throw base::Error(base::ErrorKind::invalid_argument, "a run must be named to be forgotten");
    int64_t foreign = 0;
    int64_t forgotten = pg_call([&]() -> int64_t {
        Oid user = GetUserId();
        Oid types[] = {INT8OID, TEXTOID};
        Datum values[] = {run_id == nullptr ? Datum{0} : Int64GetDatum(*run_id),
                          run_key == nullptr ? Datum{0} : text_datum(run_key->data(), run_key->size())};
        const char nulls[] = {run_id == nullptr ? 'n' : ' ', run_key == nullptr ? 'n' : ' ', '\0'};
        OwnerRights rights = take_owner_rights();
        execute_as_owner(find, 2, types, values, nulls, SPI_OK_SELECT);
        for (uint64 i = 0; i < SPI_processed && foreign == 0; ++i) {
            bool null;
            Datum id = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &null);
            Datum by = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2, &null);
            if (!may_forget(user, NameStr(*DatumGetName(by)))) foreign = DatumGetInt64(id);
        }
        int64_t deleted = 0;
        if (foreign == 0) {
            execute_as_owner(forget, 2, types, values, nulls, SPI_OK_DELETE);
            deleted = static_cast<int64_t>(SPI_processed);
        }
        give_rights_back(rights);
        return deleted;
    });
    if (foreign != 0)
        throw base::Error(base::ErrorKind::access_denied, fmt::format("permission denied to forget run {}", foreign),
                          "Only the role that made it, its members and superusers may.");
    return forgotten;
}

}  // namespace pg
