// Functions around the record of runs: what a source is known by again, leaving a run, forgetting one.
#include <fmt/format.h>

#include "pg/arguments.hpp"
#include "pg/digest.hpp"
#include "pg/guard.hpp"
#include "pg/run.hpp"
#include "pg/run_key.hpp"
#include "pg/session.hpp"
#include "pg/source.hpp"
#include "sqlite/database.hpp"
#include "sqlite/evidence.hpp"
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

SQL_FUNCTION(phase) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::note_phase(pg::text_argument(fcinfo, 0));
        return Datum{0};
    });
}

SQL_FUNCTION(source_evidence) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::Lease lease(pg::resolve_source(pg::text_argument(fcinfo, 0)));
        return pg::jsonb_result(sqlite::evidence(lease.database()));
    });
}

SQL_FUNCTION(source_sha256) {
    return pg::pg_entry_from_sql([fcinfo] {
        constexpr int attempts = 3;
        pg::Source source = pg::resolve_source(pg::text_argument(fcinfo, 0));
        pg::Lease lease(source);
        const std::shared_ptr<sqlite::Database>& database = lease.database();
        auto digest_of = [&](sqlite::Part part) {
            pg::Sha256 digest;
            const bool there = sqlite::read_bytes(database, part, [&](const char* data, size_t n) { digest.add(data, n); });
            return there ? fmt::format("\"{}\"", digest.hex()) : std::string("null");
        };
        std::string before = sqlite::evidence(database);
        for (int i = 0; i < attempts; ++i) {
            std::string file = digest_of(sqlite::Part::file);
            // Of a file that no process has in WAL mode the journal's place is empty, or a rollback journal's.
            bool has_wal = before.find("\"frames\": ") != std::string::npos;
            std::string wal = has_wal ? digest_of(sqlite::Part::wal) : "null";
            std::string after = sqlite::evidence(database);
            if (before == after) {
                std::string digests = fmt::format("{{\"file\": {}, \"wal\": {}}}", file, wal);
                pg::note_sha256(source, digests);
                return pg::jsonb_result(digests);
            }
            before = after;  // a checkpoint, or a writer: these bytes were of no one instant
        }
        fcinfo->isnull = true;
        return Datum{0};
    });
}

SQL_FUNCTION(forget) {
    return pg::pg_entry_from_sql([fcinfo] {
        int64_t run_id = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0);
        std::string run_key = PG_ARGISNULL(1) ? "" : pg::text_argument(fcinfo, 1);
        return Int64GetDatum(pg::forget_runs(PG_ARGISNULL(0) ? nullptr : &run_id, PG_ARGISNULL(1) ? nullptr : &run_key));
    });
}
