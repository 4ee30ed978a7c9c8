-- What errors say: one line, JSON in DETAIL, a HINT that works.
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
\set damaged :files '/damaged.db'
\set orphans :files '/orphans.db'
CREATE SERVER say_shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE SERVER say_damaged FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'damaged');
CREATE SERVER say_orphans FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'orphans');
CREATE SCHEMA said;

-- Arguments.
SELECT * FROM sqlite_migrate.migrate('say_shop', 'said', mode => 'dta');
SELECT * FROM sqlite_migrate.migrate('say_shop', 'said', options => '{"alow_empty": true}');
SELECT * FROM sqlite_migrate.migrate('say_shop', 'said', include => '{custommers}');
SELECT * FROM sqlite_migrate.migrate('say_shop', 'said', assume_timezone => 'Europe/Berln');
SELECT * FROM sqlite_migrate.migrate(NULL);

-- The source.
SELECT * FROM sqlite_migrate.migrate('say_shopp', 'said');
SELECT * FROM sqlite_migrate.migrate('/no/such/file.db', 'said');
SELECT * FROM sqlite_migrate.migrate('/no/such/file.db', 'said', options => '{"missing_source": "skip"}');
SELECT * FROM sqlite_migrate.inspect('shop.db');

-- The target.
SELECT * FROM sqlite_migrate.migrate('say_shop', 'sayd');
SELECT * FROM sqlite_migrate.migrate('say_shop', 'said', mode => 'data', include => '{products}');
CREATE TABLE said.customers (id int PRIMARY KEY, email varchar(10), name text NOT NULL, must int NOT NULL);
CREATE TABLE said.products (id int PRIMARY KEY, code text, price numeric(10,2), weight float8, picture bytea NOT NULL);
INSERT INTO said.products VALUES (1, 'mine', 1, 1, '');
SELECT * FROM sqlite_migrate.migrate('say_shop', 'said', include => '{customers,products,orders}');
SELECT * FROM sqlite_migrate.migrate('say_shop', 'said', include => '{products}', existing => 'truncate');
SELECT * FROM sqlite_migrate.migrate('say_shop', 'said', mode => 'create');
CREATE TABLE said.reviews (product int REFERENCES said.products);
SELECT * FROM sqlite_migrate.migrate('say_shop', 'said', include => '{products}', existing => 'truncate');

-- The values.
CREATE TABLE said.persons (id int PRIMARY KEY, age int, name text, seen timestamptz);
CREATE TABLE said.sizes (code text PRIMARY KEY, small smallint, word varchar(5));
CREATE TABLE said.texts (id int PRIMARY KEY, body text);
SELECT * FROM sqlite_migrate.migrate('say_damaged', 'said', include => '{persons,sizes,texts}');
SELECT * FROM sqlite_migrate.migrate('say_damaged', 'said', include => '{persons}', exclude => '{persons.age}');

-- The keys.
CREATE TABLE said.parents (id int PRIMARY KEY, name text);
CREATE TABLE said.children (id int PRIMARY KEY, parent int CONSTRAINT child_of REFERENCES said.parents, name text);
SELECT * FROM sqlite_migrate.migrate('say_orphans', 'said');

-- The proof.
ALTER TABLE said.children DROP CONSTRAINT child_of;
CREATE FUNCTION said.shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER shout BEFORE INSERT ON said.children FOR EACH ROW EXECUTE FUNCTION said.shout();
SELECT * FROM sqlite_migrate.migrate('say_orphans', 'said');
SELECT count(*) FROM said.children;

\set VERBOSITY terse
SET client_min_messages = warning;
DROP SCHEMA said CASCADE;
DROP SERVER say_shop;
DROP SERVER say_damaged;
DROP SERVER say_orphans;
