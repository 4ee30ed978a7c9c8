-- profile: what each column holds, in one pass, whatever it is declared as; read-only transactions; what is chosen.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set source :files '/profile.db'

SELECT plan(21);
SET TRANSACTION READ ONLY;

-- Storage classes, empties, extremes, lengths, damage.
PREPARE classes AS SELECT column_name, rows, nulls, integers, reals, texts, blobs, empty FROM sqlite_migrate.profile($1, '{mixed}');
SELECT results_eq(format('EXECUTE classes(%L)', :'source'),
    $$ VALUES ('id', 5::bigint, 0::bigint, 5::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint), ('any', 5, 1, 1, 1, 1, 1, 0),
              ('code', 5, 1, 0, 0, 4, 0, 1), ('flag', 5, 1, 4, 0, 0, 0, 0), ('doc', 5, 1, 0, 0, 4, 0, 0), ('note', 5, 0, 0, 0, 5, 0, 1),
              ('n', 5, 1, 3, 0, 1, 0, 1), ('short', 5, 2, 0, 0, 3, 0, 1) $$, 'cells by storage class, columns in their order');
PREPARE extremes AS SELECT column_name, min_value, max_value, max_chars, max_bytes FROM sqlite_migrate.profile($1, '{mixed}')
    WHERE column_name IN ('any', 'n', 'note', 'short');
SELECT results_eq(format('EXECUTE extremes(%L)', :'source'),
    $$ VALUES ('any', '2.5', 'x''00ff''', 4::bigint, 4::bigint), ('note', '', 'plain', 6, 7), ('n', '-3', '', 0, 0), ('short', '', 'abcd', 4, 4) $$,
    'extremes in SQLite''s order, lengths in characters and bytes');
SELECT is(ARRAY[with_nul, invalid_utf8], '{1,1}', 'NUL and invalid UTF-8 are seen') FROM sqlite_migrate.profile(:'source', '{mixed}') WHERE column_name = 'note';
SELECT is(ARRAY[c.uuids, d.jsons, i.datetimes], '{3,4,2}', 'uuids, JSON, dates')
    FROM sqlite_migrate.profile(:'source') c, sqlite_migrate.profile(:'source') d, sqlite_migrate.profile(:'source') i
    WHERE c.column_name = 'code' AND d.column_name = 'doc' AND i.column_name = 'iso';

-- Suggestions: a type that takes all, under the rule.
PREPARE suggested AS SELECT column_name, suggested_type, suggested_rule FROM sqlite_migrate.profile($1, '{mixed}');
SELECT results_eq(format('EXECUTE suggested(%L)', :'source'),
    $$ VALUES ('id', 'bigint', NULL), ('any', 'bytea', NULL), ('code', 'uuid', 'empty_as_null'), ('flag', 'bigint', NULL), ('doc', 'jsonb', NULL),
              ('note', 'text', 'strip_nul, replace_invalid'), ('n', 'bigint', 'empty_as_null'), ('short', 'text', NULL) $$, 'types and rules that are suggested');
SELECT is_empty(format('SELECT column_name FROM sqlite_migrate.profile(%L) WHERE why IS NULL OR why = '''' OR why ~ E''\n''', :'source'), 'each says why, in one line');

-- The unit of times.
PREPARE units AS SELECT column_name, time_unit, suggested_type, suggested_rule FROM sqlite_migrate.profile($1, '{units}', '{units.id}');
SELECT results_eq(format('EXECUTE units(%L)', :'source'),
    $$ VALUES ('s', 'unix_seconds', 'timestamp with time zone', 'unix_seconds'), ('ms', 'unix_ms', 'timestamp with time zone', 'unix_ms'),
              ('us', 'unix_us', 'timestamp with time zone', 'unix_us'), ('ns', 'unix_ns', 'timestamp with time zone', 'unix_ns'),
              ('jd', 'julian', 'timestamp with time zone', 'julian'), ('wk', 'webkit', 'timestamp with time zone', 'webkit'),
              ('ft', 'filetime', 'timestamp with time zone', 'filetime'), ('ticks', 'dotnet_ticks', 'timestamp without time zone', 'dotnet_ticks'),
              ('cf', 'unix_seconds or cocoa', 'bigint', NULL), ('mixed', NULL, 'bigint', NULL), ('iso', NULL, 'timestamp without time zone', NULL),
              ('few', NULL, 'bigint', NULL), ('day', 'unix_seconds', 'date', 'unix_seconds'),
              ('txt', 'unix_seconds', 'timestamp with time zone', 'unix_seconds') $$, 'units by the whole range');
SELECT is(time_unit, 'cocoa', 'Core Data counts from 2001') FROM sqlite_migrate.profile(:'source') WHERE column_name = 'ZCREATED';
SELECT matches(why, 'unix_seconds \(1992-11-13 to 1992-11-14\) or cocoa \(2023-11-14 to 2023-11-15\)', 'an ambiguous one names the candidates with their years')
    FROM sqlite_migrate.profile(:'source') WHERE column_name = 'cf';
SELECT matches(why, 'from 1700000000 to 1700000000000 are plausible times in no unit', 'mixed units fit none')
    FROM sqlite_migrate.profile(:'source') WHERE column_name = 'mixed';

-- What is chosen.
SELECT is(array_agg(DISTINCT table_name ORDER BY table_name), '{ZNOTE,mixed,units}', 'tables, no views') FROM sqlite_migrate.profile(:'source');
SELECT is(array_agg(column_name), '{id,s}', 'a view where it is named') FROM sqlite_migrate.profile(:'source', '{seen}');
SELECT is(array_agg(DISTINCT table_name), '{mixed}', 'exclude leaves tables out') FROM sqlite_migrate.profile(:'source', exclude => '{units,Z%}');
SELECT ok('any' <> ALL (array_agg(column_name)), 'and columns') FROM sqlite_migrate.profile(:'source', '{mixed}', '{mixed.any}');
SELECT throws_ok(format('SELECT * FROM sqlite_migrate.profile(%L, ''{mixd}'')', :'source'), '22023', 'argument "include": "mixd" is not there', 'a name that is not there');
SELECT throws_ok('SELECT * FROM sqlite_migrate.profile(NULL)', '22004', 'argument "source" must not be NULL', 'no source');
SELECT throws_ok('SELECT * FROM sqlite_migrate.profile(''/no/such.db'')', '58P01', NULL, 'no such file');

-- All the files of the test set: nothing raises, and the rows agree with SQLite's count.
SELECT is_empty(format($$ SELECT p.table_name, p.rows FROM sqlite_migrate.profile(%L) p
    WHERE p.rows IS DISTINCT FROM sqlite_migrate._source_count(%L, p.table_name)
       OR p.rows <> p.nulls + p.integers + p.reals + p.texts + p.blobs $$, f, f), 'every cell is counted: ' || n)
FROM unnest('{media_library,odd_values,utf16,names}'::text[]) n, concat(:'files', '/', n, '.db') f;

SELECT * FROM finish();
ROLLBACK;
