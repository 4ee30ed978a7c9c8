# What else brings SQLite's rows into PostgreSQL, where it is installed: sourced by bench.sh, for its functions and variables.
# shellcheck shell=bash

# CPU seconds of the server's processes that have ended: a client that connects by itself has its backend counted here.
ended_cpu() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($14 + $15) / hz }' "/proc/$(head -n 1 "$(psql -XqAt -d postgres -c 'SHOW data_directory')/postmaster.pid")/stat"; }

# outside SET METHOD COMMAND...: a program of its own; CPU is its own and that of its backends.
outside() {
    local set=$1 method=$2 before after times
    shift 2
    wanted "$method" || return 0
    fresh "$set"
    before=$(ended_cpu)
    TIMEFORMAT='%R %U %S'
    if times=$( { time "$@" >"$out/peer.log" 2>&1; } 2>&1); then
        sleep 0.3
        after=$(ended_cpu)
        read -r wall user system <<<"$times"
        record "$set" "$method" "$wall" "$(calculate "$user + $system + $after - $before")" 0
    else
        printf '%s\t%s\t0\t0\t0\tFAILED\n' "$set" "$method" | tee -a "$out/raw.tsv"
        tail -n 3 "$out/peer.log" >&2
    fi
}

shell_and_copy() { # the road that everybody knows: SQLite's shell prints, psql reads
    local table
    for table in $(tables "$1"); do
        sqlite3 -readonly -csv -nullvalue NULL "$files/$1.db" "SELECT * FROM $table" |
            psql -Xq -v ON_ERROR_STOP=1 -d bench -c "\\copy $table FROM STDIN (FORMAT csv, NULL 'NULL')" || return 1
    done
}

has_extension() { [ "$(psql -XqAt -d bench -c "SELECT count(*) FROM pg_available_extensions WHERE name = '$1'")" = 1 ]; }

# The foreign tables of the peers that are wrappers, with the types of the targets where the wrapper converts.
prepare_peers() {
    local set=$1
    # Not in public, which each run drops.
    psql_ -d bench -c 'CREATE SCHEMA IF NOT EXISTS peer' -c 'DROP SCHEMA IF EXISTS peer_typed CASCADE' -c 'DROP SCHEMA IF EXISTS peer_ogr CASCADE'
    if has_extension sqlite_fdw; then
        psql_ -d bench -c 'CREATE EXTENSION IF NOT EXISTS sqlite_fdw SCHEMA peer' -c 'CREATE SCHEMA peer_typed' -c 'DROP SERVER IF EXISTS peer_typed CASCADE' \
            -c "CREATE SERVER peer_typed FOREIGN DATA WRAPPER sqlite_fdw OPTIONS (database '$files/$set.db')"
        sed 's/^CREATE TABLE /CREATE FOREIGN TABLE peer_typed./; s/);$/) SERVER peer_typed;/' "$files/$set.sql" >"$files/$set.foreign.sql"
        psql_ -d bench -f "$files/$set.foreign.sql"
    fi
    if has_extension ogr_fdw && [ "$set" = narrow ]; then
        psql_ -d bench -c 'CREATE EXTENSION IF NOT EXISTS ogr_fdw SCHEMA peer' -c 'CREATE SCHEMA peer_ogr' -c 'DROP SERVER IF EXISTS peer_ogr CASCADE' \
            -c "CREATE SERVER peer_ogr FOREIGN DATA WRAPPER ogr_fdw OPTIONS (datasource '$files/$set.db', format 'SQLite')" \
            -c 'IMPORT FOREIGN SCHEMA ogr_all FROM SERVER peer_ogr INTO peer_ogr'
    fi
}

peers() {
    local set=$1 table
    if command -v pgloader >/dev/null; then
        outside "$set" 'pgloader' pgloader --with 'data only' --with 'quote identifiers' "$files/$set.db" \
            "pgsql:///bench?host=$PGHOST&user=$PGUSER"
    fi
    if has_extension sqlite_fdw; then
        fresh "$set"
        measure "$set" 'sqlite_fdw, INSERT … SELECT' "$(for table in $(tables "$set"); do echo "INSERT INTO $table SELECT * FROM peer_typed.$table;"; done)"
    fi
    if has_extension ogr_fdw && [ "$set" = narrow ]; then
        fresh "$set"
        measure "$set" 'ogr_fdw, INSERT … SELECT' "INSERT INTO events SELECT fid, n, flag::integer::boolean, score, ts::timestamp, guid::uuid, label FROM peer_ogr.events;"
    fi
    outside "$set" 'sqlite3 -csv, psql \copy' shell_and_copy "$set"
}
