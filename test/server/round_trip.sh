#!/usr/bin/env bash
# Random values from SQLite into PostgreSQL, and from PostgreSQL by way of SQLite back: reals bit for bit, numerics, bytes and
# integers exact, instants exact to the microsecond. ROUND_TRIP=1000000: so many rows each way, with eight values each.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

rows=${ROUND_TRIP:-20000}
work=$(mktemp -d "$SCRATCH/round_trip.XXXXXX")
chmod 755 "$work"
database=round_trip
trap 'rm -rf "$work"; dropdb --if-exists --force $database 2>/dev/null || true' EXIT
dropdb --if-exists --force $database 2>/dev/null
createdb $database
ask() { psql -XqAt -v ON_ERROR_STOP=1 -d $database -c "$1"; }
ask "CREATE EXTENSION sqlite_fdw_migrate"

# Each value beside what it must be read as. The shell of SQLite makes doubles from bits; NaN is NULL to it.
sqlite3 -batch -bail "$work/there.db" <<SQL
CREATE TABLE there (id INTEGER PRIMARY KEY, r REAL, r_bits TEXT, s BLOB, i INTEGER, i_text TEXT, n TEXT, m DECIMAL, m_text TEXT,
                    b BLOB, b_hex TEXT, t TEXT, t_micros INTEGER, u INTEGER, d TEXT, g BLOB, g_hex TEXT);
WITH RECURSIVE c (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c WHERE id < $rows),
raw AS MATERIALIZED (
    SELECT id, randomblob(8) AS bits, random() >> abs(random() % 64) AS i, randomblob(abs(random() % 40)) AS b,
           abs(random() % 1000000) AS micros, abs(random() % 315537897600) - 62135596800 AS seconds, randomblob(16) AS g,
           substr('--', 1, abs(random() % 2)) || abs(random() % 1000000000000000) || substr('1234567890123456', 1, abs(random() % 17))
               || '.' || substr(printf('%018d', abs(random() % 1000000000000000000)), 1, 1 + abs(random() % 18)) AS n
    FROM c)
INSERT INTO there
SELECT id, ieee754_from_blob(bits), CASE WHEN ieee754_from_blob(bits) IS NOT NULL THEN lower(hex(bits)) END, bits, i, CAST(i AS TEXT), n,
       (i % 1000000000) / 100.0, CAST((i % 1000000000) AS TEXT), b, lower(hex(b)),
       strftime('%Y-%m-%d %H:%M:%S', seconds, 'unixepoch') || printf('.%06d', micros), seconds * 1000000 + micros,
       seconds * 1000000 + micros, strftime('%Y-%m-%d', seconds, 'unixepoch'), g, lower(hex(g))
FROM raw;
SQL
chmod 644 "$work/there.db"
ask "CREATE TABLE there (id bigint PRIMARY KEY, r double precision, r_bits text, s bytea, i bigint, i_text text, n numeric, m numeric(12,2),
         m_text text, b bytea, b_hex text, t timestamp, t_micros bigint, u timestamptz, d date, g uuid, g_hex text);
     SET client_min_messages = warning;
     SELECT * FROM sqlite_migrate.migrate('$work/there.db', mode => 'data', rules => '{\"there.u\": \"unix_us\"}')" >/dev/null
wrong() { # wrong NAME CONDITION: rows for which it does not hold
    nothing "$1" "$(ask "SELECT format('%s rows, such as %s', count(*), min(id)) FROM there WHERE NOT coalesce($2, false) HAVING count(*) > 0")"
}
result "$([ "$(ask "SELECT count(*) FROM there")" = "$rows" ] && echo 0 || echo 1)" "$rows rows from SQLite"
wrong "reals bit for bit" "r_bits IS NULL AND r IS NULL OR encode(float8send(r), 'hex') = r_bits AND encode(s, 'hex') = r_bits"
wrong "integers" "i::text = i_text"
wrong "numbers of two digits, kept as doubles, as numeric(12,2)" "m * 100 = m_text::numeric"
wrong "bytes" "encode(b, 'hex') = b_hex"
wrong "times to the microsecond" "(extract(epoch FROM t) * 1000000)::bigint = t_micros"
wrong "counted times to the microsecond" "(extract(epoch FROM u) * 1000000)::bigint = t_micros AND d = (t AT TIME ZONE 'UTC')::date"
wrong "uuids" "replace(g::text, '-', '') = g_hex"
# Every digit of n, against SQLite's own.
sqlite3 -batch -list "$work/there.db" "SELECT id || '|' || n FROM there" | sort >"$work/written"
ask "SELECT id || '|' || n FROM there" | sort >"$work/read"
result "$(cmp -s "$work/written" "$work/read" && echo 0 || echo 1)" "numerics with every digit" \
    "$(diff "$work/written" "$work/read" | head -n 5)"

# And back: a table of PostgreSQL, its values as literals of SQLite, loaded into a twin.
ask "CREATE TABLE here (id bigint PRIMARY KEY, r double precision, f real, i bigint, j integer, k smallint, n numeric, b bytea,
         t timestamp, z timestamptz, d date, c time, y boolean, g uuid, v varchar(40), x jsonb, l integer[]);
     CREATE TABLE back (LIKE here INCLUDING ALL);
     SELECT setseed(0.5);
     INSERT INTO here
     SELECT id, CASE id % 7 WHEN 0 THEN 'Infinity' WHEN 1 THEN -random() ELSE 1 END
                * (random() + 1) * power(10::float8, floor(random() * 600 - 300)),
            ((random() - 0.5) * power(10::float8, floor(random() * 60 - 30)))::real,
            ((random() - 0.5) * 2 * 9223372036854774784)::bigint, ((random() - 0.5) * 4294967294)::int, ((random() - 0.5) * 65534)::int,
            (floor(random() * 1e15)::bigint::text || '.' || floor(random() * 1e15)::bigint::text)::numeric * CASE WHEN random() < 0.5 THEN -1 ELSE 1 END * 10::numeric ^ floor(random() * 40 - 20)::int,
            decode(repeat(md5(random()::text), (random() * 3)::int), 'hex'),
            timestamp '0001-01-01' + random() * interval '3650000 days', timestamptz '0001-01-01 UTC' + random() * interval '3650000 days',
            date '0001-01-01' + (random() * 3650000)::int, (random() * interval '24 hours')::time, random() < 0.5, gen_random_uuid(),
            left(md5(random()::text), (random() * 32)::int) || chr(32 + (random() * 50000)::int),
            jsonb_build_object('n', random(), 't', md5(random()::text), 'l', ARRAY[random(), NULL]),
            ARRAY[(random() * 2147483647)::int, NULL, -1]
     FROM generate_series(1, $rows) id"
{
    echo "BEGIN; CREATE TABLE back (id INTEGER PRIMARY KEY, r REAL, f REAL, i INTEGER, j INTEGER, k INTEGER, n TEXT, b BLOB, t TEXT, z TEXT, d TEXT,
              c TEXT, y INTEGER, g BLOB, v TEXT, x TEXT, l TEXT);"
    ask "SELECT format('INSERT INTO back VALUES (%s, ieee754_from_blob(x''%s''), ieee754_from_blob(x''%s''), %s, %s, %s, ''%s'', x''%s'', ''%s'', ''%s'',
            ''%s'', ''%s'', %s, x''%s'', %L, %L, %L);', id, encode(float8send(r), 'hex'), encode(float8send(f), 'hex'), i, j, k, n, encode(b, 'hex'), t, z,
            d, c, y::int, replace(g::text, '-', ''), v, x, array_to_json(l)) FROM here" | sed 's/ E'"'"'/ '"'"'/g; s/\\\\/\\/g'
    echo "COMMIT;"
} | sqlite3 -batch -bail "$work/back.db"
chmod 644 "$work/back.db"
ask "SET client_min_messages = warning; SELECT * FROM sqlite_migrate.copy_table('$work/back.db', 'back', 'back')" >/dev/null
result "$([ "$(ask "SELECT count(*) FROM back")" = "$rows" ] && echo 0 || echo 1)" "$rows rows from PostgreSQL by way of SQLite"
nothing "all columns are as they were" "$(ask "
    SELECT format('%s: %s rows, such as id %s', k, count(*), min(id))
    FROM (SELECT h.id, unnest(ARRAY[
        CASE WHEN float8send(h.r) IS DISTINCT FROM float8send(b.r) THEN 'r' END, CASE WHEN float4send(h.f) IS DISTINCT FROM float4send(b.f) THEN 'f' END,
        CASE WHEN h.i IS DISTINCT FROM b.i THEN 'i' END, CASE WHEN h.j IS DISTINCT FROM b.j THEN 'j' END, CASE WHEN h.k IS DISTINCT FROM b.k THEN 'k' END,
        CASE WHEN h.n::text IS DISTINCT FROM b.n::text THEN 'n' END, CASE WHEN h.b IS DISTINCT FROM b.b THEN 'b' END, CASE WHEN h.t IS DISTINCT FROM b.t THEN 't' END,
        CASE WHEN h.z IS DISTINCT FROM b.z THEN 'z' END, CASE WHEN h.d IS DISTINCT FROM b.d THEN 'd' END, CASE WHEN h.c IS DISTINCT FROM b.c THEN 'c' END,
        CASE WHEN h.y IS DISTINCT FROM b.y THEN 'y' END, CASE WHEN h.g IS DISTINCT FROM b.g THEN 'g' END, CASE WHEN h.v IS DISTINCT FROM b.v THEN 'v' END,
        CASE WHEN h.x::text IS DISTINCT FROM b.x::text THEN 'x' END, CASE WHEN h.l::text IS DISTINCT FROM b.l::text THEN 'l' END]) AS k
        FROM here h JOIN back b USING (id)) s
    WHERE k IS NOT NULL GROUP BY k")"
nothing "and none was normalized" "$(ask "SELECT details -> 'rules' FROM sqlite_migrate.run_tables WHERE source_table = 'back' AND normalized > 0")"
done_testing
