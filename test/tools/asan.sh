#!/usr/bin/env bash
# Runs the tests that need a server with a module that is built with AddressSanitizer and UndefinedBehaviorSanitizer; the
# server itself is the installed one, with the sanitizer's library loaded before all others. ONLY: the names that are wanted.
set -euo pipefail

self=$(realpath "$0")
cd "$(dirname "$self")/../.."
# Beside the server: first of all, whether the run is what it says.
if [ "${1:-}" = inside ]; then
    psql -Xq -d template1 -c 'CREATE EXTENSION sqlite_fdw_migrate'
    psql -XqAt -d template1 -c "SELECT sqlite_migrate._snake('A')" -c "SELECT pg_read_file('/proc/self/maps')" >"$SCRATCH/maps"
    psql -Xq -d template1 -c 'DROP EXTENSION sqlite_fdw_migrate'
    for part in libasan.so libubsan.so sqlite_fdw_migrate.so; do
        grep -q "$part" "$SCRATCH/maps" && continue
        echo "the server's process does not have $part" >&2
        exit 1
    done
    exec test/tools/run_server_tests.sh
fi
tree=$PWD/build/asan
export ONLY=${ONLY:-} LOGS=$tree/logs COUNTS=$tree/logs/counts

# A copy, so that objects of both kinds stay apart; times are kept, so that only what has changed is built again.
mkdir -p "$tree"
for part in Makefile sqlite_fdw_migrate.control src sql test; do
    [ ! -d "$part" ] || rm -rf "${tree:?}/$part"
    cp -a "$part" "$tree"
done
rm -rf "$LOGS"
mkdir -p "$LOGS"
: >"$COUNTS"
echo "Building the extension with sanitizers ..."
SANITIZE=address,undefined "$tree/test/tools/build.sh" all
${CC:-gcc} -shared -fPIC -O1 -o "$tree/no_messages.so" test/tools/no_messages.c

# Leaks: a server's process leaves its memory to the system at its end. abort: the server's log then has the crash.
export MODULE_TREE=$tree
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1:detect_stack_use_after_return=0:quarantine_size_mb=64
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:abort_on_error=1
SERVER_PRELOAD="$(${CXX:-g++} -print-file-name=libasan.so) $tree/no_messages.so" test/tools/with_server.sh "$self" inside
awk '{ passed += $1; failed += $2; skipped += $3 }
     END { printf "%d passed, %d failed, %d skipped, under AddressSanitizer\n", passed, failed, skipped
           exit (failed > 0 || passed == 0) }' "$COUNTS"
