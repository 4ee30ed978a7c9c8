-- Foreign keys: rows go in past their triggers, and every key is checked before the call returns; without superuser.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set cycle :files '/cycle.db'
\set orphans :files '/orphans.db'
\set shop :files '/shop.db'
\set keys :files '/keys.db'
CREATE ROLE key_owner;
SELECT format('GRANT CREATE, TEMPORARY ON DATABASE %I TO key_owner', current_database()) \gexec
CREATE SERVER cycle FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'cycle');
CREATE SERVER orphans FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'orphans');
CREATE SERVER keys FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'keys');
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
GRANT USAGE ON FOREIGN SERVER cycle, orphans, shop, keys TO key_owner;
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

SELECT plan(48);

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
-- A cycle over partitioned tables, with keys within them: by COPY and by SQL, with keys made again, and without.
CREATE SCHEMA q;
SET search_path = q, public;
CREATE TABLE people (id int PRIMARY KEY, mother int REFERENCES people, street int, team int) PARTITION BY HASH (id);
CREATE TABLE people_0 PARTITION OF people FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE people_1 PARTITION OF people FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE teams (id int PRIMARY KEY, lead int CONSTRAINT led_by REFERENCES people, parent int CONSTRAINT of_parent REFERENCES teams) PARTITION BY RANGE (id);
CREATE TABLE teams_0 PARTITION OF teams FOR VALUES FROM (0) TO (11);
CREATE TABLE teams_1 PARTITION OF teams DEFAULT;
ALTER TABLE people ADD CONSTRAINT in_team FOREIGN KEY (team) REFERENCES teams;
CREATE FUNCTION pg_temp.keys() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', k.conname, k.conrelid::regclass, k.condeferrable, k.condeferred, k.convalidated, k.oid) FROM pg_constraint k WHERE k.connamespace = 'q'::regnamespace AND k.contype = 'f'
    UNION ALL SELECT concat_ws(' ', t.tgname, t.tgrelid::regclass, t.tgenabled, t.tgdeferrable, t.tginitdeferred, t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'q'::regnamespace $$;
CREATE TEMP TABLE keys_before AS SELECT * FROM pg_temp.keys() k;
SELECT is(note, 'their foreign keys form a cycle, checked when all are loaded; path copy: partitioned table; deferrable meanwhile, under ACCESS EXCLUSIVE: in_team, led_by', 'the plan says which keys wait')
    FROM sqlite_migrate.plan('keys', 'q', include => '{people,teams}') WHERE action = 'load';
SELECT lives_ok(format($$ SELECT set_config('sqlite_fdw_migrate.path', %L, true); SELECT * FROM sqlite_migrate.migrate('keys', 'q', include => '{people,teams}', existing => 'truncate') $$, w), 'a cycle of partitioned tables, path ' || w)
FROM unnest(ARRAY['', 'copy', 'sql']) w;
SELECT bag_eq('SELECT k FROM keys_before', 'SELECT pg_temp.keys()', 'its keys and triggers are the same ones');
SELECT lives_ok('ALTER TABLE people ADD x int; ALTER TABLE teams ADD x int', 'no event is left');
SELECT results_eq('SELECT id, lead, parent FROM teams ORDER BY id', 'VALUES (10, 1, 11), (11, 2, 10), (12, NULL, 12)', 'the rows are there');
SELECT throws_ok('INSERT INTO teams VALUES (99, 4242)', '23503', NULL, 'a key of the cycle is at work, at once');
RESET sqlite_fdw_migrate.path;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('keys', 'q', include => '{people,teams}', existing => 'truncate', options => '{"fk": "recreate"}') $$, 'with its keys made again');
SELECT bag_eq($$ SELECT regexp_replace(k, ' \d+$', '') FROM keys_before WHERE k !~ '_\d+ ' $$, $$ SELECT regexp_replace(k, ' \d+$', '') FROM pg_temp.keys() k WHERE k !~ '_\d+ ' $$, 'they are as they were');
SELECT throws_ok('INSERT INTO people VALUES (99, 4242)', '23503', NULL, 'and at work');

-- Names that two tables' constraints share; one of them cannot wait.
CREATE TABLE bystander (id int PRIMARY KEY, again int CONSTRAINT in_team REFERENCES bystander);
ALTER TABLE people ALTER CONSTRAINT in_team DEFERRABLE;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('keys', 'q', include => '{people,teams}', existing => 'truncate') $$, 'a name that another constraint bears, too');
INSERT INTO bystander VALUES (1, 1);
SELECT is(concat_ws(' ', condeferrable, condeferred), 't f', 'the key is as it was') FROM pg_constraint WHERE conname = 'in_team' AND conrelid = 'people'::regclass;
SELECT lives_ok('ALTER TABLE people ADD y int', 'no event is left');

-- Who may write but is not the owner.
DROP TABLE bystander;
SELECT lives_ok($$ ALTER TABLE people ALTER CONSTRAINT in_team DEFERRABLE INITIALLY DEFERRED; ALTER TABLE teams ALTER CONSTRAINT led_by DEFERRABLE INITIALLY DEFERRED $$, 'keys that wait anyway');
RESET SESSION AUTHORIZATION;
CREATE ROLE key_guest;
GRANT USAGE ON SCHEMA q TO key_guest;
GRANT ALL ON people, teams TO key_guest;
GRANT USAGE ON FOREIGN SERVER keys TO key_guest;
SET SESSION AUTHORIZATION key_guest;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('keys', 'q', include => '{people,teams}', existing => 'truncate') $$, 'need no owner');
RESET SESSION AUTHORIZATION;
-- A key of one partition alone.
SET SESSION AUTHORIZATION key_owner;
ALTER TABLE teams_0 ADD CONSTRAINT of_one FOREIGN KEY (lead) REFERENCES people;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('keys', 'q', include => '{people,teams}', existing => 'truncate') $$, 'a partition that refers to a table of the set is emptied with its parent');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
