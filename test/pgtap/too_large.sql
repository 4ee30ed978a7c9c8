-- What PostgreSQL has no room for is an error that says where, on every path; and an error met among large rows arrives whole.
BEGIN;
SET client_min_messages = warning;
\getenv scratch SCRATCH
\set wide_sql :scratch '/too_large.sql'
\set file :scratch '/too_large.db'
\! rm -f "$SCRATCH/too_large.db"
\o :wide_sql
SELECT format('CREATE TABLE %s (%s);', name, (SELECT string_agg('c' || i || ' TEXT', ', ') FROM generate_series(1, n) i))
FROM (VALUES ('full', 1600), ('wider', 1601), ('widest', 2000)) AS t (name, n);
SELECT format('INSERT INTO "full" (c1) VALUES (''narrow''); INSERT INTO "full" VALUES (%s); INSERT INTO "full" (c1) VALUES (''last'');',
              (SELECT string_agg(quote_literal('sixteen and more'), ', ') FROM generate_series(1, 1600)));
SELECT 'CREATE TABLE long (id INTEGER PRIMARY KEY, t TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) '
       'INSERT INTO long SELECT i, CASE i WHEN 990 THEN ''short'' ELSE hex(randomblob(1900)) END FROM n;';
\o
\! sqlite3 -batch -bail "$SCRATCH/too_large.db" <"$SCRATCH/too_large.sql" && chmod 644 "$SCRATCH/too_large.db"

SELECT plan(15);

-- First, in a young process, the memory of a batch of large rows goes back to the system: an error that was met in it must not
-- go with it.
CREATE FUNCTION pg_temp.error_of(path text, call text, OUT state text, OUT message text, OUT detail text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('sqlite_fdw_migrate.path', path, true);
    EXECUTE call;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END $$;
CREATE SCHEMA long;
CREATE TABLE long.long (id bigint, t text, CONSTRAINT long_enough CHECK (length(t) > 100));
SELECT results_eq(format($$ SELECT state, message, left(detail, 36) FROM pg_temp.error_of(%L, %L) $$, path,
                         format($$ SELECT * FROM sqlite_migrate.migrate(%L, 'long', include => '{long}', verify => 'none') $$, :'file')),
                  $$ VALUES ('23514', 'new row for relation "long" violates check constraint "long_enough"', 'Failing row contains (990, short).') $$,
                  path || ': the server''s words about one of many large rows')
FROM unnest(ARRAY['direct', 'copy', 'sql']) path;
RESET sqlite_fdw_migrate.path;
SELECT is(count(*), 0::bigint, 'nothing was loaded') FROM long.long;

CREATE SCHEMA wide;

-- More columns than a table of PostgreSQL takes.
SELECT results_eq(format($$ SELECT name, columns FROM sqlite_migrate.inspect(%L) WHERE kind = 'table' ORDER BY 2 $$, :'file'),
                  $$ VALUES ('long', 2), ('full', 1600), ('wider', 1601), ('widest', 2000) $$, 'inspect shows tables of any width');
SELECT throws_ok(format($$ SELECT * FROM sqlite_migrate.plan(%L, 'wide', include => '{widest}') $$, :'file'), '0A000',
                 'table "widest" has 2000 columns, a PostgreSQL table at most 1600', 'plan refuses 2000 columns');
SELECT throws_ok(format($$ SELECT * FROM sqlite_migrate.migrate(%L, 'wide', include => '{wider}') $$, :'file'), '0A000',
                 'table "wider" has 1601 columns, a PostgreSQL table at most 1600', 'migrate refuses 1601');
CREATE SCHEMA wide_foreign;
CREATE SERVER too_large FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'file');
SET client_min_messages = error;
SELECT lives_ok($$ IMPORT FOREIGN SCHEMA main FROM SERVER too_large INTO wide_foreign $$, 'IMPORT FOREIGN SCHEMA goes on without them');
SET client_min_messages = warning;
SELECT set_eq($$ SELECT relname::text FROM pg_class WHERE relnamespace = 'wide_foreign'::regnamespace $$, $$ VALUES ('full'), ('long') $$,
              '... and makes the others');

-- A row of 1600 filled columns is wider than a page: pointers of 18 bytes have no room, either.
SELECT results_eq(format($$ SELECT state, message ~ '^row is too big: size \d+, maximum size 8160$', detail, hint FROM pg_temp.error_of(%L, %L) $$, path,
                         format($$ SELECT * FROM sqlite_migrate.migrate(%L, 'wide', include => '{full}') $$, :'file')),
                  $$ VALUES ('54000', true, 'Table "wide"."full", rows 1 to 3 of "full" in the source: one of them is too large.',
                             'on_error => ''reject'' puts such rows aside, and names each of them.') $$, path || ': a row too wide says where')
FROM unnest(ARRAY['direct', 'copy', 'sql']) path;
SELECT pg_temp.error_of('', NULL) IS NULL AS reset \gset
RESET sqlite_fdw_migrate.path;
SELECT results_eq(format($$ SELECT rows_loaded, rows_rejected FROM sqlite_migrate.migrate(%L, 'wide', include => '{full}', on_error => 'reject')
                            WHERE table_name = '(total)' $$, :'file'), $$ VALUES (2::bigint, 1::bigint) $$, 'on_error => reject goes on without it');
SELECT results_eq($$ SELECT key, sqlstate FROM sqlite_migrate.rejects $$, $$ VALUES ('{"rowid": 2}'::jsonb, '54000') $$, '... and names it');
SELECT is((SELECT count(*) FROM wide."full" WHERE c1 IN ('narrow', 'last')), 2::bigint, '... the others are there');
SELECT * FROM finish();
ROLLBACK;
