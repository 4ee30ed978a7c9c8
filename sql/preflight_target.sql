-- Findings about the target alone: rights, keys, what only an owner may do, what is left alone.

-- Rights that are missing. Each has the GRANT that gives it.
CREATE FUNCTION sqlite_migrate._find_rights(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH target AS (
        SELECT t.* FROM unnest(tables) t
        WHERE t.fate IN ('load', 'check') AND t.target_kind IN ('r', 'p', 'f') AND t.target_columns IS NOT NULL
    )
    SELECT 'error', 'insufficient_privilege', t.shown, NULL, NULL::bigint, NULL::jsonb,
           format('permission denied: %s is needed', p.privilege),
           format('GRANT %s ON %s TO %I', p.privilege, t.shown, CURRENT_USER)
    FROM target t, (VALUES ('INSERT'), ('SELECT')) AS p (privilege)
    WHERE (t.fate = 'load' OR p.privilege = 'SELECT')
      AND EXISTS (SELECT FROM unnest(t.target_columns) c
                  WHERE NOT has_column_privilege(t.target, c, p.privilege))
    UNION ALL
    SELECT 'error', 'insufficient_privilege', t.shown, NULL, NULL, NULL, 'permission denied: TRUNCATE is needed',
           format('GRANT TRUNCATE ON %s TO %I', t.shown, CURRENT_USER)
    FROM target t
    WHERE args ->> 'existing' = 'truncate' AND t.fate = 'load' AND NOT has_table_privilege(t.target, 'TRUNCATE')
    UNION ALL
    -- Policies decide row by row what may come in, and hide rows from the check afterwards.
    SELECT 'error', 'row_security', t.shown, NULL, NULL, NULL,
           'row security applies to you here: rows could be refused, or hidden',
           format('run it as the owner of %s, or as a role with BYPASSRLS', t.shown)
    FROM target t WHERE row_security_active(t.target)
    UNION ALL
    SELECT DISTINCT 'warning', 'sequence_rights', t.shown, k.column_name, NULL::bigint, NULL::jsonb,
           format('its sequence %s can not be set', k.sequence::regclass),
           format('GRANT SELECT, UPDATE ON SEQUENCE %s TO %I', k.sequence::regclass, CURRENT_USER)
    FROM target t
    JOIN sqlite_migrate._sequence_columns(ARRAY(SELECT t.target FROM target t)) k ON k.relation = t.target
    WHERE NOT has_sequence_privilege(k.sequence, 'UPDATE') OR NOT has_sequence_privilege(k.sequence, 'SELECT')
$$;

-- Foreign keys whose check is switched off: rows go in unchecked, as they would from anybody.
CREATE FUNCTION sqlite_migrate._find_unenforced(tables sqlite_migrate._table[]) RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'warning', 'unenforced_key', t.shown, NULL, NULL::bigint, NULL::jsonb,
           format('foreign key "%s" is switched off: whether its rows have parents is not checked', k.conname),
           format('ALTER TABLE %s ENABLE TRIGGER ALL (as a superuser), then ALTER TABLE … VALIDATE CONSTRAINT', t.shown)
    FROM unnest(tables) t
    JOIN pg_constraint k ON k.contype = 'f' AND k.conrelid = t.target
    WHERE t.fate IN ('load', 'check')
      AND EXISTS (SELECT FROM pg_trigger g
                  WHERE g.tgconstraint = k.oid AND g.tgrelid = k.conrelid AND g.tgenabled IN ('D', 'R'))
$$;

-- What only the owner of a table can put aside.
CREATE FUNCTION sqlite_migrate._find_aside(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'error', 'insufficient_privilege', t.shown, NULL, NULL::bigint, NULL::jsonb,
           format('only its owner may do what option "%s" asks for', o.key), format('run it as the owner of %s', t.shown)
    FROM unnest(tables) t
    JOIN (VALUES ('user_triggers'), ('indexes'), ('fk')) AS o (key) ON args -> 'options' ->> o.key IN ('disable', 'rebuild', 'recreate')
    WHERE t.fate = 'load' AND NOT sqlite_migrate._owns(t.target)
    UNION ALL
    -- By the owner such a key is made deferrable for the time of the load.
    SELECT 'error', 'cyclic_key', k.shown_table, NULL, NULL, NULL,
           format('foreign key "%s" is part of a cycle, and is checked row by row here (path %s)', k.name, p.path),
           format('run it as the owner of %s, or ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED',
                  k.shown_table, k.shown_table, k.name)
    FROM sqlite_migrate._load_sets(args, tables) s
    CROSS JOIN LATERAL sqlite_migrate._cyclic_keys(
        ARRAY(SELECT m.target FROM unnest(s.members) m WHERE m.fate = 'load'),
        ARRAY(SELECT m.target FROM unnest(s.members) m WHERE sqlite_migrate._occupied_by(args, m, 'upsert'))) k
    CROSS JOIN LATERAL sqlite_migrate._path(k.relation, sqlite_migrate._wanted_path()) AS p (path)
    WHERE args ->> 'use_mode' = 'data' AND NOT k.deferred AND NOT sqlite_migrate._owns(k.relation)
$$;

-- Tables outside the set whose foreign keys point into it: TRUNCATE refuses, and CASCADE would empty what is not ours.
CREATE FUNCTION sqlite_migrate._find_truncate(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'error', 'truncate_refused', t.shown, NULL, NULL::bigint, NULL::jsonb,
           format('cannot be truncated: %s refers to it and is not loaded by this source',
                  string_agg(DISTINCT format('%I.%I', n.nspname, c.relname), ', ')),
           'empty those tables first, or drop their foreign keys, or exclude this table'
    FROM unnest(tables) t
    JOIN pg_constraint k ON k.contype = 'f' AND k.confrelid = t.target AND k.conparentid = 0
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE args ->> 'existing' = 'truncate' AND t.fate = 'load'
      -- a partition is emptied with its parent
      AND NOT EXISTS (SELECT FROM unnest(tables) o
                      WHERE o.fate = 'load' AND o.target IN (k.conrelid, pg_partition_root(k.conrelid)))
    GROUP BY t.shown
$$;

-- What is left alone because a framework keeps it.
CREATE FUNCTION sqlite_migrate._find_history(tables sqlite_migrate._table[]) RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'note', 'migration_history', t.shown, NULL, NULL::bigint, NULL::jsonb,
           format('migration history of %s: left alone', sqlite_migrate._history_of(t.source_table, NULL)), NULL
    FROM unnest(tables) t WHERE t.reason = 'migration history: left alone'
$$;

-- mode => 'auto' makes tables because none is in target_schema, but tables of these names are in another one: the usual
-- reason is a target_schema that was forgotten. Who names mode or target_schema is taken at his word.
CREATE FUNCTION sqlite_migrate._find_same_names(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH wanted AS (
        SELECT t.source_table FROM unnest(tables) t WHERE t.fate = 'load'
    )
    SELECT CASE WHEN args ->> 'mode' = 'auto' AND args ->> 'target_schema' = 'public' THEN 'warning' ELSE 'note' END,
           'same_names_elsewhere', NULL, NULL, NULL::bigint, NULL::jsonb,
           format('%s of %s tables bear names that tables of schema "%s" bear, and are made new in "%s"',
                  count(DISTINCT w.source_table), (SELECT count(*) FROM wanted), n.nspname, args ->> 'target_schema'),
           format('target_schema => %L, if the rows are meant for those', n.nspname)
    FROM wanted w
    JOIN pg_class c ON lower(c.relname) = lower(w.source_table)
                       OR sqlite_migrate._snake(c.relname) = sqlite_migrate._snake(w.source_table)
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE args ->> 'use_mode' <> 'data' AND c.relkind IN ('r', 'p') AND n.nspname <> args ->> 'target_schema'
      AND n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'sqlite_migrate')
      AND has_schema_privilege(n.oid, 'USAGE')
    GROUP BY n.nspname
    ORDER BY count(DISTINCT w.source_table) DESC, n.nspname
$$;
