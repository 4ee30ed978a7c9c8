-- Promise 1: every value is accounted for. It arrives unchanged, or by a named rule and counted, or the call raises.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set types :files '/types.db'
\set shop :files '/shop.db'
CREATE SERVER types FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'types');
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE SCHEMA a;
SET search_path = a, public;
SET timezone = 'America/New_York';
SET datestyle = 'SQL, DMY';
SET intervalstyle = 'sql_standard';

CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TYPE colour AS ENUM ('red', 'green');
CREATE TABLE booleans (id int PRIMARY KEY, v boolean);
CREATE TABLE int2s (id int PRIMARY KEY, v smallint);
CREATE TABLE int4s (id int PRIMARY KEY, v integer);
CREATE TABLE int8s (id int PRIMARY KEY, v bigint);
CREATE TABLE float4s (id int PRIMARY KEY, v real);
CREATE TABLE float8s (id int PRIMARY KEY, v double precision);
CREATE TABLE numerics (id int PRIMARY KEY, v numeric);
CREATE TABLE texts (id int PRIMARY KEY, v text);
CREATE TABLE varchars (id int PRIMARY KEY, v varchar(5));
CREATE TABLE byteas (id int PRIMARY KEY, v bytea);
CREATE TABLE dates (id int PRIMARY KEY, v date);
CREATE TABLE times (id int PRIMARY KEY, v time);
CREATE TABLE timestamps (id int PRIMARY KEY, v timestamp);
CREATE TABLE timestamptzs (id int PRIMARY KEY, v timestamptz);
CREATE TABLE uuids (id int PRIMARY KEY, v uuid);
CREATE TABLE jsonbs (id int PRIMARY KEY, v jsonb);
CREATE TABLE arrays (id int PRIMARY KEY, v bigint[]);
CREATE TABLE text_arrays (id int PRIMARY KEY, v text[]);
CREATE TABLE domains (id int PRIMARY KEY, v positive);
CREATE TABLE enums (id int PRIMARY KEY, v colour);
CREATE TEMP TABLE outcome AS SELECT * FROM sqlite_migrate.migrate('types', 'a', 'data');

SELECT plan(39);

SELECT is(count(*), 21::bigint, 'a row for each table, and the total') FROM outcome;
SELECT is_empty($$ SELECT * FROM outcome WHERE rows_source <> rows_loaded + rows_rejected $$, 'rows in = rows out + rows rejected');
SELECT is_empty($$ SELECT table_name, normalized FROM outcome WHERE normalized <> 0 $$, 'a clean file shows no normalized value');
SELECT is_empty($$ SELECT * FROM outcome WHERE status <> 'ok' OR verified <> 'digest' $$, 'all are ok, all by digest');

SELECT results_eq('SELECT v FROM booleans ORDER BY id', 'VALUES (false), (true), (NULL)', 'boolean');
SELECT results_eq('SELECT v::int FROM int2s ORDER BY id', 'VALUES (0), (32767), (-32768), (NULL)', 'smallint');
SELECT results_eq('SELECT v FROM int4s ORDER BY id', 'VALUES (0), (2147483647), (-2147483648), (NULL)', 'integer');
SELECT results_eq('SELECT v FROM int8s ORDER BY id',
    'VALUES (0::bigint), (9223372036854775807), (-9223372036854775808), (NULL)', 'bigint');
SELECT results_eq($$ SELECT encode(float4send(v), 'hex') FROM float4s ORDER BY id $$,
    $$ VALUES ('00000000'), ('3f000000'), ('bfa00000'), (NULL), ('4b800000') $$, 'real, bit by bit');
SELECT results_eq($$ SELECT encode(float8send(v), 'hex') FROM float8s WHERE id <> 8 ORDER BY id $$,
    $$ VALUES ('3fb999999999999a'), ('7fefffffffffffff'), ('8000000000000001'), (NULL), ('7ff0000000000000'),
              ('fff0000000000000'), ('3fd3333333333334') $$, 'double precision, bit by bit');
SELECT results_eq('SELECT v::text FROM numerics ORDER BY id',
    $$ VALUES ('12.34'), ('12345678901234567890.123456789'), ('-1'), (NULL), ('9223372036854775807') $$, 'numeric');
SELECT results_eq('SELECT v FROM texts ORDER BY id',
    $$ VALUES (''), ('a'), (E'\ttab\nnewline\\.'), (NULL), ('🦉 ünïcode'), ('\N'), (' blanks ') $$, 'text');
SELECT results_eq('SELECT v::text FROM varchars ORDER BY id', $$ VALUES (''), ('ünïcö'), ('12345'), (NULL) $$,
    'varchar(5) counts characters');
SELECT results_eq('SELECT v FROM byteas ORDER BY id',
    $$ VALUES (''::bytea), ('\x00'), ('\xff00fe'), (NULL), (decode(repeat('00', 3000), 'hex')) $$, 'bytea');
SELECT results_eq($$ SELECT to_char(v, 'YYYY-MM-DD BC') FROM dates ORDER BY id $$,
    $$ VALUES ('2024-02-29 AD'), ('0001-01-01 AD'), ('9999-12-31 AD'), (NULL) $$, 'date, whatever DateStyle is');
SELECT results_eq('SELECT v::text FROM times ORDER BY id',
    $$ VALUES ('00:00:00'), ('23:59:59.999999'), ('12:30:00'), (NULL) $$, 'time');
SELECT results_eq($$ SELECT to_char(v, 'YYYY-MM-DD HH24:MI:SS.US') FROM timestamps ORDER BY id $$,
    $$ VALUES ('2024-02-29 12:30:00.000000'), ('2024-02-29 12:30:00.123456'), ('0001-01-01 00:00:00.000000'), (NULL),
              ('9999-12-31 23:59:59.999999') $$, 'timestamp');
SELECT results_eq($$ SELECT to_char(v AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') FROM timestamptzs ORDER BY id $$,
    $$ VALUES ('2024-02-29 12:30:00.000000'), ('2024-02-29 12:30:00.123456'), ('2024-02-29 07:00:00.000000'), (NULL),
              ('2024-07-01 15:00:00.500000') $$, 'timestamptz: UTC where it says nothing, whatever TimeZone is');
SELECT results_eq('SELECT v::text FROM uuids ORDER BY id',
    $$ VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'), ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12'),
              ('00000000-0000-0000-0000-000000000000'), (NULL) $$, 'uuid');
SELECT results_eq('SELECT v::text FROM jsonbs ORDER BY id',
    $$ VALUES ('{"a": [1, 2.50, null], "b": 1}'), ('[]'), ('"text"'), (NULL) $$, 'jsonb');
SELECT results_eq('SELECT v::text FROM arrays ORDER BY id',
    $$ VALUES ('{0,50050000,NULL,9223372036854775807}'), ('{}'), ('{-1}'), (NULL) $$, 'bigint[] from JSON');
SELECT results_eq('SELECT v FROM text_arrays ORDER BY id',
    $$ VALUES (ARRAY['a', 'b c', '', NULL, 'q"uote', 'NULL', '{}', 'é']), ('{}'), (NULL) $$, 'text[] from JSON');
SELECT results_eq('SELECT v::int FROM domains ORDER BY id', 'VALUES (1), (42), (NULL)', 'a domain');
SELECT results_eq('SELECT v::text FROM enums ORDER BY id', $$ VALUES ('red'), ('green'), (NULL) $$, 'an enum');

-- By a named rule, and counted: the rule is in the report, the changed values are in the sum.
CREATE TABLE empties (id int PRIMARY KEY, n integer, t text, at timestamptz, cut timestamptz);
\set rules :files '/rules.db'
CREATE SERVER rules FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'rules');
CREATE TEMP TABLE ruled AS SELECT * FROM sqlite_migrate.migrate('rules', 'a', 'data');
SELECT results_eq($$ SELECT rows_source, rows_loaded, normalized FROM ruled WHERE table_name = 'a.empties' $$,
    'VALUES (3::bigint, 3::bigint, 4::bigint)', 'values that a rule changed are counted');
SELECT results_eq($$ SELECT key, value::int FROM jsonb_each_text((
        SELECT details -> 'rules' FROM sqlite_migrate.run_tables WHERE table_name = 'a.empties')) ORDER BY 1 $$,
    $$ VALUES ('digits_cut', 2), ('empty_as_null', 2) $$, 'the report names each rule with its count');
SELECT results_eq($$ SELECT n, t, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), to_char(cut AT TIME ZONE 'UTC', 'SS.US')
        FROM empties ORDER BY id $$,
    $$ VALUES (NULL::int, ''::text, NULL::text, '59.999999'::text), (1, '', '2024-01-01 00:00:00.000000', '00.123456'),
              (2, NULL, '2024-01-01 00:00:00.000000', '00.123450') $$,
    'an empty text is NULL but for text; digits are cut, never rounded up');
SELECT results_eq($$ SELECT severity, code, rows, message FROM sqlite_migrate.preflight('rules', 'a', 'data', existing => 'truncate')
        WHERE code = 'normalized' $$,
    $$ VALUES ('note', 'normalized', 2::bigint, 'rule digits_cut applies'), ('note', 'normalized', 2, 'rule empty_as_null applies') $$,
    'preflight says so before');

-- The record says the same as the result.
SELECT results_eq($$ SELECT table_name, status, rows_source, rows_loaded, rows_rejected, normalized, verified
        FROM outcome WHERE table_name <> '(total)' ORDER BY 1 $$,
    $$ SELECT table_name, status, rows_source, rows_loaded, rows_rejected, normalized, verified FROM sqlite_migrate.run_tables
        WHERE run_id = (SELECT min(run_id) FROM sqlite_migrate.run_tables) ORDER BY 1 $$, 'run_tables repeats the result');
SELECT results_eq('SELECT rows_source, rows_loaded FROM outcome WHERE table_name = ''(total)''',
    'SELECT sum(rows_source)::bigint, sum(rows_loaded)::bigint FROM outcome WHERE table_name <> ''(total)''', 'the total is the sum');
SELECT is_empty($$ SELECT * FROM sqlite_migrate.run_tables WHERE rows_target IS DISTINCT FROM rows_source $$,
    'rows_target is what is stored');
SELECT is_empty('TABLE sqlite_migrate.rejects', 'nothing was rejected');
SELECT results_eq($$ SELECT status, tables, rows, run_by::text, target_schema FROM sqlite_migrate.runs
        WHERE run_id = (SELECT min(run_id) FROM sqlite_migrate.runs) $$,
    $$ SELECT 'ok', 20::bigint, sum(rows_loaded)::bigint, CURRENT_USER::text, 'a' FROM outcome WHERE table_name <> '(total)' $$,
    'runs sums them up');

-- A column, a table that has no place: never dropped in silence.
CREATE SCHEMA b;
CREATE TABLE b.customers (id int PRIMARY KEY, email text, name text, born date, active boolean);
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('shop', 'b', 'data', include => '{customers}') $$,
    '%b.customers%"created"%', 'a column with values and no place stops the run');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'b', 'data', include => '{customers}', exclude => '{customers.created}') $$,
    'unless it is excluded');
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('shop', 'b', 'data', include => '{orders}') $$,
    '%orders%no table in the target%', 'a table with rows and no place stops the run');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'b', 'data', include => '{customers,wishes}', exclude => '{customers.created}', existing => 'truncate') $$,
    'one without rows does not');
SELECT is(message, 'no rows, and no table in the target', 'but it is told')
    FROM sqlite_migrate.run_tables WHERE source_table = 'wishes' AND run_id = (SELECT max(run_id) FROM sqlite_migrate.runs);
SELECT ok('view: not carried' = note, 'a view is in the plan, and why it is left out')
    FROM sqlite_migrate.plan('shop', 'a', 'create') WHERE object = 'order_sizes';
SELECT ok(count(*) = 1, 'and so is a trigger') FROM sqlite_migrate.plan('shop', 'a', 'create') WHERE action = 'report' AND object ~ 'no_negative';

SELECT * FROM finish();
ROLLBACK;
