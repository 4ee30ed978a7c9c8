-- Checks the arguments that migrate, run, plan, preflight, copy_* and verify share, and quotes them back in hints.
-- Inside, they travel as one jsonb object: normalised once, stored with the run, and handed on whole.

-- What an argument means when it is left out, or NULL.
CREATE FUNCTION sqlite_migrate._defaults() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT '{"target_schema": "public", "mode": "auto", "existing": "error", "include": null, "exclude": null,
             "rename": null, "rules": null, "identifiers": "preserve", "assume_timezone": "UTC", "on_error": "abort",
             "max_rejects": null, "orphans": "error", "verify": "digest", "run_key": null, "dry_run": false,
             "options": {}, "method": "digest", "run_id": null}'::jsonb
$$;

-- The arguments that take a word, the words, and whether this version can do what they say.
CREATE FUNCTION sqlite_migrate._words() RETURNS TABLE (argument text, word text, supported boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    VALUES ('mode', 'auto', true), ('mode', 'data', true), ('mode', 'create', true), ('mode', 'schema', true),
           ('existing', 'error', true), ('existing', 'truncate', true), ('existing', 'skip', true),
           ('existing', 'append', true), ('existing', 'upsert', true),
           ('identifiers', 'preserve', true), ('identifiers', 'lower', true), ('identifiers', 'snake', true),
           ('on_error', 'abort', true), ('on_error', 'reject', true),
           ('orphans', 'error', true), ('orphans', 'reject', true), ('orphans', 'null', true),
           ('verify', 'digest', true), ('verify', 'count', true), ('verify', 'none', true), ('verify', 'deep', true),
           ('method', 'digest', true), ('method', 'count', true), ('method', 'deep', true)
$$;

-- The keys of options, and whether this version knows what to do with them.
CREATE FUNCTION sqlite_migrate._option_keys() RETURNS TABLE (key text, supported boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    VALUES ('missing_source', true), ('allow_empty', true), ('user_triggers', true), ('indexes', true), ('fk', true),
           ('snapshot', true), ('salvage', true), ('unverified', true), ('on_failure', true),
           ('sha256', true), ('verify_schema', true), ('analyze', true)
$$;

-- "Did you mean …?" where a name is near, then all the names, if they are few.
CREATE FUNCTION sqlite_migrate._did_you_mean(name text, candidates text[], few text DEFAULT NULL) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT NULLIF(concat_ws(' ', 'Did you mean "' || NULLIF(sqlite_migrate._nearest(name, candidates), '') || '"?',
                                       few || array_to_string(candidates, ', ') || '.'), '')
$$;

CREATE FUNCTION sqlite_migrate._check_words(args jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_bad record;
BEGIN
    SELECT a.key, a.value #>> '{}' AS word, bool_or(w.word = a.value #>> '{}') AS known INTO v_bad
    FROM jsonb_each(args) a JOIN sqlite_migrate._words() w ON w.argument = a.key
    GROUP BY a.key, a.value
    HAVING NOT bool_or(w.word = a.value #>> '{}' AND w.supported)
    ORDER BY known, a.key LIMIT 1;
    IF v_bad.known THEN
        PERFORM sqlite_migrate._raise('0A000',
            format('argument "%s" = "%s" is not supported yet', v_bad.key, v_bad.word));
    ELSIF v_bad.key IS NOT NULL THEN
        PERFORM sqlite_migrate._raise('22023',
            format('argument "%s" = "%s" is not valid', v_bad.key, v_bad.word),
            sqlite_migrate._did_you_mean(v_bad.word,
                      ARRAY(SELECT w.word FROM sqlite_migrate._words() w WHERE w.argument = v_bad.key),
                      'It takes one of: '));
    END IF;
END
$$;

CREATE FUNCTION sqlite_migrate._check_options(options jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_key  text;
    v_word text;
    v_keys text[] := ARRAY(SELECT k.key FROM sqlite_migrate._option_keys() k);
BEGIN
    IF jsonb_typeof(options) <> 'object' THEN
        PERFORM sqlite_migrate._raise('22023',
            'argument "options" must be a JSON object',
            'For example: ''{"allow_empty": true}''.');
    END IF;
    FOR v_key IN SELECT jsonb_object_keys(options) LOOP
        IF v_key <> ALL (v_keys) THEN
            PERFORM sqlite_migrate._raise('22023',
                format('option "%s" is not known', v_key),
                sqlite_migrate._did_you_mean(v_key, v_keys, 'There are: '));
        ELSIF NOT (SELECT k.supported FROM sqlite_migrate._option_keys() k WHERE k.key = v_key) THEN
            PERFORM sqlite_migrate._raise('0A000', format('option "%s" is not supported yet', v_key));
        END IF;
    END LOOP;
    IF options ->> 'on_failure' NOT IN ('return', 'raise') THEN
        PERFORM sqlite_migrate._raise('22023', format('option "on_failure" = "%s" is not valid', options ->> 'on_failure'),
                                      hint => 'It takes one of: return, raise.');
    END IF;
    IF options ->> 'missing_source' NOT IN ('skip', 'error') THEN
        PERFORM sqlite_migrate._raise('22023',
            format('option "missing_source" = "%s" is not valid', options ->> 'missing_source'),
            'It takes one of: skip, error.');
    END IF;
    SELECT o.key, o.word INTO v_key, v_word
    FROM (VALUES ('user_triggers', 'disable'), ('indexes', 'rebuild'), ('fk', 'recreate')) AS o (key, word)
    WHERE options ->> o.key <> o.word;
    IF FOUND THEN
        PERFORM sqlite_migrate._raise('22023',
            format('option "%s" = "%s" is not valid', v_key, options ->> v_key),
            format('It takes "%s", or is left out.', v_word));
    END IF;
    SELECT o.key INTO v_key FROM unnest('{allow_empty,snapshot,salvage,sha256,analyze,verify_schema}'::text[]) AS o (key)
    WHERE jsonb_typeof(options -> o.key) <> 'boolean';
    IF FOUND THEN
        PERFORM sqlite_migrate._raise('22023', format('option "%s" must be true or false', v_key));
    END IF;
END
$$;

-- rename: {"table": "new name", "table.column": "new name"}. Whether the names exist is asked later, of the source.
CREATE FUNCTION sqlite_migrate._check_rename(rename jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_key text;
BEGIN
    IF rename IS NULL OR jsonb_typeof(rename) = 'null' THEN
        RETURN;
    ELSIF jsonb_typeof(rename) <> 'object' THEN
        PERFORM sqlite_migrate._raise('22023',
            'argument "rename" must be a JSON object',
            'For example: ''{"Users": "users", "Users.Id": "user_id"}''.');
    END IF;
    SELECT r.key INTO v_key FROM jsonb_each(rename) r
    WHERE jsonb_typeof(r.value) <> 'string' OR r.value #>> '{}' = '' ORDER BY r.key LIMIT 1;
    IF FOUND THEN
        PERFORM sqlite_migrate._raise('22023',
            format('argument "rename": the new name of "%s" must be a text that is not empty', v_key));
    END IF;
END
$$;

-- rules: {"table.column": "round", "table.%": ["strip_nul", "truncate"], "t.c": "replace($1, 'a', 'b')"}. A rule's name,
-- several, or an SQL expression that holds $1, the cell as text (bytea where it is a blob).
CREATE FUNCTION sqlite_migrate._check_rules(rules jsonb) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_names text[];
    v_rule  record;
BEGIN
    IF rules IS NULL OR jsonb_typeof(rules) = 'null' THEN
        RETURN;
    ELSIF jsonb_typeof(rules) <> 'object' THEN
        PERFORM sqlite_migrate._raise('22023',
            'argument "rules" must be a JSON object',
            'For example: ''{"files.size": "round"}''.');
    END IF;
    v_names := ARRAY(SELECT n.name FROM sqlite_migrate._rule_names() n);
    SELECT r.key, e.value #>> '{}' AS name, jsonb_typeof(e.value) AS type INTO v_rule
    FROM jsonb_each(rules) r,
         jsonb_array_elements(CASE jsonb_typeof(r.value) WHEN 'array' THEN r.value ELSE jsonb_build_array(r.value) END) e
    WHERE jsonb_typeof(e.value) <> 'string'
       OR e.value #>> '{}' <> ALL (v_names)
          AND (jsonb_typeof(r.value) = 'array' OR strpos(e.value #>> '{}', '$1') = 0)
    ORDER BY r.key LIMIT 1;
    IF FOUND THEN
        PERFORM sqlite_migrate._raise('22023',
            format('argument "rules": "%s" of "%s" is no rule', v_rule.name, v_rule.key),
            sqlite_migrate._did_you_mean(v_rule.name, v_names, 'An SQL expression holds $1. The rules: '));
    END IF;
END
$$;

CREATE FUNCTION sqlite_migrate._check_numbers(args jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (args ->> 'max_rejects')::bigint < 0 THEN
        PERFORM sqlite_migrate._raise('22023', format('argument "max_rejects" = %s must not be negative', args ->> 'max_rejects'),
                                      hint => 'NULL allows any number, 0 none.');
    END IF;
END
$$;

CREATE FUNCTION sqlite_migrate._check_lists(args jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_argument text;
BEGIN
    FOREACH v_argument IN ARRAY ARRAY['include', 'exclude'] LOOP
        IF jsonb_typeof(args -> v_argument) = 'array' AND args -> v_argument @> '[null]' THEN
            PERFORM sqlite_migrate._raise('22004', format('argument "%s" must not hold NULL', v_argument));
        END IF;
    END LOOP;
END
$$;

-- The server's list of zones is read from many small files, so UTC does not ask for it.
CREATE FUNCTION sqlite_migrate._check_timezone(zone text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF zone <> 'UTC' AND NOT EXISTS (
        SELECT FROM pg_timezone_names z WHERE lower(z.name) = lower(zone))
    THEN
        PERFORM sqlite_migrate._raise('22023',
            format('argument "assume_timezone" = "%s" is not a time zone', zone),
            COALESCE(sqlite_migrate._did_you_mean(zone, ARRAY(SELECT z.name FROM pg_timezone_names z)),
                                  'See the view pg_timezone_names.'));
    END IF;
END
$$;

-- The checked arguments: what was given over the defaults. Everything that needs no look at the source is asked here,
-- so that a misspelt word costs nothing.
CREATE FUNCTION sqlite_migrate._arguments(given jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_args jsonb := sqlite_migrate._defaults() || COALESCE(
        (SELECT jsonb_object_agg(g.key, g.value) FROM jsonb_each(given) g
         WHERE jsonb_typeof(g.value) <> 'null'), '{}');
BEGIN
    PERFORM sqlite_migrate._source_given(v_args ->> 'source');
    PERFORM sqlite_migrate._check_words(v_args);
    IF v_args ->> 'run_key' = '' THEN
        PERFORM sqlite_migrate._raise('22023', 'argument "run_key" must not be empty');
    END IF;
    PERFORM sqlite_migrate._check_options(v_args -> 'options');
    PERFORM sqlite_migrate._check_unverified_option(v_args -> 'options');
    PERFORM sqlite_migrate._check_rename(v_args -> 'rename');
    PERFORM sqlite_migrate._check_rules(v_args -> 'rules');
    PERFORM sqlite_migrate._check_numbers(v_args);
    PERFORM sqlite_migrate._check_lists(v_args);
    PERFORM sqlite_migrate._check_timezone(v_args ->> 'assume_timezone');
    PERFORM sqlite_migrate._source_wish(v_args ->> 'source',
        COALESCE((v_args -> 'options' ->> 'snapshot')::boolean, false),
        COALESCE((v_args -> 'options' ->> 'salvage')::boolean, false));
    RETURN v_args;
END
$$;

-- A list argument as an array; NULL where it was not given.
CREATE FUNCTION sqlite_migrate._list(list jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN jsonb_typeof(list) = 'array'
                THEN ARRAY(SELECT e.value FROM jsonb_array_elements_text(list) WITH ORDINALITY AS e (value, place)
                           ORDER BY e.place) END
$$;

-- An argument as SQL: text, ARRAY[…], numbers, true, '{"a": 1}'.
CREATE FUNCTION sqlite_migrate._literal(value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE jsonb_typeof(value)
        WHEN 'string' THEN quote_literal(value #>> '{}')
        WHEN 'array' THEN CASE WHEN jsonb_array_length(value) = 0 THEN '''{}'''
            ELSE 'ARRAY[' || (SELECT string_agg(quote_literal(e.value), ', ' ORDER BY e.place)
                              FROM jsonb_array_elements_text(value) WITH ORDINALITY AS e (value, place)) || ']' END
        WHEN 'object' THEN quote_literal(value::text)
        ELSE value::text END
$$;

-- A call that can be pasted: what stands before the named arguments, then those of the named ones that are not the
-- default.
CREATE FUNCTION sqlite_migrate._call(function text, positional text[], named text[], args jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('sqlite_migrate.%s(%s)', function, array_to_string(positional || ARRAY(
        SELECT n.name || ' => ' || sqlite_migrate._literal(args -> n.name)
        FROM unnest(named) WITH ORDINALITY AS n (name, place)
        WHERE args -> n.name IS DISTINCT FROM sqlite_migrate._defaults() -> n.name AND args ->> n.name IS NOT NULL
        ORDER BY n.place), ', '))
$$;

-- The preflight call that shows a caller all that was found, with the caller's own arguments.
CREATE FUNCTION sqlite_migrate._preflight_call(args jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'SELECT * FROM ' || sqlite_migrate._call('preflight', ARRAY[quote_literal(args ->> 'source')],
        ARRAY['target_schema', 'mode', 'existing', 'include', 'exclude', 'rename', 'rules', 'identifiers',
              'assume_timezone', 'on_error', 'max_rejects', 'orphans', 'options'], args) || ';'
$$;

-- Raises an error without CONTEXT lines: they would name functions and lines in here, and change with each release.
CREATE FUNCTION sqlite_migrate._raise(sqlstate text, message text, hint text DEFAULT NULL, detail text DEFAULT NULL)
RETURNS void
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_raise';

-- Ends a call: one line for people, JSON in DETAIL (and in the server's log) for programs, and what to do next.
-- Findings beyond the hundredth are counted, not listed.
CREATE FUNCTION sqlite_migrate._fail(sqlstate text, message text, findings jsonb, hint text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_detail jsonb := jsonb_build_object(
        'total', jsonb_array_length(findings),
        'findings', jsonb_path_query_array(findings, '$[0 to 99]'));
BEGIN
    RAISE LOG 'sqlite_migrate: %', v_detail || jsonb_build_object('sqlstate', sqlstate, 'message', message);
    PERFORM sqlite_migrate._raise(sqlstate, 'sqlite_migrate: ' || message, hint, v_detail::text);
END
$$;
