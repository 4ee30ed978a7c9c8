#!/usr/bin/env bash
# Runs real migration frameworks beside a private server, and ends with one summary line: run_frameworks.sh [NAME].
set -euo pipefail

cd "$(dirname "$0")/../.."
export ONLY=${1:-} LOGS=$PWD/build/frameworks COUNTS=$PWD/build/frameworks/counts
mkdir -p "$LOGS"
: >"$COUNTS"
# shellcheck source=test/tools/report.sh
. test/tools/report.sh

if [ "${2:-}" = inside ]; then
    for script in test/frameworks/*.sh; do
        name=$(basename "$script" .sh)
        if [ "$name" = common ] || ! wanted "$name"; then continue; fi
        status=0
        "$script" >"$LOGS/$name.log" 2>&1 || status=$?
        count_tap "framework $name" "$LOGS/$name.log" $status
    done
    awk '{ passed += $1; failed += $2 }
         END { printf "%d passed, %d failed\n", passed, failed; exit (failed > 0 || passed == 0) }' "$COUNTS"
    exit
fi
test/tools/build.sh
test/tools/with_server.sh test/tools/run_frameworks.sh "$ONLY" inside
