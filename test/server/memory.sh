#!/usr/bin/env bash
# Large values take the memory of a batch, not that of the table: private memory of the backend at its peak, above what it has when
# idle, on each path and for each proof. MB=1000: so much of blobs in each of two files, of 1 MB and of 20 kB
# each; and every case for both.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

size=${MB:-100}
most_mb=64
work=$(mktemp -d "$SCRATCH/memory.XXXXXX")
chmod 755 "$work"
export PGDATABASE=memory
trap 'rm -rf "$work"; dropdb --if-exists --force memory 2>/dev/null || true' EXIT
dropdb --if-exists --force memory 2>/dev/null
createdb memory
psql -XqAt -c "CREATE EXTENSION sqlite_fdw_migrate"

make_file() { # make_file NAME BYTES ROWS
    sqlite3 -batch -bail "$work/$1.db" <<SQL
CREATE TABLE blobs (id INTEGER PRIMARY KEY, payload BLOB NOT NULL);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $3) INSERT INTO blobs SELECT i, randomblob($2) FROM n;
SQL
    chmod 644 "$work/$1.db"
}
make_file large 1000000 "$size"
make_file many 20000 $((size * 50))

private_kb() { awk '/^RssAnon/ { print $2 }' "/proc/$1/status" 2>/dev/null; }

# flat NAME BEFORE CALL
flat() {
    local name=$1 before=$2 call=$3 pid client idle peak=0 now
    rm -f "$work/go" "$work/pid"
    psql -XqAt -v ON_ERROR_STOP=1 -c "SET client_min_messages = error" -c "LOAD 'sqlite_fdw_migrate'" -c "$before" \
        -c "\\o $work/pid" -c "SELECT pg_backend_pid()" -c "\\o" -c "\\! while [ ! -e $work/go ]; do sleep 0.02; done" \
        -c "$call" >"$work/out" 2>&1 &
    client=$!
    while [ ! -s "$work/pid" ]; do sleep 0.02; done
    pid=$(cat "$work/pid")
    idle=$(private_kb "$pid")
    touch "$work/go"
    while now=$(private_kb "$pid") && [ -n "$now" ]; do
        [ "$now" -le "$peak" ] || peak=$now
        sleep 0.005
    done
    wait $client || { result 1 "$name" "$(cat "$work/out")"; return; }
    peak=$(((peak - idle) / 1024))
    echo "# $name: $peak MB above idle"
    result $((peak > most_mb)) "$name: at most $most_mb MB above idle" "$peak MB"
}

for file in large many; do
    source="'$work/$file.db'"
    fresh="DROP TABLE IF EXISTS blobs; CREATE TABLE blobs (id bigint PRIMARY KEY, payload bytea NOT NULL)"
    for path in direct copy sql; do
        psql -Xq -c "$fresh" 2>/dev/null
        flat "$file, $path" "SET sqlite_fdw_migrate.path = '$path'" "SELECT FROM sqlite_migrate.migrate($source, verify => 'digest')"
    done
    [ "$file" = large ] || [ -n "${MB:-}" ] || continue
    flat "$file, verify" "SELECT" "SELECT FROM sqlite_migrate.verify($source)"
    flat "$file, verify deep" "SELECT" "SELECT FROM sqlite_migrate.verify($source, method => 'deep')"
    flat "$file, skip" "SELECT" "SELECT FROM sqlite_migrate.migrate($source, existing => 'skip')"
    flat "$file, diff" "SELECT" "SELECT FROM sqlite_migrate.diff($source, 'blobs', 'blobs')"
    flat "$file, upsert" "SELECT" "SELECT FROM sqlite_migrate.migrate($source, existing => 'upsert')"
    psql -Xq -c "$fresh" 2>/dev/null
    flat "$file, reject" "SELECT" "SELECT FROM sqlite_migrate.migrate($source, on_error => 'reject')"
    flat "$file, profile" "SELECT" "SELECT FROM sqlite_migrate.profile($source)"
done
done_testing
