#!/usr/bin/env bash
# Makes the data sets of the benchmark, as SQLite files and as tables: data.sh FOLDER DIVISOR (1 = full size).
set -euo pipefail

folder=$1 divisor=$2
mkdir -p "$folder"

# make NAME: the SQL on standard input becomes FOLDER/NAME.db, unless it is there. $rows in it is the number of rows.
make_file() {
    local file=$folder/$1.db
    if [ ! -e "$file" ]; then
        rm -f "$file.new"
        sqlite3 -batch -bail "$file.new" >/dev/null
        mv "$file.new" "$file"
    fi
    chmod 644 "$file"
}

# The numbers from 1 to the given one, to select from.
numbers() { echo "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $(($1 / divisor)))"; }

make_file narrow <<SQL
PRAGMA journal_mode = off;
CREATE TABLE events (id INTEGER PRIMARY KEY, n INTEGER, flag BOOLEAN NOT NULL, score REAL, ts DATETIME NOT NULL,
                     guid TEXT NOT NULL, label TEXT);
$(numbers 5000000)
INSERT INTO events
SELECT i, iif(i % 50 = 0, NULL, i * 7919 % 2147483647), i % 3 = 0, i / 7.0,
       strftime('%Y-%m-%d %H:%M:%f', 1500000000 + i * 13.25, 'unixepoch'),
       lower(printf('%08x-%04x-4%03x-8%03x-%012x', i * 2654435761 % 4294967296, i % 65536, i % 4096, i * 7 % 4096, i * 48271)),
       'label ' || (i % 1000)
FROM n;
SQL

# Three wide tables, shaped like a media server's library.
columns() { # columns N: N columns of mixed types
    local i
    for i in $(seq "$1"); do
        case $((i % 6)) in
            0) echo ", \"Text$i\" TEXT" ;; 1) echo ", \"Flag$i\" BOOLEAN NOT NULL" ;; 2) echo ", \"Number$i\" INTEGER" ;;
            3) echo ", \"Real$i\" REAL" ;; 4) echo ", \"Date$i\" DATETIME" ;; 5) echo ", \"Null$i\" TEXT" ;;
        esac
    done
}
values() {
    local i
    for i in $(seq "$1"); do
        case $((i % 6)) in
            0) echo ", 'text ' || (i * $i) || ' of row'" ;; 1) echo ", (i + $i) % 2" ;; 2) echo ", i * $i" ;;
            3) echo ", i / $i.5" ;; 4) echo ", datetime(1600000000 + i * $i % 99999999, 'unixepoch') || '.1234567'" ;; 5) echo ", NULL" ;;
        esac
    done
}
guid="upper(printf('%08x-0000-4000-8000-%012x', i * 2654435761 % 4294967296, i))"
make_file lib <<SQL
PRAGMA journal_mode = off;
CREATE TABLE "BaseItems" ("Id" TEXT PRIMARY KEY NOT NULL, "Data" TEXT $(columns 58));
CREATE TABLE "ItemValues" ("Id" TEXT PRIMARY KEY NOT NULL, "Kind" INTEGER NOT NULL, "Value" TEXT NOT NULL, "Clean" TEXT NOT NULL);
CREATE TABLE "MediaStreams" ("Item" TEXT NOT NULL, "Place" INTEGER NOT NULL $(columns 43));
$(numbers 5000) INSERT INTO "BaseItems" SELECT $guid, '{"a": ' || i || '}' $(values 58) FROM n;
$(numbers 50000) INSERT INTO "ItemValues" SELECT $guid, i % 5, 'Value ' || i, 'value ' || i FROM n;
$(numbers 100000) INSERT INTO "MediaStreams" SELECT $guid, i % 4 $(values 43) FROM n;
SQL

make_file blob <<SQL
PRAGMA journal_mode = off;
CREATE TABLE blobs (id INTEGER PRIMARY KEY, payload BLOB NOT NULL, note TEXT NOT NULL);
$(numbers 20000) INSERT INTO blobs SELECT i, randomblob(20000), hex(randomblob(1000)) FROM n;
SQL

# The tables of each, without keys: what is compared is the way of a row.
cat >"$folder/narrow.sql" <<'SQL'
CREATE TABLE events (id bigint, n bigint, flag boolean NOT NULL, score double precision, ts timestamp NOT NULL, guid uuid NOT NULL,
                     label text);
SQL
{
    echo "CREATE TABLE \"BaseItems\" (\"Id\" uuid NOT NULL, \"Data\" text $(columns 58));"
    echo 'CREATE TABLE "ItemValues" ("Id" uuid NOT NULL, "Kind" integer NOT NULL, "Value" text NOT NULL, "Clean" text NOT NULL);'
    echo "CREATE TABLE \"MediaStreams\" (\"Item\" uuid NOT NULL, \"Place\" integer NOT NULL $(columns 43));"
} | sed 's/ REAL/ double precision/; s/ INTEGER/ bigint/; s/ DATETIME/ timestamp/' >"$folder/lib.sql"
echo 'CREATE TABLE blobs (id bigint, payload bytea NOT NULL, note text NOT NULL);' >"$folder/blob.sql"
