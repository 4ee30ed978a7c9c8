#!/usr/bin/env bash
# The rules that a reader relies on: captions, sizes, where errors are raised, how scripts behave.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

sources=$(find src test/unit test/fuzz -name '*.cpp' -o -name '*.hpp' 2>/dev/null | sort)
modules=$(find sql -name '*.sql' ! -name 'sqlite_fdw_migrate--*' | sort)
scripts=$(find test .ci -name '*.sh' -o -path .ci/run | sort)

first_line_without() { # first_line_without PATTERN FILE...
    local pattern=$1 file
    shift
    for file in "$@"; do
        head -n 1 "$file" | grep -qE "$pattern" || echo "$file: $(head -n 1 "$file")"
    done
}

# shellcheck disable=SC2086  # lists of names without blanks
{
    nothing "C++ files open with their caption" "$(first_line_without '^// .{10,}' $sources)"
    nothing "SQL modules open with their caption" "$(first_line_without '^-- .{10,}' $modules)"
    nothing "scripts open with a caption in their first two lines" \
        "$(for file in $scripts; do head -n 2 "$file" | grep -qE '^# .{10,}' || echo "$file"; done)"
    nothing "scripts are strict" \
        "$(for file in $scripts; do
            [ -x "$file" ] || continue
            grep -qx 'set -euo pipefail' "$file" || echo "$file: no set -euo pipefail"
        done)"
    nothing "scripts parse" "$(for file in $scripts; do bash -n "$file" 2>&1; done)"
    nothing "no file has more than 400 lines" \
        "$(wc -l $sources $modules $scripts | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines" }')"
}

nothing "PG_TRY is in pg/guard.cpp alone" \
    "$(grep -rnE '\bPG_(TRY|CATCH|FINALLY|RE_THROW)\b *\(' src --include='*.cpp' --include='*.hpp' | grep -v '^src/pg/guard\.cpp:' || true)"
nothing "no namespace is opened wholesale" "$(grep -rnE '^ *using namespace ' src || true)"
nothing "errors are raised by _raise, which leaves our own lines out of CONTEXT" \
    "$(grep -nE 'RAISE +EXCEPTION' sql/*.sql | grep -v '^sql/sqlite_fdw_migrate--' || true)"
nothing "the install script creates, never replaces" \
    "$(grep -niE 'create +or +replace|create .*if +not +exists' sql/*.sql | grep -v '^sql/sqlite_fdw_migrate--' || true)"

done_testing
