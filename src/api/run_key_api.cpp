// The functions of keyed runs: the fingerprint of a source, leaving a run, forgetting one.
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "pg/run.hpp"
#include "pg/run_key.hpp"
#include "pg/session.hpp"
#include "pg/source.hpp"
#include "sqlite/fingerprint.hpp"
#include "api/function.hpp"

SQL_FUNCTION(run_leave) {
    return pg::pg_entry_from_sql([fcinfo] {
        (void) fcinfo;
        pg::abandon_run();
        return Datum{0};
    });
}

SQL_FUNCTION(fingerprint) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::Source source = pg::resolve_source(pg::text_argument(fcinfo, 0));
        pg::Lease lease(source);
        std::string fingerprint = sqlite::fingerprint(lease.database());
        pg::note_fingerprint(source, fingerprint);
        return pg::text_result(fingerprint);
    });
}

SQL_FUNCTION(forget) {
    return pg::pg_entry_from_sql([fcinfo] {
        int64_t run_id = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
        std::string run_key = PG_ARGISNULL(1) ? "" : pg::text_argument(fcinfo, 1);
        return Int64GetDatum(pg::forget_runs(PG_ARGISNULL(0) ? nullptr : &run_id, PG_ARGISNULL(1) ? nullptr : &run_key));
    });
}
