-- Promise 8: nothing in the target depends on the extension; no setting, trigger, constraint mode or event stays changed.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
\set cycle :files '/cycle.db'
CREATE SCHEMA made;
CREATE SCHEMA there;
CREATE TABLE there.hens (id int PRIMARY KEY, from_egg int);
CREATE TABLE there.eggs (id int PRIMARY KEY, laid_by int REFERENCES there.hens);
ALTER TABLE there.hens ADD FOREIGN KEY (from_egg) REFERENCES there.eggs DEFERRABLE INITIALLY IMMEDIATE;
CREATE TABLE there.folders (id int PRIMARY KEY, parent int REFERENCES there.folders, name text);
CREATE TABLE there.nests (hen int REFERENCES there.hens, folder int);
ALTER TABLE there.nests ADD FOREIGN KEY (folder) REFERENCES there.folders NOT VALID;
CREATE TABLE there.seen (what text);
CREATE FUNCTION there.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO there.seen VALUES (concat_ws(' ', TG_OP, TG_WHEN, TG_LEVEL, TG_TABLE_NAME, current_setting('search_path'), current_setting('timezone'), current_setting('session_replication_role')));
    RETURN NEW; END $$;
CREATE TRIGGER a_before BEFORE INSERT ON there.folders FOR EACH ROW EXECUTE FUNCTION there.note();
CREATE TRIGGER b_after AFTER INSERT ON there.folders FOR EACH ROW EXECUTE FUNCTION there.note();
CREATE TRIGGER c_statement AFTER INSERT ON there.folders FOR EACH STATEMENT EXECUTE FUNCTION there.note();
CREATE TRIGGER d_disabled BEFORE INSERT ON there.folders FOR EACH ROW EXECUTE FUNCTION there.note();
ALTER TABLE there.folders DISABLE TRIGGER d_disabled;
CREATE INDEX ON there.folders (name);
SET search_path = there, public;
SET timezone = 'Asia/Tokyo';
SET datestyle = 'German';
SET intervalstyle = 'iso_8601';
SET extra_float_digits = 0;

CREATE FUNCTION pg_temp.world() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT 'setting ' || name || ' = ' || setting FROM pg_settings WHERE name NOT LIKE 'plpgsql.%'
    UNION ALL SELECT 'trigger ' || concat_ws(' ', tgrelid::regclass, tgname, tgenabled, tgdeferrable, tginitdeferred, oid) FROM pg_trigger
    UNION ALL SELECT 'constraint ' || concat_ws(' ', conrelid::regclass, conname, convalidated, condeferrable, condeferred, oid) FROM pg_constraint
    UNION ALL SELECT 'index ' || concat_ws(' ', indexrelid::regclass, indisvalid, indisready, indislive) FROM pg_index
    UNION ALL SELECT 'class ' || concat_ws(' ', c.oid::regclass, relpersistence, relhastriggers, relrowsecurity, relacl) FROM pg_class c WHERE relkind <> 't'
    UNION ALL SELECT 'table ' || concat_ws(' ', classid, objid, refobjid) FROM pg_depend WHERE refclassid IN ('pg_extension'::regclass)
    UNION ALL SELECT 'server ' || srvname FROM pg_foreign_server
    UNION ALL SELECT 'cursor ' || name FROM pg_cursors WHERE name <> ''
    UNION ALL SELECT 'prepared ' || name FROM pg_prepared_statements
    UNION ALL SELECT 'temporary ' || oid FROM pg_class WHERE relnamespace = pg_my_temp_schema()
$$;
CREATE TEMP TABLE world (round int, line text);
INSERT INTO world SELECT 1, pg_temp.world();
CALL sqlite_migrate.run(:'cycle', 'there');
INSERT INTO world SELECT 2, pg_temp.world();

SELECT plan(13);

SELECT is(count(*), 4::bigint, 'a run into tables that are there') FROM folders;
SELECT set_eq('SELECT line FROM world WHERE round = 2', 'SELECT line FROM world WHERE round = 1', 'settings, triggers, constraints, indexes, dependencies are as they were');
SELECT results_eq('SELECT what, count(*) FROM seen GROUP BY 1 ORDER BY 1',
    $$ VALUES ('INSERT AFTER ROW folders there, public Asia/Tokyo origin', 4::bigint), ('INSERT AFTER STATEMENT folders there, public Asia/Tokyo origin', 1),
              ('INSERT BEFORE ROW folders there, public Asia/Tokyo origin', 4) $$, 'the target''s triggers ran, those that were on, under the caller''s settings');
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE; INSERT INTO eggs VALUES (99, 99)', '23503', NULL, 'keys are as strict as before');
SELECT lives_ok('SET CONSTRAINTS ALL DEFERRED; INSERT INTO hens VALUES (77, 77); INSERT INTO eggs VALUES (77, 77); SET CONSTRAINTS ALL IMMEDIATE', 'and as deferrable');

SELECT lives_ok(format($$ SELECT * FROM sqlite_migrate.migrate(%L, 'made') $$, :'shop'), 'a run that makes its tables');
SELECT is_empty($$ SELECT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend d, pg_extension e
    WHERE e.extname = 'sqlite_fdw_migrate' AND d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype <> 'e' $$, 'nothing depends on the extension');
SELECT is_empty($$ SELECT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend d, pg_namespace n
    WHERE n.nspname = 'sqlite_migrate' AND d.refobjid IN (SELECT oid FROM pg_proc WHERE pronamespace = n.oid UNION ALL SELECT oid FROM pg_type WHERE typnamespace = n.oid UNION ALL SELECT oid FROM pg_class WHERE relnamespace = n.oid)
        AND pg_describe_object(d.classid, d.objid, d.objsubid) !~ 'sqlite_(fdw_)?migrate' AND d.deptype = 'n' $$, 'nor on what it holds');
SELECT is_empty($$ SELECT srvname FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE fdwname = 'sqlite_fdw_migrate' $$, 'a path leaves no server');
SELECT lives_ok('DROP EXTENSION sqlite_fdw_migrate', 'DROP EXTENSION, in the transaction of the run, without CASCADE');
SELECT is(count(*), 3::bigint, 'the tables stay') FROM made.customers;
SELECT lives_ok('INSERT INTO made.customers (email, name, active) VALUES (''n'', ''n'', true)', 'and work');
SELECT is(id, 91::bigint, 'with their numbers') FROM made.customers WHERE email = 'n';
SELECT * FROM finish();
ROLLBACK;
