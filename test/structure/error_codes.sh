#!/usr/bin/env bash
# The SQLSTATEs and codes that sql/ and src/ can raise or report, against the pages: each is explained, and the pages name no
# SQLSTATE of ours that nothing raises.
set -euo pipefail

# shellcheck source=test/tools/tap.sh
. "$(dirname "$0")/../tools/tap.sh"

mapfile -t modules < <(find sql -name '*.sql' ! -name '*--*')
mapfile -t sources < <(find src -name '*.cpp')
header=$("${PG_CONFIG:-pg_config}" --includedir-server)/utils/errcodes.h

# ERRCODE_X as five characters.
state_of() { sed -n "s/^#define $1 MAKE_SQLSTATE('\(.\)','\(.\)','\(.\)','\(.\)','\(.\)').*/\1\2\3\4\5/p" "$header"; }

raised=$({
    grep -ohE "_(raise|fail)\('[0-9A-Z]{5}'" "${modules[@]}" | grep -oE "[0-9A-Z]{5}"
    # What base::Error and ereport of our own raise; comparisons with errors of the server are none of ours.
    grep -hE 'errcode\(ERRCODE_|return ERRCODE_|sqlstate = ERRCODE_|violation = \{' "${sources[@]}" | grep -oE 'ERRCODE_[A-Z_]+' |
        sort -u | while read -r name; do state_of "$name"; done
    grep -ohE "'SM[0-9]{3}'" "${modules[@]}" | tr -d "'"
} | sort -u)
check "there are SQLSTATEs" test "$(wc -l <<<"$raised")" -gt 15
nothing "docs/errors.md explains each SQLSTATE" "$(for state in $raised; do
    grep -qF "\`$state\`" docs/errors.md || echo "$state"
done)"
nothing "each SQLSTATE of ours in docs/errors.md is raised" "$(grep -ohE 'SM[0-9]{3}' docs/errors.md | sort -u | while read -r state; do
    grep -qx "$state" <<<"$raised" || echo "$state"
done)"

# Codes: of complaints (C++), of findings of preflight and of errors (SQL).
codes=$({
    sed -n '/constexpr Complaint complaints/,/^};/s/^ *{"\([a-z_0-9]*\)".*/\1/p' src/normalize/outcome.cpp | grep -vx none
    grep -ohE "place\.name, \"[a-z_]+\"" src/value/row_reader.cpp | grep -oE '"[a-z_]+"' | tr -d '"'
    grep -ohE "'code', '[a-z_]+'" "${modules[@]}" | grep -oE "'[a-z_]+'$" | tr -d "'"
    grep -ohE "'(error|warning|note)', '[a-z_]+'" "${modules[@]}" | grep -oE "'[a-z_]+'$" | tr -d "'"
} | sort -u)
check "there are codes" test "$(wc -l <<<"$codes")" -gt 40
nothing "each code stands in the pages" "$(for code in $codes; do
    grep -qF "\`$code\`" docs/errors.md docs/types.md docs/functions.md docs/normalization.md docs/options.md || echo "$code"
done)"

nothing "errors of the SM class have JSON in DETAIL: they go through _fail" "$(grep -nE "_raise\('SM" "${modules[@]}" || true)"
done_testing
