-- Proves that what is stored is what the source holds: by counting, or by comparing digests of every row.

-- "1 row", "2 rows".
CREATE FUNCTION sqlite_migrate._counted(number bigint, thing text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT number || ' ' || thing || CASE number WHEN 1 THEN '' ELSE 's' END
$$;

-- A difference, in a sentence; NULL where there is none.
CREATE FUNCTION sqlite_migrate._difference(rows_source bigint, rows_rejected bigint, rows_target bigint, columns text[])
RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN rows_source - rows_rejected <> rows_target
                THEN format('%s in the source, %s%s stored', sqlite_migrate._counted(rows_source, 'row'),
                            NULLIF(rows_rejected, 0) || ' rejected, ', rows_target)
                WHEN cardinality(columns) > 0
                THEN 'values differ in ' || (SELECT string_agg(format('"%s"', c), ', ') FROM unnest(columns) c)
                WHEN columns IS NOT NULL THEN 'values are stored in other rows than in the source' END
$$;

-- Where a table differs: both sides are read once more, and then the rows of the buckets that differ.
CREATE FUNCTION sqlite_migrate._find_differences(args jsonb, subject sqlite_migrate._table, target regclass,
                                                 extra_is_right boolean, OUT columns text[], OUT first jsonb)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_sides record := sqlite_migrate._digest_sides(args, subject.source_table, target, subject.source_columns,
        subject.target_columns, sqlite_migrate._key_of(target, subject.target_columns));
BEGIN
    SELECT d.columns, d.first INTO columns, first
    FROM sqlite_migrate._diff_summary(args, subject.source_table, target, subject.source_columns, subject.target_columns,
        sqlite_migrate._differing_buckets(v_sides.source ->> 'buckets', v_sides.stored ->> 'buckets'), extra_is_right) d;
END
$$;

-- The end of a migration: every table as stored, against what was converted while loading. Raises if one differs.
CREATE FUNCTION sqlite_migrate._verify_loaded(args jsonb, tables sqlite_migrate._table[],
                                              results sqlite_migrate._result[])
RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_method     text := args ->> 'verify';
    v_table      sqlite_migrate._table;
    v_result     sqlite_migrate._result;
    v_results    sqlite_migrate._result[] := '{}';
    v_stored     jsonb;
    v_columns    text[];
    v_first      jsonb;
    v_added      boolean;
    v_difference text;
    v_findings   jsonb := '[]';
BEGIN
    PERFORM sqlite_migrate._begin_phase('verify', pg_catalog.cardinality(results),
        (SELECT pg_catalog.sum(r.rows_loaded) FROM pg_catalog.unnest(results) r)::bigint);
    FOREACH v_result IN ARRAY results LOOP
        PERFORM sqlite_migrate._next_table(v_result.rows_loaded);
        SELECT * INTO v_table FROM pg_catalog.unnest(tables) t WHERE t.source_table = v_result.source_table;
        v_table := sqlite_migrate._to_verify(args, v_table);
        v_stored := sqlite_migrate._digest_loaded(args, v_table, v_result.target::pg_catalog.regclass,
                                                  CASE v_method WHEN 'count' THEN '{}' ELSE v_table.target_columns END);
        v_added := sqlite_migrate._occupied_by(args, v_table, 'append') OR sqlite_migrate._occupied_by(args, v_table, 'upsert');
        v_columns := NULL;
        v_first := NULL;
        -- Rejects of a run under way are not written yet: where rows are missing, too, nobody could tell which by right.
        IF v_method IN ('digest', 'deep') AND v_stored ->> 'digest' IS DISTINCT FROM v_result.digest
           AND (v_result.rows_rejected = 0 OR (v_stored ->> 'rows')::bigint = v_result.rows_source - v_result.rows_rejected)
        THEN
            SELECT d.columns, d.first INTO v_columns, v_first
            FROM sqlite_migrate._find_differences(args, v_table, v_result.target::pg_catalog.regclass, v_added) d;
        END IF;
        v_difference := CASE WHEN v_columns = '{}' AND v_added
            THEN 'the rows that came in differ from the source'
            ELSE sqlite_migrate._difference(v_result.rows_source, v_result.rows_rejected, (v_stored ->> 'rows')::bigint, v_columns) END;
        IF v_difference IS NULL THEN
            v_result.verified := v_method;
        ELSE
            v_findings := v_findings || (pg_catalog.jsonb_build_object(
                'code', 'differs', 'table_name', v_result.table_name, 'rows_source', v_result.rows_source,
                'rows_target', v_stored -> 'rows', 'columns_differing', COALESCE(v_columns, '{}'),
                'message', v_difference) || pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('first', v_first)));
        END IF;
        v_results := v_results || v_result;
    END LOOP;
    IF v_findings <> '[]' THEN
        PERFORM sqlite_migrate._fail_difference(args, v_findings, pg_catalog.cardinality(results),
                                                args ->> 'existing' <> 'skip');
    END IF;
    RETURN v_results;
END
$$;

-- existing => 'skip': raises the tables that have rows, and others than the source, before anything comes of it.
CREATE FUNCTION sqlite_migrate._fail_skipped(args jsonb, tables sqlite_migrate._table[],
                                             results sqlite_migrate._result[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.unnest(results) r WHERE r.verified = 'differs') THEN
        PERFORM sqlite_migrate._verify_loaded(args, tables,
            ARRAY(SELECT r FROM pg_catalog.unnest(results) r WHERE r.status = 'skipped'));
    END IF;
END
$$;

-- Raises the tables that differ. loaded: they were, just now, and are gone with this error; else verify can be asked
-- again.
CREATE FUNCTION sqlite_migrate._fail_difference(args jsonb, findings jsonb, compared bigint, loaded boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_message text := CASE WHEN jsonb_array_length(findings) = 1 THEN ''
                           ELSE format('%s of %s tables differ from the source, first: ',
                                                  jsonb_array_length(findings), compared) END
                      || format('table %s: %s', findings -> 0 ->> 'table_name', findings -> 0 ->> 'message');
    v_hint    text := CASE WHEN loaded
        THEN 'The usual reason is a trigger of the target that changes rows as they come in. '
             'options => ''{"user_triggers": "disable"}'' leaves it out; '
             'options => ''{"unverified": ["table.column"]}'' leaves its columns out of the proof, and says so.'
        ELSE 'SELECT * FROM ' || sqlite_migrate._call('verify', ARRAY[quote_literal(args ->> 'source')],
                 ARRAY['target_schema', 'method', 'include', 'exclude', 'rename', 'rules', 'assume_timezone', 'run_id',
                       'options'], args) || ';'
             || CASE WHEN args ->> 'existing' = 'skip'
                     THEN ' -- Then existing => ''upsert'' (by primary key) or ''truncate'' replaces what differs.'
                     ELSE '' END END;
BEGIN
    PERFORM sqlite_migrate._fail('SM003', v_message, findings, v_hint);
END
$$;

-- The first key of a kind in what _diff_summary found.
CREATE FUNCTION sqlite_migrate._first_key(found jsonb, kind text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT f.value ->> 'key' FROM jsonb_array_elements(found -> 'first') WITH ORDINALITY AS f (value, place)
    WHERE f.value ->> 'kind' = kind ORDER BY f.place LIMIT 1
$$;

-- Of rows that must be there among others, in a sentence; NULL where all are.
CREATE FUNCTION sqlite_migrate._difference_of_keys(missing bigint, differing bigint, columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT NULLIF(concat_ws('; ', sqlite_migrate._counted(NULLIF(missing, 0), 'row') || ' of the source not stored',
                            CASE WHEN differing > 0 THEN 'values differ in '
                                 || (SELECT string_agg(format('"%s"', c), ', ') FROM unnest(columns) c) END), '')
$$;

-- How many foreign keys a run with orphans => 'null' made NULL in one table; NULL: it was another run.
CREATE FUNCTION sqlite_migrate._orphans_nulled(args jsonb, source_table text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sum(m.found[1]::bigint)::bigint
    FROM sqlite_migrate.run_tables t CROSS JOIN LATERAL regexp_matches(t.message, 'orphan_as_null: (\d+) in', 'g') AS m (found)
    WHERE t.run_id = (args ->> 'run_id')::bigint AND t.source_table = _orphans_nulled.source_table AND args ->> 'orphans' = 'null'
$$;

-- One row of verify.
CREATE FUNCTION sqlite_migrate._verify_table(
    args jsonb, subject sqlite_migrate._table, OUT rows_source bigint, OUT rows_target bigint, OUT verified boolean,
    OUT columns_differing text[], OUT message text, OUT details jsonb)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_source  text := args ->> 'source';
    v_target  regclass := subject.target::pg_catalog.regclass;
    v_answer  jsonb;
    v_stored  jsonb;
    v_differs boolean;
    v_refused bigint;
    v_buckets text;
    v_missing bigint;
    v_extra   bigint;
    v_differing bigint;
    v_found   jsonb;
    -- Rows that were there before a run of append or upsert: what it brought must be there, under its keys, among others.
    v_before  bigint := (SELECT t.rows_before FROM sqlite_migrate.run_tables t
                         WHERE t.run_id = (args ->> 'run_id')::bigint AND t.source_table = subject.source_table
                           AND args ->> 'existing' IN ('append', 'upsert')
                           AND sqlite_migrate._key_of(v_target, subject.target_columns) IS NOT NULL);
    v_args    jsonb := sqlite_migrate._strict(args, subject);
    -- Of a run: rows that it rejected are missing by right, if they are the very rows that are missing.
    v_rejects record := sqlite_migrate._rejects_digest(args, subject);
BEGIN
    verified := false;
    columns_differing := '{}';
    IF subject.problem IS NOT NULL THEN
        message := subject.reason;
    ELSIF subject.target_columns IS NULL OR subject.target_kind NOT IN ('r', 'p', 'f') THEN
        rows_source := sqlite_migrate._source_count(v_source, subject.source_table);
        verified := rows_source = 0 AND v_target IS NULL;
        message := CASE WHEN verified THEN 'no rows, and no table in the target'
                        WHEN subject.ambiguous <> '{}' THEN pg_catalog.array_to_string(subject.ambiguous, ', ')
                        ELSE COALESCE(subject.reason, 'cannot be compared') END;
    ELSIF args ->> 'method' = 'count' THEN
        rows_source := sqlite_migrate._source_count(v_source, subject.source_table);
        rows_target := sqlite_migrate._digest(v_target, '{}') ->> 'rows';
        message := CASE WHEN v_before > 0 AND rows_target >= rows_source - v_rejects.rejected THEN NULL
                        ELSE sqlite_migrate._difference(rows_source, v_rejects.rejected, rows_target, NULL) END;
        verified := message IS NULL;
    ELSE
        SELECT d.source, d.stored INTO v_answer, v_stored
        FROM sqlite_migrate._digest_sides(v_args, subject.source_table, v_target, subject.source_columns, subject.target_columns,
                                          sqlite_migrate._key_of(v_target, subject.target_columns)) d;
        v_differs := v_answer ->> 'digest'
                     IS DISTINCT FROM sqlite_migrate._digest_sum(v_stored ->> 'digest', v_rejects.digest);
        rows_source := v_answer ->> 'rows_source';
        rows_target := v_stored ->> 'rows';
        v_refused := (v_answer ->> 'problems')::bigint - v_rejects.problems;
        v_buckets := sqlite_migrate._differing_buckets(v_answer ->> 'buckets', v_stored ->> 'buckets');
        -- Which rows and columns: where that costs little beside what was read already, or nothing else could be said.
        IF v_differs AND v_refused = 0 AND (v_before > 0 OR v_buckets IS NOT NULL OR rows_source - v_rejects.rejected = rows_target
                                            OR GREATEST(rows_source, rows_target) <= 100000)
        THEN
            SELECT d.missing, d.extra, d.differing, d.columns,
                   pg_catalog.jsonb_build_object('missing', d.missing, 'extra', d.extra, 'differing', d.differing, 'first', d.first)
                       || pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('orphan_as_null', d.only_nulled_keys))
            INTO v_missing, v_extra, v_differing, columns_differing, v_found
            FROM sqlite_migrate._diff_summary(v_args, subject.source_table, v_target, subject.source_columns,
                subject.target_columns, CASE WHEN v_before > 0 THEN NULL ELSE v_buckets END, v_before > 0) d;
        END IF;
        -- orphans => 'null': as many foreign keys are NULL as the run made NULL, and nothing else differs.
        IF (v_found ->> 'orphan_as_null')::bigint = sqlite_migrate._orphans_nulled(args, subject.source_table) THEN
            v_differs := false;
            columns_differing := '{}';
            v_found := v_found - '{missing,extra,differing,first}'::text[];
        ELSE
            v_found := v_found - 'orphan_as_null';
        END IF;
        message := CASE
            WHEN v_refused < 0
            THEN sqlite_migrate._counted(-v_refused, 'value') || ' that the run rejected cannot be found in the source any more'
            WHEN v_refused <> 0
            THEN sqlite_migrate._counted(v_refused, 'value') || ' of the source cannot be carried'
            WHEN NOT v_differs THEN NULL
            WHEN v_before > 0 THEN sqlite_migrate._difference_of_keys(v_missing, v_differing, columns_differing)
            WHEN v_rejects.rejected > 0 AND rows_source - v_rejects.rejected = rows_target
                 AND v_missing + v_extra > 0
            THEN 'the rows that are missing are not those that were rejected'
                 || COALESCE(': missing, but not rejected: ' || sqlite_migrate._first_key(v_found, 'missing'), '')
                 || COALESCE('; stored, but rejected or not in the source: ' || sqlite_migrate._first_key(v_found, 'extra'), '')
            ELSE sqlite_migrate._difference(rows_source, v_rejects.rejected, rows_target, columns_differing) END;
        IF v_refused <> 0 THEN
            columns_differing := ARRAY(
                SELECT c FROM pg_catalog.unnest(subject.target_columns) WITH ORDINALITY AS u (c, n)
                WHERE subject.source_columns[n] IN (SELECT p ->> 'column' FROM pg_catalog.jsonb_array_elements(v_answer -> 'complaints') p)
                ORDER BY n);
            v_found := pg_catalog.jsonb_build_object('first', (
                SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('kind', 'refused', 'key', sqlite_migrate._target_key(subject, p -> 'key'),
                           'column_name', subject.target_columns[pg_catalog.array_position(subject.source_columns, p ->> 'column')]))
                FROM pg_catalog.jsonb_array_elements(v_answer -> 'complaints') p));
        END IF;
        IF EXISTS (SELECT FROM pg_catalog.jsonb_array_elements(v_answer -> 'complaints') c
                   WHERE c ->> 'code' = 'converters_disagree') THEN
            columns_differing := ARRAY(
                SELECT DISTINCT subject.target_columns[pg_catalog.array_position(subject.source_columns, c ->> 'column')]
                FROM pg_catalog.jsonb_array_elements(v_answer -> 'complaints') c WHERE c ->> 'code' = 'converters_disagree');
            message := 'the type''s own input function reads other values in "'
                       || pg_catalog.array_to_string(columns_differing, '", "') || '"';
        END IF;
        IF EXISTS (SELECT FROM pg_catalog.jsonb_array_elements(v_answer -> 'complaints') c WHERE c ->> 'code' = 'type_holds_less')
           AND NOT EXISTS (SELECT FROM pg_catalog.jsonb_array_elements(v_answer -> 'complaints') c WHERE c ->> 'code' <> 'type_holds_less')
        THEN
            message := sqlite_migrate._counted(v_refused, 'value') || ' stored with less than the source has, by the type of "'
                       || pg_catalog.array_to_string(columns_differing, '", "') || '"';
        END IF;
        verified := message IS NULL;
        details := pg_catalog.jsonb_build_object(
            'digest_source', v_answer -> 'digest', 'digest_target', v_stored -> 'digest',
            'rules', v_answer -> 'rules', 'deep_cells', v_answer -> 'deep_cells',
            'deep_undecided', v_answer -> 'deep_undecided', 'complaints', v_answer -> 'complaints') || COALESCE(v_found, '{}');
    END IF;
    -- A column of the source that has values and no place is a difference too.
    IF verified AND subject.lost_columns IS NOT NULL
       AND sqlite_migrate._source_has_rows(v_source, subject.source_table, subject.lost_columns) THEN
        verified := false;
        message := pg_catalog.format('values of the source without a column in the target: "%s"',
                                     pg_catalog.array_to_string(subject.lost_columns, '", "'));
    END IF;
END
$$;

-- With a run, its arguments stand in for those that were not given: what it renamed and left out is compared as it
-- was loaded.
CREATE FUNCTION sqlite_migrate._verify_arguments(given jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_args jsonb := sqlite_migrate._arguments(given);
    v_run  sqlite_migrate.runs;
    v_name text;
BEGIN
    IF v_args ->> 'run_id' IS NOT NULL THEN
        SELECT * INTO v_run FROM sqlite_migrate.runs r WHERE r.run_id = (v_args ->> 'run_id')::bigint;
        IF NOT FOUND THEN
            PERFORM sqlite_migrate._raise('22023',
                format('run %s is not known', v_args ->> 'run_id'),
                'See sqlite_migrate.runs.');
        END IF;
        FOREACH v_name IN ARRAY ARRAY['target_schema', 'include', 'exclude', 'rename', 'rules', 'assume_timezone', 'existing', 'orphans'] LOOP
            IF v_args -> v_name = sqlite_migrate._defaults() -> v_name AND v_run.arguments ? v_name THEN
                v_args := v_args || jsonb_build_object(v_name, v_run.arguments -> v_name);
            END IF;
        END LOOP;
    END IF;
    v_args := sqlite_migrate._with_unverified_of(v_args, v_run);
    IF NOT EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = v_args ->> 'target_schema') THEN
        PERFORM sqlite_migrate._raise('3F000', format('schema "%s" does not exist', v_args ->> 'target_schema'));
    END IF;
    -- Tables of migration history differ by right, unless the run made them, or the caller names them.
    IF v_run.arguments ->> 'use_mode' = 'create' OR EXISTS (
        SELECT FROM unnest(sqlite_migrate._list(v_args -> 'include')) i WHERE sqlite_migrate._is_history(i))
    THEN
        v_args := v_args || '{"history": true}';
    END IF;
    RETURN v_args || '{"use_mode": "data"}';
END
$$;

CREATE FUNCTION sqlite_migrate._verify(args jsonb)
RETURNS TABLE (table_name text, source_table text, method text, rows_source bigint, rows_target bigint,
               rows_rejected bigint, verified boolean, columns_differing text[], message text, details jsonb)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
#variable_conflict use_column
DECLARE
    v_tables sqlite_migrate._table[];
BEGIN
    IF NOT sqlite_migrate._source_present(args) THEN
        RETURN;
    END IF;
    v_tables := sqlite_migrate._tables(args);
    PERFORM sqlite_migrate._tell_source_changes(args);
    RETURN QUERY
    SELECT t.shown, t.source_table, args ->> 'method', v.rows_source, v.rows_target, COALESCE(r.rows_rejected, 0),
           v.verified, v.columns_differing, COALESCE(v.message, ''), v.details
    FROM pg_catalog.unnest(v_tables) t
    CROSS JOIN LATERAL sqlite_migrate._verify_table(args, sqlite_migrate._to_verify(args, sqlite_migrate._with_computed(args, t))) v
    LEFT JOIN sqlite_migrate.run_tables r ON r.run_id = (args ->> 'run_id')::bigint AND r.source_table = t.source_table
    WHERE t.fate = 'load' OR t.kind = 'table' AND t.reason NOT IN ('excluded', 'migration history: left alone')
    ORDER BY t.shown COLLATE "C";
END
$$;

CREATE FUNCTION sqlite_migrate.verify(
    source text, target_schema text DEFAULT 'public', method text DEFAULT 'digest', include text[] DEFAULT NULL,
    exclude text[] DEFAULT NULL, rename jsonb DEFAULT NULL, rules jsonb DEFAULT NULL,
    assume_timezone text DEFAULT 'UTC', run_id bigint DEFAULT NULL, options jsonb DEFAULT '{}')
RETURNS TABLE (table_name text, source_table text, method text, rows_source bigint, rows_target bigint,
               rows_rejected bigint, verified boolean, columns_differing text[], message text, details jsonb)
-- In SQL, where an argument and a column of the result may share a name: method.
LANGUAGE sql VOLATILE PARALLEL UNSAFE
AS $$
    SELECT v.* FROM sqlite_migrate._verify(sqlite_migrate._verify_arguments(pg_catalog.jsonb_build_object(
        'source', verify.source, 'target_schema', verify.target_schema, 'method', verify.method,
        'include', verify.include, 'exclude', verify.exclude, 'rename', verify.rename, 'rules', verify.rules,
        'assume_timezone', verify.assume_timezone, 'run_id', verify.run_id, 'options', verify.options))) v
$$;

CREATE PROCEDURE sqlite_migrate.verify_or_raise(
    source text, target_schema text DEFAULT 'public', method text DEFAULT 'digest', include text[] DEFAULT NULL,
    exclude text[] DEFAULT NULL, rename jsonb DEFAULT NULL, rules jsonb DEFAULT NULL,
    assume_timezone text DEFAULT 'UTC', run_id bigint DEFAULT NULL, options jsonb DEFAULT '{}')
LANGUAGE plpgsql
AS $$
DECLARE
    v_tables   bigint;
    v_rows     bigint;
    v_findings jsonb;
    v_args     jsonb;
BEGIN
    SELECT pg_catalog.count(v.rows_target), pg_catalog.sum(v.rows_source),
           pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
               'code', 'differs', 'table_name', v.table_name, 'rows_source', v.rows_source,
               'rows_target', v.rows_target, 'columns_differing', v.columns_differing, 'message', v.message)
               || pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object('first', v.details -> 'first')))
               FILTER (WHERE NOT v.verified)
    INTO v_tables, v_rows, v_findings
    FROM sqlite_migrate.verify(source, target_schema, method, include, exclude, rename, rules, assume_timezone, run_id,
                               options) v;
    IF v_findings IS NOT NULL THEN
        v_args := pg_catalog.jsonb_build_object(
            'source', source, 'target_schema', target_schema, 'method', method, 'include', include,
            'exclude', exclude, 'rename', rename, 'rules', rules, 'assume_timezone', assume_timezone,
            'run_id', run_id, 'options', options);
        PERFORM sqlite_migrate._fail_difference(v_args, v_findings, v_tables, false);
    END IF;
    RAISE NOTICE '%: %, %', CASE method WHEN 'count' THEN 'counted' ELSE 'verified' END,
        sqlite_migrate._counted(v_tables, 'table'), sqlite_migrate._counted(COALESCE(v_rows, 0), 'row');
END
$$;
