-- Promise 8, with commits: DROP EXTENSION without CASCADE, and a plain owner's pg_dump before and after.
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\getenv scratch SCRATCH
\set shop :files '/shop.db'
\set dump :scratch '/leaves.dump'
\setenv DUMP :dump
\setenv PGDATABASE :DBNAME
SELECT set_config('test.shop', :'shop', false) \gset ignored_
CREATE ROLE leaves_owner LOGIN IN ROLE pg_read_server_files;
SELECT format('ALTER DATABASE %I OWNER TO leaves_owner', current_database()) \gexec
ALTER SCHEMA public OWNER TO leaves_owner;
SET SESSION AUTHORIZATION leaves_owner;
SET client_min_messages = warning;

SELECT plan(9);

SELECT lives_ok('CALL sqlite_migrate.run(current_setting(''test.shop''))', 'a plain owner migrates from a path');
\! PGUSER=leaves_owner pg_dump -f "$DUMP" 2>"$DUMP.err"; echo $? >"$DUMP.status"; chmod 644 "$DUMP"*
RESET SESSION AUTHORIZATION;
SET client_min_messages = warning;
SELECT is(pg_read_file(:'dump' || '.status') || pg_read_file(:'dump' || '.err'), E'0\n', 'and dumps, with the extension');
SELECT ok(pg_read_file(:'dump') ~ 'COPY sqlite_migrate.run_tables', 'the record is in the dump');
SELECT ok(pg_read_file(:'dump') !~ 'COPY sqlite_migrate.rejects', 'rejected cells are not');
SELECT lives_ok('DROP EXTENSION sqlite_fdw_migrate', 'DROP EXTENSION without CASCADE');
\! PGUSER=leaves_owner pg_dump -f "$DUMP" 2>"$DUMP.err"; echo $? >"$DUMP.status"; chmod 644 "$DUMP"*
SELECT is(pg_read_file(:'dump' || '.status') || pg_read_file(:'dump' || '.err'), E'0\n', 'the owner dumps without it');
SELECT ok(pg_read_file(:'dump') !~ 'sqlite', 'the dump does not know the extension');
SELECT lives_ok('INSERT INTO customers (email, name, active) VALUES (''n'', ''n'', true)', 'the next insert works');
SELECT is(id, 91::bigint, 'with a number that was never given') FROM customers WHERE email = 'n';
SELECT * FROM finish();
SELECT format('ALTER DATABASE %I OWNER TO %I', current_database(), CURRENT_USER) \gexec
REASSIGN OWNED BY leaves_owner TO CURRENT_USER;
DROP OWNED BY leaves_owner;
DROP ROLE leaves_owner;
\! rm -f "$DUMP"*
