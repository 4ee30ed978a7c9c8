#!/usr/bin/env bash
# The tests that need a server: pg_regress, pgTAP, and the corpus beside the project where there is one.
set -euo pipefail

cd "$(dirname "$0")/../.."
# shellcheck source=test/tools/report.sh
. test/tools/report.sh

extension=sqlite_fdw_migrate

# The wanted ones of some files, by base name.
names_of() {
    local file name
    for file in "$@"; do
        name=$(basename "${file%.*}")
        if [ -e "$file" ] && wanted "$name"; then echo "$name"; fi
    done
}

regress() {
    local tests log=$LOGS/regress.log status=0 passed failed pgxs
    mapfile -t tests < <(names_of test/sql/*.sql)
    [ ${#tests[@]} != 0 ] || return 0
    pgxs=$("${PG_CONFIG:-pg_config}" --pgxs)
    "${pgxs%/makefiles/pgxs.mk}/test/regress/pg_regress" --inputdir=test --load-extension=$extension \
        --bindir="$("${PG_CONFIG:-pg_config}" --bindir)" --dbname=contrib_regression "${tests[@]}" >"$log" 2>&1 || status=$?
    # "test name ... ok" until PostgreSQL 15, TAP since 16.
    passed=$(grep -cE '^(test .*\.\.\. ok|ok [0-9])' "$log") || true
    failed=$(grep -cE '^(test .*\.\.\. FAILED|not ok [0-9])' "$log") || true
    if [ $status != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
    if [ "$failed" != 0 ]; then
        cat "$log"
        [ ! -e regression.diffs ] || head -n 400 regression.diffs
    fi
    count pg_regress "$passed" "$failed" 0
}

# Each test runs in one database and rolls back; those in commit/ each have a fresh one.
pgtap() {
    local name status
    [ -n "$(names_of test/pgtap/*.sql test/pgtap/commit/*.sql)" ] || return 0
    createdb pgtap
    psql -Xq -v ON_ERROR_STOP=1 -d pgtap -c "SET client_min_messages = warning" \
        -c "CREATE EXTENSION pgtap" -c "CREATE EXTENSION $extension"
    # The pattern stays as it is when nothing matches: names_of looks.
    for name in $(names_of test/pgtap/*.sql); do
        run_pgtap "$name" "test/pgtap/$name.sql" pgtap
    done
    for name in $(names_of test/pgtap/commit/*.sql); do
        createdb -T pgtap pgtap_commit
        run_pgtap "commit_$name" "test/pgtap/commit/$name.sql" pgtap_commit
        dropdb --force pgtap_commit
    done
}

run_pgtap() {
    local name=$1 file=$2 database=$3 status=0 log=$LOGS/pgtap_$1.log
    pg_prove --verbose --merge --nocolor -d "$database" "$file" >"$log" 2>&1 || status=$?
    count_tap "pgtap $name" "$log" $status
}

# Written in shell, beside a server.
scripts() {
    local name status
    for name in $(names_of test/server/*.sh); do
        status=0
        "test/server/$name.sh" >"$LOGS/server_$name.log" 2>&1 || status=$?
        count_tap "server $name" "$LOGS/server_$name.log" $status
    done
}

corpus() {
    local name status
    [ -d ../shared/corpus ] || return 0
    for name in $(names_of test/corpus/*.sh); do
        status=0
        SHARED=$(cd ../shared && pwd) "test/corpus/$name.sh" >"$LOGS/corpus_$name.log" 2>&1 || status=$?
        count_tap "corpus $name" "$LOGS/corpus_$name.log" $status
    done
}

regress
pgtap
scripts
corpus

# No test may bring the server down.
if grep -nE 'terminated by signal|PANIC:|AddressSanitizer' "$SERVER_LOG"; then
    count "server log" 0 1 0 "a server process crashed: see above"
fi
