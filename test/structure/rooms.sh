#!/usr/bin/env bash
# The rooms of docs/architecture.md: no include points up, PostgreSQL stays out of the rooms that do not know it.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

# What each room may include, besides itself.
declare -A below=(
    [base]=""
    [sqlite]="base"
    [normalize]="base"
    [archive]="base"
    [schema]="sqlite base"
    [pg]="archive sqlite base"
    [value]="pg schema normalize sqlite base"
    [fdw]="value pg schema normalize archive sqlite base"
    [copy]="value pg schema normalize archive sqlite base"
    [verify]="value pg schema normalize archive sqlite base"
    [api]="fdw copy verify value pg schema normalize archive sqlite base"
)
pure="base sqlite normalize schema archive"

for folder in src/*/; do
    room=$(basename "$folder")
    if [ -z "${below[$room]+x}" ]; then
        result 1 "src/$room is a room of the house" "its place is not written in $0"
        continue
    fi
    allowed=" $room ${below[$room]} "
    wrong=$({ grep -rnoE '^ *# *include *"[a-z_]+/' "$folder" || true; } | while IFS= read -r line; do
        included=${line##*\"}
        included=${included%/}
        # Other folders are the server's: utils/, catalog/.
        [ -z "${below[$included]+x}" ] || [[ $allowed == *" $included "* ]] || echo "$line"
    done)
    nothing "$room includes only itself and ${below[$room]:-nothing}" "$wrong"
done

for room in $pure; do
    [ -d "src/$room" ] || continue
    wrong=$(grep -rnE '# *include *[<"](postgres|pg_config|fmgr|c\.h|utils/|catalog/|access/|executor/)' "src/$room" || true)
    nothing "$room includes no server header" "$wrong"
    wrong=$(for file in "src/$room"/*.cpp; do
        [ -e "$file" ] || continue
        last=$(sed -n '/^ *# *include/p' "$file" | tail -n 1)
        [[ $last == *'"base/fence.hpp"'* ]] || echo "$file ends its includes with: $last"
    done)
    nothing "each source of $room ends its includes with base/fence.hpp" "$wrong"
done

done_testing
