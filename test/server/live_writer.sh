#!/usr/bin/env bash
# An application commits 200 times a second while its file is migrated: one instant arrives, no commit waits for us in WAL
# mode, a snapshot lets go of a rollback journal at once, and no byte of the file is ours.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

work=$(mktemp -d "$SCRATCH/live_writer.XXXXXX")
chmod 777 "$work"
umask 0
database=live_writer
writer=''
trap '[ -z "$writer" ] || kill "$writer" 2>/dev/null || true; rm -rf "$work"; dropdb --if-exists --force $database 2>/dev/null || true' EXIT
${CXX:-g++} -std=c++20 -O1 -o "$work/live_writer" test/server/live_writer.cpp -lsqlite3
dropdb --if-exists --force $database 2>/dev/null
createdb $database
ask() { psql -XqAt -v ON_ERROR_STOP=1 -d $database "$@"; }
ask -c "CREATE EXTENSION sqlite_fdw_migrate" -c "CREATE SCHEMA t"

for mode in wal delete; do
    sqlite3 -batch -bail "$work/$mode.db" >/dev/null <<SQL
PRAGMA journal_mode = $mode;
CREATE TABLE a_children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parents (id));
CREATE TABLE parents (id INTEGER PRIMARY KEY, v TEXT);
CREATE TABLE z_children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parents (id));
WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
INSERT INTO parents SELECT i, hex(randomblob(20)) FROM n;
INSERT INTO a_children SELECT id, id FROM parents;
INSERT INTO z_children SELECT id, id FROM parents;
SQL
done

start_writer() {
    rm -f "$work/stop"
    "$work/live_writer" "$work/$1.db" "$work/log" "$work/stop" 2>"$work/error" &
    writer=$!
    sleep 1
}
stop_writer() {
    touch "$work/stop"
    local status=0
    wait "$writer" || status=$?
    writer=''
    check "$1: the writer ended well" test $status = 0
}
# migrate FILE [ARGUMENTS]: the run between two readings of the clock: begun, ended.
migrate() {
    begun=$(date +%s%6N)
    result=$(ask -c "SET client_min_messages = warning" -c "DROP SCHEMA t CASCADE" -c "CREATE SCHEMA t" -c "SELECT status, verified
        FROM sqlite_migrate.migrate('$work/$1.db', 't'${2:+, $2}) WHERE table_name = '(total)'" 2>&1) || true
    ended=$(date +%s%6N)
}
# Of the commits that began while the run went on: how many, how long the longest took, how long it waited, how many met a lock.
during() {
    awk -v from="$begun" -v to="$ended" '$1 >= from && $1 <= to { n++; if ($2 > took) took = $2; if ($3 > waited) waited = $3; if ($4) locks++ }
        END { printf "%d %d %d %d\n", n, took, waited, locks }' "$work/log"
}
agree() {
    check "$1: parents and children agree" test "$(ask -c "SELECT count(*) > 100000 AND count(*) = (SELECT count(*) FROM t.a_children)
        AND count(*) = (SELECT count(*) FROM t.z_children)
        AND count(*) = (SELECT count(*) FROM t.z_children z JOIN t.parents p ON p.id = z.parent) FROM t.parents")" = t
}

# WAL.
start_writer wal
migrate wal
sleep 0.3
stop_writer "WAL"
check "WAL: the run is verified: $result" test "$result" = "ok|digest"
agree "WAL"
read -r commits took waited locks < <(during)
ms=$(((ended - begun) / 1000))
echo "# WAL: $commits commits while the run took $ms ms; the longest took $took us, of which it waited $waited us; $locks met a lock"
check "WAL: the writer went on ($commits commits in $ms ms)" test $((commits * 1000)) -gt $((ms * 50))
check "WAL: no commit met a lock" test "$locks" = 0
check "WAL: no commit waited 50 ms ($waited us)" test "$waited" -lt 50000
check "WAL: the file is sound" test "$(sqlite3 "$work/wal.db" 'PRAGMA integrity_check')" = ok

# The application has the file open and rests: neither file nor -wal has another byte afterwards.
"$work/live_writer" "$work/wal.db" "$work/log" "$work/stop2" 2>/dev/null &
writer=$!
sleep 0.5
kill -STOP "$writer"
sums() { (cd "$work" && sha256sum wal.db wal.db-wal && stat -c '%n %s %Y' wal.db wal.db-wal); }
before=$(sums)
for options in '{}' '{"snapshot": true}' '{"salvage": true}'; do
    migrate wal "options => '$options'"
    check "idle: a run with $options ($result)" test "$result" = "ok|digest"
done
for call in inspect preflight integrity profile plan; do
    ask -c "SELECT count(*) FROM sqlite_migrate.$call('$work/wal.db')" >/dev/null
done
check "idle: file and -wal have the same bytes, size and time" test "$before" = "$(sums)"
kill -KILL "$writer"
wait "$writer" 2>/dev/null || true
writer=''

# A rollback journal. The copy is taken at once, and then the writer goes on, long before the run ends.
start_writer delete
migrate delete "options => '{\"snapshot\": true}'"
sleep 0.3
stop_writer "snapshot"
check "snapshot: the run is verified: $result" test "$result" = "ok|digest"
agree "snapshot"
read -r commits took waited locks < <(during)
ms=$(((ended - begun) / 1000))
echo "# snapshot: $commits commits while the run took $ms ms; the longest took $took us; $locks met a lock"
check "snapshot: the writer went on ($commits commits in $ms ms, the longest $took us)" test "$commits" -gt 10
check "snapshot: it was let go of in less than half of the run" test $((took / 1000 * 2)) -lt "$ms"
done_testing
