#!/usr/bin/env bash
# Real databases found in public repositories: each migrates into an empty schema with equal counts and values, or ends
# in one clear error where SQLite itself cannot read it.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

corpus=${SHARED:-$PWD/../shared}/corpus
work=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/real.XXXXXX")
chmod 755 "$work"
database=corpus_real
trap 'rm -rf "$work"; dropdb --if-exists --force $database 2>/dev/null || true' EXIT

ask() { psql -XqAt -v ON_ERROR_STOP=1 -d $database -c "$1"; }

# What sqlite3 says of a copy: a line for each table that it can count. NOT INDEXED: an index of an unknown kind counts
# nothing.
counted() {
    sqlite3 -batch -list "$1" "SELECT format('SELECT ''%q|'' || count(*) FROM \"%w\" NOT INDEXED;', name, name)
        FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
        AND name NOT LIKE 'sqlite\_%' ESCAPE '\'" 2>/dev/null | sqlite3 -batch "$1" 2>/dev/null | LC_ALL=C sort || true
}
# SQLite's own verdict on the whole file: whether it reads every table and says that it is sound.
sound() {
    [ -s "$1" ] && [ "$(sqlite3 -batch "$1" "PRAGMA quick_check" 2>&1)" = ok ]
}

one_file() {
    local file=$1 name=$2 status=0
    rm -rf "${work:?}/file"
    mkdir -m 777 "$work/file"
    # With its -wal and -journal; a second copy for sqlite3, which may write into it.
    for companion in "" -wal -journal; do
        [ ! -e "$file$companion" ] || cp "$file$companion" "$work/file/source.db$companion"
        [ ! -e "$file$companion" ] || cp "$file$companion" "$work/file/copy.db$companion"
    done
    chmod 666 "$work"/file/*
    ask "DROP SCHEMA IF EXISTS target CASCADE; CREATE SCHEMA target"
    psql -XAt -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -d $database \
        -c "SELECT * FROM sqlite_migrate.migrate('$work/file/source.db', 'target', 'create', options => '{\"allow_empty\": true}')" \
        >/dev/null 2>"$work/err" || status=$?
    if ! ask "SELECT 1" >/dev/null 2>&1; then
        result 1 "$name: the server lives" "$(cat "$work/err")"
        return
    fi
    if [ $status = 0 ]; then
        # What SQLite can count at all; we read around an unknown collation and a broken view.
        counted "$work/file/copy.db" >"$work/counted"
        nothing "$name: equal counts" "$(LC_ALL=C comm -23 "$work/counted" <(
            ask "SELECT t.source_table || '|' || t.rows_target FROM sqlite_migrate.run_tables t
                 WHERE t.run_id = (SELECT max(run_id) FROM sqlite_migrate.runs) AND t.status = 'ok'" | LC_ALL=C sort))"
        # In these files numbers where times go are seconds.
        check "$name: equal values" env NUMBERS=unix_seconds PGDATABASE=$database test/corpus/compare_values.py "$work/file/copy.db" target
    elif [ -e "$file-journal" ] && grep -q 'an unfinished change has to be taken back first' "$work/err"; then
        # To play a journal back is to write into the source.
        check "$name: a change that was broken off is left to a writer" grep -q '^HINT:.*-journal' "$work/err"
    elif sound "$work/file/copy.db"; then
        result 1 "$name: SQLite reads it, so it migrates" "$(cat "$work/err")"
    else
        check "$name: SQLite cannot read it, and one error says so" test "$(grep -cE 'ERROR:  (XX001|SM001|SM004):' "$work/err")" = 1
    fi
}

dropdb --if-exists --force $database 2>/dev/null
createdb $database
ask "CREATE EXTENSION sqlite_fdw_migrate"
while IFS= read -r file; do
    one_file "$file" "${file#"$corpus/real/"}"
done < <(find "$corpus/real" -type f ! -name '*-wal' ! -name '*-journal' ! -name '*-shm' | LC_ALL=C sort)
done_testing
