#!/usr/bin/env bash
# Draws the medians of the benchmark's wall times, as ratios to COPY from a binary file: plot.sh raw.tsv >plot.svg.
set -euo pipefail

"$(dirname "$0")/table.sh" "$1" | awk -F' *[|] *' '
    /^### / { set = substr($0, 5); next }
    /^\|---/ || /^\| Method/ || !/^\|/ { next }
    $7 > 0 { ++n; name[n] = set ": " $2; ratio[n] = $7; if ($7 > most) most = $7 }
    END {
        row = 20; left = 280; width = 420
        printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n", left + width + 60, n * row + 40
        print "<title>Wall time, ratio to COPY from a binary file</title><rect width=\"100%\" height=\"100%\" fill=\"white\"/>"
        printf "<text x=\"%d\" y=\"16\">Wall time, ratio to COPY from a binary file (shorter is better)</text>\n", left
        for (i = 1; i <= n; ++i) {
            y = 26 + (i - 1) * row
            colour = name[i] ~ /COPY from|INSERT|scan/ ? "#888888" : name[i] ~ /pgloader/ ? "#c05020" : "#2060c0"
            printf "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", left - 8, y + 13, name[i]
            printf "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>", left, y + 2, ratio[i] / most * width, row - 5, colour
            printf "<text x=\"%.1f\" y=\"%d\">%.2f</text>\n", left + ratio[i] / most * width + 4, y + 13, ratio[i]
        }
        x = left + width / most
        printf "<line x1=\"%.1f\" y1=\"24\" x2=\"%.1f\" y2=\"%d\" stroke=\"black\" stroke-dasharray=\"3 3\"/></svg>\n", x, x, 26 + n * row
    }'
