#!/usr/bin/env bash
# The plan, carried out by hand through \gexec, makes the same schema as migrate, and what SQLite has is there or told.
# WHICH=all: every real file; without it those that have something of each kind, as all of them take five minutes.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

corpus=${SHARED:-$PWD/../shared}/corpus
work=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/plan.XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"; dropdb --if-exists --force by_migrate 2>/dev/null || true; dropdb --if-exists --force by_hand 2>/dev/null || true' EXIT

few='flipt-io\+demo-v2|dotnet\+efcore|kovidgoyal|ankitects.*anki$|sakila|matviews|expr\.sqlite|nc\.gpkg'
[ "${WHICH:-}" != all ] || few=.
call="'$work/file/source.db', 'target', 'create', options => '{\"allow_empty\": true}'"

equal() { result "$([ "$2" = "$3" ]; echo $?)" "$1" "SQLite: $2, here: $3"; }
ask() { psql -XqAt -v ON_ERROR_STOP=1 -d "$1" -c "$2"; }
fresh() {
    dropdb --if-exists --force "$1" 2>/dev/null
    createdb "$1"
    ask "$1" "SET client_min_messages = warning; CREATE EXTENSION sqlite_fdw_migrate; CREATE SCHEMA target"
}
# PostgreSQL's newer pg_dump wraps a dump in \restrict with a random word.
dumped() { pg_dump --schema-only --schema target "$1" | grep -vE '^\\(un)?restrict'; }

# Every index, foreign key, CHECK and view of the file, by SQLite: each is in the target, or in a report of the plan.
compare_objects() {
    local name=$1
    sqlite3 -batch -list "$work/copy.db" "SELECT name FROM sqlite_schema WHERE type IN ('index', 'view') AND sql IS NOT NULL" |
        LC_ALL=C sort >"$work/objects"
    nothing "$name: every index and view is there or told" "$(LC_ALL=C comm -23 "$work/objects" <(
        { ask by_hand "SELECT relname FROM pg_class WHERE relnamespace = 'target'::regnamespace AND relkind IN ('i', 'v')"
          ask by_hand "SELECT trim('\"' FROM regexp_replace(object, '^(unique )?(index|view) ', '')) FROM told"
          sed -n 's/.*view "target"."\(.*\)" is not created: .*/\1/p' "$work/warnings"; } | LC_ALL=C sort -u))"
    ask by_hand "CREATE TABLE names (name text)"
    psql -XqAt -v ON_ERROR_STOP=1 -d by_hand -c "\\copy names FROM '$work/names'"
    nothing "$name: a partial, unique, DESC index is one" "$(
        sqlite3 -batch -list "$work/copy.db" "SELECT name || '|' || (sql LIKE '% WHERE %') || '|' || (sql LIKE 'CREATE UNIQUE%')
            || '|' || EXISTS (SELECT 1 FROM pragma_index_xinfo(s.name) x WHERE x.key AND x.\"desc\")
            FROM sqlite_schema s WHERE type = 'index' AND sql IS NOT NULL" 2>/dev/null | LC_ALL=C sort >"$work/kinds" || true
        LC_ALL=C comm -13 <(LC_ALL=C sort "$work/kinds") <(ask by_hand "
            SELECT concat_ws('|', c.relname, (i.indpred IS NOT NULL)::int, i.indisunique::int,
                             EXISTS (SELECT FROM unnest(i.indoption) o WHERE o & 1 = 1)::int)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE c.relnamespace = 'target'::regnamespace
              AND c.relname IN (SELECT name FROM names)" | LC_ALL=C sort))"
    equal "$name: every foreign key is validated or told" "$(
        sqlite3 -batch -list "$work/copy.db" "SELECT count(*) FROM (SELECT DISTINCT t.name, f.id FROM sqlite_schema t
            JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table')")" "$(ask by_hand "
        SELECT (SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated AND connamespace = 'target'::regnamespace)
             + (SELECT count(*) FROM told WHERE object ~ '^foreign key')")"
    # Views that SQLite can read here: as many rows.
    ask by_hand "SELECT relname FROM pg_class WHERE relnamespace = 'target'::regnamespace AND relkind = 'v'" >"$work/views"
    local view expected
    while IFS= read -r view; do
        expected=$(sqlite3 -batch -list "$work/copy.db" "SELECT count(*) FROM \"$view\"" 2>/dev/null) || continue
        equal "$name: rows of the view $view" "$expected" "$(ask by_hand "SELECT count(*) FROM target.\"$view\"")"
    done <"$work/views"
}

one_file() {
    local file=$1 name=$2
    rm -rf "${work:?}/file"
    mkdir -m 777 "$work/file"
    for companion in "" -wal -journal; do
        [ ! -e "$file$companion" ] || cp "$file$companion" "$work/file/source.db$companion"
    done
    chmod 666 "$work"/file/*
    cp "$work/file/source.db" "$work/copy.db"
    [ ! -e "$file-wal" ] || cp "$file-wal" "$work/copy.db-wal"
    fresh by_migrate
    fresh by_hand
    # What SQLite itself cannot read is the affair of real.sh.
    ask by_migrate "SELECT * FROM sqlite_migrate.migrate($call)" >/dev/null 2>"$work/warnings" || return 0
    ask by_hand "CREATE TABLE told AS SELECT object, note FROM sqlite_migrate.plan($call) WHERE action = 'report'" 2>/dev/null
    if echo "SELECT sql FROM sqlite_migrate.plan($call) WHERE sql IS NOT NULL ORDER BY step \\gexec" |
        psql -XqAt -v ON_ERROR_STOP=1 -d by_hand >/dev/null 2>"$work/err"; then
        nothing "$name: by hand the same schema" "$(diff <(dumped by_migrate) <(dumped by_hand))"
        sqlite3 -batch -list "$work/copy.db" "SELECT name FROM sqlite_schema WHERE type = 'index'" >"$work/names"
        compare_objects "$name"
    else
        result 1 "$name: by hand" "$(cat "$work/err")"
    fi
}

while IFS= read -r file; do
    one_file "$file" "${file#"$corpus/real/"}"
done < <(find "$corpus/real" -type f ! -name '*-wal' ! -name '*-journal' ! -name '*-shm' | grep -E "$few" | LC_ALL=C sort)
done_testing
