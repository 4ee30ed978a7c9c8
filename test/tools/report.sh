# Counts tests for the summary line; sourced by the scripts that run them.
# shellcheck shell=bash

# COUNTS holds one line per suite: passed failed skipped. ONLY, if set, are the names that are wanted.
: "${COUNTS:?}" "${ONLY=}"

# Whether the tests of this name are to run.
wanted() {
    [ -z "$ONLY" ] || [[ " $ONLY " == *" $1 "* ]]
}

# count SUITE PASSED FAILED SKIPPED [REMARK]
count() {
    echo "$2 $3 $4" >>"$COUNTS"
    echo "$1: $2 passed, $3 failed$([ "$4" = 0 ] || echo ", $4 skipped")${5:+ ($5)}"
}

# count_tap SUITE LOG STATUS: counts the lines of a TAP log; shows it if anything failed. A command that failed without a
# failing line counts as one failure.
count_tap() {
    local suite=$1 log=$2 status=$3 passed failed skipped
    # A test marked TODO may fail.
    read -r passed failed skipped < <(awk '
        /^ok [0-9].*# SKIP/ { skipped++; next }
        /^ok [0-9]/ { passed++ }
        /^not ok [0-9]/ && !/# TODO/ { failed++ }
        END { print passed + 0, failed + 0, skipped + 0 }' "$log")
    if [ "$status" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
    if [ "$failed" != 0 ]; then
        echo "---- $suite: $log"
        sed '/^ok [0-9]/d' "$log" | sed -n 1,300p
        echo "----"
    fi
    count "$suite" "$passed" "$failed" "$skipped"
}
