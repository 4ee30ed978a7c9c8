-- Uploads: private to the connection and to the role, and the only road that needs no right to a path.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\getenv scratch SCRATCH
\set shop :files '/shop.db'
\set packed :scratch '/attach_shop.tar.gz'
\setenv PACKED :packed
\! rm -f "$PACKED"; tar -C "$SQLITE_FILES" -czf "$PACKED" shop.db; chmod 644 "$PACKED"
SELECT set_config('test.shop', :'shop', true) \gset ignored_
CREATE FUNCTION pg_temp.temporary_files() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM pg_ls_tmpdir() WHERE name ~ ('^pgsql_tmp' || pg_backend_pid() || '\.') $$;
CREATE ROLE bringer;
CREATE ROLE other;
SELECT lo_from_bytea(0, pg_read_binary_file(:'shop')) AS closed_object \gset
SELECT lo_from_bytea(0, pg_read_binary_file(:'shop')) AS object \gset
SELECT format('ALTER LARGE OBJECT %s OWNER TO bringer', :object) \gexec
SELECT set_config('test.closed', :'closed_object', true) \gset ignored_
CREATE TABLE pg_temp.bytes AS SELECT pg_read_binary_file(:'shop') AS shop, pg_read_binary_file(:'packed') AS packed;
GRANT SELECT ON pg_temp.bytes TO PUBLIC;
SELECT format('GRANT CREATE, TEMPORARY ON DATABASE %I TO bringer', current_database()) \gexec
SELECT plan(33);

SELECT is(pg_temp.temporary_files(), 0::bigint, 'at the start there is no temporary file');
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pg_temp TO PUBLIC;
SET ROLE bringer;
CREATE SCHEMA mine;
CREATE SCHEMA again;

-- The whole road, with nothing but USAGE on the schema.
SELECT is(sqlite_migrate.attach('shop', :object), length(shop)::bigint, 'attach says how many bytes it has copied') FROM pg_temp.bytes;
SELECT results_eq($$ SELECT status, rows_source, verified FROM sqlite_migrate.migrate('shop', 'mine') WHERE table_name = '(total)' $$,
    $$ VALUES ('ok', 11::bigint, 'digest') $$, 'an upload of a large object migrates');
SELECT is(array_agg(name ORDER BY id), ARRAY['Ada', 'Grace "Amazing" Hopper', 'Łukasz 🦉'], 'every row is there') FROM mine.customers;
SELECT is(name, 'shop', 'people see its name, not the path of a temporary file') FROM sqlite_migrate.inspect('shop') WHERE kind = 'file';
SELECT is(count(*), 0::bigint, 'it is sound') FROM sqlite_migrate.integrity('shop') WHERE severity = 'error';
SELECT is(bool_and(verified), true, 'it verifies later, too') FROM sqlite_migrate.verify('shop', 'mine');
SELECT is(count(*) > 0, true, 'a plan of it') FROM sqlite_migrate.plan('shop', 'again');
SELECT ok(sqlite_migrate.attach('bytes', shop) > 0, 'bytea is attached, too') FROM pg_temp.bytes;
SELECT lives_ok($$ CALL sqlite_migrate.run('bytes', 'again') $$, 'and run migrates it');
SELECT ok(sqlite_migrate.attach('packed', packed) > 0, 'so is an archive') FROM pg_temp.bytes;
SELECT is(name, 'packed!/shop.db', 'whose only SQLite file is the source') FROM sqlite_migrate.inspect('packed') WHERE kind = 'file';
SELECT is(count(*), 1::bigint, 'its members can be named') FROM sqlite_migrate.inspect('packed!/shop.db') WHERE kind = 'file';
SELECT results_eq($$ SELECT name, type FROM sqlite_migrate.archive_entries('packed') $$, $$ VALUES ('shop.db', 'file') $$, 'and listed');
SELECT is(sqlite_migrate.archive_read('packed', 'shop.db'), shop, 'and read') FROM pg_temp.bytes;

-- No right comes with it.
SELECT throws_ok(format('SELECT * FROM sqlite_migrate.inspect(%L)', current_setting('test.shop')), '42501', NULL, 'a path still needs its right');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.archive_entries('/etc/passwd') $$, '42501', NULL, 'for an archive, too');
SELECT throws_ok($$ SELECT sqlite_migrate.archive_read('/etc/passwd', 'x') $$, '42501', NULL, 'and for its members');
SELECT throws_ok(format('SELECT sqlite_migrate.attach(''closed'', %s::oid)', current_setting('test.closed')), '42501', NULL,
    'a large object needs the right to read it');
SELECT throws_ok('SELECT sqlite_migrate.attach(''none'', 1::oid)', '42704', NULL, 'and must be there');

-- Names.
SELECT throws_ok($$ SELECT sqlite_migrate.attach('shop', '\x00'::bytea) $$, '42710', NULL, 'a name that is taken');
SELECT throws_ok($$ SELECT sqlite_migrate.attach('/etc/passwd', '\x00'::bytea) $$, '22023', NULL, 'a name that is a path');
SELECT throws_ok($$ SELECT sqlite_migrate.attach('a!/b', '\x00'::bytea) $$, '22023', NULL, 'a name that looks like a member');
SELECT throws_ok($$ SELECT sqlite_migrate.attach('', '\x00'::bytea) $$, '22023', NULL, 'no name');
SELECT throws_ok($$ SELECT sqlite_migrate.attach('empty', ''::bytea) $$, '22023', NULL, 'no bytes');
SELECT throws_ok($$ SELECT sqlite_migrate.detach('nothing') $$, '42P01', NULL, 'detach of what is not there');

-- Another role in the same connection.
RESET ROLE;
SET ROLE other;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.inspect('shop') $$, '42501', NULL, 'another role is refused');
SELECT throws_ok($$ SELECT sqlite_migrate.detach('shop') $$, '42501', NULL, 'and cannot detach it');
RESET ROLE;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.inspect('shop') $$, '42501', NULL, 'so is a superuser: it is the role''s own');

-- A name that is both.
SAVEPOINT two_names;
CREATE SERVER bytes FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
SELECT throws_ok($$ SELECT sqlite_migrate.attach('bytes', '\x00'::bytea) $$, NULL, NULL, 'a server''s name is no upload''s name');
GRANT USAGE ON FOREIGN SERVER bytes TO bringer;
SET ROLE bringer;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.inspect('bytes') $$, '22023', NULL, 'a server made later makes the name ambiguous');
RESET ROLE;
ROLLBACK TO two_names;

SELECT ok(pg_temp.temporary_files() BETWEEN 4 AND 5, 'three uploads and what one was unpacked to lie in the temporary area');
SET ROLE bringer;
SELECT sqlite_migrate.detach('shop'), sqlite_migrate.detach('bytes'), sqlite_migrate.detach('packed') \gset ignored_
RESET ROLE;
SELECT is(pg_temp.temporary_files(), 0::bigint, 'detach removes them');
SELECT * FROM finish();
ROLLBACK;
\! rm -f "$PACKED"
