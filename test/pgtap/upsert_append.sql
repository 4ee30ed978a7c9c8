-- existing => 'append' and 'upsert' closely: what they need, what they leave alone, and that they are proved.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set file :files '/upsert.db'
CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'file');
CREATE ROLE keeper;
SELECT format('GRANT CREATE, TEMPORARY ON DATABASE %I TO keeper', current_database()) \gexec
GRANT USAGE ON FOREIGN SERVER s TO keeper;
SET SESSION AUTHORIZATION keeper;
SET client_min_messages = warning;
CREATE SCHEMA t;
SET search_path = t, public;

SELECT * FROM no_plan();

-- Two spellings of a uuid.
CREATE TABLE spelt (id uuid PRIMARY KEY, note text);
INSERT INTO spelt VALUES ('11111111-1111-1111-1111-111111111111', 'mine');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('s', 't', include => '{spelt}', existing => 'upsert') $$, 'SM002', NULL, 'two texts that are one uuid');
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('s', 't', include => '{spelt}', existing => 'upsert') $$,
    '%"id", key {"id": "6f9619ff-8b86-d011-b42d-00cf4fc964ff"}: 2 rows of the source have this primary key%', 'are named');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('s', 't', include => '{spelt}', existing => 'upsert', on_error => 'reject') $$, 'SM002', NULL, 'reject does not choose one of them');
SELECT results_eq('SELECT note FROM spelt', $$ VALUES ('mine') $$, 'and nothing is written');
SELECT is_empty($$ SELECT FROM pg_class WHERE relname LIKE 'sqlite_migrate_staged%' $$, 'no table is left over');

-- A cycle of keys that are not deferrable; identity ALWAYS; generated columns; columns that the source lacks; json.
CREATE TABLE hens (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, from_egg int, doc json, twice int GENERATED ALWAYS AS (id * 2) STORED, mine text);
CREATE TABLE eggs (id int PRIMARY KEY, laid_by int NOT NULL REFERENCES hens);
ALTER TABLE hens ADD CONSTRAINT hens_egg FOREIGN KEY (from_egg) REFERENCES eggs;
INSERT INTO hens (id, from_egg, doc, mine) OVERRIDING SYSTEM VALUE VALUES (1, NULL, '{"a": 1}', 'kept'), (7, NULL, NULL, 'alone');
INSERT INTO eggs VALUES (9, 7);
CREATE TABLE keys AS SELECT conname, condeferrable, condeferred, pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE connamespace = 't'::regnamespace;
CREATE TABLE log (what text);
CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t.log VALUES (TG_OP || ' ' || NEW.id); RETURN NEW; END $$;
CREATE TRIGGER log AFTER INSERT OR UPDATE ON hens FOR EACH ROW EXECUTE FUNCTION log();
SELECT results_eq($$ SELECT table_name, message FROM sqlite_migrate.migrate('s', 't', include => '{hens,eggs}', existing => 'upsert') WHERE table_name <> '(total)' $$,
    $$ VALUES ('t.eggs', 'upsert: 2 new, 0 changed'), ('t.hens', 'upsert: 1 new, 1 changed') $$, 'a plain owner brings a cycle up to date');
SELECT results_eq('SELECT id, from_egg, doc::text, twice, mine FROM hens ORDER BY id',
    $$ VALUES (1, 2, '{"a": 1}', 2, 'kept'), (2, NULL, '{"a": 2}', 4, NULL), (7, NULL, NULL, 14, 'alone') $$, 'other rows and other columns are as they were');
SELECT set_eq('SELECT what FROM log', ARRAY['UPDATE 1', 'INSERT 2'], 'triggers fire');
SELECT results_eq($$ SELECT conname, condeferrable, condeferred, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid IN ('hens'::regclass, 'eggs'::regclass) ORDER BY 1 $$,
    $$ SELECT * FROM keys WHERE conname ~ '^(hens|eggs)' ORDER BY 1 $$, 'the keys are as they were');
TRUNCATE log;
CREATE TEMP TABLE versions AS SELECT id, ctid::text AS place FROM hens;
SELECT is(message, 'upsert: 0 new, 0 changed', 'again: nothing to do') FROM sqlite_migrate.migrate('s', 't', include => '{hens,eggs}', existing => 'upsert') WHERE table_name = 't.hens';
SELECT is_empty('TABLE log', 'no trigger fires for a row that is equal already');
SELECT results_eq('SELECT id, ctid::text FROM hens ORDER BY id', 'SELECT id, place FROM versions ORDER BY id', 'no new version of it');
SELECT results_eq($$ SELECT rows_before, rows_target, details ->> 'path' FROM sqlite_migrate.run_tables WHERE table_name = 't.hens' ORDER BY run_id DESC LIMIT 1 $$,
    $$ VALUES (3::bigint, 3::bigint, 'upsert') $$, 'the record has the path and both counts');

-- Proved: a trigger that changes what comes in.
CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.v := NEW.v + 1; RETURN NEW; END $$;
CREATE TABLE marks (a int, b text, v int, PRIMARY KEY (a, b));
INSERT INTO marks VALUES (1, 'x', 0), (5, 'z', 5);
CREATE TRIGGER spoil BEFORE INSERT OR UPDATE ON marks FOR EACH ROW EXECUTE FUNCTION spoil();
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('s', 't', include => '{marks}', existing => 'upsert') $$, 'SM003', 'sqlite_migrate: table t.marks: values differ in "v"', 'upsert is compared as stored');
DELETE FROM marks WHERE a = 1;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('s', 't', include => '{marks}', existing => 'append') $$, 'SM003', 'sqlite_migrate: table t.marks: values differ in "v"', 'so is append');
DROP TRIGGER spoil ON marks;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('s', 't', include => '{marks}', existing => 'append') $$, 'without it append adds');
SELECT results_eq('SELECT * FROM marks ORDER BY a, b', $$ VALUES (1, 'x', 10), (1, 'y', 20), (5, 'z', 5) $$, 'beside the rows that were there');
SELECT results_eq($$ SELECT rows_before, rows_loaded, rows_target, verified FROM sqlite_migrate.run_tables WHERE table_name = 't.marks' ORDER BY run_id DESC LIMIT 1 $$,
    $$ VALUES (1::bigint, 2::bigint, 3::bigint, 'digest') $$, 'and is verified');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('s', 't', include => '{marks}', existing => 'append') $$, '23505', NULL, 'a second time the key refuses');
UPDATE marks SET v = 0;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.copy_table('s', 'marks', 't.marks', existing => 'upsert') $$, 'by a key of two columns');
SELECT results_eq('SELECT v FROM marks ORDER BY a, b', $$ VALUES (10), (20), (0) $$, 'the source''s rows alone change');

-- What is needed.
CREATE TABLE notes (body text);
INSERT INTO notes VALUES ('mine');
SELECT set_eq($$ SELECT existing || ': ' || code FROM unnest('{append,upsert}'::text[]) AS e (existing), sqlite_migrate.preflight('s', 't', include => '{notes}', existing => e.existing) WHERE severity = 'error' $$,
    ARRAY['append: no_unique_key', 'upsert: no_primary_key'], 'a table without a key');
ALTER TABLE notes ADD id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY;
SELECT set_eq($$ SELECT existing || ': ' || code FROM unnest('{append,upsert}'::text[]) AS e (existing), sqlite_migrate.preflight('s', 't', include => '{notes}', existing => e.existing) WHERE severity = 'error' $$,
    ARRAY['append: no_unique_key', 'upsert: key_not_loaded'], 'a key that is not loaded does not help');
ALTER TABLE notes DROP id, ADD UNIQUE (body);
SELECT set_eq($$ SELECT code FROM sqlite_migrate.preflight('s', 't', include => '{notes}', existing => 'append') WHERE severity = 'error' $$,
    ARRAY['no_unique_key'], 'nor one that may be NULL');
ALTER TABLE notes ALTER body SET NOT NULL;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('s', 't', include => '{notes}', existing => 'append') $$, 'one that may not does');
SELECT is((SELECT string_agg(body, ',' ORDER BY body) FROM notes), 'mine,one,two', 'the rows are in');
ALTER TABLE marks DROP CONSTRAINT marks_pkey, ADD PRIMARY KEY (a, b) DEFERRABLE;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('s', 't', include => '{marks}', existing => 'upsert') $$, 'SM001', 'sqlite_migrate: table t.marks: its primary key is deferrable: ON CONFLICT cannot use it', 'a deferrable primary key');

-- The plan.
SELECT matches(note, 'path upsert: by primary key, through a temporary table', 'plan says where the rows wait')
    FROM sqlite_migrate.plan('s', 't', include => '{hens,eggs}', existing => 'upsert') WHERE action = 'load';
SELECT results_eq($$ SELECT sql, note FROM sqlite_migrate.plan('s', 't', include => '{hens,eggs}', existing => 'upsert') WHERE action = 'verify' $$,
    $$ VALUES (NULL::text, 'compared by the load, which knows its rows from the others: t.hens, t.eggs') $$, 'and who compares');

SELECT * FROM finish();
ROLLBACK;
