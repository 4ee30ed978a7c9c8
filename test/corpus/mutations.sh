#!/usr/bin/env bash
# Damaged copies of real files and archives, MUTATIONS of them (200): no crash, no hang beyond a cancel, no memory beyond the
# limit. The same number is always the same damage: mutate.py says how.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

here=$(cd "$(dirname "$0")" && pwd)
corpus=${SHARED:-$PWD/../shared}/corpus
work=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/mutations.XXXXXX")
chmod 755 "$work"
database=corpus_mutations
trap 'rm -rf "$work"; dropdb --if-exists --force $database 2>/dev/null || true' EXIT

total=${MUTATIONS:-200} first=${FIRST_MUTATION:-1} batch=50
most_memory_kb=1500000
mapfile -t seeds < <(
    { find "$corpus/real" "$SQLITE_FILES" -type f -size -400k ! -name '*-wal' ! -name '*-shm' ! -name '*.md' ! -name '*.json' \
        ! -name '*.txt' -print0 | xargs -0 -r grep -l --binary-files=text -m1 '^SQLite format 3' || true
      find "$corpus/archives" -type f -name 'good*'; } | LC_ALL=C sort)
check "there are files to damage" test ${#seeds[@]} -gt 5

questions() {
    local number file
    echo "\\set VERBOSITY verbose"
    echo "\\set SHOW_CONTEXT never"
    echo "SET statement_timeout = '4s'; SET client_min_messages = error; SELECT pg_backend_pid() AS pid \\gset"
    for ((number = $1; number < $1 + $2; number++)); do
        file=$work/files/$number.db
        cat <<SQL
\echo file $number
BEGIN; CREATE SCHEMA target; SAVEPOINT looked;
SELECT count(*) FROM sqlite_migrate.inspect('$file'); ROLLBACK TO looked;
SELECT count(*) FROM sqlite_migrate.integrity('$file'); ROLLBACK TO looked;
SELECT count(*) FROM sqlite_migrate.preflight('$file', 'target', 'create'); ROLLBACK TO looked;
SELECT count(*) FROM sqlite_migrate.migrate('$file', 'target', 'create'); ROLLBACK TO looked;
SELECT count(*) FROM sqlite_migrate.migrate('$file', 'target', 'create', options => '{"salvage": true}'); ROLLBACK;
SQL
    done
    echo '\setenv BACKEND :pid'
    echo '\! sed -n "s/^VmHWM:[[:space:]]*\([0-9]*\) kB/memory \1/p" "/proc/$BACKEND/status"'
    echo 'SELECT :pid = pg_backend_pid() AS "same backend";'
}

dropdb --if-exists --force $database 2>/dev/null
createdb $database
psql -Xq -d $database -c "CREATE EXTENSION sqlite_fdw_migrate"
# A relative path would land in the server's working directory.
folder_before=$(psql -XqAt -d $database -c "SELECT string_agg(f, ' ' ORDER BY f) FROM pg_ls_dir('.') f")
for ((at = first; at < first + total; at += batch)); do
    size=$((first + total - at < batch ? first + total - at : batch))
    rm -rf "${work:?}/files"
    mkdir -m 755 "$work/files"
    python3 "$here/mutate.py" "$work/files" "$at" "$size" "${seeds[@]}"
    chmod 644 "$work"/files/*
    before=$(cat "$work"/files/* | cksum)
    questions "$at" "$size" >"$work/questions.sql"
    timeout $((size * 25)) psql -XqAt -d $database -f "$work/questions.sql" >"$work/out" 2>&1 || true
    name="mutations $at to $((at + size - 1))"
    check "$name: the session lives" test "$(tail -n 1 "$work/out")" = t
    nothing "$name: no internal error" "$(grep -E '^file|ERROR: +(XX000|22021)' "$work/out" | grep -B1 ERROR || true)"
    check "$name: memory within bounds" test "$(sed -n 's/^memory //p' "$work/out")" -lt $most_memory_kb
    check "$name: the files are as they were" test "$before" = "$(cat "$work"/files/* | cksum)"
    check "$name: nothing beside them" test "$(find "$work/files" -type f | wc -l)" = "$size"
done
sleep 0.5
check "the temporary area is empty" test "$(psql -XqAt -d $database -c "SELECT count(*) FROM pg_ls_tmpdir()")" = 0
check "nothing was written into the server's folder" test \
    "$folder_before" = "$(psql -XqAt -d $database -c "SELECT string_agg(f, ' ' ORDER BY f) FROM pg_ls_dir('.') f")"
done_testing
