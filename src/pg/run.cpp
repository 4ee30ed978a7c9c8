// One run: holds the source open at one instant, collects the evidence, and writes it where only the extension may write.
#include "pg/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "pg/guard.hpp"
#include "pg/owner_rights.hpp"
#include "pg/progress.hpp"
#include "pg/reject_store.hpp"
#include "pg/run_key.hpp"
#include "pg/session.hpp"
#include "pg/source.hpp"
#include "sqlite/evidence.hpp"

extern "C" {
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
}

namespace pg {
namespace {

struct Evidence {
    std::string load = "{}";  // the loader's own result
    std::string copied;       // digest over what was converted
    std::string stored;       // digest over what the table holds
    int64_t rows_copied = -1, rows_stored = -1;
    int64_t rows_total = -1;  // in the table, those that are not compared included
    Before before;
    int64_t removed = 0, nulled = 0;  // rows without parents that went again; keys without parents that became NULL
};

struct Run {
    std::unique_ptr<Lease> lease;
    Source source;
    SubTransactionId began_in;
    TimestampTz started_at;
    int64_t run_id = 0;  // reserved for its key
    std::string fingerprint;
    std::string source_at_start;       // sqlite::evidence
    std::string sha256 = "null";       // of the source's files, where it was asked for
    std::vector<std::pair<std::string, int64_t>> phases;  // microseconds each, in the order of their first beginning
    std::string phase = "look";        // the one under way
    TimestampTz phase_began;
    std::map<Oid, Evidence> evidence;
    RejectStore rejects;
    std::string hint;  // of errors that constraints raise
};
std::unique_ptr<Run> current;

// The statements are fixed and qualified: they run with the rights of the tables' owner, whatever search_path says.
const char insert_run[] =
    "INSERT INTO sqlite_migrate.runs AS r (run_id, source_fingerprint, run_key, status, source, target_schema, arguments,"
    " run_by, started_at, finished_at, tables, rows, version, details)"
    " SELECT COALESCE(NULLIF($5, 0), pg_catalog.nextval('sqlite_migrate.runs_run_id_seq')), NULLIF($6, ''),"
    " s.j OPERATOR(pg_catalog.->>) 'run_key', s.j OPERATOR(pg_catalog.->>) 'status', $2,"
    " s.j OPERATOR(pg_catalog.->>) 'target_schema', s.j OPERATOR(pg_catalog.->) 'arguments', $3::pg_catalog.name, $4,"
    " pg_catalog.clock_timestamp(), 0, 0,"
    " (SELECT e.extversion FROM pg_catalog.pg_extension e WHERE e.extname OPERATOR(pg_catalog.=) 'sqlite_fdw_migrate'),"
    " COALESCE(s.j OPERATOR(pg_catalog.->) 'details', '{}') OPERATOR(pg_catalog.||) $7::pg_catalog.jsonb"
    " FROM (SELECT $1::pg_catalog.jsonb AS j) s"
    " ON CONFLICT (run_id) DO UPDATE SET source_fingerprint = excluded.source_fingerprint,"
    " run_key = excluded.run_key, status = excluded.status,"
    " source = excluded.source, target_schema = excluded.target_schema, arguments = excluded.arguments,"
    " started_at = excluded.started_at, finished_at = excluded.finished_at, tables = 0, rows = 0, version = excluded.version,"
    " details = excluded.details"
    " RETURNING r.run_id";

const char insert_tables[] =
    "INSERT INTO sqlite_migrate.run_tables (run_id, table_name, source_table, status, rows_source, rows_before, rows_loaded,"
    " rows_rejected, normalized, rows_target, verified, sequences_aligned, duration_ms, message, details)"
    " SELECT $1, t.table_name, t.source_table, t.status, (e.load OPERATOR(pg_catalog.->>) 'rows_source')::pg_catalog.int8,"
    " t.rows_before, CASE WHEN t.status OPERATOR(pg_catalog.=) 'failed' THEN 0"
    " ELSE (e.load OPERATOR(pg_catalog.->>) 'rows_loaded')::pg_catalog.int8 OPERATOR(pg_catalog.-) e.removed END,"
    " COALESCE((e.load OPERATOR(pg_catalog.->>) 'rows_rejected')::pg_catalog.int8"
    " OPERATOR(pg_catalog.+) CASE WHEN t.status OPERATOR(pg_catalog.=) 'failed' THEN 0 ELSE e.removed END, 0),"
    " (e.load OPERATOR(pg_catalog.->>) 'normalized')::pg_catalog.int8 OPERATOR(pg_catalog.+) e.nulled,"
    " e.rows_stored, e.verified, t.sequences_aligned,"
    " (e.load OPERATOR(pg_catalog.->>) 'duration_ms')::pg_catalog.int8, t.message,"
    " pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('path', e.load OPERATOR(pg_catalog.->) 'path',"
    " 'path_reason', e.load OPERATOR(pg_catalog.->) 'path_reason', 'bytes', e.load OPERATOR(pg_catalog.->) 'bytes',"
    " 'rules', (e.load OPERATOR(pg_catalog.->) 'rules') OPERATOR(pg_catalog.||)"
    " CASE WHEN e.nulled OPERATOR(pg_catalog.>) 0 THEN pg_catalog.jsonb_build_object('orphan_as_null', e.nulled)"
    " ELSE '{}' END, 'units',"
    " NULLIF(e.load OPERATOR(pg_catalog.->) 'units', '{}'), 'types', CASE WHEN e.load IS NOT NULL THEN t.types END,"
    " 'subtransactions',"
    " NULLIF(e.load OPERATOR(pg_catalog.->) 'subtransactions', '0'),"
    " 'digest_copied', e.copied, 'digest_stored', e.stored))"
    " FROM pg_catalog.jsonb_to_recordset($2::pg_catalog.jsonb OPERATOR(pg_catalog.->) 'tables')"
    " AS t(table_name pg_catalog.text, target pg_catalog.oid, source_table pg_catalog.text, status pg_catalog.text,"
    " rows_before pg_catalog.int8, sequences_aligned pg_catalog.int8, message pg_catalog.text,"
    " types pg_catalog.jsonb)"
    " LEFT JOIN pg_catalog.jsonb_to_recordset($3::pg_catalog.jsonb)"
    " AS e(target pg_catalog.oid, load pg_catalog.jsonb, copied pg_catalog.text, stored pg_catalog.text,"
    " rows_stored pg_catalog.int8, verified pg_catalog.text, removed pg_catalog.int8, nulled pg_catalog.int8)"
    " ON e.target OPERATOR(pg_catalog.=) t.target OR t.status OPERATOR(pg_catalog.=) 'failed'"
    " AND t.source_table OPERATOR(pg_catalog.=) (e.load OPERATOR(pg_catalog.->>) 'source_table')";

const char sum_run[] =
    "UPDATE sqlite_migrate.runs r SET tables = s.tables, rows = s.rows"
    " FROM (SELECT pg_catalog.count(*) FILTER (WHERE t.status OPERATOR(pg_catalog.<>) 'skipped') AS tables,"
    " COALESCE(pg_catalog.sum(t.rows_loaded), 0)::pg_catalog.int8 AS rows FROM sqlite_migrate.run_tables t"
    " WHERE t.run_id OPERATOR(pg_catalog.=) $1) s WHERE r.run_id OPERATOR(pg_catalog.=) $1";

std::string verdict(const Evidence& e) {
    if (e.rows_stored < 0 || e.rows_copied < 0) return "";
    if (e.rows_stored != e.rows_copied) return "";
    if (e.copied.empty() || e.stored.empty()) return "count";
    if (e.copied != e.stored) return "";
    return e.load.find("\"deep\": \"all\"") == std::string::npos ? "digest" : "deep";
}

std::string evidence_json(const Run& run) {
    auto text_or_null = [](const std::string& text) { return text.empty() ? std::string("null") : base::json_quote(text); };
    std::string result = "[";
    for (const auto& [target, e] : run.evidence) {
        if (result.size() > 1) result += ", ";
        result += fmt::format(
            "{{\"target\": {}, \"load\": {}, \"copied\": {}, \"stored\": {}, \"rows_stored\": {}, \"verified\": {}, "
            "\"removed\": {}, \"nulled\": {}}}",
            target,
            e.load, text_or_null(e.copied), text_or_null(e.stored),
            e.rows_total < 0 ? std::string("null") : fmt::format("{}", e.rows_total), text_or_null(verdict(e)), e.removed,
            e.nulled);
    }
    return result + "]";
}

void end_phase(Run& run) {
    const TimestampTz now = GetCurrentTimestamp();
    auto place = std::find_if(run.phases.begin(), run.phases.end(), [&](const auto& p) { return p.first == run.phase; });
    if (place == run.phases.end()) place = run.phases.insert(place, {run.phase, 0});
    place->second += std::max<int64_t>(now - run.phase_began, 0);  // a clock may be set back
    run.phase_began = now;
}

// What the run keeps of itself beside the caller's summary: what its source looked like, and where its time went.
std::string details_json(Run& run) {
    end_phase(run);
    std::string phases;
    for (const auto& [name, microseconds] : run.phases)
        phases += fmt::format("{}{{\"phase\": {}, \"ms\": {}.{:03}}}", phases.empty() ? "" : ", ", base::json_quote(name),
                              microseconds / 1000, microseconds % 1000);
    return fmt::format("{{\"source\": {{\"start\": {}, \"end\": {}, \"sha256\": {}}}, \"phases\": [{}]}}", run.source_at_start,
                       sqlite::evidence(run.lease->database()), run.sha256, phases);
}

// Statements as the owner of the tables: what is recorded is evidence, so nobody else may write it. Plain data only: inside
// pg_call.
template <typename Body>
void as_owner(Body body) {
    OwnerRights rights = take_owner_rights();
    body(rights.user);
    give_rights_back(rights);
}

void execute(const char* sql, int arguments, Oid* types, Datum* values, int expected) {
    execute_as_owner(sql, arguments, types, values, nullptr, expected);
}

int64_t write_run(const char* summary, const char* evidence, const char* details, Run* run) {
    int64_t run_id = 0;
    as_owner([&](Oid user) {
        Datum run_by = CStringGetTextDatum(GetUserNameFromId(user, false));
        Oid run_types[] = {TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, INT8OID, TEXTOID, TEXTOID};
        Datum run_values[] = {CStringGetTextDatum(summary),         CStringGetTextDatum(run->source.name.c_str()), run_by,
                              TimestampTzGetDatum(run->started_at), Int64GetDatum(run->run_id),
                              CStringGetTextDatum(run->fingerprint.c_str()), CStringGetTextDatum(details)};
        execute(insert_run, 7, run_types, run_values, SPI_OK_INSERT_RETURNING);
        if (!first_number(&run_id)) elog(ERROR, "the run could not be recorded");
        Oid table_types[] = {INT8OID, TEXTOID, TEXTOID};
        Datum table_values[] = {Int64GetDatum(run_id), CStringGetTextDatum(summary), CStringGetTextDatum(evidence)};
        execute(insert_tables, 3, table_types, table_values, SPI_OK_INSERT);
        execute(sum_run, 1, table_types, table_values, SPI_OK_UPDATE);
        run->rejects.write(run_id);
    });
    return run_id;
}

const char lock_run_of_member[] =
    "SELECT 1 FROM sqlite_migrate.runs r JOIN pg_catalog.pg_roles o ON o.rolname OPERATOR(pg_catalog.=) r.run_by"
    " WHERE r.run_id OPERATOR(pg_catalog.=) $1 AND pg_catalog.pg_has_role($4, o.oid, 'MEMBER')";

const char delete_rejects[] =
    "DELETE FROM sqlite_migrate.rejects r WHERE r.run_id OPERATOR(pg_catalog.=) $1"
    " AND r.source_table OPERATOR(pg_catalog.=) $2";

const char update_table[] =
    "UPDATE sqlite_migrate.run_tables t SET rows_rejected = $5,"
    " rows_loaded = t.rows_source OPERATOR(pg_catalog.-) $5,"
    " rows_target = t.rows_target OPERATOR(pg_catalog.+) (t.rows_rejected OPERATOR(pg_catalog.-) $5),"
    " status = CASE WHEN $5 OPERATOR(pg_catalog.=) 0 THEN 'ok' ELSE 'rejects' END,"
    " message = pg_catalog.concat_ws('; ', NULLIF(t.message, ''), pg_catalog.format('tried again: %s went in, %s did not',"
    " t.rows_rejected OPERATOR(pg_catalog.-) $5, $5)),"
    " details = (t.details OPERATOR(pg_catalog.-) '{digest_copied,digest_stored}'::pg_catalog.text[])"
    " OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_object('retried', $3::pg_catalog.jsonb)"
    " WHERE t.run_id OPERATOR(pg_catalog.=) $1 AND t.source_table OPERATOR(pg_catalog.=) $2";

void write_retry(int64_t run_id, const char* source_table, const char* retried, RejectStore* rejects) {
    as_owner([&](Oid user) {
        Oid types[] = {INT8OID, TEXTOID, TEXTOID, OIDOID, INT8OID};
        Datum values[] = {Int64GetDatum(run_id), CStringGetTextDatum(source_table), CStringGetTextDatum(retried),
                          ObjectIdGetDatum(user), Int64GetDatum(rejects->total())};
        execute(lock_run_of_member, 5, types, values, SPI_OK_SELECT);
        if (SPI_processed != 1)
            ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                            errmsg("permission denied for the rejects of run " INT64_FORMAT, run_id)));
        execute(delete_rejects, 5, types, values, SPI_OK_DELETE);
        execute(update_table, 5, types, values, SPI_OK_UPDATE);
        execute(sum_run, 1, types, values, SPI_OK_UPDATE);
        rejects->write(run_id);
    });
}

void at_transaction_event(XactEvent event, void*) {
    if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE) abandon_run();
}

void at_subtransaction_event(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void*) {
    if (!current || current->began_in != mine) return;
    if (event == SUBXACT_EVENT_ABORT_SUB) abandon_run();
    if (event == SUBXACT_EVENT_COMMIT_SUB) current->began_in = parent;
}

}  // namespace

int64_t begin_run(const Source& source, const std::string& run_key) {
    if (current)
        throw base::Error(base::ErrorKind::invalid_argument, "a run is under way in this session",
                          fmt::format("Its source is \"{}\".", current->source.name),
                          "A trigger or an expression of the target must not start another.");
    auto run = std::make_unique<Run>();
    // Before the source is pinned: the wait for another run must not lock its application out.
    if (!run_key.empty()) run->run_id = reserve_run_key(run_key, source.name);
    run->lease = std::make_unique<Lease>(source);
    run->source = source;
    run->began_in = GetCurrentSubTransactionId();
    run->started_at = run->phase_began = GetCurrentTimestamp();
    run->source_at_start = sqlite::evidence(run->lease->database());
    current = std::move(run);
    return current->run_id;
}

void note_fingerprint(const Source& source, const std::string& fingerprint) {
    if (current && current->source.key() == source.key()) current->fingerprint = fingerprint;
}

void note_sha256(const Source& source, const std::string& digests) {
    if (current && current->source.key() == source.key()) current->sha256 = digests;
}

void note_phase(const std::string& name) {
    if (!current || name == current->phase) return;
    end_phase(*current);
    current->phase = name;
}

void note_loaded(Oid target, const std::string& load_json, const std::string& digest, int64_t rows_digested) {
    if (!current) return;
    Evidence& e = current->evidence[target];
    e.load = load_json;
    e.copied = digest;
    e.rows_copied = rows_digested;
}

void note_reject(const std::string& table_name, const std::string& source_table, const Reject& reject) {
    if (!current) throw base::Error(base::ErrorKind::invalid_argument, "no run is under way in this session");
    current->rejects.add(table_name, source_table, reject);
}

unsigned __int128 digest_of_hex(const std::string& hex) {
    unsigned __int128 sum = 0;
    for (char c : hex) sum = sum * 16 + static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    return sum;
}

std::string note_change(Oid target, const Change& change) {
    if (!current) throw base::Error(base::ErrorKind::invalid_argument, "no run is under way in this session");
    Evidence& e = current->evidence[target];
    unsigned __int128 sum = digest_of_hex(e.copied) + change.more - change.less;
    e.copied = fmt::format("{:016x}{:016x}", static_cast<uint64_t>(sum >> 64), static_cast<uint64_t>(sum));
    e.rows_copied -= change.rows;
    e.removed += change.rows;
    e.nulled += change.cells;
    return e.copied;
}

int64_t rejects_in_run() { return current ? current->rejects.total() : 0; }

void note_stored(Oid target, const std::string& digest, int64_t rows, int64_t rows_total) {
    if (!current) return;
    Evidence& e = current->evidence[target];
    e.stored = digest;
    e.rows_stored = rows;
    e.rows_total = rows_total;
}

void note_before(Oid target, const Before& before) {
    if (current) current->evidence[target].before = before;
}

Before before(Oid target) {
    if (!current) return {};
    auto found = current->evidence.find(target);
    return found == current->evidence.end() ? Before{} : found->second.before;
}

int64_t end_run(const std::string& summary) {
    if (!current) throw base::Error(base::ErrorKind::invalid_argument, "no run is under way in this session");
    std::string evidence = evidence_json(*current), details = details_json(*current);
    int64_t run_id =
        pg_call([&] { return write_run(summary.c_str(), evidence.c_str(), details.c_str(), current.get()); });
    abandon_run();
    return run_id;
}

std::string run_evidence() { return current ? evidence_json(*current) : "[]"; }

int64_t end_retry(int64_t run_id, const std::string& source_table, Oid target) {
    if (!current) throw base::Error(base::ErrorKind::invalid_argument, "no run is under way in this session");
    const Evidence& e = current->evidence[target];
    std::string retried = fmt::format("{{\"digest_copied\": {}, \"digest_stored\": {}}}", base::json_quote(e.copied),
                                      base::json_quote(e.stored));
    pg_call([&] { write_retry(run_id, source_table.c_str(), retried.c_str(), &current->rejects); });
    int64_t left = current->rejects.total();
    abandon_run();
    return left;
}

void note_hint(const std::string& call) {
    if (current) current->hint = call;
}

void add_hint(const PgError& error) noexcept {
    if (!current || current->hint.empty() || error.data->hint != nullptr) return;
    if (ERRCODE_TO_CATEGORY(error.data->sqlerrcode) != ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION) return;
    try {
        error.data->hint = pg_call([] { return pstrdup(current->hint.c_str()); });
    } catch (...) {
        // Without memory for it the error goes on as it is.
    }
}

void abandon_run() noexcept {
    current.reset();
    end_phases();
}

void register_run_callbacks() {
    RegisterXactCallback(at_transaction_event, nullptr);
    RegisterSubXactCallback(at_subtransaction_event, nullptr);
}

}  // namespace pg
