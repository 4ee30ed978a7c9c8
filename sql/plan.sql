-- The steps of a migration, as SQL that anybody can run by hand. plan() shows them; migrate() carries them out.

-- The strongly connected components of a graph of foreign keys, parents first.
CREATE FUNCTION sqlite_migrate._order(tables text[], children text[], parents text[])
RETURNS TABLE (component integer, table_name text)
LANGUAGE C IMMUTABLE
AS 'MODULE_PATHNAME', 'sqlite_migrate_order';

-- Which tables are loaded together, and in which order: in data mode those whose foreign keys form a cycle, parents
-- first; in create mode each alone, as the keys come later.
CREATE FUNCTION sqlite_migrate._load_sets(args jsonb, tables sqlite_migrate._table[])
RETURNS TABLE (place bigint, members sqlite_migrate._table[])
LANGUAGE sql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp
AS $$
    WITH loaded AS MATERIALIZED (
        SELECT row_number() OVER () AS place, t AS member, t.target FROM unnest(tables) t
        WHERE t.fate IN ('load', 'check')
    ), key AS MATERIALIZED (
        SELECT DISTINCT k.conrelid, k.confrelid FROM pg_constraint k
        WHERE k.contype = 'f' AND k.conrelid IN (SELECT l.target FROM loaded l)
          AND k.confrelid IN (SELECT l.target FROM loaded l)
    ), ordered AS (
        SELECT o.component, o.table_name::oid AS target
        FROM sqlite_migrate._order(ARRAY(SELECT l.target::text FROM loaded l ORDER BY l.place),
                 ARRAY(SELECT k.conrelid::text FROM key k ORDER BY k.conrelid, k.confrelid),
                 ARRAY(SELECT k.confrelid::text FROM key k ORDER BY k.conrelid, k.confrelid)) o
        WHERE args ->> 'use_mode' = 'data'
    )
    SELECT o.component::bigint, array_agg(l.member ORDER BY l.place)
    FROM ordered o JOIN loaded l ON l.target = o.target GROUP BY 1
    UNION ALL
    SELECT l.place, ARRAY[l.member] FROM loaded l WHERE args ->> 'use_mode' = 'create'
    ORDER BY 1
$$;

-- Before the first row: writers of these tables, and of those that their foreign keys refer to, wait until the end of
-- the transaction. Without it, a parent that is deleted meanwhile leaves an orphan under a valid key.
CREATE FUNCTION sqlite_migrate._lock_targets(tables sqlite_migrate._table[]) RETURNS oid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(array_agg(o ORDER BY o), '{}')
    FROM (SELECT t.target FROM unnest(tables) t WHERE t.fate IN ('load', 'check')
          UNION
          SELECT k.confrelid FROM unnest(tables) t JOIN pg_constraint k ON k.contype = 'f' AND k.conrelid = t.target
          WHERE t.fate IN ('load', 'check')) AS s (o)
$$;

-- Names for the column object: all of a few, else their number.
CREATE FUNCTION sqlite_migrate._named(names text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN cardinality(names) > 3 THEN cardinality(names) || ' tables'
                ELSE array_to_string(names, ', ') END
$$;

CREATE FUNCTION sqlite_migrate._lock_steps(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._step
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'lock', sqlite_migrate._named(array_agg(l.shown ORDER BY l.relation)),
           'SELECT sqlite_migrate._lock(ARRAY[' || string_agg(quote_literal(l.shown), ', ' ORDER BY l.relation)
           || ']::pg_catalog.regclass[]::oid[])',
           'SHARE ROW EXCLUSIVE to the end of the transaction: readers go on, writers wait', NULL::bigint, NULL::bigint,
           NULL::text[]
    FROM (SELECT c.oid AS relation, format('%I.%I', n.nspname, c.relname) AS shown
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.oid = ANY (sqlite_migrate._lock_targets(tables))) l
    WHERE args ->> 'use_mode' = 'data'
    HAVING count(*) > 0
$$;

-- One command for the whole set: one by one, tables that refer to each other would be refused.
CREATE FUNCTION sqlite_migrate._truncate_steps(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._step
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'truncate', sqlite_migrate._named(array_agg(t.shown ORDER BY t.ordinality)),
           'TRUNCATE ' || string_agg(sqlite_migrate._only(t.target) || t.shown, ', ' ORDER BY t.ordinality),
           'with rows now: ' || sqlite_migrate._named(array_agg(t.shown ORDER BY t.ordinality)
                                                      FILTER (WHERE t.occupied)),
           NULL::bigint, NULL::bigint, NULL::text[]
    FROM unnest(tables) WITH ORDINALITY t
    WHERE args ->> 'use_mode' = 'data' AND args ->> 'existing' = 'truncate' AND t.fate = 'load'
    HAVING count(*) > 0
$$;

CREATE FUNCTION sqlite_migrate._design_steps(design jsonb, actions text[]) RETURNS SETOF sqlite_migrate._step
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT s.value ->> 'action', s.value ->> 'object', NULLIF(s.value ->> 'sql', ''), s.value ->> 'note',
           NULL::bigint, NULL::bigint, ARRAY[s.value ->> 'source_table']
    FROM jsonb_array_elements(design -> 'statements') WITH ORDINALITY AS s (value, place)
    WHERE s.value ->> 'action' = ANY (actions)
    ORDER BY s.place
$$;

-- What a call by hand must be told to find the same names: only pairs that matching would not find by itself, or that
-- the caller chose.
CREATE FUNCTION sqlite_migrate._needed_rename(args jsonb, tables sqlite_migrate._table[], with_tables boolean)
RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(p.source, p.target)
    FROM (SELECT t.source_table AS source, t.source_table AS name, t.target_name AS target
          FROM unnest(tables) t WHERE with_tables
          UNION ALL
          SELECT t.source_table || '.' || c.source, c.source, c.target
          FROM unnest(tables) t,
               unnest(t.source_columns, t.target_columns) AS c (source, target)) p
    WHERE args -> 'rename' -> p.source IS NOT NULL
       OR p.target <> p.name AND lower(p.target) <> lower(p.name)
          AND sqlite_migrate._snake(p.target) <> sqlite_migrate._snake(p.name)
$$;

-- The arguments that a call by hand gets for these tables.
CREATE FUNCTION sqlite_migrate._call_args(args jsonb, tables sqlite_migrate._table[], with_tables boolean) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT args || jsonb_build_object(
        -- TRUNCATE is a step of its own.
        'existing', CASE WHEN args ->> 'existing' = 'truncate' THEN 'error' ELSE args ->> 'existing' END,
        'exclude', (SELECT jsonb_agg(t.source_table || '.' || c)
                    FROM unnest(tables) t, unnest(t.excluded_columns) c),
        'rename', sqlite_migrate._needed_rename(args, tables, with_tables))
$$;

-- The paths of a set, each with its tables where they differ.
CREATE FUNCTION sqlite_migrate._path_note(args jsonb, members sqlite_migrate._table[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(CASE WHEN p.shown = w.shown THEN '' ELSE p.shown || ': ' END || 'path ' || p.path, '; '
                      ORDER BY p.shown)
    FROM (SELECT n.path, string_agg(n.shown, ', ' ORDER BY n.shown COLLATE "C") AS shown
          FROM (SELECT t.shown,
                       CASE WHEN sqlite_migrate._occupied_by(args, t, 'upsert')
                            THEN 'upsert: by primary key, through a temporary table (space for all its rows is needed)'
                            ELSE sqlite_migrate._path(t.target, sqlite_migrate._wanted_path()) END AS path
                FROM unnest(members) t WHERE t.fate = 'load' AND t.target_kind IN ('r', 'p', 'f')) n
          GROUP BY n.path) p,
         (SELECT string_agg(t.shown, ', ' ORDER BY t.shown COLLATE "C") AS shown
          FROM unnest(members) t WHERE t.fate = 'load') w
$$;

-- One set is one call: its foreign keys are checked when the call ends, so that a cycle is whole by then.
-- bytes_estimate: the table's share of the file, by rows times columns.
CREATE FUNCTION sqlite_migrate._load_steps(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._step
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    WITH file AS (
        SELECT f.size FROM sqlite_migrate._source_file(args ->> 'source') f
    ), cells AS (
        SELECT NULLIF(sum(t.rows_estimate * cardinality(t.source_columns)), 0) AS total
        FROM unnest(tables) t WHERE t.fate IN ('load', 'check')
    )
    SELECT 'load', m.shown,
           'SELECT * FROM ' || CASE WHEN cardinality(s.members) = 1
               THEN sqlite_migrate._call('copy_table',
                        ARRAY[quote_literal(args ->> 'source'), quote_literal(m.names[1]), quote_literal(m.shown)],
                        ARRAY['existing', 'exclude', 'rename', 'rules', 'assume_timezone', 'on_error', 'max_rejects',
                              'orphans', 'verify'],
                        sqlite_migrate._call_args(args, s.members, false))
               ELSE sqlite_migrate._call('copy_tables',
                        ARRAY[quote_literal(args ->> 'source'), sqlite_migrate._literal(to_jsonb(m.names)),
                              'target_schema => ' || quote_literal(args ->> 'target_schema')],
                        ARRAY['existing', 'exclude', 'rename', 'rules', 'assume_timezone', 'on_error', 'max_rejects',
                              'orphans', 'verify'],
                        sqlite_migrate._call_args(args, s.members, true)) END,
           NULLIF(concat_ws('; ',
               CASE WHEN cardinality(s.members) > 1
                   THEN 'their foreign keys form a cycle, checked when all are loaded' END,
               m.checked || CASE args ->> 'verify' WHEN 'none' THEN ': has rows, not loaded, not compared'
                                                   ELSE ': has rows, compared, not loaded' END,
               m.added || ': has rows, which stay', m.paths, m.waiting), ''),
           m.rows, (m.cells * (SELECT f.size FROM file f) / (SELECT c.total FROM cells c))::bigint, m.names
    FROM sqlite_migrate._load_sets(args, tables) s
    CROSS JOIN LATERAL (
        SELECT array_agg(t.source_table) AS names, string_agg(t.shown, ', ') AS shown,
               string_agg(t.shown, ', ') FILTER (WHERE t.fate = 'check') AS checked,
               string_agg(t.shown, ', ') FILTER (WHERE sqlite_migrate._occupied_by(args, t, 'append')) AS added,
               sqlite_migrate._path_note(args, array_agg(t)) AS paths,
               (SELECT 'deferrable meanwhile, under ACCESS EXCLUSIVE: ' || string_agg(k.name, ', ')
                FROM sqlite_migrate._cyclic_keys(array_agg(t.target) FILTER (WHERE t.fate = 'load'), array_agg(t.target)
                         FILTER (WHERE sqlite_migrate._occupied_by(args, t, 'upsert'))) k
                WHERE NOT k.deferred) AS waiting,
               sum(t.rows_estimate)::bigint AS rows,
               sum(t.rows_estimate * cardinality(t.source_columns)) AS cells
        FROM unnest(s.members) t) m
    ORDER BY s.place
$$;

-- Sequences of the loaded tables. What SQLite remembers of numbers given (sqlite_sequence) goes along: a number whose
-- row was deleted must not come back.
CREATE FUNCTION sqlite_migrate._sequence_steps(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._step
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH numbered AS (
        SELECT t.ordinality AS place, t.target_name, t.shown, t.last_number FROM unnest(tables) WITH ORDINALITY t
        WHERE t.fate IN ('load', 'check')
          AND (t.target IS NULL AND t.rowid_alias IS NOT NULL
               OR t.target IN (SELECT k.relation FROM sqlite_migrate._sequence_columns(
                                   ARRAY(SELECT o.target FROM unnest(tables) o WHERE o.fate IN ('load', 'check'))) k))
    )
    SELECT 'sequence', sqlite_migrate._named(array_agg(n.shown ORDER BY n.place)),
           'SELECT * FROM ' || sqlite_migrate._call('align_sequences',
               ARRAY['target_schema => ' || quote_literal(args ->> 'target_schema')], ARRAY['include', 'at_least'],
               jsonb_build_object('include', jsonb_agg(n.target_name ORDER BY n.place),
                   'at_least', jsonb_object_agg(n.target_name, n.last_number)
                       FILTER (WHERE n.last_number IS NOT NULL))),
           NULL, NULL::bigint, NULL::bigint, NULL::text[]
    FROM numbered n
    HAVING count(*) > 0
$$;

-- Whether the caller may analyze: its owner, or (17 and later) a role with MAINTAIN.
CREATE FUNCTION sqlite_migrate._may_analyze(target oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT pg_has_role(c.relowner, 'USAGE')
        OR CASE WHEN current_setting('server_version_num')::integer >= 170000
                THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE false END
    FROM pg_class c WHERE c.oid = target
$$;

CREATE FUNCTION sqlite_migrate._analyze_steps(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._step
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'analyze', sqlite_migrate._named(array_agg(t.shown ORDER BY t.ordinality)),
           'ANALYZE ' || string_agg(t.shown, ', ' ORDER BY t.ordinality), NULL, NULL::bigint, NULL::bigint, NULL::text[]
    FROM unnest(tables) WITH ORDINALITY t
    WHERE t.fate = 'load' AND (t.target IS NULL OR sqlite_migrate._may_analyze(t.target))
      AND COALESCE((args -> 'options' ->> 'analyze')::boolean, true)
    HAVING count(*) > 0
$$;

-- By hand, the source is converted again and compared with what is stored; migrate compares with what it converted
-- while loading. Where rows are added to others, or brought up to date among others, a table is not what the source is:
-- that is proved by the load alone.
CREATE FUNCTION sqlite_migrate._verify_steps(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._step
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH subject AS (
        SELECT t AS whole, t.shown, t.source_table, t.source_columns,
               sqlite_migrate._occupied_by(args, t, 'append') OR sqlite_migrate._occupied_by(args, t, 'upsert') AS shared
        FROM unnest(tables) t
        WHERE t.fate IN ('load', 'check') AND args ->> 'verify' <> 'none' AND args ->> 'use_mode' <> 'schema'
    )
    SELECT 'verify', sqlite_migrate._named(array_agg(s.shown)),
           CASE WHEN NOT bool_and(s.shared) THEN
           'CALL ' || sqlite_migrate._call('verify_or_raise',
               ARRAY[quote_literal(args ->> 'source'), 'target_schema => ' || quote_literal(args ->> 'target_schema')],
               ARRAY['method', 'include', 'exclude', 'rename', 'rules', 'assume_timezone', 'options'],
               args || jsonb_build_object('method', args -> 'verify',
                   'options', jsonb_strip_nulls(jsonb_build_object('unverified', args #> '{options,unverified}')),
                   -- Tables of migration history that were created are compared too, if they are named.
                   'include', CASE WHEN args ->> 'include' IS NOT NULL OR bool_or(s.shared)
                                     OR bool_or(args ->> 'use_mode' = 'create'
                                                AND sqlite_migrate._is_history(s.source_table, s.source_columns))
                                   THEN jsonb_agg(s.source_table) FILTER (WHERE NOT s.shared) END,
                   'rename', sqlite_migrate._needed_rename(args, array_agg(s.whole) FILTER (WHERE NOT s.shared), true))) END,
           'compared by the load, which knows its rows from the others: '
               || sqlite_migrate._named(array_agg(s.shown) FILTER (WHERE s.shared)),
           NULL::bigint, NULL::bigint, NULL::text[]
    FROM subject s
    HAVING count(*) > 0
$$;

-- What is not loaded, and why. Nothing of the source vanishes from the plan.
CREATE FUNCTION sqlite_migrate._left_steps(args jsonb, tables sqlite_migrate._table[], design jsonb)
RETURNS SETOF sqlite_migrate._step
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT t.fate, t.shown COLLATE "C", NULL, t.reason, t.rows_estimate, NULL::bigint, ARRAY[t.source_table]
    FROM unnest(tables) t
    WHERE t.fate IN ('skip', 'report')
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(design -> 'statements') s
                      WHERE s.value ->> 'action' IN ('report', 'view')
                        AND s.value ->> 'source_table' = t.source_table)
    UNION ALL
    SELECT 'report', ('trigger ' || quote_ident(g.trigger_name)) COLLATE "C", NULL, 'trigger: not carried', NULL, NULL,
           ARRAY[g.table_name]
    FROM sqlite_migrate._source_triggers(args ->> 'source') g
    JOIN unnest(tables) t ON t.source_table = g.table_name AND t.reason IS DISTINCT FROM 'excluded'
    WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(design -> 'statements') s
                      WHERE s.value ->> 'action' = 'report' AND strpos(s.value ->> 'object', g.trigger_name) > 0)
    ORDER BY 1 DESC, 2
$$;

-- By hand, somebody must look at what preflight finds; migrate has looked before it comes here.
CREATE FUNCTION sqlite_migrate._check_steps(args jsonb) RETURNS SETOF sqlite_migrate._step
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'check', args ->> 'target_schema', rtrim(sqlite_migrate._preflight_call(args), ';'),
           'a row of severity error means: what follows will fail', NULL::bigint, NULL::bigint, NULL::text[]
    WHERE args ->> 'scope' IS NULL
$$;

-- All steps, in their order.
CREATE FUNCTION sqlite_migrate._steps(args jsonb, tables sqlite_migrate._table[], design jsonb)
RETURNS sqlite_migrate._step[]
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ARRAY(SELECT s FROM sqlite_migrate._check_steps(args) s)
        || ARRAY(SELECT s FROM sqlite_migrate._lock_steps(args, tables) s)
        || ARRAY(SELECT s FROM sqlite_migrate._trigger_steps(args, tables, false) s)
        || ARRAY(SELECT s FROM sqlite_migrate._key_steps(args, tables, false) s)
        || ARRAY(SELECT s FROM sqlite_migrate._index_steps(args, tables, false) s)
        || ARRAY(SELECT s FROM sqlite_migrate._truncate_steps(args, tables) s)
        || ARRAY(SELECT s FROM sqlite_migrate._design_steps(design, '{create}') s)
        || CASE WHEN v.early THEN ARRAY(SELECT s FROM sqlite_migrate._design_steps(design, '{constraint,key,unique}') s)
                || CASE WHEN args ->> 'orphans' <> 'error'
                        THEN ARRAY(SELECT s FROM sqlite_migrate._design_steps(design, '{foreign key}') s) END END
        || ARRAY(SELECT s FROM sqlite_migrate._load_steps(args, tables) s)
        || ARRAY(SELECT s FROM sqlite_migrate._index_steps(args, tables, true) s)
        || ARRAY(SELECT s FROM sqlite_migrate._key_steps(args, tables, true) s)
        || ARRAY(SELECT s FROM sqlite_migrate._trigger_steps(args, tables, true) s)
        || ARRAY(SELECT s FROM sqlite_migrate._design_steps(design, CASE WHEN v.early THEN '{index}'::text[]
                                                                         ELSE '{constraint,key,unique,index}' END) s)
        || ARRAY(SELECT s FROM sqlite_migrate._design_steps(design, CASE WHEN args ->> 'orphans' <> 'error' THEN '{view}'::text[]
                                                                         ELSE '{foreign key,view}' END) s)
        || CASE WHEN args ->> 'use_mode' <> 'schema' AND args ->> 'scope' IS NULL THEN
               ARRAY(SELECT s FROM sqlite_migrate._sequence_steps(args, tables) s)
            || ARRAY(SELECT s FROM sqlite_migrate._analyze_steps(args, tables) s) END
        || ARRAY(SELECT s FROM sqlite_migrate._verify_steps(args, tables) s)
        || ARRAY(SELECT s FROM sqlite_migrate._left_steps(args, tables, design) s)
        || ARRAY(SELECT s FROM sqlite_migrate._design_steps(design, '{report}') s)
    -- Keys of new tables are built after the load, but where a row that breaks one is to be rejected, they must be there.
    FROM (SELECT args ->> 'on_error' = 'reject' OR args ->> 'orphans' <> 'error') AS v (early)
$$;

-- Errors come first: with them, migrate does nothing of what follows.
CREATE FUNCTION sqlite_migrate.plan(
    source text, target_schema text DEFAULT 'public', mode text DEFAULT 'auto', existing text DEFAULT 'error',
    include text[] DEFAULT NULL, exclude text[] DEFAULT NULL, rename jsonb DEFAULT NULL, rules jsonb DEFAULT NULL,
    identifiers text DEFAULT 'preserve', assume_timezone text DEFAULT 'UTC', on_error text DEFAULT 'abort',
    max_rejects bigint DEFAULT NULL, orphans text DEFAULT 'error', options jsonb DEFAULT '{}')
RETURNS TABLE (step integer, action text, object text, sql text, note text, rows_estimate bigint, bytes_estimate bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
#variable_conflict use_column
DECLARE
    v_args   jsonb := sqlite_migrate._arguments(pg_catalog.jsonb_build_object(
        'source', source, 'target_schema', target_schema, 'mode', mode, 'existing', existing, 'include', include,
        'exclude', exclude, 'rename', rename, 'rules', rules, 'identifiers', identifiers,
        'assume_timezone', assume_timezone, 'on_error', on_error, 'max_rejects', max_rejects, 'orphans', orphans,
        'options', options));
    v_survey record;
BEGIN
    IF NOT sqlite_migrate._source_present(v_args) THEN
        RETURN;
    END IF;
    v_args := sqlite_migrate._resolve_mode(v_args);
    SELECT * INTO v_survey FROM sqlite_migrate._survey(v_args);
    RETURN QUERY
    SELECT s.place::integer, s.action, s.object, s.sql,
           CASE s.action WHEN 'load'
               THEN NULLIF(pg_catalog.concat_ws('; ', s.note, sqlite_migrate._unit_note(v_args, v_survey.tables,
                                                                                       s.source_tables)), '')
               ELSE s.note END, s.rows_estimate, s.bytes_estimate
    FROM pg_catalog.unnest(
        ARRAY(SELECT ROW('report', COALESCE(f.table_name, v_args ->> 'target_schema'), NULL,
                         'error: ' || COALESCE('column "' || f.column_name || '": ', '') || f.message, NULL, NULL,
                         NULL)::sqlite_migrate._step
              FROM pg_catalog.unnest(v_survey.findings) f WHERE f.severity = 'error'
              ORDER BY f.table_name COLLATE "C" NULLS FIRST, f.column_name COLLATE "C" NULLS FIRST, f.code COLLATE "C")
        || CASE WHEN v_args ->> 'use_mode' = 'data' OR v_survey.design IS NOT NULL
                THEN sqlite_migrate._steps(v_args, v_survey.tables, v_survey.design) END) WITH ORDINALITY
        AS s (action, object, sql, note, rows_estimate, bytes_estimate, source_tables, place)
    ORDER BY s.place;
END
$$;
