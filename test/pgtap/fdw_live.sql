-- A foreign scan and the world around it: cancels, the application's locks, files that go away, rows that are guessed.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\getenv scratch SCRATCH
\set db :files '/fdw.db'
\set live :scratch '/fdw_live.db'
\setenv LIVE :live
\! rm -f "$LIVE" "$LIVE"-*; sqlite3 -batch "$LIVE" 'CREATE TABLE t (x INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)'
-- The application writes to the file: it says ok, or SQLite's complaint.
\setenv WRITE 'sqlite3 -batch -cmd ".timeout 100" "$LIVE" "INSERT INTO t SELECT max(x) + 1 FROM t; SELECT ''ok''" 2>&1'

CREATE SERVER file FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'db');
CREATE SERVER live FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'live', busy_timeout '100');
CREATE SERVER patient FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'live', busy_timeout '60000');
CREATE SERVER holding FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'live', snapshot_scope 'transaction');
CREATE SCHEMA app;
IMPORT FOREIGN SCHEMA main EXCEPT (broken, unknown_function) FROM SERVER file INTO app;
CREATE FOREIGN TABLE app.live (x int) SERVER live OPTIONS (table 't');
CREATE FOREIGN TABLE app.patient (x int) SERVER patient OPTIONS (table 't');
CREATE FOREIGN TABLE app.holding (x int) SERVER holding OPTIONS (table 't');
SET search_path = app, public;

-- Milliseconds from the statement's start until the cancel came through.
CREATE FUNCTION pg_temp.cancelled_after(query text) RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
    RAISE 'it came to an end';
EXCEPTION WHEN query_canceled THEN
    RETURN extract(epoch FROM clock_timestamp() - statement_timestamp()) * 1000;
END $$;
CREATE FUNCTION pg_temp.plan_rows(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    RETURN (plan -> 0 -> 'Plan' ->> 'Plan Rows')::bigint;
END $$;

SELECT plan(33);

-- Cancel: the best of three, for the machine may be busy with something else.
SET statement_timeout = '150ms';
SELECT pg_temp.cancelled_after('SELECT * FROM endless') AS first \gset
SELECT pg_temp.cancelled_after('SELECT * FROM endless') AS second \gset
SELECT pg_temp.cancelled_after('SELECT * FROM endless') AS third \gset
RESET statement_timeout;
SELECT cmp_ok(least(:first, :second, :third)::numeric, '<', 350::numeric,
              'a long step of SQLite ends within 0.2 s of statement_timeout');
SELECT is((SELECT count(*) FROM people), 3::bigint, 'after a cancel the same handle reads on');
\! (echo 'BEGIN EXCLUSIVE;'; sleep 1.5) | sqlite3 -batch "$LIVE" >/dev/null 2>&1 &
SELECT pg_sleep(0.3);
SELECT throws_ok('SELECT * FROM live', '55P03', NULL, 'a lock that outlasts busy_timeout is lock_not_available');
SET statement_timeout = '150ms';
SELECT pg_temp.cancelled_after('SELECT * FROM patient') AS waited \gset
RESET statement_timeout;
SELECT cmp_ok(:waited::numeric, '<', 600::numeric, 'waiting for a lock is cancelled as well');
SELECT is((SELECT count(*) FROM patient), 1::bigint, 'the patient server waits until the lock is gone');

-- The application's locks: held while a scan runs, and no longer.
SELECT is((SELECT count(*) FROM live), 1::bigint, 'the live file has one row');
\set said `eval "$WRITE"`
SELECT is(:'said'::text, 'ok', 'the application writes as soon as the statement has ended');
SELECT is((SELECT count(*) FROM live), 2::bigint, 'and the next statement of the same transaction sees it');
DECLARE c CURSOR FOR SELECT * FROM live;
FETCH 1 FROM c \g /dev/null
\set said `eval "$WRITE"`
SELECT matches(:'said'::text, 'locked', 'an open cursor keeps the application out of a file without WAL');
SELECT is((SELECT count(*) FROM live), 2::bigint, 'other statements read beside the open cursor');
\set said `eval "$WRITE"`
SELECT matches(:'said'::text, 'locked', 'and do not end its transaction');
CLOSE c;
\set said `eval "$WRITE"`
SELECT is(:'said'::text, 'ok', 'the closed cursor lets go');
SAVEPOINT s;
DECLARE c CURSOR FOR SELECT * FROM live;
FETCH 1 FROM c \g /dev/null
ROLLBACK TO s;
\set said `eval "$WRITE"`
SELECT is(:'said'::text, 'ok', 'so does a cursor that a rolled back savepoint takes away');
SELECT throws_ok('SELECT 1 / (x - 2) FROM live', '22012', NULL, 'an error in the middle of a scan');
\set said `eval "$WRITE"`
SELECT is(:'said'::text, 'ok', 'leaves no lock');

-- SQLSTATEs.
SELECT throws_ok('SELECT n FROM bad_values', '22P02', NULL, 'a value of the wrong kind');
SELECT throws_ok('SELECT d FROM bad_values', '22007', NULL, 'no date');
SELECT throws_ok('SELECT t FROM bad_values', '22021', NULL, 'text that is not UTF-8');
SELECT lives_ok('SELECT id FROM bad_values', 'a bad column that is not asked for does no harm');
CREATE FOREIGN TABLE nowhere (x int) SERVER file;
SELECT throws_ok('SELECT * FROM nowhere', '42P01', NULL, 'a table that the file does not have');
CREATE FOREIGN TABLE no_column (x int) SERVER file OPTIONS (table 'people');
SELECT throws_ok('SELECT * FROM no_column', '42703', NULL, 'a column that the table does not have');
SELECT throws_ok('IMPORT FOREIGN SCHEMA other FROM SERVER file INTO app', '3F000', NULL, 'a schema other than main');
SELECT throws_ok('IMPORT FOREIGN SCHEMA main LIMIT TO (nobody) FROM SERVER file INTO app', '42P01', NULL,
                 'LIMIT TO with a name that is not there');
SELECT throws_ok('INSERT INTO people (id) VALUES (1)', '0A000', NULL, 'writing');
\set junk :scratch '/fdw_junk.db'
\setenv JUNK :junk
\! echo 'this is some text, and longer than the header that SQLite looks at, which has a hundred bytes: so it is no database' >"$JUNK"
CREATE SERVER junk FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'junk');
CREATE FOREIGN TABLE junk (x int) SERVER junk;
SELECT throws_ok('SELECT * FROM junk', 'XX001', NULL, 'a file that is no database');
\! rm -f "$JUNK"
SELECT throws_ok('SELECT * FROM junk', '58P01', NULL, 'a file that has gone');
SELECT lives_ok('EXPLAIN SELECT * FROM junk', 'EXPLAIN needs no file');

-- Guesses of rows, without a scan.
SELECT is(pg_temp.plan_rows('SELECT * FROM people'), 3::bigint, 'rows by the first and the last rowid');
SELECT is(pg_temp.plan_rows('SELECT * FROM nothing_in_it'), 1::bigint, 'an empty table');
SELECT is(pg_temp.plan_rows('SELECT * FROM adults'), 1000::bigint, 'a view is not run to guess its rows');
SELECT is(pg_temp.plan_rows('SELECT * FROM settings'), 1000::bigint, 'a table without rowids');

-- A server that keeps its instant to the end of the transaction.
SELECT is((SELECT count(*) FROM holding), (SELECT count(*) FROM live), 'the holding server reads the same file');
\set said `eval "$WRITE"`
SELECT matches(:'said'::text, 'locked', 'and keeps what it has seen');

SELECT * FROM finish();
ROLLBACK;
\! rm -f "$LIVE" "$LIVE"-*
