#!/usr/bin/env bash
# Builds, runs every test, and ends with one summary line: run_tests.sh [NAME].
set -euo pipefail

cd "$(dirname "$0")/../.."
export ONLY=${1:-} LOGS=$PWD/build/test COUNTS=$PWD/build/test/counts
rm -rf "$LOGS"
mkdir -p "$LOGS"
: >"$COUNTS"
# shellcheck source=test/tools/report.sh
. test/tools/report.sh

# The last line, whatever happens: what ended this script early is a failure, too.
summary() {
    local status=$?
    trap - EXIT
    [ $status = 0 ] || count "make test" 0 1 0 "ended early, with status $status"
    awk '{ passed += $1; failed += $2; skipped += $3 }
         END { printf "%d passed, %d failed", passed, failed
               if (skipped) printf ", %d skipped", skipped
               print ""
               exit (failed > 0 || passed == 0) }' "$COUNTS" | tee "$LOGS/summary"
}
trap summary EXIT

# The tests of one name: its kinds, or an error that says where names come from.
if [ -n "$ONLY" ]; then
    found=$(find test -path "test/structure/$ONLY.sh" -o -path "test/unit/$ONLY.cpp" -o -path "test/fuzz/$ONLY.cpp" \
        -o -path "test/sql/$ONLY.sql" -o -path "test/pgtap/$ONLY.sql" -o -path "test/pgtap/commit/$ONLY.sql" \
        -o -path "test/server/$ONLY.sh" -o -path "test/corpus/$ONLY.sh")
    if [ -z "$found" ]; then
        echo "No test bears the name $ONLY: a name is that of a file in test/structure, unit, fuzz, sql, pgtap, server, corpus" >&2
        exit 2
    fi
    echo "Running $(tr '\n' ' ' <<<"$found")"
fi

test/tools/build.sh all

for script in test/structure/*.sh; do
    name=$(basename "$script" .sh)
    wanted "$name" || continue
    status=0
    "$script" >"$LOGS/structure_$name.log" 2>&1 || status=$?
    count_tap "structure $name" "$LOGS/structure_$name.log" $status
done

test/tools/run_unit.sh
test/tools/fuzz.sh

if [ -z "$ONLY" ] || grep -qE 'test/(sql|pgtap|server|corpus)/' <<<"$found"; then
    test/tools/with_server.sh test/tools/run_server_tests.sh
fi
