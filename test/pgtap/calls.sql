-- Wherever a framework puts the call it works: in psql, in DO, in a function, beside DDL; looking works READ ONLY.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
SELECT set_config('test.shop', :'shop', true) \gset ignored_
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE SCHEMA c;

SELECT plan(33);

-- CALL, raw: with a path, positional and named arguments, JSON with a blank.
CALL sqlite_migrate.run(:'shop', 'c', options => '{"allow_empty": true}');
SELECT is(count(*), 3::bigint, 'CALL') FROM c.products;
-- What follows in the same transaction: DDL on every table, on the schema, on the sequences.
SELECT lives_ok('DROP VIEW c.order_sizes; ALTER TABLE c.products ADD extra int; ALTER TABLE c.order_lines ALTER amount TYPE numeric; ALTER TABLE c.orders DROP note', 'ALTER TABLE in the same transaction');
SELECT lives_ok('CREATE INDEX ON c.products (price); CLUSTER c.products USING products_pkey', 'CREATE INDEX, CLUSTER');
SELECT lives_ok('DROP SCHEMA c CASCADE', 'DROP SCHEMA');
CREATE SCHEMA c;

DO $EF$ BEGIN CALL sqlite_migrate.run(current_setting('test.shop'), 'c'); END $EF$;
SELECT is(count(*), 3::bigint, 'CALL in DO') FROM c.products;
DO $x$ BEGIN PERFORM sqlite_migrate.migrate('shop', 'c', existing => 'truncate'); END $x$;
SELECT is(count(*), 3::bigint, 'PERFORM migrate in DO') FROM c.products;
DO $x$ BEGIN PERFORM * FROM sqlite_migrate.migrate('shop', 'c', existing => 'truncate'); ALTER TABLE c.products ADD extra int; END $x$;
SELECT has_column('c', 'products', 'extra', 'ALTER TABLE in the same block');

CREATE FUNCTION pg_temp.f() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    CALL sqlite_migrate.run('shop', 'c', existing => 'truncate');
    ALTER TABLE c.products DROP extra;
    RETURN (SELECT count(*) FROM c.products);
END $$;
SELECT is(pg_temp.f(), 3::bigint, 'CALL in a PL/pgSQL function');
CREATE FUNCTION pg_temp.g() RETURNS SETOF text LANGUAGE sql AS $$ SELECT table_name FROM sqlite_migrate.migrate('shop', 'c', existing => 'truncate') $$;
SELECT is(count(*), 6::bigint, 'in an SQL function') FROM pg_temp.g();
CREATE PROCEDURE pg_temp.p() LANGUAGE plpgsql AS $$ BEGIN CALL sqlite_migrate.run('shop', 'c', existing => 'truncate'); END $$;
SELECT lives_ok('CALL pg_temp.p()', 'in a procedure');
SELECT lives_ok('SELECT * FROM sqlite_migrate.migrate(''shop'', ''c'', existing => ''truncate'') LIMIT 1', 'LIMIT does not stop a run');
SELECT is(count(*), 3::bigint, 'all tables are loaded') FROM c.products;
SELECT is(count(*), 1::bigint, 'in a CTE, once') FROM (WITH m AS MATERIALIZED (SELECT * FROM sqlite_migrate.migrate('shop', 'c', existing => 'truncate')) SELECT FROM m WHERE table_name = '(total)') x;
PREPARE prepared (text) AS SELECT * FROM sqlite_migrate.migrate('shop', $1, existing => 'truncate');
SELECT lives_ok('EXECUTE prepared(''c'')', 'prepared');
SELECT lives_ok('EXECUTE prepared(''c'')', 'and again');
DECLARE cur CURSOR FOR SELECT * FROM sqlite_migrate.migrate('shop', 'c', existing => 'truncate');
FETCH 1 FROM cur \gset ignored_
CLOSE cur;
SELECT is(count(*), 3::bigint, 'through a cursor that is left early') FROM c.products;

-- With a search_path of nothing but traps.
CREATE SCHEMA trap;
CREATE FUNCTION trap.format(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap.count(anyelement) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap.lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, PROCEDURE = trap.eq);
CREATE FUNCTION trap.eqb(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE OPERATOR trap.= (LEFTARG = bigint, RIGHTARG = bigint, PROCEDURE = trap.eqb);
CREATE OPERATOR trap.<> (LEFTARG = text, RIGHTARG = text, PROCEDURE = trap.eq);
CREATE FUNCTION trap.getj(jsonb, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE OPERATOR trap.->> (LEFTARG = jsonb, RIGHTARG = text, PROCEDURE = trap.getj);
CREATE FUNCTION pg_temp.trapped(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('search_path', 'trap', true);
    EXECUTE query;
    PERFORM set_config('search_path', 'public', true);
    RETURN 'not trapped';
EXCEPTION WHEN OTHERS THEN
    PERFORM set_config('search_path', 'public', true);
    RETURN SQLERRM;
END $$;
SELECT is(pg_temp.trapped(q), 'not trapped', 'search_path: ' || regexp_replace(q, '^\S+ (\* FROM )?sqlite_migrate\.(\w+).*', '\2')) FROM unnest(ARRAY[
    'SELECT * FROM sqlite_migrate.inspect(''shop'')', 'SELECT * FROM sqlite_migrate.plan(''shop'', ''c'', existing => ''truncate'')',
    'SELECT * FROM sqlite_migrate.preflight(''shop'', ''c'', existing => ''truncate'')', 'SELECT * FROM sqlite_migrate.migrate(''shop'', ''c'', existing => ''truncate'')',
    'SELECT * FROM sqlite_migrate.verify(''shop'', ''c'')', 'CALL sqlite_migrate.verify_or_raise(''shop'', ''c'')',
    'SELECT * FROM sqlite_migrate.align_sequences(''c'')', 'SELECT * FROM sqlite_migrate.report()',
    'SELECT * FROM sqlite_migrate.copy_table(''shop'', ''wishes'', ''c.wishes'')']) q;

-- Looking does not write: it works READ ONLY, and migrate does not.
SET TRANSACTION READ ONLY;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.inspect('shop') $$, 'READ ONLY: inspect');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.plan('shop', 'c', existing => 'truncate') $$, 'READ ONLY: plan');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.preflight('shop', 'c', existing => 'truncate') $$, 'READ ONLY: preflight');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.verify('shop', 'c') $$, 'READ ONLY: verify');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'c', existing => 'truncate', dry_run => true) $$, 'READ ONLY: dry_run');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.report() $$, 'READ ONLY: report');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'c', existing => 'truncate') $$, '25006', NULL, 'READ ONLY: migrate is refused');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.copy_table('shop', 'wishes', 'c.wishes') $$, '25006', NULL, 'READ ONLY: copy_table, too');
SELECT * FROM finish();
ROLLBACK;
