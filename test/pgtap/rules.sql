-- Rules: where each applies and where not, what is counted, that verify honours them, and how a wrong one is refused.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set odd_values :files '/odd_values.db'
\set rules :files '/rules.db'
CREATE SERVER odd_values FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'odd_values');
CREATE SERVER rules FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'rules');
CREATE SCHEMA list;
IMPORT FOREIGN SCHEMA main LIMIT TO (odd_values) FROM SERVER odd_values INTO list;
CREATE SCHEMA r;
SET search_path = r, public;
SET timezone = 'UTC';
SET datestyle = 'ISO';
SET intervalstyle = 'postgres';

-- Of each rule a case of the list that it changes, and one that it must leave alone.
CREATE TEMP TABLE rule (name text, asked boolean, applies text, leaves text);
INSERT INTO rule VALUES
    ('empty_as_null', false, 'int_empty', 'text_empty'),           ('digits_cut', false, 'ts_ticks', 'ts_ticks_zero'),
    ('offset_to_utc', false, 'ts_offset_plain', 'ts_offset_zero'), ('time_dropped', false, 'date_time', 'date_midnight'),
    ('blanks_cut', false, 'varchar5_blanks', 'varchar5_inside'),   ('name_cut', false, 'name_64', 'name_63'),
    ('round_to_real', false, 'real4_rounded', 'real4_exact'),      ('round_to_scale', false, 'num_scale', 'num_scale_zeros'),
    ('round_to_double', false, 'real_text_digits', 'real_text_17'),
    ('to_bytea', true, 'text_as_bytes', 'text_as_bytes_plain'),    ('sqlite_jsonb', true, 'text_jsonb_asked', 'text_jsonb_plain'),
    ('duplicate_keys', false, 'json_same_key', 'json_same_key_apart'),
    ('nonzero_is_true', true, 'bool_2_allowed', 'bool_1_allowed'), ('round', true, 'int_round', 'int_round_whole'),
    ('trunc', true, 'int_trunc', 'int_trunc_whole'),               ('truncate', true, 'varchar5_truncate', 'varchar5_truncate_fits'),
    ('replace_invalid', true, 'text_replace', 'text_replace_clean'), ('strip_nul', true, 'text_strip', 'text_strip_clean'),
    ('latin1', true, 'text_as_latin1', 'text_as_latin1_utf8'),     ('uuid_dotnet', true, 'uuid_dotnet', 'uuid_dotnet_text'),
    ('hex', true, 'blob_hex', 'blob_hex_blob'),                    ('base64', true, 'blob_base64', 'blob_empty'),
    ('unix_seconds', true, 'unit_seconds', 'unit_seconds_iso'),    ('unix_ms', true, 'unit_ms', 'ts_t'),
    ('unix_us', true, 'unit_us', 'ts_z'),                          ('unix_ns', true, 'unit_ns', 'ts_offset'),
    ('julian', true, 'unit_julian', 'ts_minutes'),                 ('cocoa', true, 'unit_cocoa', 'ts_micros'),
    ('webkit', true, 'unit_webkit', 'ts_dateonly'),                ('filetime', true, 'unit_filetime', 'ts_mail'),
    ('dotnet_ticks', true, 'unit_ticks', 'ts_basic');
CREATE TEMP TABLE cases AS SELECT * FROM list.odd_values;
CREATE TEMP TABLE used AS SELECT c.*, r.name AS by_rule, r.asked FROM rule r JOIN cases c ON c.name IN (r.applies, r.leaves);
SELECT format('CREATE TABLE r.%I (v %s)', name, target) FROM used \gexec
CREATE FUNCTION pg_temp.printed(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_value text;
BEGIN
    EXECUTE format('SELECT v::text FROM r.%I', name) INTO STRICT v_value;
    RETURN v_value;
END $$;
SELECT array_agg(name) AS names, jsonb_object_agg(name || '.v', by_rule) FILTER (WHERE asked) AS asked FROM used \gset
CREATE TEMP TABLE outcome AS SELECT * FROM sqlite_migrate.migrate('odd_values', 'r', include => :'names', rules => :'asked');
CREATE TEMP TABLE told AS
    SELECT t.value ->> 'table_name' AS table_name, t.value #> '{details,rules}' AS rules
    FROM sqlite_migrate.report(format => 'json') r, jsonb_array_elements(r::jsonb -> 'tables') t;
CREATE TEMP TABLE honoured AS
    SELECT v.* FROM sqlite_migrate.verify('odd_values', 'r', include => :'names', rules => :'asked') v;
CREATE TEMP TABLE ignored AS SELECT v.* FROM sqlite_migrate.verify('odd_values', 'r', include => :'names') v;

-- What a statement raises.
CREATE FUNCTION pg_temp.raised(query text, OUT state text, OUT message text, OUT detail text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END $$;
-- The same of rules for the small file.
CREATE TABLE empties (id int PRIMARY KEY, n text, t text, at text, cut text);
CREATE FUNCTION pg_temp.refused(rules jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', r.state, r.message) FROM pg_temp.raised(format(
        'SELECT * FROM sqlite_migrate.migrate(''rules'', ''r'', include => ''{empties}'', existing => ''truncate'', rules => %L)', rules)) r
$$;

-- Two for each rule, and those below.
SELECT plan(2 * count(*)::int + 46) FROM rule;

SELECT is_empty($$ SELECT name FROM sqlite_migrate._rule_names() EXCEPT SELECT name FROM rule $$, 'each rule that can be asked for is tried');
SELECT is_empty($$ SELECT name FROM used EXCEPT SELECT substr(table_name, 3) FROM outcome $$, 'each case is loaded');

-- Where it applies: the value, normalized, the report.
SELECT is(ARRAY[pg_temp.printed(r.applies), o.normalized::text, t.rules::text],
          ARRAY[c.outcome, '1', jsonb_build_object(r.name, 1)::text], format('%s: %s %s', r.name, c.target, c.literal))
FROM rule r JOIN cases c ON c.name = r.applies JOIN outcome o ON o.table_name = 'r.' || r.applies
JOIN told t ON t.table_name = o.table_name ORDER BY r.name;
-- Where it must not: the value as without the rule, and no count.
SELECT is(ARRAY[pg_temp.printed(r.leaves), o.normalized::text, t.rules::text],
          ARRAY[c.outcome, '0', '{}'], format('%s leaves alone: %s %s', r.name, c.target, c.literal))
FROM rule r JOIN cases c ON c.name = r.leaves JOIN outcome o ON o.table_name = 'r.' || r.leaves
JOIN told t ON t.table_name = o.table_name ORDER BY r.name;
SELECT is(normalized, (SELECT count(*) FROM rule), 'the total counts each once') FROM outcome WHERE table_name = '(total)';
SELECT is_empty('SELECT source_table, message FROM honoured WHERE NOT verified', 'verify, with the rules, finds all equal');
-- The units are found from the numbers, but for Cocoa's, which could be Unix's.
SELECT set_eq('SELECT source_table FROM ignored WHERE NOT verified',
    $$ SELECT applies FROM rule WHERE asked AND (applies NOT LIKE 'unit%' OR applies = 'unit_cocoa') $$,
    'without them it finds those different that a rule on request has changed');

-- An expression over $1: Plex's paths.
CREATE TABLE media_parts (id int PRIMARY KEY, file text, hash text);
\set plex '{"media_parts.file": "replace($1, ''/mnt/nas-plex/'', ''/media/library/'')"}'
SELECT results_eq(format($$ SELECT table_name, rows_loaded, normalized FROM sqlite_migrate.migrate('odd_values', 'r',
    include => '{media_parts}', exclude => '{media_parts.hash}', rules => %L) $$, :'plex'),
    $$ VALUES ('r.media_parts', 4::bigint, 2::bigint), ('(total)', 4, 2) $$, 'an expression counts the values that it changes');
SELECT results_eq('SELECT file FROM media_parts ORDER BY id',
    $$ VALUES ('/media/library/films/a.mkv'), ('/media/library/series/b.mkv'), ('/srv/other/c.mkv'), (NULL) $$, 'and those alone');
SELECT is(details -> 'rules', '{"expression": 2}', 'they are on record') FROM sqlite_migrate.run_tables ORDER BY run_id DESC LIMIT 1;
SELECT ok(verified, 'verify with it finds them equal') FROM sqlite_migrate.verify('odd_values', 'r', include => '{media_parts}',
    exclude => '{media_parts.hash}', rules => :'plex');
SELECT is(columns_differing, '{file}', 'without it, different') FROM sqlite_migrate.verify('odd_values', 'r', include => '{media_parts}',
    exclude => '{media_parts.hash}');
UPDATE media_parts SET file = '/mnt/nas-plex/films/a.mkv' WHERE id = 1;
SELECT is(columns_differing, '{file}', 'and with it, where a path is the old one') FROM sqlite_migrate.verify('odd_values', 'r',
    include => '{media_parts}', exclude => '{media_parts.hash}', rules => :'plex');

-- Blobs come as bytea, all else as text, NULL too. An expression may give NULL.
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('odd_values', 'r', include => '{media_parts}', exclude => '{media_parts.file}',
    existing => 'truncate', rules => '{"media_parts.hash": "pg_typeof($1) || '' '' || coalesce(length($1)::text, ''NULL'')"}') $$, 'over all classes');
SELECT results_eq('SELECT hash FROM media_parts ORDER BY id', $$ VALUES ('bytea 2'), ('text 4'), ('text NULL'), ('bytea 0') $$,
    'an expression gets blobs as bytea, the rest as text');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('odd_values', 'r', include => '{media_parts}', exclude => '{media_parts.hash}',
    existing => 'truncate', rules => '{"media_parts.%": "nullif($1, ''/srv/other/c.mkv'')"}') $$, 'a pattern, and NULL as answer');
SELECT results_eq('SELECT count(file) FROM media_parts', 'VALUES (2::bigint)', 'NULL is stored');

-- The exact name beats a pattern; a pattern is LIKE's.
SELECT is(pg_temp.refused('{"empties.%": "upper($1)", "empties.cut": "left($1, 4)", "empties.id": "$1"}'), '', 'an exact name beats a pattern');
SELECT results_eq('SELECT n, cut FROM empties WHERE id = 1', $$ VALUES ('', '2024') $$, 'and is the one that counts');
SELECT is(pg_temp.refused('{"empties.%": "upper($1)", "%.n": "lower($1)"}'),
    '22023 | argument "rules": "%.n" and "empties.%" both fit "empties.n"', 'two patterns for one column are an error');

-- What is not known.
SELECT is(ARRAY[state, message, split_part(hint, '?', 1)], ARRAY['22023', 'argument "rules": "rond" of "empties.n" is no rule', 'Did you mean "round"'],
    'an unknown rule: the nearest name') FROM pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('rules', 'r', rules => '{"empties.n": "rond"}') $$);
SELECT is(pg_temp.refused('{"empties.n": ["round", "rond"]}'), '22023 | argument "rules": "rond" of "empties.n" is no rule', 'in a list, too');
SELECT is(pg_temp.refused('{"empties.n": "empty_as_null"}'), '', 'what is always on may be asked for');
SELECT is(pg_temp.refused('{"empties.n": "expression"}'), '22023 | argument "rules": "expression" of "empties.n" is no rule', 'what only counts may not');
SELECT is(ARRAY[state, message, hint], ARRAY['22023', 'argument "rules": "empties.cutt" is not there', 'Did you mean "empties.cut"?'],
    'an unknown column: the nearest name') FROM pg_temp.raised($$ SELECT * FROM sqlite_migrate.migrate('rules', 'r', include => '{empties}', rules => '{"empties.cutt": "round"}') $$);
SELECT is(pg_temp.refused('["round"]'), '22023 | argument "rules" must be a JSON object', 'a list is no argument');
SELECT is(pg_temp.refused('{"empties.n": 5}'), '22023 | argument "rules": "5" of "empties.n" is no rule', 'nor is a number a rule');
SELECT is(pg_temp.refused('{"empties.n": ["upper($1)"]}'), '22023 | argument "rules": "upper($1)" of "empties.n" is no rule', 'nor an expression in a list');

-- An expression is an expression, not a statement; it writes nothing by itself.
CREATE TABLE victim (id int);
INSERT INTO victim VALUES (1);
SELECT is(split_part(pg_temp.refused(jsonb_build_object('empties.n', e)), ' ', 1), '42601', 'no expression: ' || e)
FROM unnest(ARRAY['$1); DELETE FROM r.victim; SELECT ($1', '$1) INTO stolen FROM (SELECT 1) x WHERE (true', '$1 --', 'DELETE FROM r.victim WHERE $1 IS NULL', '$1 +', ' $1; ']) e;
SELECT is(split_part(pg_temp.refused('{"empties.n": "(WITH d AS (DELETE FROM r.victim RETURNING 1) SELECT $1)"}'), ' ', 1), '0A000', 'no writing WITH');
SELECT is(split_part(pg_temp.refused('{"empties.n": "$1 || $2"}'), ' ', 1), '42P02', 'no other parameter');
SELECT is(split_part(pg_temp.refused('{"empties.n": "no_such_function($1)"}'), ' ', 1), '42883', 'no unknown function');
SELECT results_eq('TABLE victim', 'VALUES (1)', 'nothing was deleted');
SELECT is_empty($$ SELECT FROM pg_class WHERE relname = 'stolen' $$, 'nothing was made');

-- One that raises over a value: that cell is named.
SELECT is(ARRAY[f.code, f.column_name, f.rows::text, f.sample::text], ARRAY['refused_by_type', 'n', '1', '[{"key": {"id": 3}, "value": 2}]'],
    'an expression that raises names the cell') FROM sqlite_migrate.preflight('rules', 'r', 'data', 'truncate', include => '{empties}',
    rules => '{"empties.n": "1 / (coalesce(nullif($1, '''')::int, 0) - 2)"}') f WHERE f.severity = 'error';
SELECT matches(pg_temp.refused('{"empties.n": "1 / (coalesce(nullif($1, '''')::int, 0) - 2)"}'),
    '^SM002 \| sqlite_migrate: table r.empties, column "n", key \{"id": 3\}: found integer 2, .*division by zero', 'in the run''s error, too');

-- One count for each cell: what it lost rather than what the caller asked for.
SELECT is((SELECT jsonb_agg(f.message) FROM sqlite_migrate.preflight('odd_values', 'r', 'data', 'truncate', include => '{int_empty}',
    rules => '{"int_empty.v": "''  ''||$1"}') f WHERE f.code = 'normalized'), '["rule empty_as_null applies"]', 'a cell is counted under one rule');
SELECT is_empty($$ SELECT f.message FROM sqlite_migrate.preflight('odd_values', 'r', 'data', 'truncate', include => '{int_round}',
    rules => '{"int_round.v": "$1 || ''x''"}') f WHERE f.code = 'normalized' $$, 'what is refused is not counted');
SELECT is((SELECT f.sample -> 0 ->> 'value' FROM sqlite_migrate.preflight('odd_values', 'r', 'data', 'truncate', include => '{int_round}',
    rules => '{"int_round.v": "$1 || ''x''"}') f WHERE f.severity = 'error'), '2.5', 'a complaint shows the source''s value');
SELECT isnt((SELECT r.state FROM pg_temp.raised($$ SELECT * FROM sqlite_migrate.preflight('odd_values', 'r', 'data', 'truncate', include => '{unit_ms}',
    rules => '{"unit_ms.v": ["unix_seconds", "unix_ms"]}') $$) r), NULL, 'two units for one column are an error');
SELECT is(split_part(pg_temp.refused('{"empties.n": "$1), ($1"}'), ' ', 1), '42601', 'two values are no expression');
SELECT is(split_part(pg_temp.refused('{"empties.n": "$1) FROM r.victim WHERE (true"}'), ' ', 1), '42601', 'a FROM is no expression');
SET extra_float_digits = -15;
CREATE TABLE real_017 (v double precision);
CREATE TEMP TABLE of_real AS SELECT * FROM sqlite_migrate.migrate('odd_values', 'r', include => '{real_017}', rules => '{"real_017.v": "$1::float8"}');
SELECT is(encode(float8send(v), 'hex'), '3fd3333333333334', 'an expression''s number is exact') FROM real_017;
SELECT * FROM finish();
ROLLBACK;
