-- What differs between two runs, from their records alone.

-- One fact of a run, or of one of its tables: places keep facts in an order that reads well.
CREATE TYPE sqlite_migrate._fact AS (
    source_table text,      -- NULL: of the run
    number       bigint,    -- of several entries for one source table
    table_name   text,
    place        integer,
    what         text,
    value        text
);

CREATE FUNCTION sqlite_migrate._facts_of_run(run sqlite_migrate.runs) RETURNS SETOF sqlite_migrate._fact
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT NULL, 1::bigint, NULL, f.place, f.what, f.value
    FROM (VALUES
        (1, 'verdict', sqlite_migrate._report_verdict(run)), (2, 'status', run.status), (3, 'source', run.source),
        (4, 'target_schema', run.target_schema), (5, 'run_key', run.run_key), (6, 'run_by', run.run_by::text),
        (8, 'size of the source', run.details #>> '{source,start,size}'),
        (9, 'schema version of the source', run.details #>> '{source,start,schema_version}'),
        (10, 'SHA-256 of the source', run.details #>> '{source,sha256,file}'), (11, 'source_fingerprint', run.source_fingerprint),
        (12, 'source changed meanwhile', sqlite_migrate._changed_meanwhile(run)), (13, 'version', run.version),
        (14, 'duration_ms', round(EXTRACT(epoch FROM run.finished_at - run.started_at) * 1000)::text)) AS f (place, what, value)
    WHERE f.value IS NOT NULL
    UNION ALL
    SELECT NULL, 1, NULL, 7, 'argument ' || a.key, a.value::text FROM jsonb_each(run.arguments) a WHERE a.key <> 'target_schema'
$$;

CREATE FUNCTION sqlite_migrate._facts_of_tables(run sqlite_migrate.runs) RETURNS SETOF sqlite_migrate._fact
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH t AS MATERIALIZED (
        -- Two entries may share a name, and a table of the target without a source has none in SQLite.
        SELECT t.*, COALESCE(t.source_table, t.table_name) AS its_source,
               row_number() OVER (PARTITION BY COALESCE(t.source_table, t.table_name) ORDER BY t.table_name COLLATE "C",
                   t.status) AS number
        FROM sqlite_migrate.run_tables t WHERE t.run_id = run.run_id
    )
    SELECT t.its_source, t.number, t.table_name, f.place, f.what, f.value
    FROM t CROSS JOIN LATERAL (VALUES
        (1, 'table', t.table_name), (2, 'status', t.status), (3, 'verified', t.verified), (4, 'rows_source', t.rows_source::text),
        (5, 'rows_before', t.rows_before::text), (6, 'rows_loaded', t.rows_loaded::text),
            (7, 'rows_rejected', t.rows_rejected::text),
        (9, 'rows_target', t.rows_target::text), (10, 'normalized', t.normalized::text), (14, 'path', t.details ->> 'path'),
        (15, 'digest', t.details ->> 'digest_copied'), (16, 'sequences_aligned', t.sequences_aligned::text),
        (17, 'message', NULLIF(t.message, '')), (18, 'duration_ms', t.duration_ms::text)) AS f (place, what, value)
    WHERE f.value IS NOT NULL
    UNION ALL
    SELECT t.its_source, t.number, t.table_name, 11, 'rule ' || r.key, r.value FROM t, jsonb_each_text(t.details -> 'rules') r
    UNION ALL
    SELECT t.its_source, t.number, t.table_name, 12, format('type of "%s"', c.key), c.value FROM t,
        jsonb_each_text(t.details -> 'types') c
    UNION ALL
    SELECT t.its_source, t.number, t.table_name, 13, format('numbers in "%s"', u.key), u.value FROM t,
        jsonb_each_text(t.details -> 'units') u
    UNION ALL
    SELECT t.its_source, t.number, t.table_name, 8, concat_ws(' ', 'rejected:', j.code, 'in "' || j.column_name || '"'),
        count(*)::text
    FROM t JOIN sqlite_migrate.rejects j ON j.run_id = run.run_id AND j.source_table = t.source_table
    WHERE t.status <> 'skipped'
    GROUP BY t.its_source, t.number, t.table_name, j.code, j.column_name
$$;

-- Of a role that may not see the rejected rows of a run, their reasons would seem to have gone.
CREATE FUNCTION sqlite_migrate._tell_hidden_reasons(runs sqlite_migrate.runs[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_hidden bigint[] := ARRAY(SELECT r.run_id FROM unnest(runs) r
                               WHERE NOT (sqlite_migrate._report_rejects(r) ->> 'visible')::boolean ORDER BY r.run_id);
BEGIN
    IF v_hidden <> '{}' THEN
        RAISE NOTICE 'reasons of rejected rows are not compared: of run % you may see only how many there are',
            array_to_string(v_hidden, ' and run ');
    END IF;
    RETURN v_hidden <> '{}';
END
$$;

CREATE FUNCTION sqlite_migrate.compare_runs(a bigint, b bigint)
RETURNS TABLE (table_name text, what text, value_a text, value_b text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_a      sqlite_migrate.runs;
    v_b      sqlite_migrate.runs;
    v_hidden boolean;
BEGIN
    IF compare_runs.a IS NULL OR compare_runs.b IS NULL THEN
        PERFORM sqlite_migrate._raise('22004', 'arguments "a" and "b" must not be NULL',
            'Numbers of runs stand in sqlite_migrate.runs.');
    END IF;
    v_a := sqlite_migrate._report_run(compare_runs.a);
    v_b := sqlite_migrate._report_run(compare_runs.b);
    v_hidden := sqlite_migrate._tell_hidden_reasons(ARRAY[v_a, v_b]);
    RETURN QUERY
    WITH fact_a AS MATERIALIZED (
        SELECT * FROM sqlite_migrate._facts_of_run(v_a) UNION ALL SELECT * FROM sqlite_migrate._facts_of_tables(v_a)
    ), fact_b AS MATERIALIZED (
        SELECT * FROM sqlite_migrate._facts_of_run(v_b) UNION ALL SELECT * FROM sqlite_migrate._facts_of_tables(v_b)
    ), pair AS (
        -- Of a table that one run only has there is one row.
        SELECT COALESCE(x.table_name, y.table_name) AS table_name, COALESCE(x.source_table, y.source_table) AS source_table,
               COALESCE(x.number, y.number) AS number, COALESCE(x.place, y.place) AS place, COALESCE(x.what, y.what) AS what,
               x.value AS value_a, y.value AS value_b,
               COALESCE(x.source_table, y.source_table) IS NULL
               OR EXISTS (SELECT FROM fact_a o WHERE o.source_table = COALESCE(x.source_table, y.source_table)
                                                 AND o.number = COALESCE(x.number, y.number))
                  AND EXISTS (SELECT FROM fact_b o WHERE o.source_table = COALESCE(x.source_table, y.source_table)
                                                     AND o.number = COALESCE(x.number, y.number)) AS in_both
        FROM fact_a x FULL JOIN fact_b y
            ON COALESCE(x.source_table, '') = COALESCE(y.source_table, '') AND (x.source_table IS NULL) = (y.source_table IS NULL)
               AND x.number = y.number AND x.place = y.place AND x.what = y.what
    )
    SELECT p.table_name, p.what, p.value_a, p.value_b FROM pair p
    WHERE p.value_a IS DISTINCT FROM p.value_b AND (p.in_both OR p.what = 'table')
        AND NOT (p.what LIKE 'rejected: %' AND v_hidden)
    ORDER BY p.source_table IS NOT NULL, p.source_table COLLATE "C", p.number, p.place, p.what COLLATE "C";
END
$$;
