#!/usr/bin/env bash
# Makes the SQLite files of test/data/*.sql in a folder, each only where it is missing or older: sqlite_files.sh FOLDER.
set -euo pipefail

folder=$1
mkdir -p "$folder"
if ! command -v sqlite3 >/dev/null; then
    echo "missing: sqlite3 (the shell). On Debian or Ubuntu: apt-get install sqlite3" >&2
    exit 1
fi
for text in "$(dirname "$0")"/../data/*.sql; do
    file=$folder/$(basename "$text" .sql).db
    [ "$file" -nt "$text" ] && continue
    rm -f "$file.new"
    sqlite3 -batch -bail "$file.new" <"$text" >/dev/null
    mv "$file.new" "$file"
done
