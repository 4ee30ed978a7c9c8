-- Runs that are made once: a key, what was done under it, and whether that still holds.

-- Ends a run that has nothing to record.
CREATE FUNCTION sqlite_migrate._run_leave() RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_run_leave';

-- A hash over all pages of the source, at the run's instant. Goes into the record of the run.
CREATE FUNCTION sqlite_migrate._fingerprint(source text) RETURNS text
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_fingerprint';

CREATE FUNCTION sqlite_migrate._forget(run_id bigint, run_key text) RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_forget';

-- What two runs must have in common to be the same. Not the name of the source: its fingerprint says what it is. Not
-- use_mode: where the first run made the tables, the second one finds them. Defaults fill in what an older version of the
-- extension did not know of.
CREATE FUNCTION sqlite_migrate._comparable(args jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sqlite_migrate._defaults() || jsonb_strip_nulls(args) - '{source,method,run_id,dry_run,run_key,use_mode}'::text[]
$$;

-- How many rows a table has now, by the name that the run had for it; NULL: it is gone.
CREATE FUNCTION sqlite_migrate._rows_now(table_name text) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_target oid := pg_catalog.to_regclass(table_name);
    v_rows   bigint;
BEGIN
    IF v_target IS NOT NULL THEN
        EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM %s%s', sqlite_migrate._only(v_target), table_name)
        INTO v_rows;
    END IF;
    RETURN v_rows;
END
$$;

-- The tables of a run that are not any more what it left: gone, or with another number of rows. By their names, since a
-- dump that was restored gives other OIDs.
CREATE FUNCTION sqlite_migrate._changed_tables(run_id bigint) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_table   record;
    v_rows    bigint;
    v_changes jsonb := '[]';
BEGIN
    FOR v_table IN SELECT t.table_name, t.rows_target FROM sqlite_migrate.run_tables t
                   WHERE t.run_id = _changed_tables.run_id AND (t.status <> 'skipped' OR t.rows_target IS NOT NULL)
                   ORDER BY t.table_name COLLATE "C" LOOP
        v_rows := sqlite_migrate._rows_now(v_table.table_name);
        IF v_rows IS NULL OR v_rows <> v_table.rows_target THEN
            v_changes := v_changes || pg_catalog.jsonb_build_object(
                'code', CASE WHEN v_rows IS NULL THEN 'table_gone' WHEN v_rows = 0 THEN 'table_emptied'
                             ELSE 'rows_changed' END,
                'table_name', v_table.table_name, 'rows_before', v_table.rows_target, 'rows_now', v_rows,
                'message', pg_catalog.format('table %s ', v_table.table_name)
                    || CASE WHEN v_rows IS NULL THEN 'is gone' WHEN v_rows = 0
                            THEN pg_catalog.format('is empty, and had %s',
                                                   sqlite_migrate._counted(v_table.rows_target, 'row'))
                            ELSE pg_catalog.format('has %s, and had %s', sqlite_migrate._counted(v_rows, 'row'),
                                                   v_table.rows_target) END);
        END IF;
    END LOOP;
    RETURN v_changes;
END
$$;

-- The arguments that differ.
CREATE FUNCTION sqlite_migrate._changed_arguments(stored jsonb, given jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(jsonb_agg(jsonb_build_object(
               'code', 'argument_changed', 'argument', g.key, 'was', s.value, 'is', g.value,
               'message', format('argument "%s" was %s, and is %s', g.key, sqlite_migrate._literal(s.value),
                                 sqlite_migrate._literal(g.value)))
           ORDER BY g.key COLLATE "C"), '[]')
    FROM jsonb_each(sqlite_migrate._comparable(given)) g
    FULL JOIN jsonb_each(sqlite_migrate._comparable(stored)) s USING (key)
    WHERE g.value IS DISTINCT FROM s.value
$$;

-- What has changed since the run that bears the key. fingerprint NULL: the source is missing, and the caller passes over
-- that.
CREATE FUNCTION sqlite_migrate._changes(run sqlite_migrate.runs, args jsonb, fingerprint text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    RETURN CASE
            WHEN run.status NOT IN ('ok', 'rejects') THEN pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
                'code', 'run_unfinished', 'message', pg_catalog.format('run %s ended as "%s"', run.run_id, run.status)))
            WHEN fingerprint <> run.source_fingerprint THEN pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
                'code', 'source_changed', 'was', run.source_fingerprint, 'is', fingerprint,
                'message', 'the source has changed'))
            ELSE '[]' END
        || sqlite_migrate._changed_arguments(run.arguments, args) || sqlite_migrate._changed_tables(run.run_id);
END
$$;

-- With a key, and without verification: how many rows each table has when the run ends is what a repetition asks for.
CREATE FUNCTION sqlite_migrate._count_loaded(args jsonb, results sqlite_migrate._result[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_result sqlite_migrate._result;
BEGIN
    IF args ->> 'run_key' IS NULL OR args ->> 'verify' <> 'none' THEN
        RETURN;
    END IF;
    FOREACH v_result IN ARRAY results LOOP
        PERFORM sqlite_migrate._digest(v_result.target::pg_catalog.regclass, '{}');
    END LOOP;
END
$$;

-- Ends a call whose key belongs to a run that would not be the same now.
CREATE FUNCTION sqlite_migrate._fail_key(args jsonb, changes jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_message text := format('run_key "%s" was used before, and since then: %s%s', args ->> 'run_key',
        (SELECT string_agg(c.value ->> 'message', '; ' ORDER BY c.place)
         FROM jsonb_array_elements(changes) WITH ORDINALITY AS c (value, place) WHERE c.place <= 5),
        CASE WHEN jsonb_array_length(changes) > 5 THEN format('; %s more', jsonb_array_length(changes) - 5) END);
    v_hint    text := 'CALL ' || sqlite_migrate._call('forget', '{}', '{run_key}', args) || ';';
BEGIN
    PERFORM sqlite_migrate._fail('SM006', v_message, changes, v_hint);
END
$$;

-- The results of a run, from its record, as its own call gave them.
CREATE FUNCTION sqlite_migrate._recorded(run_id bigint) RETURNS sqlite_migrate._result[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ARRAY(
        SELECT jsonb_populate_record(NULL::sqlite_migrate._result, to_jsonb(t) || jsonb_build_object(
                   'verified', COALESCE(t.verified, 'none'), 'rows_loaded', COALESCE(t.rows_loaded, 0),
                   'normalized', COALESCE(t.normalized, 0), 'problems', 0,
                   -- Of a table without a target only this is known, and that it has no rows.
                   'rows_source', CASE WHEN t.message LIKE 'no rows,%' THEN 0 ELSE t.rows_source END))
        FROM sqlite_migrate.run_tables t WHERE t.run_id = _recorded.run_id)
$$;

-- Where the key is taken: the results of the run that bears it, if everything is as it was; else an error that says what
-- is not. fingerprint: NULL where the source is missing, and may be.
CREATE FUNCTION sqlite_migrate._repeated(args jsonb, fingerprint text) RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_run     sqlite_migrate.runs;
    v_changes jsonb;
    v_results sqlite_migrate._result[];
BEGIN
    SELECT * INTO v_run FROM sqlite_migrate.runs r WHERE r.run_key = args ->> 'run_key';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    v_changes := sqlite_migrate._changes(v_run, args, fingerprint);
    IF v_changes <> '[]' THEN
        PERFORM sqlite_migrate._fail_key(args, v_changes);
    END IF;
    v_results := sqlite_migrate._recorded(v_run.run_id);
    RAISE NOTICE 'sqlite_migrate: nothing done, run_key "%" was used before, and all is as it was: %', args ->> 'run_key',
        sqlite_migrate._verdict(v_run.arguments, v_results);
    RETURN v_results;
END
$$;

-- options.missing_source = "skip", and the source is missing. A run that bears the key has filled tables, and nothing must
-- end over empty ones: what it left is asked for, even if the source cannot be compared any more.
CREATE FUNCTION sqlite_migrate._without_source(args jsonb) RETURNS sqlite_migrate._result[]
LANGUAGE sql VOLATILE
AS $$
    SELECT CASE WHEN args ->> 'run_key' IS NOT NULL THEN sqlite_migrate._repeated(args, NULL) END
$$;

CREATE PROCEDURE sqlite_migrate.forget(run_id bigint DEFAULT NULL, run_key text DEFAULT NULL)
LANGUAGE plpgsql
AS $$
BEGIN
    IF run_id IS NULL AND run_key IS NULL THEN
        PERFORM sqlite_migrate._raise('22004', 'argument "run_id" or "run_key" is needed', 'See sqlite_migrate.runs.');
    ELSIF sqlite_migrate._forget(run_id, run_key) = 0 THEN
        PERFORM sqlite_migrate._raise('22023', pg_catalog.format('no run %s', pg_catalog.concat_ws(' and ',
            'has the number ' || run_id, 'bears the key "' || run_key || '"')), 'See sqlite_migrate.runs.');
    END IF;
    RAISE NOTICE 'forgotten: %', pg_catalog.concat_ws(', ', 'run ' || run_id, 'run_key "' || run_key || '"');
END
$$;
