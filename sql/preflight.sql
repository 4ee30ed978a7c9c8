-- Finds what would stop a migration, or surprise its owner, before anything is written. Reads only; works on standbys.

-- The source itself: false where it is missing and the caller asked to pass over that (options.missing_source).
-- Only the opening is caught: damage, and rights that are missing, stay the errors that they are.
CREATE FUNCTION sqlite_migrate._source_present(args jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_message text;
    v_detail  text;
    v_hint    text;
BEGIN
    PERFORM FROM sqlite_migrate._source_file(args ->> 'source');
    RETURN true;
EXCEPTION WHEN undefined_file OR undefined_table OR undefined_object THEN
    GET STACKED DIAGNOSTICS v_message = MESSAGE_TEXT, v_detail = PG_EXCEPTION_DETAIL, v_hint = PG_EXCEPTION_HINT;
    IF args -> 'options' ->> 'missing_source' = 'skip' THEN
        RAISE NOTICE 'sqlite_migrate: nothing done, %', v_message;
        RETURN false;
    END IF;
    PERFORM sqlite_migrate._fail('SM004', v_message,
        pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
            'severity', 'error', 'code', 'missing_source', 'message', v_message)),
        pg_catalog.concat_ws(' ', NULLIF(v_detail, ''), NULLIF(v_hint, '')));
END
$$;

-- The target schema, and the source as a whole.
CREATE FUNCTION sqlite_migrate._find_whole(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    WITH schema AS (
        SELECT n.oid FROM pg_namespace n WHERE n.nspname = args ->> 'target_schema'
    )
    SELECT 'error', 'missing_schema', NULL, NULL, NULL::bigint, NULL::jsonb,
           format('schema "%s" does not exist', args ->> 'target_schema'),
           format('CREATE SCHEMA %I', args ->> 'target_schema')
    WHERE NOT EXISTS (SELECT FROM schema)
    UNION ALL
    SELECT 'error', 'insufficient_privilege', NULL, NULL, NULL, NULL,
           format('permission denied for schema "%s": %s is needed', args ->> 'target_schema', p.privilege),
           format('GRANT %s ON SCHEMA %I TO %I', p.privilege, args ->> 'target_schema', CURRENT_USER)
    FROM schema s, (VALUES ('USAGE', true), ('CREATE', args ->> 'use_mode' <> 'data')) AS p (privilege, needed)
    WHERE p.needed AND NOT has_schema_privilege(s.oid, p.privilege)
    UNION ALL
    -- A wrong path, or a -wal that was left behind, is the common reason. Into tables that exist nothing may arrive in
    -- silence; where everything is made anew, an empty file gives empty tables.
    SELECT CASE args ->> 'use_mode' WHEN 'data' THEN 'error' ELSE 'warning' END, 'empty_source', NULL, NULL, 0, NULL,
           CASE WHEN EXISTS (SELECT FROM unnest(tables) t WHERE t.kind = 'table')
                THEN 'no table of the source has a row'
                ELSE 'the source has no table that could be loaded' END
           || CASE WHEN f.wal_missing
                   THEN ', and no -wal lies beside it: was it left behind when the file was copied?' ELSE '' END,
           'if that is right: options => ''{"allow_empty": true}'''
    FROM sqlite_migrate._source_file(args ->> 'source') f
    WHERE NOT COALESCE((args -> 'options' ->> 'allow_empty')::boolean, false) AND args ->> 'history' IS NULL
      AND NOT EXISTS (SELECT FROM unnest(tables) t
                      WHERE t.kind = 'table' AND t.problem IS NOT NULL AND t.reason <> 'excluded')
      AND NOT EXISTS (
          SELECT FROM unnest(tables) t
          WHERE t.kind = 'table' AND (t.fate IN ('load', 'check')
                                      OR t.reason NOT IN ('excluded', 'migration history: left alone'))
            AND (args ->> 'use_mode' = 'schema'
                 OR sqlite_migrate._source_has_rows(args ->> 'source', t.source_table, NULL)))
$$;

-- Names that are taken, in create mode, where every table must be new. (The names of indexes and keys are the
-- server's affair.)
CREATE FUNCTION sqlite_migrate._find_taken(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'error', 'exists', t.shown, NULL, NULL::bigint, NULL::jsonb,
           format('exists already, but mode "%s" makes every table new', args ->> 'use_mode'),
           format('mode => ''data'' to load into it; or another target_schema; or exclude => ARRAY[%L]', t.source_table)
    FROM unnest(tables) t
    JOIN pg_namespace n ON n.nspname = args ->> 'target_schema'
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.target_name
    WHERE t.fate = 'load'
$$;

-- Tables: what has no target, more than one, or one that cannot take rows as it is.
CREATE FUNCTION sqlite_migrate._find_tables(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT f.severity, f.code, t.shown, NULL, NULL::bigint, NULL::jsonb, f.message, f.fix
    FROM unnest(tables) t
    CROSS JOIN LATERAL (
        SELECT 'error' AS severity, 'unreadable_table' AS code, 'SQLite cannot read it: ' || t.problem AS message,
               format('exclude => ARRAY[%L]', t.source_table) AS fix
        WHERE t.kind = 'table' AND t.problem IS NOT NULL AND t.reason <> 'excluded'
        UNION ALL
        SELECT 'error', 'ambiguous_name', a, format('rename => ''{"%s": "…"}''', t.source_table)
        FROM unnest(t.ambiguous) a WHERE t.target IS NULL
        UNION ALL
        SELECT CASE WHEN h.has_rows THEN 'error' ELSE 'note' END, 'missing_table',
               CASE WHEN h.has_rows THEN 'has rows, but no table in the target'
                    ELSE 'no rows, and no table in the target' END
               || COALESCE(' (there is one in schema ' || e.schemas || ')', ''),
               format('exclude => ARRAY[%L], or rename, or make the table', t.source_table)
        FROM (SELECT sqlite_migrate._source_has_rows(args ->> 'source', t.source_table, NULL) AS has_rows
              WHERE t.fate = 'skip' AND t.reason = 'no table in the target' AND t.ambiguous = '{}') h,
             (SELECT string_agg(format('"%s"', n.nspname), ', ' ORDER BY n.nspname) AS schemas
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE lower(c.relname) = lower(t.source_table) AND c.relkind IN ('r', 'p')
                AND n.nspname NOT LIKE 'pg\_%') e
        UNION ALL
        SELECT 'error', 'unsupported_target',
               CASE t.target_kind WHEN 'f' THEN 'a foreign table whose foreign-data wrapper takes no rows'
                    ELSE format('a %s cannot be a target: it shows rows of other tables, and its own would not be '
                                'locked, counted or compared', CASE t.target_kind WHEN 'v' THEN 'view'
                                                               ELSE 'materialized view' END) END,
               concat_ws(', or ', 'rename => ' || quote_literal(jsonb_build_object(t.source_table, '…'))
                                  || ' to name a table' || (
                   SELECT ': ' || string_agg(DISTINCT b.refobjid::regclass::text, ', ')
                   FROM pg_rewrite w JOIN pg_depend b ON b.classid = 'pg_rewrite'::regclass AND b.objid = w.oid
                        AND b.refclassid = 'pg_class'::regclass AND b.refobjid <> w.ev_class
                   WHERE w.ev_class = t.target), format('exclude => ARRAY[%L]', t.source_table))
        WHERE t.fate IN ('load', 'check')
          AND (t.target_kind NOT IN ('r', 'p', 'f')
               OR t.target_kind = 'f' AND t.fate = 'load' AND pg_relation_is_updatable(t.target, false) & 8 = 0)
        UNION ALL
        SELECT 'error', 'not_empty', 'has rows already',
               'existing => ''truncate'' to replace them, existing => ''skip'' to leave and compare them'
        WHERE t.fate = 'load' AND t.occupied AND args ->> 'existing' = 'error'
        UNION ALL
        SELECT 'error', 'no_columns', 'has no column in common with the source',
               'rename => ''{"table.column": "new name"}'''
        WHERE t.fate IN ('load', 'check') AND t.target_kind IN ('r', 'p', 'f') AND t.target_columns IS NULL
    ) f
$$;

-- Columns: what has no place, and what has no value.
CREATE FUNCTION sqlite_migrate._find_columns(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT f.severity, f.code, t.shown, f.column_name, NULL::bigint, NULL::jsonb, f.message, f.fix
    FROM unnest(tables) t
    CROSS JOIN LATERAL (
        SELECT CASE WHEN h.has_values THEN 'error' ELSE 'note' END AS severity, 'missing_column' AS code,
               c AS column_name,
               CASE WHEN h.has_values THEN 'the source has values for it, but the target has no such column'
                    ELSE 'the target has no such column, and the source no value for it' END AS message,
               format('exclude => ARRAY[%L], or rename, or add the column', t.source_table || '.' || c) AS fix
        FROM unnest(t.lost_columns) c,
             LATERAL sqlite_migrate._source_has_rows(args ->> 'source', t.source_table, ARRAY[c]) AS h (has_values)
        UNION ALL
        SELECT 'error', 'ambiguous_name', NULL, a, format('rename => ''{"%s.column": "new name"}''', t.source_table)
        FROM unnest(t.ambiguous) a WHERE t.target IS NOT NULL
        UNION ALL
        SELECT 'error', 'missing_value', c, 'must not be NULL, has no default, and the source has no column for it',
               format('ALTER TABLE %s ALTER %I SET DEFAULT …, or rename', t.shown, c)
        FROM unnest(t.gap_columns) c
        WHERE sqlite_migrate._source_has_rows(args ->> 'source', t.source_table, NULL)
        UNION ALL
        SELECT 'note', 'default_column', c, 'not in the source: gets its default, or NULL', NULL
        FROM unnest(t.idle_columns) c
        UNION ALL
        SELECT 'note', 'generated_column', c, 'generated by the source, not in the target: not carried', NULL
        FROM unnest(t.silent_columns) c
        UNION ALL
        SELECT 'note', 'generated_column', c, 'generated by the target: not written, not compared', NULL
        FROM unnest(t.computed_columns) c
    ) f
    WHERE t.fate IN ('load', 'check') AND t.target_kind IN ('r', 'p', 'f')
$$;

-- What the designer of create mode could not carry.
CREATE FUNCTION sqlite_migrate._find_design(tables sqlite_migrate._table[], design jsonb)
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'warning', 'not_carried', t.shown, NULL, NULL::bigint, NULL::jsonb,
           format('%s: %s', s.value ->> 'object', s.value ->> 'note'), NULL
    FROM jsonb_array_elements(design -> 'statements') s
    LEFT JOIN unnest(tables) t ON t.source_table = s.value ->> 'source_table'
    WHERE s.value ->> 'action' = 'report'
$$;

-- The findings of structure: everything but the values.
CREATE FUNCTION sqlite_migrate._structure(args jsonb, tables sqlite_migrate._table[]) RETURNS sqlite_migrate._finding[]
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ARRAY(SELECT f FROM sqlite_migrate._find_whole(args, tables) f)
        || ARRAY(SELECT f FROM sqlite_migrate._find_damage(args) f)
        || CASE WHEN args ->> 'use_mode' = 'data' THEN
               ARRAY(SELECT f FROM sqlite_migrate._find_tables(args, tables) f)
            || ARRAY(SELECT f FROM sqlite_migrate._find_columns(args, tables) f)
            || ARRAY(SELECT f FROM sqlite_migrate._find_rights(args, tables) f)
            || ARRAY(SELECT f FROM sqlite_migrate._find_truncate(args, tables) f)
            || ARRAY(SELECT f FROM sqlite_migrate._find_existing(args, tables) f)
            || ARRAY(SELECT f FROM sqlite_migrate._find_unenforced(tables) f)
            || ARRAY(SELECT f FROM sqlite_migrate._find_aside(args, tables) f)
           ELSE
               ARRAY(SELECT f FROM sqlite_migrate._find_tables(args, tables) f WHERE f.code = 'unreadable_table')
            || ARRAY(SELECT f FROM sqlite_migrate._find_taken(args, tables) f)
            || ARRAY(SELECT f FROM sqlite_migrate._find_same_names(args, tables) f) END
        || ARRAY(SELECT f FROM sqlite_migrate._find_history(tables) f)
$$;

-- Whether one of them is an error.
CREATE FUNCTION sqlite_migrate._has_error(findings sqlite_migrate._finding[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM unnest(findings) f WHERE f.severity = 'error')
$$;

-- All that plan, preflight and migrate start from: the mapping, what is wrong with it, and, in create mode, the
-- design. The designer reads every row, so it is not asked where the call is lost already.
CREATE FUNCTION sqlite_migrate._survey(args jsonb, OUT tables sqlite_migrate._table[],
                                       OUT findings sqlite_migrate._finding[], OUT design jsonb)
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    tables := sqlite_migrate._tables(args);
    findings := sqlite_migrate._structure(args, tables);
    IF args ->> 'use_mode' <> 'data' AND NOT sqlite_migrate._has_error(findings) THEN
        design := sqlite_migrate._designed(args, tables);
        tables := sqlite_migrate._apply_design(tables, design, args ->> 'target_schema');
    END IF;
    PERFORM sqlite_migrate._check_unverified(args, tables);
END
$$;

CREATE FUNCTION sqlite_migrate.preflight(
    source text, target_schema text DEFAULT 'public', mode text DEFAULT 'auto', existing text DEFAULT 'error',
    include text[] DEFAULT NULL, exclude text[] DEFAULT NULL, rename jsonb DEFAULT NULL, rules jsonb DEFAULT NULL,
    identifiers text DEFAULT 'preserve', assume_timezone text DEFAULT 'UTC', on_error text DEFAULT 'abort',
    max_rejects bigint DEFAULT NULL, orphans text DEFAULT 'error', options jsonb DEFAULT '{}')
RETURNS TABLE (severity text, code text, table_name text, column_name text, rows bigint, sample jsonb, message text,
               fix text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
#variable_conflict use_column
DECLARE
    v_args     jsonb := sqlite_migrate._arguments(pg_catalog.jsonb_build_object(
        'source', source, 'target_schema', target_schema, 'mode', mode, 'existing', existing, 'include', include,
        'exclude', exclude, 'rename', rename, 'rules', rules, 'identifiers', identifiers,
        'assume_timezone', assume_timezone, 'on_error', on_error, 'max_rejects', max_rejects, 'orphans', orphans,
        'options', options));
    v_survey   record;
    v_findings sqlite_migrate._finding[];
BEGIN
    IF NOT sqlite_migrate._source_present(v_args) THEN
        RETURN;
    END IF;
    v_args := sqlite_migrate._resolve_mode(v_args);
    v_findings := ARRAY(SELECT f FROM sqlite_migrate._find_corruption(v_args) f);
    IF v_findings <> '{}' THEN
        -- Values are not looked at: to read them would end in the same damage.
        RETURN QUERY
        SELECT f.* FROM pg_catalog.unnest(v_findings || sqlite_migrate._structure(v_args, sqlite_migrate._tables(v_args))) f
        ORDER BY pg_catalog.array_position(ARRAY['error', 'warning', 'note'], f.severity),
                 f.table_name COLLATE "C" NULLS FIRST,
                 f.column_name COLLATE "C" NULLS FIRST, f.code COLLATE "C", f.message COLLATE "C";
        RETURN;
    END IF;
    SELECT * INTO v_survey FROM sqlite_migrate._survey(v_args);
    v_findings := v_survey.findings
        || ARRAY(SELECT f FROM sqlite_migrate._find_design(v_survey.tables, v_survey.design) f);
    IF v_args ->> 'use_mode' = 'data' THEN
        v_findings := v_findings
            || ARRAY(SELECT f FROM sqlite_migrate._find_values(v_args, v_survey.tables, v_findings) f)
            || ARRAY(SELECT f FROM sqlite_migrate._find_sets(v_args, v_survey.tables, v_findings) f);
    END IF;
    RETURN QUERY
    SELECT f.* FROM pg_catalog.unnest(v_findings) f
    ORDER BY pg_catalog.array_position(ARRAY['error', 'warning', 'note'], f.severity),
             f.table_name COLLATE "C" NULLS FIRST,
             f.column_name COLLATE "C" NULLS FIRST, f.code COLLATE "C", f.message COLLATE "C";
END
$$;
