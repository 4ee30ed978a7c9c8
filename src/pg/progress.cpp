// How far a run is: kept in the server's own progress slot, where other connections see it while nothing is committed.
#include "pg/progress.hpp"

#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "commands/progress.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
}

namespace pg {
namespace {

// The parameters behind COPY's own, read by sqlite_migrate.progress: keep the two alike.
enum Parameter {
    param_phase = 10,
    param_table,
    param_tables,
    param_rows_expected,
    param_rows,
    param_phase_rows_expected,
    param_phase_rows,
    param_phase_started,  // microseconds since 2000-01-01, as the server counts
    param_run_started,
    param_mark
};
constexpr int first_param = param_phase, param_count = param_mark - param_phase + 1;
static_assert(param_mark < PGSTAT_NUM_PROGRESS_PARAM, "the slot has no room");
constexpr int64 mark = 0x53514c697465;  // "SQLite": the slot is ours

struct Phase {
    int64 number = 0;  // of phase_names
    int64 table = 0, tables = 0;
    int64 rows = 0, rows_expected = 0;               // of the table
    int64 rows_before = 0, phase_rows_expected = 0;  // of the tables before; of all
    TimestampTz started = 0, run_started = 0;
};
Phase phase;
Oid relation_at_work = InvalidOid;
TimestampTz last_notice = 0;
bool in_run = false;
int notice_ms = 0;  // between two NOTICEs; negative: none

const char* const phase_names[] = {"check", "load", "verify"};

void write() {
    if (MyBEEntry == nullptr) return;
    if (MyBEEntry->st_progress_command != PROGRESS_COMMAND_COPY ||
        MyBEEntry->st_progress_command_target != relation_at_work) {
        pgstat_progress_start_command(PROGRESS_COMMAND_COPY, relation_at_work);
        pgstat_progress_update_param(PROGRESS_COPY_COMMAND, PROGRESS_COPY_COMMAND_FROM);
        pgstat_progress_update_param(PROGRESS_COPY_TYPE, PROGRESS_COPY_TYPE_CALLBACK);
    }
    int indexes[param_count];
    for (int i = 0; i < param_count; ++i) indexes[i] = first_param + i;
    int64 values[param_count] = {phase.number,  phase.table,       phase.tables,
                                 phase.rows_expected, phase.rows,  phase.phase_rows_expected,
                                 phase.rows_before + phase.rows,   phase.started, phase.run_started, mark};
    pgstat_progress_update_multi_param(param_count, indexes, values);
}

// A minute is seldom enough for nobody's expected answers to meet it. Who wants to see more asks for more.
int wanted_interval() {
    const char* text = GetConfigOption("sqlite_fdw_migrate.notice_interval", true, false);
    int interval = 0;
    return text != nullptr && parse_int(text, &interval, GUC_UNIT_MS, nullptr) ? interval : 60000;
}

// Whoever waits in psql sees that something moves.
void tell(TimestampTz now) {
    char* schema = get_namespace_name(get_rel_namespace(relation_at_work));
    char* name = get_rel_name(relation_at_work);
    if (name == nullptr) return;
    const char* verb = phase_names[phase.number];
    if (phase.rows_expected > 0)
        ereport(NOTICE, errmsg("%s %s.%s: " INT64_FORMAT " of about " INT64_FORMAT " rows, " INT64_FORMAT " s", verb,
                               schema == nullptr ? "" : schema, name, phase.rows, phase.rows_expected,
                               (now - phase.run_started) / USECS_PER_SEC));
    else
        ereport(NOTICE, errmsg("%s %s.%s: " INT64_FORMAT " rows, " INT64_FORMAT " s", verb, schema == nullptr ? "" : schema,
                               name, phase.rows, (now - phase.run_started) / USECS_PER_SEC));
}

}  // namespace

void begin_phase(const std::string& name, int64_t tables, int64_t rows) {
    TimestampTz run_started = phase.run_started;
    phase = Phase();
    for (int64 i = 0; i < static_cast<int64>(lengthof(phase_names)); ++i)
        if (name == phase_names[i]) phase.number = i;
    phase.tables = tables;
    phase.phase_rows_expected = rows;
    phase.started = GetCurrentTimestamp();
    phase.run_started = in_run ? run_started : phase.started;
    if (!in_run) last_notice = phase.started;
    in_run = true;
}

void next_table(int64_t rows) {
    phase.rows_before += phase.rows;
    phase.rows = 0;
    phase.rows_expected = rows;
    ++phase.table;
}

void end_phases() noexcept {
    phase = Phase();
    in_run = false;
}

Progress::Progress(Oid relation) {
    relation_at_work = relation;
    notice_ms = pg_call([] { return wanted_interval(); });
    TimestampTz now = GetCurrentTimestamp();
    if (phase.started == 0) phase.started = phase.run_started = last_notice = now;  // a function that was called alone
    write();
}

Progress::~Progress() {
    pgstat_progress_end_command();
    if (!in_run) end_phases();
}

void Progress::update(int64_t rows, int64_t bytes) {
    phase.rows = rows;
    write();
    pgstat_progress_update_param(PROGRESS_COPY_TUPLES_PROCESSED, rows);
    pgstat_progress_update_param(PROGRESS_COPY_BYTES_PROCESSED, bytes);
    TimestampTz now = GetCurrentTimestamp();
    if (notice_ms < 0 || !TimestampDifferenceExceeds(last_notice, now, notice_ms)) return;
    last_notice = now;
    pg_call([now] { tell(now); });
}

}  // namespace pg
