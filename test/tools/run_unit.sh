#!/usr/bin/env bash
# Builds and runs the unit tests under sanitizers; counts doctest's cases.
set -euo pipefail

. "$(dirname "$0")/report.sh"

filter=()
if [ -n "$ONLY" ]; then
    [ -e "test/unit/$ONLY.cpp" ] || exit 0
    filter=("--source-file=*test/unit/$ONLY.cpp")
fi
log=$LOGS/unit.log
if ! env -u MAKEFLAGS -u MAKELEVEL make -j"$(nproc)" build/unit/run >"$LOGS/unit_build.log" 2>&1; then
    cat "$LOGS/unit_build.log"
    count unit 0 1 0 "did not build"
    exit 0
fi
# Some kernels place memory where older sanitizers want their shadow: run without address randomization where possible.
plain=()
if setarch -R true 2>/dev/null; then plain=(setarch -R); fi
status=0
"${plain[@]}" build/unit/run --no-colors "${filter[@]}" >"$log" 2>&1 || status=$?
# [doctest] test cases:  3 |  3 passed | 0 failed | 0 skipped
read -r passed failed < <(sed -n 's/^\[doctest\] test cases: *[0-9]* *| *\([0-9]*\) passed *| *\([0-9]*\) failed.*/\1 \2/p' \
    "$log"; echo "0 0")
if [ $status != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
[ "$failed" = 0 ] || tail -n 200 "$log"
count unit "$passed" "$failed" 0
