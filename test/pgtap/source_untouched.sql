-- Promise 2: the source is never changed, whatever is asked of it.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\getenv scratch SCRATCH
\set shop :files '/shop.db'
\set live :scratch '/untouched_live.db'
\set wal :scratch '/untouched_live.db-wal'
\setenv LIVE :live
-- An application's file in WAL mode, whose last rows are in the -wal alone.
\! rm -f "$LIVE"*; sqlite3 -batch "$LIVE" '.dbconfig no_ckpt_on_close on' 'PRAGMA journal_mode = wal' 'PRAGMA wal_autocheckpoint = 0' 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)' "INSERT INTO t VALUES (1, 'one'), (2, 'two')" >/dev/null; chmod 666 "$LIVE"*

CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE SERVER live FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'live');
SELECT set_config('test.shop', :'shop', true), set_config('test.live', :'live', true) \gset ignored_
CREATE FUNCTION pg_temp.file_hash(path text) RETURNS text LANGUAGE sql AS $$ SELECT encode(sha256(pg_read_binary_file(path)), 'hex') $$;
CREATE FUNCTION pg_temp.state(path text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', pg_temp.file_hash(path), s.size, s.modification) FROM pg_stat_file(path) s $$;
CREATE TEMP TABLE before AS SELECT pg_temp.state(:'shop') AS shop, pg_temp.file_hash(:'live') AS live, pg_temp.file_hash(:'wal') AS wal;
CREATE SCHEMA s;
CREATE SCHEMA l;

SELECT plan(13);

SELECT lives_ok($$ SELECT * FROM sqlite_migrate.inspect('shop') $$, 'inspect');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.integrity('shop', quick => false) $$, 'integrity');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.plan('shop', 's') $$, 'plan');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 's') $$, 'migrate');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.verify('shop', 's') $$, 'verify');
SELECT is(pg_temp.state(:'shop'), shop, 'the file has the same bytes, size and time') FROM before;
SELECT set_eq($$ SELECT f FROM pg_ls_dir(regexp_replace(current_setting('test.shop'), '/[^/]*$', '')) f WHERE f LIKE 'shop.db%' $$,
    ARRAY['shop.db'], 'and no companion');

SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('live', 'l') $$, 'a file in WAL mode migrates');
SELECT results_eq('SELECT v FROM l.t ORDER BY id', ARRAY['one', 'two'], 'with the rows that only its -wal holds');
SELECT is(pg_temp.file_hash(:'live'), live, 'the file has the same bytes') FROM before;
SELECT is(pg_temp.file_hash(:'wal'), wal, 'so has its -wal: no checkpoint') FROM before;
SELECT ok(note LIKE '%journal wal%' AND note LIKE '%-wal file%', 'inspect tells of the -wal') FROM sqlite_migrate.inspect('live') WHERE kind = 'file';
-- All tables come from the same instant: what the application commits after the run began is not seen. A trigger of
-- the target plays the application.
SELECT throws_ok($$ CREATE FOREIGN TABLE pg_temp.t (id int, v text) SERVER live; INSERT INTO pg_temp.t VALUES (3, 'three') $$,
    NULL, NULL, 'a foreign table does not write either');
SELECT * FROM finish();
ROLLBACK;
\! rm -f "$LIVE"*
