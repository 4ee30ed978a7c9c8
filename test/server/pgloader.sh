#!/usr/bin/env bash
# verify after pgloader (Debian's package) moved a file with reals: the damaged column is named, as docs/verify.md shows it.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

if ! command -v pgloader >/dev/null; then
    echo "ok 1 - pgloader # SKIP it is not installed"
    echo "1..1"
    exit 0
fi
database=station file=$SCRATCH/station.db
trap 'dropdb --if-exists --force $database 2>/dev/null || true' EXIT
rm -f "$file"
# The file of the page, from the page.
sed -n "/^sqlite3 \/srv\/station.db/,/^SQL/p" docs/verify.md | sed '1d;$d' | sqlite3 -batch -bail "$file"
chmod 644 "$file"
dropdb --if-exists --force $database 2>/dev/null
createdb $database
ask() { psql -XqAt -F ' | ' -d $database -c "$1" 2>&1; }
check "pgloader moves the file" pgloader --quiet "$file" "postgresql://$PGUSER@unix:$PGHOST:$PGPORT/$database"
ask "CREATE EXTENSION sqlite_fdw_migrate"
check "it has loaded the rows" test "$(ask "SELECT count(*) FROM readings")" = 4
is() { [ "$1" = "$2" ] || { printf 'found:    %s\nexpected: %s\n' "$1" "$2"; return 1; }; }
check "a count agrees" is "$(ask "SELECT bool_and(verified) FROM sqlite_migrate.verify('$file', method => 'count')")" t
check "verify names the table and the column" is "$(ask "SELECT table_name, columns_differing FROM sqlite_migrate.verify('$file') WHERE NOT verified")" \
    'public.readings | {celsius}'
check "diff names the keys" is "$(ask "SELECT key, column_name FROM sqlite_migrate.diff('$file', 'readings', 'readings')")" \
    $'{"id": 1} | celsius\n{"id": 3} | celsius\n{"id": 4} | celsius'
check "verify_schema finds the lost predicate" is \
    "$(ask "SELECT count(*) FROM sqlite_migrate.verify_schema('$file') WHERE kind = 'index' AND object = 'public.readings readings_open'")" 1
ask "ALTER TABLE readings ALTER celsius TYPE double precision"
check "a wider type does not bring the digits back" is "$(ask "SELECT columns_differing FROM sqlite_migrate.verify('$file') WHERE NOT verified")" '{celsius}'
ask "SET client_min_messages = warning; SELECT FROM sqlite_migrate.copy_table('$file', 'readings', 'readings', existing => 'upsert')" >/dev/null
check "upsert does" is "$(ask "SELECT bool_and(verified) FROM sqlite_migrate.verify('$file')")" t
done_testing
