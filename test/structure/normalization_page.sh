#!/usr/bin/env bash
# docs/normalization.md says what the tests hold: its tables are those of the list, each rule and each complaint is in it.
set -euo pipefail

# shellcheck source=test/tools/tap.sh
. "$(dirname "$0")/../tools/tap.sh"

page=docs/normalization.md
# The names between the brackets of an array of outcome.cpp.
names_of() { # names_of ARRAY PATTERN
    sed -n "/ $1\[\] = {/,/^};/p" src/normalize/outcome.cpp | grep -oE "$2" || true
}

nothing "the page's tables are those of test/data/odd_values.sql: test/tools/normalization_page.sh writes them" \
    "$(test/tools/normalization_page.sh --print 2>&1 | diff "$page" - | head -n 20 || true)"
rules=$(names_of rule_names '"[a-z0-9_]+"' | tr -d '"' | grep -vx none || true)
check "outcome.cpp has rules" test "$(wc -l <<<"$rules")" -gt 20
nothing "each rule is in the page's lists of rules" \
    "$(while read -r name; do grep -qE "^\| \`$name\` \|" "$page" || echo "$name"; done <<<"$rules")"
complaints=$(names_of complaints '^    \{"[a-z0-9_]+", "[0-9A-Z]{5}"' | tr -d '{",' | awk '$1 != "none" { print $1, $2 }')
check "outcome.cpp has complaints" test "$(wc -l <<<"$complaints")" -gt 15
nothing "each complaint is in the page's list, with its SQLSTATE" \
    "$(while read -r name state; do
        grep -qE "^\| \`$name\` \| ($state|the type's own) \|" "$page" || echo "$name $state"
    done <<<"$complaints")"
nothing "each code that the list of odd values expects is a complaint" \
    "$(grep -oE "'! [a-z0-9_]+'" test/data/odd_values.sql | tr -d "'! " | sort -u |
        grep -vxF "$(cut -d ' ' -f 1 <<<"$complaints")" || true)"

done_testing
