-- Frozen tuples: only where COPY FREEZE would be allowed, and what others see of them.
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
\setenv PGDATABASE :DBNAME
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE FUNCTION reason(which text) RETURNS text LANGUAGE sql AS
$$ SELECT details ->> 'path_reason' FROM sqlite_migrate.run_tables WHERE table_name = which ORDER BY run_id DESC LIMIT 1 $$;
-- The rows of a table whose tuples carry the flags of frozen ones.
CREATE EXTENSION pageinspect;
CREATE FUNCTION frozen(which text) RETURNS bigint LANGUAGE sql AS
$$ SELECT count(*) FROM heap_page_items(get_raw_page(which, 0)) WHERE t_infomask & 768 = 768 $$;

SELECT plan(11);

CREATE SCHEMA made;
CALL sqlite_migrate.run('shop', 'made');
SELECT matches(reason('made.customers'), 'rows frozen', 'CALL run into tables that it makes: frozen');
SELECT is(frozen('made.customers'), (SELECT count(*) FROM made.customers), 'the pages say so');
CALL sqlite_migrate.run('shop', 'made', existing => 'truncate');
SELECT matches(reason('made.customers'), 'rows frozen', 'after TRUNCATE, too');

CREATE SCHEMA selected;
SELECT count(*) FROM sqlite_migrate.migrate('shop', 'selected') \gset ignored_
SELECT matches(reason('selected.customers'), 'rows frozen', 'SELECT migrate, too: its own snapshot is the only one');

TRUNCATE made.customers CASCADE;
CALL sqlite_migrate.run('shop', 'made', include => '{customers}');
SELECT doesnt_match(reason('made.customers'), 'frozen', 'a table that was truncated before: not frozen');

BEGIN;
DECLARE held CURSOR FOR SELECT 1 FROM generate_series(1, 10);
FETCH held;
CREATE SCHEMA beside;
CALL sqlite_migrate.run('shop', 'beside');
SELECT doesnt_match(reason('beside.customers'), 'frozen', 'an open cursor: not frozen');
COMMIT;

BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM made.customers \gset ignored_
CREATE SCHEMA repeated;
CALL sqlite_migrate.run('shop', 'repeated');
SELECT isnt((SELECT count(*) FROM repeated.customers), 0::bigint, 'a transaction with one snapshot sees its own rows');
COMMIT;

-- A savepoint that is rolled back takes frozen rows with it.
BEGIN;
CREATE TABLE before_it (id int);
SAVEPOINT s;
CREATE SCHEMA undone;
CALL sqlite_migrate.run('shop', 'undone');
SELECT matches(reason('undone.customers'), 'rows frozen', 'in a savepoint: frozen');
ROLLBACK TO s;
SELECT hasnt_schema('undone', 'and gone with it');
COMMIT;

-- A table that an outer level made must outlive the inner one.
BEGIN;
CREATE SCHEMA outer_made;
CREATE TABLE outer_made.customers (LIKE made.customers);
SAVEPOINT s;
CALL sqlite_migrate.run('shop', 'outer_made', include => '{customers}');
SELECT doesnt_match(reason('outer_made.customers'), 'frozen', 'a table of the level above: not frozen');
ROLLBACK TO s;
SELECT is_empty('TABLE outer_made.customers', 'its rows are gone, the table is not');
COMMIT;

SELECT * FROM finish();
