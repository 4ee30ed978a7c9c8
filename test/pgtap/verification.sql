-- Promise 4: silence means verified. What was stored otherwise than it was read is an error that names table and column.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE SCHEMA v;
SET search_path = v, public;
CREATE TABLE products (id int PRIMARY KEY, code text, price numeric(10,2), weight float8, picture bytea);
CREATE FUNCTION altered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.code := NEW.code || '!'; RETURN NEW; END $$;
CREATE FUNCTION swallowed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TEMP TABLE verdict AS SELECT * FROM sqlite_migrate.verify('shop', 'v') LIMIT 0;

SELECT plan(29);

-- A trigger that changes values, one that drops rows, one that comes after.
CREATE TRIGGER t BEFORE INSERT ON products FOR EACH ROW EXECUTE FUNCTION altered();
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'v', include => '{products}') $$, 'SM003',
    'sqlite_migrate: table v.products: values differ in "code"', 'a trigger that changes a value is found, with its column');
SELECT throws_ok($$ CALL sqlite_migrate.run('shop', 'v', include => '{products}') $$, 'SM003', NULL, 'by run, too');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.copy_table('shop', 'products', 'v.products') $$, 'SM003', NULL, 'by copy_table, too');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'v', include => '{products}', verify => 'count') $$,
    'a count cannot see it');
SELECT is(verified, 'count', 'and the record says that it only counted') FROM sqlite_migrate.run_tables ORDER BY run_id DESC LIMIT 1;
TRUNCATE products;
DROP TRIGGER t ON products;
CREATE TRIGGER t BEFORE INSERT ON products FOR EACH ROW WHEN (NEW.id = 11) EXECUTE FUNCTION swallowed();
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'v', include => '{products}') $$, 'SM003',
    'sqlite_migrate: table v.products: 3 rows in the source, 2 stored', 'a trigger that drops a row is found by digest');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'v', include => '{products}', verify => 'count') $$, 'SM003', NULL, 'and by count');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'v', include => '{products}', verify => 'none') $$, 'verify => none looks away');
SELECT is(verified, NULL, 'and the record says so') FROM sqlite_migrate.run_tables ORDER BY run_id DESC LIMIT 1;
TRUNCATE products;
DROP TRIGGER t ON products;
CREATE FUNCTION after_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE v.products SET price = price + 1; RETURN NULL; END $$;
CREATE TRIGGER t AFTER INSERT ON products FOR EACH STATEMENT EXECUTE FUNCTION after_all();
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'v', include => '{products}') $$, 'SM003',
    'sqlite_migrate: table v.products: values differ in "price"', 'what a statement trigger does afterwards is found');
DROP TRIGGER t ON products;
SELECT is_empty('TABLE products', 'no row is left of those that failed');

-- verify, alone: right at first, wrong after each kind of tampering.
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'v', include => '{products}') $$, 'without them it loads');
CREATE FUNCTION pg_temp.verdict(change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_answer text;
BEGIN
    EXECUTE change;
    SELECT concat_ws(' | ', verified, rows_source, rows_target, columns_differing, message) INTO v_answer
    FROM sqlite_migrate.verify('shop', 'v', include => '{products}');
    RAISE 'so far' USING DETAIL = v_answer;
EXCEPTION WHEN raise_exception THEN
    GET STACKED DIAGNOSTICS v_answer = PG_EXCEPTION_DETAIL;
    RETURN v_answer;
END $$;
SELECT is(pg_temp.verdict('SELECT 1'), 't | 3 | 3 | {} | ', 'verify: equal');
SELECT is(pg_temp.verdict('UPDATE v.products SET price = price + 0.01 WHERE id = 10'), 'f | 3 | 3 | {price} | values differ in "price"', 'a number');
SELECT is(pg_temp.verdict('UPDATE v.products SET weight = NULL WHERE id = 10'), 'f | 3 | 3 | {weight} | values differ in "weight"', 'NULL');
SELECT is(pg_temp.verdict($$ UPDATE v.products SET picture = NULL WHERE picture = '' $$), 'f | 3 | 3 | {picture} | values differ in "picture"', 'NULL is not empty');
SELECT is(pg_temp.verdict($$ UPDATE v.products SET code = 'x', weight = 1 WHERE id = 11 $$), 'f | 3 | 3 | {code,weight} | values differ in "code", "weight"', 'two columns');
SELECT is(pg_temp.verdict($$ UPDATE v.products p SET code = q.code FROM v.products q WHERE p.id + q.id = 23 AND p.id <> 10 $$), 'f | 3 | 3 | {code} | values differ in "code"', 'values that changed places are found by the key');
SELECT is(pg_temp.verdict('DELETE FROM v.products WHERE id = 10'), 'f | 3 | 2 | {} | 3 rows in the source, 2 stored', 'a row less');
SELECT is(pg_temp.verdict('INSERT INTO v.products VALUES (99)'), 'f | 3 | 4 | {} | 3 rows in the source, 4 stored', 'a row more');
SELECT is(pg_temp.verdict('ALTER TABLE v.products ALTER weight TYPE numeric'), 't | 3 | 3 | {} | ', 'another type that holds the same values');
SELECT is(pg_temp.verdict('ALTER TABLE v.products DROP picture'), 'f | 3 | 3 | {} | values of the source without a column in the target: "picture"', 'a column less');
SELECT is(pg_temp.verdict('ALTER TABLE v.products ADD extra int DEFAULT 5'), 't | 3 | 3 | {} | ', 'a column that the source does not know');

-- A table that is skipped is verified, too.
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'v', include => '{products}', existing => 'skip') $$, 'skip: equal rows pass');
SELECT is(concat_ws(' ', status, verified), 'skipped digest', 'compared, not loaded') FROM sqlite_migrate.run_tables ORDER BY run_id DESC LIMIT 1;
UPDATE products SET code = 'other' WHERE id = 10;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'v', include => '{products}', existing => 'skip') $$, 'SM003', NULL, 'skip: rows that differ do not');
SELECT throws_ok($$ CALL sqlite_migrate.verify_or_raise('shop', 'v', include => '{products}') $$, 'SM003',
    'sqlite_migrate: table v.products: values differ in "code"', 'verify_or_raise raises');
SELECT lives_ok($$ CALL sqlite_migrate.verify_or_raise('shop', 'v', method => 'count', include => '{products}') $$, 'a count passes');
SELECT results_eq($$ SELECT source_table, verified, message FROM sqlite_migrate.verify('shop', 'v') $$,
    $$ VALUES ('customers', false, 'no table in the target'), ('order_lines', false, 'no table in the target'),
              ('orders', false, 'no table in the target'), ('products', false, 'values differ in "code"'),
              ('wishes', true, 'no rows, and no table in the target') $$, 'verify without include looks at every table of the source');
SELECT * FROM finish();
ROLLBACK;
