# The words of a test written in shell; sourced: check NAME COMMAND..., found NAME LINES, done_testing.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
tap_number=0 tap_failed=0

# result STATUS NAME [DETAIL]: one line of TAP, the detail as comments below it.
result() {
    tap_number=$((tap_number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tap_number - $2"
    else
        tap_failed=$((tap_failed + 1))
        echo "not ok $tap_number - $2"
        [ -z "${3:-}" ] || sed 's/^/#   /' <<<"$3"
    fi
}

# nothing NAME LINES: passes if there are no lines; they say what is wrong.
nothing() {
    if [ -z "$2" ]; then result 0 "$1"; else result 1 "$1" "$2"; fi
}

# check NAME COMMAND...: passes if the command does; its output says what is wrong.
check() {
    local name=$1 output status=0
    shift
    output=$("$@" 2>&1) || status=$?
    result $status "$name" "$output"
}

done_testing() {
    echo "1..$tap_number"
    [ $tap_failed = 0 ]
    exit
}
