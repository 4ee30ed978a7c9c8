-- run_key: the second run is a no-op that gives the report of the first, or an error that says what has changed; forget.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set same :files '/rerun.db'
\set changed :files '/rerun_changed.db'
\set shop :files '/shop.db'
\set history :files '/history.db'
CREATE SERVER same FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'same');
CREATE SERVER changed FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'changed');
CREATE SERVER alias FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'same');
CREATE SERVER history FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'history');
CREATE SCHEMA t;
CREATE FUNCTION pg_temp.findings(call text) RETURNS TABLE (code text, message text) LANGUAGE plpgsql AS $$
DECLARE d text;
BEGIN
    EXECUTE call;
EXCEPTION WHEN SQLSTATE 'SM006' THEN
    GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL;
    RETURN QUERY SELECT f ->> 'code', f ->> 'message' FROM jsonb_array_elements(d::jsonb -> 'findings') f;
END $$;
-- Runs the HINT of an error, as its reader would.
CREATE FUNCTION pg_temp.do_hint(call text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE h text;
BEGIN
    EXECUTE call;
    RAISE EXCEPTION 'it did not fail';
EXCEPTION WHEN SQLSTATE 'SM006' THEN
    GET STACKED DIAGNOSTICS h = PG_EXCEPTION_HINT;
    EXECUTE h;
END $$;

SELECT * FROM no_plan();

-- The same again.
CREATE TEMP TABLE first AS SELECT * FROM sqlite_migrate.migrate('same', 't', run_key => 'once');
SELECT is(count(*), 4::bigint, 'the first run loads') FROM first;
SELECT results_eq($$ SELECT run_key, status, length(source_fingerprint) FROM sqlite_migrate.runs $$, $$ VALUES ('once', 'ok', 32) $$, 'and records key and fingerprint');
UPDATE t.authors SET name = 'changed since';
SELECT results_eq($$ SELECT * FROM sqlite_migrate.migrate('same', 't', run_key => 'once') $$, 'TABLE first', 'the second gives the same rows');
SELECT lives_ok($$ CALL sqlite_migrate.run('same', 't', run_key => 'once') $$, 'as a procedure, too');
SELECT is(string_agg(DISTINCT name, ','), 'changed since', 'and touches nothing') FROM t.authors;
SELECT is(count(*), 1::bigint, 'it leaves no second record') FROM sqlite_migrate.runs;
SELECT lives_ok($$ CALL sqlite_migrate.run('alias', 't', run_key => 'once') $$, 'another name for the same content is no change');
SELECT results_eq($$ SELECT * FROM sqlite_migrate.migrate('same', 't', run_key => 'once', dry_run => true) $$, 'TABLE first', 'dry_run tells the same');
SELECT lives_ok($$ CALL sqlite_migrate.run('same', 't', mode => NULL, options => NULL, run_key => 'once') $$, 'NULL is the default here, too');
SELECT throws_ok($$ CALL sqlite_migrate.run('same', 't') $$, 'SM001', NULL, 'without the key it is a run like any other');

-- What has changed.
SELECT results_eq($$ SELECT * FROM pg_temp.findings('CALL sqlite_migrate.run(''changed'', ''t'', run_key => ''once'')') $$,
    $$ VALUES ('source_changed', 'the source has changed') $$, 'the source');
SELECT results_eq($$ SELECT * FROM pg_temp.findings('CALL sqlite_migrate.run(''same'', ''t'', existing => ''upsert'', include => ''{tags}'', run_key => ''once'')') $$,
    $$ VALUES ('argument_changed', 'argument "existing" was ''error'', and is ''upsert'''), ('argument_changed', 'argument "include" was null, and is ARRAY[''tags'']') $$, 'arguments');
SELECT throws_ok($$ CALL sqlite_migrate.run('changed', 't', verify => 'count', run_key => 'once') $$, 'SM006',
    'sqlite_migrate: run_key "once" was used before, and since then: the source has changed; argument "verify" was ''digest'', and is ''count''', 'the message says all of it');
SAVEPOINT intact;
DELETE FROM t.tags WHERE name = 'new';
SELECT results_eq($$ SELECT * FROM pg_temp.findings('CALL sqlite_migrate.run(''same'', ''t'', run_key => ''once'')') $$,
    $$ VALUES ('rows_changed', 'table t.tags has 1 row, and had 2') $$, 'rows');
TRUNCATE t.tags;
DROP TABLE t.books;
SELECT results_eq($$ SELECT * FROM pg_temp.findings('CALL sqlite_migrate.run(''same'', ''t'', run_key => ''once'')') $$,
    $$ VALUES ('table_gone', 'table t.books is gone'), ('table_emptied', 'table t.tags is empty, and had 2 rows') $$, 'tables emptied and gone');
SELECT results_eq($$ SELECT * FROM pg_temp.findings('CALL sqlite_migrate.run(''same'', ''t'', run_key => ''once'', dry_run => true)') $$,
    $$ VALUES ('table_gone', 'table t.books is gone'), ('table_emptied', 'table t.tags is empty, and had 2 rows') $$, 'dry_run says so, too');

-- Upgrade, downgrade, upgrade.
DROP SCHEMA t CASCADE;
CREATE SCHEMA t;
SELECT throws_ok($$ CALL sqlite_migrate.run('same', 't', run_key => 'once') $$, 'SM006', NULL, 'after a downgrade it does not end over missing tables');
CREATE TABLE t.authors (id int PRIMARY KEY, name text);
CREATE TABLE t.books (id int PRIMARY KEY, author_id int, sequel_of int, title text);
CREATE TABLE t.tags (name text PRIMARY KEY, weight float8);
SELECT throws_ok($$ CALL sqlite_migrate.run('same', 't', run_key => 'once') $$, 'SM006', NULL, 'nor over tables that were made again');
SELECT lives_ok($$ SELECT pg_temp.do_hint('CALL sqlite_migrate.run(''same'', ''t'', run_key => ''once'')') $$, 'the HINT can be run as it stands');
SELECT lives_ok($$ CALL sqlite_migrate.run('same', 't', run_key => 'once') $$, 'then it loads again');
SELECT is((SELECT count(*) FROM t.authors), 3::bigint, 'all of it');
ROLLBACK TO intact;

-- A source that is missing, where the caller passes over that.
CREATE SCHEMA m;
SELECT lives_ok($$ CALL sqlite_migrate.run('gone', 'm', run_key => 'chain', options => '{"missing_source": "skip"}') $$, 'a fresh install passes');
SELECT is_empty($$ SELECT FROM sqlite_migrate.runs WHERE run_key = 'chain' $$, 'and does not take the key');
SELECT lives_ok($$ CALL sqlite_migrate.run('same', 'm', run_key => 'chain', options => '{"missing_source": "skip"}') $$, 'with the file it runs');
SELECT is(count(*), 4::bigint, 'without the file it gives the report, as long as the tables are there')
    FROM sqlite_migrate.migrate('gone', 'm', run_key => 'chain', options => '{"missing_source": "skip"}');
TRUNCATE m.tags;
SELECT throws_ok($$ CALL sqlite_migrate.run('gone', 'm', run_key => 'chain', options => '{"missing_source": "skip"}') $$, 'SM006', NULL, 'over an emptied table it does not pass');
SELECT throws_ok($$ CALL sqlite_migrate.run('gone', 'm', run_key => 'chain') $$, 'SM004', NULL, 'without the option a missing source is an error');

-- Each way to run.
CREATE SCHEMA w;
SELECT lives_ok($$ CALL sqlite_migrate.run('same', 'w', mode => 'schema', run_key => 'made') $$, 'mode schema');
SELECT lives_ok($$ CALL sqlite_migrate.run('same', 'w', mode => 'schema', run_key => 'made') $$, 'again');
INSERT INTO w.tags VALUES ('other', 1);
SELECT lives_ok($$ CALL sqlite_migrate.run('same', 'w', mode => 'schema', run_key => 'made') $$, 'it counts no rows, for it loaded none');
SELECT lives_ok($$ CALL sqlite_migrate.run('same', 'w', existing => 'append', verify => 'none', run_key => 'added') $$, 'append, not verified');
SELECT is(rows_target, 3::bigint, 'what the table holds is on record all the same') FROM sqlite_migrate.run_tables WHERE table_name = 'w.tags' AND rows_before = 1;
SELECT lives_ok($$ CALL sqlite_migrate.run('same', 'w', existing => 'append', verify => 'none', run_key => 'added') $$, 'again: nothing is added twice');
SELECT is((SELECT count(*) FROM w.tags), 3::bigint, 'so it is');
DELETE FROM w.tags WHERE name = 'other';
SELECT throws_ok($$ CALL sqlite_migrate.run('same', 'w', existing => 'append', verify => 'none', run_key => 'added') $$, 'SM006', NULL, 'a row that was there before counts, too');
CREATE SCHEMA h;
CREATE TEMP TABLE with_history AS SELECT * FROM sqlite_migrate.migrate('history', 'h', run_key => 'h');
SELECT results_eq($$ SELECT * FROM sqlite_migrate.migrate('history', 'h', run_key => 'h') $$, 'TABLE with_history', 'tables that are left alone are told as they were');
CREATE SCHEMA f;
SELECT throws_ok($$ CALL sqlite_migrate.run('same', 'f', mode => 'data', run_key => 'failed') $$, 'SM001', NULL, 'a run that fails');
SELECT is_empty($$ SELECT FROM sqlite_migrate.runs WHERE run_key = 'failed' $$, 'leaves the key free');
CREATE TABLE f.tags (name text PRIMARY KEY, weight int);
SELECT is(max(status), 'failed', 'one that fails in rows') FROM sqlite_migrate.migrate('changed', 'f', include => '{tags}', run_key => 'failed', options => '{"on_failure": "return"}');
SELECT results_eq($$ SELECT status, run_key FROM sqlite_migrate.runs ORDER BY run_id DESC LIMIT 1 $$, $$ VALUES ('failed', NULL::text) $$, 'is on record, and frees the key, too');
SELECT throws_ok($$ CALL sqlite_migrate.run('same', 'f', run_key => '') $$, '22023', 'argument "run_key" must not be empty', 'a key that is empty');

-- forget.
CREATE ROLE runner IN ROLE pg_read_server_files;
CREATE ROLE other IN ROLE pg_read_server_files;
CREATE ROLE fellow IN ROLE runner;
CREATE SCHEMA r AUTHORIZATION runner;
GRANT USAGE ON FOREIGN SERVER same TO runner, other;
SET ROLE runner;
SELECT lives_ok($$ CALL sqlite_migrate.run('same', 'r', run_key => 'mine') $$, 'a plain role runs with a key');
SELECT lives_ok($$ CALL sqlite_migrate.run('same', 'r', run_key => 'mine') $$, 'twice');
SELECT throws_ok($$ CALL sqlite_migrate.forget(run_key => 'once') $$, '42501', NULL, 'it cannot forget what others did');
SET ROLE other;
SELECT throws_ok($$ CALL sqlite_migrate.forget(run_key => 'mine') $$, '42501', NULL, 'nor others what it did');
SELECT throws_ok((SELECT format('CALL sqlite_migrate.forget(%s)', run_id) FROM sqlite_migrate.runs WHERE run_key = 'mine'), '42501', NULL, 'by number neither');
SELECT throws_ok($$ CALL sqlite_migrate.run('same', 'r', run_key => 'mine') $$, '42501', NULL, 'who may not look at the tables is not told that all is well');
SET ROLE fellow;
SELECT lives_ok($$ CALL sqlite_migrate.forget(run_key => 'mine') $$, 'a member may');
RESET ROLE;
SELECT is_empty($$ SELECT FROM sqlite_migrate.runs WHERE run_key = 'mine' $$, 'the run is gone');
SELECT is_empty($$ SELECT FROM sqlite_migrate.run_tables WHERE table_name LIKE 'r.%' $$, 'with its tables');
SELECT is((SELECT count(*) FROM r.authors), 3::bigint, 'what it loaded is not');
SELECT throws_ok($$ CALL sqlite_migrate.forget() $$, '22004', 'argument "run_id" or "run_key" is needed', 'nothing to forget');
SELECT throws_ok($$ CALL sqlite_migrate.forget(run_key => 'onec') $$, '22023', 'no run bears the key "onec"', 'no such key');
SELECT throws_ok($$ CALL sqlite_migrate.forget(-5) $$, '22023', 'no run has the number -5', 'no such number');
SELECT throws_ok($$ CALL sqlite_migrate.forget(-5, 'once') $$, '22023', 'no run has the number -5 and bears the key "once"', 'both must fit');
SELECT throws_ok($$ CALL sqlite_migrate.forget(0) $$, '22023', NULL, 'zero is a number, and forgets nothing');
SELECT isnt_empty('TABLE sqlite_migrate.runs', 'so it is');
SELECT lives_ok((SELECT format('CALL sqlite_migrate.forget(%s, ''once'')', run_id) FROM sqlite_migrate.runs WHERE run_key = 'once'), 'by number and key');

SELECT * FROM finish();
ROLLBACK;
