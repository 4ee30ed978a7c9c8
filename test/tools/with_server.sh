#!/usr/bin/env bash
# Runs a command beside a private, throw-away PostgreSQL that has the built extension: with_server.sh COMMAND [ARG...].
#
# The server is a copy of the installed one: its binary, with symbolic links for the rest. PostgreSQL finds its share and
# lib folders relative to its own binary, so the extension is installed into the copy and the system stays as it is.
# The command finds PGHOST, PGPORT, PGUSER; SQLITE_FILES, a folder that the server can read, with the SQLite files of
# test/data; SCRATCH, a folder that server and command can write; SERVER_LOG.
# MODULE_TREE: the folder whose module is installed, if not this one. SERVER_PRELOAD: libraries that the server loads first.
set -euo pipefail

repo=$(cd "$(dirname "$0")/../.." && pwd)
pg_config=${PG_CONFIG:-pg_config}
bindir=$("$pg_config" --bindir)
sharedir=$("$pg_config" --sharedir)
pkglibdir=$("$pg_config" --pkglibdir)

# The server refuses to run as root: then it runs as nobody.
as_server=(setpriv --)
if [ "$(id -u)" = 0 ]; then
    as_server=(setpriv --reuid=nobody --regid=nogroup --clear-groups --)
fi

work='' sockets='' server=''
cleanup() {
    local status=$?
    trap '' EXIT INT TERM HUP
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$server" 2>/dev/null || break
            sleep 0.1
        done
        kill -QUIT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    [ -z "$work" ] || rm -rf "$work"
    [ -z "$sockets" ] || rm -rf "$sockets"
    exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Folders of a run that was killed have no server any more: it died with its parent.
mkdir -p "$repo/build"
for old in "$repo"/build/server.*; do
    [ -d "$old" ] || continue
    if [ ! -e "$old/owner" ] || [ ! -d "/proc/$(cat "$old/owner")" ]; then rm -rf "$old"; fi
done

# In build/ where the server's user can reach it (not below /root), else in the system's temporary folder.
work=$(mktemp -d "$repo/build/server.XXXXXX")
chmod 755 "$work"
if ! "${as_server[@]}" test -x "$work"; then
    rm -rf "$work"
    work=$(mktemp -d "${TMPDIR:-/var/tmp}/sqlite_fdw_migrate.XXXXXX")
    chmod 755 "$work"
fi
echo $$ >"$work/owner"
# A socket's path may have 107 bytes, so it lies elsewhere.
sockets=$(mktemp -d /tmp/pg.XXXXXX)

prefix=$work/prefix
mkdir -p "$prefix$bindir" "$prefix$sharedir/extension" "$prefix$pkglibdir" "$work/data" "$work/files" "$work/scratch"
cp "$bindir/postgres" "$bindir/initdb" "$prefix$bindir"
find "$sharedir" -mindepth 1 -maxdepth 1 ! -name extension -exec ln -s -t "$prefix$sharedir" {} +
find "$sharedir/extension" -mindepth 1 -maxdepth 1 ! -name 'sqlite_fdw_migrate*' \
    -exec ln -s -t "$prefix$sharedir/extension" {} +
find "$pkglibdir" -mindepth 1 -maxdepth 1 ! -name 'sqlite_fdw_migrate*' -exec ln -s -t "$prefix$pkglibdir" {} +
if ! env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "${MODULE_TREE:-$repo}" install DESTDIR="$prefix" >"$work/install.log" 2>&1; then
    cat "$work/install.log" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    chown nobody:nogroup "$work/data" "$work/files" "$work/scratch" "$sockets"
fi
chmod 1777 "$work/scratch"

export PGHOST=$sockets PGPORT=5432 PGUSER=${SERVER_SUPERUSER:-postgres} PGDATABASE=postgres
export PATH=$bindir:$PATH SQLITE_FILES=$work/files SCRATCH=$work/scratch SERVER_LOG=$work/server.log
unset PGOPTIONS PGPASSFILE PGSERVICE PGHOSTADDR PGDATA
"$repo/test/tools/sqlite_files.sh" "$SQLITE_FILES"

if ! (cd "$work" && "${as_server[@]}" "$prefix$bindir/initdb" -D "$work/data" -U "$PGUSER" --auth=trust --no-sync \
    --encoding=UTF8 --locale=C.UTF-8) >"$work/initdb.log" 2>&1; then
    cat "$work/initdb.log" >&2
    exit 1
fi

# The server's user may not reach the place where they lie.
preload=''
for library in ${SERVER_PRELOAD:-}; do
    cp -L "$library" "$work"
    preload+=${preload:+:}$work/$(basename "$library")
done

# --pdeathsig: the server shuts down with this script even if the script is killed outright.
cd "$work"
setpriv --pdeathsig=INT "${as_server[@]:1}" env ${preload:+LD_PRELOAD="$preload"} "$prefix$bindir/postgres" -D "$work/data" \
    -c listen_addresses= -c unix_socket_directories="$sockets" -c unix_socket_permissions=0700 \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_wal_size=4GB \
    -c dynamic_shared_memory_type=mmap -c timezone=UTC -c log_timezone=UTC \
    -c max_prepared_transactions=5 >"$SERVER_LOG" 2>&1 &
server=$!
cd "$repo"

for _ in $(seq 300); do
    if ! kill -0 "$server" 2>/dev/null; then
        cat "$SERVER_LOG" >&2
        echo "The private server did not start." >&2
        exit 1
    fi
    pg_isready -q && break
    sleep 0.1
done

status=0
"$@" || status=$?
exit "$status"
