-- options => '{"unverified": ["table.column"]}': columns that triggers of the target change as rows come in. They are loaded,
-- left out of the digests, and named by the verdict.

CREATE FUNCTION sqlite_migrate._check_unverified_option(options jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF options ? 'unverified' AND (jsonb_typeof(options -> 'unverified') <> 'array'
        OR EXISTS (SELECT FROM jsonb_array_elements(CASE jsonb_typeof(options -> 'unverified') WHEN 'array'
            THEN options -> 'unverified'
                                                                                               ELSE '[]' END) e
                   WHERE jsonb_typeof(e.value) <> 'string'))
    THEN
        PERFORM sqlite_migrate._raise('22023', 'option "unverified" must be a list of columns',
                                      'For example: ''{"unverified": ["books.changed_at"]}''.');
    END IF;
END
$$;

-- The columns of a table, in the target, that an entry names: by the source's names or by the target's.
CREATE FUNCTION sqlite_migrate._unverified(args jsonb, subject sqlite_migrate._table) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ARRAY(SELECT c.target FROM unnest(subject.source_columns, subject.target_columns)
        WITH ORDINALITY AS c (source, target, place)
                 WHERE args #> '{options,unverified}' ?| ARRAY[subject.source_table || '.' || c.source, subject.target_name
                     || '.' || c.target]
                 ORDER BY c.place)
$$;

-- A table as it is compared: without those columns.
CREATE FUNCTION sqlite_migrate._to_verify(args jsonb, subject sqlite_migrate._table) RETURNS sqlite_migrate._table
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_left_out text[];
BEGIN
    IF args -> 'options' ? 'unverified' THEN
        v_left_out := sqlite_migrate._unverified(args, subject);
        IF v_left_out <> '{}' THEN
            SELECT array_agg(c.source ORDER BY c.place), array_agg(c.target ORDER BY c.place)
            INTO subject.source_columns, subject.target_columns
            FROM unnest(subject.source_columns, subject.target_columns) WITH ORDINALITY AS c (source, target, place)
            WHERE c.target <> ALL (v_left_out);
        END IF;
    END IF;
    RETURN subject;
END
$$;

-- What the loader must know: the target's columns that its digest leaves out.
CREATE FUNCTION sqlite_migrate._digest_settings(args jsonb, subject sqlite_migrate._table) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN args -> 'options' ? 'unverified'
                THEN jsonb_build_object('unverified', jsonb_build_object('columns', sqlite_migrate._unverified(args, subject)))
                ELSE '{}' END
$$;

-- Each entry must mean a column that is loaded, and of each table something must be left to compare.
CREATE FUNCTION sqlite_migrate._check_unverified(args jsonb, tables sqlite_migrate._table[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_columns text[];
    v_entry   text;
    v_table   text;
BEGIN
    IF args #> '{options,unverified}' IS NULL THEN
        RETURN;
    END IF;
    v_columns := ARRAY(SELECT t.source_table || '.' || c.source FROM unnest(tables) t, unnest(t.source_columns) AS c (source)
                       WHERE t.fate IN ('load', 'check'));
    SELECT e.entry INTO v_entry FROM jsonb_array_elements_text(args #> '{options,unverified}') AS e (entry)
    WHERE NOT EXISTS (SELECT FROM unnest(tables) t WHERE t.fate IN ('load', 'check')
                        AND sqlite_migrate._unverified(jsonb_build_object('options',
                            jsonb_build_object('unverified', ARRAY[e.entry])), t) <> '{}')
    LIMIT 1;
    IF v_entry IS NOT NULL THEN
        PERFORM sqlite_migrate._raise('22023', format('option "unverified": "%s" is no column that is loaded', v_entry),
                                      sqlite_migrate._did_you_mean(v_entry, v_columns));
    END IF;
    SELECT t.shown INTO v_table FROM unnest(tables) t
    WHERE t.fate IN ('load', 'check') AND cardinality(sqlite_migrate._unverified(args, t)) = cardinality(t.target_columns)
    LIMIT 1;
    IF v_table IS NOT NULL THEN
        PERFORM sqlite_migrate._raise('22023', format('option "unverified" leaves nothing of table %s to compare', v_table),
                                      'verify => ''count'' compares numbers of rows.');
    END IF;
END
$$;

-- verify with a run_id leaves out what the run left out.
CREATE FUNCTION sqlite_migrate._with_unverified_of(args jsonb, run sqlite_migrate.runs) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN run.arguments -> 'options' ? 'unverified' AND NOT args -> 'options' ? 'unverified'
                THEN jsonb_set(args, '{options,unverified}', run.arguments #> '{options,unverified}') ELSE args END
$$;

-- ", 2 columns unverified", for the verdict.
CREATE FUNCTION sqlite_migrate._unverified_phrase(args jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(', ' || sqlite_migrate._counted(NULLIF(jsonb_array_length(args #> '{options,unverified}'), 0), 'column')
        || ' unverified', '')
$$;
