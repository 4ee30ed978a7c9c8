-- Numbers in time columns: one unit for the column, from all its numbers; stated, overridable, refused; the same everywhere.
BEGIN;
SET client_min_messages = warning;
SET timezone = 'UTC';
SET datestyle = 'ISO';
\getenv files SQLITE_FILES
\set source :files '/profile.db'
CREATE SERVER times FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'source');
CREATE SCHEMA u;
CREATE TABLE u.units (id int PRIMARY KEY, s timestamptz, ms timestamptz, us timestamp, ns timestamptz, jd timestamptz, wk timestamptz,
    ft timestamptz, ticks timestamp, cf timestamptz, mixed timestamptz, iso timestamp, few timestamp(0), day date, txt timestamptz);
CREATE TABLE u."ZNOTE" ("Z_PK" int PRIMARY KEY, "Z_ENT" int, "ZCREATED" timestamptz);
CREATE FUNCTION pg_temp.raised(query text, OUT state text, OUT message text, OUT detail text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END $$;

SELECT plan(30);

-- Refused: what is ambiguous, mixed or no time, with the candidates and what to say.
CREATE TEMP TABLE finding AS SELECT * FROM sqlite_migrate.preflight('times', 'u', exclude => '{mixed}');
SELECT results_eq($$ SELECT column_name, code, rows FROM finding WHERE severity = 'error' ORDER BY 1 $$,
    $$ VALUES ('cf', 'ambiguous_time', 2::bigint), ('few', 'ambiguous_time', 2), ('mixed', 'ambiguous_time', 2) $$, 'preflight refuses three columns');
SELECT matches(message, 'may be unix_seconds \(1992-11-13 to 1992-11-14\) or cocoa \(2023-11-14 to 2023-11-15\)', 'candidates, each with its years')
    FROM finding WHERE column_name = 'cf';
SELECT matches(message, 'from 1700000000 to 1700000000000 are plausible times in no unit', 'seconds among milliseconds are no unit') FROM finding WHERE column_name = 'mixed';
SELECT is(fix, $$rules => '{"units.cf": "unix_seconds"}' /* or cocoa */$$, 'the fix of an ambiguous one') FROM finding WHERE column_name = 'cf';
SELECT results_eq($$ SELECT column_name, rows, message, fix FROM finding WHERE code = 'time_unit' AND column_name IN ('ms', 'ticks') ORDER BY 1 $$,
    $$ VALUES ('ms', 4::bigint, 'its numbers are read as unix_ms: 2023-11-14 to 2023-11-15', 'rules => ''{"units.ms": "unix_ms"}'' /* or another unit */'),
              ('ticks', 2, 'its numbers are read as dotnet_ticks: 2023-11-14 to 2023-11-15', 'rules => ''{"units.ticks": "dotnet_ticks"}'' /* or another unit */') $$,
    'what is decided is said, with the rule that would state it');
SELECT is(state || ' ' || split_part(message, ',', 1), 'SM002 sqlite_migrate: 6 values in 3 columns of 1 table cannot be carried', 'migrate refuses the same')
    FROM pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('times', 'u', exclude => '{mixed}') $$);
SELECT is((SELECT count(*) FROM u.units), 0::bigint, 'and writes nothing');

-- Stated in the plan.
SELECT matches(note, 'u\.units\.cf: numbers may be unix_seconds or cocoa: name one in rules; u\.units\.day: numbers read as unix_seconds, 2023-11-15 to 2023-11-16; u\.units\.few: numbers are times in no unit; u\.units\.ft: numbers read as filetime',
    'plan states the units') FROM sqlite_migrate.plan('times', 'u', exclude => '{mixed}') WHERE action = 'load' AND object = 'u.units';

-- Loaded: every unit says the same instant.
\set fitting '{mixed,units.cf,units.mixed,units.few}'
CREATE TEMP TABLE result AS SELECT * FROM sqlite_migrate.migrate('times', 'u', exclude => :'fitting');
SELECT results_eq('SELECT s, ms, us::timestamptz, ns, jd, wk, ft, ticks::timestamptz, iso::timestamptz, txt, day FROM u.units WHERE id = 1',
    $$ SELECT t, t, t, t, t, t, t, t, t, t, date '2023-11-15' FROM (VALUES (timestamptz '2023-11-14 22:13:20+00')) v (t) $$, 'one instant in nine units and text');
SELECT results_eq('SELECT s, ms FROM u.units WHERE id IN (3, 4) ORDER BY id', $$ VALUES (timestamptz '1970-01-01 00:00:00+00', timestamptz '1970-01-01 00:00:00+00'),
    (NULL, '9999-12-31 23:59:59+00') $$, 'what programs write for none and never is read in the unit of the rest');
SELECT is(array_agg(txt ORDER BY id), '{2023-11-14 22:13:20+00,2023-11-15 22:13:20+00,2023-11-15 22:13:20+00,NULL}', 'numbers and texts in one column') FROM u.units;
SELECT is(array_agg("ZCREATED" ORDER BY 1), '{2023-11-14 22:13:20.5+00,2023-11-15 22:13:20+00}', 'Core Data counts from 2001') FROM u."ZNOTE";
SELECT matches(message, 'numbers: day read as unix_seconds, .*ms read as unix_ms', 'the result states them') FROM result WHERE table_name = 'u.units';
SELECT is(details #> '{units,ms}', '{"unit": "unix_ms", "years": "2023-11-14 to 2023-11-15", "numbers": 4}', 'the record states them')
    FROM sqlite_migrate.run_tables WHERE table_name = 'u.units';
SELECT is(details #> '{rules,unix_ms}', '4', 'each is counted') FROM sqlite_migrate.run_tables WHERE table_name = 'u.units';
SELECT results_eq(format('SELECT source_table, verified FROM sqlite_migrate.verify(''times'', ''u'', exclude => %L)', :'fitting'),
    $$ VALUES ('ZNOTE', true), ('units', true) $$, 'verify decides alike');
UPDATE u.units SET ms = ms + interval '1 ms' WHERE id = 2;
SELECT is(columns_differing, '{ms}', 'and sees one millisecond') FROM sqlite_migrate.verify('times', 'u', include => '{units}', exclude => '{units.cf,units.mixed,units.few}');

-- copy_table decides alike, also where it loads one column.
TRUNCATE u.units;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.copy_table('times', 'units', 'u.units', exclude => '{units.cf,units.mixed,units.few,units.s}') $$, 'copy_table');
SELECT is(txt, '2023-11-14 22:13:20+00', 'reads the same') FROM u.units WHERE id = 1;

-- Overridden by rules, whatever the range says.
TRUNCATE u.units;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('times', 'u', include => '{units}', exclude => '{units.mixed}',
    rules => '{"units.cf": "cocoa", "units.few": "unix_seconds", "units.day": "unix_ms"}') $$, 'with units by rule');
SELECT results_eq('SELECT cf, few, day FROM u.units WHERE id = 1', $$ VALUES (timestamptz '2023-11-14 22:13:20+00', timestamp '1970-01-01 00:00:05', date '1970-01-20') $$,
    'the rule decides');
SELECT is(details #> '{units,cf}', NULL, 'nothing is found where it was stated') FROM sqlite_migrate.run_tables WHERE table_name = 'u.units' ORDER BY run_id DESC LIMIT 1;

-- An expression is the caller's: its result must say its unit by itself.
SELECT is(pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('times', 'u', include => '{ZNOTE}', existing => 'truncate', rules => '{"ZNOTE.ZCREATED": "$1"}') $$),
    NULL, 'an expression that gives a number') WHERE false;
SELECT matches(message, 'expected a date or time', 'a number from an expression has no unit') FROM pg_temp.raised(
    $$ SELECT * FROM sqlite_migrate.migrate('times', 'u', include => '{ZNOTE}', existing => 'truncate', rules => '{"ZNOTE.ZCREATED": "$1::text"}') $$);

-- Types that no unit counts for.
CREATE TABLE u.clock (id int PRIMARY KEY, s time, ms interval);
SELECT results_eq($$ SELECT column_name, code FROM sqlite_migrate.preflight('times', 'u', include => '{units}', rename => '{"units": "clock"}',
        exclude => '{units.us,units.ns,units.jd,units.wk,units.ft,units.ticks,units.cf,units.mixed,units.iso,units.few,units.day,units.txt}')
    WHERE severity = 'error' ORDER BY 1 $$, $$ VALUES ('ms', 'ambiguous_time'), ('s', 'ambiguous_time') $$, 'time and interval count from nothing');

-- Create mode makes times of them where every number is one to the microsecond, and says so.
CREATE SCHEMA made;
CREATE SCHEMA made2;
CREATE TEMP TABLE made AS SELECT * FROM sqlite_migrate.migrate('times', 'made', 'create');
SELECT results_eq($$ SELECT attname::text COLLATE "default", format_type(atttypid, -1) COLLATE "default" FROM pg_attribute WHERE attrelid = 'made.units'::regclass AND attnum > 1 ORDER BY attnum $$,
    $$ VALUES ('s', 'timestamp with time zone'), ('ms', 'timestamp with time zone'), ('us', 'timestamp with time zone'), ('ns', 'timestamp with time zone'),
              ('jd', 'timestamp with time zone'), ('wk', 'timestamp with time zone'), ('ft', 'timestamp with time zone'),
              ('ticks', 'timestamp without time zone'), ('cf', 'bigint'), ('mixed', 'bigint'), ('iso', 'timestamp without time zone'),
              ('few', 'bigint'), ('day', 'timestamp with time zone'), ('txt', 'text') $$, 'types of created columns');
SELECT results_eq('SELECT s, ms, us, ns, jd, wk, ft, ticks::timestamptz FROM made.units WHERE id = 1',
    $$ SELECT t, t, t, t, t, t, t, t FROM (VALUES (timestamptz '2023-11-14 22:13:20+00')) v (t) $$, 'and their values');
SELECT matches(note, 's" timestamp with time zone: declared DATETIME, numbers from 1700000000 to 1700086400 read as unix_seconds, 2023-11-14 to 2023-11-15',
    'the plan says so') FROM sqlite_migrate.plan('times', 'made2', 'create') WHERE action = 'create' AND object LIKE '%units%' LIMIT 1;
SELECT results_eq($$ SELECT source_table, verified FROM sqlite_migrate.verify('times', 'made') $$,
    $$ VALUES ('ZNOTE', true), ('mixed', true), ('units', true) $$, 'verify agrees');

-- Plan and preflight write nothing.
SET TRANSACTION READ ONLY;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.plan('times', 'u', exclude => '{mixed}', existing => 'truncate') $$, 'plan in a read-only transaction');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.preflight('times', 'u', exclude => '{mixed}', existing => 'truncate') $$, 'preflight in a read-only transaction');
SELECT * FROM finish();
ROLLBACK;
