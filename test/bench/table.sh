#!/usr/bin/env bash
# Medians of the benchmark's runs as Markdown, with ratios to COPY from a binary file: table.sh raw.tsv.
set -euo pipefail

# Medians by set and method, in the order of their first run.
awk -F'\t' '
    function median(list, n,    i, j, t, a) {
        n = split(list, a, " ")
        for (i = 2; i <= n; ++i) for (j = i; j > 1 && a[j] + 0 < a[j - 1] + 0; --j) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
        return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
    }
    function ratio(set, of, to,    a, b, c) {
        a = set FS of; b = set FS to
        if (!(a in wall) || !(b in wall) || median(wall[b]) == 0) return
        c = median(cpu[b]) > 0 && median(cpu[a]) > 0 ? sprintf("%.2f", median(cpu[a]) / median(cpu[b])) : ""
        printf "| %s | %s | %s | %s | %.2f |\n", set, of, to, c, median(wall[a]) / median(wall[b])
    }
    {
        key = $1 FS $2
        if (!(key in wall)) { order[++count] = key; set[count] = $1; method[count] = $2 }
        wall[key] = wall[key] " " $3; cpu[key] = cpu[key] " " $4
        if ($5 + 0 > memory[key] + 0) memory[key] = $5
        runs[key]++
        if ($6 != "correct") verdict[key] = $6
    }
    END {
        for (i = 1; i <= count; ++i) {
            if (set[i] != last) {
                printf "%s### %s\n\n| Method | Runs | Wall s | CPU s | CPU, ratio to COPY | Wall, ratio | Peak MB | Rows |\n|---|---|---|---|---|---|---|---|\n", (last == "" ? "" : "\n"), set[i]
                last = set[i]
                floor_wall = median(wall[order[i]]); floor_cpu = median(cpu[order[i]])
            }
            w = median(wall[order[i]]); c = median(cpu[order[i]])
            printf "| %s | %d | %.2f | %s | %s | %.2f | %s | %s |\n", method[i], runs[order[i]], w, (c > 0 ? sprintf("%.2f", c) : ""),
                (c > 0 && floor_cpu > 0 ? sprintf("%.2f", c / floor_cpu) : ""), w / floor_wall,
                (memory[order[i]] > 0 ? memory[order[i]] : ""), ((order[i] in verdict) ? verdict[order[i]] : "correct")
        }
        # What is promised as a ratio to something else than COPY without keys.
        printf "\n### Ratios\n\n| Set | Of | To | CPU | Wall |\n|---|---|---|---|---|\n"
        for (i = 1; i <= count; ++i) if (set[i] != done) {
            done = set[i]
            ratio(done, "verify alone", "direct, verify digest"); ratio(done, "verify alone, deep", "direct, verify digest")
            ratio(done, "profile", "plain SQLite scan")
            ratio(done, "create mode, primary key, none", "COPY binary, primary key")
            ratio(done, "direct, none, foreign keys: 1", "COPY binary, foreign keys: 1")
            ratio(done, "direct, none, foreign keys: 3", "COPY binary, foreign keys: 3")
            ratio(done, "pgloader", "direct, verify none"); ratio(done, "pgloader", "direct, verify digest")
            ratio(done, "sqlite_fdw, INSERT … SELECT", "direct, verify none")
            ratio(done, "sqlite_fdw, INSERT … SELECT", "direct, verify digest")
        }
    }' "$1"
