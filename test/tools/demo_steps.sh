#!/usr/bin/env bash
# The steps of make demo, beside the private server: copy the file, plan, migrate, report, prove, dump.
set -euo pipefail

part=''
finish() {
    local status=$?
    [ -z "$part" ] || rm -f "$part"
    [ $status = 0 ] || echo "make demo: failed; nothing was proved${OUT:+, and $OUT was not written}" >&2
}
trap finish EXIT

heading() { printf '\n== %s\n' "$1"; }

# The owner of the database migrates: an ordinary role that may read files. The superuser only installs the extension.
owner() { psql -Xq -v ON_ERROR_STOP=1 -P pager=off -U demo -d demo "$@"; }
superuser() { psql -Xq -v ON_ERROR_STOP=1 -d "$@"; }

# ---------------------------------------------------------------------------------------------------------------------
# The file: a copy that the server's user can read. The original is only read.
# ---------------------------------------------------------------------------------------------------------------------

# copy_file FROM TO: one instant of the file, with what its -wal holds.
copy_file() {
    local from=$1 to=$2 journal
    # Bytes 18 and 19 of the header are 2 in WAL mode. Opening such a file that nobody has open would write beside it.
    journal=$(od -An -tu1 -j18 -N1 "$from" | tr -d ' ')
    if [ "$journal" != 2 ] || [ -e "$from-shm" ]; then
        # SQLite's own backup waits for a writer to finish, so the copy is of one instant.
        if [ ! -e "$from-journal" ] && sqlite3 -readonly -cmd '.timeout 10000' "$from" ".backup '${to//\'/\'\'}'" \
            2>"$SCRATCH/backup.log"; then
            return
        fi
        rm -f "$to" "$to-wal" "$to-journal" "$to-shm"
    fi
    # Nobody writes, or SQLite cannot read it: byte by byte, with the logs beside it, which SQLite then replays in the copy.
    cp "$from" "$to"
    for log in -wal -journal; do
        [ ! -e "$from$log" ] || cp "$from$log" "$to$log"
    done
    sqlite3 "$to" 'SELECT count(*) FROM sqlite_schema' >"$SCRATCH/replay.log" 2>&1 || true
}

folder=$SQLITE_FILES/demo
mkdir "$folder"
packed=no
if [ -n "${DB:-}" ]; then
    file=$folder/$(basename "$DB")
    # What does not begin like a SQLite file, or an empty one, may be an archive.
    if [ -n "${MEMBER:-}" ] || [[ -s $DB && $(head -c 15 "$DB" | tr -d '\0') != 'SQLite format 3' ]]; then
        packed=yes
        cp "$DB" "$file"
    else
        copy_file "$DB" "$file"
    fi
else
    file=$folder/media_library.db
    cp "$SQLITE_FILES/media_library.db" "$file"
fi
chmod 755 "$folder"
chmod 644 "$folder"/*
if [ "$(id -u)" = 0 ]; then chown -R nobody:nogroup "$folder"; fi
shown=$(basename "$file")${MEMBER:+!/$MEMBER}
heading "The file: $shown, $(du -h --apparent-size "$file" | cut -f1)B"

# ---------------------------------------------------------------------------------------------------------------------
# The database, with the application's own tables if there is a TARGET
# ---------------------------------------------------------------------------------------------------------------------
superuser postgres -c 'CREATE ROLE demo LOGIN' -c 'GRANT pg_read_server_files TO demo' -c 'CREATE DATABASE demo OWNER demo'

# The dump's owners become roles here, so that it loads as it is; then everything belongs to demo.
load_target() {
    local dump=$1 roles role
    if [ "$(head -c 5 "$dump")" = PGDMP ]; then
        pg_restore --no-owner --no-privileges -f "$SCRATCH/target.sql" "$dump"
        dump=$SCRATCH/target.sql
    fi
    superuser postgres -c 'CREATE ROLE demo_loader SUPERUSER LOGIN'
    roles=$(sed -nE 's/^(ALTER .* OWNER TO|GRANT .* TO|REVOKE .* FROM|ALTER DEFAULT PRIVILEGES FOR ROLE) ("[^"]+"|[a-z_0-9$]+).*;$/\2/p' \
        "$dump" | sort -u)
    for role in $roles; do
        case $role in PUBLIC | public | demo | demo_loader | pg_*) continue ;; esac
        superuser postgres -c "CREATE ROLE $role"
    done
    # A setting of newer dumps that an older server does not know.
    sed '1,40{/^SET transaction_timeout = 0;$/d}' "$dump" |
        PGOPTIONS='-c client_min_messages=warning' psql -Xq -v ON_ERROR_STOP=1 -U demo_loader -d demo >"$SCRATCH/target.log"
    for role in demo_loader $roles; do
        case $role in PUBLIC | public | demo | pg_*) continue ;; esac
        superuser demo -c "REASSIGN OWNED BY $role TO demo"
    done
}

schema=public mode=create existing=error
if [ -n "${TARGET:-}" ]; then
    heading "The tables of $(basename "$TARGET")"
    load_target "$TARGET"
    mode=data existing=truncate
    # The one schema that has the dump's tables.
    schema=$(owner -Atc "SELECT schemaname FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
                         GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
    schema=${schema:-public}
    owner -Atc "SELECT format('%s tables in schema %s', count(*), schemaname) FROM pg_tables
                WHERE schemaname NOT IN ('pg_catalog', 'information_schema') GROUP BY schemaname ORDER BY schemaname"
fi
superuser demo -c 'CREATE EXTENSION sqlite_fdw_migrate'

# ---------------------------------------------------------------------------------------------------------------------
# Plan, migrate, report
# ---------------------------------------------------------------------------------------------------------------------
literal() { printf "'%s'" "${1//\'/\'\'}"; }

# The arguments of the call; what ARGS names replaces ours.
arguments=''
for argument in "target_schema => $(literal "$schema")" "mode => '$mode'" "existing => '$existing'"; do
    [[ ${ARGS:-} =~ (^|[ ,])${argument%% *}\ *=\> ]] || arguments+=", $argument"
done
arguments+=${ARGS:+, $ARGS}
source=$(literal "$file${MEMBER:+!/$MEMBER}")

# unpack: the member once more, for SQLite itself to count: $file becomes its name, or '' where it is too large for that.
unpack() {
    local member companion most=300000000
    member=$(owner -Atc "SELECT name FROM sqlite_migrate.inspect($source) WHERE kind = 'file'")
    member=${member#"$file"}
    member=${member#'!/'}
    [ -n "$member" ] || member=$(owner -Atc "SELECT name FROM sqlite_migrate.archive_entries($(literal "$file"))")
    for companion in '' -wal; do
        # The bytes out of COPY's binary form: 25 before them, 2 behind.
        owner -qc "\\copy (SELECT sqlite_migrate.archive_read($(literal "$file"), name) FROM sqlite_migrate.archive_entries($(
            literal "$file")) WHERE name = $(literal "$member$companion") AND size IS DISTINCT FROM 0 AND COALESCE(size, 0) < $most) TO $(
            literal "$SCRATCH/part") (FORMAT binary)"
        [ "$(stat -c %s "$SCRATCH/part")" -le 27 ] || tail -c +26 "$SCRATCH/part" | head -c -2 >"$folder/unpacked.db$companion"
    done
    file=''
    if [ -s "$folder/unpacked.db" ]; then
        file=$folder/unpacked.db
        sqlite3 "$file" 'SELECT count(*) FROM sqlite_schema' >"$SCRATCH/replay.log" 2>&1 || true
    fi
}

if [ $packed = yes ] && ! owner -Atc "SELECT count(*) FROM sqlite_migrate.inspect($source)" >"$SCRATCH/inspect.log" 2>&1; then
    cat "$SCRATCH/inspect.log" >&2
    if grep -qE 'has [0-9]+ (SQLite files|members)|has no member' "$SCRATCH/inspect.log"; then
        echo "make demo: here MEMBER= names it: make demo DB=$DB MEMBER=folder/app.db" >&2
    fi
    exit 1
fi

heading "The plan"
owner -c "SELECT step, action, left(object, 70) AS object, rows_estimate AS rows,
                 CASE WHEN length(note) > 60 THEN left(note, 59) || '…' ELSE note END AS note
          FROM sqlite_migrate.plan($source$arguments)"

heading "The migration"
echo "SELECT * FROM sqlite_migrate.migrate($(literal "/path/$shown")$arguments);"
# Log messages tell of each table while the run goes on.
PGOPTIONS='-c client_min_messages=log' owner -c "SELECT * FROM sqlite_migrate.migrate($source$arguments)" 2>&1

heading "The report"
owner -Atc 'SELECT * FROM sqlite_migrate.report()'

# ---------------------------------------------------------------------------------------------------------------------
# The proof: what the run recorded, and the same rows counted once more by SQLite and PostgreSQL themselves
# ---------------------------------------------------------------------------------------------------------------------
latest='(SELECT max(run_id) FROM sqlite_migrate.runs)'
loaded="sqlite_migrate.run_tables WHERE run_id = $latest AND status IN ('ok', 'rejects')"

if [ $packed = yes ]; then
    unpack
    [ -n "$file" ] || echo "The member is large: SQLite does not count its rows once more."
fi
# One row for each loaded table: source, target, rows in the source, rows in the target beyond those it had before.
owner -At -F $'\t' -c "SELECT source_table, table_name, rows_source, rows_rejected, coalesce(rows_before, 0) FROM $loaded
                           AND (source_table || table_name) !~ '[\\t\\n\\r]'" |
    while IFS=$'\t' read -r table target rows rejected before; do
        in_source=$rows
        [ -z "$file" ] || in_source=$(sqlite3 -readonly "$file" "SELECT count(*) FROM \"${table//\"/\"\"}\"")
        in_target=$(owner -Atc "SELECT count(*) FROM $target")
        if [ "$in_source" != "$rows" ] || [ "$in_target" -lt $((rows - rejected)) ]; then
            echo "$target: the run read $rows rows, SQLite counts $in_source, PostgreSQL $in_target (before: $before)" >&2
            exit 1
        fi
    done
proof=$(owner -Atc "
    SELECT format('%s tables, %s rows in the file = %s rows in PostgreSQL + %s rejected; %s; %s sequences aligned',
                  count(*), sum(rows_source), sum(rows_loaded), sum(rows_rejected),
                  string_agg(DISTINCT CASE verified WHEN 'count' THEN 'counts equal'
                                                    WHEN 'digest' THEN 'digests equal'
                                                    WHEN 'deep' THEN 'every value equal' ELSE 'NOT VERIFIED' END, ', '),
                  coalesce(sum(sequences_aligned), 0))
    FROM $loaded")
if [[ $proof == '0 tables'* || $proof == *'NOT VERIFIED'* ]]; then
    echo "make demo: the run was not verified: $proof" >&2
    exit 1
fi

# ---------------------------------------------------------------------------------------------------------------------
# The dump: without the extension, restored once to see that it does
# ---------------------------------------------------------------------------------------------------------------------
# Rows of every table and the state of every sequence, as text to compare.
contents() {
    superuser "$1" -At <<'SQL'
SELECT format('%I.%I', n.nspname, c.relname),
       (xpath('/row/rows/text()', query_to_xml(format('SELECT count(*) AS rows FROM %I.%I', n.nspname, c.relname),
                                               false, true, '')))[1]
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1;
SELECT format('%I.%I', schemaname, sequencename), last_value, start_value FROM pg_sequences ORDER BY 1;
SQL
}

# Nothing may depend on the extension: no CASCADE.
superuser demo -c 'DROP EXTENSION sqlite_fdw_migrate'
if [ -n "${OUT:-}" ]; then
    heading "The dump"
    part=$OUT.part
    pg_dump -U demo --no-owner --no-privileges -d demo >"$part"
    superuser postgres -c 'CREATE DATABASE demo_restored OWNER demo'
    superuser demo_restored -f "$part" >"$SCRATCH/restore.log"
    if ! diff <(contents demo) <(contents demo_restored); then
        echo "make demo: the restored dump differs from the database: see above" >&2
        exit 1
    fi
    mv "$part" "$OUT"
    echo "$OUT: $(du -h --apparent-size "$OUT" | cut -f1)B; restored once, with equal rows and sequences. It needs no extension:"
    echo "    createdb app && psql -X -v ON_ERROR_STOP=1 -d app -f $(basename "$OUT")"
    proof+="; dump restored"
fi

echo
echo "proved: $proof"
