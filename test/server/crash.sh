#!/usr/bin/env bash
# A run that is killed: by pg_terminate_backend, by SIGKILL of its process, by an immediate stop of the server, at many moments, with
# WAL (replica) and without (minimal). After recovery heap and indexes are sound (amcheck), the rows that were there before are there
# again, the source is as it was, no temporary file is left, and the next run succeeds. CRASHES=40: so many of each kind.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

crashes=${CRASHES:-1}
# The server of with_server.sh lies beside its log; here is a second cluster of it, which may be killed.
bindir=$(dirname "$SERVER_LOG")/prefix$("${PG_CONFIG:-pg_config}" --bindir)
as_server=(setpriv --)
if [ "$(id -u)" = 0 ]; then as_server=(setpriv --reuid=nobody --regid=nogroup --clear-groups --); fi
work=$(mktemp -d "$SCRATCH/crash.XXXXXX")
chmod 777 "$work"
export PGHOST=$work PGPORT=5433 PGDATABASE=postgres
cleanup() {
    if [ -s "$work/data/postmaster.pid" ]; then kill -QUIT "$(head -n 1 "$work/data/postmaster.pid")" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap cleanup EXIT

start() { # start OPTION...: and waits for recovery
    (cd "$work" && setpriv --pdeathsig=QUIT "${as_server[@]:1}" "$bindir/postgres" -D "$work/data" -c listen_addresses= \
        -c unix_socket_directories="$work" -c fsync=off -c full_page_writes=on -c max_wal_senders=0 -c autovacuum=off \
        -c dynamic_shared_memory_type=mmap -c restart_after_crash=on "$@" >>"$work/log" 2>&1) &
    for _ in $(seq 400); do
        if psql -XqAt -c 'SELECT 1' >/dev/null 2>&1; then return; fi
        sleep 0.05
    done
    tail -n 30 "$work/log"
    return 1
}
ask() { psql -XqAt -v ON_ERROR_STOP=1 -c "SET client_min_messages = warning" -c "$1"; }

(cd "$work" && "${as_server[@]}" "$bindir/initdb" -D "$work/data" -U "$PGUSER" --auth=trust --no-sync --encoding=UTF8 \
    --locale=C.UTF-8 >"$work/initdb.log" 2>&1) || { cat "$work/initdb.log"; exit 1; }

sqlite3 -batch -bail "$work/app.db" <<'SQL'
CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE events (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES owners (id), at DATETIME NOT NULL, label TEXT, payload BLOB);
CREATE INDEX events_at ON events (at, label);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO owners SELECT i, 'owner ' || i FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80000)
INSERT INTO events SELECT i, 1 + i % 20000, datetime(1500000000 + i, 'unixepoch'), 'label ' || i % 1000,
                          CASE WHEN i % 1000 = 0 THEN randomblob(100000) END FROM n;
SQL
chmod 644 "$work/app.db"
bytes_of_source() { sha256sum "$work/app.db" | cut -d' ' -f1; ls "$work"/app.db*; sqlite3 -readonly "$work/app.db" 'PRAGMA integrity_check'; }
source_before=$(bytes_of_source)

# What is left of the run that was killed; nothing, if all is well. The empty tables of schema "made" were made by nobody.
unsound() {
    ask "SELECT 'heap of ' || c.oid::regclass || ': ' || v.msg FROM pg_class c CROSS JOIN LATERAL verify_heapam(c.oid) v WHERE c.relkind IN ('r', 't')"
    ask "SELECT bt_index_check(i.indexrelid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
         WHERE a.amname = 'btree' AND i.indisvalid AND c.relpersistence = 'p' GROUP BY i.indexrelid" 2>&1 | grep -v '^$' || true
    ask "SELECT 'table ' || c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'made'::regnamespace"
    ask "SELECT format('old.%s has %s rows of before', 'events', n) FROM (SELECT count(*) FROM old.events WHERE label = 'before') c (n) WHERE n <> 1000"
    ask "SELECT 'old.events has ' || count(*) || ' rows' FROM old.events HAVING count(*) <> 1000"
    ask "SELECT format('run %s is %s', run_id, status) FROM sqlite_migrate.runs"
    ask "SELECT 'under way: ' || pid FROM sqlite_migrate.progress"
    find "$work/data/base" -path '*pgsql_tmp*' -type f
    [ "$(bytes_of_source)" = "$source_before" ] || echo "the source has changed"
}

prepare() {
    ask "DROP SCHEMA IF EXISTS made CASCADE; DROP SCHEMA IF EXISTS old CASCADE; CREATE SCHEMA made; CREATE SCHEMA old;
         DELETE FROM sqlite_migrate.runs;
         CREATE TABLE old.owners (id bigint PRIMARY KEY, name text NOT NULL UNIQUE);
         CREATE TABLE old.events (id bigint PRIMARY KEY, owner bigint NOT NULL REFERENCES old.owners, at timestamp NOT NULL, label text, payload bytea);
         CREATE INDEX ON old.events (at, label);
         INSERT INTO old.owners VALUES (1, 'before');
         INSERT INTO old.events SELECT i, 1, now(), 'before' FROM generate_series(1, 1000) i"
}

# The moment: a part of the time that the whole call takes, so that every phase is met sooner or later.
moment=0
wait_for_the_moment() {
    moment=$(((moment + 37) % 100))
    sleep "$(printf '%d.%03d' $(((whole * moment / 100 + 20) / 1000)) $(((whole * moment / 100 + 20) % 1000)))"
}

# strike HOW CALL: starts the call, kills it, and waits until the server is back.
strike() {
    local how=$1 call=$2 pid client
    psql -XqAt -c "SET application_name = 'victim'" -c "$call" >"$work/victim.out" 2>&1 &
    client=$!
    wait_for_the_moment
    pid=$(ask "SELECT pid FROM pg_stat_activity WHERE application_name = 'victim'")
    rm -f "$work/hit"
    [ -z "$pid" ] || touch "$work/hit"
    case $how in
        terminate) ask "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'victim'" >/dev/null ;;
        kill) [ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true ;;
        stop) kill -QUIT "$(head -n 1 "$work/data/postmaster.pid")" ;;
    esac
    wait "$client" 2>/dev/null || true
    if [ "$how" = stop ]; then
        for _ in $(seq 100); do [ -e "$work/data/postmaster.pid" ] || break; sleep 0.05; done
        start "${options[@]}"
    fi
    for _ in $(seq 200); do
        sleep 0.02
        if psql -XqAt -c 'SELECT 1' >/dev/null 2>&1; then break; fi
    done
}

run_made="CALL sqlite_migrate.run('$work/app.db', target_schema => 'made')"
run_old="CALL sqlite_migrate.run('$work/app.db', target_schema => 'old', existing => 'truncate')"
migrate_old="SELECT FROM sqlite_migrate.migrate('$work/app.db', target_schema => 'old', existing => 'truncate', options => '{\"snapshot\": true}')"
strikes=0 hits=0

# attack NAME SCHEMA CALL
attack() {
    local name=$1 schema=$2 call=$3 how wrong
    prepare
    began=$(date +%s%N)
    ask "$call"
    whole=$((($(date +%s%N) - began) / 1000000))  # milliseconds
    for how in terminate kill stop; do
        wrong=''
        for _ in $(seq "$crashes"); do
            prepare
            strikes=$((strikes + 1))
            strike "$how" "$call"
            # It may have come to its end before: then there is a run, and nothing to be said of this moment.
            if [ "$(ask "SELECT count(*) FROM sqlite_migrate.runs WHERE status = 'ok'")" = 1 ]; then continue; fi
            [ ! -e "$work/hit" ] || hits=$((hits + 1))
            wrong+=$(unsound 2>&1)
        done
        nothing "$name: sound after $how" "$wrong"
    done
    prepare
    # What has returned stays, even without WAL.
    ask "$call"
    kill -QUIT "$(head -n 1 "$work/data/postmaster.pid")"
    for _ in $(seq 100); do [ -e "$work/data/postmaster.pid" ] || break; sleep 0.05; done
    start "${options[@]}"
    nothing "$name: what has returned is there after an immediate stop" "$(
        ask "SELECT to_jsonb(v) FROM sqlite_migrate.verify('$work/app.db', target_schema => '$schema', method => 'deep') v WHERE NOT v.verified"
        ask "SELECT 'heap of ' || c.oid::regclass || ': ' || v.msg FROM pg_class c CROSS JOIN LATERAL verify_heapam(c.oid) v WHERE c.relkind IN ('r', 't')"
        ask "SELECT bt_index_check(i.indexrelid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             WHERE c.relnamespace = '$schema'::regnamespace GROUP BY i.indexrelid" 2>&1 | grep -v '^$' || true)"
}

ready=no
# set_up SETTING...: the server with these settings, the last being of wal_skip_threshold.
set_up() {
    options=(-c "$1" -c "$2")
    if [ -e "$work/data/postmaster.pid" ]; then
        kill -INT "$(head -n 1 "$work/data/postmaster.pid")"
        for _ in $(seq 100); do [ -e "$work/data/postmaster.pid" ] || break; sleep 0.05; done
    fi
    start "${options[@]}"
    [ $ready = no ] || return 0
    if ! ask "CREATE EXTENSION amcheck" >/dev/null 2>&1; then
        echo "ok 1 # SKIP amcheck is not installed"
        echo "1..1"
        exit 0
    fi
    ask "CREATE EXTENSION sqlite_fdw_migrate"
    ready=yes
}

set_up wal_level=replica wal_skip_threshold=2MB
attack "with WAL, create" made "$run_made"
attack "with WAL, migrate from a snapshot" old "$migrate_old"
set_up wal_level=minimal wal_skip_threshold=0
attack "without WAL, create" made "$run_made"
attack "without WAL, truncated tables" old "$run_old"
set_up wal_level=minimal wal_skip_threshold=1GB
attack "WAL written at commit, truncated tables" old "$run_old"

result $((hits * 2 < strikes)) "at least half of the strikes met a run under way" "$hits of $strikes"
# A process that ends by a signal of its own would be a crash; those here were killed.
nothing "no process crashed by itself" "$(grep -E 'terminated by signal (11|6|4|7|8)|PANIC:' "$work/log" || true)"
done_testing
