-- Differences are looked for in the buckets that differ only: whatever the type of the key, none is missed, none is invented.
BEGIN;
SET client_min_messages = warning;
\getenv scratch SCRATCH
\set file :scratch '/narrowing.db'
\setenv NARROWING :file
\! rm -f "$NARROWING"
\! sqlite3 "$NARROWING" "CREATE TABLE n (i); WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 5000) INSERT INTO n SELECT i FROM r; CREATE TABLE by_number (id INTEGER PRIMARY KEY, v TEXT, w REAL); INSERT INTO by_number SELECT i * 7 - 9000, 'v' || i, i / 3.0 FROM n; CREATE TABLE by_text (k TEXT PRIMARY KEY, v TEXT); INSERT INTO by_text SELECT 'Key ' || i, 'v' || i FROM n; CREATE TABLE by_pair (a INTEGER, b TEXT, v TEXT, PRIMARY KEY (a, b)); INSERT INTO by_pair SELECT i % 50, 'b' || i, 'v' || i FROM n; CREATE TABLE by_pair_alone (a INTEGER, b TEXT, v TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO by_pair_alone SELECT i % 50, 'b' || i, 'v' || i FROM n; CREATE TABLE by_numeric (k NUMERIC PRIMARY KEY, v TEXT); INSERT INTO by_numeric SELECT i / 4.0, 'v' || i FROM n; CREATE TABLE by_uuid (k TEXT PRIMARY KEY, v TEXT); INSERT INTO by_uuid SELECT printf('%08X-0000-4000-8000-%012X', i * 2654435761 % 4294967296, i), 'v' || i FROM n; CREATE TABLE by_time (k INTEGER PRIMARY KEY, v TEXT); INSERT INTO by_time SELECT 1700000000 + i * 60, 'v' || i FROM n; CREATE TABLE by_blob (k BLOB PRIMARY KEY, v TEXT); INSERT INTO by_blob SELECT CAST(i AS BLOB), 'v' || i FROM n; CREATE TABLE by_real (k REAL PRIMARY KEY, v TEXT); INSERT INTO by_real SELECT i / 8.0 - 1, 'v' || i FROM n; CREATE TABLE by_domain (k TEXT PRIMARY KEY, v TEXT); INSERT INTO by_domain SELECT 'Word ' || i, 'v' || i FROM n; CREATE TABLE by_other (rowid TEXT, k TEXT NOT NULL UNIQUE, v TEXT); INSERT INTO by_other SELECT 'r' || i, 'k' || i, 'v' || i FROM n; CREATE TABLE by_nothing (a INTEGER, b TEXT, v TEXT); INSERT INTO by_nothing SELECT i % 10, 'b' || (i % 1000), 'v' || (i % 100) FROM n; DROP TABLE n"
\! chmod 644 "$NARROWING"
CREATE SCHEMA v;
CREATE COLLATION v.careless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE v.by_number (id bigint PRIMARY KEY, v text, w float8);
CREATE TABLE v.by_text (k text COLLATE v.careless PRIMARY KEY, v text);
-- A partition keeps its columns in another order.
CREATE TABLE v.by_pair (a int, b text, v text, PRIMARY KEY (a, b)) PARTITION BY RANGE (a);
CREATE TABLE v.by_pair_low (v text, b text NOT NULL, dropped int, a int NOT NULL);
ALTER TABLE v.by_pair_low DROP dropped;
ALTER TABLE v.by_pair ATTACH PARTITION v.by_pair_low FOR VALUES FROM (MINVALUE) TO (20);
CREATE TABLE v.by_pair_high PARTITION OF v.by_pair DEFAULT;
CREATE TABLE v.by_pair_alone (v text, a int, b text, PRIMARY KEY (a, b));
CREATE TABLE v.by_numeric (k numeric PRIMARY KEY, v text);
CREATE TABLE v.by_uuid (v text, k uuid PRIMARY KEY);
CREATE TABLE v.by_time (k timestamptz PRIMARY KEY, v text);
CREATE TABLE v.by_blob (k bytea PRIMARY KEY, v text);
CREATE TABLE v.by_real (k float8 PRIMARY KEY, v text);
-- A type whose equality is its own, in a schema that nobody looks into.
CREATE SCHEMA c;
CREATE EXTENSION citext SCHEMA c;
CREATE TABLE v.by_domain (k c.citext PRIMARY KEY, v text);
CREATE TABLE v.by_other (rowid text, k varchar(20) NOT NULL UNIQUE, v char(8));
CREATE TABLE v.by_nothing (a int, b text, v text);
SELECT * FROM no_plan();
SELECT lives_ok(format('CALL sqlite_migrate.run(%L, ''v'')', :'file'), 'all of them are loaded');

CREATE FUNCTION pg_temp.arguments(name text, OUT args jsonb, OUT subject sqlite_migrate._table, OUT key text[]) LANGUAGE plpgsql AS $$
BEGIN
    args := sqlite_migrate._arguments(jsonb_build_object('source', current_setting('test.file'), 'target_schema', 'v', 'mode', 'data', 'include', ARRAY[name])) || '{"use_mode": "data"}';
    SELECT t.* INTO subject FROM unnest(sqlite_migrate._tables(args)) t WHERE t.source_table = name;
    key := sqlite_migrate._key_of(subject.target, subject.target_columns);
END $$;
-- What the buckets that differ give, and how many of all rows of the source they hold; then whether that is all.
CREATE FUNCTION pg_temp.narrowed(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE a record := pg_temp.arguments(name); s record; v_buckets text; v_narrow text; v_full text; v_rows bigint;
BEGIN
    s := sqlite_migrate._digest_sides(a.args, name, (a.subject).target, (a.subject).source_columns, (a.subject).target_columns, a.key);
    v_buckets := sqlite_migrate._differing_buckets(s.source ->> 'buckets', s.stored ->> 'buckets');
    EXECUTE format('SELECT string_agg(concat_ws('' '', d.kind, d.key, d.column_name, CASE WHEN d.key IS NULL THEN COALESCE(d.source_value, d.target_value) END), '', '') FROM (%s) d',
        sqlite_migrate._diff_sql(a.args, name, (a.subject).target, (a.subject).source_columns, (a.subject).target_columns, a.key, v_buckets, NULL)) INTO v_narrow;
    EXECUTE format('SELECT string_agg(concat_ws('' '', d.kind, d.key, d.column_name, CASE WHEN d.key IS NULL THEN COALESCE(d.source_value, d.target_value) END), '', '') FROM (%s) d',
        sqlite_migrate._diff_sql(a.args, name, (a.subject).target, (a.subject).source_columns, (a.subject).target_columns, a.key, NULL, NULL)) INTO v_full;
    EXECUTE format('WITH %s SELECT count(*) FROM sqlite_migrate_s',
        sqlite_migrate._sides_sql(a.args, name, (a.subject).target, (a.subject).source_columns, (a.subject).target_columns, a.key, v_buckets, '')) INTO v_rows;
    RETURN concat_ws('; ', v_narrow, CASE WHEN v_rows > 200 OR v_buckets IS NULL THEN 'too many rows: ' || v_rows END,
                     CASE WHEN v_full IS DISTINCT FROM v_narrow THEN 'but all rows give: ' || v_full END);
END $$;
SELECT set_config('test.file', :'file', true) AS file \gset

SELECT is(pg_temp.narrowed('by_number'), 'too many rows: 5000', 'no bucket differs: there is nothing to narrow to');
UPDATE v.by_number SET v = v || '!', w = -w WHERE id = 7 * 100 - 9000;
DELETE FROM v.by_number WHERE id = 7 * 4999 - 9000;
INSERT INTO v.by_number VALUES (-1, 'new', NULL);
SELECT is(pg_temp.narrowed('by_number'), 'differs {"id": -8300} v, differs {"id": -8300} w, extra {"id": -1}, missing {"id": 25993}', 'a whole number, which is the rowid');
UPDATE v.by_text SET k = lower(k) WHERE k = 'Key 77';
UPDATE v.by_text SET v = '' WHERE k = 'Key 78';
SELECT is(pg_temp.narrowed('by_text'), 'differs {"k": "Key 77"} k, differs {"k": "Key 78"} v', 'a text whose collation knows no case');
UPDATE v.by_pair p SET v = q.v FROM v.by_pair q WHERE (p.a, p.b, q.a, q.b) IN ((5, 'b55', 30, 'b80'), (30, 'b80', 5, 'b55'));
SELECT is(pg_temp.narrowed('by_pair'), 'differs {"a": 5, "b": "b55"} v, differs {"a": 30, "b": "b80"} v', 'two columns, in partitions that keep them in another order');
UPDATE v.by_pair_alone SET v = NULL WHERE b = 'b55';
DELETE FROM v.by_pair_alone WHERE b = 'b80';
SELECT is(pg_temp.narrowed('by_pair_alone'), 'differs {"a": 5, "b": "b55"} v, missing {"a": 30, "b": "b80"}', 'two columns, in another order, and no rowid');
UPDATE v.by_numeric SET k = 1.250 WHERE k = 1.25;
UPDATE v.by_numeric SET v = 'x' WHERE k = 1.5;
SELECT is(pg_temp.narrowed('by_numeric'), 'differs {"k": 1.25} k, differs {"k": 1.5} v', 'a numeric of another scale is the same key');
UPDATE v.by_uuid SET v = 'x' WHERE v = 'v9';
SELECT is(pg_temp.narrowed('by_uuid'), format('differs {"k": %s} v', (SELECT to_json(k) FROM v.by_uuid WHERE v = 'x')), 'a uuid');
UPDATE v.by_time SET k = k + interval '1 us' WHERE v = 'v9';
SELECT is(pg_temp.narrowed('by_time'), 'missing {"k": "2023-11-14T22:22:20+00:00"}, extra {"k": "2023-11-14T22:22:20.000001+00:00"}', 'a time that was a number');
UPDATE v.by_blob SET v = 'x' WHERE k = '\x3939';
SELECT is(pg_temp.narrowed('by_blob'), 'differs {"k": "\\x3939"} v', 'bytes');
UPDATE v.by_real SET k = '-0' WHERE k = 0;
UPDATE v.by_real SET v = 'x' WHERE k = 0.125;
SELECT is(pg_temp.narrowed('by_real'), 'differs {"k": 0} k, differs {"k": 0.125} v', 'a float: -0 is the same key, but another value');
UPDATE v.by_domain SET k = upper(k::text)::c.citext WHERE v = 'v77';
UPDATE v.by_domain SET v = '' WHERE v = 'v78';
SELECT is(pg_temp.narrowed('by_domain'), 'differs {"k": "Word 77"} k, differs {"k": "Word 78"} v', 'citext, whose operators are not in the search_path');
UPDATE v.by_other SET v = 'x' WHERE k = 'k9';
SELECT is(pg_temp.narrowed('by_other'), 'differs {"k": "k9"} v', 'a unique key; a column has the name of the rowid');
-- a = 1, b = 'b1', v = 'v1' is there five times.
DELETE FROM v.by_nothing WHERE ctid IN (SELECT ctid FROM v.by_nothing WHERE b = 'b1' LIMIT 2);
INSERT INTO v.by_nothing VALUES (1, 'b2', NULL);
SELECT is(pg_temp.narrowed('by_nothing'), 'missing (1,b1,v1), missing (1,b1,v1), extra (1,b2,)', 'no key: a multiset of rows');
SELECT is((SELECT count(*)::int FROM sqlite_migrate.diff(:'file', 'by_nothing', 'v.by_nothing')), 3, 'diff gives the same');
SELECT is((SELECT count(*)::int FROM sqlite_migrate.diff(:'file', 'by_nothing', 'v.by_nothing') WHERE source_value = 'a: integer 1, b: text "b1", v: text "v1"'), 2, 'with the cells of the file');

-- verify says the same of each, and where to look.
SELECT results_eq(format('SELECT source_table, columns_differing, (details ->> ''missing'')::int, (details ->> ''extra'')::int, (details ->> ''differing'')::int FROM sqlite_migrate.verify(%L, ''v'')', :'file'), $$ VALUES
    ('by_blob', '{v}'::text[], 0, 0, 1), ('by_domain', '{k,v}', 0, 0, 2), ('by_nothing', '{}', 2, 1, 0), ('by_number', '{v,w}', 1, 1, 1), ('by_numeric', '{k,v}', 0, 0, 2),
    ('by_other', '{v}', 0, 0, 1), ('by_pair', '{v}', 0, 0, 2), ('by_pair_alone', '{v}', 1, 0, 1), ('by_real', '{k,v}', 0, 0, 2),
    ('by_text', '{k,v}', 0, 0, 2), ('by_time', '{}', 1, 1, 0), ('by_uuid', '{v}', 0, 0, 1) $$, 'verify: the columns, and how many rows');
SELECT is((details -> 'first' -> 0)::text, '{"key": {"id": -8300}, "kind": "differs", "column_name": "v"}', 'verify: the first key')
FROM sqlite_migrate.verify(:'file', 'v', include => '{by_number}');
SELECT throws_matching(format('CALL sqlite_migrate.verify_or_raise(%L, ''v'', include => ''{by_uuid}'')', :'file'), 'values differ in "v"', 'verify_or_raise');

-- Where nearly all rows differ, all are read.
UPDATE v.by_blob SET v = v || '!' WHERE k <> '\x3939';
SELECT is((SELECT count(*)::int FROM sqlite_migrate.diff(:'file', 'by_blob', 'v.by_blob', max_rows => NULL)), 5000, 'all rows differ');
TRUNCATE v.by_blob;
SELECT is((SELECT count(*)::int FROM sqlite_migrate.diff(:'file', 'by_blob', 'v.by_blob', max_rows => NULL) WHERE kind = 'missing'), 5000, 'all rows are missing');
-- A key that nobody guards may be NULL.
ALTER TABLE v.by_other ALTER k DROP NOT NULL;
UPDATE v.by_other SET k = NULL WHERE k IN ('k1', 'k2');
SELECT is((SELECT string_agg(concat_ws(' ', kind, key, column_name), ', ' ORDER BY key) FROM sqlite_migrate.diff(:'file', 'by_other', 'v.by_other', key => '{k}')),
    'extra {"k": null}, extra {"k": null}, missing {"k": "k1"}, missing {"k": "k2"}, differs {"k": "k9"} v', 'a key of one''s own');
-- Rows that live elsewhere are asked for by a query: here they are another file's.
\set changed :scratch '/narrowing_changed.db'
\setenv CHANGED :changed
\! rm -f "$CHANGED"; cp "$NARROWING" "$CHANGED"; sqlite3 "$CHANGED" "UPDATE by_number SET v = 'x' WHERE id = -8300; DELETE FROM by_pair WHERE b = 'b80'; INSERT INTO by_nothing VALUES (1, 'b1', 'v1')"; chmod 644 "$CHANGED"
CREATE SERVER changed FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'changed');
CREATE SCHEMA elsewhere;
IMPORT FOREIGN SCHEMA main LIMIT TO (by_number, by_pair, by_nothing) FROM SERVER changed INTO elsewhere;
SELECT results_eq(format('SELECT source_table, verified, columns_differing, details -> ''missing'' FROM sqlite_migrate.verify(%L, ''elsewhere'', include => ''{by_number,by_pair,by_nothing}'')', :'file'),
    $$ VALUES ('by_nothing', false, '{}'::text[], '0'::jsonb), ('by_number', false, '{v}', '1'), ('by_pair', false, '{}', '1') $$, 'foreign tables: without keys, as multisets');
SELECT is((SELECT string_agg(concat_ws(' ', kind, key, column_name), ', ') FROM sqlite_migrate.diff(:'file', 'by_number', 'elsewhere.by_number', key => '{id}')),
    'differs {"id": -8300} v', 'diff of a foreign table by a key of one''s own');
SELECT * FROM finish();
ROLLBACK;
