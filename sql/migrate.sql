-- Carries out the plan, in the caller's transaction: all or nothing, and what returns has been verified.

-- Results of the tables that no step loads: left alone, excluded, or (mode => 'schema') only made.
CREATE FUNCTION sqlite_migrate._unloaded(args jsonb, tables sqlite_migrate._table[]) RETURNS sqlite_migrate._result[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ARRAY(
        SELECT ROW(t.source_table, COALESCE(t.target, to_regclass(t.shown)), t.shown,
                   CASE t.fate WHEN 'load' THEN 'ok' ELSE 'skipped' END,
                   CASE t.reason WHEN 'no table in the target' THEN 0 END, NULL, 0, 0, 0, 'none', 0,
                   CASE WHEN t.fate = 'load' THEN 'created, not loaded'
                        WHEN t.reason = 'no table in the target' THEN 'no rows, and no table in the target'
                        ELSE t.reason END, NULL, 0, NULL)::sqlite_migrate._result
        FROM unnest(tables) t
        WHERE t.kind IN ('table', 'virtual') AND (t.fate IN ('skip', 'report') OR args ->> 'use_mode' = 'schema'))
$$;

-- Adds to each table's message what the designer could not carry of it.
CREATE FUNCTION sqlite_migrate._with_reports(results sqlite_migrate._result[], design jsonb)
RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_result  sqlite_migrate._result;
    v_results sqlite_migrate._result[] := '{}';
    v_notes   text[];
BEGIN
    FOREACH v_result IN ARRAY results LOOP
        -- The first sentence of each note: what follows is SQL, for the plan.
        v_notes := ARRAY(SELECT (s.value ->> 'object') || ': ' || split_part(s.value ->> 'note', '. ', 1)
                         FROM jsonb_array_elements(design -> 'statements') s
                         WHERE s.value ->> 'action' = 'report' AND s.value ->> 'source_table' = v_result.source_table
                           AND v_result.status <> 'skipped');
        v_result.message := concat_ws('; ', NULLIF(v_result.message, ''),
            CASE cardinality(v_notes) WHEN 0 THEN NULL WHEN 1 THEN v_notes[1]
                 ELSE format('%s things not carried: see plan', cardinality(v_notes)) END);
        v_results := v_results || v_result;
    END LOOP;
    RETURN v_results;
END
$$;

-- Adds to each table's message what a salvage could not read of it.
CREATE FUNCTION sqlite_migrate._with_losses(args jsonb, results sqlite_migrate._result[])
RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_loss    record;
    v_place   integer;
    v_results sqlite_migrate._result[] := results;
BEGIN
    FOR v_loss IN SELECT * FROM sqlite_migrate._source_losses(args ->> 'source') LOOP
        FOR v_place IN 1 .. cardinality(results) LOOP
            IF v_results[v_place].source_table = v_loss.table_name THEN
                v_results[v_place].message := concat_ws('; ', NULLIF(v_results[v_place].message, ''),
                                                        'salvage: ' || v_loss.message);
            END IF;
        END LOOP;
    END LOOP;
    RETURN v_results;
END
$$;

-- Runs the step that aligns sequences, and notes for each table what came of it.
CREATE FUNCTION sqlite_migrate._align_step(sql text, results sqlite_migrate._result[]) RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_aligned record;
    v_results sqlite_migrate._result[] := results;
    v_place   integer;
BEGIN
    FOR v_aligned IN EXECUTE sql LOOP
        FOR v_place IN 1 .. pg_catalog.cardinality(results) LOOP
            CONTINUE WHEN v_results[v_place].table_name <> v_aligned.table_name;
            IF v_aligned.new_next IS NOT NULL THEN
                v_results[v_place].sequences_aligned := v_results[v_place].sequences_aligned + 1;
            END IF;
            v_results[v_place].message := pg_catalog.concat_ws('; ', NULLIF(v_results[v_place].message, ''),
                pg_catalog.format('sequence %s: ', v_aligned.sequence)
                || NULLIF(pg_catalog.rtrim(pg_catalog.split_part(v_aligned.note, 'shared with ', 1), '; '), ''));
        END LOOP;
    END LOOP;
    RETURN v_results;
END
$$;

-- How many rows the tables have before the first of ours: those that TRUNCATE is about to remove, or that others join.
CREATE FUNCTION sqlite_migrate._rows_before(tables sqlite_migrate._table[]) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_table  sqlite_migrate._table;
    v_rows   bigint;
    v_before jsonb := '{}';
BEGIN
    FOREACH v_table IN ARRAY tables LOOP
        CONTINUE WHEN NOT COALESCE(v_table.occupied, false);
        EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM %s%s',
                                  sqlite_migrate._only(v_table.target), v_table.shown)
        INTO v_rows;
        v_before := v_before || pg_catalog.jsonb_build_object(v_table.source_table, v_rows);
    END LOOP;
    RETURN v_before;
END
$$;

-- What C writes into runs and run_tables, apart from its own evidence.
CREATE FUNCTION sqlite_migrate._summary(args jsonb, results sqlite_migrate._result[], before jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object(
        'run_key', args -> 'run_key', 'target_schema', args -> 'target_schema', 'status', 'ok',
        'arguments', jsonb_strip_nulls(args - 'source' - 'method' - 'run_id' - 'dry_run'),
        'tables', COALESCE(jsonb_agg(jsonb_build_object(
            'table_name', r.table_name, 'target', r.target, 'source_table', r.source_table, 'status', r.status,
            'rows_before', COALESCE(before -> r.source_table, '0'), 'sequences_aligned', r.sequences_aligned, 'message',
            r.message, 'types', sqlite_migrate._types_of(r.target, r.rows_loaded))
            ORDER BY r.table_name COLLATE "C"), '[]'))
    FROM unnest(results) r
$$;

-- The line that a run ends with.
CREATE FUNCTION sqlite_migrate._verdict(args jsonb, results sqlite_migrate._result[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format(CASE WHEN args ->> 'use_mode' = 'schema' THEN '%s: %s'
                       WHEN args ->> 'dry_run' = 'true' THEN '%s: %s, %s'
                       WHEN args ->> 'scope' IS NOT NULL THEN '%s: %s, %s, %s rejected'
                       ELSE '%s: %s, %s, %s rejected, %s aligned' END,
               CASE WHEN args ->> 'dry_run' = 'true' THEN 'planned' WHEN args ->> 'use_mode' = 'schema' THEN 'created'
                    WHEN args ->> 'verify' = 'none' THEN 'not verified' WHEN args ->> 'verify' = 'count' THEN 'counted'
                    ELSE 'verified' END,
               sqlite_migrate._counted(count(*) FILTER (WHERE r.status <> 'skipped' OR r.verified <> 'none'), 'table'),
               sqlite_migrate._counted(COALESCE(sum(r.rows_source), 0)::bigint, 'row'),
               COALESCE(sum(r.rows_rejected), 0),
               sqlite_migrate._counted(COALESCE(sum(r.sequences_aligned), 0)::bigint, 'sequence'))
           || sqlite_migrate._unverified_phrase(args)
    FROM unnest(results) r
$$;

-- dry_run: the same errors, the same rows with status planned. Values are converted where the target's types are
-- there to be met; created types are designed from the values, and the designer has counted the rows.
CREATE FUNCTION sqlite_migrate._rehearse(args jsonb) RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_args    jsonb := sqlite_migrate._resolve_mode(args);
    v_survey  record;
    v_step    sqlite_migrate._step;
    v_results sqlite_migrate._result[];
BEGIN
    -- What a run would do whose key is taken, it does without writing.
    IF args ->> 'run_key' IS NOT NULL AND EXISTS (
        SELECT FROM sqlite_migrate.runs r WHERE r.run_key = args ->> 'run_key')
    THEN
        RETURN sqlite_migrate._repeated(args, sqlite_migrate._fingerprint(args ->> 'source'));
    END IF;
    v_results := '{}';
    SELECT * INTO v_survey FROM sqlite_migrate._survey(v_args);
    PERFORM sqlite_migrate._fail_structure(v_args, v_survey.tables, v_survey.findings);
    IF v_args ->> 'use_mode' = 'data' THEN
        FOREACH v_step IN ARRAY ARRAY(SELECT s FROM sqlite_migrate._load_steps(v_args, v_survey.tables) s) LOOP
            v_results := v_results
                || sqlite_migrate._load_set(v_args, v_survey.tables, v_step.source_tables, true, 0, 0);
        END LOOP;
        PERFORM sqlite_migrate._fail_values(v_args, v_results, ARRAY(
            SELECT f FROM sqlite_migrate._find_sets(v_args, v_survey.tables, v_survey.findings) f));
        PERFORM sqlite_migrate._fail_skipped(v_args, v_survey.tables, v_results);
    ELSIF v_args ->> 'use_mode' = 'create' THEN
        v_results := ARRAY(
            SELECT ROW(t.source_table, NULL, t.shown, 'ok', t.rows_estimate, 0, t.rows_estimate, 0, NULL, 'none', 0,
                       '', NULL, 0, NULL)::sqlite_migrate._result
            FROM pg_catalog.unnest(v_survey.tables) t WHERE t.fate = 'load');
    END IF;
    v_results := sqlite_migrate._with_reports(v_results || sqlite_migrate._unloaded(v_args, v_survey.tables),
                                              v_survey.design);
    RAISE NOTICE '%', sqlite_migrate._verdict(v_args, v_results);
    RETURN ARRAY(SELECT ROW(r.source_table, r.target, r.table_name,
                            CASE WHEN r.status IN ('ok', 'rejects') THEN 'planned' ELSE r.status END,
                            r.rows_source, r.rows_before, r.rows_source - r.rows_rejected, r.rows_rejected, r.normalized, 'none', 0,
                            r.message, NULL, 0, NULL)::sqlite_migrate._result
                 FROM pg_catalog.unnest(v_results) r);
END
$$;

-- Looks, locks, and looks again if the lock shows another picture: what preflight saw must still be true when the
-- rows arrive.
CREATE FUNCTION sqlite_migrate._survey_locked(args jsonb, OUT tables sqlite_migrate._table[],
                                              OUT findings sqlite_migrate._finding[], OUT design jsonb)
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    SELECT s.* INTO tables, findings, design FROM sqlite_migrate._survey(args) s;
    PERFORM sqlite_migrate._fail_structure(args, tables, findings);
    IF args ->> 'use_mode' = 'data' THEN
        PERFORM sqlite_migrate._lock(sqlite_migrate._lock_targets(tables));
        IF sqlite_migrate._tables(args) IS DISTINCT FROM tables THEN
            SELECT s.* INTO tables, findings, design FROM sqlite_migrate._survey(args) s;
            PERFORM sqlite_migrate._fail_structure(args, tables, findings);
        END IF;
    END IF;
END
$$;

-- Opens the run. With a key that is taken it gives the results of the run that bears it, and the run is over; NULL: it is
-- to be done.
CREATE FUNCTION sqlite_migrate._begin(args jsonb) RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_run_id      bigint := sqlite_migrate._run_begin(args ->> 'source', args ->> 'run_key');
    v_fingerprint text;
    v_results     sqlite_migrate._result[];
BEGIN
    IF args ->> 'run_key' IS NOT NULL THEN
        v_fingerprint := sqlite_migrate._fingerprint(args ->> 'source');
        IF v_run_id IS NULL THEN
            v_results := sqlite_migrate._repeated(args, v_fingerprint);
            IF v_results IS NULL THEN
                PERFORM sqlite_migrate._raise('40001', pg_catalog.format('run_key "%s" was forgotten meanwhile',
                                                                         args ->> 'run_key'), 'Run it again.');
            END IF;
            PERFORM sqlite_migrate._run_leave();
            RETURN v_results;
        END IF;
    END IF;
    PERFORM sqlite_migrate._note_sha256(args);
    RETURN v_results;
END
$$;

-- The run. Each step is executed as plan prints it; only a load goes to the engine directly, so that its sets share
-- one verdict, and verification uses the digests that were taken while loading instead of converting the source
-- again.
CREATE FUNCTION sqlite_migrate._carry_out(args jsonb) RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
    v_args    jsonb;
    v_survey  record;
    v_tables  sqlite_migrate._table[];
    v_design  jsonb;
    v_steps   sqlite_migrate._step[];
    v_step    sqlite_migrate._step;
    v_results sqlite_migrate._result[] := '{}';
    v_before  jsonb := '{}';
    v_loads   integer;
    v_dirty   boolean := false;
    v_place   integer;
BEGIN
    v_args := sqlite_migrate._resolve_mode(args);
    SELECT s.* INTO v_survey FROM sqlite_migrate._survey_locked(v_args) s;
    v_tables := v_survey.tables;
    v_design := v_survey.design;
    PERFORM sqlite_migrate._warn(v_survey.findings);
    v_steps := sqlite_migrate._steps(v_args, v_tables, v_design);
    v_loads := (SELECT pg_catalog.count(*) FROM pg_catalog.unnest(v_tables) t WHERE t.fate IN ('load', 'check'));

    IF v_args ->> 'existing' <> 'skip' THEN
        v_before := sqlite_migrate._rows_before(v_tables);
    END IF;
    PERFORM sqlite_migrate._begin_phase('load', v_loads, (
        SELECT pg_catalog.sum(t.rows_estimate) FROM pg_catalog.unnest(v_tables) t
        WHERE t.fate IN ('load', 'check'))::bigint);
    FOR v_place IN 1 .. pg_catalog.cardinality(v_steps) LOOP
        v_step := v_steps[v_place];
        PERFORM sqlite_migrate._phase(v_step.action);
        IF v_dirty AND v_step.action <> 'load' THEN
            PERFORM sqlite_migrate._fail_values(v_args, v_results);
            PERFORM sqlite_migrate._fail_skipped(v_args, v_tables, v_results);
        END IF;
        CASE v_step.action
            WHEN 'check', 'lock', 'skip', 'report' THEN
                NULL;  -- the lock was taken before the last look
            WHEN 'load' THEN
                v_results := v_results || sqlite_migrate._load_set(v_args, v_tables, v_step.source_tables, v_dirty,
                                                                   pg_catalog.cardinality(v_results), v_loads);
                v_dirty := v_dirty OR (SELECT pg_catalog.bool_or(r.problems > 0 OR r.verified = 'differs')
                                       FROM pg_catalog.unnest(v_results) r);
                PERFORM sqlite_migrate._check_max_rejects(args, v_results);
                IF NOT v_dirty AND v_steps[v_place + 1].action IS DISTINCT FROM 'load' THEN
                    v_results := sqlite_migrate._settle_orphans(v_args, v_tables, v_results);
                END IF;
            WHEN 'truncate' THEN
                EXECUTE v_step.sql;
            WHEN 'sequence' THEN
                v_results := sqlite_migrate._align_step(v_step.sql, v_results);
            WHEN 'verify' THEN
                v_results := sqlite_migrate._verify_loaded(v_args, v_tables, v_results);
            ELSE
                EXECUTE v_step.sql;
        END CASE;
    END LOOP;
    PERFORM sqlite_migrate._phase('end');
    PERFORM sqlite_migrate._fail_values(v_args, v_results);
    PERFORM sqlite_migrate._fail_skipped(v_args, v_tables, v_results);
    PERFORM sqlite_migrate._drop_staged(v_tables);
    PERFORM sqlite_migrate._count_loaded(v_args, v_results);

    v_results := sqlite_migrate._with_reports(v_results || sqlite_migrate._unloaded(v_args, v_tables), v_design);
    v_results := sqlite_migrate._with_losses(v_args, v_results);
    PERFORM sqlite_migrate._run_end(sqlite_migrate._summary(v_args, v_results, v_before) || sqlite_migrate._run_details(
        v_survey.findings, v_design, sqlite_migrate._schema_of_run(v_args)));
    RAISE NOTICE '%', sqlite_migrate._verdict(v_args, v_results);
    RETURN v_results;
END
$$;

-- The rows that people see: by name, then the total.
CREATE FUNCTION sqlite_migrate._result_rows(results sqlite_migrate._result[])
RETURNS TABLE (table_name text, status text, rows_source bigint, rows_loaded bigint, rows_rejected bigint,
               normalized bigint, verified text, message text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT t.table_name, t.status, t.rows_source, t.rows_loaded, t.rows_rejected, t.normalized, t.verified, t.message
    FROM (SELECT 1 AS part, r.table_name, r.status, r.rows_source, r.rows_loaded, r.rows_rejected, r.normalized,
                 r.verified, r.message
          FROM unnest(results) r
          UNION ALL
          SELECT 2, '(total)',
                 CASE WHEN bool_or(r.status = 'failed') THEN 'failed'
                      WHEN bool_or(r.status = 'planned') THEN 'planned' WHEN bool_or(r.status = 'rejects') THEN 'rejects'
                      WHEN bool_or(r.status = 'ok') THEN 'ok'
                      ELSE 'skipped' END,
                 COALESCE(sum(r.rows_source), 0)::bigint, COALESCE(sum(r.rows_loaded), 0)::bigint,
                 COALESCE(sum(r.rows_rejected), 0)::bigint, COALESCE(sum(r.normalized), 0)::bigint,
                 COALESCE(max(NULLIF(r.verified, 'none')), 'none'),
                 COALESCE(max(r.message) FILTER (WHERE r.status = 'failed'), '')
          FROM unnest(results) r) t
    ORDER BY t.part, t.table_name COLLATE "C"
$$;

CREATE FUNCTION sqlite_migrate.migrate(
    source text, target_schema text DEFAULT 'public', mode text DEFAULT 'auto', existing text DEFAULT 'error',
    include text[] DEFAULT NULL, exclude text[] DEFAULT NULL, rename jsonb DEFAULT NULL, rules jsonb DEFAULT NULL,
    identifiers text DEFAULT 'preserve', assume_timezone text DEFAULT 'UTC', on_error text DEFAULT 'abort',
    max_rejects bigint DEFAULT NULL, orphans text DEFAULT 'error', verify text DEFAULT 'digest',
    run_key text DEFAULT NULL, dry_run boolean DEFAULT false, options jsonb DEFAULT '{}')
RETURNS TABLE (table_name text, status text, rows_source bigint, rows_loaded bigint, rows_rejected bigint,
               normalized bigint, verified text, message text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
    v_args    jsonb := sqlite_migrate._arguments(pg_catalog.jsonb_build_object(
        'source', source, 'target_schema', target_schema, 'mode', mode, 'existing', existing, 'include', include,
        'exclude', exclude, 'rename', rename, 'rules', rules, 'identifiers', identifiers,
        'assume_timezone', assume_timezone, 'on_error', on_error, 'max_rejects', max_rejects, 'orphans', orphans,
        'verify', verify, 'run_key', run_key, 'dry_run', dry_run, 'options', options));
    v_results sqlite_migrate._result[];
BEGIN
    v_results := CASE WHEN NOT sqlite_migrate._source_present(v_args) THEN sqlite_migrate._without_source(v_args)
                      WHEN dry_run THEN sqlite_migrate._rehearse(v_args) ELSE sqlite_migrate._migrate(v_args) END;
    IF v_results IS NOT NULL THEN
        RETURN QUERY SELECT r.* FROM sqlite_migrate._result_rows(v_results) r;
    END IF;
END
$$;

-- No result, and no COMMIT: it works wherever a framework sends a statement, and frameworks often wrap it into a
-- transaction.
CREATE PROCEDURE sqlite_migrate.run(
    source text, target_schema text DEFAULT 'public', mode text DEFAULT 'auto', existing text DEFAULT 'error',
    include text[] DEFAULT NULL, exclude text[] DEFAULT NULL, rename jsonb DEFAULT NULL, rules jsonb DEFAULT NULL,
    identifiers text DEFAULT 'preserve', assume_timezone text DEFAULT 'UTC', on_error text DEFAULT 'abort',
    max_rejects bigint DEFAULT NULL, orphans text DEFAULT 'error', verify text DEFAULT 'digest',
    run_key text DEFAULT NULL, dry_run boolean DEFAULT false, options jsonb DEFAULT '{}')
LANGUAGE plpgsql
AS $$
DECLARE
    v_args    jsonb := sqlite_migrate._arguments(pg_catalog.jsonb_build_object(
        'source', source, 'target_schema', target_schema, 'mode', mode, 'existing', existing, 'include', include,
        'exclude', exclude, 'rename', rename, 'rules', rules, 'identifiers', identifiers,
        'assume_timezone', assume_timezone, 'on_error', on_error, 'max_rejects', max_rejects, 'orphans', orphans,
        'verify', verify, 'run_key', run_key, 'dry_run', dry_run, 'options', options));
    v_results sqlite_migrate._result[];
BEGIN
    IF v_args -> 'options' ->> 'on_failure' = 'return' THEN
        PERFORM sqlite_migrate._raise('22023', 'option "on_failure" = "return" needs rows to return, and CALL has none',
                                      hint => 'SELECT * FROM sqlite_migrate.migrate(…)');
    END IF;
    IF NOT sqlite_migrate._source_present(v_args) THEN
        v_results := sqlite_migrate._without_source(v_args);
    ELSIF dry_run THEN
        v_results := sqlite_migrate._rehearse(v_args);
    ELSE
        -- An assignment, not a query: no snapshot of ours stands in the way of frozen tuples.
        v_results := sqlite_migrate._migrate(v_args);
    END IF;
END
$$;
