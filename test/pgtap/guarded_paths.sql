-- Paths: the option archive is guarded like database, links are resolved at each use, the data directory is refused.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\getenv scratch SCRATCH
\set work :scratch '/guarded_test'
\setenv WORK :work
\! rm -rf "$WORK"; mkdir -p "$WORK"; cd "$WORK"; cp "$SQLITE_FILES/shop.db" shop.db; gzip -c shop.db >shop.db.gz; cp shop.db 'odd!'; mkdir 'dir!'; cp shop.db 'dir!/inner.db'; ln -s shop.db link.db; ln -s shop.db.gz link.gz; mkfifo pipe; chmod -R a+rX .
\set packed :work '/shop.db.gz'
\set link :work '/link.db'
SELECT current_setting('data_directory') AS data \gset
\setenv DATA :data
\! ln -s "$DATA/PG_VERSION" "$WORK/inward.db"; ln -s "$DATA/base" "$WORK/base"
SELECT set_config('test.work', :'work', true), set_config('test.data', :'data', true) \gset ignored_
CREATE FUNCTION pg_temp.at(file text) RETURNS text LANGUAGE sql AS $$ SELECT current_setting('test.work') || '/' || file $$;
CREATE ROLE plain;
SELECT format('GRANT CREATE ON DATABASE %I TO plain', current_database()) \gexec
CREATE SERVER mine FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (archive :'packed');
CREATE SERVER linked FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'link');
SELECT plan(33);

SELECT lives_ok($$ SELECT * FROM sqlite_migrate.inspect('mine') $$, 'a server on an archive');
ALTER SERVER mine OWNER TO plain;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.inspect('mine') $$, '42501', NULL, 'given away it lost its right');
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.archive_entries('mine') $$, '42501', NULL, 'for archive_entries, too');
SET ROLE plain;
SELECT throws_ok(format($$ CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (archive %L) $$, pg_temp.at('shop.db.gz')), '42501', NULL, 'option archive needs the right');
SELECT throws_ok(format($$ CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (archive %L, database 'x.db') $$, '/no/such.tar'), '42501', NULL, 'and does not tell whether the file is there');
SELECT throws_ok(format($$ ALTER SERVER mine OPTIONS (SET archive %L) $$, pg_temp.at('shop.db')), '42501', NULL, 'so does ALTER SERVER');
SELECT throws_ok(format($$ SELECT * FROM sqlite_migrate.inspect(%L) $$, pg_temp.at('shop.db.gz!/x')), '42501', NULL, 'and a path with a member');
RESET ROLE;

SELECT is(name, pg_temp.at('shop.db'), 'a link is shown as what it points to') FROM sqlite_migrate.inspect(pg_temp.at('link.db')) WHERE kind = 'file';
SELECT is(name, pg_temp.at('shop.db.gz'), 'for an archive, too') FROM sqlite_migrate.inspect(pg_temp.at('link.gz')) WHERE kind = 'file';
SELECT is(name, pg_temp.at('odd!'), 'an exclamation mark may end a name') FROM sqlite_migrate.inspect(pg_temp.at('odd!')) WHERE kind = 'file';
SELECT is(name, pg_temp.at('dir!/inner.db'), 'or a folder''s name: the file wins') FROM sqlite_migrate.inspect(pg_temp.at('dir!/inner.db')) WHERE kind = 'file';
SELECT throws_ok(format('SELECT * FROM sqlite_migrate.inspect(%L)', path), '42501', NULL, path || ' lies in the data directory')
FROM unnest(ARRAY[pg_temp.at('inward.db'), pg_temp.at('base/1/1249'), current_setting('data_directory') || '/PG_VERSION', current_setting('data_directory') || '/../data/PG_VERSION']) path;
SELECT throws_ok(format('SELECT * FROM sqlite_migrate.archive_entries(%L)', pg_temp.at('inward.db')), '42501', NULL, 'nor is it read as an archive');
SELECT throws_ok(format($$ CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (archive %L) $$, pg_temp.at('inward.db')), '42501', NULL, 'nor in the option');
SELECT throws_ok(format('SELECT * FROM sqlite_migrate.inspect(%L)', source), '22023', NULL, source || ' is no path of a file')
FROM unnest(ARRAY['file:///etc/passwd', 'file:' || pg_temp.at('shop.db') || '?mode=rw', pg_temp.at(''), pg_temp.at('pipe'), '/dev/null']) source;
-- Checked when it was made, and again when it is used.
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.inspect('linked') $$, 'a server on a link');
\! ln -sfn "$DATA/PG_VERSION" "$WORK/link.db"
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.inspect('linked') $$, '42501', NULL, 'the link is resolved again at each use');
-- What belongs to the server elsewhere: a tablespace. The link is like that of CREATE TABLESPACE, which no transaction takes.
SELECT format('PG_%s_%s', current_setting('server_version_num')::int / 10000, catalog_version_no) AS version FROM pg_control_system() \gset
\setenv VERSION :version
\! mkdir -p "$WORK/space/$VERSION/5"; cp "$WORK/shop.db" "$WORK/space/$VERSION/5/16384"; cp "$WORK/shop.db" "$WORK/space/app.db"; chmod -R a+rX "$WORK/space"; ln -s "$WORK/space" "$DATA/pg_tblspc/99999"
SELECT throws_ok(format('SELECT * FROM sqlite_migrate.inspect(%L)', path), '42501', NULL, path || ' lies in a tablespace')
FROM unnest(ARRAY[pg_temp.at('space/' || :'version' || '/5/16384'), current_setting('data_directory') || '/pg_tblspc/99999/' || :'version' || '/5/16384']) path;
SELECT lives_ok(format('SELECT * FROM sqlite_migrate.inspect(%L)', pg_temp.at('space/app.db')), 'a file beside the server''s is none of them');
\! rm "$DATA/pg_tblspc/99999"
SELECT throws_ok(format('SELECT * FROM sqlite_migrate.inspect(%L)', path), '42501', NULL, path || ' is no file on a disk')
FROM unnest('{/proc/self/environ,/proc/version,/proc/self/task/../maps}'::text[]) path;
-- SQLite would wait for ever at a pipe that bears the name of a -wal, beyond every cancel.
\! cd "$WORK"; for ending in wal journal shm; do cp shop.db $ending.db; chmod a+r $ending.db; mkfifo -m 644 $ending.db-$ending; done
SET LOCAL statement_timeout = '10s';
SELECT throws_like(format('SELECT * FROM sqlite_migrate.inspect(%L)', pg_temp.at(ending || '.db')), '%is a named pipe, not a file of SQLite', 'a pipe as -' || ending)
FROM unnest('{wal,journal,shm}'::text[]) ending;
SELECT * FROM finish();
ROLLBACK;
\! rm -rf "$WORK"
