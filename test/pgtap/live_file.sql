-- A file that is being written: one instant for all tables, a writer that does not wait, a source that stays as it is.
BEGIN;
SET client_min_messages = error;
\getenv scratch SCRATCH
\set work :scratch '/live_test'
\setenv WORK :work
\! rm -rf "$WORK"; mkdir -p "$WORK/locked"; chmod 777 "$WORK"
-- A writer in WAL mode: each transaction adds a parent and two children, of which one goes into the first table that is read.
\! cd "$WORK"; sqlite3 -batch wal.db 'PRAGMA journal_mode = wal' 'CREATE TABLE a_children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id), v TEXT)' 'CREATE TABLE parents (id INTEGER PRIMARY KEY, v TEXT)' 'CREATE TABLE z_children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id))' "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT INTO parents SELECT i, hex(randomblob(20)) FROM n" "INSERT INTO a_children SELECT id, id, v FROM parents" "INSERT INTO z_children SELECT id, id FROM parents" >/dev/null
\! cd "$WORK"; cp wal.db roll.db; sqlite3 -batch roll.db 'PRAGMA journal_mode = delete' >/dev/null; chmod 666 *.db*
-- The shell's timer tells how long each statement took; the pause between commits is a recursive query, some milliseconds.
\! cd "$WORK"; (echo '.timer on'; echo 'PRAGMA synchronous = OFF;'; for i in $(seq 60001 90000); do echo "BEGIN IMMEDIATE; INSERT INTO parents VALUES ($i, 'x'); INSERT INTO a_children VALUES ($i, $i, 'x'); INSERT INTO z_children VALUES ($i, $i); COMMIT; SELECT count(*) FROM (WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n);"; done) >script.sql; stdbuf -oL sqlite3 -batch wal.db <script.sql >writer.log 2>&1 & echo $! >"$WORK/writer.pid"; sleep 1
\set wal :work '/wal.db'
\set roll :work '/roll.db'
\set left :work '/locked/left.db'
SELECT set_config('test.roll', :'roll', true), set_config('test.wal', :'wal', true) \gset ignored_
CREATE SCHEMA t;
CREATE SCHEMA r;
CREATE SCHEMA l;
SELECT plan(29);
CREATE SCHEMA w;

SELECT clock_timestamp() AS begun \gset
SELECT results_eq(format('SELECT status, verified FROM sqlite_migrate.migrate(%L, ''t'') WHERE table_name = ''(total)''', current_setting('test.wal')),
    $$ VALUES ('ok', 'digest') $$, 'a file migrates while it is written');
SELECT clock_timestamp() AS ended \gset
\! sleep 0.2; kill -0 $(cat "$WORK/writer.pid") 2>/dev/null && echo running >"$WORK/state" || echo ended >"$WORK/state"; kill $(cat "$WORK/writer.pid") 2>/dev/null; sleep 0.3; chmod a+r "$WORK"/*
SELECT is(trim(pg_read_file(:'work' || '/state'), E'\n'), 'running', 'to its end');
SELECT ok(count(*) > 60000, 'rows that were committed before are there') FROM t.parents;
SELECT is((SELECT count(*) FROM t.a_children), (SELECT count(*) FROM t.parents), 'the first table is of the same instant');
SELECT is((SELECT count(*) FROM t.z_children), (SELECT count(*) FROM t.parents), 'so is the last');
SELECT is(count(*), 0::bigint, 'no child lacks its parent') FROM t.z_children z LEFT JOIN t.parents p ON p.id = z.parent WHERE p.id IS NULL;
CREATE TEMP TABLE waits AS
    SELECT (regexp_match(line, 'real ([0-9.]+)'))[1]::numeric AS seconds FROM regexp_split_to_table(pg_read_file(:'work' || '/writer.log'), E'\n') line WHERE line LIKE 'Run Time%';
SELECT ok(count(*) > 600, 'the writer committed all the while') FROM waits;
-- The writer has no busy timeout: had it ever met a lock of ours it would have failed (below), not waited. What is left is
-- the machine, which may put any process aside for a while.
SELECT ok(percentile_disc(0.999) WITHIN GROUP (ORDER BY seconds) < 0.050,
    format('the writer does not wait: %s commits, the longest statement %s ms', count(*) / 6, max(seconds) * 1000)) FROM waits;
SELECT diag(format('%s commits while the run took %s ms', count(*) / 6, round(extract(epoch FROM :'ended'::timestamptz - :'begun') * 1000))) FROM waits;
SELECT is(trim(both E'\n' from string_agg(line, '')), NULL, 'and none failed') FROM regexp_split_to_table(pg_read_file(:'work' || '/writer.log'), E'\n') line WHERE line ~* 'error|locked|busy';

-- A rollback journal: a reader keeps the writer out, unless it reads from a copy.
CREATE FUNCTION pg_temp.file_hash(path text) RETURNS text LANGUAGE sql AS $$ SELECT encode(sha256(pg_read_binary_file(path)), 'hex') $$;
CREATE TEMP TABLE before AS SELECT pg_temp.file_hash(:'roll') AS roll;
CREATE SERVER copied FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'roll', snapshot 'true', snapshot_scope 'transaction');
CREATE SERVER held FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'roll', snapshot_scope 'transaction');
CREATE FOREIGN TABLE pg_temp.copied (id int, v text) SERVER copied OPTIONS ("table" 'parents');
CREATE FOREIGN TABLE pg_temp.held (id int, v text) SERVER held OPTIONS ("table" 'parents');
SELECT is(count(*), 60000::bigint, 'a snapshot is read') FROM pg_temp.copied;
\! cd "$WORK"; sqlite3 -batch roll.db 'PRAGMA busy_timeout = 100' "UPDATE parents SET v = 'new' WHERE id = 1" >written 2>&1; echo "status $?" >>written; chmod a+r written
SELECT matches(pg_read_file(:'work' || '/written'), 'status 0', 'and the writer is not kept out');
SELECT isnt(v, 'new', 'the transaction goes on with its copy') FROM pg_temp.copied WHERE id = 1;
SELECT is(v, 'new', 'without a snapshot the file itself is read') FROM pg_temp.held WHERE id = 1;
\! cd "$WORK"; sqlite3 -batch roll.db 'PRAGMA busy_timeout = 100' "UPDATE parents SET v = 'newer' WHERE id = 1" >written 2>&1; chmod a+r written
SELECT matches(pg_read_file(:'work' || '/written'), 'locked', 'and the writer waits');
SELECT is(rows_loaded, 60000::bigint, 'options.snapshot does the same for a run') FROM sqlite_migrate.migrate(:'roll', 'r', include => '{parents}', options => '{"snapshot": true}') WHERE table_name = '(total)';
SELECT is(v, 'new', 'as of its begin') FROM r.parents WHERE id = 1;

-- Files that a copy made at the wrong time leaves behind.
\! cd "$WORK/locked"; sqlite3 -batch left.db '.dbconfig no_ckpt_on_close on' 'PRAGMA journal_mode = wal' 'PRAGMA wal_autocheckpoint = 0' 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)' "INSERT INTO t VALUES (1, 'one')" >/dev/null; rm -f left.db-shm; cp left.db lost.db; chmod 644 *; chmod 755 .
\set lost :work '/locked/lost.db'
SELECT is(rows_loaded, 1::bigint, 'a -wal that was left in a folder that the server cannot write is read') FROM sqlite_migrate.migrate(:'left', 'l') WHERE table_name = '(total)';
SELECT ok(note LIKE '%-wal%', 'inspect tells of it') FROM sqlite_migrate.inspect(:'left') WHERE kind = 'file';
SELECT is(array_agg(f ORDER BY f), ARRAY['left.db', 'left.db-wal', 'lost.db'], 'nothing was made beside it') FROM pg_ls_dir(:'work' || '/locked') f;
SELECT ok(count(*) = 1, 'a file in WAL mode without its -wal is a warning') FROM sqlite_migrate.preflight(:'lost', 'l') WHERE code = 'missing_wal' AND severity = 'warning';
SELECT ok(note LIKE '%no -wal file lies beside it%', 'inspect says so') FROM sqlite_migrate.inspect(:'lost') WHERE kind = 'file';
SELECT is(count(*), 0::bigint, 'nothing tells that it was there') FROM sqlite_migrate.preflight(:'lost', 'l') WHERE code = 'lost_wal';
-- A -shm without a -wal, and a file that is longer than its header says: the -wal was there.
\! cd "$WORK"; mkdir lost; cp locked/left.db lost/shm.db; head -c 32768 /dev/zero >lost/shm.db-shm; sqlite3 -batch lost/long.db 'PRAGMA journal_mode = wal' 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)' >/dev/null; head -c 8192 /dev/zero >>lost/long.db; chmod -R a+rX lost
\set shm :work '/lost/shm.db'
\set long :work '/lost/long.db'
SELECT is(array_agg(message), ARRAY['the file''s -wal was not taken away by who wrote it: a -shm lies there without it'], 'a -shm that is left is a sign') FROM sqlite_migrate.preflight(:'shm', 'l', 'create') WHERE code = 'lost_wal' AND severity = 'warning';
SELECT is(array_agg(message), ARRAY['the file''s -wal was not taken away by who wrote it: the file has 4 pages, its header counts 2'], 'so are pages that are not counted') FROM sqlite_migrate.preflight(:'long', 'l', 'create') WHERE code = 'lost_wal';
-- An application that has just emptied its -wal is one that has a -wal.
\! cd "$WORK/lost"; sqlite3 -batch empty.db '.dbconfig no_ckpt_on_close on' 'PRAGMA journal_mode = wal' 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)' 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null; chmod 644 empty.db*
\set empty :work '/lost/empty.db'
SELECT is(count(*), 0::bigint, 'an empty -wal is not a missing one') FROM sqlite_migrate.preflight(:'empty', 'l', 'create') WHERE code IN ('missing_wal', 'lost_wal');
SELECT is(count(*), 0::bigint, 'not for a snapshot of it either') FROM sqlite_migrate.preflight(:'empty', 'l', 'create', options => '{"snapshot": true}') WHERE code IN ('missing_wal', 'lost_wal');
-- Said where it is not overlooked: in the report of a run, whatever its format.
SELECT lives_ok(format('SELECT * FROM sqlite_migrate.migrate(%L, ''w'', ''create'')', :'long'), 'a run goes on with it');
SELECT matches((SELECT string_agg(trim(r), ' ') FROM sqlite_migrate.report() r), 'warning: the file is in WAL mode, and no -wal lies beside it', 'its report has the warning');
SELECT is((SELECT array_agg(f ->> 'code' ORDER BY f ->> 'code') FROM sqlite_migrate.report(format => 'json') j, jsonb_array_elements(j::jsonb -> 'findings') f WHERE f ->> 'code' LIKE '%wal'),
    ARRAY['lost_wal', 'missing_wal'], 'for programs, too');
SELECT * FROM finish();
ROLLBACK;
\! rm -rf "$WORK"
