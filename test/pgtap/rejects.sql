-- Rows that cannot go in: written down whole, the others go in, and in = loaded + rejected is proved for each table.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set refused :files '/refused.db'
\set damaged :files '/damaged.db'
CREATE SERVER refused FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'refused');
CREATE SERVER damaged FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'damaged');
CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
CREATE SCHEMA r;
SET search_path = r, public;
CREATE TABLE people (id int PRIMARY KEY, email public.citext UNIQUE NOT NULL, age int CHECK (age > 0 AND 100 / (age - 200) IS NOT NULL), note bytea);
CREATE TABLE ids (id uuid PRIMARY KEY, n int);
CREATE TABLE keyless (a text, b text CHECK (b <> 'bad'));
CREATE TABLE pair (a text, b int, c text) PARTITION BY LIST (c);
CREATE TABLE pair_x PARTITION OF pair FOR VALUES IN ('x');
CREATE TABLE many (id int PRIMARY KEY, v int, w text);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.v < 0 THEN RAISE EXCEPTION 'no % here', NEW.v USING ERRCODE = 'U0001'; END IF; RETURN NEW; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON many FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TABLE nodes (id int PRIMARY KEY, parent int REFERENCES nodes ON DELETE CASCADE, owner int REFERENCES people);
CREATE TABLE leaves (node int REFERENCES nodes ON DELETE CASCADE, word text);

CREATE FUNCTION pg_temp.raised(query text, OUT state text, OUT message text, OUT detail jsonb, OUT hint text)
LANGUAGE plpgsql AS $$
DECLARE v_detail text;
BEGIN
    EXECUTE query;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, v_detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    IF state LIKE 'SM%' THEN detail := v_detail::jsonb; END IF;
END $$;

SELECT no_plan();

-- Orphans are the caller's to let go, not on_error's.
SELECT is((pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject') $$)).state, '23503', 'orphans stop a run that rejects');
SELECT is_empty('SELECT id FROM people UNION ALL SELECT id FROM many', 'and nothing is left of it');

CREATE TEMP TABLE result AS SELECT * FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject', orphans => 'reject');
SELECT results_eq('SELECT table_name, status, rows_source, rows_loaded, rows_rejected, verified FROM result',
    $$ VALUES ('r.ids', 'rejects', 3::bigint, 1::bigint, 2::bigint, 'digest'), ('r.keyless', 'rejects', 4, 3, 1, 'digest'),
              ('r.leaves', 'rejects', 7, 3, 4, 'digest'), ('r.many', 'rejects', 12000, 11988, 12, 'digest'),
              ('r.nodes', 'rejects', 12, 6, 6, 'digest'), ('r.pair', 'rejects', 3, 2, 1, 'digest'),
              ('r.people', 'rejects', 8, 2, 6, 'digest'), ('(total)', 'rejects', 12037, 12005, 32, 'digest') $$, 'each row is somewhere');
SELECT results_eq('SELECT table_name, rows_source, rows_loaded, rows_rejected, rows_target, verified FROM sqlite_migrate.run_tables ORDER BY table_name COLLATE "C"',
    $$ SELECT table_name, rows_source, rows_loaded, rows_rejected, rows_loaded, 'digest' FROM result WHERE table_name <> '(total)' ORDER BY table_name COLLATE "C" $$, 'so says the record');
SELECT is((SELECT rows FROM sqlite_migrate.runs), 12005::bigint, 'and the run');
SELECT results_eq('SELECT table_name, count(*) FROM sqlite_migrate.rejects GROUP BY 1 ORDER BY table_name COLLATE "C"',
    $$ SELECT table_name, rows_rejected FROM result WHERE table_name <> '(total)' ORDER BY table_name COLLATE "C" $$, 'and the rejects');
SELECT ok(t LIKE 'verified: 7 tables, 12037 rows, 32 rejected%', 'the report counts them') FROM sqlite_migrate.report() t LIMIT 1;

-- Why, and whole.
SELECT results_eq($$ SELECT key, column_name, storage_class, value, sqlstate, code FROM sqlite_migrate.rejects WHERE source_table = 'people' ORDER BY source_rowid $$,
    $$ VALUES ('{"id": 2}'::jsonb, 'email', 'text', 'A@x'::bytea, '23505', 'duplicate_key'), ('{"id": 3}', NULL, NULL, NULL, '23514', 'check'),
              ('{"id": 4}', 'email', 'null', NULL, '23502', 'not_null'), ('{"id": 5}', 'age', 'text', 'old', '22P02', 'not_a_number'),
              ('{"id": 6}', NULL, NULL, NULL, '22012', 'refused_by_server'), ('{"id": 8}', 'email', 'text', '\x66ff', '22021', 'invalid_utf8') $$,
    'a unique key, CHECK, NOT NULL, a value, an expression that fails, bytes that are no text');
SELECT is(cells, '{"id": {"class": "integer", "hex": "32"}, "email": {"class": "text", "hex": "414078"}, "age": {"class": "integer", "hex": "3331"}, "note": {"class": "blob", "hex": "00ff"}}',
    'every cell, as storage class and bytes') FROM sqlite_migrate.rejects WHERE source_table = 'people' AND source_rowid = 2;
SELECT is(cells -> 'note', '{"class": "real", "hex": "322e35"}', 'a real by its digits') FROM sqlite_migrate.rejects WHERE source_table = 'people' AND source_rowid = 5;
SELECT results_eq($$ SELECT key, source_rowid FROM sqlite_migrate.rejects WHERE source_table = 'ids' ORDER BY 2 $$,
    $$ VALUES ('{"id": "6f9619ff-8b86-d011-b42d-00c04fc964ff"}'::jsonb, 2::bigint), ('{"id": "x"}', 3) $$, 'of two spellings of one key the first stays');
SELECT results_eq($$ SELECT key, source_rowid, message FROM sqlite_migrate.rejects WHERE source_table IN ('keyless', 'pair') ORDER BY source_table $$,
    $$ VALUES ('{"rowid": 3}'::jsonb, 3::bigint, 'new row violates check constraint "keyless_b_check"'), ('{"a": "k", "b": 2}', NULL, 'no partition of relation "pair" found for row') $$, 'a table without a key, one without rowid');
SELECT is(array_agg(DISTINCT (sqlstate, code)::text), ARRAY['(U0001,refused_by_server)'], 'a trigger''s own SQLSTATE') FROM sqlite_migrate.rejects WHERE source_table = 'many';
SELECT set_eq($$ SELECT (key ->> 'id')::int FROM sqlite_migrate.rejects WHERE source_table = 'many' $$, 'SELECT generate_series(997, 12000, 997)', 'exactly those that it refused');

-- Orphans: the closure, and nothing that ON DELETE CASCADE would have taken.
SELECT set_eq('SELECT id FROM nodes', 'VALUES (1), (2), (3), (20), (21), (22)', 'lines, cycles and roots stay');
SELECT set_eq($$ SELECT (key ->> 'id')::int, column_name FROM sqlite_migrate.rejects WHERE source_table = 'nodes' $$,
    $$ VALUES (10, 'parent'), (11, 'parent'), (12, 'parent'), (30, 'owner'), (31, 'parent'), (32, 'owner') $$, 'what hangs on a missing parent goes, also below a rejected one');
SELECT results_eq('SELECT node, word FROM leaves ORDER BY 1', $$ VALUES (3, 'stays'), (21, 'stays'), (NULL, 'stays') $$, 'across tables');
SELECT set_eq($$ SELECT source_rowid, convert_from(value, 'UTF8') FROM sqlite_migrate.rejects WHERE source_table = 'leaves' $$, $$ VALUES (2::bigint, '12'), (3, '12'), (5, '31'), (7, '98') $$, 'with equal rows each once');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'no event is left');

-- orphans => 'null'
TRUNCATE people, ids, keyless, pair, many, nodes, leaves;
CREATE TEMP TABLE nulled AS SELECT * FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject', orphans => 'null', include => '{people,nodes,leaves}');
SELECT results_eq('SELECT table_name, rows_loaded, rows_rejected, normalized, verified FROM nulled',
    $$ VALUES ('r.leaves', 7::bigint, 0::bigint, 1::bigint, 'digest'), ('r.nodes', 12, 0, 3, 'digest'), ('r.people', 2, 6, 0, 'digest'), ('(total)', 21, 6, 4, 'digest') $$, 'keys become NULL, counted');
SELECT set_eq('SELECT id, parent, owner FROM nodes WHERE id IN (10, 11, 30, 32)', 'VALUES (10, NULL, 1), (11, 10, 1), (30, NULL, NULL), (32, 3, NULL)', 'only those without a parent');
SELECT is(details -> 'rules', '{"orphan_as_null": 3}', 'by name in the record') FROM sqlite_migrate.run_tables WHERE table_name = 'r.nodes' ORDER BY run_id DESC LIMIT 1;
TRUNCATE people, nodes, leaves;
ALTER TABLE leaves ALTER node SET NOT NULL;
SELECT matches((pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject', orphans => 'null', include => '{people,nodes,leaves}') $$)).message,
    'table r.leaves: 1 row has no parent by foreign key "leaves_node_fkey", and its columns \(node\) must not be NULL', 'a key that must not be NULL is an error');

-- A trigger's table: its keys are checked row by row, and its children later.
ALTER TABLE leaves ALTER node DROP NOT NULL;
CREATE FUNCTION idle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER idle BEFORE INSERT ON leaves FOR EACH ROW EXECUTE FUNCTION idle();
SELECT results_eq($$ SELECT rows_loaded, rows_rejected, verified FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject', orphans => 'reject', include => '{people,nodes,leaves}') WHERE table_name = 'r.leaves' $$,
    $$ VALUES (3::bigint, 4::bigint, 'digest') $$, 'on the COPY path as well');
TRUNCATE people, nodes, leaves;

-- A key of a trigger's table to itself waits for all rows: a child may come long before its parent.
CREATE TABLE line (id int PRIMARY KEY, v int REFERENCES line, w text);
CREATE TRIGGER idle BEFORE INSERT ON line FOR EACH ROW EXECUTE FUNCTION idle();
SELECT results_eq($$ SELECT status, rows_loaded, rows_rejected, verified FROM sqlite_migrate.copy_table('refused', 'many', 'line', on_error => 'reject', orphans => 'reject', rules => '{"many.v": "12000 - $1::int / 11 * 11"}') WHERE table_name = '(total)' $$,
    $$ WITH RECURSIVE s AS (SELECT i AS id, 12000 - CASE WHEN i % 997 = 0 THEN -i ELSE i END / 11 * 11 AS v FROM generate_series(1, 12000) i),
           bad AS (SELECT id FROM s WHERE v > 12000 UNION SELECT s.id FROM s JOIN bad b ON s.v = b.id)
       SELECT 'rejects', 12000 - count(*), count(*), 'digest' FROM bad $$, 'only those whose parent comes nowhere, and what hangs on them, are orphans');
SELECT results_eq($$ SELECT condeferrable, condeferred FROM pg_constraint WHERE conrelid = 'line'::regclass AND contype = 'f' $$, 'VALUES (false, false)', 'and the key is as it was');

-- Orphans alone: a bad value still stops the run.
SELECT is((pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('refused', 'r', orphans => 'reject', include => '{people,nodes,leaves}') $$)).state, 'SM002', 'orphans => reject lets no values go');

-- max_rejects: of all reasons and tables.
CREATE TEMP TABLE too_many AS SELECT * FROM pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject', orphans => 'reject', max_rejects => 15, include => '{people,nodes,leaves}') $$);
SELECT is(state, 'SM005', 'one more than max_rejects is an error') FROM too_many;
SELECT is(message, 'sqlite_migrate: more than 15 rows rejected: 16 so far, most of them in table r.nodes', 'that counts') FROM too_many;
SELECT set_eq($$ SELECT f ->> 'table_name', (f ->> 'rows')::int FROM too_many, jsonb_array_elements(detail -> 'findings') f $$, $$ VALUES ('r.leaves', 4), ('r.nodes', 6), ('r.people', 6) $$, 'for each table');
SELECT ok(detail -> 'findings' -> 2 -> 'samples' -> 0 ? 'message', 'with samples') FROM too_many;
SELECT is_empty('SELECT id FROM people', 'nothing is left');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject', orphans => 'reject', max_rejects => 16, include => '{people,nodes,leaves}') $$, 'as many as that are none');
TRUNCATE people, nodes, leaves;
SELECT is((pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject', orphans => 'reject', max_rejects => 1, include => '{people,nodes,leaves}') $$)).state, 'SM005', 'it stops early, too');

SELECT is((pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject', max_rejects => -1) $$)).state, '22023', 'less than none is no number of rows');

-- A key in create mode is made, whatever the rows of the source.
CREATE SCHEMA made;
SELECT results_eq($$ SELECT table_name, rows_rejected FROM sqlite_migrate.migrate('refused', 'made', orphans => 'reject', include => '{people,nodes,leaves}') $$,
    $$ VALUES ('made.leaves', 3::bigint), ('made.nodes', 4), ('made.people', 0), ('(total)', 7) $$, 'create mode rejects orphans');
SELECT is(count(*), 3::bigint, 'and makes the keys') FROM pg_constraint WHERE connamespace = 'made'::regnamespace AND contype = 'f' AND convalidated;

-- The rehearsal says how many values would go.
SELECT results_eq($$ SELECT status, rows_source, rows_loaded, rows_rejected FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject', dry_run => true, include => '{people}') WHERE table_name = '(total)' $$,
    $$ VALUES ('planned', 8::bigint, 5::bigint, 3::bigint) $$, 'a rehearsal');

-- Common rows take no transaction id each: one for a batch of a thousand.
CREATE TABLE plain_many (id int PRIMARY KEY, v int CHECK (v % 5 <> 0 OR v > 0), w text);
SAVEPOINT ids;
SELECT results_eq($$ SELECT rows_loaded, rows_rejected FROM sqlite_migrate.copy_table('refused', 'many', 'plain_many', on_error => 'reject') WHERE table_name = '(total)' $$, $$ VALUES (11998::bigint, 2::bigint) $$, 'two rows of a CHECK');
SELECT cmp_ok((SELECT count(DISTINCT xmin::text) FROM plain_many), '<=', 14::bigint, 'one id for a batch, and one more for a batch with a refused row');
SELECT cmp_ok((details ->> 'subtransactions')::int, '<=', 14, 'and the record counts the subtransactions') FROM sqlite_migrate.run_tables WHERE table_name = 'r.plain_many';
-- The rejects of a run are part of its proof.
TRUNCATE people, nodes, leaves;
CREATE TEMP TABLE run AS SELECT 0::bigint AS id;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject', orphans => 'reject', include => '{people,nodes,leaves}') $$, 'a run to prove');
UPDATE run SET id = (SELECT max(run_id) FROM sqlite_migrate.runs);
CREATE FUNCTION pg_temp.proof(rules jsonb DEFAULT NULL) RETURNS TABLE (t text, n bigint, v boolean, m text) LANGUAGE sql AS $$
    SELECT table_name, rows_rejected, verified, message FROM sqlite_migrate.verify('refused', 'r', rules => $1, run_id => (SELECT id FROM run)) $$;
SELECT results_eq('SELECT * FROM pg_temp.proof()', $$ VALUES ('r.leaves', 4::bigint, true, ''), ('r.nodes', 6, true, ''), ('r.people', 6, true, '') $$, 'verify knows what was rejected');
SELECT is((SELECT count(*) FROM sqlite_migrate.verify('refused', 'r', include => '{people,nodes,leaves}') WHERE verified), 0::bigint, 'without the run nothing excuses them');
UPDATE leaves SET node = 2 WHERE node = 3;
SELECT is(m, 'the rows that are missing are not those that were rejected', 'other rows than those are found out') FROM pg_temp.proof() WHERE t = 'r.leaves';
UPDATE leaves SET node = 3 WHERE node = 2;
DELETE FROM leaves WHERE node = 3;
SELECT is(m, '7 rows in the source, 4 rejected, 2 stored', 'and one that is missing') FROM pg_temp.proof() WHERE t = 'r.leaves';
INSERT INTO leaves VALUES (3, 'stays');

-- Once more, when the target and the rules allow it.
ALTER TABLE people DROP CONSTRAINT people_age_check, ALTER email TYPE text;
CREATE TEMP TABLE again AS SELECT * FROM sqlite_migrate.retry_rejects((SELECT id FROM run), rules => '{"people.email": "latin1"}');
SELECT results_eq('SELECT table_name, rows_source, rows_loaded, rows_rejected, verified FROM again',
    $$ VALUES ('r.leaves', 4::bigint, 1::bigint, 3::bigint, 'digest'), ('r.nodes', 6, 2, 4, 'digest'), ('r.people', 6, 4, 2, 'digest'), ('(total)', 16, 7, 9, 'digest') $$,
    'what can go in goes in, parents first');
SELECT results_eq('SELECT id, email, age, note FROM people WHERE id IN (2, 3, 6, 8) ORDER BY id',
    $$ VALUES (2, 'A@x', 31, '\x00ff'::bytea), (3, 'b@x', -1, 'neg'), (6, 'd@x', 200, NULL), (8, 'fÿ', 41, NULL) $$, 'with the values of the source');
SELECT results_eq('SELECT table_name, rows_loaded, rows_rejected, rows_target FROM sqlite_migrate.run_tables WHERE run_id = (SELECT id FROM run) ORDER BY table_name COLLATE "C"',
    $$ VALUES ('r.leaves', 4::bigint, 3::bigint, 4::bigint), ('r.nodes', 8, 4, 8), ('r.people', 6, 2, 6) $$, 'the record follows');
SELECT set_eq('SELECT source_table, key, source_rowid FROM sqlite_migrate.rejects WHERE run_id = (SELECT id FROM run) AND source_table <> $x$nodes$x$',
    $$ VALUES ('people', '{"id": 4}'::jsonb, 4::bigint), ('people', '{"id": 5}', 5), ('leaves', '{"rowid": 2}', 2), ('leaves', '{"rowid": 3}', 3), ('leaves', '{"rowid": 7}', 7) $$,
    'the others stay, by their own keys');
SELECT results_eq($$ SELECT t, n, v FROM pg_temp.proof('{"people.email": "latin1"}') $$, $$ VALUES ('r.leaves', 3::bigint, true), ('r.nodes', 4, true), ('r.people', 2, true) $$, 'and all is proved again');
SELECT is((SELECT rows_loaded FROM sqlite_migrate.retry_rejects((SELECT id FROM run)) WHERE table_name = '(total)'), 0::bigint, 'a third time changes nothing');
CREATE ROLE stranger;
GRANT USAGE ON SCHEMA r TO stranger;
GRANT ALL ON ALL TABLES IN SCHEMA r TO stranger;
SET ROLE stranger;
SELECT is_empty('TABLE sqlite_migrate.rejects', 'another role sees no reject');
SELECT is_empty('SELECT * FROM sqlite_migrate.retry_rejects((SELECT max(run_id) FROM sqlite_migrate.runs)) WHERE table_name <> $x$(total)$x$', 'and tries none');
SELECT throws_ok('DELETE FROM sqlite_migrate.rejects', '42501', NULL, 'nor writes one');
RESET ROLE;

-- on_failure: rows instead of an error; the data is rolled back, the record stays.
TRUNCATE people, nodes, leaves;
CREATE TEMP TABLE failed AS SELECT * FROM sqlite_migrate.migrate('refused', 'r', on_error => 'reject', max_rejects => 1, include => '{people}', options => '{"on_failure": "return"}');
SELECT results_eq('SELECT table_name, status, rows_source, rows_loaded, rows_rejected FROM failed', $$ VALUES ('r.people', 'failed', 8::bigint, 0::bigint, 3::bigint), ('(total)', 'failed', 8, 0, 3) $$, 'a failed run in rows');
SELECT matches(message, '^SM005: sqlite_migrate: more than 1 row rejected: 3 so far', 'with its error') FROM failed WHERE table_name = '(total)';
SELECT is_empty('TABLE people', 'its data is rolled back');
SELECT results_eq('SELECT r.status, t.status, t.rows_loaded, t.rows_rejected, t.message FROM sqlite_migrate.runs r JOIN sqlite_migrate.run_tables t USING (run_id) ORDER BY run_id DESC LIMIT 1',
    $$ VALUES ('failed', 'failed', 0::bigint, 3::bigint, 'rolled back: SM005') $$, 'it is on record, without values');
SELECT is((SELECT count(*) FROM sqlite_migrate.rejects WHERE run_id = (SELECT max(run_id) FROM sqlite_migrate.runs)), 3::bigint, 'with its rejects');
SELECT ok(t LIKE 'failed: 1 table%', 'and in the report') FROM sqlite_migrate.report() t LIMIT 1;
SELECT is((pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('refused', 'r', options => '{"on_failure": "retrun"}') $$)).state, '22023', 'a word that it does not take');
SELECT is((pg_temp.raised($$ CALL sqlite_migrate.run('refused', 'r', options => '{"on_failure": "return"}') $$)).state, '22023', 'CALL has no rows to return');
SELECT * FROM finish();
ROLLBACK;
