#!/usr/bin/env bash
# What others see of a run that has not committed, and what its own session is told: the view progress, the server's own
# pg_stat_progress_copy, and the NOTICE of every minute (here of every moment). ROWS=1000000: so many rows.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

rows=${ROWS:-150000}
work=$(mktemp -d "$SCRATCH/progress.XXXXXX")
chmod 755 "$work"
export PGDATABASE=progress
trap 'rm -rf "$work"; dropdb --if-exists --force progress 2>/dev/null || true' EXIT
dropdb --if-exists --force progress 2>/dev/null
createdb progress
ask() { psql -XqAt -v ON_ERROR_STOP=1 -c "SET client_min_messages = warning" -c "$1"; }
ask "CREATE EXTENSION sqlite_fdw_migrate"

sqlite3 -batch -bail "$work/app.db" <<SQL
CREATE TABLE events (id INTEGER PRIMARY KEY, label TEXT);
CREATE TABLE more (id INTEGER PRIMARY KEY, label TEXT);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $rows) INSERT INTO events SELECT i, 'label ' || i FROM n;
INSERT INTO more SELECT * FROM events;
SQL
chmod 644 "$work/app.db"

# Another session looks as often as it can, until the run is over.
ask "CREATE TABLE seen (path text, at bigserial, phase text, table_name text, table_number bigint, tables bigint, rows bigint, percent numeric,
                        elapsed interval, remaining interval, tuples bigint, copied text);
     CREATE PROCEDURE watch(path text) LANGUAGE plpgsql AS \$\$
     DECLARE n int; found_some boolean := false;
     BEGIN
         FOR i IN 1 .. 20000 LOOP
             INSERT INTO seen (path, phase, table_name, table_number, tables, rows, percent, elapsed, remaining, tuples, copied)
             SELECT watch.path, p.phase, p.table_name, p.table_number, p.tables, p.rows, p.percent, p.elapsed, p.remaining,
                    c.tuples_processed, c.relid::regclass
             FROM sqlite_migrate.progress p LEFT JOIN pg_stat_progress_copy c USING (pid);
             GET DIAGNOSTICS n = ROW_COUNT;
             found_some := found_some OR n > 0;
             EXIT WHEN found_some AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'runner');
             COMMIT;
             PERFORM pg_sleep(0.005);
         END LOOP;
     END \$\$" >/dev/null
for path in direct copy sql; do
    ask "DROP TABLE IF EXISTS events, more; CREATE TABLE events (id bigint PRIMARY KEY, label text); CREATE TABLE more (LIKE events INCLUDING ALL)"
    psql -XqAt -c "CALL watch('$path')" >/dev/null 2>"$work/watch.log" &
    watcher=$!
    psql -XqAt -c "SET application_name = 'runner'" -c "SET sqlite_fdw_migrate.path = '$path'" -c "CALL sqlite_migrate.run('$work/app.db')" >"$work/$path.out" 2>&1
    wait $watcher
    nothing "$path: what another session saw" "$(cat "$work/watch.log"; ask "
        WITH s AS (SELECT * FROM seen WHERE path = '$path')
        SELECT 'phase ' || v || ' was not seen' FROM unnest(ARRAY['load', 'verify']) v WHERE v NOT IN (SELECT phase FROM s)
        UNION ALL SELECT 'table ' || v || ' was not seen' FROM unnest(ARRAY['events', 'more']) v WHERE v NOT IN (SELECT table_name FROM s WHERE phase = 'load')
        UNION ALL SELECT 'rows went back: ' || phase || ' ' || table_name FROM (SELECT *, lag(rows) OVER (PARTITION BY phase, table_name ORDER BY at) AS r FROM s) x WHERE rows < r
        UNION ALL SELECT 'percent went back in phase ' || phase FROM (SELECT *, lag(percent) OVER (PARTITION BY phase ORDER BY at) AS q FROM s) x WHERE percent < q
        UNION ALL SELECT 'no percent between 1 and 99' WHERE NOT EXISTS (SELECT FROM s WHERE percent BETWEEN 1 AND 99)
        UNION ALL SELECT 'no time left' WHERE NOT EXISTS (SELECT FROM s WHERE remaining IS NOT NULL)
        UNION ALL SELECT 'tables: ' || table_number || ' of ' || tables FROM s WHERE tables <> 2 OR table_number NOT BETWEEN 1 AND 2
        UNION ALL SELECT 'pg_stat_progress_copy has no rows' WHERE NOT EXISTS (SELECT FROM s WHERE phase = 'load' AND tuples > 0)
        UNION ALL SELECT 'pg_stat_progress_copy names ' || COALESCE(copied, 'nothing') || ', progress ' || table_name FROM s WHERE copied IS DISTINCT FROM table_name")"
    nothing "$path: no NOTICE but the last within a minute" "$(grep -v '^NOTICE:  verified: 2 tables' "$work/$path.out" || true)"
done

ask "TRUNCATE events, more"
psql -XqAt -c "SET sqlite_fdw_migrate.notice_interval = '1ms'" -c "CALL sqlite_migrate.run('$work/app.db')" >"$work/told" 2>&1
check "the NOTICE says verb, table, rows, seconds" grep -qE "^NOTICE:  load public.events: [0-9]+ of about $rows rows, [0-9]+ s\$" "$work/told"
check "... while verifying, too" grep -qE '^NOTICE:  verify public.more: [0-9]+ (of about [0-9]+ )?rows, [0-9]+ s$' "$work/told"
ask "TRUNCATE events, more"
psql -XqAt -c "SET sqlite_fdw_migrate.notice_interval = -1" -c "CALL sqlite_migrate.run('$work/app.db')" >"$work/told" 2>&1
nothing "a negative interval: none" "$(grep ' s$' "$work/told" || true)"
done_testing
