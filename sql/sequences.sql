-- Moves sequences past the numbers that are in use, so that the next insert gets a free one.

-- The type below all domains.
CREATE FUNCTION sqlite_migrate._base_type(type oid) RETURNS oid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE below AS (
        SELECT t.oid, t.typbasetype FROM pg_type t WHERE t.oid = type
        UNION ALL
        SELECT t.oid, t.typbasetype FROM below b JOIN pg_type t ON t.oid = b.typbasetype
    )
    SELECT b.oid FROM below b WHERE b.typbasetype = 0
$$;

-- The sequences that a default names late, as a text: nextval('app.seq'::text). The server notes no dependency for
-- them, and looks for them by the caller's search_path, as this does: no SET clause.
CREATE FUNCTION sqlite_migrate._late_sequences(targets oid[])
RETURNS TABLE (sequence oid, relation oid, attnum smallint)
LANGUAGE sql STABLE
AS $$
    SELECT pg_catalog.to_regclass(pg_catalog.replace(m.found[1], $q$''$q$, $q$'$q$))::oid, f.adrelid, f.adnum
    FROM pg_catalog.pg_attrdef f
    CROSS JOIN LATERAL pg_catalog.regexp_matches(
        pg_catalog.pg_get_expr(f.adbin, f.adrelid), $q$nextval\(+'((?:[^']|'')+)'::text$q$, 'g') AS m (found)
    WHERE f.adrelid = ANY (targets)
$$;

-- Every column whose numbers come from a sequence that a column of these tables uses. Found through pg_depend
-- (identity, serial, OWNED BY), through defaults, and through the defaults of domains; never by name. Other tables'
-- columns are among them: a shared sequence must clear them all. low, high: what the column's type can hold; NULL: no
-- bound of its own. is_key: the number of SQLite's AUTOINCREMENT is meant for this one of the table's columns.
-- countable: its greatest number can be asked for.
CREATE FUNCTION sqlite_migrate._sequence_columns(targets oid[])
RETURNS TABLE (sequence oid, relation oid, column_name text, low numeric, high numeric, is_key boolean,
               countable boolean)
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
        UNION
        SELECT d.refobjid, a.attrelid, a.attnum
        FROM pg_depend d JOIN pg_attribute a ON a.atttypid = d.objid AND NOT a.atthasdef AND NOT a.attisdropped
        WHERE d.classid = 'pg_type'::regclass AND d.refclassid = 'pg_class'::regclass
        UNION
        SELECT l.sequence, l.relation, l.attnum FROM sqlite_migrate._late_sequences(targets) l
    ), numbered AS (
        SELECT u.sequence, u.relation, a.attname::text AS column_name, a.atttypmod,
               sqlite_migrate._base_type(a.atttypid)::regtype AS type,
               COALESCE(u.attnum = ANY (k.indkey), false) AS in_key
        FROM used u
        JOIN pg_class s ON s.oid = u.sequence AND s.relkind = 'S'
        JOIN pg_class c ON c.oid = u.relation AND c.relkind IN ('r', 'p', 'f')
                       AND NOT pg_is_other_temp_schema(c.relnamespace)
        JOIN pg_attribute a ON a.attrelid = u.relation AND a.attnum = u.attnum
        LEFT JOIN pg_index k ON k.indrelid = u.relation AND k.indisprimary
        WHERE u.sequence IN (SELECT w.sequence FROM used w WHERE w.relation = ANY (targets))
          -- a partition's rows are seen through its parent
          AND NOT (c.relispartition AND EXISTS (
              SELECT FROM used w JOIN pg_inherits i ON i.inhparent = w.relation
              WHERE i.inhrelid = u.relation AND w.sequence = u.sequence))
    )
    SELECT n.sequence, n.relation, n.column_name, b.low, b.high,
           n.in_key OR NOT bool_or(n.in_key) OVER (PARTITION BY n.relation),
           n.type IN ('int2', 'int4', 'int8', 'numeric', 'float4', 'float8')
    FROM numbered n
    LEFT JOIN LATERAL (
        SELECT v.low, v.high
        FROM (VALUES ('int2'::regtype, -32768::numeric, 32767::numeric), ('int4', -2147483648, 2147483647),
                     ('int8', -9223372036854775808, 9223372036854775807)) AS v (type, low, high)
        WHERE v.type = n.type
        UNION ALL
        -- numeric(precision, 0)
        SELECT 1 - trunc(power(10::numeric, (n.atttypmod - 4) >> 16)), trunc(power(10::numeric, (n.atttypmod - 4) >> 16)) - 1
        WHERE n.type = 'numeric'::regtype AND n.atttypmod >= 4 AND (n.atttypmod - 4) & 65535 = 0) b ON true
$$;

-- The greatest (or, for a sequence that counts down, least) number in a column; NULL where the table is empty. What is
-- no number (NaN, Infinity) was given by no sequence.
CREATE FUNCTION sqlite_migrate._column_extreme(relation oid, column_name text, ascending boolean) RETURNS numeric
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_extreme numeric;
BEGIN
    EXECUTE (
        SELECT pg_catalog.format('SELECT pg_catalog.%s(%I)::pg_catalog.numeric FROM %I.%I%s',
                   CASE WHEN ascending THEN 'max' ELSE 'min' END, column_name, n.nspname, c.relname,
                   CASE WHEN sqlite_migrate._base_type(a.atttypid)::pg_catalog.regtype
                                 IN ('pg_catalog.numeric', 'pg_catalog.float4', 'pg_catalog.float8')
                        THEN pg_catalog.format(' WHERE %I NOT IN (''NaN'', ''Infinity'', ''-Infinity'')', column_name)
                   END)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = column_name
        WHERE c.oid = relation)
    INTO v_extreme;
    RETURN CASE WHEN ascending THEN pg_catalog.floor(v_extreme) ELSE pg_catalog.ceil(v_extreme) END;
END
$$;

-- The number that a sequence gives next, in the phase of its increment: a sequence of odd numbers stays one.
CREATE FUNCTION sqlite_migrate._next_beyond(old_next numeric, increment numeric, used numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN used IS NULL OR sign(increment) * (old_next - used) > 0 THEN old_next
                ELSE old_next + increment * (floor((used - old_next) / increment) + 1) END
$$;

-- Sets one sequence: as its owner by ALTER SEQUENCE, which ROLLBACK undoes; else by setval, which it does not.
-- Gives the statement, or NULL where the caller has neither right. Says so in note.
CREATE FUNCTION sqlite_migrate._restart(sequence oid, shown text, next bigint, OUT sql text, OUT note text)
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF sqlite_migrate._owns(sequence) THEN
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

-- The sequences that these tables use, each with all columns that it feeds: those of these tables first.
-- bound: where the numbers end, of the sequence's type or a column's, in the direction in which it counts.
-- readable: the caller may see every number that is in use.
CREATE FUNCTION sqlite_migrate._sequences(targets oid[])
RETURNS TABLE (sequence oid, shown text, increment numeric, low numeric, high numeric, bound numeric, cycles boolean,
               columns jsonb, names text[], uncounted text[], readable boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH fed AS (
        SELECT k.*, k.relation = ANY (targets) AS mine, format('%I.%I', n.nspname, t.relname) AS shown,
               has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(k.relation, k.column_name, 'SELECT')
               AND NOT row_security_active(k.relation) AND has_sequence_privilege(k.sequence, 'SELECT') AS readable
        FROM sqlite_migrate._sequence_columns(targets) k
        JOIN pg_class t ON t.oid = k.relation
        JOIN pg_namespace n ON n.oid = t.relnamespace
    )
    SELECT s.seqrelid, format('%I.%I', n.nspname, c.relname), s.seqincrement, s.seqmin, s.seqmax,
           CASE WHEN s.seqincrement > 0 THEN LEAST(s.seqmax::numeric, min(f.high))
                ELSE GREATEST(s.seqmin::numeric, max(f.low)) END,
           s.seqcycle,
           jsonb_agg(jsonb_build_object('relation', f.relation, 'table', f.shown, 'column', f.column_name, 'is_key',
                                        f.is_key, 'countable', f.countable)
                     ORDER BY f.mine DESC, f.shown COLLATE "C", f.column_name COLLATE "C"),
           array_agg(format('%s.%I', f.shown, f.column_name) ORDER BY f.mine DESC, f.shown COLLATE "C",
                     f.column_name COLLATE "C"),
           array_agg(format('%s.%I', f.shown, f.column_name) ORDER BY f.shown COLLATE "C", f.column_name COLLATE "C")
               FILTER (WHERE NOT f.countable),
           bool_and(f.readable)
    FROM fed f
    JOIN pg_sequence s ON s.seqrelid = f.sequence
    JOIN pg_class c ON c.oid = s.seqrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    GROUP BY s.seqrelid, n.nspname, c.relname, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle
$$;

-- The last number in use, over all columns that a sequence feeds, and over what the source says it ever gave
-- (at_least).
CREATE FUNCTION sqlite_migrate._number_in_use(columns jsonb, ascending boolean, at_least jsonb) RETURNS numeric
LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN ascending THEN pg_catalog.max(GREATEST(e.extreme, e.given)) ELSE pg_catalog.min(e.extreme) END
    FROM (SELECT CASE WHEN (c ->> 'countable')::boolean
                      THEN sqlite_migrate._column_extreme((c ->> 'relation')::oid, c ->> 'column', ascending) END
                     AS extreme,
                 CASE WHEN (c ->> 'is_key')::boolean THEN (at_least ->> (c ->> 'relation'))::numeric END AS given
          FROM pg_catalog.jsonb_array_elements(columns) c) e
$$;

-- The number that a sequence gives next, whatever its bounds say of it.
CREATE FUNCTION sqlite_migrate._next_of(shown text, increment numeric) RETURNS numeric
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_next numeric;
BEGIN
    EXECUTE pg_catalog.format('SELECT s.last_value + CASE WHEN s.is_called THEN $1 ELSE 0 END FROM %s s', shown)
    INTO v_next USING increment;
    RETURN v_next;
END
$$;

-- What is near its end: past half of the way from where its numbers begin, or past the whole of a column's.
CREATE FUNCTION sqlite_migrate._range_note(next numeric, increment numeric, first numeric, bound numeric) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN sign(increment) * (next - bound) > 0
                THEN format('exhausted: a column that it feeds ends at %s', bound)
                WHEN sign(increment) * (next - (first + bound) / 2) > 0
                THEN format('past half of its range: the column or the sequence ends at %s', bound) END
$$;

-- Aligns the sequences of these tables, one row each, in the order of their names. at_least: {"<oid of a table>": the
-- last number that the source ever gave there}. new_next is NULL where the next number could not be made a free one;
-- note says why. What somebody must act on is a WARNING, too: a framework sees no rows.
CREATE FUNCTION sqlite_migrate._align(targets oid[], at_least jsonb)
RETURNS TABLE (sequence text, table_name text, column_name text, old_next bigint, new_next bigint, note text, sql text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
#variable_conflict use_column
DECLARE
    s       record;
    v_old   numeric;
    v_used  numeric;
    v_next  numeric;
    v_notes text[];
BEGIN
    FOR s IN SELECT q.* FROM sqlite_migrate._sequences(targets) q ORDER BY q.shown COLLATE "C" LOOP
        sequence := s.shown;
        table_name := s.columns -> 0 ->> 'table';
        column_name := s.columns -> 0 ->> 'column';
        old_next := NULL;
        new_next := NULL;
        sql := NULL;
        v_notes := '{}';
        IF NOT s.readable THEN
            v_notes := ARRAY['not set: it, or a table that uses it, may not be read'];
        ELSE
            v_old := sqlite_migrate._next_of(s.shown, s.increment);
            v_used := sqlite_migrate._number_in_use(s.columns, s.increment > 0, at_least);
            v_next := sqlite_migrate._next_beyond(v_old, s.increment, v_used);
            IF v_next <> v_old AND sqlite_migrate._owns(s.sequence) THEN
                -- Between the look and ALTER SEQUENCE others could draw numbers, and it would go backwards.
                PERFORM sqlite_migrate._lock(ARRAY[s.sequence]);
                v_old := sqlite_migrate._next_of(s.shown, s.increment);
                v_used := sqlite_migrate._number_in_use(s.columns, s.increment > 0, at_least);
                v_next := sqlite_migrate._next_beyond(v_old, s.increment, v_used);
            END IF;
            old_next := CASE WHEN v_old BETWEEN s.low AND s.high THEN v_old END;
            IF v_next NOT BETWEEN s.low AND s.high THEN
                -- The next insert gets an error, or the first number again if the sequence cycles: neither is ours to
                -- choose.
                v_notes := ARRAY[pg_catalog.format('exhausted: %s is in use, the sequence ends at %s%s',
                                     COALESCE(v_used, v_old - s.increment),
                                     CASE WHEN s.increment > 0 THEN s.high ELSE s.low END,
                                     CASE WHEN s.cycles THEN ' and begins again' END)];
            ELSIF v_next = v_old THEN
                new_next := v_next;
            ELSE
                SELECT r.sql, v_notes || r.note INTO sql, v_notes
                FROM sqlite_migrate._restart(s.sequence, s.shown, v_next::bigint) r;
                new_next := CASE WHEN sql IS NOT NULL THEN v_next END;
            END IF;
            IF new_next IS NOT NULL THEN
                v_notes := v_notes || sqlite_migrate._range_note(v_next, s.increment,
                               CASE WHEN s.increment > 0 THEN s.low ELSE s.high END, s.bound);
            END IF;
            v_notes := v_notes || ('its numbers in use cannot be asked for in '
                                   || pg_catalog.array_to_string(s.uncounted, ', '));
            IF pg_catalog.cardinality(s.uncounted) = pg_catalog.cardinality(s.names) AND sql IS NULL THEN
                new_next := NULL;
            END IF;
        END IF;
        IF pg_catalog.array_to_string(v_notes, '') <> '' THEN
            RAISE WARNING 'sqlite_migrate: sequence %: %', s.shown, pg_catalog.array_to_string(v_notes, '; ');
        END IF;
        -- Last, for it is no trouble: _align_step takes what stands before it.
        note := pg_catalog.array_to_string(
            v_notes || ('shared with ' || NULLIF(pg_catalog.array_to_string(s.names[2:], ', '), '')), '; ');
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
    v_names   text[] := ARRAY(SELECT r.name FROM sqlite_migrate._relations(v_schema) r WHERE r.kind IN ('r', 'p', 'f'));
    v_include text[] := sqlite_migrate._chosen('include', include, v_names, '{}');
    v_exclude text[] := sqlite_migrate._chosen('exclude', exclude, v_names, '{}');
    v_floors  text[] := sqlite_migrate._chosen('at_least', ARRAY(SELECT pg_catalog.jsonb_object_keys(at_least)),
                                               v_names, '{}');
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = v_schema) THEN
        PERFORM sqlite_migrate._raise('3F000', pg_catalog.format('schema "%s" does not exist', v_schema));
    END IF;
    RETURN QUERY
    SELECT a.* FROM sqlite_migrate._align(
        ARRAY(SELECT r.relation FROM sqlite_migrate._relations(v_schema) r
              WHERE r.kind IN ('r', 'p', 'f') AND (include IS NULL OR r.name = ANY (v_include))
                  AND r.name <> ALL (v_exclude)),
        (SELECT pg_catalog.jsonb_object_agg(r.relation::text, at_least -> r.name)
         FROM sqlite_migrate._relations(v_schema) r WHERE r.name = ANY (v_floors))) a;
END
$$;
