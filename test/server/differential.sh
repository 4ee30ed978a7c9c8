#!/usr/bin/env bash
# The converters against the types' own input functions: what ours take, they take alike. DIFFERENTIAL=1000000: so many
# values for each type.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

rounds=${DIFFERENTIAL:-20000} seed=${SEED:-1}
database=differential
trap 'dropdb --if-exists --force $database 2>/dev/null || true' EXIT

make -s build/differential.so
cp build/differential.so "$SCRATCH/differential.so"
chmod 755 "$SCRATCH/differential.so"
dropdb --if-exists --force $database 2>/dev/null
createdb $database
ask() { psql -XqAt -v ON_ERROR_STOP=1 -d $database -c "$1"; }
ask "CREATE FUNCTION differential(type oid, typmod int, rounds bigint, seed bigint) RETURNS jsonb LANGUAGE c STRICT
         AS '$SCRATCH/differential.so', 'sqlite_migrate_differential'"

total=0
while read -r type typmod name; do
    answer=$(ask "SELECT differential('$type'::regtype, $typmod, $rounds, $seed)" 2>&1) || true
    differ=$(ask "SELECT CASE WHEN \$\$$answer\$\$ LIKE '{%' THEN (\$\$$answer\$\$::jsonb ->> 'differ') END" 2>/dev/null || true)
    if [ "$differ" = 0 ]; then
        result 0 "$name: $(ask "SELECT format('%s asked, %s taken, %s by a rule, %s beyond the server''s forms (%s of them checked in one of those)',
            j ->> 'asked', j ->> 'taken', j ->> 'by_rule', j ->> 'beyond', j ->> 'retold') FROM (SELECT \$\$$answer\$\$::jsonb AS j) s")"
    else
        result 1 "$name" "$answer"
    fi
    [ "$(ask "SELECT (\$\$$answer\$\$::jsonb ->> 'taken')::bigint * 20 > $rounds" 2>/dev/null || true)" = t ] ||
        result 1 "$name: enough values are taken to tell" "$answer"
    case "$type $typmod" in
        boolean*|int?\ *|float8*|text*|timestamp*\ -1|uuid*)
            [ "$(ask "SELECT (\$\$$answer\$\$::jsonb ->> 'plain')::bigint >= 20" 2>/dev/null || true)" = t ] ||
                result 1 "$name: enough values go the short way to tell" "$answer" ;;
    esac
    total=$((total + rounds))
done <<'TYPES'
boolean -1 boolean
int2 -1 smallint
int4 -1 integer
int8 -1 bigint
float4 -1 real
float8 -1 double precision
numeric -1 numeric
numeric 655366 numeric(10,2)
text -1 text
varchar 9 varchar(5)
bpchar 9 char(5)
name -1 name
date -1 date
time -1 time
time 2 time(2)
timetz -1 timetz
timestamp -1 timestamp
timestamp 3 timestamp(3)
timestamptz -1 timestamptz
timestamptz 0 timestamptz(0)
interval -1 interval
uuid -1 uuid
json -1 json
jsonb -1 jsonb
_int4 -1 integer[]
int4range -1 int4range
TYPES
echo "# $total values"
done_testing
