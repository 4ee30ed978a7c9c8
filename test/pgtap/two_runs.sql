-- compare_runs: what differs between two runs, and nothing else.
BEGIN;
SET client_min_messages = warning;
\getenv scratch SCRATCH
\set work :scratch '/two_runs'
\setenv WORK :work
\! rm -rf "$WORK"; mkdir -p "$WORK"; cd "$WORK"; sqlite3 a.db "CREATE TABLE kept (id INTEGER PRIMARY KEY, n INTEGER, v TEXT); INSERT INTO kept VALUES (1, 1, 'a'), (2, '', 'b'), (3, 'x', 'c'); CREATE TABLE same (id INTEGER PRIMARY KEY); INSERT INTO same VALUES (1); CREATE TABLE gone (id INTEGER PRIMARY KEY); INSERT INTO gone VALUES (1)"; cp a.db b.db; sqlite3 b.db "INSERT INTO kept VALUES (4, '', 'd'), (5, 'y', 'e'); UPDATE kept SET v = 'A' WHERE id = 1; DROP TABLE gone; CREATE TABLE new_one (id INTEGER PRIMARY KEY)"; chmod 755 . ; chmod 644 *
\set a :work '/a.db'
\set b :work '/b.db'
CREATE SCHEMA one;
CREATE TABLE one.kept (id bigint PRIMARY KEY, n integer, v text);
CREATE TABLE one.same (id bigint PRIMARY KEY);
CREATE TABLE one.gone (id bigint PRIMARY KEY);
CREATE TABLE one.new_one (id bigint PRIMARY KEY);
CREATE SCHEMA two;
CREATE TABLE two.kept (id bigint PRIMARY KEY, n bigint, v text);
CREATE TABLE two.same (id bigint PRIMARY KEY);
CREATE TABLE two.gone (id bigint PRIMARY KEY);
CREATE FUNCTION pg_temp.run_of(source text, target text) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM sqlite_migrate.migrate(source, target, existing => 'truncate', on_error => 'reject');
    RETURN (SELECT max(run_id) FROM sqlite_migrate.runs);
END $$;
SELECT pg_temp.run_of(:'a', 'one') AS a1, pg_temp.run_of(:'a', 'one') AS a2, pg_temp.run_of(:'b', 'one') AS b1, pg_temp.run_of(:'a', 'two') AS a_two \gset
SELECT plan(18);
SELECT is_empty(format($$ SELECT * FROM sqlite_migrate.compare_runs(%s, %s) WHERE what NOT IN ('duration_ms', 'rows_before') $$, :a1, :a2), 'a run twice: the same but for time, and the rows that were there');
SELECT is_empty(format($$ SELECT * FROM sqlite_migrate.compare_runs(%s, %s) $$, :a1, :a1), 'a run and itself');
SELECT results_eq(format($$ SELECT * FROM sqlite_migrate.compare_runs(%s, %s) WHERE table_name = 'one.kept' AND what !~ '^(duration_ms|digest|rows_before)$' $$, :a2, :b1),
    $$ VALUES ('one.kept', 'rows_source', '3', '5'), ('one.kept', 'rows_loaded', '2', '3'), ('one.kept', 'rows_rejected', '1', '2'),
       ('one.kept', 'rejected: not_a_number in "n"', '1', '2'), ('one.kept', 'rows_target', '2', '3'), ('one.kept', 'normalized', '1', '2'),
       ('one.kept', 'rule empty_as_null', '1', '2'), ('one.kept', 'message', 'rejected: 1 not_a_number in "n"', 'rejected: 2 not_a_number in "n"') $$, 'counts, reasons, rules of a table, in their order');
SELECT is(count(*), 1::bigint, 'the digest, too') FROM sqlite_migrate.compare_runs(:a2, :b1) WHERE table_name = 'one.kept' AND what = 'digest' AND value_a <> value_b;
SELECT is_empty(format($$ SELECT * FROM sqlite_migrate.compare_runs(%s, %s) WHERE table_name = 'one.same' AND what <> 'duration_ms' $$, :a2, :b1), 'nothing of a table that is the same');
SELECT set_eq(format($$ SELECT table_name, what, value_a, value_b FROM sqlite_migrate.compare_runs(%s, %s) WHERE table_name ~ 'gone|new' $$, :a2, :b1),
    $$ VALUES ('one.gone', 'table', 'one.gone', NULL), ('one.new_one', 'table', NULL, 'one.new_one') $$, 'tables that one run only has');
SELECT set_eq(format($$ SELECT what FROM sqlite_migrate.compare_runs(%s, %s) WHERE table_name IS NULL $$, :a2, :b1),
    '{verdict,source,schema version of the source,duration_ms}'::text[], 'of the run: verdict, source, its schema');
SELECT is(value_a || ' > ' || value_b, '2 > 3', 'rows: in this order, of a and of b') FROM sqlite_migrate.compare_runs(:a2, :b1) WHERE table_name = 'one.kept' AND what = 'rows_loaded';
SELECT results_eq(format($$ SELECT table_name, what, value_a, value_b FROM sqlite_migrate.compare_runs(%s, %s) WHERE table_name = 'one.kept' AND what !~ '^(duration_ms|digest|rows_before)$' $$, :a2, :a_two),
    $$ VALUES ('one.kept', 'table', 'one.kept', 'two.kept'), ('one.kept', 'type of "n"', 'integer', 'bigint') $$, 'another schema: paired by the source''s name, types compared');
SELECT is(value_a || ' > ' || value_b, 'one > two', 'and the schema named') FROM sqlite_migrate.compare_runs(:a2, :a_two) WHERE what = 'target_schema';
SELECT is((SELECT count(*) FROM sqlite_migrate.compare_runs(:a2, :b1)), (SELECT count(*) FROM sqlite_migrate.compare_runs(:b1, :a2)), 'both ways alike');
SELECT ok(position('argument existing' IN string_agg(what, ',')) = 0, 'arguments that are alike are not listed') FROM sqlite_migrate.compare_runs(:a2, :b1);
SELECT throws_ok('SELECT * FROM sqlite_migrate.compare_runs(-7, 1)', '22023', 'run -7 is not known', 'a run that is not there');
SELECT throws_ok(format('SELECT * FROM sqlite_migrate.compare_runs(%s, -8)', :a1), '22023', 'run -8 is not known', 'the second');
SELECT throws_ok('SELECT * FROM sqlite_migrate.compare_runs(NULL, 1)', '22004', 'arguments "a" and "b" must not be NULL', 'NULL is no run');
-- Reasons are for the role that made the run.
CREATE ROLE somebody;
SET ROLE somebody;
SELECT is_empty(format($$ SELECT * FROM sqlite_migrate.compare_runs(%s, %s) WHERE what LIKE 'rejected: %%' $$, :a2, :b1), 'who may not see why rows were rejected is not told that reasons differ');
SELECT is(value_b, '2', 'but how many') FROM sqlite_migrate.compare_runs(:a2, :b1) WHERE what = 'rows_rejected';
RESET ROLE;
-- Verifying when a bad row has been mended since.
\! sqlite3 "$WORK/b.db" "DELETE FROM kept WHERE id = 5"
SELECT is(message, '1 value that the run rejected cannot be found in the source any more', 'verify of a run: a bad row that has gone')
FROM sqlite_migrate.verify(:'b', 'one', run_id => :b1) WHERE table_name = 'one.kept';
\! rm -rf "$WORK"
SELECT * FROM finish();
ROLLBACK;
