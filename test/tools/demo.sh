#!/usr/bin/env bash
# Builds, then migrates a SQLite file on a private server: environment DB, MEMBER, TARGET, OUT, ARGS as make demo passes them.
set -euo pipefail

cd "$(dirname "$0")/../.."

complain() {
    echo "make demo: $1" >&2
    exit 2
}

# backup.tar.gz!/folder/app.db is a member of an archive, unless a file bears that name.
if [[ ! -e ${DB:-} && ${DB:-} == *'!/'* ]]; then
    [ -z "${MEMBER:-}" ] || complain "DB=$DB names a member, and so does MEMBER=$MEMBER"
    export MEMBER=${DB#*'!/'}
    DB=${DB%%'!/'*}
fi
if [ -n "${MEMBER:-}" ] && [ -z "${DB:-}" ]; then complain "MEMBER=$MEMBER of which archive? DB= names it"; fi

# What cannot work is said before anything is built.
for variable in DB TARGET; do
    if [ -n "${!variable:-}" ]; then
        if [ ! -r "${!variable}" ] || [ ! -f "${!variable}" ]; then
            complain "$variable=${!variable} is not a file that can be read"
        fi
        declare -x "$variable=$(realpath "${!variable}")"
    fi
done
if [ -n "${OUT:-}" ]; then
    [ ! -e "$OUT" ] || complain "OUT=$OUT is there already: name a new file, or remove it"
    [ -w "$(dirname "$OUT")" ] || complain "OUT=$OUT: the folder cannot be written"
    OUT=$(realpath "$(dirname "$OUT")")/$(basename "$OUT")
    export OUT
fi

echo "Building the extension ..."
test/tools/build.sh all
SERVER_SUPERUSER=demo_server exec test/tools/with_server.sh test/tools/demo_steps.sh
