#!/usr/bin/env bash
# The pages of the documentation: each can be found, each link leads somewhere, each module of sql/ has its place.
set -euo pipefail

# shellcheck source=test/tools/tap.sh
. "$(dirname "$0")/../tools/tap.sh"

# The anchors of a page, made of its headings as Git hosts make them.
anchors_of() {
    sed -n 's/^#\{1,6\} //p' "$1" | tr '[:upper:]' '[:lower:]' | sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'
}

# file, target of each link that is no address. The text between fences is no Markdown.
links_of() {
    awk '/^```/ { fenced = !fenced; next } !fenced' "$1" | grep -oE '\]\([^) ]+\)' | sed -E 's/^\]\((.*)\)$/\1/' |
        grep -vE '^[a-z]+:' || true
}

check "there are pages" test "$(find docs -name '*.md' | wc -l)" -gt 10
for list in README.md docs/README.md; do
    nothing "$list links every page" "$(for page in docs/*.md; do
        name=${page#docs/}
        [ "$name" = README.md ] || grep -qE "\]\((docs/)?$name\)" "$list" || echo "$page"
    done)"
done
broken=$(for page in *.md docs/*.md; do
    links_of "$page" | while IFS= read -r link; do
        file=${link%%#*}
        if [ -n "$file" ]; then file=$(dirname "$page")/$file; else file=$page; fi
        if [ ! -e "$file" ]; then
            echo "$page: $link: no such file"
        elif [[ $link == *'#'* ]] && ! anchors_of "$file" | grep -qxF -- "${link#*#}"; then
            echo "$page: $link: no such heading"
        fi
    done
done)
nothing "each link leads to a file and a heading" "$broken"
nothing "each module of sql/ stands in docs/architecture.md" "$(for module in sql/*.sql; do
    name=${module#sql/}
    [[ $name == *--* ]] || grep -qF "\`$name\`" docs/architecture.md || echo "$name"
done)"

done_testing
