-- Foreign keys: rows go in past their triggers, and every key is checked before the call returns; without superuser.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set cycle :files '/cycle.db'
\set orphans :files '/orphans.db'
\set shop :files '/shop.db'
CREATE ROLE key_owner;
SELECT format('GRANT CREATE, TEMPORARY ON DATABASE %I TO key_owner', current_database()) \gexec
CREATE SERVER cycle FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'cycle');
CREATE SERVER orphans FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'orphans');
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
GRANT USAGE ON FOREIGN SERVER cycle, orphans, shop TO key_owner;
SET SESSION AUTHORIZATION key_owner;
SET client_min_messages = warning;

-- Every kind of key: not deferrable, deferrable, initially deferred, self-referencing, cyclic, of two columns.
CREATE SCHEMA k;
SET search_path = k, public;
CREATE TABLE hens (id int PRIMARY KEY, from_egg int);
CREATE TABLE eggs (id int PRIMARY KEY, laid_by int REFERENCES hens);
ALTER TABLE hens ADD CONSTRAINT hens_egg FOREIGN KEY (from_egg) REFERENCES eggs DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE folders (id int PRIMARY KEY, parent int REFERENCES folders, name text);
CREATE TABLE nests (hen int REFERENCES hens DEFERRABLE, folder int REFERENCES folders ON DELETE CASCADE, PRIMARY KEY (hen, folder));
CREATE FUNCTION pg_temp.constraints() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', k.conname, k.condeferrable, k.condeferred, k.convalidated, pg_get_constraintdef(k.oid), k.oid) FROM pg_constraint k
    WHERE k.connamespace = 'k'::regnamespace
    UNION ALL SELECT concat_ws(' ', t.tgname, t.tgenabled, t.tgdeferrable, t.tginitdeferred, t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'k'::regnamespace ORDER BY 1 $$;
CREATE TEMP TABLE before AS SELECT * FROM pg_temp.constraints() c;

SELECT plan(31);

SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('cycle', 'k') $$, 'cycles and children before their parents load, as a plain owner');
SELECT results_eq('SELECT id, parent FROM folders ORDER BY id', 'VALUES (1, 5), (2, 2), (5, 9), (9, NULL)', 'as they are');
SELECT set_eq('SELECT c FROM before', 'SELECT pg_temp.constraints()', 'no key and no trigger was changed or made again');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'no event is left over');
SELECT throws_ok('INSERT INTO nests VALUES (99, 9)', '23503', NULL, 'the keys are at work');
SELECT throws_ok('DELETE FROM folders WHERE id = 9', '23503', NULL, 'in both directions');
SELECT is(count(*), 3::bigint, 'the cycle is one step, after it what depends on it') FROM sqlite_migrate.plan('cycle', 'k', existing => 'truncate') WHERE action = 'load';
SELECT is(note, 'their foreign keys form a cycle, checked when all are loaded; path direct: plain heap table', 'the plan says why')
    FROM sqlite_migrate.plan('cycle', 'k', existing => 'truncate') WHERE action = 'load' AND object ~ 'hens' AND object ~ 'eggs';
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('cycle', 'k', existing => 'truncate') $$, 'truncate takes the whole cycle at once');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('cycle', 'k', include => '{hens}', existing => 'truncate') $$, 'SM001', NULL, 'half a cycle cannot be truncated');
TRUNCATE hens, eggs, folders, nests;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.copy_table('cycle', 'hens', 'k.hens') $$, '23503', NULL, 'half a cycle is an orphan: copy_table checks before it returns');
SELECT is_empty('TABLE hens', 'and leaves nothing');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.copy_tables('cycle', '{hens,eggs}', 'k') $$, 'copy_tables checks at the end of its set');
SELECT is((SELECT count(*) FROM eggs), 3::bigint, 'with all rows');

-- Create mode makes the keys, and they are valid.
CREATE SCHEMA made;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('cycle', 'made') $$, 'create mode');
SELECT is(count(*) FILTER (WHERE convalidated), 5::bigint, 'five keys, all valid') FROM pg_constraint WHERE connamespace = 'made'::regnamespace AND contype = 'f';
SELECT is(count(*) FILTER (WHERE condeferrable AND condeferred), 2::bigint, 'deferrable where SQLite says so') FROM pg_constraint WHERE connamespace = 'made'::regnamespace AND contype = 'f';

-- Orphans of the source.
CREATE SCHEMA o;
CREATE TABLE o.parents (id int PRIMARY KEY, name text);
CREATE TABLE o.children (id int PRIMARY KEY, parent int CONSTRAINT child_of REFERENCES o.parents, name text);
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('orphans', 'o') $$, '23503', NULL, 'orphans stop a run');
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('orphans', 'o') $$, '%"child_of"%', 'the key is named');
SELECT is_empty('SELECT id FROM o.parents UNION ALL SELECT id FROM o.children', 'and nothing is left');
ALTER TABLE o.children DROP CONSTRAINT child_of, ADD CONSTRAINT child_of FOREIGN KEY (parent) REFERENCES o.parents DEFERRABLE INITIALLY DEFERRED;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('orphans', 'o') $$, '23503', NULL, 'a deferred key does not put it off');
CREATE FUNCTION unchanged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER t BEFORE INSERT ON o.children FOR EACH ROW EXECUTE FUNCTION unchanged();
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('orphans', 'o') $$, '23503', NULL, 'nor on the COPY path');
SELECT is_empty('SELECT id FROM o.parents UNION ALL SELECT id FROM o.children', 'nothing is left of either');
ALTER TABLE o.children DROP CONSTRAINT child_of;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('orphans', 'o') $$, 'without the key they load');
CREATE SCHEMA oc;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('orphans', 'oc') $$, 'create mode loads the rows of a file with orphans');
SELECT is((SELECT count(*) FROM oc.children), 4::bigint, 'all of them');
SELECT is_empty($$ SELECT conname FROM pg_constraint WHERE connamespace = 'oc'::regnamespace AND contype = 'f' AND convalidated $$, 'and no key is called valid');
SELECT isnt_empty($$ SELECT * FROM sqlite_migrate.plan('orphans', 'o', 'create') WHERE concat(note, object) ~* '(orphan|parent|refer)' AND action IN ('report', 'foreign key') $$, 'the plan tells of them')
FROM (SELECT 1) x;

-- Keys whose parents are not in the source: loaded before, referred to now.
CREATE SCHEMA p;
CREATE TABLE p.customers (id int PRIMARY KEY);
INSERT INTO p.customers VALUES (1);
CREATE TABLE p.orders (id int PRIMARY KEY, customer int REFERENCES p.customers, placed timestamp, note text);
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'p', include => '{orders}') $$, '23503', NULL, 'a parent that is missing in the target stops the run');
INSERT INTO p.customers VALUES (3);
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'p', include => '{orders}') $$, 'one that is there does not');
SELECT is((SELECT count(*) FROM p.orders), 2::bigint, 'and the rows are in');
SELECT * FROM finish();
ROLLBACK;
