-- What a run keeps of its source, and what tells later that it was written to: nothing else counts as a change.
BEGIN;
SET client_min_messages = warning;
\getenv scratch SCRATCH
\set work :scratch '/evidence'
\set plain :work '/plain.db'
\set lock :work '/lock.db'
\set wal :work '/wal.db'
\setenv WORK :work
\! rm -rf "$WORK"; mkdir -p "$WORK"; chmod 777 "$WORK"
\! cd "$WORK"; sqlite3 -batch plain.db 'CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)' "INSERT INTO t VALUES (1, 'a'), (2, 'b')"; cp plain.db wal.db; cp plain.db lock.db; sqlite3 -batch wal.db 'PRAGMA journal_mode = wal' >/dev/null; chmod 666 *
-- An application that has the file open all the time, so that its -wal stays.
\! cd "$WORK"; mkfifo holder; (sqlite3 -batch wal.db >/dev/null 2>&1 <holder & echo $! >holder.pid); (exec 3>holder; echo 'PRAGMA wal_autocheckpoint = 0;' >&3; echo "INSERT INTO t VALUES (3, 'c');" >&3; exec sleep 60) >/dev/null 2>&1 & echo $! >"$WORK/sleep.pid"; sleep 0.5; chmod 666 "$WORK"/wal.db*
SELECT * FROM no_plan();

-- The sentences about a source between two looks.
CREATE FUNCTION pg_temp.changes(was jsonb, now jsonb, during boolean) RETURNS text LANGUAGE sql AS $$
    SELECT COALESCE(string_agg(CASE WHEN certain THEN '' ELSE '(perhaps) ' END || sentence, '; '), 'none') FROM sqlite_migrate._source_changes(was, now, during)
$$;

-- A plain file.
SELECT sqlite_migrate._source_evidence(:'plain') AS was \gset
SELECT is(e - '{modified,file}'::text[], '{"wal": null, "size": 8192, "page_size": 4096, "page_count": 2, "data_version": 1, "journal_mode": "delete",
    "private_copy": false, "moved": false, "change_counter": 2, "schema_version": 1}', 'size, pages, versions, counter') FROM sqlite_migrate._source_evidence(:'plain') e;
SELECT matches(e ->> 'modified', '^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$', 'when it was written') FROM sqlite_migrate._source_evidence(:'plain') e;
SELECT is(pg_temp.changes(:'was', sqlite_migrate._source_evidence(:'plain'), false), 'none', 'the same file is no change');
\set digest `sha256sum "$WORK/plain.db" | cut -d ' ' -f 1`
SELECT is(sqlite_migrate._source_sha256(:'plain'), jsonb_build_object('file', :'digest', 'wal', NULL), 'SHA-256 as sha256sum gives it');
\! touch -d 2001-01-01 "$WORK/plain.db"
SELECT is(pg_temp.changes(:'was', sqlite_migrate._source_evidence(:'plain'), false), '(perhaps) its file was written to at 2001-01-01T00:00:00.000000Z', 'another time only: perhaps');
SELECT is(pg_temp.changes(:'was'::jsonb || '{"sha256": {"file": "x"}}', sqlite_migrate._source_evidence(:'plain') || '{"sha256": {"file": "x"}}', false), 'none', 'unless its bytes are the same');
SELECT is(pg_temp.changes(:'was'::jsonb || '{"sha256": {"file": "x"}}', sqlite_migrate._source_evidence(:'plain') || '{"sha256": {"file": "y"}}', false), 'its bytes are others (SHA-256)', 'or are others');
\! cd "$WORK"; sqlite3 -batch plain.db "UPDATE t SET v = 'x' WHERE id = 1"
SELECT is(pg_temp.changes(:'was', sqlite_migrate._source_evidence(:'plain'), false), 'its change counter is 3, was 2', 'a value changed');
\! cd "$WORK"; sqlite3 -batch plain.db "CREATE TABLE u (i)"
SELECT is(pg_temp.changes(:'was', sqlite_migrate._source_evidence(:'plain'), false),
    'its schema is another one (schema version 2, was 1); it has 3 pages, had 2; its change counter is 4, was 2', 'a table made');
\! cd "$WORK"; cp plain.db other.db; chmod 666 other.db; mv other.db plain.db
SELECT ok(pg_temp.changes(:'was', sqlite_migrate._source_evidence(:'plain'), false) LIKE 'another file has taken its place%', 'another file of its name');
SELECT sqlite_migrate._run_begin(:'plain') \gset ignored_
SELECT sqlite_migrate._run_end('{"status": "ok", "target_schema": "e", "arguments": {"verify": "none"}, "tables": []}') AS moved \gset
SELECT ok(r::jsonb #>> '{source,changed}' LIKE 'the source changed during the run: another file has taken its place.%', 'a run that still reads the old one says so')
FROM sqlite_migrate.report(:moved, 'json') r;

-- WAL mode, the application running: what it commits while a run reads is seen, and not read.
SELECT is((e #>> '{wal,frames}')::int > 0, true, 'WAL: frames in use') FROM sqlite_migrate._source_evidence(:'wal') e;
CREATE SCHEMA e;
CREATE FUNCTION pg_temp.ended() RETURNS bigint LANGUAGE sql AS $$
    SELECT sqlite_migrate._run_end('{"status": "ok", "target_schema": "e", "arguments": {"verify": "none"}, "tables": []}')
$$;
SELECT sqlite_migrate._run_begin(:'wal') \gset ignored_
SELECT pg_temp.ended() AS quiet \gset
SELECT sqlite_migrate._run_begin(:'wal') \gset ignored_
SELECT sqlite_migrate._source_evidence(:'wal') AS was \gset
\! cd "$WORK"; sqlite3 -batch wal.db "INSERT INTO t VALUES (4, 'd')" "INSERT INTO t VALUES (5, 'e')" "BEGIN" "INSERT INTO t VALUES (6, 'f')" "INSERT INTO t VALUES (7, 'g')" "COMMIT"
SELECT is(sqlite_migrate._source_count(:'wal', 't'), 3::bigint, 'the run reads its one instant');
SELECT pg_temp.ended() AS busy \gset
SELECT is(r::jsonb #>> '{source,changed}', NULL::text, 'a quiet run says nothing of a change') FROM sqlite_migrate.report(:quiet, 'json') r;
SELECT is(r::jsonb #>> '{source,changed}', 'the source changed during the run: 3 commits were made to it. What was copied is the source at one instant, when the run began', 'a busy one counts the commits')
FROM sqlite_migrate.report(:busy, 'json') r;
SELECT is(t, 'the source changed during the run: 3 commits were made to it. What was copied is the source at one', 'in text below the verdict')
FROM sqlite_migrate.report(:busy) WITH ORDINALITY AS t (t, n) WHERE n = 2;
SELECT is(r::jsonb ->> 'level', 'attention', 'and wants attention') FROM sqlite_migrate.report(:busy, 'json') r;
SELECT ok(m LIKE 'The source changed during the run: 3 commits%', 'markdown, too') FROM sqlite_migrate.report(:busy, 'markdown') WITH ORDINALITY AS m (m, n) WHERE n = 3;
SELECT ok(h LIKE '%<p>The source changed during the run: 3 commits were made to it.%', 'html: in the banner') FROM sqlite_migrate.report(:busy, 'html') h;
SELECT ok(pg_temp.changes(:'was', sqlite_migrate._source_evidence(:'wal'), false) LIKE 'its -wal has grown from % to % frames', 'later: the -wal has grown');
SELECT sqlite_migrate._source_evidence(:'wal') AS was \gset
\! cd "$WORK"; sqlite3 -batch wal.db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
SELECT is(pg_temp.changes(:'was', sqlite_migrate._source_evidence(:'wal'), true), 'none', 'a checkpoint is no change of the content');
SELECT is(pg_temp.changes(:'was', sqlite_migrate._source_evidence(:'wal'), false) LIKE '(perhaps) its file was written to at %', true, 'later nobody knows what came with it');
\! cd "$WORK"; sqlite3 -batch wal.db "INSERT INTO t VALUES (8, 'h')"
SELECT is(pg_temp.changes(:'was', sqlite_migrate._source_evidence(:'wal'), false) LIKE 'its -wal holds new changes (% frames)', true, 'a new -wal after it is a change');
\set waldigest `sha256sum "$WORK/wal.db-wal" | cut -d ' ' -f 1`
SELECT is(sqlite_migrate._source_sha256(:'wal') ->> 'wal', :'waldigest'::text, 'SHA-256 of the -wal, too');
-- The locks that this process holds on the file are still there: reading it must not have dropped them.
SELECT sqlite_migrate._run_begin(:'lock') \gset ignored_
SELECT sqlite_migrate._source_sha256(:'lock') \gset ignored_
\! cd "$WORK"; sqlite3 -batch lock.db 'PRAGMA busy_timeout = 100' "INSERT INTO t VALUES (9, 'i')" >written 2>&1
\set written `cat "$WORK/written"`
SELECT matches(:'written'::text, 'locked'::text, 'evidence and SHA-256 leave the run''s lock on the file');
SELECT pg_temp.ended() AS plain_run \gset
\set plaindigest `sha256sum "$WORK/lock.db" | cut -d ' ' -f 1`
SELECT is(r::jsonb #>> '{source,sha256,file}', :'plaindigest'::text, 'the record holds the SHA-256') FROM sqlite_migrate.report(:plain_run, 'json') r;
-- A copy has no place and no time of its own.
SELECT octet_length(pg_read_binary_file(:'plain')) AS size, sqlite_migrate.attach('evidence_up', pg_read_binary_file(:'plain')) \gset ignored_
SELECT is(e - '{change_counter,schema_version,data_version}'::text[], '{"wal": null, "file": null, "size": 12288, "modified": null, "page_size": 4096, "page_count": 3,
    "journal_mode": "delete", "private_copy": true, "moved": false}', 'an upload: no file, no time') FROM sqlite_migrate._source_evidence('evidence_up') e;
SELECT sqlite_migrate.detach('evidence_up') \gset ignored_
SELECT throws_ok(format('SELECT * FROM sqlite_migrate.migrate(%L, ''e'', options => ''{"sha256": 1}'')', :'plain'), '22023', 'option "sha256" must be true or false', 'sha256 takes true or false');
\! kill $(cat "$WORK/holder.pid" "$WORK/sleep.pid") 2>/dev/null; rm -rf "$WORK"
SELECT * FROM finish();
ROLLBACK;
