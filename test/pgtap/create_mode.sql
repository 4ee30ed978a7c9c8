-- What create mode carries does what it did in SQLite; what it cannot carry is told, with a draft.
\getenv files SQLITE_FILES
\set file :files '/faithful.db'
BEGIN;
SET client_min_messages = error;
CREATE SCHEMA f;
CREATE SERVER faithful FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'file');
CREATE TEMP TABLE steps AS SELECT * FROM sqlite_migrate.plan('faithful', 'f', 'create');
SELECT plan(40);

SELECT is(action, 'check', 'the first step is a check') FROM steps WHERE step = 1;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('faithful', 'f', 'create') $$, 'a schema with everything');

-- CHECK
CREATE FUNCTION pg_temp.refused(change text) RETURNS text LANGUAGE sql AS $$
    SELECT throws_ok('UPDATE f.prods SET ' || change || ' WHERE id = 1', '23514', NULL, 'refused: ' || change) $$;
SELECT pg_temp.refused('price = -0.01');
SELECT pg_temp.refused($$kind = 'c'$$);
SELECT pg_temp.refused($$kind = 'A'$$);
SELECT pg_temp.refused($$code = '12a'$$);
SELECT pg_temp.refused($$code = '123456'$$);
SELECT pg_temp.refused('qty = NULL');
SELECT pg_temp.refused('qty = 101');
SELECT pg_temp.refused($$name = 'bar'$$);
SELECT pg_temp.refused($$name = 'bÖr'$$);
SELECT pg_temp.refused($$born = '2100-01-01'$$);
SELECT throws_ok($$ UPDATE f.prods SET jv = '{' WHERE id = 1 $$, '22P02', NULL, 'what is no JSON is refused');
SELECT lives_ok($$ UPDATE f.prods SET price = 0, kind = NULL, code = NULL, qty = 100, name = 'oh', js = NULL WHERE id = 1 $$, 'what SQLite takes is taken');
SELECT lives_ok($$ UPDATE f.prods SET price = 1.5, kind = 'a', code = '123', qty = 5, name = 'Foo', js = '{}' WHERE id = 1 $$, 'and back');
SELECT is(count(*), 1::bigint, 'a CHECK of an unknown function is told') FROM steps WHERE action = 'report' AND note ~ 'the function printf.*CHECK \(printf' AND object ~ 'prods';
SELECT is(count(*), 1::bigint, 'one that its rows violate is told with their number, and a draft')
    FROM steps WHERE action = 'report' AND note ~ '1 row violates it\. Draft: ALTER TABLE .* CHECK \("n" > 0\) NOT VALID';
SELECT is(count(*), 2::bigint, 'its rows are there') FROM f.loose;

-- Generated columns
SELECT results_eq('SELECT id, total, shout FROM f.prods ORDER BY id', $$ VALUES (1::bigint, 7.5::float8, 'FOO!'), (2, 150, 'ONO!'), (3, 0, 'öOß!') $$, 'computed as SQLite computes them, letters of ASCII alone in upper case');
SELECT lives_ok('UPDATE f.prods SET qty = 6 WHERE id = 1', 'a change');
SELECT is(total, 9::float8, 'is followed') FROM f.prods WHERE id = 1;
SELECT is(odd, '5', 'what cannot be computed holds its value') FROM f.prods WHERE id = 1;
SELECT is(count(*), 1::bigint, 'and is told') FROM steps WHERE action = 'report' AND object ~ '"odd"' AND note ~ 'the function printf';
SELECT lives_ok('UPDATE f.prods SET qty = 5 WHERE id = 1', 'and back');

-- Indexes and keys
SELECT is(pg_get_indexdef('f.prods_price'::regclass), 'CREATE INDEX prods_price ON f.prods USING btree (price DESC, lower(((name)::text COLLATE "C"))) WHERE (active = true)', 'order, collation and condition');
SELECT is(pg_get_indexdef('f.prods_kind'::regclass), 'CREATE UNIQUE INDEX prods_kind ON f.prods USING btree (lower((kind COLLATE "C")), "catId") WHERE (kind IS NOT NULL)', 'unique, over an expression, with its condition');
SELECT is(count(*), 1::bigint, 'an index over an unknown function is told') FROM steps WHERE action = 'report' AND object ~ 'prods_odd' AND note ~ 'CREATE INDEX';
SELECT throws_ok($$ INSERT INTO f.cats ("CategoryName") VALUES ('FOOD') $$, '23505', NULL, 'NOCASE: unique without case');
SELECT lives_ok($$ INSERT INTO f.cats ("CategoryName") VALUES ('äRGER') $$, 'but only the letters of ASCII');
SELECT lives_ok($$ DELETE FROM f.cats WHERE "CategoryName" = 'äRGER' $$, 'and back');
SELECT is(condeferred AND confdeltype = 'n' AND convalidated, true, 'a foreign key with its action, deferred, validated') FROM pg_constraint WHERE conrelid = 'f.prods'::regclass AND contype = 'f';
SELECT is(count(*), 1::bigint, 'a default that cannot be carried is told') FROM steps WHERE action = 'report' AND object ~ '"Select"' AND note ~ 'randomblob';
SELECT is(format_type(atttypid, atttypmod), 'text', 'a length that a value exceeds is none') FROM pg_attribute WHERE attrelid = 'f.loose'::regclass AND attname = 'v';

-- Views
SELECT results_eq('SELECT cat FROM f.listed', $$ VALUES ('Food') $$, 'a view');
SELECT results_eq('SELECT * FROM f.late', $$ VALUES ('a', 1::bigint) $$, 'one over another, which is over the first');
SELECT results_eq('SELECT * FROM f.rich', $$ VALUES ('Food', 1::bigint), ('drink', 1) $$, 'subqueries');
SELECT results_eq($$ SELECT attname::text COLLATE "default" FROM pg_attribute WHERE attrelid = 'f.early'::regclass AND attnum > 0 ORDER BY attnum $$, $$ VALUES ('kind'), ('n'), ('total'), ('avg(qty)') $$, 'columns bear the names of SQLite');
SELECT is(count(*), 1::bigint, 'one that cannot be translated is told, with its text') FROM steps WHERE action = 'report' AND object = 'view "loud"' AND note ~ 'the function printf.*CREATE VIEW loud';
SELECT ok(to_regclass('f.bare') IS NULL, 'one that PostgreSQL refuses is a warning, not the end');

-- Drafts
SELECT results_eq($$ SELECT object FROM steps WHERE action = 'report' AND note ~ 'Draft: CREATE (TABLE|FUNCTION)' ORDER BY 1 $$, $$ VALUES ('trigger "tr"'), ('virtual table "words"') $$, 'drafts of a trigger and of a full-text table');

SELECT * FROM finish();
ROLLBACK;
