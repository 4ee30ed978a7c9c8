#!/usr/bin/env bash
# Every long call is stopped at several moments, by statement_timeout and by pg_cancel_backend: it ends at once, leaves nothing, and the
# same session can do it afterwards. CANCELS=20: so many moments of each call; ROWS=1000000: so many rows. The lines "late" say how long
# after the moment the error came.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

cancels=${CANCELS:-4} rows=${ROWS:-30000}
most_ms=1000  # other work on the machine included; idle it is some milliseconds
work=$(mktemp -d "$SCRATCH/cancel.XXXXXX")
chmod 755 "$work"
export PGDATABASE=cancel
trap 'rm -rf "$work"; dropdb --if-exists --force cancel 2>/dev/null || true' EXIT
dropdb --if-exists --force cancel 2>/dev/null
createdb cancel
ask() { psql -XqAt -v ON_ERROR_STOP=1 -c "SET client_min_messages = warning" -c "$1"; }
ask "CREATE EXTENSION sqlite_fdw_migrate"

app=$work/app.db
sqlite3 -batch -bail "$app" >/dev/null <<SQL
CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE events (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES owners (id), at DATETIME NOT NULL, label TEXT, score REAL,
                     before INTEGER REFERENCES events (id));
CREATE INDEX events_label ON events (label, at);
CREATE TABLE blobs (id INTEGER PRIMARY KEY, payload BLOB NOT NULL);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO owners SELECT i, 'owner ' || i FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $rows)
INSERT INTO events SELECT i, 1 + i % 1000, datetime(1500000000 + i, 'unixepoch'), 'label ' || (i % 1000), i / 7.0, nullif(i - 1, 0) FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20) INSERT INTO blobs SELECT i, randomblob(1000000) FROM n;
SQL
tar -C "$work" -czf "$work/app.tgz" app.db
chmod 644 "$work"/app.*

tables="CREATE TABLE filled.owners (id bigint PRIMARY KEY, name text NOT NULL UNIQUE);
    CREATE TABLE filled.events (id bigint PRIMARY KEY, owner bigint NOT NULL REFERENCES filled.owners, at timestamp NOT NULL, label text,
                              score double precision, before bigint REFERENCES filled.events);
    CREATE TABLE filled.blobs (id bigint PRIMARY KEY, payload bytea NOT NULL);"
ask "CREATE SCHEMA made; CREATE SCHEMA filled; $tables CALL sqlite_migrate.run('$app', 'filled');
     CREATE SCHEMA empty; ${tables//filled./empty.}"

# what_is_left: of the session PID, whose transaction is over.
what_is_left() {
    local pid=$1 file
    ask "SELECT 'lock: ' || mode || ' ' || COALESCE(relation::regclass::text, locktype) FROM pg_locks WHERE pid = $pid"
    ask "SELECT 'progress: ' || phase FROM sqlite_migrate.progress WHERE pid = $pid"
    ask "SELECT 'table: ' || oid::regclass FROM pg_class WHERE relnamespace = 'made'::regnamespace OR (relpersistence = 't' AND relkind = 'r')"
    ask "SELECT 'rows' WHERE EXISTS (SELECT FROM empty.owners) OR EXISTS (SELECT FROM empty.events) OR EXISTS (SELECT FROM empty.blobs)"
    for file in /proc/"$pid"/fd/*; do
        file=$(readlink "$file" 2>/dev/null) || continue
        # A database that was unpacked as a whole is kept for the connection's next call.
        case $file in
            "$work"/*) echo "open: $file" ;;
            *pgsql_tmp*) [ "$name" = archive ] || echo "open: $file" ;;
        esac
    done
}

# stop_at_moments NAME BEFORE CALL: in one session, at several moments of the time that the call takes.
stop_at_moments() {
    local name=$1 before=$2 call=$3 began whole i late status=0
    began=$(date +%s%N)
    ask "BEGIN; $before $call; ROLLBACK" >/dev/null
    whole=$((($(date +%s%N) - began) / 1000000))
    {
        echo "SET client_min_messages = error; $before"
        echo "\\o /dev/null"
        echo "\\timing on"
        for i in $(seq "$cancels"); do
            echo "SET statement_timeout = $((whole * (2 * i - 1) / (2 * cancels) + 1));"
            echo "\\echo at :LAST_ERROR_SQLSTATE $((whole * (2 * i - 1) / (2 * cancels) + 1))"
            echo "BEGIN; $call; ROLLBACK;"
        done
        echo "\\timing off"
        echo "SET statement_timeout = 0;"
        echo "SELECT pg_backend_pid() AS pid \\gset"
        echo "\\echo pid :pid"
        echo "\\! touch $work/waiting; while [ -e $work/waiting ]; do sleep 0.02; done"
        echo "\\set ON_ERROR_STOP on"
        echo "BEGIN; $call; ROLLBACK;"
    } >"$work/script.sql"
    rm -f "$work/waiting"
    psql -Xqat -f "$work/script.sql" >"$work/out" 2>&1 &
    local client=$! left=''
    while kill -0 $client 2>/dev/null && [ ! -e "$work/waiting" ]; do sleep 0.02; done
    left=$(what_is_left "$(sed -n 's/^pid //p' "$work/out")")
    rm -f "$work/waiting"
    wait $client || status=$?
    nothing "$name: a cancel leaves nothing" "$left"
    result $status "$name: the same session can do it afterwards" "$(tail -n 5 "$work/out")"
    # The longest statement after each mark is the call; whatever ended before its moment was not cancelled.
    late=$(awk -v most=$most_ms '
        /^at / { moment = $NF; cancelled = 0 }
        /canceling statement due to statement timeout/ { cancelled = 1 }
        /^Time: / && cancelled { late = $2 - moment; if (late > worst) worst = late; n++; cancelled = 0 }
        END { printf "%d cancelled, %.0f ms late at most", n, worst; exit n == 0 || worst > most }' "$work/out") || status=2
    echo "# late: $name, $late (the whole takes $whole ms)"
    result $((status == 2)) "$name: a timeout takes effect at once" "$late"
}

stop_at_moments "integrity" "" "SELECT FROM sqlite_migrate.integrity('$app', quick => false)"
stop_at_moments "profile" "" "SELECT FROM sqlite_migrate.profile('$app')"
stop_at_moments "plan" "" "SELECT FROM sqlite_migrate.plan('$app', 'made')"
stop_at_moments "preflight" "" "SELECT FROM sqlite_migrate.preflight('$app', 'empty')"
stop_at_moments "create" "" "SELECT FROM sqlite_migrate.migrate('$app', 'made')"
stop_at_moments "copy path" "SET sqlite_fdw_migrate.path = 'copy';" "SELECT FROM sqlite_migrate.migrate('$app', 'empty')"
stop_at_moments "sql path" "SET sqlite_fdw_migrate.path = 'sql';" "SELECT FROM sqlite_migrate.migrate('$app', 'empty')"
stop_at_moments "reject" "" "SELECT FROM sqlite_migrate.migrate('$app', 'empty', on_error => 'reject', orphans => 'reject')"
stop_at_moments "snapshot, deep, run_key" "" \
    "SELECT FROM sqlite_migrate.migrate('$app', 'empty', verify => 'deep', run_key => 'k', options => '{\"snapshot\": true}')"
stop_at_moments "upsert" "" "SELECT FROM sqlite_migrate.migrate('$app', 'filled', existing => 'upsert')"
stop_at_moments "archive" "" "SELECT FROM sqlite_migrate.inspect('$work/app.tgz')"
stop_at_moments "verify" "" "SELECT FROM sqlite_migrate.verify('$app', 'filled', method => 'deep')"
stop_at_moments "diff" "" "SELECT FROM sqlite_migrate.diff('$app', 'events', 'filled.events')"

# By another session, as soon as it sees the phase.
for phase in load verify; do
    status=0
    psql -XqAt -c "SET client_min_messages = error" -c "SELECT FROM sqlite_migrate.migrate('$app', 'empty')" >"$work/out" 2>&1 &
    client=$!
    ask "DO \$\$ BEGIN
             FOR i IN 1 .. 2000 LOOP
                 PERFORM pg_cancel_backend(pid) FROM sqlite_migrate.progress WHERE phase = '$phase';
                 IF FOUND THEN RETURN; END IF;
                 PERFORM pg_sleep(0.002);
                 PERFORM pg_stat_clear_snapshot();
             END LOOP;
             RAISE 'the phase was not seen';
         END \$\$" || status=1
    began=$(date +%s%N)
    wait $client || true
    late=$((($(date +%s%N) - began) / 1000000))
    echo "# late: pg_cancel_backend in phase $phase, $late ms"
    grep -q 'canceling statement due to user request' "$work/out" && [ $late -lt $most_ms ] || status=1
    result $status "pg_cancel_backend in phase $phase takes effect at once" "$late ms; $(cat "$work/out")"
done
nothing "the source is as it was" "$(sqlite3 -readonly "$app" 'PRAGMA integrity_check' | grep -v '^ok$' || true; find "$work" -name 'app.db-*')"
done_testing
