#!/usr/bin/env bash
# Builds the fuzzers of test/fuzz with clang and runs each for a while: fuzz.sh [SECONDS_EACH [NAME]].
set -euo pipefail

cd "$(dirname "$0")/../.."
# Called alone, it keeps its own count.
export ONLY=${2-${ONLY-}} LOGS=${LOGS:-$PWD/build/test}
mkdir -p "$LOGS"
if [ -z "${COUNTS:-}" ]; then
    alone=yes
    export COUNTS=$LOGS/fuzz_counts
    : >"$COUNTS"
fi
# shellcheck source=test/tools/report.sh
. test/tools/report.sh

fuzzers=()
for source in test/fuzz/*.cpp; do
    name=$(basename "$source" .cpp)
    if [ -e "$source" ] && wanted "$name"; then fuzzers+=("$name"); fi
done
[ ${#fuzzers[@]} != 0 ] || exit 0
# make test spends about 20 seconds on all of them.
seconds=${1:-$(((20 + ${#fuzzers[@]} - 1) / ${#fuzzers[@]}))}

if ! compiler=$(test/tools/packages.sh fuzz-compiler test); then
    count fuzz 0 0 ${#fuzzers[@]} "no clang++ here can link a fuzzer"
    exit 0
fi
if ! env -u MAKEFLAGS -u MAKELEVEL make -j"$(nproc)" FUZZ_CXX="$compiler" "${fuzzers[@]/#/build/fuzz/run_}" \
    >"$LOGS/fuzz_build.log" 2>&1; then
    cat "$LOGS/fuzz_build.log"
    count fuzz 0 1 0 "did not build"
    exit 1
fi
plain=()
if setarch -R true 2>/dev/null; then plain=(setarch -R); fi

total=0
for name in "${fuzzers[@]}"; do
    corpus=build/fuzz/corpus/$name log=$LOGS/fuzz_$name.log
    mkdir -p "$corpus"
    seeds=()
    if [ -d "test/fuzz/seeds/$name" ]; then seeds=("test/fuzz/seeds/$name"); fi
    if "${plain[@]}" "build/fuzz/run_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="build/fuzz/$name-" "$corpus" "${seeds[@]}" >"$log" 2>&1; then
        count "fuzz $name" 1 0 0 "$(sed -n 's/^Done \([0-9]* runs\) in.*/\1/p' "$log")"
    else
        tail -n 60 "$log"
        count "fuzz $name" 0 1 0 "the input is kept as build/fuzz/$name-*"
        total=1
    fi
done
# Within make test a failure is counted, and the other tests go on.
[ -n "${alone:-}" ] || total=0
exit $total
