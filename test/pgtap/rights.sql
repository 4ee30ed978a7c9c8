-- Promise 6: a bare path needs pg_read_server_files of the current user, a server's path that of the server's owner, at each use.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
SELECT set_config('test.shop', :'shop', true) \gset ignored_
CREATE ROLE nobody_special;
CREATE ROLE reader IN ROLE pg_read_server_files;
CREATE ROLE administrator IN ROLE pg_read_server_files;
SELECT format('GRANT CREATE, TEMPORARY ON DATABASE %I TO nobody_special, reader, administrator', current_database()) \gexec
SET SESSION AUTHORIZATION administrator;
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
GRANT USAGE ON FOREIGN SERVER shop TO nobody_special;
CREATE SERVER closed FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
RESET SESSION AUTHORIZATION;
CREATE SERVER mine FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
ALTER SERVER mine OWNER TO nobody_special;
SET SESSION AUTHORIZATION nobody_special;
SET client_min_messages = warning;
CREATE SCHEMA n;
CREATE FUNCTION pg_temp.each_with(source text) RETURNS TABLE (what text, query text) LANGUAGE sql AS $$
    VALUES ('inspect', format('SELECT * FROM sqlite_migrate.inspect(%L)', source)),
           ('integrity', format('SELECT * FROM sqlite_migrate.integrity(%L)', source)),
           ('plan', format('SELECT * FROM sqlite_migrate.plan(%L, ''n'')', source)),
           ('preflight', format('SELECT * FROM sqlite_migrate.preflight(%L, ''n'')', source)),
           ('migrate', format('SELECT * FROM sqlite_migrate.migrate(%L, ''n'')', source)),
           ('run', format('CALL sqlite_migrate.run(%L, ''n'')', source)),
           ('verify', format('SELECT * FROM sqlite_migrate.verify(%L, ''n'')', source)),
           ('copy_tables', format('SELECT * FROM sqlite_migrate.copy_tables(%L, ''{wishes}'', ''n'')', source)),
           ('_load', format('SELECT sqlite_migrate._load(%L, ''wishes'', ''pg_catalog.pg_class'', ''{id}'', ''{oid}'', ''{}'', true)', source)),
           ('_source_count', format('SELECT sqlite_migrate._source_count(%L, ''wishes'')', source))
$$;

SELECT plan(49);

SELECT throws_ok(query, '42501', NULL, what || ': a path needs pg_read_server_files') FROM pg_temp.each_with(current_setting('test.shop'));
-- What it says of a path must not tell whether the file is there.
SELECT throws_ok(query, '42501', NULL, what || ': the same for a file that is not there') FROM pg_temp.each_with('/no/such/file.db');
SELECT throws_ok(format('CREATE SERVER new_one FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database %L)', current_setting('test.shop')),
    '42501', NULL, 'CREATE SERVER needs it');
SELECT throws_ok(format('ALTER SERVER mine OPTIONS (SET database %L)', current_setting('test.shop')), '42501', NULL, 'ALTER SERVER needs it');

SELECT throws_ok($$ SELECT * FROM sqlite_migrate.inspect('mine') $$, '42501', NULL, 'a server that was given away lost its right');

-- A server of the administrator, with USAGE and without.
SELECT throws_ok(query, '42501', NULL, what || ': a server needs USAGE') FROM pg_temp.each_with('closed') WHERE what <> '_load';
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.inspect('shop') $$, 'with USAGE, a server can be looked at');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'n') $$, 'and migrated into a schema of one''s own');
SELECT is(count(*), 3::bigint, 'as shown') FROM n.customers;
SELECT is(tableowner::text, 'nobody_special', 'the tables belong to who ran it') FROM pg_tables WHERE schemaname = 'n' AND tablename = 'customers';
SELECT is(run_by::text, 'nobody_special', 'so does the run') FROM sqlite_migrate.runs ORDER BY run_id DESC LIMIT 1;

-- The records cannot be forged.
SELECT throws_ok('INSERT INTO sqlite_migrate.runs (status, source, arguments, run_by, started_at, version) VALUES (''ok'', '''', ''{}'', ''x'', now(), '''')',
    '42501', NULL, 'nobody writes runs');
SELECT throws_ok('UPDATE sqlite_migrate.run_tables SET rows_loaded = 1', '42501', NULL, 'nor run_tables');
SELECT throws_ok('DELETE FROM sqlite_migrate.rejects', '42501', NULL, 'nor rejects');
SELECT throws_ok($$ SELECT sqlite_migrate._run_end('{"status": "ok"}') $$, NULL, NULL, 'there is no end without a run');

-- A target that belongs to another.
RESET SESSION AUTHORIZATION;
SET client_min_messages = warning;
CREATE SCHEMA foreign_land;
GRANT USAGE ON SCHEMA foreign_land TO nobody_special;
CREATE TABLE foreign_land.wishes (id int PRIMARY KEY, customer int, wish text);
CREATE TABLE foreign_land.products (id int PRIMARY KEY, code text, price numeric, weight float8, picture bytea);
SET SESSION AUTHORIZATION nobody_special;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'foreign_land', include => '{products}') $$, 'SM001', NULL, 'another''s table needs INSERT');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 'foreign_land', 'create', include => '{orders}') $$, 'SM001', NULL, 'another''s schema needs CREATE');
SELECT throws_ok($$ SELECT sqlite_migrate._load('shop', 'products', 'foreign_land.products', '{id}', '{id}', '{}', false) $$, '42501', NULL, 'the engine alone asks, too');
SELECT throws_ok($$ SELECT sqlite_migrate._digest('foreign_land.products', '{id}') $$, '42501', NULL, 'so does the digest');
SELECT throws_ok($$ SELECT sqlite_migrate._lock(ARRAY['foreign_land.products'::regclass::oid]) $$, '42501', NULL, 'and the lock');

-- The owner loses the right: refused at use, whoever asks.
RESET SESSION AUTHORIZATION;
REVOKE pg_read_server_files FROM administrator;
SET SESSION AUTHORIZATION nobody_special;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.inspect('shop') $$, '42501', NULL, 'the server of an owner who lost the right is refused');
RESET SESSION AUTHORIZATION;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.inspect('shop') $$, '42501', NULL, 'for a superuser, too: it is the owner''s path');
ALTER SERVER shop OWNER TO reader;
SET SESSION AUTHORIZATION nobody_special;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.inspect('shop') $$, 'an owner who has it opens it again');
SELECT * FROM finish();
ROLLBACK;
