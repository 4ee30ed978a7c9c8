#!/usr/bin/env bash
# Four applications with the dirt of long lives: what their generators plant goes in, or into rejects, and nowhere else.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

systems=${SHARED:-$PWD/../shared}/systems
work=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/dirty.XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
owner=dirty_owner

ask() { psql -XqAt -v ON_ERROR_STOP=1 -d "$database" -c "$1"; }

# "table rows" of the source, as sqlite3 counts them, against rows stored + rows in rejects, as the server counts them.
unaccounted() {
    local table left stored rejected
    sqlite3 -readonly "$file" "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
        AND lower(name) NOT IN ('__efmigrationshistory', '__efmigrationslock', 'alembic_version',
                                '__diesel_schema_migrations', 'migrations', 'sso_nonce')" |
        while IFS= read -r table; do
            left=$(sqlite3 -readonly "$file" "SELECT count(*) FROM \"$table\"")
            stored=$(ask "SELECT count(*) FROM \"$table\"")
            rejected=$(ask "SELECT count(*) FROM sqlite_migrate.rejects WHERE source_table = '$table'")
            [ "$left" = $((stored + rejected)) ] || echo "$table: $left in the source, $stored stored, $rejected rejected"
        done
}

# dirty NAME TARGET ARGUMENTS: the migration, and what must hold after it.
dirty() {
    local system=$1 target=$2 status=0
    file=$work/$system.db
    database=dirty_$system
    python3 "$systems/$system/make_source.py" --scale "${SCALE:-0.01}" --quirks "$file" >/dev/null
    chmod 644 "$file"
    dropdb --if-exists --force "$database" 2>/dev/null
    createdb --owner=$owner "$database"
    psql -Xq -d "$database" -c "CREATE EXTENSION sqlite_fdw_migrate" -c "ALTER SCHEMA public OWNER TO $owner" \
        -c "CREATE SERVER app FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database '$file')" \
        -c "GRANT USAGE ON FOREIGN SERVER app TO $owner"
    PGUSER=$owner psql -Xq -v ON_ERROR_STOP=1 -d "$database" -f "$systems/$system/$target" >/dev/null
    PGUSER=$owner psql -XAt -v ON_ERROR_STOP=1 -d "$database" \
        -c "SELECT * FROM sqlite_migrate.migrate('app', existing => 'truncate', on_error => 'reject', orphans => 'reject'$3)" \
        >"$work/out" 2>"$work/err" || status=$?
    result $status "$system: it goes on" "$(head -c 3000 "$work/err")"
    [ $status = 0 ] || return 0
    nothing "$system: every row is stored or rejected" "$(unaccounted)"
    nothing "$system: every table was verified by its digest" \
        "$(grep -v '^(total)' "$work/out" | awk -F'|' '$2 != "skipped" && ($7 != "digest" || $3 != $4 + $5)')"
    nothing "$system: every reject says why, and holds its cells" \
        "$(ask "SELECT source_table, key FROM sqlite_migrate.rejects WHERE code IS NULL OR sqlstate IS NULL OR message IS NULL OR cells IS NULL OR key IS NULL")"
    nothing "$system: foreign keys are valid" "$(ask "SELECT conname FROM pg_constraint WHERE NOT convalidated")"
    [ ! -e "$file.quirks.json" ] || check "$system: each planted cell is where it belongs" \
        env PGDATABASE="$database" test/corpus/planted.py "$file.quirks.json"
    check "$system: there are rejects" test "$(ask "SELECT count(*) FROM sqlite_migrate.rejects")" -gt 0
}

psql -Xq -d postgres -c "CREATE ROLE $owner LOGIN" 2>/dev/null || true
dirty plik target.sql ""
dirty vaultwarden target.sql ", exclude => '{sso_nonce}'"
dirty tautulli target.sql ", exclude => '{exports.squareArt_level,exports.theme_level,musicbrainz_lookup.musicbrainz_id}'"
dirty jellyfin target.sql ""
for system in plik vaultwarden tautulli jellyfin; do dropdb --if-exists dirty_$system; done
psql -Xq -d postgres -c "DROP ROLE $owner"
done_testing
