-- Rules in create mode: the created type fits the values after the rule, what it changed is counted, verify honours it.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set file :files '/rules_create.db'
CREATE SERVER rules_create FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'file');
CREATE SCHEMA c;
CREATE SCHEMA own;
CREATE FUNCTION own.moved(path text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT replace(path, '/mnt/nas-plex/', '/media/library/') $$;
SET search_path = own, public;
SET timezone = 'UTC';
SET datestyle = 'ISO';

-- A column, its rule, the type without and with it, the first value, the counts of this column alone.
CREATE TEMP TABLE asked (place int, name text, rule jsonb, plain text, ruled text, value text, counts jsonb);
INSERT INTO asked VALUES
    (1, 'file', '"moved($1)"', 'character varying(255)', 'character varying(255)', '/media/library/films/a.mkv', '{"expression": 2}'),
    (2, 'size', '"nullif($1, ''unknown'')"', 'text', 'bigint', NULL, '{"expression": 1}'),
    (3, 'added_at', '["unix_seconds", "empty_as_null"]', 'text', 'timestamp with time zone', '2023-11-14 22:13:20+00',
        '{"unix_seconds": 2, "empty_as_null": 1}'),
    (4, 'ticks', '"dotnet_ticks"', 'bigint', 'timestamp without time zone', '2023-11-14 22:13:20', '{"dotnet_ticks": 1, "digits_cut": 1}'),
    (5, 'guid', '"uuid_dotnet"', 'bytea', 'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', '{"uuid_dotnet": 2}'),
    (6, 'title', '"latin1"', 'bytea', 'text', 'café', '{"latin1": 1}'),
    (7, 'code', '"truncate"', 'text', 'character varying(5)', 'abcde', '{"truncate": 1}'),
    (8, 'hash', '"hex"', 'text', 'bytea', '\x6869', '{"hex": 1}'),
    (9, 'seen', '"nonzero_is_true"', 'bigint', 'boolean', 'true', '{"nonzero_is_true": 1}'),
    (10, 'stars', '["round", "empty_as_null"]', 'text', 'bigint', '3', '{"round": 1, "empty_as_null": 1}'),
    (11, 'price', '"round_to_scale"', 'numeric', 'numeric(5,2)', '1.01', '{"round_to_scale": 1}'),
    (12, 'taken', '"time_dropped"', 'timestamp without time zone', 'date', '2024-01-05', '{"time_dropped": 1}'),
    (13, 'made', '"to_date($1, ''DD.MM.YYYY'')"', 'text', 'date', '2024-01-05', '{"expression": 2}'),
    (14, 'note', '"strip_nul"', 'bytea', 'text', 'a', '{"strip_nul": 1}'),
    (15, 'extra', '"sqlite_jsonb"', 'bytea', 'text', '{"a":1}', '{"sqlite_jsonb": 1}');
SELECT jsonb_object_agg('media_parts.' || name, rule) AS rules FROM asked \gset

CREATE FUNCTION pg_temp.type_of(name text) RETURNS text LANGUAGE sql AS $$
    SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a WHERE a.attrelid = to_regclass('c.media_parts') AND a.attname = name
$$;
CREATE FUNCTION pg_temp.first_value(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_value text;
BEGIN
    EXECUTE format('SELECT %I::text FROM c.media_parts WHERE id = 1', name) INTO STRICT v_value;
    RETURN v_value;
END $$;
-- What the one rule leaves behind: type, first value, counts; in a table of its own time.
CREATE FUNCTION pg_temp.alone(a asked) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    v_found text[];
    v_rules jsonb := jsonb_build_object('media_parts.' || a.name, a.rule);
BEGIN
    PERFORM sqlite_migrate.migrate('rules_create', 'c', 'create', rules => v_rules);
    v_found := ARRAY[pg_temp.type_of(a.name), pg_temp.first_value(a.name),
        (SELECT t.details ->> 'rules' FROM sqlite_migrate.run_tables t ORDER BY t.run_id DESC LIMIT 1),
        (SELECT bool_and(v.verified)::text FROM sqlite_migrate.verify('rules_create', 'c', rules => v_rules) v),
        (SELECT (columns_differing IS NOT NULL)::text FROM sqlite_migrate.verify('rules_create', 'c') v)];
    DROP TABLE c.media_parts;
    RETURN v_found;
END $$;
-- Code, column and number of values of what a run finds.
CREATE FUNCTION pg_temp.complaints(rules jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_detail text; v_hint text;
BEGIN
    PERFORM sqlite_migrate.migrate('rules_create', 'c', 'create', rules => rules);
    RETURN 'none';
EXCEPTION WHEN SQLSTATE 'SM002' THEN
    GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL, v_hint = PG_EXCEPTION_HINT;
    IF v_hint !~ 'on_error => ''reject''' THEN RETURN 'HINT: ' || v_hint; END IF;
    RETURN (SELECT string_agg(concat_ws(' ', f ->> 'code', f ->> 'column_name', f ->> 'rows'), ', ') FROM jsonb_array_elements(v_detail::jsonb -> 'findings') f);
WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

SELECT plan(2 * count(*)::int + 9) FROM asked;

SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('rules_create', 'c', 'create') $$, 'without rules');
SELECT is(pg_temp.type_of(name), plain, format('%s: as it is, %s', name, plain)) FROM asked ORDER BY place;
DROP TABLE c.media_parts;
SELECT is(pg_temp.alone(a), ARRAY[ruled, value, counts::text, 'true', 'true'], format('%s: %s makes it %s', name, rule, ruled))
FROM asked a ORDER BY place;

SELECT results_eq(format($$ SELECT table_name, rows_loaded, normalized, verified FROM sqlite_migrate.migrate('rules_create', 'c', 'create', rules => %L) $$, :'rules'),
    format($$ VALUES ('c.media_parts', 3::bigint, %1$s::bigint, 'digest'), ('(total)', 3, %1$s, 'digest') $$,
           (SELECT sum(e.value::int) FROM asked, jsonb_each_text(counts) e)), 'all at once: each change counts');
SELECT is_empty('SELECT name FROM asked WHERE pg_temp.type_of(name) <> ruled', 'each type is that of its rule');
SELECT ok(bool_and(verified), 'verify with the rules finds all equal') FROM sqlite_migrate.verify('rules_create', 'c', rules => :'rules');
SELECT ok(NOT bool_or(verified), 'and not without') FROM sqlite_migrate.verify('rules_create', 'c');
DROP TABLE c.media_parts;

SELECT matches(sql, '"size" bigint,.*"title" text,', 'plan shows the types') FROM sqlite_migrate.plan('rules_create', 'c', 'create', rules => :'rules')
WHERE action = 'create';
SELECT is(pg_temp.complaints('{"media_parts.size": "round"}'), 'not_a_number size 1', 'a value that the rule''s type does not hold is a complaint');
SELECT is(pg_temp.complaints('{"media_parts.stars": "1 / (coalesce(nullif($1, '''')::float8, 0) - 3)"}'), 'refused_by_type stars 1',
    'an expression that raises names the cell');
SELECT matches(pg_temp.complaints('{"media_parts.file": "nowhere($1)"}'), '^42883 function nowhere', 'an unknown function is an error');
SELECT * FROM finish();
ROLLBACK;
