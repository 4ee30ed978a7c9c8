-- Cells that cannot be carried: all of them, of all tables, in one exception that names table, column, key and value.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set damaged :files '/damaged.db'
CREATE SERVER damaged FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'damaged');
CREATE SCHEMA d;
SET search_path = d, public;
CREATE TABLE persons (id int PRIMARY KEY, age int, name text, seen timestamptz);
CREATE TABLE sizes (code text PRIMARY KEY, small smallint, word varchar(5));
CREATE TABLE texts (id int PRIMARY KEY, body text);
CREATE TABLE sound (id int PRIMARY KEY, body text);

-- What a statement raises.
CREATE FUNCTION pg_temp.raised(query text, OUT state text, OUT message text, OUT detail jsonb, OUT hint text)
LANGUAGE plpgsql AS $$
DECLARE v_detail text;
BEGIN
    EXECUTE query;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, v_detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    IF state LIKE 'SM%' THEN detail := v_detail::jsonb; END IF;
END $$;
CREATE TEMP TABLE raised AS SELECT * FROM pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('damaged', 'd') $$);
CREATE TEMP TABLE finding AS SELECT f.* FROM raised r, jsonb_to_recordset(r.detail -> 'findings')
    AS f (severity text, code text, table_name text, column_name text, rows bigint, sample jsonb, message text);

SELECT plan(27);

SELECT is(state, 'SM002', 'the SQLSTATE of values that cannot be carried') FROM raised;
SELECT matches(message, '^sqlite_migrate: 8 values in 5 columns of 3 tables cannot be carried, first: ', 'the message counts them') FROM raised;
SELECT ok(message ~ 'table d\.\w+' AND message ~ 'column "\w+"' AND message ~ 'key \{' AND message ~ 'found ', 'it shows the first') FROM raised;
SELECT ok(message !~ E'\n', 'in one line') FROM raised;
SELECT results_eq('SELECT table_name, column_name, code, rows FROM finding ORDER BY 1, 2, 3',
    $$ VALUES ('d.persons', 'age', 'not_a_number', 2::bigint), ('d.persons', 'seen', 'not_a_time', 1),
              ('d.sizes', 'small', 'not_an_integer', 1), ('d.sizes', 'small', 'out_of_range', 1),
              ('d.sizes', 'word', 'too_long', 1), ('d.texts', 'body', 'invalid_utf8', 1), ('d.texts', 'body', 'nul_byte', 1) $$,
    'DETAIL has each column and reason of each table, with how many');
SELECT is(sample, '[{"key": {"id": 2}, "value": "abc"}]', 'with the key and the value of the first')
    FROM finding WHERE column_name = 'age';
SELECT is(sample, '[{"key": {"code": "one"}, "value": 32768}]', 'of a key that is text, too') FROM finding WHERE code = 'out_of_range';
SELECT ok(sample -> 0 -> 'key' = '{"id": 2}', 'and of bytes that are no text') FROM finding WHERE code = 'invalid_utf8';
SELECT is((detail ->> 'total')::int, (SELECT count(*)::int FROM finding), 'DETAIL says how many there are') FROM raised;
SELECT ok(hint LIKE 'SELECT * FROM sqlite_migrate.preflight(%', 'HINT is the preflight call') FROM raised;

-- The HINT works after the rollback, and finds the same.
SELECT results_eq((SELECT replace(rtrim(hint, ';'), '*', 'table_name, column_name, code, rows') FROM raised) || $$ WHERE severity = 'error' $$,
    'SELECT table_name, column_name, code, rows FROM finding ORDER BY table_name, column_name, code',
    'HINT, pasted, finds the same');
SELECT is_empty('SELECT id FROM persons UNION ALL SELECT 1 FROM sizes UNION ALL SELECT id FROM texts UNION ALL SELECT id FROM sound',
    'nothing was written, the sound table included');
SELECT is_empty('TABLE sqlite_migrate.runs', 'no run is on record');

-- Both looking functions and the rehearsal agree with the run.
SELECT is((pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('damaged', 'd', dry_run => true) $$)).message, (SELECT message FROM raised),
    'dry_run raises the same');
SELECT is((pg_temp.raised($$ CALL sqlite_migrate.run('damaged', 'd') $$)).message, (SELECT message FROM raised), 'run raises the same');
SELECT is((pg_temp.raised($$ SELECT * FROM sqlite_migrate.copy_tables('damaged', '{texts,sound}', 'd') $$)).state, 'SM002', 'copy_tables raises');
SELECT matches((pg_temp.raised($$ SELECT * FROM sqlite_migrate.copy_table('damaged', 'sizes', 'd.sizes') $$)).message,
    '^sqlite_migrate: 3 values in 2 columns of 1 table cannot be carried, first: table d\.sizes', 'copy_table raises');
SELECT is((pg_temp.raised($$ SELECT * FROM sqlite_migrate.copy_table('damaged', 'sound', 'd.sound') $$)).state, NULL, 'a sound table of the file loads');

-- One bad cell: the sentence stands alone.
SELECT is((pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('damaged', 'd', include => '{persons}', exclude => '{persons.age}') $$)).message,
    'sqlite_migrate: table d.persons, column "seen", key {"id": 4}: found text "2024-02-30 00:00:00", expected a date or time in an ISO 8601 form, such as 2024-03-31 02:30:00',
    'one cell is one sentence');

-- In the middle of a load, after a table that went in: the table before is empty again.
SELECT is((pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('damaged', 'd', existing => 'truncate') $$)).state, 'SM002', 'it raises again');
SELECT results_eq('SELECT count(*) FROM sound', 'VALUES (1::bigint)', 'rows of before are there again after a truncate that failed');

-- NOT NULL, CHECK and unique are the target's own words.
CREATE SCHEMA e;
CREATE TABLE e.sound (id int PRIMARY KEY, body text CHECK (body <> 'nothing wrong here'));
SELECT is((pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('damaged', 'e', include => '{sound}') $$)).state, '23514', 'a CHECK is the server''s error');
SELECT is_empty('TABLE e.sound', 'and leaves nothing');
-- Fifty cells in seven tables: one exception that names all seven, and a HINT that lists them.
\set seven :files '/seven.db'
CREATE SERVER seven FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'seven');
CREATE SCHEMA seven;
CREATE TABLE seven.t1 (id int PRIMARY KEY, v int);
CREATE TABLE seven.t2 (id int PRIMARY KEY, v date);
CREATE TABLE seven.t3 (id int PRIMARY KEY, v text);
CREATE TABLE seven.t4 (id int PRIMARY KEY, v varchar(3));
CREATE TABLE seven.t5 (id int PRIMARY KEY, v boolean);
CREATE TABLE seven.t6 (id int PRIMARY KEY, v uuid);
CREATE TABLE seven.t7 (id int PRIMARY KEY, v float8);
CREATE TABLE seven.good (id int PRIMARY KEY, v text);
CREATE TEMP TABLE fifty AS SELECT * FROM pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('seven', 'seven') $$);
SELECT matches(message, '^sqlite_migrate: 50 values in 7 columns of 7 tables cannot be carried, first: table seven.t1, column "v", key \{"id": 10\}') FROM fifty;
SELECT results_eq($$ SELECT f ->> 'table_name', (f ->> 'rows')::int FROM fifty, jsonb_array_elements(detail -> 'findings') f $$,
    $$ SELECT 'seven.t' || i, CASE i WHEN 7 THEN 8 ELSE 7 END FROM generate_series(1, 7) i $$, 'the exception names all seven');
SELECT results_eq((SELECT replace(rtrim(hint, ';'), '*', 'table_name, rows::int') FROM fifty) || $$ WHERE severity = 'error' $$,
    $$ SELECT 'seven.t' || i, CASE i WHEN 7 THEN 8 ELSE 7 END FROM generate_series(1, 7) i $$, 'its HINT, pasted, lists them');
SELECT results_eq($$ SELECT rows_loaded, rows_rejected FROM sqlite_migrate.migrate('seven', 'seven', on_error => 'reject', max_rejects => 50) WHERE table_name = '(total)' $$,
    $$ VALUES (510::bigint, 50::bigint) $$, 'and fifty rows are rejected where that is asked for');
SELECT * FROM finish();
ROLLBACK;
