// The two functions behind CREATE FOREIGN DATA WRAPPER: the handler and the validator of options.
#include "fdw/callbacks.hpp"
#include "pg/guard.hpp"
#include "pg/options.hpp"

extern "C" {
#include "postgres.h"

#include "access/reloptions.h"
#include "fmgr.h"
}

extern "C" {
PGDLLEXPORT Datum sqlite_fdw_migrate_handler(PG_FUNCTION_ARGS);
PG_FUNCTION_INFO_V1(sqlite_fdw_migrate_handler);
PGDLLEXPORT Datum sqlite_fdw_migrate_validator(PG_FUNCTION_ARGS);
PG_FUNCTION_INFO_V1(sqlite_fdw_migrate_validator);
}

Datum sqlite_fdw_migrate_handler(PG_FUNCTION_ARGS) {
    return pg::pg_entry([] { return PointerGetDatum(pg::pg_call([] { return fdw::make_routine(); })); });
}

Datum sqlite_fdw_migrate_validator(PG_FUNCTION_ARGS) {
    return pg::pg_entry([fcinfo] {
        List* options = pg::pg_call([fcinfo] { return untransformRelOptions(PG_GETARG_DATUM(0)); });
        pg::validate_options(pg::read_options(options), PG_GETARG_OID(1));
        return Datum{0};
    });
}
