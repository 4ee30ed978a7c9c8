-- What is public is described: by a comment for \df+ and \d+, and on the pages that name functions, arguments and their words.
BEGIN;
SET client_min_messages = warning;
-- psql runs in the project's folder.
\set functions_page `cat docs/functions.md`
\set options_page `cat docs/options.md`
SELECT set_config('test.functions', :'functions_page', true) AS a, set_config('test.options', :'options_page', true) AS b \gset ignored_

CREATE TEMPORARY TABLE public_object AS
    SELECT p.oid::regprocedure::text AS object, p.proname::text AS name, obj_description(p.oid, 'pg_proc') AS comment
    FROM pg_proc p WHERE p.pronamespace = 'sqlite_migrate'::regnamespace AND p.proname !~ '^_'
    UNION ALL
    SELECT c.oid::regclass::text, c.relname, obj_description(c.oid, 'pg_class')
    FROM pg_class c
    WHERE c.relnamespace = 'sqlite_migrate'::regnamespace AND c.relname !~ '^_' AND c.relkind IN ('r', 'v', 'm', 'p');

-- The cells of the row of options.md that begins with `name`, or lists it among others.
CREATE FUNCTION pg_temp.row_of(name text) RETURNS text[] LANGUAGE sql AS $$
    SELECT string_to_array(l, '|') FROM regexp_split_to_table(current_setting('test.options'), '\n') l
    WHERE l ~ '^\| `' AND split_part(l, '|', 2) LIKE '%`' || name || '`%' ORDER BY l LIKE '| `' || name || '`%' DESC LIMIT 1
$$;

SELECT plan(9);
SELECT cmp_ok((SELECT count(*) FROM public_object), '>', 20::bigint, 'there are public functions, tables and a view');
SELECT is_empty($$SELECT object FROM public_object WHERE COALESCE(comment, '') = ''$$,
    'every public function, procedure, table and view has a comment');
SELECT is_empty($$SELECT object FROM public_object WHERE strpos(current_setting('test.functions'), '`' || name || '`') = 0$$,
    'and stands on the page of functions');
SELECT is_empty(
    $$SELECT m[1] FROM regexp_matches(current_setting('test.functions'), '^## (.+)$', 'gn') h,
             regexp_matches(h[1], '([a-z_]+)(?:, |$)', 'g') m
      WHERE h[1] ~ '^[a-z_, ]+$' AND m[1] NOT IN (SELECT name FROM public_object)$$,
    'the page has no heading of a function that there is not');
SELECT is_empty(
    $$SELECT a FROM pg_proc p, unnest(p.proargnames[:p.pronargs]) a
      WHERE p.oid IN (SELECT oid FROM pg_proc WHERE pronamespace = 'sqlite_migrate'::regnamespace AND proname = 'migrate')
        AND pg_temp.row_of(a) IS NULL$$,
    'every argument of migrate stands on the page of options');
SELECT is_empty(
    $$SELECT w.argument, w.word, w.supported FROM sqlite_migrate._words() w,
             pg_temp.row_of(CASE w.argument WHEN 'method' THEN 'verify' ELSE w.argument END) r
      WHERE r IS NULL OR strpos(r[CASE WHEN w.supported THEN 4 ELSE 5 END], '`' || w.word || '`') = 0
         OR strpos(r[CASE WHEN w.supported THEN 5 ELSE 4 END], '`' || w.word || '`') > 0$$,
    'every word of an argument stands there, as supported or not');
SELECT is_empty($$SELECT k.key FROM sqlite_migrate._option_keys() k WHERE pg_temp.row_of(k.key) IS NULL$$,
    'every key of options stands there');
SELECT is_empty(
    $$SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = 'sqlite_migrate'::regnamespace AND c.relname IN ('runs', 'run_tables', 'rejects', 'progress')
        AND strpos(current_setting('test.functions'), '`' || a.attname || '`') = 0$$,
    'every column of the record and of progress stands on the page of functions');
-- Codes as preflight's functions spell them: 'error', 'code', …
SELECT is_empty(
    $$SELECT DISTINCT m[2] FROM pg_proc p, regexp_matches(p.prosrc, '''(error|warning|note)'',\s*''([a-z]+_[a-z_]+|corrupt|exists)''', 'g') m
      WHERE p.pronamespace = 'sqlite_migrate'::regnamespace
        AND strpos(current_setting('test.functions'), '`' || m[2] || '`') = 0$$,
    'every code of preflight stands on the page of functions');
SELECT * FROM finish();
ROLLBACK;
