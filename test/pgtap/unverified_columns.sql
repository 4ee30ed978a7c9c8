-- options.unverified: columns that triggers of the target change are loaded and left out of the proof, and the verdict says so.
BEGIN;
SET client_min_messages = warning;
\getenv scratch SCRATCH
\set file :scratch '/unverified.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE parents (id INTEGER PRIMARY KEY); INSERT INTO parents VALUES (1); CREATE TABLE notes (id INTEGER PRIMARY KEY, parent INTEGER, title TEXT, changedAt TEXT); INSERT INTO notes VALUES (1, 1, 'a', '2001-01-01'), (2, 1, 'b', '2001-01-01'), (3, NULL, 'c', '2001-01-01')"; chmod 644 "$FILE"
CREATE SCHEMA u;
CREATE TABLE u.parents (id bigint PRIMARY KEY);
CREATE TABLE u.notes (id bigint PRIMARY KEY, parent bigint REFERENCES u.parents, title text, changed_at timestamp);
CREATE FUNCTION u.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed_at := '2026-01-01'; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON u.notes FOR EACH ROW EXECUTE FUNCTION u.touch();
SELECT set_config('test.file', :'file', true) \gset ignored_
CREATE FUNCTION pg_temp.run(options text, more text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_answer text;
BEGIN
    EXECUTE format('SELECT string_agg(concat_ws('' '', table_name, status, rows_loaded, verified, NULLIF(message, '''')), ''; '') FROM sqlite_migrate.migrate(%L, ''u'', options => %L%s)',
                   current_setting('test.file'), options, more) INTO v_answer;
    RETURN v_answer;
EXCEPTION WHEN OTHERS THEN
    DECLARE v_hint text;
    BEGIN GET STACKED DIAGNOSTICS v_hint = PG_EXCEPTION_HINT; RETURN SQLSTATE || ': ' || SQLERRM || ' # ' || v_hint; END;
END $$;
SELECT plan(23);
SELECT matches(pg_temp.run('{}'), '^SM003: .*values differ in "changed_at"', 'without it the run fails');
SELECT is(pg_temp.run('{"unverified": ["notes.changedAt"]}'),
    'u.notes ok 3 digest unverified: changed_at; u.parents ok 1 digest; (total) ok 4 digest', 'with it the run is verified, and says which column is not');
SELECT results_eq('SELECT id, title, changed_at::text FROM u.notes ORDER BY id', $$ VALUES (1::bigint, 'a', '2026-01-01 00:00:00'), (2, 'b', '2026-01-01 00:00:00'), (3, 'c', '2026-01-01 00:00:00') $$, 'the trigger has its way');
SELECT max(run_id) AS run FROM sqlite_migrate.runs \gset
SELECT is(t, 'verified: 2 tables, 4 rows, 0 rejected, 0 sequences aligned, 1 column unverified', 'the verdict counts it') FROM sqlite_migrate.report(:run) t LIMIT 1;
SELECT is(r::jsonb ->> 'level', 'attention', 'and it wants attention') FROM sqlite_migrate.report(:run, 'json') r;
SELECT ok(r LIKE '%1 column unverified.</p>%' AND r LIKE '%<small><bdi>unverified: changed_at</bdi></small>%', 'html: in the banner, and at the table') FROM sqlite_migrate.report(:run, 'html') r;
SELECT is(string_agg(table_name || ' ' || verified, ', '), 'u.notes true, u.parents true', 'verify of the run leaves it out') FROM sqlite_migrate.verify(:'file', 'u', run_id => :run);
SELECT is(string_agg(columns_differing::text, ', '), '{changed_at}', 'verify without the run does not') FROM sqlite_migrate.verify(:'file', 'u') WHERE NOT verified;
SELECT ok(bool_and(verified), 'unless it is told') FROM sqlite_migrate.verify(:'file', 'u', options => '{"unverified": ["notes.changed_at"]}');
UPDATE u.notes SET title = 'x' WHERE id = 2;
SELECT is(string_agg(columns_differing::text, ', '), '{title}', 'every other column still counts') FROM sqlite_migrate.verify(:'file', 'u', run_id => :run) WHERE NOT verified;
SELECT matches(pg_temp.run('{"unverified": ["notes.changed_at"]}', ', existing => ''truncate'''), '^u.notes ok 3 digest unverified', 'by the target''s name, too');
SELECT matches(pg_temp.run('{"unverified": ["notes.changed_at"]}', ', existing => ''upsert'''), '^u.notes ok 3 digest unverified: changed_at; upsert', 'upsert');
DELETE FROM u.notes WHERE id <> 3;
UPDATE u.notes SET id = 33;
SELECT matches(pg_temp.run('{"unverified": ["notes.changed_at"]}', ', include => ''{notes}'', existing => ''append'''), '^u.notes ok 3 digest unverified', 'append');
TRUNCATE u.notes, u.parents;
SELECT matches(pg_temp.run('{"unverified": ["notes.changed_at"]}', ', verify => ''deep'''), '^u.notes ok 3 deep unverified', 'deep');
TRUNCATE u.notes, u.parents;
CREATE FUNCTION u.shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.title := upper(NEW.title); RETURN NEW; END $$;
CREATE TRIGGER shout BEFORE INSERT ON u.notes FOR EACH ROW EXECUTE FUNCTION u.shout();
SELECT matches(pg_temp.run('{"unverified": ["notes.changed_at"]}'), '^SM003: .*values differ in "title"', 'a trigger that changes another column is found');
DROP TRIGGER shout ON u.notes;
\! sqlite3 "$FILE" "INSERT INTO notes VALUES (4, 99, 'no parent', '2001-01-01')"
SELECT matches(pg_temp.run('{"unverified": ["notes.changed_at"]}', ', orphans => ''reject'''), '^u.notes rejects 3 digest unverified: changed_at; rejected: 1 orphan', 'orphans are found again though a trigger changed them');
TRUNCATE u.notes, u.parents;
SELECT is(pg_temp.run('{"unverified": ["notes.chnged_at"]}', ', orphans => ''null'''), '22023: option "unverified": "notes.chnged_at" is no column that is loaded # Did you mean "notes.changedAt"?', 'a name that is none');
SELECT is(pg_temp.run('{"unverified": "notes.changed_at"}'), '22023: option "unverified" must be a list of columns # For example: ''{"unverified": ["books.changed_at"]}''.', 'no list');
SELECT is(pg_temp.run('{"unverified": [1]}'), '22023: option "unverified" must be a list of columns # For example: ''{"unverified": ["books.changed_at"]}''.', 'no texts');
SELECT is(pg_temp.run('{"unverified": ["parents.id"]}'), '22023: option "unverified" leaves nothing of table u.parents to compare # verify => ''count'' compares numbers of rows.', 'nothing left');
SELECT is(count(*), 1::bigint, 'plan: its verification leaves the column out, too') FROM sqlite_migrate.plan(:'file', 'u', options => '{"unverified": ["notes.changed_at"]}')
WHERE action = 'verify' AND sql LIKE '%options => ''{"unverified": ["notes.changed_at"]}''%';
-- Rows that are tried again pass the same triggers.
TRUNCATE u.notes, u.parents;
ALTER TABLE u.notes ADD CHECK (title <> 'b');
SELECT matches(pg_temp.run('{"unverified": ["notes.changed_at"]}', ', on_error => ''reject'', orphans => ''reject'''), '^u.notes rejects 2 digest unverified: changed_at; rejected', 'a row that the target refuses');
ALTER TABLE u.notes DROP CONSTRAINT notes_title_check;
SELECT is(rows_loaded || ' ' || verified, '1 digest', 'retry_rejects leaves the column out, too') FROM sqlite_migrate.retry_rejects() WHERE table_name = 'u.notes';
\! rm -f "$FILE"
SELECT * FROM finish();
ROLLBACK;
