#!/usr/bin/env bash
# Missing packages are found: on a machine that has a part of PostgreSQL only, the rest is named.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

# A PostgreSQL of folders: what pg_config says, with the files that each case puts there.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/server" "$work/bin" "$work/share/extension"
cat >"$work/pg_config" <<SH
#!/bin/sh
case \$1 in
    --version) echo 'PostgreSQL 15.18' ;;
    --includedir-server) echo '$work/server' ;;
    --pgxs) echo '$work/pgxs.mk' ;;
    --bindir) echo '$work/bin' ;;
    --sharedir) echo '$work/share' ;;
esac
SH
chmod 755 "$work/pg_config"

listed() { PG_CONFIG=$work/pg_config test/tools/packages.sh list "$1" | grep -o '^postgresql[^ ]*' | tr '\n' ' '; }
lists() { # lists PURPOSE PACKAGES: what is listed of PostgreSQL's packages
    local found
    found=$(listed "$1") || true
    [ "$found" = "$2" ] || { echo "found '$found', expected '$2'"; return 1; }
}

check "nothing there: headers are named" lists build 'postgresql-server-dev-15 '
touch "$work/pgxs.mk"
check "Debian's client package alone, which has pgxs.mk: headers are named" lists build 'postgresql-server-dev-15 '
touch "$work/server/postgres.h"
check "headers and pgxs.mk: nothing is named for a build" lists build ''
check "no initdb: make demo names the server" lists demo 'postgresql-15 '
touch "$work/bin/initdb"
check "no pgTAP: make test names it" lists test 'postgresql-15-pgtap '

done_testing
