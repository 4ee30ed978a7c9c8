#!/usr/bin/env bash
# The whole road of a file that cannot be placed on the server: a role with nothing but USAGE on the extension's schema imports,
# attaches and migrates it, statement by statement, and can read no path and nobody else's large object.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

work=$(mktemp -d "$SCRATCH/upload_road.XXXXXX")
database=upload_road
trap 'rm -rf "$work"; dropdb --if-exists --force $database 2>/dev/null || true
      psql -Xq -d postgres -c "DROP ROLE IF EXISTS upload_minimal, upload_other" || true' EXIT
dropdb --if-exists --force $database 2>/dev/null
createdb $database
ask() { psql -XqAt -d $database "$@" 2>&1; }
ask <<'SQL' >/dev/null
CREATE EXTENSION sqlite_fdw_migrate;
CREATE ROLE upload_minimal LOGIN;
CREATE ROLE upload_other LOGIN;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON SCHEMA sqlite_migrate FROM PUBLIC;
GRANT USAGE ON SCHEMA sqlite_migrate TO upload_minimal, upload_other;
CREATE SCHEMA mine AUTHORIZATION upload_minimal;
SQL
cp "$SQLITE_FILES/shop.db" "$work/shop.db"
tar -C "$work" -czf "$work/shop.tgz" shop.db

for file in shop.db shop.tgz; do
    cat >"$work/road.sql" <<SQL
\lo_import $work/$file
\set file :LASTOID
SELECT sqlite_migrate.attach('jellyfin', :file);
SELECT 'total', status, rows_loaded, verified FROM sqlite_migrate.migrate('jellyfin', 'mine', existing => 'truncate')
    WHERE table_name = '(total)';
SELECT 'verify', bool_and(verified) FROM sqlite_migrate.verify('jellyfin', 'mine');
SELECT 'report', count(*) > 5 FROM sqlite_migrate.report();
SELECT sqlite_migrate.detach('jellyfin');
\lo_unlink :file
SQL
    ask -U upload_minimal -f "$work/road.sql" >"$work/out"
    check "$file: migrates" grep -qx 'total|ok|11|digest' "$work/out"
    check "$file: and verifies" grep -qx 'verify|t' "$work/out"
    check "$file: with a report" grep -qx 'report|t' "$work/out"
    nothing "$file: without a warning or an error" "$(grep -E 'WARNING|ERROR' "$work/out" || true)"
done
nothing "nothing leaks in the server" "$(grep -iE 'leak' "$SERVER_LOG" || true)"

for call in "inspect('/etc/passwd')" "integrity('/no/such')" "archive_entries('/etc/passwd')" "archive_read('/etc/passwd', 'x')" \
    "_source_file('/etc/passwd')" "_integrity('/etc/passwd')" "_fingerprint('/etc/passwd')" "migrate('/etc/passwd', 'mine')"; do
    said=$(ask -U upload_minimal -c "SELECT * FROM sqlite_migrate.$call" || true)
    check "$call is refused: $said" grep -q 'permission denied to read a file of the server' <<<"$said"
done
other=$(ask -U upload_other -c "\\lo_import $work/shop.db" -c '\echo oid :LASTOID' | sed -n 's/^oid //p')
said=$(ask -U upload_minimal -c "SELECT sqlite_migrate.attach('theirs', $other)" || true)
check "another's large object is refused: $said" grep -q "permission denied for large object $other" <<<"$said"
# An error in the middle of a large object, and the next one: the server's own state is whole.
said=$(ask -c "SET temp_file_limit = '20kB'" -c "SELECT sqlite_migrate.attach('cut', $other)" -c "RESET temp_file_limit" \
    -c "SELECT sqlite_migrate.attach('whole', $other)" -c "SELECT 'found', count(*) > 5 FROM sqlite_migrate.inspect('whole')" || true)
check "after an error half-way the next upload works: $said" grep -qx 'found|t' <<<"$said"
check "half an upload is none" grep -q 'temp_file_limit' <<<"$said"
ask -c "SELECT lo_unlink($other)" >/dev/null
check "nothing stays in the temporary area" test "$(ask -c "SELECT count(*) FROM pg_ls_tmpdir()")" = 0
done_testing
