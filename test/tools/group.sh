#!/usr/bin/env bash
# Runs a command in a process group of its own and takes the whole group down when it is told to stop: group.sh COMMAND...
set -euo pipefail

set -m
setpriv --pdeathsig=TERM -- "$@" </dev/null &
child=$!
stop() {
    trap '' INT TERM HUP
    kill -TERM -- "-$child" 2>/dev/null || true
}
trap stop INT TERM HUP

# A signal ends wait early, so it is asked again until the child is gone.
while :; do
    status=0
    wait "$child" || status=$?
    kill -0 "$child" 2>/dev/null || exit $status
done
