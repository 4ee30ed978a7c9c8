-- Corruption: integrity and preflight find it, a run says which table, and salvage takes what can be read.
BEGIN;
SET client_min_messages = error;
\getenv scratch SCRATCH
\set work :scratch '/damaged_test'
\setenv WORK :work
\! rm -rf "$WORK"; mkdir -p "$WORK"
\! cd "$WORK"; sqlite3 -batch rot.db 'PRAGMA page_size = 1024' 'CREATE TABLE big (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT NOT NULL)' 'CREATE TABLE keyed (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID' 'CREATE TABLE whole (a INTEGER, rowid TEXT, g AS (a + 1))' "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO big SELECT i, 'big' || printf('%06d', i) FROM n" "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO keyed SELECT printf('k%06d', i), 'v' FROM n" "INSERT INTO whole VALUES (1, 'x'), (NULL, 'y')" "UPDATE sqlite_sequence SET seq = 9000" 'CREATE VIEW seen AS SELECT * FROM whole' 'CREATE INDEX big_v ON big (v)'
\! cd "$WORK"; cp rot.db sound.db; for word in big001000 k001000; do at=$(grep -abo "$word" rot.db | head -n 1 | cut -d: -f1); head -c 1024 /dev/zero | tr '\0' '\377' | dd of=rot.db bs=1024 seek=$((at / 1024)) conv=notrunc status=none; done; chmod 755 .; chmod 644 *.db
\set rot :work '/rot.db'
\set sound :work '/sound.db'
SELECT set_config('test.rot', :'rot', true) \gset ignored_
CREATE SCHEMA t;
CREATE SCHEMA s;
SELECT plan(19);

SELECT is(count(*), 0::bigint, 'a sound file is sound') FROM sqlite_migrate.integrity(:'sound', quick => false) WHERE severity = 'error';
SELECT ok(count(*) >= 2, 'integrity finds both pages') FROM sqlite_migrate.integrity(:'rot') WHERE severity = 'error' AND message ~ '[Pp]age';
SELECT ok(count(*) >= 2, 'so does the preflight, as findings') FROM sqlite_migrate.preflight(:'rot', 't') WHERE severity = 'error' AND code = 'corrupt';
SELECT ok(bool_and(fix LIKE '%salvage%'), 'which say what helps') FROM sqlite_migrate.preflight(:'rot', 't') WHERE code = 'corrupt';
SELECT throws_ok(format('SELECT * FROM sqlite_migrate.migrate(%L, ''t'')', current_setting('test.rot')), 'XX001', NULL, 'a run ends with DATA_CORRUPTED');
CREATE FUNCTION pg_temp.detail_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_detail text;
BEGIN
    EXECUTE query;
    RETURN 'nothing';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
    RETURN v_detail;
END $$;
SELECT matches(pg_temp.detail_of(format('SELECT * FROM sqlite_migrate.migrate(%L, ''t'')', current_setting('test.rot'))), '"big"|"keyed"', 'that names the table');

SELECT is(array_agg(table_name ORDER BY table_name), ARRAY['big', 'keyed'], 'salvage lists the tables that lost rows')
FROM sqlite_migrate.preflight(:'rot', 't', options => '{"salvage": true}') WHERE code = 'salvaged';
SELECT matches(message, 'nothing between rowids [0-9]+ and [0-9]+ could be read', 'and what is missing')
FROM sqlite_migrate.preflight(:'rot', 't', options => '{"salvage": true}') WHERE code = 'salvaged' AND table_name = 'big';
SELECT lives_ok(format($$ SELECT * FROM sqlite_migrate.migrate(%L, 't', options => '{"salvage": true}') $$, current_setting('test.rot')), 'and migrates the rest');
SELECT ok(count(*) BETWEEN 1900 AND 1999 AND min(id) = 1 AND max(id) = 2000, 'from both sides of the damage') FROM t.big;
SELECT is(count(*), 0::bigint, 'as it was') FROM t.big WHERE v <> 'big' || lpad(id::text, 6, '0');
SELECT ok(count(*) BETWEEN 1800 AND 1999 AND min(k) = 'k000001' AND max(k) = 'k002000', 'without rowids, too') FROM t.keyed;
SELECT results_eq('SELECT a::int, rowid::text, g::int FROM t.whole ORDER BY a', $$ VALUES (1, 'x', 2), (NULL, 'y', NULL) $$, 'a table that is whole is whole');
SELECT is(nextval('t.big_id_seq'), 9001::bigint, 'AUTOINCREMENT goes on where it was');
SELECT is(sum(rows_loaded), (SELECT count(*)::numeric FROM (SELECT 1 FROM t.big UNION ALL SELECT 1 FROM t.keyed UNION ALL SELECT 1 FROM t.whole) x), 'the run tells the truth')
FROM sqlite_migrate.run_tables WHERE table_name IN ('t.big', 't.keyed', 't.whole');
SELECT matches(message, 'salvage: nothing between', 'and keeps what was lost') FROM sqlite_migrate.run_tables WHERE table_name = 't.big';
SELECT ok(count(*) >= 2, 'integrity looks at the file, not at the salvaged copy') FROM sqlite_migrate.integrity(:'rot') WHERE severity = 'error';
SELECT is(sum(rows_loaded), 4002::numeric, 'a salvage of a sound file loses nothing') FROM sqlite_migrate.migrate(:'sound', 's', options => '{"salvage": true}') WHERE table_name <> '(total)';
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('x', 's', options => '{"salvage": "yes"}') $$, '22023', NULL, 'it is true or false');
SELECT * FROM finish();
ROLLBACK;
\! rm -rf "$WORK"
