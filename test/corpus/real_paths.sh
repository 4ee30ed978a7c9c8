#!/usr/bin/env bash
# Each small database of the corpus that has foreign keys is created, then loaded again into its own tables by each path: the same digests, and keys,
# triggers and constraints that are the same objects as before.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

work=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/paths.XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
export PGDATABASE=corpus_paths
dropdb --if-exists --force $PGDATABASE 2>/dev/null
createdb $PGDATABASE
psql -Xq -c "CREATE EXTENSION sqlite_fdw_migrate"
migrate() { PGOPTIONS="-c client_min_messages=error -c sqlite_fdw_migrate.path=$1" psql -XqAt -v ON_ERROR_STOP=1 \
    -c "SELECT count(*) FROM sqlite_migrate.migrate('$work/app.db', 'r', $2, options => '{\"allow_empty\": true}')"; }
digests() { psql -XqAt -c "SELECT table_name, details ->> 'digest_stored' FROM sqlite_migrate.run_tables
    WHERE run_id = (SELECT max(run_id) FROM sqlite_migrate.runs) AND status = 'ok' AND NOT sqlite_migrate._is_history(source_table) ORDER BY 1"; }
objects() { psql -XqAt -c "SELECT k.oid, k.conname, k.condeferrable, k.condeferred, k.convalidated FROM pg_constraint k WHERE k.connamespace = 'r'::regnamespace
    UNION ALL SELECT g.oid, g.tgname, g.tgdeferrable, g.tginitdeferred, g.tgenabled <> 'D' FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
    WHERE c.relnamespace = 'r'::regnamespace ORDER BY 1"; }

keys=0
while IFS= read -r file; do
    psql -Xq -c "SET client_min_messages = error" -c "DROP SCHEMA IF EXISTS r CASCADE" -c "CREATE SCHEMA r"
    cp "$file" "$work/app.db"
    chmod 644 "$work/app.db"
    # What cannot be read at all is the matter of other tests.
    migrate "" "mode => 'create'" >/dev/null 2>&1 || continue
    before=$(objects)
    wanted=$(digests)
    keys=$((keys + $(psql -XqAt -c "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'r'::regnamespace")))
    for path in "" copy sql; do
        check "$(basename "$file"): path ${path:-direct}" migrate "$path" "mode => 'data', existing => 'truncate'"
        nothing "$(basename "$file"): the same digests" "$(diff <(cat <<<"$wanted") <(cat <<<"$(digests)") || true)"
        nothing "$(basename "$file"): the same keys and triggers" "$(diff <(cat <<<"$before") <(cat <<<"$(objects)") || true)"
    done
done < <(find "${SHARED:-$PWD/../shared}/corpus/real" -type f -size -1200k -exec grep -qiaE 'references|foreign key' {} \; -print | sort)
check "there were foreign keys: $keys" test $keys -gt 50
dropdb $PGDATABASE
done_testing
