// The steps of a run that C++ does: begin, lock, load, check keys, digest, end.
#include <fmt/format.h>

#include <memory>

#include "base/error.hpp"
#include "copy/converted_rows.hpp"
#include "copy/foreign_keys.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "pg/lock.hpp"
#include "pg/progress.hpp"
#include "pg/remote.hpp"
#include "pg/run.hpp"
#include "pg/source.hpp"
#include "copy/loader.hpp"
#include "copy/target.hpp"
#include "verify/table_digest.hpp"
#include "api/function.hpp"
#include "api/load_request.hpp"

extern "C" {
#include "utils/fmgrprotos.h"
}

namespace {

Datum digest_result(const value::Digest& digest, const value::Buckets* buckets = nullptr) {
    return pg::jsonb_result(fmt::format("{{\"rows\": {}, \"digest\": \"{}\"{}}}", digest.rows, digest.hex(),
                                        buckets == nullptr ? "" : ", \"buckets\": \"" + buckets->hex() + "\""));
}

// Runs body; an error of a constraint of the target gets the run's hint.
template <typename F>
auto with_hint(F&& body) -> decltype(body()) {
    try {
        return body();
    } catch (const pg::PgError& error) {
        pg::add_hint(error);
        throw;
    }
}

}  // namespace

SQL_FUNCTION(run_begin) {
    return pg::pg_entry_from_sql([fcinfo] {
        int64_t run_id =
            pg::begin_run(pg::resolve_source(pg::text_argument(fcinfo, 0)), PG_ARGISNULL(1) ? "" : pg::text_argument(fcinfo, 1));
        fcinfo->isnull = run_id == 0;
        return Int64GetDatum(run_id);
    });
}

SQL_FUNCTION(run_end) {
    return pg::pg_entry_from_sql([fcinfo] {
        Datum given = pg::required_argument(fcinfo, 0);
        Datum summary = pg::pg_call([given] { return DirectFunctionCall1(jsonb_out, given); });
        return Int64GetDatum(pg::end_run(DatumGetCString(summary)));
    });
}

SQL_FUNCTION(begin_phase) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::begin_phase(pg::text_argument(fcinfo, 0), PG_ARGISNULL(1) ? 0 : PG_GETARG_INT64(1),
                        PG_ARGISNULL(2) ? 0 : PG_GETARG_INT64(2));
        return Datum{0};
    });
}

SQL_FUNCTION(next_table) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::next_table(PG_ARGISNULL(0) ? 0 : PG_GETARG_INT64(0));
        return Datum{0};
    });
}

SQL_FUNCTION(lock) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::lock_tables(pg::oid_array_argument(fcinfo, 0));
        return Datum{0};
    });
}

SQL_FUNCTION(load) {
    return pg::pg_entry_from_sql([fcinfo] {
        copy::LoadRequest request = load_request(fcinfo);
        request.check_only = DatumGetBool(pg::required_argument(fcinfo, 6));
        // Rows that are staged are evidence for the table that they are meant for.
        std::string stands_for = pg::jsonb_text(pg::required_argument(fcinfo, 5), "stands_for");
        Oid meant = stands_for.empty() ? request.target : static_cast<Oid>(std::stoul(stands_for));
        pg::note_hint(pg::jsonb_text(pg::required_argument(fcinfo, 5), "hint"));
        copy::LoadResult result = with_hint([&request] { return copy::load(request); });
        if (!stands_for.empty()) {
            result.path = "upsert";
            result.path_reason = "by primary key, through a temporary table";
        }
        std::string json = result.to_json();
        pg::note_loaded(meant, json, result.digest, result.rows_digested);
        // The buckets are for the caller alone.
        if (!result.buckets.empty()) json.insert(json.size() - 1, fmt::format(", \"buckets\": \"{}\"", result.buckets));
        return pg::jsonb_result(json);
    });
}

SQL_FUNCTION(rows_elsewhere) {
    return pg::pg_entry_from_sql([fcinfo] {
        std::string reason = pg::rows_elsewhere(DatumGetObjectId(pg::required_argument(fcinfo, 0)));
        if (reason.empty()) fcinfo->isnull = true;
        return reason.empty() ? Datum{0} : pg::text_result(reason);
    });
}

SQL_FUNCTION(path) {
    return pg::pg_entry_from_sql([fcinfo] {
        copy::Target target(DatumGetObjectId(pg::required_argument(fcinfo, 0)));
        copy::PathChoice choice = target.choose_path(PG_ARGISNULL(1) ? "" : pg::text_argument(fcinfo, 1));
        return pg::text_result(fmt::format("{}: {}", copy::path_name(choice.path), choice.reason));
    });
}

SQL_FUNCTION(converted) {
    return pg::pg_entry_from_sql([fcinfo] {
        copy::return_converted_rows(load_request(fcinfo), DatumGetBool(pg::required_argument(fcinfo, 6)), fcinfo);
        return Datum{0};
    });
}

SQL_FUNCTION(time_units) {
    return pg::pg_entry_from_sql([fcinfo] { return pg::jsonb_result(copy::find_units(load_request(fcinfo))); });
}

SQL_FUNCTION(check_foreign_keys) {
    return pg::pg_entry_from_sql([fcinfo] { 
        const std::vector<Oid> targets = pg::oid_array_argument(fcinfo, 0);
        return Int32GetDatum(with_hint([&targets] { return copy::check_foreign_keys(targets); }));
    });
}

SQL_FUNCTION(digest) {
    return pg::pg_entry_from_sql([fcinfo] {
        Oid target = DatumGetObjectId(pg::required_argument(fcinfo, 0));
        std::vector<std::string> columns = pg::text_array_argument(fcinfo, 1);
        std::unique_ptr<value::Buckets> buckets;
        if (!PG_ARGISNULL(2)) buckets = std::make_unique<value::Buckets>();
        value::Digest digest = verify::digest_table(target, columns, pg::text_array_argument(fcinfo, 2), buckets.get());
        // Over no columns it is a count, and proves no values.
        pg::note_stored(target, columns.empty() ? "" : digest.hex(), digest.rows, digest.rows);
        return digest_result(digest, buckets.get());
    });
}

SQL_FUNCTION(digest_before) {
    return pg::pg_entry([fcinfo] {
        Oid target = DatumGetObjectId(pg::required_argument(fcinfo, 0));
        value::Digest digest = verify::digest_table(target, pg::text_array_argument(fcinfo, 1));
        pg::note_before(target, {digest.sum, digest.rows});
        return digest_result(digest);
    });
}

SQL_FUNCTION(digest_added) {
    return pg::pg_entry([fcinfo] {
        Oid target = DatumGetObjectId(pg::required_argument(fcinfo, 0));
        std::vector<std::string> columns = pg::text_array_argument(fcinfo, 1);
        value::Digest digest = verify::digest_table(target, columns);
        int64_t total = digest.rows;
        pg::Before before = pg::before(target);
        digest.rows -= before.rows;
        digest.sum -= before.sum;
        pg::note_stored(target, columns.empty() ? "" : digest.hex(), digest.rows, total);
        return digest_result(digest);
    });
}

SQL_FUNCTION(digest_partners) {
    return pg::pg_entry([fcinfo] {
        Oid target = DatumGetObjectId(pg::required_argument(fcinfo, 0));
        Oid staged = DatumGetObjectId(pg::required_argument(fcinfo, 2));
        std::vector<std::string> columns = pg::text_array_argument(fcinfo, 1);
        value::Digest digest = verify::digest_partners(target, columns, staged, pg::text_argument(fcinfo, 3));
        pg::note_stored(target, columns.empty() ? "" : digest.hex(), digest.rows, verify::digest_table(target, {}).rows);
        return digest_result(digest);
    });
}

SQL_FUNCTION(raise) {
    return pg::pg_entry_from_sql([fcinfo] {
        std::string sqlstate = pg::text_argument(fcinfo, 0), message = pg::text_argument(fcinfo, 1);
        std::string hint = PG_ARGISNULL(2) ? "" : pg::text_argument(fcinfo, 2);
        std::string detail = PG_ARGISNULL(3) ? "" : pg::text_argument(fcinfo, 3);
        if (sqlstate.size() != 5) throw base::Error(base::ErrorKind::invalid_argument, "a SQLSTATE has five characters");
        pg::pg_call([&] { pg::raise_without_context(sqlstate.c_str(), message.c_str(), detail.c_str(), hint.c_str()); });
        return Datum{0};
    });
}
