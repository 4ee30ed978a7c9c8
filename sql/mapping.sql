-- Says which source table goes into which target table, and which column into which column. Reads catalogs, not rows.

-- The names that the entries of include or exclude mean. An entry is a name; only if nothing bears it, it is a LIKE
-- pattern. Names of columns are written table.column, and are asked after the tables. An entry that means nothing is
-- an error.
CREATE FUNCTION sqlite_migrate._chosen(argument text, entries text[], tables text[], columns text[],
                                       patterns boolean DEFAULT true)
RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_entry text;
    v_found text[];
    v_all   text[] := '{}';
BEGIN
    FOREACH v_entry IN ARRAY COALESCE(entries, '{}') LOOP
        v_found := CASE
            WHEN v_entry = ANY (tables || columns) THEN ARRAY[v_entry]
            WHEN NOT patterns THEN '{}'
            WHEN EXISTS (SELECT FROM unnest(tables) n WHERE n LIKE v_entry)
                THEN ARRAY(SELECT n FROM unnest(tables) n WHERE n LIKE v_entry)
            ELSE ARRAY(SELECT n FROM unnest(columns) n WHERE n LIKE v_entry) END;
        IF v_found = '{}' THEN
            PERFORM sqlite_migrate._raise('22023',
                format('argument "%s": "%s" is not there', argument, v_entry),
                COALESCE(sqlite_migrate._did_you_mean(v_entry, tables || columns),
                                      'Names are compared as they are spelt'
                                      || CASE WHEN patterns THEN '; % and _ make a LIKE pattern.' ELSE '.' END));
        END IF;
        v_all := v_all || v_found;
    END LOOP;
    RETURN v_all;
END
$$;

-- Each key of rules means a column, or, if none bears the name, the columns that fit it as a pattern: at least one.
CREATE FUNCTION sqlite_migrate._check_rule_keys(rules jsonb, columns text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_key text;
BEGIN
    FOR v_key IN SELECT jsonb_object_keys(CASE jsonb_typeof(rules) WHEN 'object' THEN rules ELSE '{}' END) LOOP
        IF NOT EXISTS (SELECT FROM unnest(columns) c WHERE c = v_key OR c LIKE v_key) THEN
            PERFORM sqlite_migrate._raise('22023',
                format('argument "rules": "%s" is not there', v_key),
                COALESCE(sqlite_migrate._did_you_mean(v_key, columns),
                                      'A key is table.column in the source''s spelling, or a LIKE pattern for it.'));
        END IF;
    END LOOP;
END
$$;

-- What the columns of one table must do: a rule's name or several, or an expression. The exact name beats a pattern; two
-- patterns for one column are an error, since nobody could say which one was meant.
CREATE FUNCTION sqlite_migrate._column_rules(rules jsonb, source_table text, source_columns text[])
RETURNS TABLE (column_name text, rule jsonb, expression boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_name text;
    v_keys text[];
BEGIN
    IF rules IS NULL OR jsonb_typeof(rules) <> 'object' THEN
        RETURN;
    END IF;
    FOREACH column_name IN ARRAY source_columns LOOP
        v_name := source_table || '.' || column_name;
        v_keys := CASE WHEN rules ? v_name THEN ARRAY[v_name]
                       ELSE ARRAY(SELECT k FROM jsonb_object_keys(rules) k WHERE v_name LIKE k ORDER BY k) END;
        IF cardinality(v_keys) > 1 THEN
            PERFORM sqlite_migrate._raise('22023',
                format('argument "rules": "%s" and "%s" both fit "%s"', v_keys[1], v_keys[2], v_name),
                format('Name "%s" itself.', v_name));
        ELSIF v_keys <> '{}' THEN
            rule := rules -> v_keys[1];
            expression := jsonb_typeof(rule) = 'string'
                AND rule #>> '{}' NOT IN (SELECT n.name FROM sqlite_migrate._rule_names() n);
            rule := CASE jsonb_typeof(rule) WHEN 'array' THEN rule ELSE jsonb_build_array(rule) END;
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

-- The source's objects, and what include and exclude say of each.
CREATE FUNCTION sqlite_migrate._selection(args jsonb)
RETURNS TABLE (source_table text, included boolean, excluded boolean, excluded_columns text[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_tables  text[] := ARRAY(SELECT s.table_name FROM sqlite_migrate._source_tables(args ->> 'source') s);
    v_columns text[] := ARRAY(SELECT c.table_name || '.' || c.column_name
                              FROM sqlite_migrate._source_columns(args ->> 'source') c);
    v_include text[] := sqlite_migrate._list(args -> 'include');
    v_exclude text[] := sqlite_migrate._chosen('exclude', sqlite_migrate._list(args -> 'exclude'), v_tables, v_columns);
    -- copy_table and copy_tables name their tables by an argument of their own, and exactly.
    v_chosen  text[] := sqlite_migrate._chosen(COALESCE(args ->> 'scope', 'include'), v_include, v_tables, '{}',
                                               args ->> 'scope' IS NULL);
    v_key     text;
BEGIN
    FOR v_key IN SELECT jsonb_object_keys(CASE WHEN args ->> 'rename' IS NULL THEN '{}' ELSE args -> 'rename' END) LOOP
        IF v_key <> ALL (v_tables || v_columns) THEN
            PERFORM sqlite_migrate._raise('22023',
                format('argument "rename": "%s" is not there', v_key),
                COALESCE(sqlite_migrate._did_you_mean(v_key, v_tables || v_columns),
                                      'A key is a table of the source, or table.column, in the source''s spelling.'));
        END IF;
    END LOOP;
    PERFORM sqlite_migrate._check_rule_keys(args -> 'rules', v_columns);
    RETURN QUERY
    SELECT t, v_include IS NULL OR t = ANY (v_chosen), t = ANY (v_exclude),
           ARRAY(SELECT substr(e, length(t) + 2) FROM unnest(v_exclude) e
                 WHERE starts_with(e, t || '.') AND e = ANY (v_columns))
    FROM unnest(v_tables) t;
END
$$;

-- Pairs names of the source with names of the target: as rename says, else equal, else equal without case, else equal
-- in snake case. A better pair takes both its names out of the game; what fits two names at the same level is
-- ambiguous, not guessed.
CREATE FUNCTION sqlite_migrate._match(sources text[], targets text[], rename jsonb)
RETURNS TABLE (source text, target text, ambiguity text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH s AS (
        SELECT n AS name, rename ->> n AS wanted, lower(n) AS folded, sqlite_migrate._snake(n) AS snake
        FROM unnest(sources) n
    ), t AS (
        SELECT n AS name, lower(n) AS folded, sqlite_migrate._snake(n) AS snake FROM unnest(targets) n
    ), pair AS MATERIALIZED (
        SELECT s.name AS source, t.name AS target,
               CASE WHEN s.wanted IS NOT NULL THEN 0 WHEN s.name = t.name THEN 1
                    WHEN s.folded = t.folded THEN 2 ELSE 3 END AS level
        FROM s JOIN t ON CASE WHEN s.wanted IS NOT NULL THEN s.wanted = t.name
                              ELSE s.name = t.name OR s.folded = t.folded OR s.snake = t.snake END
    ), renamed AS (
        SELECT * FROM pair p WHERE p.level = 0
    ), exact AS (
        SELECT * FROM pair p WHERE p.level = 1 AND p.target NOT IN (SELECT r.target FROM renamed r)
        UNION ALL TABLE renamed
    ), caseless AS (
        SELECT * FROM pair p
        WHERE p.level = 2 AND NOT EXISTS (SELECT FROM exact e WHERE e.source = p.source OR e.target = p.target)
        UNION ALL TABLE exact
    ), best AS (
        SELECT * FROM pair p
        WHERE p.level = 3 AND NOT EXISTS (SELECT FROM caseless c WHERE c.source = p.source OR c.target = p.target)
        UNION ALL TABLE caseless
    ), judged AS (
        SELECT b.source,
               string_agg(format('"%s"', b.target), ' and ' ORDER BY b.target COLLATE "C") AS shown,
               CASE WHEN count(*) = 1 THEN min(b.target) END AS target
        FROM best b GROUP BY b.source
    ), rival AS (
        SELECT j.target, string_agg(format('"%s"', j.source), ' and ' ORDER BY j.source COLLATE "C") AS shown
        FROM judged j WHERE j.target IS NOT NULL GROUP BY j.target HAVING count(*) > 1
    )
    SELECT s.name, CASE WHEN r.target IS NULL THEN j.target END,
           CASE WHEN r.target IS NOT NULL THEN format('%s all fit "%s"', r.shown, r.target)
                WHEN j.source IS NOT NULL AND j.target IS NULL THEN format('"%s" fits %s', s.name, j.shown) END
    FROM s LEFT JOIN judged j ON j.source = s.name LEFT JOIN rival r ON r.target = j.target
$$;

-- The new names that rename gives to the columns of one table.
CREATE FUNCTION sqlite_migrate._column_renames(rename jsonb, source_table text) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(jsonb_object_agg(substr(r.key, length(source_table) + 2), r.value), '{}')
    FROM jsonb_each(CASE WHEN jsonb_typeof(rename) = 'object' THEN rename ELSE '{}' END) r
    WHERE starts_with(r.key, source_table || '.')
$$;

-- Pairs the columns of one source table with those of its target, in the target's order.
--   lost      source columns without a target; silent: those of them that SQLite generates
--   gaps      target columns that must have a value and get none; idle: those that get their default, or NULL
--   computed  target columns that the server generates: a value for them cannot be written
CREATE FUNCTION sqlite_migrate._map_columns(columns text[], generated text[], excluded text[], target oid,
                                            rename jsonb, OUT source_columns text[], OUT target_columns text[],
                                            OUT lost text[], OUT silent text[], OUT gaps text[], OUT idle text[],
                                            OUT computed text[], OUT ambiguous text[])
-- STRICT, so that no time is spent where there is no target.
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
    WITH col AS MATERIALIZED (
        SELECT a.attname::text AS name, a.attnum, a.attgenerated <> '' AS computed,
               (a.attnotnull OR t.typnotnull) AND NOT a.atthasdef AND a.attidentity = ''
                   AND t.typdefaultbin IS NULL AS needs_value
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
    ), pair AS MATERIALIZED (
        SELECT m.source, m.target, m.ambiguity, c.attnum, c.computed, m.source = ANY (generated) AS is_generated
        FROM sqlite_migrate._match(
                 ARRAY(SELECT n FROM unnest(columns) n WHERE n <> ALL (excluded)),
                 ARRAY(SELECT c.name FROM col c), rename) m
        LEFT JOIN col c ON c.name = m.target
    )
    SELECT (SELECT array_agg(p.source ORDER BY p.attnum) FROM pair p WHERE NOT p.computed),
           (SELECT array_agg(p.target ORDER BY p.attnum) FROM pair p WHERE NOT p.computed),
           (SELECT array_agg(p.source) FROM pair p
            WHERE p.target IS NULL AND p.ambiguity IS NULL AND NOT p.is_generated),
           (SELECT array_agg(p.source) FROM pair p WHERE p.target IS NULL AND p.ambiguity IS NULL AND p.is_generated),
           (SELECT array_agg(c.name ORDER BY c.attnum) FROM col c
            WHERE c.needs_value AND NOT EXISTS (SELECT FROM pair p WHERE p.target = c.name)),
           (SELECT array_agg(c.name ORDER BY c.attnum) FROM col c
            WHERE NOT c.needs_value AND NOT c.computed AND NOT EXISTS (SELECT FROM pair p WHERE p.target = c.name)),
           (SELECT array_agg(c.name ORDER BY c.attnum) FROM col c WHERE c.computed),
           (SELECT array_agg(DISTINCT p.ambiguity) FROM pair p WHERE p.ambiguity IS NOT NULL)
$$;

-- The relations of a schema that a source table may be meant for. Some of their kinds are refused later, by name.
CREATE FUNCTION sqlite_migrate._relations(target_schema text) RETURNS TABLE (name text, relation oid, kind "char")
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.relname::text, c.oid, c.relkind
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = target_schema AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
$$;

-- Whether a table has rows; NULL where the caller may not ask. Tables that inherit from it do not count.
CREATE FUNCTION sqlite_migrate._has_rows(target oid) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_sql  text;
    v_rows boolean;
BEGIN
    SELECT pg_catalog.format('SELECT EXISTS (SELECT FROM %s%I.%I)',
                             sqlite_migrate._only(c.oid), n.nspname, c.relname)
    INTO v_sql
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = target AND c.relkind IN ('r', 'p', 'f') AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
      AND pg_catalog.has_schema_privilege(n.oid, 'USAGE');
    IF v_sql IS NOT NULL THEN
        EXECUTE v_sql INTO v_rows;
    END IF;
    RETURN v_rows;
END
$$;

-- The arguments with "use_mode": what mode => 'auto' comes to. Never a mixture: one table that is there makes it data.
CREATE FUNCTION sqlite_migrate._resolve_mode(args jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT args || jsonb_build_object('use_mode', CASE WHEN args ->> 'mode' <> 'auto' THEN args ->> 'mode'
        WHEN EXISTS (
            SELECT FROM sqlite_migrate._match(
                ARRAY(SELECT s.table_name
                      FROM sqlite_migrate._source_tables(args ->> 'source') s
                      JOIN sqlite_migrate._selection(args) x ON x.source_table = s.table_name
                      WHERE s.kind = 'table' AND x.included AND NOT x.excluded
                        AND NOT sqlite_migrate._is_history(s.table_name, ARRAY(
                            SELECT c.column_name FROM sqlite_migrate._source_columns(args ->> 'source') c
                            WHERE c.table_name = s.table_name))),
                ARRAY(SELECT r.name FROM sqlite_migrate._relations(args ->> 'target_schema') r), args -> 'rename') m
            WHERE m.target IS NOT NULL OR m.ambiguity IS NOT NULL)
        THEN 'data' ELSE 'create' END)
$$;

-- The name that create mode gives. Names beyond 63 bytes, and collisions, are the designer's affair (_design).
CREATE FUNCTION sqlite_migrate._styled(name text, identifiers text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE identifiers WHEN 'lower' THEN lower(name) WHEN 'snake' THEN sqlite_migrate._snake(name) ELSE name END
$$;

-- Why an object of the source is not loaded, whatever the target holds; NULL = it is.
CREATE FUNCTION sqlite_migrate._reason(table_name text, columns text[], kind text, problem text, excluded boolean,
                                       leave_history boolean) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN excluded THEN 'excluded'
                WHEN kind = 'view' THEN 'view: not carried'
                WHEN kind = 'virtual' THEN 'virtual table: not carried'
                WHEN kind = 'shadow' THEN 'belongs to a virtual table: not carried'
                WHEN leave_history AND sqlite_migrate._is_history(table_name, columns)
                    THEN 'migration history: left alone'
                WHEN problem IS NOT NULL THEN 'cannot be read: ' || problem END
$$;

-- The source's objects in its order. An R-tree is an index by name, but holds rows that are nowhere else: where the
-- target has a table for them it counts as a table. (Full-text tables repeat what other tables hold.)
CREATE FUNCTION sqlite_migrate._objects(source text, target_schema text, rename jsonb, data boolean)
RETURNS TABLE (table_name text, kind text, sql text, rowid_alias text, sequence bigint, rows_estimate bigint,
               problem text, place bigint)
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT s.table_name,
           CASE WHEN data AND s.kind = 'virtual' AND s.problem IS NULL AND s.sql ~* '\yusing\s+["`[]?rtree(_i32)?\y'
                     AND EXISTS (SELECT FROM sqlite_migrate._relations(target_schema) r
                                 WHERE r.kind IN ('r', 'p', 'f')
                                   AND lower(r.name) = lower(COALESCE(rename ->> s.table_name, s.table_name)))
                THEN 'table' ELSE s.kind END,
           s.sql, s.rowid_alias, s.sequence, s.rows_estimate, s.problem, s.place
    FROM sqlite_migrate._source_tables(source) WITH ORDINALITY
             AS s (table_name, kind, sql, without_rowid, strict, autoincrement, rowid_alias, sequence, rows_estimate,
                   problem, place)
$$;

-- All included objects of the source in its order, each with its fate. In create mode the targets are names only, and
-- the columns are empty until the designer has spoken.
CREATE FUNCTION sqlite_migrate._tables(args jsonb) RETURNS sqlite_migrate._table[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_source text    := args ->> 'source';
    v_schema text    := args ->> 'target_schema';
    v_rename jsonb   := CASE WHEN args ->> 'rename' IS NULL THEN '{}' ELSE args -> 'rename' END;
    v_data   boolean := args ->> 'use_mode' = 'data';
BEGIN
    RETURN ARRAY(
        WITH source_column AS MATERIALIZED (
            SELECT c.table_name, pg_catalog.array_agg(c.column_name ORDER BY c.ordinal) AS columns,
                   pg_catalog.array_agg(c.column_name) FILTER (WHERE c.generated) AS generated
            FROM sqlite_migrate._source_columns(v_source) c GROUP BY c.table_name
        ), source AS MATERIALIZED (
            SELECT s.*, x.excluded_columns, r.reason, c.columns, c.generated
            FROM sqlite_migrate._objects(v_source, v_schema, v_rename, v_data) s
            JOIN sqlite_migrate._selection(args) x ON x.source_table = s.table_name
            LEFT JOIN source_column c ON c.table_name = s.table_name
            CROSS JOIN LATERAL sqlite_migrate._reason(s.table_name, c.columns, s.kind, s.problem, x.excluded,
                                                      v_data AND args ->> 'history' IS NULL) AS r (reason)
            WHERE x.included
        ), matched AS MATERIALIZED (
            SELECT m.source, m.ambiguity, r.name, r.relation, r.kind
            FROM sqlite_migrate._match(
                     ARRAY(SELECT s.table_name FROM source s
                           WHERE s.kind = 'table' AND s.reason IS DISTINCT FROM 'excluded'),
                     ARRAY(SELECT r.name FROM sqlite_migrate._relations(v_schema) r), v_rename) m
            LEFT JOIN sqlite_migrate._relations(v_schema) r ON r.name = m.target
            WHERE v_data
        ), fated AS (
            SELECT s.*, t.relation, t.kind AS target_kind, t.ambiguity, h.occupied,
                   CASE WHEN v_data THEN t.name
                        WHEN s.kind = 'table' AND s.reason IS NULL
                            THEN COALESCE(v_rename ->> s.table_name,
                                          sqlite_migrate._styled(s.table_name, args ->> 'identifiers'))
                   END AS target_name,
                   CASE WHEN s.reason = 'excluded' OR s.kind IN ('table', 'shadow') AND s.reason IS NOT NULL THEN 'skip'
                        WHEN s.reason IS NOT NULL THEN 'report'
                        WHEN v_data AND t.relation IS NULL THEN 'skip'
                        WHEN h.occupied AND args ->> 'existing' = 'skip' THEN 'check'
                        ELSE 'load' END AS fate
            FROM source s
            LEFT JOIN matched t ON t.source = s.table_name
            CROSS JOIN LATERAL (
                SELECT CASE WHEN s.reason IS NULL THEN sqlite_migrate._has_rows(t.relation) END) AS h (occupied)
        )
        SELECT ROW(f.table_name, f.kind, f.fate,
                   CASE f.fate WHEN 'check' THEN 'has rows: compared, not loaded'
                               WHEN 'skip' THEN COALESCE(f.reason, 'no table in the target') ELSE f.reason END,
                   f.relation, f.target_kind, f.target_name,
                   CASE WHEN f.target_name IS NULL THEN pg_catalog.quote_ident(f.table_name)
                        ELSE pg_catalog.format('%I.%I', v_schema, f.target_name) END,
                   f.occupied, m.source_columns, m.target_columns, m.lost, m.silent, m.gaps, m.idle, m.computed,
                   pg_catalog.array_remove(ARRAY[f.ambiguity] || m.ambiguous, NULL), f.excluded_columns, f.problem,
                   f.rows_estimate, f.rowid_alias, f.sequence)::sqlite_migrate._table
        FROM fated f
        CROSS JOIN LATERAL sqlite_migrate._map_columns(COALESCE(f.columns, '{}'), COALESCE(f.generated, '{}'),
                                                       f.excluded_columns,
                               CASE WHEN f.reason IS NULL THEN f.relation END,
                               CASE WHEN v_data THEN sqlite_migrate._column_renames(v_rename, f.table_name) END) m
        ORDER BY f.place);
END
$$;
