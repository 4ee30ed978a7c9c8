-- Rows that do not arrive: what a run says of them, when they are too many, and how they are tried again.

-- Why rows of one table were rejected: the two most frequent reasons.
CREATE FUNCTION sqlite_migrate._reject_phrase(complaints jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'rejected: ' || string_agg(format('%s %s%s', k.rows, k.code, ' in "' || NULLIF(k.column, '') || '"'), ', '
                                      ORDER BY k.place) FILTER (WHERE k.place <= 2)
           || CASE WHEN count(*) > 2 THEN ', …' ELSE '' END
    FROM (SELECT c."column", c.code, c.rows, row_number() OVER (ORDER BY c.rows DESC, c."column" COLLATE "C", c.code) AS place
          FROM jsonb_to_recordset(complaints) AS c ("column" text, code text, rows bigint)) k
$$;

-- Ends a run that rejected more rows than its caller allows: how many in which table, with the first of each reason.
CREATE FUNCTION sqlite_migrate._check_max_rejects(args jsonb, results sqlite_migrate._result[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_most     bigint := (args ->> 'max_rejects')::bigint;
    v_rejected bigint := (SELECT sum(r.rows_rejected) FROM unnest(results) r);
    v_findings jsonb;
BEGIN
    IF v_most IS NULL OR COALESCE(v_rejected, 0) <= v_most THEN
        RETURN;
    END IF;
    v_findings := (
        SELECT jsonb_agg(jsonb_build_object(
                   'severity', 'error', 'code', 'too_many_rejects', 'table_name', r.table_name,
                   'rows_source', r.rows_source, 'rows', r.rows_rejected,
                   'samples', (SELECT jsonb_agg(c.value) FROM jsonb_path_query(r.complaints, '$[0 to 19]') AS c (value)))
               ORDER BY r.table_name COLLATE "C")
        FROM unnest(results) r WHERE r.rows_rejected > 0);
    PERFORM sqlite_migrate._fail('SM005',
        format('more than %s rejected: %s so far, most of them in table %s', sqlite_migrate._counted(v_most, 'row'),
               v_rejected, (SELECT r.table_name FROM unnest(results) r ORDER BY r.rows_rejected DESC NULLS LAST, r.table_name COLLATE "C" LIMIT 1)),
        v_findings, sqlite_migrate._preflight_call(args));
END
$$;
