#!/usr/bin/env bash
# Measures our copy against floors and peers, interleaved, beside the private server: bench.sh (RUNS, SETS, DIVISOR,
# METHODS in the environment).
# Each line of raw.tsv is one run: set, method, wall seconds, CPU seconds of the backend, its peak memory in MB, correct or not.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../build/bench
runs=${RUNS:-5} sets=${SETS:-narrow lib blob} divisor=${DIVISOR:-1}
# The server reads these files: in its own folder, which it can reach.
files=$SCRATCH/bench
mkdir -p "$out" "$files"
chmod 777 "$files"
: >"$out/raw.tsv"

# METHODS: a regular expression; only the methods that it matches are measured.
wanted() { [[ $1 =~ ${METHODS:-.} ]]; }

calculate() { awk "BEGIN { printf \"%.3f\", $1 }"; }

psql_() { psql -Xq -v ON_ERROR_STOP=1 "$@"; }

# Seconds of CPU (user and system) and MB of peak private memory of a process.
cpu_of() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) / hz }' "/proc/$1/stat"; }
memory_of() { awk '/^VmHWM/ { peak = $2 } /^RssShmem/ { shared = $2 } END { printf "%.0f", (peak - shared) / 1024 }' "/proc/$1/status"; }

tables() { sed -n 's/^CREATE TABLE \("[A-Za-z]*"\|[a-z]*\) .*/\1/p' "$files/$1.sql"; }

# A digest of the rows that does not depend on their order, by the server's own functions.
digest() {
    local table
    for table in $(tables "$1"); do
        psql_ -At -d bench -c "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM $table t"
    done | tr '\n' ' '
}

fresh() { psql_ -d bench -c "DROP SCHEMA public CASCADE" -c "CREATE SCHEMA public" -f "$files/$1.sql" -c CHECKPOINT; }

# measure SET METHOD SQL: runs the SQL in a session of its own, in one transaction with its COMMIT.
measure() {
    local set=$1 method=$2 sql=$3
    wanted "$method" || return 0
    coproc SESSION { psql -Xqat -v ON_ERROR_STOP=1 -d bench 2>&1; }
    local input=${SESSION[1]} output=${SESSION[0]} session=$SESSION_PID pid line start end before after memory
    echo "SELECT 'backend ' || pg_backend_pid();" >&"$input"
    while read -r line <&"$output"; do case $line in "backend "*) pid=${line#backend }; break ;; esac; done
    # Libraries are loaded and caches filled before the clock starts.
    echo "LOAD 'sqlite_fdw_migrate'; SELECT 'ready';" >&"$input"
    while read -r line <&"$output"; do [ "$line" != ready ] || break; done
    before=$(cpu_of "$pid") start=$(date +%s.%N)
    printf '%s\nSELECT %s;\n' "$sql" "'done'" >&"$input"
    while read -r line <&"$output"; do
        case $line in *ERROR*) echo "$set $method: $line" >&2; return 1 ;; done) break ;; esac
    done
    end=$(date +%s.%N) after=$(cpu_of "$pid") memory=$(memory_of "$pid")
    echo '\q' >&"$input"
    wait "$session" 2>/dev/null || true
    record "$set" "$method" "$(calculate "$end - $start")" "$(calculate "$after - $before")" "$memory"
}

record() { # record SET METHOD WALL CPU MEMORY: judged by the rows that are there now
    local verdict=correct
    [ "$(digest "$1")" = "${expected[$1]}" ] || verdict=WRONG
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" "$verdict" | tee -a "$out/raw.tsv"
}

# A scan by SQLite's own shell, all columns: what reading costs.
scan() {
    local set=$1 table times
    wanted 'plain SQLite scan' || return 0
    times=$( { for table in $(tables "$set"); do
        TIMEFORMAT='%R %U %S'
        time sqlite3 -readonly "$files/$set.db" "SELECT $(sqlite3 "$files/$set.db" "SELECT group_concat('max(\"' || name || '\")') FROM pragma_table_info('${table//\"/}')") FROM $table" >/dev/null
    done; } 2>&1 | awk '{ wall += $1; cpu += $2 + $3 } END { print wall, cpu }')
    printf '%s\tplain SQLite scan\t%s\t%s\t0\tcorrect\n' "$set" "${times% *}" "${times#* }" | tee -a "$out/raw.tsv"
}

call() { # call SET VERIFY [OPTIONS]: our statement
    echo "CALL sqlite_migrate.run('$files/$1.db', existing => 'truncate', verify => '$2', options => '${3:-{\}}');"
}

copies() { local table; for table in $(tables "$1"); do echo "COPY $table FROM '$files/$1.${table//\"/}.bin' (FORMAT binary);"; done; }
selects() { local table; for table in $(tables "$1"); do echo "INSERT INTO $table SELECT * FROM heap.$table;"; done; }

# Tables with keys, as fresh has them without: the parents are filled, and belong to no source.
with_keys() { # with_keys PRIMARY|1|3
    psql_ -d bench -c 'DROP SCHEMA public CASCADE' -c 'CREATE SCHEMA public' -f "$files/narrow.sql" \
        -c 'CREATE TABLE labels (label text PRIMARY KEY)' -c "INSERT INTO labels SELECT DISTINCT label FROM heap.events" \
        -c 'CREATE TABLE flags (flag boolean PRIMARY KEY)' -c "INSERT INTO flags VALUES (false), (true)"
    case $1 in
        primary) psql_ -d bench -c 'ALTER TABLE events ADD PRIMARY KEY (id)' ;;
        1) psql_ -d bench -c 'ALTER TABLE events ADD FOREIGN KEY (label) REFERENCES labels' ;;
        3)
            psql_ -d bench -c 'CREATE TABLE ids (id bigint PRIMARY KEY)' -c 'INSERT INTO ids SELECT id FROM heap.events' \
                -c 'ALTER TABLE events ADD FOREIGN KEY (label) REFERENCES labels, ADD FOREIGN KEY (flag) REFERENCES flags,
                    ADD FOREIGN KEY (id) REFERENCES ids'
            ;;
    esac
    psql_ -d bench -c CHECKPOINT
}

keys() { # keys SET: only narrow has tables to refer to
    local count
    [ "$1" = narrow ] || return 0
    with_keys primary; measure narrow 'COPY binary, primary key' "$(copies narrow)"
    psql_ -d bench -c 'DROP SCHEMA public CASCADE' -c 'CREATE SCHEMA public'
    measure narrow 'create mode, primary key, none' "CALL sqlite_migrate.run('$files/narrow.db', verify => 'none');"
    for count in 1 3; do
        with_keys $count; measure narrow "COPY binary, foreign keys: $count" "$(copies narrow)"
        with_keys $count; measure narrow "direct, none, foreign keys: $count" "$(call narrow none)"
    done
}

# shellcheck source=test/bench/peers.sh
. "$here/peers.sh"

psql_ -d postgres -c 'DROP DATABASE IF EXISTS bench' -c 'CREATE DATABASE bench'
psql_ -d bench -c 'CREATE EXTENSION sqlite_fdw_migrate' -c 'ALTER DATABASE bench SET client_min_messages = warning'
"$here/data.sh" "$files" "$divisor"

declare -A expected
for set in $sets; do
    fresh "$set"
    psql_ -d bench -c "CALL sqlite_migrate.run('$files/$set.db')"
    expected[$set]=$(digest "$set")
    psql_ -d bench -c 'DROP SCHEMA IF EXISTS heap CASCADE' -c 'CREATE SCHEMA heap'
    for table in $(tables "$set"); do
        psql_ -d bench -c "CREATE TABLE heap.$table AS TABLE $table" \
            -c "COPY $table TO '$files/$set.${table//\"/}.bin' (FORMAT binary)"
    done
    prepare_peers "$set"
    for _ in $(seq "$runs"); do
        fresh "$set"; measure "$set" 'COPY from a binary file' "$(copies "$set")"
        fresh "$set"; measure "$set" 'INSERT … SELECT from heap' "$(selects "$set")"
        scan "$set"
        fresh "$set"; measure "$set" 'direct, verify none' "$(call "$set" none)"
        fresh "$set"; measure "$set" 'direct, verify none, without ANALYZE' "$(call "$set" none "{\"analyze\": false}")"
        fresh "$set"; measure "$set" 'direct, verify digest' "$(call "$set" digest)"
        fresh "$set"; measure "$set" 'direct, SELECT migrate, digest' \
            "SELECT FROM sqlite_migrate.migrate('$files/$set.db', existing => 'truncate');"
        fresh "$set"; measure "$set" 'COPY callback, verify none' "SET sqlite_fdw_migrate.path = 'copy'; $(call "$set" none)"
        fresh "$set"; measure "$set" 'SQL, verify none' "SET sqlite_fdw_migrate.path = 'sql'; $(call "$set" none)"
        fresh "$set"; psql_ -d bench -c "CALL sqlite_migrate.run('$files/$set.db')"
        measure "$set" 'verify alone' "CALL sqlite_migrate.verify_or_raise('$files/$set.db');"
        measure "$set" 'verify alone, deep' "CALL sqlite_migrate.verify_or_raise('$files/$set.db', method => 'deep');"
        measure "$set" 'profile' "SELECT FROM sqlite_migrate.profile('$files/$set.db');"
        keys "$set"
        peers "$set"
    done
done
"$here/table.sh" "$out/raw.tsv" | tee "$out/table.md"
"$here/plot.sh" "$out/raw.tsv" >"$out/plot.svg"
echo "$out/table.md and $out/plot.svg"
