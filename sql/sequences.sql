-- Moves sequences past the numbers that are in use, so that the next insert gets a free one.

-- Every column whose numbers come from a sequence that a column of these tables uses. Found through pg_depend (identity, serial,
-- OWNED BY) and through defaults; never by name. Other tables' columns are among them: a shared sequence must clear them all.
-- is_key: the number of SQLite's AUTOINCREMENT is meant for this one of the table's columns.
CREATE FUNCTION sqlite_migrate._sequence_columns(targets oid[])
RETURNS TABLE (sequence oid, relation oid, column_name text, ceiling numeric, is_key boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH used AS MATERIALIZED (
        SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid AS attnum
        FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
          AND d.deptype IN ('a', 'i')
        UNION
        SELECT d.refobjid, f.adrelid, f.adnum
        FROM pg_depend d JOIN pg_attrdef f ON f.oid = d.objid
        WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass
    ), numbered AS (
        SELECT u.sequence, u.relation, a.attname::text AS column_name, t.oid AS type, t.typbasetype,
               COALESCE(u.attnum = ANY (k.indkey), false) AS in_key
        FROM used u
        JOIN pg_class s ON s.oid = u.sequence AND s.relkind = 'S'
        JOIN pg_class c ON c.oid = u.relation AND c.relkind IN ('r', 'p') AND NOT pg_is_other_temp_schema(c.relnamespace)
        JOIN pg_attribute a ON a.attrelid = u.relation AND a.attnum = u.attnum
        JOIN pg_type t ON t.oid = a.atttypid AND t.typcategory = 'N'
        LEFT JOIN pg_index k ON k.indrelid = u.relation AND k.indisprimary
        WHERE u.sequence IN (SELECT w.sequence FROM used w WHERE w.relation = ANY (targets))
          -- a partition's rows are seen through its parent
          AND NOT (c.relispartition AND EXISTS (
              SELECT FROM used w JOIN pg_inherits i ON i.inhparent = w.relation
              WHERE i.inhrelid = u.relation AND w.sequence = u.sequence))
    )
    SELECT n.sequence, n.relation, n.column_name,
           CASE COALESCE(NULLIF(n.typbasetype, 0), n.type)
                WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 END::numeric,
           n.in_key OR NOT bool_or(n.in_key) OVER (PARTITION BY n.relation)
    FROM numbered n
$$;

-- The greatest (or, for a sequence that counts down, least) number in a column; NULL where the table is empty.
CREATE FUNCTION sqlite_migrate._column_extreme(relation oid, column_name text, ascending boolean) RETURNS numeric
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_extreme numeric;
BEGIN
    EXECUTE (
        SELECT pg_catalog.format('SELECT pg_catalog.%s(%I)::pg_catalog.numeric FROM %I.%I',
                                 CASE WHEN ascending THEN 'max' ELSE 'min' END, column_name, n.nspname, c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation)
    INTO v_extreme;
    RETURN pg_catalog.trunc(v_extreme);
END
$$;

-- The number that a sequence gives next, in the phase of its increment: a sequence of odd numbers stays one.
CREATE FUNCTION sqlite_migrate._next_beyond(old_next numeric, increment numeric, used numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE WHEN used IS NULL OR pg_catalog.sign(increment) * (old_next - used) > 0 THEN old_next
                ELSE old_next + increment * (pg_catalog.floor((used - old_next) / increment) + 1) END
$$;

-- Sets one sequence: as its owner by ALTER SEQUENCE, which ROLLBACK undoes; else by setval, which it does not.
-- Gives the statement, or NULL where the caller has neither right. Says so in note.
CREATE FUNCTION sqlite_migrate._restart(sequence oid, shown text, next bigint, OUT sql text, OUT note text)
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF pg_catalog.pg_has_role((SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.oid = sequence), 'USAGE') THEN
        sql := pg_catalog.format('ALTER SEQUENCE %s RESTART WITH %s', shown, next);
    ELSIF pg_catalog.has_sequence_privilege(sequence, 'UPDATE') THEN
        sql := pg_catalog.format('SELECT pg_catalog.setval(%L, %s, false)', shown, next);
        note := 'set by setval, which ROLLBACK does not undo: not the owner';
    ELSE
        note := pg_catalog.format('not set: GRANT UPDATE ON SEQUENCE %s TO %I', shown, CURRENT_USER);
        RETURN;
    END IF;
    EXECUTE sql;
END
$$;

-- The sequences of these tables, one row each, in the order of their names. at_least: {"<oid of a table>": the last number that the
-- source ever gave there}. new_next is NULL where the next number could not be made a free one; note says why.
CREATE FUNCTION sqlite_migrate._align(targets oid[], at_least jsonb)
RETURNS TABLE (sequence text, table_name text, column_name text, old_next bigint, new_next bigint, note text, sql text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
#variable_conflict use_column
DECLARE
    v_sequence record;
    v_last     bigint;
    v_called   boolean;
    v_used     numeric;
    v_old      numeric;
    v_next     numeric;
    v_notes    text[];
BEGIN
    FOR v_sequence IN
        SELECT s.seqrelid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS shown, s.seqincrement, s.seqmin, s.seqmax,
               LEAST(s.seqmax::numeric, pg_catalog.min(u.ceiling)) AS ceiling, u.columns, u.names, u.readable
        FROM (SELECT x.sequence, pg_catalog.min(x.ceiling) AS ceiling, pg_catalog.bool_and(x.readable) AS readable,
                     pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('relation', x.relation, 'table', x.shown, 'column',
                         x.column_name, 'is_key', x.is_key) ORDER BY x.mine DESC, x.shown COLLATE "C", x.column_name COLLATE "C") AS columns,
                     pg_catalog.array_agg(x.shown || '.' || pg_catalog.quote_ident(x.column_name)
                         ORDER BY x.mine DESC, x.shown COLLATE "C", x.column_name COLLATE "C") AS names
              FROM (SELECT k.*, k.relation = ANY (targets) AS mine, pg_catalog.format('%I.%I', tn.nspname, t.relname) AS shown,
                           pg_catalog.has_schema_privilege(tn.oid, 'USAGE')
                           AND pg_catalog.has_column_privilege(k.relation, k.column_name, 'SELECT')
                           AND NOT pg_catalog.row_security_active(k.relation) AS readable
                    FROM sqlite_migrate._sequence_columns(targets) k
                    JOIN pg_catalog.pg_class t ON t.oid = k.relation
                    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace) x
              GROUP BY x.sequence) u
        JOIN pg_catalog.pg_sequence s ON s.seqrelid = u.sequence
        JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        GROUP BY s.seqrelid, n.nspname, c.relname, s.seqincrement, s.seqmin, s.seqmax, u.columns, u.names, u.readable
        ORDER BY 2
    LOOP
        sequence := v_sequence.shown;
        table_name := v_sequence.columns -> 0 ->> 'table';
        column_name := v_sequence.columns -> 0 ->> 'column';
        old_next := NULL; new_next := NULL; sql := NULL;
        v_notes := CASE WHEN pg_catalog.cardinality(v_sequence.names) > 1
                        THEN ARRAY['shared with ' || pg_catalog.array_to_string(v_sequence.names[2:], ', ')] ELSE '{}' END;
        IF NOT pg_catalog.has_sequence_privilege(v_sequence.seqrelid, 'SELECT') OR NOT v_sequence.readable THEN
            note := pg_catalog.concat_ws('; ', VARIADIC v_notes || 'not set: it, or a table that uses it, may not be read'::text);
            RETURN NEXT;
            CONTINUE;
        END IF;

        EXECUTE 'SELECT s.last_value, s.is_called FROM ' || v_sequence.shown || ' s' INTO v_last, v_called;
        v_old := v_last::numeric + CASE WHEN v_called THEN v_sequence.seqincrement ELSE 0 END;
        SELECT CASE WHEN v_sequence.seqincrement > 0 THEN pg_catalog.max(GREATEST(e.extreme, e.floor)) ELSE pg_catalog.min(e.extreme) END
        INTO v_used
        FROM (SELECT sqlite_migrate._column_extreme((c ->> 'relation')::oid, c ->> 'column', v_sequence.seqincrement > 0) AS extreme,
                     CASE WHEN (c ->> 'is_key')::boolean THEN (at_least ->> (c ->> 'relation'))::numeric END AS floor
              FROM pg_catalog.jsonb_array_elements(v_sequence.columns) c) e;
        v_next := sqlite_migrate._next_beyond(v_old, v_sequence.seqincrement, v_used);

        -- An exhausted sequence answers the next insert with an error, or starts again if it cycles: neither is ours to choose.
        old_next := CASE WHEN v_old BETWEEN v_sequence.seqmin AND v_sequence.seqmax THEN v_old END;
        IF v_next NOT BETWEEN v_sequence.seqmin AND v_sequence.seqmax THEN
            note := pg_catalog.concat_ws('; ', VARIADIC v_notes || pg_catalog.format(
                        'exhausted: %s is in use, the sequence ends at %s', v_used,
                        CASE WHEN v_sequence.seqincrement > 0 THEN v_sequence.seqmax ELSE v_sequence.seqmin END));
            RETURN NEXT;
            CONTINUE;
        END IF;
        new_next := v_next;
        IF v_next <> v_old THEN
            SELECT r.sql, v_notes || r.note INTO sql, v_notes
            FROM sqlite_migrate._restart(v_sequence.seqrelid, v_sequence.shown, v_next::bigint) r;
            new_next := CASE WHEN sql IS NOT NULL THEN v_next END;
        END IF;
        IF v_sequence.seqincrement > 0 AND v_next > v_sequence.ceiling / 2 THEN
            v_notes := v_notes || pg_catalog.format('past half of its range: the column or the sequence ends at %s', v_sequence.ceiling);
        END IF;
        note := pg_catalog.array_to_string(v_notes, '; ');
        RETURN NEXT;
    END LOOP;
END
$$;

CREATE FUNCTION sqlite_migrate.align_sequences(target_schema text DEFAULT 'public', include text[] DEFAULT NULL,
                                               exclude text[] DEFAULT NULL, at_least jsonb DEFAULT NULL)
RETURNS TABLE (sequence text, table_name text, column_name text, old_next bigint, new_next bigint, note text, sql text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
#variable_conflict use_column
DECLARE
    v_schema  text := COALESCE(target_schema, 'public');
    v_names   text[] := ARRAY(SELECT r.name FROM sqlite_migrate._relations(v_schema) r WHERE r.kind IN ('r', 'p'));
    v_include text[] := sqlite_migrate._chosen('include', include, v_names, '{}');
    v_exclude text[] := sqlite_migrate._chosen('exclude', exclude, v_names, '{}');
    v_floors  text[] := sqlite_migrate._chosen('at_least', ARRAY(SELECT pg_catalog.jsonb_object_keys(at_least)), v_names, '{}');
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = v_schema) THEN
        RAISE EXCEPTION 'schema "%" does not exist', v_schema USING ERRCODE = 'invalid_schema_name';
    END IF;
    RETURN QUERY
    SELECT a.* FROM sqlite_migrate._align(
        ARRAY(SELECT r.relation FROM sqlite_migrate._relations(v_schema) r
              WHERE r.kind IN ('r', 'p') AND (include IS NULL OR r.name = ANY (v_include)) AND r.name <> ALL (v_exclude)),
        (SELECT pg_catalog.jsonb_object_agg(r.relation::text, at_least -> r.name)
         FROM sqlite_migrate._relations(v_schema) r WHERE r.name = ANY (v_floors))) a;
END
$$;
