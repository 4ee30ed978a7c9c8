-- Ends a call over what preflight or the loader found: everything in one error, or a warning where it is none.

-- A finding as a sentence.
CREATE FUNCTION sqlite_migrate._sentence(finding sqlite_migrate._finding) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT concat_ws(': ', NULLIF(concat_ws(', ', 'table ' || finding.table_name,
                                                 'column "' || finding.column_name || '"',
                                                 'key ' || (finding.sample -> 0 ->> 'key')), ''), finding.message)
$$;

-- Findings as DETAIL lists them: what they do not have is left out.
CREATE FUNCTION sqlite_migrate._finding_json(findings sqlite_migrate._finding[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_agg((SELECT jsonb_object_agg(e.key, e.value)
                                 FROM jsonb_each(to_jsonb(f)) e WHERE e.value <> 'null') ORDER BY place)
    FROM (SELECT f, row_number() OVER () AS place FROM unnest(findings) f) n
$$;

-- Raises what is wrong with the structure, if anything is; and then what is wrong with values too, so that one error says
-- all that must be mended.
CREATE FUNCTION sqlite_migrate._fail_structure(args jsonb, tables sqlite_migrate._table[],
                                               findings sqlite_migrate._finding[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_values sqlite_migrate._finding[];
BEGIN
    IF sqlite_migrate._has_error(findings) THEN
        v_values := CASE WHEN args ->> 'use_mode' = 'data' THEN
            ARRAY(SELECT f FROM sqlite_migrate._find_values(args, tables, findings) f WHERE f.severity = 'error') END;
        PERFORM sqlite_migrate._fail_findings(args, findings || v_values);
    END IF;
END
$$;

CREATE FUNCTION sqlite_migrate._fail_findings(args jsonb, findings sqlite_migrate._finding[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_errors  sqlite_migrate._finding[] := ARRAY(
        SELECT f FROM unnest(findings) f WHERE f.severity = 'error'
        ORDER BY f.table_name COLLATE "C" NULLS FIRST, f.column_name COLLATE "C" NULLS FIRST, f.code COLLATE "C");
    v_state   text;
    v_message text;
    v_list    jsonb;
    v_hint    text;
BEGIN
    v_state := CASE WHEN (SELECT bool_and(e.code = 'empty_source') FROM unnest(v_errors) e)
                    THEN 'SM004' ELSE 'SM001' END;
    v_message := CASE WHEN cardinality(v_errors) = 1 THEN ''
                      ELSE format('%s problems, nothing was written, first: ', cardinality(v_errors)) END
                 || sqlite_migrate._sentence(v_errors[1]);
    v_list := sqlite_migrate._finding_json(v_errors);
    v_hint := sqlite_migrate._preflight_call(args);
    PERFORM sqlite_migrate._fail(v_state, v_message, v_list, v_hint);
END
$$;

-- Says aloud what is no error, but would be missed in a report that nobody reads: an empty source, a damaged one,
-- a key that nobody checks.
CREATE FUNCTION sqlite_migrate._warn(findings sqlite_migrate._finding[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_finding sqlite_migrate._finding;
BEGIN
    FOREACH v_finding IN ARRAY findings LOOP
        IF v_finding.code = 'missing_wal' THEN  -- mostly it is all right
            RAISE NOTICE 'sqlite_migrate: %', sqlite_migrate._sentence(v_finding) USING HINT = v_finding.fix;
        ELSIF v_finding.severity = 'warning'
              AND v_finding.code IN ('empty_source', 'damaged_schema', 'salvaged', 'lost_wal', 'unenforced_key',
                                     'same_names_elsewhere') THEN
            RAISE WARNING 'sqlite_migrate: %', sqlite_migrate._sentence(v_finding) USING HINT = v_finding.fix;
        END IF;
    END LOOP;
END
$$;

-- Raises the values that cannot be carried, and the rows that the target would refuse (sets), if there are any: all of
-- them in one error.
CREATE FUNCTION sqlite_migrate._fail_values(args jsonb, results sqlite_migrate._result[],
                                            sets sqlite_migrate._finding[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_findings sqlite_migrate._finding[] := ARRAY(
        SELECT f FROM (
            SELECT f.* FROM unnest(results) r CROSS JOIN LATERAL sqlite_migrate._complaints(r.table_name, r.complaints) f
            WHERE r.problems > 0  -- else its complaints are about rows that were rejected
            UNION ALL
            SELECT f.* FROM unnest(sets) f WHERE f.severity = 'error') f
        ORDER BY f.table_name COLLATE "C", f.column_name COLLATE "C", f.code COLLATE "C");
    v_values   bigint := (SELECT COALESCE(sum(r.problems), 0) FROM unnest(results) r);
    v_rows     bigint := (SELECT COALESCE(sum(f.rows), 0) FROM unnest(sets) f WHERE f.severity = 'error');
    v_message  text;
    v_list     jsonb;
    v_hint     text;
BEGIN
    IF cardinality(v_findings) = 0 THEN
        RETURN;
    END IF;
    v_message := (
        SELECT format('%s in %s of %s cannot be carried, first: ',
                   concat_ws(' and ', NULLIF(v_values, 0) || ' values', NULLIF(v_rows, 0) || ' rows'),
                   sqlite_migrate._counted(count(DISTINCT (f.table_name, f.column_name)), 'column'),
                   sqlite_migrate._counted(count(DISTINCT f.table_name), 'table'))
        FROM unnest(v_findings) f WHERE v_values + v_rows > 1 HAVING v_values + v_rows > 1);
    v_message := COALESCE(v_message, '') || sqlite_migrate._sentence(v_findings[1]);
    v_list := sqlite_migrate._finding_json(v_findings);
    -- Types of tables that are made follow the values, but for what a rule makes of them: that is seen when it is applied.
    v_hint := CASE args ->> 'use_mode' WHEN 'create'
        THEN 'DETAIL lists the values. Mend the rule of the column, or reject the rows: on_error => ''reject''.'
        ELSE sqlite_migrate._preflight_call(args) END;
    PERFORM sqlite_migrate._fail('SM002', v_message, v_list, v_hint);
END
$$;
