-- options => '{"on_failure": "return"}': a run that fails is rolled back, but says so in rows, and is on record.

-- What C has seen so far of the run under way: [{"target", "load": {…}, …}].
CREATE FUNCTION sqlite_migrate._evidence() RETURNS jsonb
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_evidence';

-- A row for each table that was to be loaded. message: the error, for the caller who sees it; the record has its code only,
-- since an error may hold values.
CREATE FUNCTION sqlite_migrate._failed_results(args jsonb, message text) RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_evidence jsonb := sqlite_migrate._evidence();
BEGIN
    RETURN ARRAY(
        SELECT ROW(t.source_table, t.target, t.shown, 'failed', (e.load ->> 'rows_source')::bigint, 0, 0,
                   COALESCE((e.load ->> 'rows_rejected')::bigint, 0), 0, 'none', 0, message, NULL, 0,
                   NULL)::sqlite_migrate._result
        FROM pg_catalog.unnest(sqlite_migrate._tables(args)) t
        LEFT JOIN pg_catalog.jsonb_to_recordset(v_evidence) AS e (load jsonb)
            ON e.load ->> 'source_table' = t.source_table
        WHERE t.fate = 'load');
END
$$;

-- The run, as its caller wants a failure: as an error, or as rows. Then its writes are undone to here, and what C holds
-- (rejects, counts) is not.
CREATE FUNCTION sqlite_migrate._migrate(args jsonb) RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
    v_args    jsonb;
    v_results sqlite_migrate._result[];
    v_state   text;
    v_message text;
BEGIN
    v_results := sqlite_migrate._begin(args);
    IF v_results IS NOT NULL THEN
        RETURN v_results;
    ELSIF args -> 'options' ->> 'on_failure' IS DISTINCT FROM 'return' THEN
        v_results := sqlite_migrate._carry_out(args);
        RETURN v_results;
    END IF;
    BEGIN
        v_results := sqlite_migrate._carry_out(args);
        RETURN v_results;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS v_state = RETURNED_SQLSTATE, v_message = MESSAGE_TEXT;
    END;
    v_args := sqlite_migrate._resolve_mode(args);
    v_results := sqlite_migrate._failed_results(v_args, v_state || ': ' || v_message);
    PERFORM sqlite_migrate._run_end(
        sqlite_migrate._summary(v_args, ARRAY(
            SELECT ROW(r.source_table, r.target, r.table_name, r.status, r.rows_source, r.rows_before, r.rows_loaded,
                       r.rows_rejected, r.normalized, r.verified, r.sequences_aligned, 'rolled back: ' || v_state, r.digest,
                       r.problems, r.complaints)::sqlite_migrate._result
            FROM pg_catalog.unnest(v_results) r), '{}') || '{"status": "failed", "run_key": null}');  -- which frees the key
    RAISE WARNING 'sqlite_migrate: failed and rolled back: %: %', v_state, v_message;
    RETURN v_results;
END
$$;
