-- What create mode makes: the design of tables that are not there yet, under the rules of the caller.

-- What create mode makes of these tables, in executable order: {"tables": …, "statements": …}.
-- Reads every row of the source.
CREATE FUNCTION sqlite_migrate._design(source text, target_schema text, identifiers text, tables text[], renames jsonb,
                                       rules jsonb)
RETURNS jsonb
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_design';

-- What the columns of the tables to load are asked to do, by table.column: {"rules": …, "expressions": …}.
CREATE FUNCTION sqlite_migrate._asked(args jsonb, tables sqlite_migrate._table[]) RETURNS jsonb
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object(
        'rules', COALESCE(jsonb_object_agg(t.source_table || '.' || r.column_name, r.rule)
                          FILTER (WHERE NOT r.expression), '{}'),
        'expressions', COALESCE(jsonb_object_agg(t.source_table || '.' || r.column_name, r.rule)
                                FILTER (WHERE r.expression), '{}'))
    FROM unnest(tables) t
    JOIN LATERAL (SELECT array_agg(c.column_name) AS columns FROM sqlite_migrate._source_columns(args ->> 'source') c
                  WHERE c.table_name = t.source_table) c ON c.columns IS NOT NULL
    CROSS JOIN LATERAL sqlite_migrate._column_rules(args -> 'rules', t.source_table, c.columns) r
    WHERE t.fate = 'load' AND args ->> 'rules' IS NOT NULL
$$;

-- The design, without what it reports of objects that the caller left out. No SET clause: expressions of the caller see
-- the caller's search_path, here as while loading.
CREATE FUNCTION sqlite_migrate._designed(args jsonb, tables sqlite_migrate._table[]) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_design jsonb;
    v_column text := (SELECT t.source_table || '.' || t.excluded_columns[1] FROM pg_catalog.unnest(tables) t
                      WHERE t.fate = 'load' AND t.excluded_columns <> '{}' LIMIT 1);
BEGIN
    IF v_column IS NOT NULL THEN
        PERFORM sqlite_migrate._raise('0A000',
            pg_catalog.format('argument "exclude" = "%s" is not supported yet', v_column),
            detail => 'It would leave out a column of a table that is created.');
    END IF;
    v_design := sqlite_migrate._design(args ->> 'source', args ->> 'target_schema', args ->> 'identifiers',
        ARRAY(SELECT t.source_table FROM pg_catalog.unnest(tables) t WHERE t.fate = 'load'),
        CASE WHEN args ->> 'rename' IS NULL THEN '{}' ELSE args -> 'rename' END,
        sqlite_migrate._asked(args, tables) || pg_catalog.jsonb_build_object('orphans', args -> 'orphans'));
    RETURN v_design || pg_catalog.jsonb_build_object('statements', COALESCE((
        SELECT pg_catalog.jsonb_agg(s.value ORDER BY s.place)
        FROM pg_catalog.jsonb_array_elements(v_design -> 'statements') WITH ORDINALITY AS s (value, place)
        WHERE s.value ->> 'action' NOT IN ('report', 'view')
           OR EXISTS (SELECT FROM pg_catalog.unnest(tables) t
                      WHERE t.source_table = s.value ->> 'source_table' AND t.reason IS DISTINCT FROM 'excluded')),
                      '[]'));
END
$$;

-- The mapping, completed by the designer's names and counts.
CREATE FUNCTION sqlite_migrate._apply_design(tables sqlite_migrate._table[], design jsonb, target_schema text)
RETURNS sqlite_migrate._table[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_table    sqlite_migrate._table;
    v_designed jsonb;
    v_all      sqlite_migrate._table[] := '{}';
BEGIN
    FOREACH v_table IN ARRAY tables LOOP
        v_designed := (SELECT d.value FROM jsonb_array_elements(design -> 'tables') d
                       WHERE d.value ->> 'source' = v_table.source_table AND v_table.fate = 'load');
        IF v_designed IS NOT NULL THEN
            v_table.target_name := v_designed ->> 'target';
            v_table.shown := format('%I.%I', target_schema, v_table.target_name);
            v_table.rows_estimate := COALESCE((v_designed ->> 'rows')::bigint, v_table.rows_estimate);
            v_table.source_columns := sqlite_migrate._list(jsonb_path_query_array(v_designed, '$.columns[*] ? (@.generated == false).source'));
            v_table.target_columns := sqlite_migrate._list(jsonb_path_query_array(v_designed, '$.columns[*] ? (@.generated == false).target'));
            v_table.computed_columns := sqlite_migrate._list(jsonb_path_query_array(v_designed,
                '$.columns[*] ? (@.generated == true).target'));
        END IF;
        v_all := v_all || v_table;
    END LOOP;
    RETURN v_all;
END
$$;
