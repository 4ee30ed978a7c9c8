-- Odd values: each case of test/data/odd_values.sql has the outcome that the list promises, and is counted under its rule.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set odd_values :files '/odd_values.db'
CREATE SERVER odd_values FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'odd_values');
CREATE SCHEMA list;
IMPORT FOREIGN SCHEMA main LIMIT TO (odd_values) FROM SERVER odd_values INTO list;
CREATE SCHEMA o;
SET search_path = o, public;
-- What a session has set must not matter.
SET timezone = 'America/New_York';
SET datestyle = 'SQL, DMY';
SET intervalstyle = 'sql_standard';
SET extra_float_digits = -15;
SET bytea_output = 'escape';
SET lc_monetary = 'C';

CREATE TYPE colour AS ENUM ('red', 'green');
CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
CREATE EXTENSION IF NOT EXISTS hstore SCHEMA public;
CREATE TYPE maybe AS ENUM ('', 'yes');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN very_positive AS positive CHECK (VALUE > 100);
CREATE DOMAIN short AS varchar(5);
CREATE DOMAIN moment AS timestamp;
CREATE DOMAIN price AS numeric(10,2);
CREATE DOMAIN numbers AS integer[] CHECK (cardinality(VALUE) > 0);
CREATE DOMAIN free AS text CHECK (length(VALUE) < 100);
CREATE DOMAIN given AS integer NOT NULL;
CREATE TYPE pair AS (a integer, b varchar(5), c timestamptz);
CREATE TYPE float8range AS RANGE (subtype = float8);
CREATE TEMP TABLE cases AS SELECT * FROM list.odd_values;
SELECT format('CREATE TABLE o.%I (v %s)', name, target) FROM cases \gexec

-- The value as the list writes it.
CREATE FUNCTION pg_temp.printed(name text) RETURNS text LANGUAGE plpgsql
SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres' SET extra_float_digits = 1 SET bytea_output = 'hex' AS $$
DECLARE v_value text;
BEGIN
    EXECUTE format('SELECT v::text FROM o.%I', name) INTO STRICT v_value;
    RETURN v_value;
END $$;

-- The rules that the cases ask for, as the argument.
CREATE FUNCTION pg_temp.asked(names text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_object_agg(c.name || '.v', CASE WHEN c.rules LIKE '[%' THEN c.rules::jsonb ELSE to_jsonb(c.rules) END)
    FROM cases c WHERE c.name = ANY (names) AND c.rules IS NOT NULL
$$;

-- What becomes of some cases of one zone: what preflight has against them, then what a run makes of the others, then verify.
-- found: the value, or '! code'. counted: the rules, with the count if it is not 1; noted: the same by preflight.
CREATE TEMP TABLE finding AS SELECT * FROM sqlite_migrate.preflight('odd_values', 'o', 'data', include => '{int_text}') LIMIT 0;
CREATE TEMP TABLE outcome (name text PRIMARY KEY, found text, noted text, counted text, verified boolean);
CREATE FUNCTION pg_temp.try(names text[], zone text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_good text[];
BEGIN
    INSERT INTO finding SELECT f.* FROM sqlite_migrate.preflight('odd_values', 'o', 'data', include => names,
        rules => pg_temp.asked(names), assume_timezone => zone) f;
    INSERT INTO outcome
    SELECT n, '! ' || string_agg(f.code || repeat(' twice', f.rows::int - 1), ', ') FILTER (WHERE f.severity = 'error'),
           string_agg(substring(f.message FROM '^rule (\w+) applies$') || CASE f.rows WHEN 1 THEN '' ELSE ' ' || f.rows END,
                      ', ' ORDER BY f.message) FILTER (WHERE f.code = 'normalized')
    FROM unnest(names) n LEFT JOIN finding f ON f.table_name = 'o.' || n GROUP BY n;
    v_good := ARRAY(SELECT o.name FROM outcome o WHERE o.name = ANY (names) AND o.found IS NULL);
    IF v_good = '{}' THEN
        RETURN;
    END IF;
    PERFORM sqlite_migrate.copy_tables('odd_values', v_good, 'o', rules => pg_temp.asked(v_good), assume_timezone => zone);
    UPDATE outcome SET found = pg_temp.printed(name),
        counted = (SELECT string_agg(r.key || CASE r.value WHEN '1' THEN '' ELSE ' ' || r.value END, ', ' ORDER BY r.key)
                   FROM sqlite_migrate.run_tables t, jsonb_each_text(t.details -> 'rules') r
                   WHERE t.run_id = (SELECT max(run_id) FROM sqlite_migrate.run_tables) AND t.source_table = name)
    WHERE name = ANY (v_good);
    UPDATE outcome o SET verified = v.verified FROM sqlite_migrate.verify('odd_values', 'o', include => v_good,
        rules => pg_temp.asked(v_good), assume_timezone => zone) v
    WHERE v.source_table = o.name;
EXCEPTION WHEN OTHERS THEN
    INSERT INTO outcome SELECT n, '! ' || SQLSTATE || ' ' || SQLERRM FROM unnest(names) n;
END $$;

-- Rules that this version does not carry out as promised are tried one by one: an error would spoil all.
SELECT count(pg_temp.try(g.names, g.zone)) > 0 AS tried FROM (
    SELECT array_agg(name ORDER BY name) AS names, COALESCE(zone, 'UTC') AS zone FROM cases
    GROUP BY COALESCE(zone, 'UTC'), CASE WHEN todo IS NOT NULL AND rules IS NOT NULL THEN name END) g \gset

CREATE FUNCTION pg_temp.check_case(c cases) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    IF c.todo IS NOT NULL THEN
        PERFORM todo(c.todo, 1);
    END IF;
    RETURN QUERY SELECT is(ARRAY[o.found, o.counted], ARRAY[c.outcome, c.rule],
        format('%s: %s %s into %s%s', c.name, c.declared, c.literal, c.target, ', ' || c.rules))
        FROM outcome o WHERE o.name = c.name;
END $$;

SELECT plan(count(*)::int + 8) FROM cases;

SELECT cmp_ok(count(*), '>=', 180::bigint, 'the list is long') FROM cases;
SELECT is_empty($$ SELECT unnest('{int_text,int_empty,int_numtext,int_max64,int_over32,int_real,int_blob,bool_2,bool_text,
        bool_yes_in_int,bool_empty,ts_empty,ts_epoch,ts_epoch_ms,ts_julian,ts_bad,ts_dateonly,date_0000,time_25,uuid_nodash,
        uuid_brace,uuid_blob,uuid_bad,uuid_empty,text_nul,text_badutf8,text_latin1,text_blob,text_int,text_surrog,text_empty,
        text_nullword,text_crlf,varchar5,blob_text,blob_int,blob_empty,real_inf,real_neginf,real_text,real_empty,real_max,
        real_tiny,real_017,real_int,num_money,num_bigtext,num_int64,json_bad,json_empty,json_u0000}'::text[])
    EXCEPT SELECT name FROM cases $$, 'the cases are there in which other tools lose values');
SELECT is_empty($$ SELECT n.name FROM sqlite_migrate._rule_names() n EXCEPT SELECT c.rule FROM cases c $$,
    'each rule that can be asked for has a case that it applies to');
SELECT is_empty($$ SELECT c.name FROM cases c WHERE c.outcome LIKE '! %' AND c.rule IS NOT NULL $$,
    'a value that is refused is counted under no rule');

SELECT pg_temp.check_case(c) FROM cases c ORDER BY c.part, c.name;

SELECT is_empty($$ SELECT name, noted, counted FROM outcome
    WHERE noted IS DISTINCT FROM counted AND (found IS NULL OR found NOT LIKE '! %') $$,
    'preflight has announced each rule that applied');
SELECT is_empty($$ SELECT name, found FROM outcome WHERE verified IS NOT TRUE AND (found IS NULL OR found NOT LIKE '! %') $$,
    'verify finds each that was loaded equal, by the same rules');
SELECT set_eq($$ SELECT v.source_table, v.verified FROM sqlite_migrate.verify('odd_values', 'o', include =>
        '{uuid_nodash,uuid_dotnet,blob_hex,blob_base64,text_strip,int_round,varchar5_truncate,unit_cocoa,text_expression}') v $$,
    $$ SELECT n, n = 'uuid_nodash' FROM unnest('{uuid_nodash,uuid_dotnet,blob_hex,blob_base64,text_strip,int_round,varchar5_truncate,unit_cocoa,
        text_expression}'::text[]) n $$, 'and different without them');
CREATE FUNCTION pg_temp.raised(names text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_detail text;
BEGIN
    PERFORM sqlite_migrate.migrate('odd_values', 'o', include => names, rules => pg_temp.asked(names));
EXCEPTION WHEN SQLSTATE 'SM002' THEN
    GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
    RETURN v_detail::jsonb ->> 'total';
END $$;
SELECT is(pg_temp.raised(array_agg(name)), count(*)::text, 'a run over those that are refused raises, and counts each')
    FROM cases WHERE outcome LIKE '! %' AND todo IS NULL AND zone IS NULL;
SELECT * FROM finish();
ROLLBACK;
