-- Targets that differ from their source: defaults, other types, other zones, other encodings, other names.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
\set utf16 :files '/utf16.db'
\set types :files '/types.db'
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE SERVER utf16 FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'utf16');
CREATE SERVER types FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'types');
CREATE SCHEMA t;
SET search_path = t, public;

SELECT plan(38);

-- Columns that the source does not know.
CREATE SEQUENCE serial_number;
CREATE TABLE products (
    stamp timestamptz NOT NULL DEFAULT '2020-01-01 00:00:00Z', picture bytea, id int PRIMARY KEY, dropped int,
    number bigint NOT NULL DEFAULT nextval('serial_number'), code text, price numeric(10,2), weight float8,
    nothing text, stable text NOT NULL DEFAULT CURRENT_USER, identity int GENERATED ALWAYS AS IDENTITY);
ALTER TABLE products DROP dropped;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 't', include => '{products}') $$, 'columns in another order, and more of them');
SELECT results_eq('SELECT id, stamp, nothing, stable = CURRENT_USER FROM products ORDER BY id',
    $$ SELECT i, timestamptz '2020-01-01 00:00:00Z', NULL::text, true FROM unnest('{10,11,12}'::int[]) i $$, 'get their defaults, or NULL');
SELECT set_eq('SELECT number FROM products', ARRAY[1::bigint, 2, 3], 'volatile ones for each row');
SELECT set_eq('SELECT identity FROM products', ARRAY[1, 2, 3], 'identities, too');
SELECT set_eq($$ SELECT column_name FROM sqlite_migrate.preflight('shop', 't', include => '{products}', existing => 'truncate') WHERE code = 'default_column' $$,
    '{stamp,number,nothing,stable,identity}'::text[], 'preflight names them');
ALTER TABLE products ADD must int NOT NULL DEFAULT 0;
ALTER TABLE products ALTER must DROP DEFAULT;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 't', include => '{products}', existing => 'truncate') $$, 'SM001',
    'sqlite_migrate: table t.products, column "must": must not be NULL, has no default, and the source has no column for it', 'one that must have a value and gets none is found before');
ALTER TABLE products ALTER must SET DEFAULT 7;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 't', include => '{products}', existing => 'truncate') $$, 'with a default it goes');
-- NOT NULL over a NULL of the source.
TRUNCATE products;
ALTER TABLE products ALTER picture SET NOT NULL;
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('shop', 't', include => '{products}') $$, '%table t.products, column "picture", key {"id": 11}%', 'a NULL that finds no place is named with its key');

-- Names: exact, else without case, else in snake case; ambiguity is an error.
CREATE TABLE "Customers" ("ID" int PRIMARY KEY, "Email" text, name text, "BORN" date, active boolean, created timestamptz);
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 't', include => '{customers}') $$, 'names match without case');
SELECT is(count(*), 3::bigint, 'and the rows are in') FROM "Customers";
CREATE TABLE "CUSTOMERS" ("ID" int PRIMARY KEY);
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('shop', 't', include => '{customers}', existing => 'truncate') $$, '%"CUSTOMERS" and "Customers"%', 'two that fit are ambiguous');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 't', include => '{customers}', existing => 'truncate', rename => '{"customers": "Customers"}') $$, 'rename decides');
CREATE TABLE people (number int PRIMARY KEY, mail text, name text, born date, active int, created text);
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 't', include => '{customers}', rename => '{"customers": "people", "customers.id": "number", "customers.email": "mail"}') $$, 'table and columns renamed');
SELECT results_eq('SELECT number, mail, active, created FROM people ORDER BY 1', $$ VALUES (1, 'ada@example.org', 1, '2024-02-29 12:30:00'), (2, 'grace@example.org', 0, '2024-02-29 12:30:00.123456'), (3, 'lukasz@example.org', 1, '2024-03-31 02:30:00') $$, 'as they are');
SELECT ok(bool_and(verified), 'verify by the run''s own arguments') FROM sqlite_migrate.verify('shop', run_id => (SELECT max(run_id) FROM sqlite_migrate.runs));

-- Zones: a time that carries none is in the zone that was named, daylight saving included; one that carries one is not.
CREATE TABLE timestamptzs (id int PRIMARY KEY, v timestamptz);
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('types', 't', include => '{timestamptzs}', assume_timezone => 'Europe/Berlin') $$, 'assume_timezone');
SELECT results_eq($$ SELECT to_char(v AT TIME ZONE 'UTC', 'MM-DD HH24:MI') FROM timestamptzs ORDER BY id $$,
    $$ VALUES ('02-29 11:30'), ('02-29 12:30'), ('02-29 07:00'), (NULL), ('07-01 15:00') $$, 'holds for times without a zone, and for no others');
SELECT ok(NOT bool_and(verified), 'verify in another zone sees another instant') FROM sqlite_migrate.verify('types', 't', include => '{timestamptzs}');
SELECT ok(bool_and(verified), 'in the same it does not') FROM sqlite_migrate.verify('types', 't', include => '{timestamptzs}', assume_timezone => 'europe/berlin');
TRUNCATE "Customers";
-- 2024-03-31 02:30 does not exist in Berlin: the server's own reading of it counts.
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.copy_table('shop', 'customers', 't."Customers"', assume_timezone => 'Europe/Berlin') $$, 'an hour that daylight saving skips');
SELECT is(to_char(created AT TIME ZONE 'UTC', 'MM-DD HH24:MI'), to_char((timestamp '2024-03-31 02:30:00' AT TIME ZONE 'Europe/Berlin') AT TIME ZONE 'UTC', 'MM-DD HH24:MI'), 'is what the server makes of it') FROM "Customers" WHERE "ID" = 3;

-- A file in UTF-16.
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('utf16', 't') $$, 'a file in UTF-16');
SELECT results_eq('SELECT id::int, "слово", raw FROM words ORDER BY id', $$ VALUES (1, 'plain', '\x00ff'::bytea), (2, 'ünïcode', NULL), (3, '🦉 owl', ''), (4, '', '\x61') $$, 'arrives as it is');

-- Domains and enums that refuse; arrays that do not fit.
CREATE DOMAIN small AS int CHECK (VALUE < 10);
CREATE TABLE domains (id int PRIMARY KEY, v small);
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('types', 't', include => '{domains}') $$, '%domains%"v"%{"id": 2}%', 'a domain that refuses names table, column and key');
CREATE TYPE hue AS ENUM ('red');
CREATE TABLE enums (id int PRIMARY KEY, v hue);
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('types', 't', include => '{enums}') $$, '%enums%"v"%{"id": 2}%green%', 'an enum that does not know the word, too');
CREATE TABLE arrays (id int PRIMARY KEY, v int[]);
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('types', 't', include => '{arrays}') $$, '%arrays%"v"%{"id": 1}%', 'an element out of range, too');
CREATE TABLE jsonbs (id int PRIMARY KEY, v json);
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('types', 't', include => '{jsonbs}') $$, 'json keeps the text');
SELECT is(v::text, '{"b": 1, "a": [1, 2.50, null]}', 'byte by byte') FROM jsonbs WHERE id = 1;
CREATE TABLE varchars (id int PRIMARY KEY, v varchar(4));
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('types', 't', include => '{varchars}') $$, '%2 values%varchars%"v"%{"id": 2}%', 'too long: two values, counted in characters');
CREATE TABLE byteas (id int PRIMARY KEY, v text);
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('types', 't', include => '{byteas}') $$, '%byteas%"v"%', 'bytes that are no text do not become text');
CREATE TABLE booleans (id int PRIMARY KEY, v boolean NOT NULL);
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('types', 't', include => '{booleans}') $$, '%booleans%"v"%{"id": 3}%', 'NULL where NOT NULL');
-- An R-tree holds rows that are nowhere else: where the target has a table for it, it is loaded like one.
\getenv scratch SCRATCH
\set places :scratch '/places.db'
\setenv PLACES :places
\! rm -f "$PLACES"; sqlite3 -batch "$PLACES" "CREATE VIRTUAL TABLE places USING rtree (id, x_min, x_max); INSERT INTO places VALUES (7, 0.5, 1.5), (9, -2, 8.25); CREATE VIRTUAL TABLE words USING fts5 (word); INSERT INTO words VALUES ('one'); CREATE TABLE things (id INTEGER PRIMARY KEY); INSERT INTO things VALUES (1)"; chmod 644 "$PLACES"
CREATE SCHEMA tree;
CREATE TABLE tree.things (id int PRIMARY KEY);
SELECT lives_ok(format('SELECT * FROM sqlite_migrate.migrate(%L, ''tree'')', :'places'), 'without a table for it');
SELECT set_eq($$ SELECT source_table FROM sqlite_migrate.run_tables WHERE message = 'virtual table: not carried' $$, ARRAY['places', 'words'], 'it is told');
CREATE TABLE tree."Places" (id serial PRIMARY KEY, x_min float4, x_max float8);
CREATE TABLE tree.words (word text);
SELECT lives_ok(format('SELECT * FROM sqlite_migrate.migrate(%L, ''tree'', existing => ''truncate'')', :'places'), 'with one');
SELECT results_eq('SELECT * FROM tree."Places" ORDER BY id', 'VALUES (7, 0.5::float4, 1.5::float8), (9, -2, 8.25)', 'its rows arrive');
SELECT is(nextval('tree."Places_id_seq"'), 10::bigint, 'and its sequence is set');
SELECT is_empty('TABLE tree.words', 'full-text tables repeat what others hold, and are not loaded');
SELECT ok(bool_and(verified), 'verify compares it') FROM sqlite_migrate.verify(:'places', 'tree', include => '{places,things}');
\! rm -f "$PLACES"
SELECT * FROM finish();
ROLLBACK;
