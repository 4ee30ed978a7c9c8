-- What other connections see of a run that has not committed yet.

-- A phase of a run begins: check, load or verify, over so many tables and (about) rows.
CREATE FUNCTION sqlite_migrate._begin_phase(phase text, tables bigint, rows bigint) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_begin_phase';

-- The next table of the phase, of which so many rows are expected.
CREATE FUNCTION sqlite_migrate._next_table(rows bigint) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_next_table';

-- The server's own slots of progress, where COPY shows itself: the parameters behind COPY's are ours (src/pg/progress.cpp).
-- They are empty for the runs of other roles, unless one has pg_read_all_stats. percent and remaining are of the phase,
-- over all its tables; rows that are expected are SQLite's estimate.
CREATE VIEW sqlite_migrate.progress AS
SELECT s.pid, d.datname AS database, p.phase, s.relid::regclass AS table_name, s.param12 AS table_number, s.param13 AS tables,
       s.param15 AS rows, NULLIF(s.param14, 0) AS rows_expected, s.param1 AS bytes, p.percent,
       date_trunc('second', clock_timestamp() - p.run_started) AS elapsed,
       CASE WHEN p.percent BETWEEN 1 AND 99.9
            THEN date_trunc('second', (clock_timestamp() - p.phase_started) * ((100 - p.percent) / p.percent)::double precision)
            END AS remaining
FROM pg_stat_get_progress_info('COPY') s
JOIN pg_database d ON d.oid = s.datid
CROSS JOIN LATERAL (
    SELECT CASE s.param11 WHEN 0 THEN 'check' WHEN 1 THEN 'load' WHEN 2 THEN 'verify' END AS phase,
           LEAST(100, round(100.0 * s.param17 / NULLIF(s.param16, 0), 1)) AS percent,
           timestamptz '2000-01-01 00:00:00+00' + s.param18 * interval '1 microsecond' AS phase_started,
           timestamptz '2000-01-01 00:00:00+00' + s.param19 * interval '1 microsecond' AS run_started
) p
WHERE s.param20 = x'53514c697465'::bigint;
GRANT SELECT ON sqlite_migrate.progress TO PUBLIC;
