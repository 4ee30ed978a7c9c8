-- Foreign keys of every kind, triggers, indexes and comments are in pg_dump after a migration what they were before, on every
-- path and with every option that puts something aside; no event is left, and every key is at work. As a plain owner.
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\getenv scratch SCRATCH
\set keys :files '/keys.db'
\setenv PGDATABASE :DBNAME
\set dumps :scratch '/same_schema'
\setenv DUMPS :dumps
CREATE SERVER keys FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'keys');
CREATE ROLE dump_owner LOGIN;
GRANT USAGE ON FOREIGN SERVER keys TO dump_owner;
SELECT format('GRANT CREATE, TEMPORARY ON DATABASE %I TO dump_owner', current_database()) \gexec
SET SESSION AUTHORIZATION dump_owner;
SET client_min_messages = warning;

CREATE SCHEMA d;
SET search_path = d, public;
CREATE TABLE cities (country text, name text, PRIMARY KEY (country, name));
CREATE TABLE streets (id int PRIMARY KEY, country text, city text,
    CONSTRAINT of_city FOREIGN KEY (country, city) REFERENCES cities MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL (city));
CREATE TABLE people (id int PRIMARY KEY, mother int CONSTRAINT of_mother REFERENCES people ON DELETE CASCADE, street int, team int);
ALTER TABLE people ADD CONSTRAINT on_street FOREIGN KEY (street) REFERENCES streets DEFERRABLE;
CREATE TABLE teams (id int PRIMARY KEY, lead int CONSTRAINT led_by REFERENCES people, parent int CONSTRAINT of_parent REFERENCES teams DEFERRABLE);
ALTER TABLE people ADD CONSTRAINT in_team FOREIGN KEY (team) REFERENCES teams DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE visits (id int, day int, person int CONSTRAINT by_person REFERENCES people, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (10);
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM (10) TO (20);
CREATE TABLE visits_3 PARTITION OF visits DEFAULT;
CREATE TABLE stays (id int PRIMARY KEY, visit int, day int, CONSTRAINT of_visit FOREIGN KEY (visit, day) REFERENCES visits);
CREATE TABLE letters (id int PRIMARY KEY, person int, team int CONSTRAINT switched_off REFERENCES teams, UNIQUE (person) DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE letters ADD CONSTRAINT not_looked_at FOREIGN KEY (person) REFERENCES people NOT VALID;
-- Two cycles: within people and teams by three keys; in teams by a key to itself. Triggers put them on the COPY path.
CREATE TABLE log (what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO d.log VALUES (TG_NAME || ' on ' || TG_TABLE_NAME); RETURN NEW; END $$;
CREATE TRIGGER "at work" BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER "on replicas" AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER always AFTER INSERT ON people FOR EACH STATEMENT EXECUTE FUNCTION note();
CREATE TRIGGER off BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION note();
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON teams DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER on_all AFTER INSERT ON visits FOR EACH ROW EXECUTE FUNCTION note();
ALTER TABLE people ENABLE REPLICA TRIGGER "on replicas", ENABLE ALWAYS TRIGGER always, DISABLE TRIGGER off;
ALTER TABLE visits_2 DISABLE TRIGGER on_all;
ALTER TABLE visits_3 ENABLE ALWAYS TRIGGER on_all;
CREATE INDEX by_city ON streets (city DESC NULLS LAST, lower(country)) WHERE city IS NOT NULL;
CREATE UNIQUE INDEX "By Mother" ON people (mother, id) INCLUDE (team) WITH (fillfactor = 70);
CREATE INDEX ON people USING hash (street);
CREATE UNIQUE INDEX identifies ON streets (id);
ALTER TABLE streets REPLICA IDENTITY USING INDEX identifies;
CREATE INDEX clustered ON letters (team);
ALTER TABLE letters CLUSTER ON clustered;
CREATE INDEX with_statistics ON letters ((team + 1));
ALTER INDEX with_statistics ALTER COLUMN 1 SET STATISTICS 500;
CREATE INDEX of_all ON visits (person);
COMMENT ON INDEX by_city IS 'it''s for the map';
COMMENT ON CONSTRAINT of_mother ON people IS 'it''s a tree';
COMMENT ON CONSTRAINT led_by ON teams IS 'in a cycle';
COMMENT ON CONSTRAINT by_person ON visits IS 'partitioned';
COMMENT ON TRIGGER always ON people IS 'counts';
RESET SESSION AUTHORIZATION;
-- Only a superuser can switch a key off.
SELECT format('ALTER TABLE d.letters DISABLE TRIGGER %I', tgname) FROM pg_trigger g JOIN pg_constraint k ON k.oid = g.tgconstraint
WHERE k.conname = 'switched_off' AND g.tgrelid = 'd.letters'::regclass \gexec
-- What pg_dump does not show: the states of internal triggers, by name.
CREATE FUNCTION public.states() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', g.tgrelid::regclass, CASE WHEN g.tgisinternal THEN k.conname || ' ' || g.tgfoid::regproc ELSE g.tgname END, g.tgenabled, g.tgdeferrable, g.tginitdeferred)
    FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid LEFT JOIN pg_constraint k ON k.oid = g.tgconstraint WHERE c.relnamespace = 'd'::regnamespace
    UNION ALL
    SELECT concat_ws(' ', k.conrelid::regclass, k.conname, k.condeferrable, k.condeferred, k.convalidated, k.conislocal, k.coninhcount) FROM pg_constraint k WHERE k.connamespace = 'd'::regnamespace $$;
CREATE TABLE public.states_before AS SELECT public.states() AS s;
GRANT SELECT ON public.states_before TO PUBLIC;
SET SESSION AUTHORIZATION dump_owner;
\! pg_dump -U dump_owner --schema-only -n d | grep -v "restrict " >"$DUMPS.before"

SELECT plan(44);

SELECT isnt(count(*), 0::bigint, 'there is something to keep') FROM public.states_before;
SELECT is(current_setting('is_superuser'), 'off', 'as no superuser');

-- pg_dump marks each of its files by a random \restrict. One round: what options, by which path.
\set round 'SELECT lives_ok(format($q$ SELECT * FROM sqlite_migrate.migrate(''keys'', ''d'', existing => ''truncate'', options => %L) $q$, :''options''), :''name'' || '': it migrates'');'
\set after 'SELECT is(pg_read_file(:''dumps'' || ''.diff''), '''', :''name'' || '': pg_dump shows the same schema''); SELECT bag_eq(''SELECT s FROM public.states_before'', ''SELECT public.states()'', :''name'' || '': all states are as they were'');'

\set name 'plain'
\set options '{}'
BEGIN;
:round
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE people ADD x int; ALTER TABLE teams ADD x int; ALTER TABLE letters ADD x int; ALTER TABLE visits ADD x int', 'plain: no event is left');
ROLLBACK;
:round
\! pg_dump -U dump_owner --schema-only -n d | grep -v "restrict " >"$DUMPS.after"; diff "$DUMPS.before" "$DUMPS.after" >"$DUMPS.diff"; chmod 644 "$DUMPS.diff"
RESET SESSION AUTHORIZATION;
:after
SET SESSION AUTHORIZATION dump_owner;
SELECT results_eq('SELECT DISTINCT what FROM log ORDER BY 1', ARRAY['always on people', 'at work on people', 'later on teams', 'on_all on visits_1', 'on_all on visits_3'], 'plain: the triggers fired');
SELECT set_eq($$ SELECT table_name || ' ' || (details ->> 'path') FROM sqlite_migrate.run_tables WHERE run_id = (SELECT max(run_id) FROM sqlite_migrate.runs) $$,
    ARRAY['d.cities direct', 'd.streets direct', 'd.people copy', 'd.teams copy', 'd.visits copy', 'd.stays direct', 'd.letters copy'], 'plain: by these paths');
SELECT ok(bool_and(deferrable_text IS NOT NULL), 'the plan says which key waits meanwhile') FROM (
    SELECT substring(note FROM 'deferrable meanwhile, under ACCESS EXCLUSIVE: (.*)') AS deferrable_text FROM sqlite_migrate.plan('keys', 'd', existing => 'truncate') WHERE action = 'load' AND object ~ 'people') p;

\set name 'user_triggers'
\set options '{"user_triggers": "disable"}'
TRUNCATE log;
:round
\! pg_dump -U dump_owner --schema-only -n d | grep -v "restrict " >"$DUMPS.after"; diff "$DUMPS.before" "$DUMPS.after" >"$DUMPS.diff"; chmod 644 "$DUMPS.diff"
RESET SESSION AUTHORIZATION;
:after
SET SESSION AUTHORIZATION dump_owner;
SELECT is_empty('TABLE log', 'user_triggers: none fired');
SELECT is(details ->> 'path', 'direct', 'user_triggers: without them the table goes the direct way') FROM sqlite_migrate.run_tables WHERE table_name = 'd.people' ORDER BY run_id DESC LIMIT 1;

\set name 'indexes'
\set options '{"indexes": "rebuild"}'
CREATE TEMP TABLE indexes_before AS SELECT c.relname, c.oid FROM pg_class c WHERE c.relkind IN ('i', 'I') AND c.relnamespace = 'd'::regnamespace;
:round
\! pg_dump -U dump_owner --schema-only -n d | grep -v "restrict " >"$DUMPS.after"; diff "$DUMPS.before" "$DUMPS.after" >"$DUMPS.diff"; chmod 644 "$DUMPS.diff"
RESET SESSION AUTHORIZATION;
:after
SET SESSION AUTHORIZATION dump_owner;
SELECT set_eq('SELECT relname::text FROM indexes_before EXCEPT SELECT b.relname FROM indexes_before b JOIN pg_class c ON c.oid = b.oid', ARRAY['by_city', 'By Mother', 'people_street_idx'], 'indexes: those that can be made again were');
SELECT set_eq($$ SELECT sql FROM sqlite_migrate.plan('keys', 'd', existing => 'truncate', options => '{"indexes": "rebuild"}') WHERE action = 'index' AND object = 'd.by_city' $$,
    ARRAY['DROP INDEX d.by_city', 'CREATE INDEX by_city ON d.streets USING btree (city DESC NULLS LAST, lower(country)) WHERE (city IS NOT NULL)', 'COMMENT ON INDEX d.by_city IS ''it''''s for the map'''], 'indexes: the plan shows all of it');

\set name 'fk'
\set options '{"fk": "recreate"}'
CREATE TEMP TABLE keys_before AS SELECT conname, oid FROM pg_constraint WHERE connamespace = 'd'::regnamespace AND contype = 'f' AND conparentid = 0;
:round
\! pg_dump -U dump_owner --schema-only -n d | grep -v "restrict " >"$DUMPS.after"; diff "$DUMPS.before" "$DUMPS.after" >"$DUMPS.diff"; chmod 644 "$DUMPS.diff"
RESET SESSION AUTHORIZATION;
:after
SET SESSION AUTHORIZATION dump_owner;
SELECT set_eq('SELECT conname::text FROM keys_before INTERSECT SELECT k.conname::text FROM keys_before b JOIN pg_constraint k ON k.oid = b.oid', ARRAY['switched_off'], 'fk: all were made again but the one that is switched off');

\set name 'all at once'
\set options '{"fk": "recreate", "indexes": "rebuild", "user_triggers": "disable"}'
:round
\! pg_dump -U dump_owner --schema-only -n d | grep -v "restrict " >"$DUMPS.after"; diff "$DUMPS.before" "$DUMPS.after" >"$DUMPS.diff"; chmod 644 "$DUMPS.diff"
RESET SESSION AUTHORIZATION;
:after
SET SESSION AUTHORIZATION dump_owner;

\set name 'path copy'
\set options '{}'
SET sqlite_fdw_migrate.path = 'copy';
:round
\! pg_dump -U dump_owner --schema-only -n d | grep -v "restrict " >"$DUMPS.after"; diff "$DUMPS.before" "$DUMPS.after" >"$DUMPS.diff"; chmod 644 "$DUMPS.diff"
RESET SESSION AUTHORIZATION;
:after
SET SESSION AUTHORIZATION dump_owner;
\set name 'path sql'
SET sqlite_fdw_migrate.path = 'sql';
:round
\! pg_dump -U dump_owner --schema-only -n d | grep -v "restrict " >"$DUMPS.after"; diff "$DUMPS.before" "$DUMPS.after" >"$DUMPS.diff"; chmod 644 "$DUMPS.diff"
RESET SESSION AUTHORIZATION;
:after
SET SESSION AUTHORIZATION dump_owner;
RESET sqlite_fdw_migrate.path;

-- Modes that the caller chose, and events that came before.
BEGIN;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('keys', 'd', existing => 'truncate') $$, 'a cycle loads where the caller made all keys immediate');
ROLLBACK;
TRUNCATE cities, streets, people, teams, visits, stays, letters;
BEGIN;
INSERT INTO teams VALUES (99);
DELETE FROM teams;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('keys', 'd') $$, '55006', NULL, 'events that are pending already are an error');
ROLLBACK;
BEGIN;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('keys', 'd') $$, 'after a run');
INSERT INTO people VALUES (50, NULL, NULL, 777);
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', '23503', NULL, 'a deferred key is deferred again');
ROLLBACK;
SELECT throws_ok('INSERT INTO teams VALUES (50, 777)', '23503', NULL, 'one that is not deferrable is at once');
SELECT throws_ok('INSERT INTO streets VALUES (50, ''de'', NULL)', '23503', NULL, 'MATCH FULL is full');

-- An orphan in a cycle is found on the COPY path, too, and nothing stays changed.
ALTER TABLE people ADD CONSTRAINT refuses CHECK (id <> 4 OR team IS NULL) NOT VALID;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('keys', 'd', existing => 'truncate', options => '{"fk": "recreate", "indexes": "rebuild", "user_triggers": "disable"}') $$, '23514', NULL, 'a run that fails half way');
ALTER TABLE people DROP CONSTRAINT refuses;
\! pg_dump -U dump_owner --schema-only -n d | grep -v "restrict " >"$DUMPS.after"; diff "$DUMPS.before" "$DUMPS.after" >"$DUMPS.diff"; chmod 644 "$DUMPS.diff"
\set name 'after a failure'
RESET SESSION AUTHORIZATION;
:after
-- Who is not the owner hears before anything is written what is missing.
CREATE ROLE dump_guest;
GRANT USAGE ON SCHEMA d TO dump_guest;
GRANT ALL ON ALL TABLES IN SCHEMA d TO dump_guest;
GRANT USAGE ON FOREIGN SERVER keys TO dump_guest;
SET SESSION AUTHORIZATION dump_guest;
SELECT set_eq($$ SELECT code || ' ' || table_name FROM sqlite_migrate.preflight('keys', 'd', include => '{people,teams,streets,cities}', options => '{"indexes": "rebuild"}') WHERE severity = 'error' $$,
    ARRAY['insufficient_privilege d.cities', 'insufficient_privilege d.people', 'insufficient_privilege d.streets', 'insufficient_privilege d.teams', 'cyclic_key d.teams'], 'what only an owner can do');
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('keys', 'd', include => '{people,teams,streets,cities}') $$, '%foreign key "led_by" is part of a cycle%', 'a cycle on the COPY path needs the owner, and says so');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
\! rm -f "$DUMPS".*
