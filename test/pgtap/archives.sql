-- Archives as sources: members by name, a -wal beside them, limits, what is not followed, and what lies beside a database.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\getenv scratch SCRATCH
\set work :scratch '/archives_test'
\setenv WORK :work
-- A library folder: a database whose last rows are in its -wal, a second one, a dated backup, a text, links, a folder.
\! rm -rf "$WORK"; mkdir -p "$WORK/Library/Databases" "$WORK/bits"
\! cd "$WORK/Library/Databases"; sqlite3 -batch "main db.db" '.dbconfig no_ckpt_on_close on' 'PRAGMA journal_mode = wal' 'PRAGMA wal_autocheckpoint = 0' 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)' "INSERT INTO t VALUES (1, 'one'), (2, 'two')" >/dev/null; rm -f ./*-shm
\! cd "$WORK/Library/Databases"; cp "$SQLITE_FILES/shop.db" shop.db; cp shop.db shop.db-2026-01-01; printf 'hello' >note.txt; ln -s /etc/passwd escape.db; mkdir folder.db
\! cd "$WORK"; tar -czf all.tar.gz Library; tar -cJf all.tar.xz Library; tar -cjf all.tar.bz2 Library; tar -cf all.tar ./Library; gzip -c "$SQLITE_FILES/shop.db" >shop.db.gz; gzip -c Library/Databases/note.txt >note.txt.gz
\! cd "$WORK"; tar -C Library/Databases -cf twice.tar shop.db; tar -C Library/Databases -rf twice.tar shop.db; tar -C Library/Databases -czf one.tgz shop.db note.txt; (cd Library/Databases; ln shop.db hard.db; tar -cf ../../hard.tar shop.db hard.db; rm hard.db); tar -C Library/Databases -cf journal.tar --transform 's/note.txt/shop.db-journal/' shop.db note.txt
\! cd "$WORK"; head -c 150000000 /dev/zero | gzip >zeros.txt.gz; (cat "$SQLITE_FILES/shop.db"; head -c 150000000 /dev/zero) | gzip >bomb.db.gz; head -c 1000 all.tar.gz >cut.tar.gz; chmod -R a+rX .
\set all_tar_gz :work '/all.tar.gz'
\set one_tgz :work '/one.tgz'
\set shop_db_gz :work '/shop.db.gz'
\set all_tar :work '/all.tar'
\set bomb_db_gz :work '/bomb.db.gz'
SELECT set_config('test.work', :'work', true) \gset ignored_
CREATE FUNCTION pg_temp.at(file text) RETURNS text LANGUAGE sql AS $$ SELECT current_setting('test.work') || '/' || file $$;
CREATE FUNCTION pg_temp.look(source text) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT * FROM sqlite_migrate.inspect(%L)', source) $$;
-- The text of the error, with its DETAIL.
CREATE FUNCTION pg_temp.said(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_message text;
    v_detail text;
BEGIN
    EXECUTE query;
    RETURN 'nothing';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS v_message = MESSAGE_TEXT, v_detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(' ', SQLSTATE, v_message, v_detail);
END $$;
CREATE SCHEMA a;
CREATE SCHEMA b;
CREATE SCHEMA f;
SELECT plan(43);

-- Servers.
CREATE SERVER packed FOREIGN DATA WRAPPER sqlite_fdw_migrate
    OPTIONS (archive :'all_tar_gz', database 'Library/Databases/main db.db');
SELECT results_eq($$ SELECT status, rows_source, verified FROM sqlite_migrate.migrate('packed', 'a') WHERE table_name = '(total)' $$,
    $$ VALUES ('ok', 2::bigint, 'digest') $$, 'a member of an archive migrates');
SELECT results_eq('SELECT v FROM a.t ORDER BY id', ARRAY['one', 'two'], 'with the rows that only its -wal holds');
SELECT is(name, pg_temp.at('all.tar.gz!/Library/Databases/main db.db'), 'it is shown as archive!/member') FROM sqlite_migrate.inspect('packed') WHERE kind = 'file';
SELECT ok(note LIKE '%-wal%', 'inspect tells of the -wal') FROM sqlite_migrate.inspect('packed') WHERE kind = 'file';
SELECT lives_ok($$ IMPORT FOREIGN SCHEMA main FROM SERVER packed INTO f $$, 'its tables as foreign tables');
SELECT results_eq('SELECT v FROM f.t ORDER BY id', ARRAY['one', 'two'], 'show the same rows');
CREATE SERVER only_one FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (archive :'one_tgz');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('only_one', 'b') $$, 'database may be left out where there is one SQLite file');

-- Paths.
SELECT is((SELECT count(*) FROM sqlite_migrate.inspect(pg_temp.at(file)) WHERE kind = 'file'), 1::bigint, file || ' is a source')
FROM unnest('{shop.db.gz,one.tgz,all.tar.gz!/Library/Databases/shop.db,all.tar.xz!/main db.db,all.tar.bz2!/main db.db,all.tar!/Library/Databases/main db.db,all.tar!/./Library/Databases/main db.db}'::text[]) file;

-- What is not clear, or not there.
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('all.tar.gz'))), '^22023 .* has 3 SQLite files .*"Library/Databases/shop.db".*-2026-01-01', 'several files are an error that lists them');
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('twice.tar!/shop.db'))), '^22023 .* has 2 members that "shop.db" may mean', 'so are two members of one name');
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('all.tar.gz!/nothing.db'))), '^58P01 .* has no member "nothing.db" Its SQLite files: .*shop.db', 'a member that is not there');
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('all.tar.gz!/ain db.db'))), '^58P01', 'the end of a name counts from a slash on');
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('all.tar.gz!/escape.db'))), '^22023 .*symbolic link to "/etc/passwd"', 'a symbolic link is not followed');
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('hard.tar!/hard.db'))), '^22023 .*hard link to "shop.db"', 'nor a hard link');
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('all.tar.gz!/folder.db/'))), '^(22023|58P01)', 'a folder is no file');
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('journal.tar'))), '^0A000 .* in the middle of a change', 'a hot journal is not played back');
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('note.txt.gz'))), '^58P01 .* is no SQLite file', 'a compressed text');
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('cut.tar.gz'))), '^XX001 .*truncated', 'an archive that was cut');
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('none.tar.gz!/x.db'))), '^58P01 file .*none.tar.gz" does not exist', 'an archive that is not there');
SELECT matches(pg_temp.said(format('SELECT * FROM sqlite_migrate.archive_entries(%L)', current_setting('test.work') || '/Library/Databases/shop.db')), '^XX001 .* is not an archive', 'a SQLite file is no archive');

-- Bombs.
SELECT matches(pg_temp.said(pg_temp.look(pg_temp.at('bomb.db.gz'))), '^54000 .* more than 200 times', 'the ratio is limited');
SELECT matches(pg_temp.said(format('SELECT * FROM sqlite_migrate.archive_entries(%L, with_sha256 => true)', pg_temp.at('bomb.db.gz'))), '^54000', 'for archive_entries, too');
CREATE SERVER small FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (archive :'shop_db_gz', archive_max_size '10kB');
SELECT matches(pg_temp.said(pg_temp.look('small')), '^54000 .* 10240 bytes', 'the size is limited');
CREATE SERVER few FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (archive :'all_tar', archive_max_entries '3');
SELECT matches(pg_temp.said(pg_temp.look('few')), '^54000 .* 3 entries', 'so is the number of entries');
CREATE SERVER wide FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (archive :'bomb_db_gz', archive_max_ratio '100000');
SELECT is(pg_temp.said(pg_temp.look('wide')), 'nothing', 'a server''s owner may allow more');
SELECT throws_ok(format($$ CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (archive %L, archive_max_size %L) $$, pg_temp.at('one.tgz'), size),
    '22023', NULL, 'archive_max_size ' || size) FROM unnest('{0,-1,many,10 XB,99999999999TB}'::text[]) size;

-- What lies beside the database.
SELECT results_eq($$ SELECT name, type, size, mode ~ '^0[0-7]{3}$' FROM sqlite_migrate.archive_entries(pg_temp.at('all.tar.gz'), '%/note%') $$,
    $$ VALUES ('Library/Databases/note.txt', 'file', 5::bigint, true) $$, 'archive_entries takes a LIKE pattern');
SELECT is(sha256, encode(sha256('hello'), 'hex'), 'and gives SHA-256 on request') FROM sqlite_migrate.archive_entries(pg_temp.at('all.tar'), '%/note.txt', true);
SELECT is(sqlite_migrate.archive_read(pg_temp.at('all.tar.xz'), 'Library/Databases/note.txt'), 'hello'::bytea, 'archive_read');
SELECT throws_ok($$ SELECT sqlite_migrate.archive_read(pg_temp.at('all.tar'), 'Library/Databases/escape.db') $$, '22023', NULL, 'not through a link');
SELECT throws_ok($$ SELECT sqlite_migrate.archive_read(pg_temp.at('all.tar'), 'note.txt') $$, '58P01', NULL, 'the whole name is asked for');

SELECT ok(count(*) <= 10, 'no more than the latest few copies are kept') FROM pg_ls_tmpdir() WHERE name ~ ('^pgsql_tmp' || pg_backend_pid() || '\.');
SELECT is(count(*), 0::bigint, 'no companion is left') FROM pg_ls_tmpdir() WHERE name LIKE '%-%';
SELECT * FROM finish();
ROLLBACK;
\! rm -rf "$WORK"
