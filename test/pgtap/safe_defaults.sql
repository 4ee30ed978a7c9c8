-- Promise 5: safe defaults. Rows that are there stay, what the run did not make is not dropped, history tables are left alone,
-- no CASCADE; all as a plain owner role.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
\set history :files '/history.db'
\set names :files '/names.db'
CREATE ROLE plain_owner;
SELECT format('GRANT CREATE, TEMPORARY ON DATABASE %I TO plain_owner', current_database()) \gexec
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE SERVER history FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'history');
CREATE SERVER names FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'names');
GRANT USAGE ON FOREIGN SERVER shop, history, names TO plain_owner;
SET SESSION AUTHORIZATION plain_owner;
SET client_min_messages = warning;

CREATE SCHEMA s;
SET search_path = s, public;
CREATE TABLE products (id int PRIMARY KEY, code text, price numeric(10,2), weight float8, picture bytea);
INSERT INTO products VALUES (1, 'mine');
CREATE TABLE wishes (id int PRIMARY KEY, customer int, wish text);

SELECT plan(34);

SELECT is(current_setting('is_superuser'), 'off', 'all of this runs as no superuser');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', include => '{products,wishes}') $$, 'SM001',
    'sqlite_migrate: table s.products: has rows already', 'a table that has rows is refused');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', include => '{products}', dry_run => true) $$, 'SM001', NULL, 'already by dry_run');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.copy_table('shop', 'products', 's.products') $$, 'SM001', NULL, 'by copy_table, too');
SELECT results_eq('SELECT code FROM products', ARRAY['mine'], 'its rows are there');
SELECT is(fix, 'existing => ''truncate'' to replace them, existing => ''skip'' to leave and compare them', 'preflight says what to do')
    FROM sqlite_migrate.preflight('shop', 's', include => '{products}') WHERE code = 'not_empty';
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', 'create', include => '{products}') $$, 'SM001',
    'sqlite_migrate: table s.products: exists already, but mode "create" makes every table new', 'create mode never takes a table that is there');

-- Truncate: only tables that this source fills; refused where another table refers to them.
CREATE TABLE bystander (id int);
INSERT INTO bystander VALUES (1);
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', include => '{products}', existing => 'truncate') $$, 'truncate replaces them');
SELECT is((SELECT count(*) FROM products), 3::bigint, 'by those of the source');
SELECT is((SELECT count(*) FROM bystander), 1::bigint, 'other tables keep theirs');
SELECT is(rows_before, 1::bigint, 'how many there were is on record') FROM sqlite_migrate.run_tables ORDER BY run_id DESC LIMIT 1;
CREATE TABLE reviews (product int REFERENCES products);
INSERT INTO reviews VALUES (10);
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', include => '{products}', existing => 'truncate') $$, 'SM001',
    'sqlite_migrate: table s.products: cannot be truncated: s.reviews refers to it and is not loaded by this source', 'a table of another owner of rows stops it');
SELECT results_eq('SELECT product FROM reviews', ARRAY[10], 'its rows are there: no CASCADE');
SELECT is((SELECT count(*) FROM products), 3::bigint, 'and so are the others');
DROP TABLE reviews;

-- skip leaves them.
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', include => '{products,wishes}', existing => 'skip') $$, 'skip leaves equal rows');

-- Migration history.
CREATE SCHEMA h;
SET search_path = h, public;
CREATE TABLE "__EFMigrationsHistory" ("MigrationId" text PRIMARY KEY, "ProductVersion" text);
INSERT INTO "__EFMigrationsHistory" VALUES ('20240101000000_PgSql', '8.0.0');
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
CREATE TABLE things (id int PRIMARY KEY, name text);
CREATE TEMP TABLE outcome AS SELECT * FROM sqlite_migrate.migrate('history', 'h', existing => 'truncate');
SELECT results_eq('SELECT "MigrationId" FROM "__EFMigrationsHistory"', ARRAY['20240101000000_PgSql'], 'history is left alone, truncate or not');
SELECT is_empty('TABLE alembic_version', 'even where it is empty');
SELECT is((SELECT count(*) FROM things), 2::bigint, 'the rest is loaded');
SELECT results_eq($$ SELECT table_name, status, message FROM outcome WHERE table_name NOT IN ('h.things', '(total)') $$,
    $$ VALUES ('h."__EFMigrationsHistory"', 'skipped', 'migration history: left alone'), ('h.alembic_version', 'skipped', 'migration history: left alone'),
              ('schema_migrations', 'skipped', 'migration history: left alone') $$, 'and it is said');
SELECT is_empty($$ SELECT * FROM sqlite_migrate.plan('history', 'h', existing => 'truncate') WHERE sql ~ 'EFMigrations|alembic' $$, 'no step of the plan touches them');
SELECT ok(bool_and(verified), 'verify passes without them') FROM sqlite_migrate.verify('history', 'h');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.copy_table('history', 'alembic_version', 'h.alembic_version') $$, 'who names one means it');
SELECT results_eq('SELECT version_num::text FROM alembic_version', ARRAY['abc123'], 'then it is loaded');
CREATE SCHEMA hc;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('history', 'hc') $$, 'in create mode they are tables like others');
SELECT is((SELECT count(*) FROM hc."__EFMigrationsHistory"), 2::bigint, 'and come along');

-- Create mode: the names as they are, what did not fit told.
CREATE SCHEMA n;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('names', 'n') $$, 'odd names migrate');
SELECT results_eq($$ SELECT "Id", "Select", "a.b", "it's", "q""q", "back\slash" FROM n."Order" $$,
    $$ VALUES (1::bigint, 's', 'dot', 'apostrophe', 'quote', 'backslash') $$, 'with their columns');
SELECT results_eq($$ SELECT "first name", "%", "$1", "ключ" FROM n."two words" $$, $$ VALUES ('f', 'percent', 'dollar', 'cyrillic') $$, 'blanks and signs');
SELECT is((SELECT x::int FROM n."dotted.name"), 1, 'a dot in a table''s name');
SELECT is(count(*), 2::bigint, 'two names that are equal in 63 bytes become two tables') FROM pg_class
    WHERE relnamespace = 'n'::regnamespace AND relkind = 'r' AND relname LIKE 'a\_name\_that%';
SELECT set_eq($$ SELECT rows_loaded FROM sqlite_migrate.run_tables WHERE source_table LIKE 'a\_name%' $$, ARRAY[1::bigint, 2], 'each with its own rows');
CREATE SCHEMA snake;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('names', 'snake', identifiers => 'snake', include => '{UserProfile}') $$, 'in snake case');
SELECT results_eq('SELECT user_id::int, home_page FROM snake.user_profile', $$ VALUES (1, 'https://example.org') $$, 'tables and columns');
SELECT ok(bool_and(verified), 'and verify finds them again') FROM sqlite_migrate.verify('names', 'snake', include => '{UserProfile}');
SELECT * FROM finish();
ROLLBACK;
