#!/usr/bin/env bash
# The module with a fault planted: a converter that is wrong by a little, a copier that loses or mixes up. A migration with
# default arguments must end with the SQLSTATE, the table, the column and the key. The faults are patches of copies in build/:
# nothing of them is in the module that ships.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

database=planted
trap 'dropdb --if-exists --force $database 2>/dev/null || true' EXIT
file=$SCRATCH/planted.db
rm -f "$file"
sqlite3 -batch -bail "$file" <<'SQL'
CREATE TABLE readings (id INTEGER PRIMARY KEY, at DATETIME NOT NULL, ratio REAL NOT NULL, note TEXT NOT NULL, photo BLOB NOT NULL,
                       amount DECIMAL(10,2) NOT NULL, counted INTEGER NOT NULL, seen TIMESTAMP NOT NULL,
                       zoned DATETIME NOT NULL, remark TEXT NOT NULL);
CREATE TABLE fed (id INTEGER PRIMARY KEY, at DATETIME NOT NULL, ratio REAL NOT NULL, note TEXT NOT NULL);
CREATE TABLE others (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO others VALUES (1, 'x'), (2, NULL);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
INSERT INTO readings SELECT i, strftime('%Y-%m-%d %H:%M:%f', 1600000000 + i * 61.5, 'unixepoch'), i / 7.0, 'note ' || i, randomblob(20),
                            printf('%.2f', i * 1.01), i * 1000003, 1700000000123 + i,
                            strftime('%Y-%m-%dT%H:%M:%SZ', 1600000000 + i, 'unixepoch'), 'bemerkt für ' || i FROM n;
INSERT INTO fed SELECT id, at, ratio, note FROM readings;
SQL
chmod 644 "$file"

ask() { psql -XqAt -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -d $database -c "SET client_min_messages = error" "$@"; }

# changed FROM TO SED: TO becomes FROM changed by SED, which must change something. A TO that is so already is left alone, so
# that make has nothing to do.
changed() {
    mkdir -p "$(dirname "$2")"
    sed -E "$3" "$1" >"$2.new"
    if cmp -s "$1" "$2.new"; then
        echo "the patch of $1 does not apply any more"
        return 1
    fi
    cmp -s "$2" "$2.new" || cp "$2.new" "$2"
}

# planted NAME SOURCE SED: the module with SOURCE of src/ changed by SED. SOURCE may be a header that one source includes:
# header.hpp:source.
planted() {
    local name=$1 source=${2#*:} patch=$3
    if [ "$source" = "$2" ]; then
        changed "src/$source.cpp" "build/fault/$name.cpp" "$patch" || return 1
    else
        changed "src/${2%:*}" "build/fault/$name/${2%:*}" "$patch" || return 1
        cmp -s "src/$source.cpp" "build/fault/$name.cpp" || cp "src/$source.cpp" "build/fault/$name.cpp"
        [ ! "build/fault/$name/${2%:*}" -nt "build/fault/$name.so" ] || touch "build/fault/$name.cpp"
    fi
    make -s "build/fault/$name.so" HEALTHY="$source" && cp "build/fault/$name.so" "$SCRATCH/fault_$name.so" &&
        chmod 755 "$SCRATCH/fault_$name.so"
}

# caught NAME SOURCE SED PATTERN...: the migration fails, and its error has each of the patterns.
caught() {
    local name=$1 source=$2 patch=$3 output pattern missing=''
    shift 3
    output=$(planted "$name" "$source" "$patch" 2>&1) || { result 1 "$name" "$output"; return; }
    dropdb --if-exists --force $database 2>/dev/null
    createdb $database
    ask -c "CREATE EXTENSION sqlite_fdw_migrate" \
        -c "UPDATE pg_catalog.pg_proc SET probin = '$SCRATCH/fault_$name.so' WHERE probin LIKE '%sqlite_fdw_migrate%'"
    output=$(ask -c "CALL sqlite_migrate.run('$file')" 2>&1) && { result 1 "$name" "no error"; return; }
    for pattern in "$@"; do
        grep -qE -- "$pattern" <<<"$output" || missing+="not found: $pattern"$'\n'
    done
    [ "$(ask -c "SELECT count(*) FROM pg_catalog.pg_class WHERE relname IN ('readings', 'fed', 'others')")" = 0 ] || missing+="tables are left"
    if [ -z "$missing" ]; then result 0 "$name"; else result 1 "$name" "$missing$output"; fi
}

(caught sound value/deep 's/^\/\/ Converts/\/\/ converts/' 'no such error') >"$SCRATCH/sound.log" || true
check "the way of this test: without a fault there is no error" grep -q "no error" "$SCRATCH/sound.log"

disagree='"code": "converters_disagree"'
# Of each kind the short way, which most values take, in the two places that go it, and the long one.
fed=value/plain.hpp:value/row_feed
plain=value/plain.hpp:value/row_reader
caught timestamp_by_a_microsecond normalize/time_text '/^bool read_plain_instant/,/^}/s/return true;/return ++micros, true;/' \
    'SM002' 'table public.fed, column "at", key \{"id": 1\}' "$disagree" '"table_name": "public.readings", "column_name": "at"'
caught zoned_by_a_microsecond normalize/time_text '/day_micros\(\) const/s/\+ micros;/+ micros + 1;/' \
    'SM002' 'table public.readings, column "zoned", key \{"id": 1\}' "$disagree" '"column_name": "zoned"'
caught epoch_by_a_microsecond normalize/time_number 's/epoch \* micros_per_day, &micros/epoch * micros_per_day + 1, \&micros/' \
    'SM002' 'table public.readings, column "seen", key \{"id": 1\}' "$disagree" '"column_name": "seen"'
caught float_by_one_ulp $plain 's/Float8GetDatum\(cell.real\)/Float8GetDatum(__builtin_nextafter(cell.real, 1e300))/' \
    'SM002' 'table public.readings, column "ratio", key \{"id": 1\}' "$disagree" '"column_name": "ratio"'
caught bytes_cut $plain '/^bool copy_bytes/,/^}/s/SET_VARSIZE\(result, cell.size \+ VARHDRSZ\)/SET_VARSIZE(result, cell.size - (cell.size > 5) + VARHDRSZ)/' \
    'SM002' 'column "note", key \{"id": 1\}|column "photo", key \{"id": 1\}' "$disagree" '"column_name": "note"' '"column_name": "photo"'
caught fed_float_by_one_ulp $fed 's/Float8GetDatum\(cell.real\)/Float8GetDatum(__builtin_nextafter(cell.real, 1e300))/' \
    'SM002' 'table public.fed, column "ratio", key \{"id": 1\}' "$disagree" '"column_name": "ratio"'
caught fed_bytes_cut $fed '/^bool copy_bytes/,/^}/s/SET_VARSIZE\(result, cell.size \+ VARHDRSZ\)/SET_VARSIZE(result, cell.size - (cell.size > 5) + VARHDRSZ)/' \
    'SM002' 'table public.fed, column "note", key \{"id": 1\}' "$disagree" '"column_name": "note"'
caught fed_row_lost value/row_feed 's/(\+\+rows_read_;)/\1 if (rows_read_ == 2500) return true;/' 'SM003' 'table public.fed: 3000 rows in the source, 2999 stored'
caught whole_number_off $plain 's/Int64GetDatum\(cell.integer\)/Int64GetDatum(cell.integer + (cell.integer > 1000000))/' \
    'SM002' 'table public.readings, column "counted", key \{"id": 1\}' "$disagree" '"column_name": "counted"'
caught text_cut normalize/text '/^Outcome to_text/,/^}/s/value = text;/value = {text.data, text.size > 5 ? text.size - 1 : text.size};/' \
    'SM002' 'table public.readings, column "remark", key \{"id": 1\}' "$disagree" '"column_name": "remark"'
caught row_lost copy/direct_path 's/table_multi_insert\(relation_, slots_.data\(\), count,/table_multi_insert(relation_, slots_.data(), count - (count > 400),/' \
    'SM003' 'table public.readings: 3000 rows in the source, 29[0-9]+ stored' '"first": \[.*"key": \{"id": [0-9]+\}, "kind": "missing"'
caught values_mixed_up copy/direct_path 's/(void DirectPath::insert_rows\(int count\) \{)/\1 if (count > 400) std::swap(rows_[3].values[3], rows_[7].values[3]);/' \
    'SM003' 'table public.readings: values differ in "note"' '"key": \{"id": 4\}, "kind": "differs", "column_name": "note"'
done_testing
