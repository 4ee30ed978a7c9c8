#!/usr/bin/env bash
# A media server's library folder as it is backed up: the database is migrated out of tar.gz, zip and tar.zst directly.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

work=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/plex.XXXXXX")
database=corpus_plex_archive
trap 'rm -rf "$work"; dropdb --if-exists --force $database 2>/dev/null || true' EXIT

server="Library/Application Support/Plex Media Server"
databases="$server/Plug-in Support/Databases"
member="$databases/com.plexapp.plugins.library.db"
mkdir -p "$work/$databases" "$work/$server/Metadata/Movies" "$work/$server/Cache"
cd "$work"
# As the application leaves it while it runs: the last rows are in the -wal alone.
sqlite3 -batch "$member" '.dbconfig no_ckpt_on_close on' 'PRAGMA page_size = 1024' 'PRAGMA journal_mode = wal' \
    'PRAGMA wal_autocheckpoint = 0' \
    "CREATE TABLE 'metadata_items' ('id' INTEGER PRIMARY KEY AUTOINCREMENT, 'title' varchar(255), 'added_at' dt_integer(8), 'rating' float)" \
    "CREATE TABLE 'taggings' ('id' INTEGER PRIMARY KEY AUTOINCREMENT, 'metadata_item_id' integer, 'text' varchar(255))" \
    'CREATE VIRTUAL TABLE fts4_metadata_titles USING fts4(title)' \
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO metadata_items SELECT i, 'Title ' || i, 1700000000 + i, i / 7.0 FROM n" \
    'PRAGMA wal_checkpoint' 'INSERT INTO taggings SELECT id, id, title FROM metadata_items' >/dev/null
rm -f "$member-shm"
sqlite3 -batch "$databases/com.plexapp.plugins.library.blobs.db" 'CREATE TABLE blobs (id INTEGER PRIMARY KEY, blob BLOB)' \
    "INSERT INTO blobs VALUES (1, x'00ff')"
cp "$databases/com.plexapp.plugins.library.blobs.db" "$member-2026-01-01"
echo '<?xml version="1.0"?><Preferences/>' >"$server/Preferences.xml"
for i in $(seq 300); do echo "$i" >"$server/Metadata/Movies/$i.bundle"; done

tar -czf pms.tgz Library
python3 -c 'import sys, zipfile, os
with zipfile.ZipFile("pms.zip", "w", zipfile.ZIP_DEFLATED) as z:
    for folder, _, names in os.walk("Library"):
        for name in names: z.write(os.path.join(folder, name))'
archives=(pms.tgz pms.zip)
if command -v zstd >/dev/null; then
    tar -cf - Library | zstd -q >pms.tar.zst
    archives+=(pms.tar.zst)
fi
chmod -R a+rX "$work"
cd - >/dev/null

ask() { psql -XqAt -v ON_ERROR_STOP=1 -d $database "$@"; }
dropdb --if-exists --force $database 2>/dev/null
createdb $database
ask -c "CREATE EXTENSION sqlite_fdw_migrate"
number=0
for archive in "${archives[@]}"; do
    schema=plex_$((++number))
    ask -c "CREATE SCHEMA $schema" -c "CREATE SERVER $schema FOREIGN DATA WRAPPER sqlite_fdw_migrate
        OPTIONS (archive '$work/$archive', database '$member')"
    result=$(ask -c "SET client_min_messages = error" \
        -c "SELECT status, rows_loaded, verified FROM sqlite_migrate.migrate('$schema', '$schema', exclude => '{fts4%}') WHERE table_name = '(total)'" || true)
    check "$archive: migrates, with the rows of the -wal: $result" test "$result" = "ok|10000|digest"
    check "$archive: rows agree" test "$(ask -c "SELECT count(*) FROM $schema.taggings t JOIN $schema.metadata_items m
        ON m.id = t.metadata_item_id AND m.title = t.text")" = 5000
    said=$(ask -c "SELECT count(*) FROM sqlite_migrate.inspect('$work/$archive')" 2>&1 || true)
    check "$archive: without a name, the dated backup and the blobs are listed" \
        grep -q 'has 3 SQLite files' <<<"$said"
    check "$archive: the end of the name is enough" test "$(ask -c "SELECT count(*) FROM sqlite_migrate.inspect(
        '$work/$archive!/com.plexapp.plugins.library.blobs.db') WHERE kind = 'table' AND name = 'blobs'")" = 1
    check "$archive: what lies beside it is listed" test "$(ask -c "SELECT count(*) FROM sqlite_migrate.archive_entries(
        '$work/$archive', '%.bundle') WHERE type = 'file' AND size > 0")" = 300
done

# make demo takes them, too, and names what it cannot choose from.
demo() {
    env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE -u SQLITE_FILES -u SCRATCH -u SERVER_LOG DB="$work/$1" MEMBER="$2" TARGET= OUT= ARGS= \
        test/tools/demo.sh 2>&1 || true
}
said=$(demo pms.tgz "")
check "make demo lists what it cannot choose from" grep -q 'has 3 SQLite files' <<<"$said"
check "and says how to name it" grep -q 'here MEMBER= names it' <<<"$said"
said=$(demo pms.tgz com.plexapp.plugins.library.db)
check "with MEMBER it is proved: $(tail -n 1 <<<"$said")" \
    grep -q '^proved: 2 tables, 10000 rows in the file = 10000 rows in PostgreSQL' <<<"$said"
gzip -c "$work/$member" >"$work/one.db.gz"
said=$(demo one.db.gz "")
check "one compressed file needs no MEMBER: $(tail -n 1 <<<"$said")" grep -q '^proved: 2 tables, 5000 rows' <<<"$said"
done_testing
