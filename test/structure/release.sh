#!/usr/bin/env bash
# What a release states about itself: one version everywhere, a valid META.json, every SQL module in the install script.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" sqlite_fdw_migrate.control)

json() { # json PATH: one value of META.json, through SQLite's own JSON functions
    sqlite3 -batch :memory: "SELECT json_extract(CAST(readfile('META.json') AS text), '$1')"
}
is() { [ "$1" = "$2" ] || { echo "found '$1', expected '$2'"; return 1; }; }

check "the control file has a semantic version" grep -qE '^[0-9]+\.[0-9]+\.[0-9]+$' <<<"$version"
check "META.json is JSON" is "$(sqlite3 -batch :memory: "SELECT json_valid(CAST(readfile('META.json') AS text))")" 1
check "META.json has the version" is "$(json '$.version')" "$version"
check "META.json provides the version" is "$(json '$.provides.sqlite_fdw_migrate.version')" "$version"
check "CHANGELOG.md opens with the version" is \
    "$(sed -n 's/^## \[\{0,1\}\([0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1)" "$version"
nothing "META.json has what PGXN asks for" "$(
    for key in name version abstract maintainer license provides meta-spec; do
        [ -n "$(json "\$.\"$key\"")" ] || echo "no $key"
    done)"
check "META.json follows version 1 of the specification" is "$(json '$."meta-spec".version')" 1.0.0
check "META.json: its license is one of PGXN's words" is "$(json '$.license')" postgresql

file=$(json '$.provides.sqlite_fdw_migrate.file')
check "META.json: the provided file exists" test -f "$file"
check "META.json: the provided file is not a built one" test "$file" != "sql/sqlite_fdw_migrate--$version.sql"
check "META.json: the documentation exists" test -f "$(json '$.provides.sqlite_fdw_migrate.docfile')"

listed=$(sed -n '/^SQL_MODULES/,/)$/s/^ *\(sql\/[a-z_]*\.sql\).*/\1/p' Makefile)
nothing "every SQL module is in the Makefile's list" "$(
    find sql -name '*.sql' ! -name 'sqlite_fdw_migrate--*' | grep -vxF "$listed" || true)"
check "the install script refuses to be run by hand" grep -qE '^\\echo Use "CREATE EXTENSION.*\\quit$' \
    "$(head -n 1 <<<"$listed")"

for question in test/sql/*.sql; do
    [ -e "$question" ] || continue
    name=$(basename "$question" .sql)
    check "expected/$name.out answers test/sql/$name.sql" test -f "expected/$name.out"
done
for answer in expected/*.out; do
    [ -e "$answer" ] || continue
    name=$(basename "$answer" .out)
    # name_1.out is another answer to the same question.
    check "test/sql/${name%_[0-9]}.sql asks for expected/$name.out" \
        test -f "test/sql/$name.sql" -o -f "test/sql/${name%_[0-9]}.sql"
done

done_testing
