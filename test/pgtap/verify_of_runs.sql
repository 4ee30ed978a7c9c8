-- verify with a run: what the run rejected must be what is missing, row by row; what it added to rows that were there must be there.
BEGIN;
SET client_min_messages = warning;
\getenv scratch SCRATCH
\set file :scratch '/verify_of_runs.db'
\setenv VERIFIED :file
\! rm -f "$VERIFIED"
\! sqlite3 "$VERIFIED" "CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, born DATE); WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 500) INSERT INTO people SELECT i, 'm' || i, date('1970-01-01', i || ' days') FROM r; UPDATE people SET born = 'unknown' WHERE id = 7; UPDATE people SET email = 'm1' WHERE id = 9; CREATE TABLE notes (person INTEGER, line INTEGER, body TEXT, PRIMARY KEY (person, line)) WITHOUT ROWID; INSERT INTO notes SELECT id % 100, id, 'n' || id FROM people; UPDATE notes SET body = NULL WHERE line = 20; UPDATE notes SET person = 9999 WHERE line = 30; CREATE TABLE clean (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO clean SELECT id, 'v' || id FROM people LIMIT 20; CREATE TABLE owners (id INTEGER PRIMARY KEY); INSERT INTO owners VALUES (1); CREATE TABLE pets (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES owners (id), name TEXT); INSERT INTO pets VALUES (1, 1, 'a'), (2, 7, 'b'), (3, 8, 'c'), (4, NULL, 'd')"
\! chmod 644 "$VERIFIED"
CREATE SCHEMA v;
CREATE TABLE v.people (id int PRIMARY KEY, email text UNIQUE, born date);
CREATE TABLE v.notes (person int, line int, body text NOT NULL, PRIMARY KEY (person, line));
CREATE TABLE v.clean (id int PRIMARY KEY, v text);
SELECT * FROM no_plan();
SELECT set_config('test.file', :'file', true) AS file \gset

SELECT lives_ok(format('CALL sqlite_migrate.run(%L, ''v'', on_error => ''reject'', exclude => ''{owners,pets}'')', :'file'), 'three rows are rejected');
SELECT max(run_id) AS run FROM sqlite_migrate.runs \gset
SELECT set_config('test.run', :'run', true) AS run \gset
SELECT results_eq(format('SELECT source_table, key::text, code FROM sqlite_migrate.rejects WHERE run_id = %s ORDER BY 1, 2', :'run'),
    $$ VALUES ('notes', '{"line": 20, "person": 20}', 'not_null'), ('people', '{"id": 7}', 'not_a_time'), ('people', '{"id": 9}', 'duplicate_key') $$, 'which');

-- What verify says after a change that is taken back.
CREATE FUNCTION pg_temp.verdict(change text, method text DEFAULT 'digest') RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_answer text;
BEGIN
    EXECUTE change;
    SELECT string_agg(concat_ws(' | ', v.table_name, v.columns_differing, v.message, v.details -> 'first'), '; ') INTO v_answer
    FROM sqlite_migrate.verify(current_setting('test.file'), 'v', method => verdict.method, run_id => current_setting('test.run')::bigint) v WHERE NOT v.verified;
    RAISE 'so far' USING DETAIL = COALESCE(v_answer, '');
EXCEPTION WHEN raise_exception THEN
    GET STACKED DIAGNOSTICS v_answer = PG_EXCEPTION_DETAIL;
    RETURN v_answer;
END $$;
SELECT is(pg_temp.verdict('SELECT 1'), '', 'nothing else is missing');
SELECT is(pg_temp.verdict('SELECT 1', 'deep'), '', 'deep says so, too');
SELECT is(pg_temp.verdict('SELECT 1', 'count'), '', 'and so do counts');
SELECT is(pg_temp.verdict('INSERT INTO v.people VALUES (7, ''m7'', NULL)'), 'v.people | {} | 500 rows in the source, 2 rejected, 499 stored | [{"key": {"id": 7}, "kind": "extra"}]', 'a rejected row is in the target');
SELECT is(pg_temp.verdict('INSERT INTO v.people VALUES (7, ''m7'', NULL); DELETE FROM v.people WHERE id = 100'),
    'v.people | {} | the rows that are missing are not those that were rejected: missing, but not rejected: {"id": 100}; stored, but rejected or not in the source: {"id": 7} | [{"key": {"id": 7}, "kind": "extra"}, {"key": {"id": 100}, "kind": "missing"}]',
    'a rejected row is there, another one is not');
SELECT is(pg_temp.verdict('DELETE FROM v.people WHERE id = 100'), 'v.people | {} | 500 rows in the source, 2 rejected, 497 stored | [{"key": {"id": 100}, "kind": "missing"}]', 'a row is missing that was not rejected');
SELECT is(pg_temp.verdict('UPDATE v.people SET email = ''x'' WHERE id = 100'), 'v.people | {email} | values differ in "email" | [{"key": {"id": 100}, "kind": "differs", "column_name": "email"}]', 'a value differs in a table with rejects');
SELECT is(pg_temp.verdict('DELETE FROM v.people WHERE id = 100; UPDATE v.people SET id = 100 WHERE id = 101'),
    'v.people | {email,born} | 500 rows in the source, 2 rejected, 497 stored | [{"key": {"id": 100}, "kind": "differs", "column_name": "email"}, {"key": {"id": 100}, "kind": "differs", "column_name": "born"}, {"key": {"id": 101}, "kind": "missing"}]', 'a row under another''s key');
SELECT is(pg_temp.verdict('UPDATE v.people SET id = 7 WHERE id = 100'),
    'v.people | {} | the rows that are missing are not those that were rejected: missing, but not rejected: {"id": 100}; stored, but rejected or not in the source: {"id": 7} | [{"key": {"id": 7}, "kind": "extra"}, {"key": {"id": 100}, "kind": "missing"}]', 'a row has the key of a rejected one');
-- The same where the source has no rowid.
SELECT is(pg_temp.verdict('UPDATE v.notes SET person = 20, line = 20 WHERE line = 40'),
    'v.notes | {} | the rows that are missing are not those that were rejected: missing, but not rejected: {"line": 40, "person": 40}; stored, but rejected or not in the source: {"line": 20, "person": 20} | [{"key": {"line": 20, "person": 20}, "kind": "extra"}, {"key": {"line": 40, "person": 40}, "kind": "missing"}]', 'without a rowid');
-- Without the run its rejects are no excuse.
SELECT is(string_agg(concat_ws(' | ', table_name, columns_differing, message), '; '), 'v.notes | {body} | 1 value of the source cannot be carried; v.people | {born} | 1 value of the source cannot be carried', 'without the run')
FROM sqlite_migrate.verify(:'file', 'v', exclude => '{owners,pets}') WHERE NOT verified;
SELECT is(string_agg(concat_ws(' ', kind, key, column_name, source_value), '; '), 'missing {"id": 9} id: integer 9, email: text "m1", born: text "1970-01-10"; missing {"id": 7} born text "unknown", expected a date or time in an ISO 8601 form, such as 2024-03-31 02:30:00', 'diff has both rejected rows, one with its reason')
FROM sqlite_migrate.diff(:'file', 'people', 'v.people');

-- Rows were there before: append and upsert answer for those that they brought.
TRUNCATE v.clean;
INSERT INTO v.clean VALUES (1000, 'old'), (1001, 'older');
SELECT lives_ok(format('CALL sqlite_migrate.run(%L, ''v'', include => ''{clean}'', existing => ''append'')', :'file'), 'append');
SELECT max(run_id) AS run FROM sqlite_migrate.runs \gset
SELECT set_config('test.run', :'run', true) AS run \gset
SELECT is(pg_temp.verdict('SELECT 1'), '', 'append: all that came is there');
SELECT is(pg_temp.verdict('SELECT 1', 'count'), '', 'by count, too');
SELECT is(pg_temp.verdict('UPDATE v.clean SET v = ''new'' WHERE id = 1000'), '', 'append: the rows that were there may change');
SELECT is(pg_temp.verdict('DELETE FROM v.clean WHERE id = 5'), 'v.clean | {} | 1 row of the source not stored | [{"key": {"id": 5}, "kind": "missing"}]', 'append: a row is gone');
SELECT is(pg_temp.verdict('UPDATE v.clean SET v = '''' WHERE id = 5'), 'v.clean | {v} | values differ in "v" | [{"key": {"id": 5}, "kind": "differs", "column_name": "v"}]', 'append: a value has changed');
SELECT is(pg_temp.verdict('DELETE FROM v.clean WHERE id = 5; UPDATE v.clean SET v = NULL WHERE id = 6'), 'v.clean | {v} | 1 row of the source not stored; values differ in "v" | [{"key": {"id": 5}, "kind": "missing"}, {"key": {"id": 6}, "kind": "differs", "column_name": "v"}]', 'append: both');
UPDATE v.clean SET v = 'other' WHERE id = 3;
SELECT lives_ok(format('CALL sqlite_migrate.run(%L, ''v'', include => ''{clean}'', existing => ''upsert'')', :'file'), 'upsert');
SELECT max(run_id) AS run FROM sqlite_migrate.runs \gset
SELECT set_config('test.run', :'run', true) AS run \gset
SELECT is(pg_temp.verdict('SELECT 1'), '', 'upsert: the source''s rows are there and equal');
SELECT is(pg_temp.verdict('UPDATE v.clean SET v = '''' WHERE id = 5'), 'v.clean | {v} | values differ in "v" | [{"key": {"id": 5}, "kind": "differs", "column_name": "v"}]', 'upsert: a value has changed');

-- Orphans became NULL: so many, and no more.
CREATE TABLE v.owners (id int PRIMARY KEY);
CREATE TABLE v.pets (id int PRIMARY KEY, owner int REFERENCES v.owners, name text);
SELECT lives_ok(format('CALL sqlite_migrate.run(%L, ''v'', include => ''{owners,pets}'', orphans => ''null'')', :'file'), 'orphans => null');
SELECT max(run_id) AS run FROM sqlite_migrate.runs \gset
SELECT set_config('test.run', :'run', true) AS run \gset
SELECT is(pg_temp.verdict('SELECT 1'), '', 'what it made NULL is NULL');
SELECT is(details ->> 'orphan_as_null', '2', 'and counted') FROM sqlite_migrate.verify(:'file', 'v', run_id => :run) WHERE source_table = 'pets';
SELECT is(pg_temp.verdict('UPDATE v.pets SET owner = NULL WHERE id = 1'), 'v.pets | {owner} | values differ in "owner" | [{"key": {"id": 1}, "kind": "differs", "column_name": "owner"}, {"key": {"id": 2}, "kind": "differs", "column_name": "owner"}, {"key": {"id": 3}, "kind": "differs", "column_name": "owner"}]', 'one more is a difference');
SELECT is(pg_temp.verdict('UPDATE v.pets SET owner = 1 WHERE id = 2'), 'v.pets | {owner} | values differ in "owner" | [{"key": {"id": 2}, "kind": "differs", "column_name": "owner"}, {"key": {"id": 3}, "kind": "differs", "column_name": "owner"}]', 'so is another parent');
SELECT is(pg_temp.verdict('UPDATE v.pets SET name = NULL WHERE id = 1'), 'v.pets | {owner,name} | values differ in "owner", "name" | [{"key": {"id": 1}, "kind": "differs", "column_name": "name"}, {"key": {"id": 2}, "kind": "differs", "column_name": "owner"}, {"key": {"id": 3}, "kind": "differs", "column_name": "owner"}]', 'and another column');

-- While they run: what came in is compared by its key, and named.
CREATE FUNCTION v.spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 4 THEN NEW.v := NEW.v || '!'; END IF; RETURN NEW; END $$;
CREATE TRIGGER spoil BEFORE INSERT OR UPDATE ON v.clean FOR EACH ROW EXECUTE FUNCTION v.spoil();
CREATE FUNCTION pg_temp.failure(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_detail text;
BEGIN
    EXECUTE call;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' ', SQLSTATE, SQLERRM, v_detail::jsonb #> '{findings,0,columns_differing}', v_detail::jsonb #> '{findings,0,first}');
END $$;
DELETE FROM v.clean WHERE id = 4;
SELECT is(pg_temp.failure(format('CALL sqlite_migrate.run(%L, ''v'', include => ''{clean}'', existing => ''upsert'')', :'file')),
    'SM003 sqlite_migrate: table v.clean: values differ in "v" ["v"] [{"key": {"id": 4}, "kind": "differs", "column_name": "v"}]', 'upsert, and a trigger that edits');
DELETE FROM v.clean WHERE id < 1000;
SELECT is(pg_temp.failure(format('CALL sqlite_migrate.run(%L, ''v'', include => ''{clean}'', existing => ''append'')', :'file')),
    'SM003 sqlite_migrate: table v.clean: values differ in "v" ["v"] [{"key": {"id": 4}, "kind": "differs", "column_name": "v"}]', 'append, and a trigger that edits');
DELETE FROM v.clean;
SELECT is(pg_temp.failure(format('CALL sqlite_migrate.run(%L, ''v'', include => ''{clean}'')', :'file')),
    'SM003 sqlite_migrate: table v.clean: values differ in "v" ["v"] [{"key": {"id": 4}, "kind": "differs", "column_name": "v"}]', 'an empty table, and a trigger that edits');
SELECT * FROM finish();
ROLLBACK;
