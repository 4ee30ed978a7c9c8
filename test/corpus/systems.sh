#!/usr/bin/env bash
# Four applications, one of them twice: what their generators make goes into the tables of their own first start, as a plain owner role.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

systems=${SHARED:-$PWD/../shared}/systems
work=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/systems.XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
owner=corpus_owner

# Answers to a question, one line a row.
ask() { psql -XqAt -v ON_ERROR_STOP=1 -d "$database" -c "$1"; }

# The history tables as they are: a run must leave them so.
history_of() {
    ask "SELECT format('SELECT %L, h::text FROM %s h ORDER BY 2', c.oid::regclass, c.oid::regclass)
         FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
             AND sqlite_migrate._is_history(c.relname) ORDER BY 1" |
        while IFS= read -r question; do ask "$question"; done
}

# Every table of the source with its rows, as sqlite3 counts them; without history tables.
counts_of_source() {
    local table
    sqlite3 -readonly -cmd '.timeout 10000' "$1" "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
        AND lower(name) NOT IN ('__efmigrationshistory', '__efmigrationslock', 'alembic_version',
                                '__diesel_schema_migrations', 'migrations')" |
        while IFS= read -r table; do echo "$table $(sqlite3 -readonly -cmd '.timeout 10000' "$1" "SELECT count(*) FROM \"$table\"")"; done
}
# The same tables, as the server counts them.
counts_of_target() {
    local table
    counts_of_source "$1" | while read -r table _; do echo "$table $(ask "SELECT count(*) FROM \"$table\"")"; done
}

# Rows whose parent is missing, found by a join for each key: "constraint rows".
orphans() {
    ask "SELECT format('SELECT %L, count(*) FROM %s c WHERE %s AND NOT EXISTS (SELECT FROM %s p WHERE %s) HAVING count(*) > 0',
                k.conname, k.conrelid::regclass,
                string_agg(format('c.%I IS NOT NULL', a.attname), ' AND '), k.confrelid::regclass,
                string_agg(format('p.%I = c.%I', b.attname, a.attname), ' AND '))
         FROM pg_constraint k, unnest(k.conkey, k.confkey) AS u (child, parent),
              pg_attribute a, pg_attribute b
         WHERE k.contype = 'f' AND a.attrelid = k.conrelid AND a.attnum = u.child
             AND b.attrelid = k.confrelid AND b.attnum = u.parent
         GROUP BY k.oid, k.conname, k.conrelid, k.confrelid" |
        while IFS= read -r question; do ask "$question"; done
}

# Identity columns and serials whose next number is not above both what is stored and what SQLite ever gave.
late_numbers() {
    local table column sequence next stored given
    ask "SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
             AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL" >"$work/numbered"
    while IFS='|' read -r table column sequence; do
        next=$(ask "SELECT nextval('$sequence')")
        stored=$(ask "SELECT COALESCE(max(\"$column\"), 0) FROM \"$table\"")
        given=$(sqlite3 -readonly -cmd '.timeout 10000' "$1" "SELECT COALESCE(max(seq), 0) FROM sqlite_sequence WHERE name = '$table'" 2>/dev/null || echo 0)
        if [ "$next" -le "$stored" ] || [ "$next" -le "$given" ]; then
            echo "$table.$column: next $next, stored $stored, given $given"
        fi
    done <"$work/numbered"
}

# migrated NAME TARGET ARGUMENTS LEFT_OUT...: all that must hold after the migration of one application.
migrated() {
    local system=$1 target=$2 arguments=$3 file=$work/$1.db history status=0
    shift 3
    database=corpus_${system}_${target%.sql}
    label="$system into $target"
    if [ ! -e "$file" ]; then
        python3 "$systems/$system/make_source.py" --scale "${SCALE:-1}" "$file" >/dev/null
        chmod 644 "$file"
    fi
    # What sqlite3 left beside it when it counted for another target.
    rm -f "$file"-shm; [ -s "$file-wal" ] || rm -f "$file-wal"
    local before
    before=$(sha256sum <"$file")

    dropdb --if-exists --force "$database" 2>/dev/null
    createdb --owner=$owner "$database"
    psql -Xq -d "$database" -c "CREATE EXTENSION sqlite_fdw_migrate" -c "ALTER SCHEMA public OWNER TO $owner" \
        -c "CREATE SERVER app FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database '$file')" \
        -c "GRANT USAGE ON FOREIGN SERVER app TO $owner"
    PGUSER=$owner psql -Xq -v ON_ERROR_STOP=1 -d "$database" -f "$systems/$system/$target" >/dev/null
    history=$(history_of)

    PGUSER=$owner psql -XAt -v ON_ERROR_STOP=1 -d "$database" \
        -c "SELECT * FROM sqlite_migrate.migrate('app', existing => 'truncate'$arguments)" \
        >"$work/out" 2>"$work/err" || status=$?
    result $status "$label: a plain owner migrates it" "$(cat "$work/err")"
    [ $status = 0 ] || return 0
    nothing "$label: the source got no companion" "$(ls "$file"-* 2>/dev/null || true)"
    # A file in WAL mode without its -wal is worth a WARNING, wherever it comes from.
    nothing "$label: one NOTICE, and no other warning" "$(grep -v '^NOTICE:  verified: \|the file is in WAL mode\|^HINT:  copy the file' "$work/err" || true)"
    nothing "$label: every table was verified by its digest" \
        "$(grep -v '^(total)' "$work/out" | awk -F'|' '$2 != "skipped" && ($2 != "ok" || $7 != "digest" || $3 != $4)')"
    nothing "$label: what sqlite3 counts is what the server counts" \
        "$(diff <(counts_of_source "$file") <(counts_of_target "$file") 2>&1 || true)"
    check "$label: every value is what it should be" \
        env PGDATABASE="$database" test/corpus/compare_values.py "$file" public \
        __EFMigrationsHistory __diesel_schema_migrations migrations alembic_version "$@"
    nothing "$label: every foreign key is valid" "$(ask "SELECT conname FROM pg_constraint WHERE NOT convalidated")"
    nothing "$label: no row lacks its parent" "$(orphans)"
    nothing "$label: the next numbers are free, and were never given" "$(late_numbers "$file")"
    [ "$system" = plik ] || [ "$system" = vaultwarden ] || check "$label: there are such numbers" test -s "$work/numbered"
    check "$label: there is migration history" test -n "$history"
    check "$label: migration history is as it was" test "$history" = "$(history_of)"
    check "$label: the source is as it was" test "$before" = "$(sha256sum <"$file")"
    check "$label: the extension leaves without CASCADE" ask \
        "DROP SERVER app; DROP EXTENSION sqlite_fdw_migrate"
    dropdb "$database"
}

psql -Xq -d postgres -c "CREATE ROLE $owner LOGIN" 2>/dev/null || true

migrated plik target.sql ""
migrated vaultwarden target.sql ""
lost=(exports.squareArt_level exports.theme_level musicbrainz_lookup.musicbrainz_id)
migrated tautulli target.sql ", exclude => '{$(IFS=,; echo "${lost[*]}")}'" "${lost[@]}"
NUMBERS=unix_seconds migrated tautulli target_typed.sql ", exclude => '{$(IFS=,; echo "${lost[*]}")}'" "${lost[@]}"
migrated jellyfin target.sql ""

psql -Xq -d postgres -c "DROP ROLE $owner"
done_testing
