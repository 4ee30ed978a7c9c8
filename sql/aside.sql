-- What is put aside while rows are loaded, and put back as it was: constraint modes, keys in a cycle; and, only where the
-- caller asks for it, user triggers, indexes, foreign keys.

-- The keys and constraints of these tables that can wait for the end of a transaction.
CREATE FUNCTION sqlite_migrate._deferrable(targets oid[]) RETURNS TABLE (key oid, deferred boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT k.oid, k.condeferred FROM pg_constraint k
    WHERE k.conrelid = ANY (targets) AND k.condeferrable AND k.conparentid = 0
$$;

-- Whether another constraint of the schema bears the name. Those of partitions follow the one that they come from.
CREATE FUNCTION sqlite_migrate._name_is_shared(key oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM pg_constraint o
                   WHERE o.conname = k.conname AND o.connamespace = k.connamespace AND o.oid <> k.oid
                     AND o.conparentid = 0)
    FROM pg_constraint k WHERE k.oid = key
$$;

-- SET CONSTRAINTS for these keys alone. It knows names only, and means every constraint of the schema that bears one (or
-- refuses, if one of them cannot wait): a key whose name others bear has a name of its own meanwhile. Only its owner can
-- rename it; for others it stays in the mode that it has.
CREATE FUNCTION sqlite_migrate._set_constraints(keys oid[], mode text) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_key     record;
    v_renamed text;
    v_names   text;
BEGIN
    FOR v_key IN
        SELECT k.conname AS name, pg_catalog.format('sqlite_migrate_%s', k.oid) AS unique_name,
               pg_catalog.format('%I.%I', n.nspname, c.relname) AS shown_table, n.nspname AS schema
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
        WHERE k.oid = ANY (keys) AND sqlite_migrate._owns(k.conrelid) AND sqlite_migrate._name_is_shared(k.oid)
    LOOP
        v_renamed := pg_catalog.format('ALTER TABLE %s RENAME CONSTRAINT %%I TO %%I', v_key.shown_table);
        EXECUTE pg_catalog.format(v_renamed, v_key.name, v_key.unique_name);
        EXECUTE pg_catalog.format('SET CONSTRAINTS %I.%I %s', v_key.schema, v_key.unique_name, mode);
        EXECUTE pg_catalog.format(v_renamed, v_key.unique_name, v_key.name);
    END LOOP;
    SELECT pg_catalog.string_agg(pg_catalog.format('%I.%I', n.nspname, k.conname), ', ') INTO v_names
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
    WHERE k.oid = ANY (keys) AND NOT sqlite_migrate._name_is_shared(k.oid);
    IF v_names IS NOT NULL THEN
        EXECUTE pg_catalog.format('SET CONSTRAINTS %s %s', v_names, mode);
    END IF;
END
$$;

-- The keys within a set whose rows pass the key's trigger one by one, and which some row must break for a while. A table's
-- key to itself is among them only where it is loaded by several statements: one statement checks at its end. merged: the
-- tables that are brought up to date by INSERT … ON CONFLICT, whatever their path. pieces: COPY takes the rows in small
-- pieces, each a statement, since rows may be rejected.
CREATE FUNCTION sqlite_migrate._cyclic_keys(targets oid[], merged oid[] DEFAULT '{}', pieces boolean DEFAULT false)
RETURNS TABLE (key oid, relation oid, shown_table text, name text, waits boolean, deferred boolean)
LANGUAGE sql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp
AS $$
    SELECT k.oid, k.conrelid, format('%I.%I', n.nspname, c.relname), k.conname::text, k.condeferrable, k.condeferred
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL sqlite_migrate._path(k.conrelid, sqlite_migrate._wanted_path()) AS p (path)
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid = ANY (targets) AND k.confrelid = ANY (targets)
      AND (p.path NOT LIKE 'direct:%' OR k.conrelid = ANY (merged))
      AND (k.confrelid <> k.conrelid OR (p.path LIKE 'sql:%' OR pieces) AND k.conrelid <> ALL (merged))
      -- a key that is NOT ENFORCED (18 and later) has no triggers
      AND EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid)
    ORDER BY k.conrelid, k.conname
$$;

-- Before a set is loaded: its keys in a cycle wait, all that could wait otherwise does not, so that no event is left over.
-- Gives what must be undone: the keys that were altered, each with what it was.
CREATE FUNCTION sqlite_migrate._defer_keys(targets oid[], merged oid[], pieces boolean) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_key     record;
    v_slow    oid[] := ARRAY(
        SELECT t FROM pg_catalog.unnest(targets) t
        WHERE t = ANY (merged) OR sqlite_migrate._path(t, sqlite_migrate._wanted_path()) NOT LIKE 'direct:%');
    v_cyclic  oid[] := ARRAY(SELECT k.key FROM sqlite_migrate._cyclic_keys(targets, merged, pieces) k);
    v_altered jsonb := '[]';
BEGIN
    IF v_slow = '{}' THEN
        RETURN v_altered;
    END IF;
    PERFORM sqlite_migrate._set_constraints(
        ARRAY(SELECT d.key FROM sqlite_migrate._deferrable(v_slow) d WHERE d.key <> ALL (v_cyclic)), 'IMMEDIATE');
    FOR v_key IN SELECT k.* FROM sqlite_migrate._cyclic_keys(targets, merged, pieces) k WHERE NOT k.deferred LOOP
        EXECUTE pg_catalog.format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED',
                                  v_key.shown_table, v_key.name);
        v_altered := v_altered || pg_catalog.jsonb_build_object('table', v_key.shown_table, 'name', v_key.name, 'was',
            CASE WHEN v_key.waits THEN 'DEFERRABLE INITIALLY IMMEDIATE' ELSE 'NOT DEFERRABLE' END);
    END LOOP;
    -- The caller may have made all of them immediate before.
    PERFORM sqlite_migrate._set_constraints(v_cyclic, 'DEFERRED');
    RETURN v_altered;
END
$$;

-- After a set is loaded: what waits is checked now, and everything is as it was.
CREATE FUNCTION sqlite_migrate._settle_keys(targets oid[], altered jsonb, merged oid[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_key     jsonb;
    v_slow    oid[] := ARRAY(
        SELECT t FROM pg_catalog.unnest(targets) t
        WHERE t = ANY (merged) OR sqlite_migrate._path(t, sqlite_migrate._wanted_path()) NOT LIKE 'direct:%');
BEGIN
    IF v_slow = '{}' THEN
        RETURN;
    END IF;
    PERFORM sqlite_migrate._set_constraints(
        ARRAY(SELECT d.key FROM sqlite_migrate._deferrable(v_slow) d), 'IMMEDIATE');
    FOR v_key IN SELECT a.value FROM pg_catalog.jsonb_array_elements(altered) a LOOP
        EXECUTE pg_catalog.format('ALTER TABLE %s ALTER CONSTRAINT %I %s', v_key ->> 'table', v_key ->> 'name',
                                  v_key ->> 'was');
    END LOOP;
    PERFORM sqlite_migrate._set_constraints(
        ARRAY(SELECT d.key FROM sqlite_migrate._deferrable(v_slow) d WHERE d.deferred), 'DEFERRED');
END
$$;

-- The relations that hold the rows of the tables that are loaded: themselves, and their partitions.
CREATE FUNCTION sqlite_migrate._loaded_relations(tables sqlite_migrate._table[])
RETURNS TABLE (relation oid, shown text, target text, kind "char")
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.oid, format('%I.%I', n.nspname, c.relname), t.shown, c.relkind
    FROM unnest(tables) WITH ORDINALITY t
    CROSS JOIN LATERAL (
        SELECT t.target UNION SELECT p.relid::oid FROM pg_partition_tree(t.target) p) AS r (oid)
    JOIN pg_class c ON c.oid = r.oid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE t.fate = 'load' AND t.target IS NOT NULL
    ORDER BY t.ordinality, c.oid
$$;

-- options.user_triggers = "disable": the triggers that are at work, and how each was. ONLY, since partitions may differ.
CREATE FUNCTION sqlite_migrate._trigger_steps(args jsonb, tables sqlite_migrate._table[], back boolean)
RETURNS SETOF sqlite_migrate._step
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'trigger', l.shown,
           format('ALTER TABLE ONLY %s %s', l.shown, string_agg(
               format('%s TRIGGER %I', CASE WHEN NOT back THEN 'DISABLE'
                                            ELSE CASE g.tgenabled WHEN 'R' THEN 'ENABLE REPLICA'
                                                                  WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END END,
                      g.tgname), ', ' ORDER BY g.tgname)),
           CASE WHEN back THEN 'as they were' ELSE 'they do not see these rows: option user_triggers' END,
           NULL::bigint, NULL::bigint, NULL::text[]
    FROM sqlite_migrate._loaded_relations(tables) WITH ORDINALITY AS l (relation, shown, target, kind, place)
    JOIN pg_trigger g ON g.tgrelid = l.relation AND NOT g.tgisinternal AND g.tgenabled <> 'D'
    WHERE args -> 'options' ->> 'user_triggers' = 'disable' AND args ->> 'use_mode' = 'data'
    GROUP BY l.place, l.shown
    ORDER BY l.place
$$;

-- options.indexes = "rebuild": the indexes that can be dropped and made again without losing anything. Not those of a
-- constraint, those that a foreign key refers to, that identify rows for replication, that CLUSTER remembers, that have
-- statistics targets, a tablespace of their own, or belong to an extension or to a partitioned index.
CREATE FUNCTION sqlite_migrate._index_steps(args jsonb, tables sqlite_migrate._table[], back boolean)
RETURNS SETOF sqlite_migrate._step
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH index AS (
        SELECT l.place, i.indexrelid, format('%I.%I', n.nspname, c.relname) AS shown,
               obj_description(i.indexrelid, 'pg_class') AS comment
        FROM sqlite_migrate._loaded_relations(tables) WITH ORDINALITY AS l (relation, shown, target, kind, place)
        JOIN pg_index i ON i.indrelid = l.relation
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE args -> 'options' ->> 'indexes' = 'rebuild' AND args ->> 'use_mode' = 'data' AND l.kind = 'r'
          AND i.indisvalid AND NOT i.indisreplident AND NOT i.indisclustered AND c.reltablespace = 0
          AND NOT c.relispartition
          AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
          AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0)
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                                                    AND d.deptype = 'e')
    )
    SELECT 'index', i.shown,
           CASE WHEN back THEN pg_get_indexdef(i.indexrelid) ELSE 'DROP INDEX ' || i.shown END,
           CASE WHEN back THEN 'as it was' ELSE 'made again when the rows are in: option indexes' END,
           NULL::bigint, NULL::bigint, NULL::text[]
    FROM index i
    UNION ALL
    SELECT 'index', i.shown, format('COMMENT ON INDEX %s IS %L', i.shown, i.comment), 'as it was', NULL, NULL, NULL
    FROM index i WHERE back AND i.comment IS NOT NULL
    ORDER BY 2, 3 DESC
$$;

-- options.fk = "recreate": the foreign keys of the tables that are loaded, dropped and added again with name, actions,
-- modes, validity and comment. Not one whose triggers somebody has switched off: nobody but a superuser could put that
-- back; nor one that is NOT VALID on a partitioned table, where none can be added.
CREATE FUNCTION sqlite_migrate._key_steps(args jsonb, tables sqlite_migrate._table[], back boolean)
RETURNS SETOF sqlite_migrate._step
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH key AS (
        SELECT t.ordinality AS place, k.conname, t.shown, pg_get_constraintdef(k.oid) AS definition,
               obj_description(k.oid, 'pg_constraint') AS comment
        FROM unnest(tables) WITH ORDINALITY t
        JOIN pg_constraint k ON k.conrelid = t.target AND k.contype = 'f' AND k.conparentid = 0
        WHERE args -> 'options' ->> 'fk' = 'recreate' AND args ->> 'use_mode' = 'data' AND t.fate = 'load'
          AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgenabled <> 'O')
          AND (k.convalidated OR t.target_kind <> 'p')
    )
    SELECT 'foreign key', s.object, s.sql, s.note, NULL::bigint, NULL::bigint, NULL::text[]
    FROM (SELECT k.place, k.conname, 1 AS part, format('%s.%I', k.shown, k.conname) AS object,
                 CASE WHEN back THEN format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.shown, k.conname, k.definition)
                      ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', k.shown, k.conname) END AS sql,
                 CASE WHEN back THEN 'as it was' ELSE 'added again when the rows are in: option fk' END AS note
          FROM key k
          UNION ALL
          SELECT k.place, k.conname, 2, format('%s.%I', k.shown, k.conname),
                 format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.shown, k.comment), 'as it was'
          FROM key k WHERE back AND k.comment IS NOT NULL) s
    ORDER BY s.place, s.conname, s.part
$$;
