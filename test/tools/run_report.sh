#!/usr/bin/env bash
# Opens the HTML report in a browser, beside a private server, and ends with one summary line: run_report.sh.
set -euo pipefail

cd "$(dirname "$0")/../.."
export LOGS=$PWD/build/report COUNTS=$PWD/build/report/counts
mkdir -p "$LOGS"
: >"$COUNTS"
# shellcheck source=test/tools/report.sh
. test/tools/report.sh

test/tools/build.sh
status=0
test/tools/with_server.sh test/report/page.sh >"$LOGS/page.log" 2>&1 || status=$?
count_tap "report in a browser" "$LOGS/page.log" $status
awk '{ passed += $1; failed += $2 }
     END { printf "%d passed, %d failed\n", passed, failed; exit (failed > 0 || passed == 0) }' "$COUNTS"
