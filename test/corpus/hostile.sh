#!/usr/bin/env bash
# Odd, corrupt and malicious files: each is looked at, checked, planned and migrated. None crashes or hangs the server, reads
# another file, or is changed; an error is an error of ours, never an internal one.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

corpus=${SHARED:-$PWD/../shared}/corpus
work=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/hostile.XXXXXX")
chmod 755 "$work"
database=corpus_hostile
trap 'rm -rf "$work"; dropdb --if-exists --force $database 2>/dev/null || true' EXIT

# One session for a file: each statement may fail, but must end.
questions() {
    cat <<SQL
\set VERBOSITY verbose
\set ON_ERROR_STOP off
SET statement_timeout = '5s';
SET client_min_messages = warning;
SELECT pg_backend_pid() AS pid \gset
BEGIN;
CREATE SCHEMA target;
SAVEPOINT looked;
SELECT count(*) FROM sqlite_migrate.inspect('$1');
ROLLBACK TO looked;
SELECT count(*) FROM sqlite_migrate.integrity('$1');
ROLLBACK TO looked;
SELECT count(*) FROM sqlite_migrate.integrity('$1', quick => false);
ROLLBACK TO looked;
SELECT count(*) FROM sqlite_migrate.plan('$1', 'target');
ROLLBACK TO looked;
SELECT count(*) FROM sqlite_migrate.preflight('$1', 'target');
ROLLBACK TO looked;
SELECT sum(rows_source - rows_loaded) FROM sqlite_migrate.migrate('$1', 'target', 'create');
ROLLBACK TO looked;
CREATE SERVER hostile FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database '$1');
IMPORT FOREIGN SCHEMA main FROM SERVER hostile INTO target;
ROLLBACK;
SELECT :pid = pg_backend_pid() AS "same backend";
SQL
}

dropdb --if-exists --force $database 2>/dev/null
createdb $database
psql -Xq -d $database -c "CREATE EXTENSION sqlite_fdw_migrate"
while IFS= read -r file; do
    name=${file#"$corpus/"}
    rm -rf "${work:?}/file"
    mkdir -m 755 "$work/file"
    for companion in "" -wal -journal; do
        [ ! -e "$file$companion" ] || cp "$file$companion" "$work/file/source.db$companion"
    done
    chmod 644 "$work"/file/*
    before=$(cd "$work/file" && sha256sum ./*)
    questions "$work/file/source.db" >"$work/questions.sql"
    # Eight statements of five seconds: who needs more did not listen to the cancel.
    timeout 60 psql -XqAt -d $database -f "$work/questions.sql" >"$work/out" 2>&1 || true
    check "$name: the session lives" test "$(tail -n 1 "$work/out")" = t
    # XX000 is "should not happen", 22021 what the server says of text that it is handed unchecked.
    nothing "$name: no internal error" "$(grep -E 'ERROR: +(XX000|22021|58030)' "$work/out" || true)"
    check "$name: it is as it was" test "$before" = "$(cd "$work/file" && sha256sum ./*)"
done < <(find "$corpus/made" "$corpus/hostile" -type f ! -name '*-wal' ! -name '*-journal' ! -name '*-shm' | LC_ALL=C sort)
done_testing
