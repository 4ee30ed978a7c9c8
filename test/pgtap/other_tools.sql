-- verify and diff after another tool: nobody has counted what it lost, so that a type that holds less is a difference.
BEGIN;
SET client_min_messages = warning;
\getenv scratch SCRATCH
\set file :scratch '/other_tools.db'
\setenv OTHER :file
\! rm -f "$OTHER"
\! sqlite3 "$OTHER" "CREATE TABLE readings (id INTEGER PRIMARY KEY, celsius REAL, price DECIMAL(10,3), taken DATETIME, day DATETIME, note TEXT); INSERT INTO readings VALUES (1, 21.123456789, 1.125, '2024-03-31 02:30:00.123456', '2024-03-31 02:30:00', 'a'), (2, 4.5, 5, '2024-03-31 02:31:00', '2024-03-31', 'b'), (3, 0.1, 0.125, '2024-03-31 02:32:00.1234567', '2024-03-31', NULL)"
\! chmod 644 "$OTHER"
CREATE SCHEMA v;
-- As a tool would have done it that maps REAL to real and cuts as the server cuts.
CREATE TABLE v.readings (id bigint PRIMARY KEY, celsius real, price numeric(10,2), taken timestamp(3), day date, note text);
INSERT INTO v.readings VALUES (1, 21.123456789, 1.13, '2024-03-31 02:30:00.123', '2024-03-31', 'a'), (2, 4.5, 5, '2024-03-31 02:31:00', '2024-03-31', 'b'), (3, 0.1, 0.13, '2024-03-31 02:32:00.123', '2024-03-31', NULL);
SELECT plan(11);
SELECT is(concat_ws(' | ', verified, columns_differing, message), 'f | {celsius,price,taken,day} | 7 values stored with less than the source has, by the type of "celsius", "price", "taken", "day"', 'verify names the columns')
FROM sqlite_migrate.verify(:'file', 'v');
SELECT is((details -> 'first' -> 0)::text, '{"key": {"id": 1}, "kind": "refused", "column_name": "celsius"}', 'and the first key')
FROM sqlite_migrate.verify(:'file', 'v');
SELECT is(verified, true, 'a count proves none of it') FROM sqlite_migrate.verify(:'file', 'v', method => 'count');
SELECT is(string_agg(concat_ws(' ', kind, key, column_name, source_value), '; '), 'differs {"id": 1} celsius real 21.123456789, more than the column''s type holds (round_to_real); differs {"id": 3} celsius real 0.1, more than the column''s type holds (round_to_real)', 'diff names the rows, with the first reason of each')
FROM sqlite_migrate.diff(:'file', 'readings', 'v.readings');
SELECT throws_ok(format('CALL sqlite_migrate.verify_or_raise(%L, ''v'')', :'file'), 'SM003', NULL, 'verify_or_raise raises');
-- Who asks for the rule takes it.
SELECT is(columns_differing, '{price,taken,day}', 'a rule that is asked for is no difference')
FROM sqlite_migrate.verify(:'file', 'v', rules => '{"readings.celsius": "round_to_real"}');
ALTER TABLE v.readings ALTER celsius TYPE float8, ALTER price TYPE numeric(10,3), ALTER taken TYPE timestamp, ALTER day TYPE timestamp;
SELECT is(columns_differing, '{celsius,price,taken,day}', 'in wider types the values are still those that were cut') FROM sqlite_migrate.verify(:'file', 'v');
-- Our own run has counted what it lost, and verify knows its record.
TRUNCATE v.readings;
ALTER TABLE v.readings ALTER celsius TYPE real, ALTER price TYPE numeric(10,2);
SELECT lives_ok(format('CALL sqlite_migrate.run(%L, ''v'')', :'file'), 'a run of ours');
SELECT is(details -> 'rules' ->> 'round_to_real', '2', 'counted') FROM sqlite_migrate.run_tables ORDER BY run_id DESC LIMIT 1;
SELECT is(verified, true, 'is excused') FROM sqlite_migrate.verify(:'file', 'v');
SELECT is_empty(format('SELECT * FROM sqlite_migrate.diff(%L, ''readings'', ''v.readings'')', :'file'), 'by diff, too');
SELECT * FROM finish();
ROLLBACK;
