-- The tables of migration frameworks are known by their names, and those with common names by their columns, too; and what warns
-- of a target_schema that was forgotten.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\getenv scratch SCRATCH
\set file :scratch '/history_tables.db'
\set shop :files '/shop.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 -batch "$FILE" "CREATE TABLE alembic_version (version_num VARCHAR(32)); CREATE TABLE __EFMigrationsHistory (MigrationId TEXT, ProductVersion TEXT); CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied TEXT); CREATE TABLE migrations (id INTEGER PRIMARY KEY, migration TEXT, batch INT); CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY, name TEXT, batch INT, migration_time TEXT); CREATE TABLE knex_migrations_lock (\"index\" INTEGER PRIMARY KEY, is_locked INT); CREATE TABLE schema_migrations (version INT, dirty INT); CREATE TABLE ar_internal_metadata (key TEXT, value TEXT); CREATE TABLE flyway_schema_history (installed_rank INT); CREATE TABLE DATABASECHANGELOG (id TEXT); CREATE TABLE DATABASECHANGELOGLOCK (id INT); CREATE TABLE SequelizeMeta (name TEXT); CREATE TABLE _prisma_migrations (id TEXT); CREATE TABLE __diesel_schema_migrations (version TEXT, run_on TEXT); CREATE TABLE goose_db_version (id INTEGER); CREATE TABLE version (id INTEGER PRIMARY KEY, version INT); CREATE TABLE _sqlx_migrations (version INT); CREATE TABLE __drizzle_migrations (id INT, hash TEXT, created_at INT); CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO things VALUES (1, 'one'); INSERT INTO version VALUES (1, 300); INSERT INTO alembic_version VALUES ('sqlite')"
\set own :scratch '/history_own.db'
\setenv OWN :own
\! rm -f "$OWN"; sqlite3 -batch "$OWN" "CREATE TABLE version (id INTEGER PRIMARY KEY, version TEXT, released TEXT, notes TEXT); INSERT INTO version VALUES (1, '1.0', NULL, 'first'); CREATE TABLE migrations (id INTEGER PRIMARY KEY, bird TEXT, batch INT); INSERT INTO migrations VALUES (1, 'stork', 3); CREATE TABLE changelog (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO changelog VALUES (1, 'new')"; chmod 644 "$OWN" "$FILE"

SELECT plan(19);

-- All of them, into a schema that has them all.
CREATE SCHEMA made;
SELECT lives_ok(format('SELECT * FROM sqlite_migrate.migrate(%L, ''made'')', :'file'), 'created where nothing is');
SELECT is(count(*), 19::bigint, 'with the history') FROM pg_class WHERE relnamespace = 'made'::regnamespace AND relkind = 'r';
CREATE SCHEMA there;
SELECT format('CREATE TABLE there.%I (LIKE made.%I INCLUDING ALL)', relname, relname) FROM pg_class WHERE relnamespace = 'made'::regnamespace AND relkind = 'r' \gexec
INSERT INTO there.version VALUES (1, 280);
INSERT INTO there.alembic_version VALUES ('postgresql');
CREATE TEMP TABLE outcome AS SELECT * FROM sqlite_migrate.migrate(:'file', 'there', existing => 'truncate');
SELECT set_eq($$ SELECT table_name FROM outcome WHERE status = 'ok' $$, ARRAY['there.things', '(total)'], 'data mode loads what is not history');
SELECT is(count(*), 18::bigint, 'and lists each of the rest') FROM outcome WHERE status = 'skipped' AND message = 'migration history: left alone';
SELECT is(version, 280::bigint, 'Gitea''s stays') FROM there.version;
SELECT is(version_num::text, 'postgresql', 'Alembic''s stays') FROM there.alembic_version;
SELECT is(count(*), 18::bigint, 'preflight lists them, with the framework') FROM sqlite_migrate.preflight(:'file', 'there') WHERE code = 'migration_history' AND severity = 'note';
SELECT is(message, 'migration history of Alembic: left alone', 'by its name') FROM sqlite_migrate.preflight(:'file', 'there') WHERE table_name = 'there.alembic_version';
SELECT is_empty(format($$ SELECT * FROM sqlite_migrate.plan(%L, 'there', existing => 'truncate') WHERE action IN ('truncate', 'load', 'lock') AND sql ~ 'alembic|version' $$, :'file'), 'no step touches them');

-- An application's own tables of such names are not history.
CREATE SCHEMA own;
CREATE TABLE own.version (id int PRIMARY KEY, version text, released date, notes text);
CREATE TABLE own.migrations (id int PRIMARY KEY, bird text, batch int);
CREATE TABLE own.changelog (id int PRIMARY KEY, text text);
SELECT lives_ok(format('SELECT * FROM sqlite_migrate.migrate(%L, ''own'')', :'own'), 'tables that are only called so');
SELECT is((SELECT bird FROM own.migrations), 'stork', 'are loaded');
SELECT is((SELECT notes FROM own.version), 'first', 'all');
SELECT is((SELECT text FROM own.changelog), 'new', 'of them');

-- Only history in common with the target: nothing of the source is meant for it, so auto makes the tables.
CREATE SCHEMA only_history;
CREATE TABLE only_history.version (id int PRIMARY KEY, version int);
SELECT throws_like(format('SELECT * FROM sqlite_migrate.migrate(%L, ''only_history'')', :'file'), '%exists already%', 'auto does not take history for a sign');

-- A target_schema that was forgotten.
CREATE SCHEMA app;
CREATE TABLE app.customers (id int);
CREATE TABLE app."Order_Lines" (id int);
SELECT results_eq(format($$ SELECT severity, message, fix FROM sqlite_migrate.preflight(%L, include => '{customers,order_lines,products}') WHERE code = 'same_names_elsewhere' AND message LIKE '%%"app"%%' $$, :'shop'),
    $$ VALUES ('warning', '2 of 3 tables bear names that tables of schema "app" bear, and are made new in "public"', 'target_schema => ''app'', if the rows are meant for those') $$, 'auto, without target_schema: a warning');
SELECT is(severity, 'note', 'who says create means it') FROM sqlite_migrate.preflight(:'shop', mode => 'create', include => '{customers}') WHERE code = 'same_names_elsewhere' AND message LIKE '%"app"%';
CREATE SCHEMA elsewhere;
SELECT is(severity, 'note', 'who names the schema, too') FROM sqlite_migrate.preflight(:'shop', 'elsewhere', include => '{customers}') WHERE code = 'same_names_elsewhere' AND message LIKE '%"app"%';
SELECT is_empty(format($$ SELECT * FROM sqlite_migrate.preflight(%L, 'own', include => '{version}') WHERE code = 'same_names_elsewhere' $$, :'own'), 'nothing is said where the tables are there');
SELECT matches(message, 'has rows, but no table in the target \(there is one in schema "app"\)', 'a table that is missing where others are') FROM (
    SELECT p.* FROM (SELECT 1) one, sqlite_migrate.preflight(:'shop', 'there', mode => 'data', include => '{customers}') p) q WHERE code = 'missing_table';
SELECT * FROM finish();
\! rm -f "$FILE" "$OWN"
ROLLBACK;
