-- Damage done to a target: verify names the table and the column, diff the key, verify_schema what no longer guards.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE SCHEMA v;
SELECT * FROM no_plan();
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'v', verify => 'deep') $$, 'verify => deep');
SELECT is(string_agg(DISTINCT verified, ' '), 'deep', 'and the record says so') FROM sqlite_migrate.run_tables;
SELECT is_empty($$ SELECT * FROM sqlite_migrate.verify_schema('shop', 'v') $$, 'nothing is missing in what create made');
SELECT results_eq($$ SELECT bool_and(verified), sum((details ->> 'deep_cells')::int) > 40 FROM sqlite_migrate.verify('shop', 'v', method => 'deep') $$,
    $$ VALUES (true, true) $$, 'method => deep converts every cell again');
ALTER TABLE v.order_lines DROP CONSTRAINT order_lines_product_fkey;

-- After the damage, and before it is taken back: what verify says of each table that differs, what diff says of products.
CREATE FUNCTION pg_temp.proof(damage text, what text, method text DEFAULT 'digest') RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_answer text;
BEGIN
    EXECUTE damage;
    IF what = 'schema' THEN
        SELECT string_agg(concat_ws(' | ', kind, object, severity, fix), '; ') INTO v_answer FROM sqlite_migrate.verify_schema('shop', 'v');
    ELSE
        SELECT concat_ws(' # ', (SELECT string_agg(concat_ws(' ', v.table_name, v.columns_differing), ', ')
                                 FROM sqlite_migrate.verify('shop', 'v', method => proof.method) v WHERE NOT v.verified),
            (SELECT string_agg(concat_ws(' ', d.kind, d.key, d.column_name), ', ')
             FROM sqlite_migrate.diff('shop', what, ('v.' || what)::regclass) d)) INTO v_answer;
    END IF;
    RAISE 'so far' USING DETAIL = COALESCE(v_answer, '');
EXCEPTION WHEN raise_exception THEN
    GET STACKED DIAGNOSTICS v_answer = PG_EXCEPTION_DETAIL;
    RETURN v_answer;
END $$;

CREATE TEMP TABLE damage (number serial, name text, sql text, subject text, answer text);
INSERT INTO damage (name, subject, sql, answer) VALUES
 ('none', 'products', 'SELECT 1', ''),
 ('row lost', 'products', 'DELETE FROM v.products WHERE id = 10', 'v.products {} # missing {"id": 10}'),
 ('row added', 'products', $$ INSERT INTO v.products VALUES (99, 'n', 1) $$, 'v.products {} # extra {"id": 99}'),
 ('row lost and row added', 'products', $$ UPDATE v.products SET id = 99 WHERE id = 10 $$, 'v.products {} # missing {"id": 10}, extra {"id": 99}'),
 ('two values swapped', 'products', $$ UPDATE v.products p SET price = q.price FROM v.products q WHERE p.id + q.id = 21 $$, 'v.products {price} # differs {"id": 10} price, differs {"id": 11} price'),
 ('two columns of one row', 'products', $$ UPDATE v.products SET code = 'x', weight = 1 WHERE id = 11 $$, 'v.products {code,weight} # differs {"id": 11} code, differs {"id": 11} weight'),
 ('float off by one ulp', 'products', $$ UPDATE v.products SET weight = weight * (1 + 2.3e-16) WHERE id = 10 $$, 'v.products {weight} # differs {"id": 10} weight'),
 ('numeric off by a cent', 'products', $$ UPDATE v.products SET price = price + 0.01 WHERE id = 10 $$, 'v.products {price} # differs {"id": 10} price'),
 ('numeric sign', 'products', $$ UPDATE v.products SET price = -price WHERE id = 10 $$, 'v.products {price} # differs {"id": 10} price'),
 ('text cut', 'products', $$ UPDATE v.products SET code = left(code, -1) WHERE id = 10 $$, 'v.products {code} # differs {"id": 10} code'),
 ('a blank behind', 'products', $$ UPDATE v.products SET code = code || ' ' WHERE id = 10 $$, 'v.products {code} # differs {"id": 10} code'),
 ('case', 'products', $$ UPDATE v.products SET code = lower(code) WHERE id = 10 $$, 'v.products {code} # differs {"id": 10} code'),
 ('NULL for a number', 'products', $$ UPDATE v.products SET weight = NULL WHERE id = 10 $$, 'v.products {weight} # differs {"id": 10} weight'),
 ('NULL for an empty blob', 'products', $$ UPDATE v.products SET picture = NULL WHERE picture = '' AND id = (SELECT min(id) FROM v.products WHERE picture = '') $$, 'v.products {picture} # differs {"id": 12} picture'),
 ('a byte more in a blob', 'products', $$ UPDATE v.products SET picture = COALESCE(picture, '') || '\x00' WHERE id = 10 $$, 'v.products {picture} # differs {"id": 10} picture'),
 ('all values of a column equal', 'products', $$ UPDATE v.products SET weight = 1 $$, 'v.products {weight} # differs {"id": 10} weight, differs {"id": 11} weight, differs {"id": 12} weight'),
 ('timestamp an hour off', 'customers', $$ UPDATE v.customers SET created = created + interval '1 hour' WHERE id = (SELECT min(id) FROM v.customers) $$, 'v.customers {created} # differs {"id": 1} created'),
 ('timestamp a microsecond off', 'customers', $$ UPDATE v.customers SET created = created + interval '1 us' WHERE id = (SELECT max(id) FROM v.customers) $$, 'v.customers {created} # differs {"id": 3} created'),
 ('date a day off', 'customers', $$ UPDATE v.customers SET born = born + 1 WHERE id = (SELECT min(id) FROM v.customers WHERE born IS NOT NULL) $$, 'v.customers {born} # differs {"id": 1} born'),
 ('boolean turned', 'customers', $$ UPDATE v.customers SET active = NOT active WHERE id = (SELECT min(id) FROM v.customers) $$, 'v.customers {active} # differs {"id": 1} active'),
 ('a name in other letters', 'customers', $$ UPDATE v.customers SET name = name || U&'\0301' WHERE id = (SELECT min(id) FROM v.customers) $$, 'v.customers {name} # differs {"id": 1} name'),
 ('NULL for ''''', 'orders', $$ UPDATE v.orders SET note = CASE WHEN note IS NULL THEN '' END WHERE id = (SELECT min(id) FROM v.orders) $$, 'v.orders {note} # differs {"id": 1} note'),
 ('another parent', 'orders', $$ UPDATE v.orders SET customer = (SELECT max(id) FROM v.customers c WHERE c.id <> orders.customer) WHERE id = (SELECT min(id) FROM v.orders) $$, 'v.orders {customer} # differs {"id": 1} customer'),
 ('a key of two columns', 'order_lines', $$ UPDATE v.order_lines SET amount = amount + 1 WHERE (order_id, line) = (SELECT min(order_id), 1 FROM v.order_lines) $$, 'v.order_lines {amount} # differs {"line": 1, "order_id": 1} amount'),
 ('a trigger that edits rows', 'products', $$ CREATE FUNCTION pg_temp.e() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.code := NEW.code || ''!''; RETURN NEW; END';
     CREATE TRIGGER e BEFORE UPDATE ON v.products FOR EACH ROW EXECUTE FUNCTION pg_temp.e(); UPDATE v.products SET id = id WHERE id = 10 $$, 'v.products {code} # differs {"id": 10} code'),
 ('schema: NOT NULL dropped', 'schema', $$ ALTER TABLE v.products ALTER price DROP NOT NULL $$, '%not null | v.products.price | warning | ALTER TABLE v.products ALTER COLUMN price SET NOT NULL;%'),
 ('schema: index dropped', 'schema', 'DROP INDEX v.order_lines_product', '%index | v.order_lines order_lines_product | warning | CREATE INDEX ON v.order_lines (product);%'),
 ('schema: unique dropped', 'schema', 'ALTER TABLE v.customers DROP CONSTRAINT customers_email_key', '%unique | v.customers % | error | CREATE UNIQUE INDEX ON v.customers (email);%'),
 ('schema: key dropped', 'schema', 'ALTER TABLE v.products DROP CONSTRAINT products_pkey', '%primary key | v.products | error | ALTER TABLE v.products ADD PRIMARY KEY (id);%'),
 ('schema: constraint not validated', 'schema', 'ALTER TABLE v.products ADD CHECK (price > 0) NOT VALID', '%constraint | v.products products_price_check | error | ALTER TABLE v.products VALIDATE CONSTRAINT products_price_check;%'),
 ('schema: trigger disabled', 'schema', $$ CREATE TRIGGER e BEFORE UPDATE ON v.products FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
     ALTER TABLE v.products DISABLE TRIGGER e $$, '%trigger | v.products e | warning | ALTER TABLE v.products ENABLE TRIGGER e;%'),
 ('schema: foreign key gone', 'schema', 'SELECT 1', 'foreign key | v.order_lines | error | ALTER TABLE v.order_lines ADD FOREIGN KEY (product) REFERENCES v.products (code);'),
 ('schema: default gone', 'schema', 'ALTER TABLE v.customers ALTER active DROP DEFAULT', '%default | v.customers.active | note | ALTER TABLE v.customers ALTER COLUMN active SET DEFAULT %'),
 ('schema: column gone', 'schema', 'ALTER TABLE v.products DROP weight', '%column | v.products.weight | error | ALTER TABLE v.products ADD COLUMN weight %'),
 -- The last: no rollback takes setval back.
 ('schema: sequence behind', 'schema', $$ SELECT setval('v.products_id_seq', 1) $$, '%sequence | v.products_id_seq | error | SELECT pg_catalog.setval(%');
SELECT CASE WHEN answer LIKE '%|%' AND subject = 'schema' THEN alike(pg_temp.proof(sql, subject), answer, name)
            ELSE is(pg_temp.proof(sql, subject), answer, name) END FROM damage ORDER BY number;

-- Without a key, rows are a multiset.
ALTER TABLE v.products DROP CONSTRAINT products_pkey, DROP CONSTRAINT products_code_key;
INSERT INTO v.products SELECT * FROM v.products WHERE id = 10;
DELETE FROM v.products WHERE id = 11;
SELECT is(string_agg(concat_ws(' ', kind, key, column_name), ', ' ORDER BY kind), 'extra, missing', 'a row twice, a row lost, no key')
FROM sqlite_migrate.diff('shop', 'products', 'v.products');
SELECT is(string_agg(concat_ws(' ', kind, key), ', ' ORDER BY kind), 'extra {"id": 10}, missing {"id": 11}', 'with a key that nobody guards')
FROM sqlite_migrate.diff('shop', 'products', 'v.products', key => '{id}');
SELECT is(count(*), 1::bigint, 'max_rows') FROM sqlite_migrate.diff('shop', 'products', 'v.products', key => '{id}', max_rows => 1);
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.diff('shop', 'products', 'v.products', key => '{idd}') $$, '22023', NULL, 'a key that is none');
SELECT is((SELECT r FROM sqlite_migrate.report(format => 'markdown') r LIMIT 1), '# verified: 5 tables, 11 rows, 0 rejected, 4 sequences aligned', 'markdown: the verdict first');
SELECT is(r, '| v.products | ok | 3 | 3 | 0 | 0 | deep |  |', 'markdown: a row for each table')
FROM sqlite_migrate.report(format => 'markdown') r WHERE r LIKE '| v.products %';
SELECT is(sqlite_migrate._markdown_cell(E'<script>alert(1)</script>|a_b\nc'), '&lt;script&gt;alert(1)&lt;/script&gt;\|a\_b c', 'markdown: names are no markup');
-- What is only in the digest is not counted as compared: a blob of more than 1 MB, a NULL.
\getenv scratch SCRATCH
\set counted :scratch '/proof_counted.db'
\setenv COUNTED :counted
\! rm -f "$COUNTED"; sqlite3 "$COUNTED" "CREATE TABLE counted (id INTEGER PRIMARY KEY, b BLOB, at INTEGER); INSERT INTO counted VALUES (1, x'00ff', 1700000000), (2, zeroblob(2000000), 1700000100), (3, NULL, NULL)"; chmod 644 "$COUNTED"
CREATE TABLE v.counted (id bigint PRIMARY KEY, b bytea, at timestamp);
SELECT lives_ok(format('CALL sqlite_migrate.run(%L, ''v'')', :'counted'), 'a table whose cells cannot all be asked about');
SELECT is((details ->> 'deep_cells')::int, 6, 'deep counts what it compared: three keys, one short blob, two times')
FROM sqlite_migrate.verify(:'counted', 'v', method => 'deep');
DROP TABLE v.counted;
SELECT * FROM finish();
ROLLBACK;
