#!/usr/bin/env bash
# Odd and malicious archives: listed, looked at and migrated, each of their members, too. None crashes the server, fills the
# disk, is followed out of itself, or leaves a file behind.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

corpus=${SHARED:-$PWD/../shared}/corpus/archives
work=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/archives.XXXXXX")
chmod 755 "$work"
database=corpus_archives
trap 'rm -rf "$work"; dropdb --if-exists --force $database 2>/dev/null || true' EXIT

ask() { psql -XqAt -d $database "$@"; }

# One session for an archive: the whole, then every SQLite file that its error lists.
questions() {
    cat <<SQL
\set VERBOSITY verbose
\set SHOW_CONTEXT never
SET statement_timeout = '20s';
SET client_min_messages = warning;
SELECT pg_backend_pid() AS pid \gset
BEGIN;
CREATE SCHEMA target;
SAVEPOINT looked;
SELECT count(*) FROM sqlite_migrate.archive_entries('$1');
ROLLBACK TO looked;
SELECT count(*) FROM sqlite_migrate.archive_entries('$1', with_sha256 => true);
ROLLBACK TO looked;
SELECT count(*) FROM sqlite_migrate.inspect('$1');
ROLLBACK TO looked;
SELECT 'rows', rows_loaded FROM sqlite_migrate.migrate('$1', 'target') WHERE table_name = '(total)';
ROLLBACK TO looked;
SELECT format('SELECT ''member'', count(*) FROM sqlite_migrate.inspect(%L); ROLLBACK TO looked;', '$1!/' || name)
FROM (SELECT name FROM sqlite_migrate.archive_entries('$1') LIMIT 30) e \gexec
ROLLBACK TO looked;
SELECT format('SELECT length(sqlite_migrate.archive_read(%L, %L)); ROLLBACK TO looked;', '$1', name)
FROM (SELECT name FROM sqlite_migrate.archive_entries('$1') LIMIT 30) e \gexec
ROLLBACK;
SELECT :pid = pg_backend_pid() AS "same backend";
SQL
}

dropdb --if-exists --force $database 2>/dev/null
createdb $database
ask -c "CREATE EXTENSION sqlite_fdw_migrate"
for file in "$corpus"/*; do
    name=$(basename "$file")
    cp "$file" "$work/$name"
    chmod 644 "$work/$name"
    before=$(cksum <"$work/$name")
    questions "$work/$name" >"$work/questions.sql"
    timeout 120 psql -XqAt -d $database -f "$work/questions.sql" >"$work/out" 2>&1 || true
    check "$name: the session lives" test "$(tail -n 1 "$work/out")" = t
    nothing "$name: no internal error" "$(grep -E 'ERROR: +(XX000|22021|58030)' "$work/out" || true)"
    nothing "$name: nothing of another file" "$(grep -E 'root:|nobody:' "$work/out" || true)"
    check "$name: it is as it was" test "$before" = "$(cksum <"$work/$name")"
    case $name in
        good.*) check "$name: its rows arrive" grep -qx 'rows|300' "$work/out" ;;
        bomb_200m.zip | bomb_200m.tar.gz) check "$name: ends at a limit" grep -q 'ERROR: *54000' "$work/out" ;;
        badcrc.*) check "$name: is found out" grep -q 'ERROR: *XX001' "$work/out" ;;
        symlink*) check "$name: a link is named, not followed" grep -qE 'link|no SQLite file' "$work/out" ;;
        duplicate_names.tar) check "$name: two of a name are an error" grep -q 'ERROR: *22023' "$work/out" ;;
    esac
    rm -f "$work/$name"
done

# The sessions are gone, and so is everything that they unpacked.
sleep 0.5
check "the temporary area is empty" test "$(ask -c "SELECT count(*) FROM pg_ls_tmpdir()")" = 0
nothing "no member was written under its own name" "$(find / /tmp /var/tmp -maxdepth 2 \( -name 'pwned*' -o -name 'win.db' \) 2>/dev/null |
    sort -u || true)"
done_testing
