-- Target tables that have rows already, where they are added to (append) or brought up to date (upsert).

CREATE FUNCTION sqlite_migrate._digest_before(target regclass, target_columns text[]) RETURNS jsonb
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_digest_before';

-- {"rows", "digest"} of what came in since _digest_before, by subtraction: the order of rows does not matter to a digest.
CREATE FUNCTION sqlite_migrate._digest_added(target regclass, target_columns text[]) RETURNS jsonb
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_digest_added';

-- {"rows", "digest"} of the rows of t, the target, that have a partner in s, the staged rows.
CREATE FUNCTION sqlite_migrate._digest_partners(target regclass, target_columns text[], staged regclass, condition text)
RETURNS jsonb
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_digest_partners';

-- Whether the rows of this table go into a table that has rows, in that way.
CREATE FUNCTION sqlite_migrate._occupied_by(args jsonb, subject sqlite_migrate._table, existing text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT args ->> 'existing' = existing AND args ->> 'use_mode' = 'data' AND subject.fate = 'load'
           AND COALESCE(subject.occupied, false)
$$;

-- The primary key: its columns in the key's order, and for each the operator that tells two values to be equal.
CREATE FUNCTION sqlite_migrate._primary_key(target oid, OUT columns text[], OUT operators text[], OUT waits boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT array_agg(a.attname::text ORDER BY k.place),
           array_agg((SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
                      FROM pg_opclass c
                      JOIN pg_amop m ON m.amopfamily = c.opcfamily AND m.amopstrategy = 3
                                    AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype
                      JOIN pg_operator o ON o.oid = m.amopopr
                      JOIN pg_namespace n ON n.oid = o.oprnamespace
                      WHERE c.oid = k.opclass) ORDER BY k.place),
           bool_or(NOT i.indimmediate)
    FROM pg_index i
    CROSS JOIN unnest(i.indkey, i.indclass) WITH ORDINALITY AS k (number, opclass, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
    WHERE i.indrelid = target AND i.indisprimary AND i.indisvalid AND k.place <= i.indnkeyatts
$$;

-- t."id" OPERATOR(pg_catalog.=) s."id" AND …
CREATE FUNCTION sqlite_migrate._key_condition(target oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(format('t.%I %s s.%I', c.name, c.operator, c.name), ' AND ' ORDER BY c.place)
    FROM sqlite_migrate._primary_key(target) k
    CROSS JOIN unnest(k.columns, k.operators) WITH ORDINALITY AS c (name, operator, place)
$$;

-- Whether rows that came in once cannot come in again: a unique key over loaded columns that are never NULL.
CREATE FUNCTION sqlite_migrate._has_guard(target oid, loaded text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_index i
        WHERE i.indrelid = target AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
          AND NOT EXISTS (
              SELECT FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
              LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
              WHERE k.place <= i.indnkeyatts
                AND (k.number = 0 OR a.attname <> ALL (loaded) OR NOT (a.attnotnull OR i.indnullsnotdistinct))))
$$;

-- What append and upsert need of a target that has rows.
CREATE FUNCTION sqlite_migrate._find_existing(args jsonb, tables sqlite_migrate._table[])
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'error', f.code, t.shown, f.column_name, NULL::bigint, NULL::jsonb, f.message, f.fix
    FROM unnest(tables) t
    CROSS JOIN LATERAL sqlite_migrate._primary_key(t.target) k
    CROSS JOIN LATERAL (
        SELECT 'no_unique_key' AS code, NULL AS column_name,
               'has rows, and no unique key over loaded columns that are NOT NULL: a second run would double them' AS message,
               format('ALTER TABLE %s ADD PRIMARY KEY (…); or existing => ''truncate'' or ''skip''', t.shown) AS fix
        WHERE args ->> 'existing' = 'append' AND NOT sqlite_migrate._has_guard(t.target, t.target_columns)
        UNION ALL
        SELECT 'no_primary_key', NULL, 'has rows, and no primary key to find them by',
               format('ALTER TABLE %s ADD PRIMARY KEY (…); or existing => ''truncate'' or ''skip''', t.shown)
        WHERE args ->> 'existing' = 'upsert' AND k.columns IS NULL
        UNION ALL
        SELECT 'deferrable_key', NULL, 'its primary key is deferrable: ON CONFLICT cannot use it',
               (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD PRIMARY KEY (%s)', t.shown, c.conname,
                              (SELECT string_agg(quote_ident(n), ', ') FROM unnest(k.columns) n))
                FROM pg_constraint c WHERE c.conrelid = t.target AND c.contype = 'p')
        WHERE args ->> 'existing' = 'upsert' AND k.waits
        UNION ALL
        SELECT 'key_not_loaded', c, 'is part of the primary key, but the source has no column for it',
               format('rename, or existing => ''truncate'' or ''skip''')
        FROM unnest(k.columns) c
        WHERE args ->> 'existing' = 'upsert' AND c <> ALL (t.target_columns)
        UNION ALL
        SELECT 'identity_always', a.attname,
               'GENERATED ALWAYS AS IDENTITY, and not part of the primary key: it cannot be updated',
               format('ALTER TABLE %s ALTER %I SET GENERATED BY DEFAULT', t.shown, a.attname)
        FROM pg_attribute a
        WHERE args ->> 'existing' = 'upsert' AND a.attrelid = t.target AND a.attidentity = 'a'
          AND a.attname = ANY (t.target_columns) AND a.attname <> ALL (k.columns)
        UNION ALL
        SELECT 'insufficient_privilege', NULL, 'permission denied: UPDATE is needed',
               format('GRANT UPDATE ON %s TO %I', t.shown, CURRENT_USER)
        WHERE args ->> 'existing' = 'upsert'
          AND EXISTS (SELECT FROM unnest(t.target_columns) c
                      WHERE c <> ALL (k.columns) AND NOT has_column_privilege(t.target, c, 'UPDATE'))
        UNION ALL
        SELECT 'insufficient_privilege', NULL, 'permission denied: TEMPORARY on the database is needed',
               format('GRANT TEMPORARY ON DATABASE %I TO %I', current_database(), CURRENT_USER)
        WHERE args ->> 'existing' = 'upsert' AND NOT has_database_privilege(current_database(), 'TEMPORARY')
    ) f
    WHERE sqlite_migrate._occupied_by(args, t, args ->> 'existing') AND args ->> 'existing' IN ('append', 'upsert')
      AND t.target_kind IN ('r', 'p', 'f') AND t.target_columns IS NOT NULL
$$;

-- Where the rows of a table wait until they are all converted: a temporary table of the loaded columns, without any tie
-- to the target. It stays until the target has been compared with it.
CREATE FUNCTION sqlite_migrate._staged_name(target oid) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('pg_temp.sqlite_migrate_staged_%s', target)
$$;

CREATE FUNCTION sqlite_migrate._stage(subject sqlite_migrate._table) RETURNS regclass
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_name   text := sqlite_migrate._staged_name(subject.target);
    v_filled text := (
        SELECT pg_catalog.string_agg(pg_catalog.format('ALTER %I SET NOT NULL', a.attname), ', ')
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = subject.target AND a.attnotnull AND a.attname = ANY (subject.target_columns));
BEGIN
    EXECUTE pg_catalog.format('CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA', v_name,
        (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(c), ', ' ORDER BY place)
         FROM pg_catalog.unnest(subject.target_columns) WITH ORDINALITY AS c (c, place)), subject.shown);
    IF v_filled IS NOT NULL THEN
        EXECUTE pg_catalog.format('ALTER TABLE %s %s', v_name, v_filled);
    END IF;
    RETURN v_name::pg_catalog.regclass;
END
$$;

CREATE FUNCTION sqlite_migrate._drop_staged(tables sqlite_migrate._table[]) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_name text;
BEGIN
    FOR v_name IN SELECT sqlite_migrate._staged_name(t.target) FROM pg_catalog.unnest(tables) t
                  WHERE pg_catalog.to_regclass(sqlite_migrate._staged_name(t.target)) IS NOT NULL LOOP
        EXECUTE 'DROP TABLE ' || v_name;
    END LOOP;
END
$$;

-- Keys that more than one row of the source has, as complaints: two texts may be one uuid. One command cannot touch a row
-- twice, and nobody could say which of them is right.
CREATE FUNCTION sqlite_migrate._doubled_keys(target oid, staged regclass) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_columns text[] := (SELECT k.columns FROM sqlite_migrate._primary_key(target) k);
    v_list    text   := (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(c), ', ' ORDER BY place)
                         FROM pg_catalog.unnest(v_columns) WITH ORDINALITY AS c (c, place));
    v_pairs   text   := (SELECT pg_catalog.string_agg(pg_catalog.format('%L, %I', c, c), ', ' ORDER BY place)
                         FROM pg_catalog.unnest(v_columns) WITH ORDINALITY AS c (c, place));
    v_rows    bigint;
    v_keys    bigint;
    v_first   jsonb;
    v_times   bigint;
BEGIN
    EXECUTE pg_catalog.format($sql$
        SELECT pg_catalog.count(*), pg_catalog.sum(d.times),
               (pg_catalog.array_agg(d.key ORDER BY d.key::text COLLATE "C"))[1],
               (pg_catalog.array_agg(d.times ORDER BY d.key::text COLLATE "C"))[1]
        FROM (SELECT pg_catalog.jsonb_build_object(%3$s) AS key, pg_catalog.count(*) AS times
              FROM %2$s GROUP BY %1$s HAVING pg_catalog.count(*) > 1) d
        $sql$, v_list, staged, v_pairs)
    INTO v_keys, v_rows, v_first, v_times;
    IF v_keys = 0 THEN
        RETURN '[]';
    END IF;
    RETURN pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
        'code', 'duplicate_key', 'column', CASE WHEN pg_catalog.cardinality(v_columns) = 1 THEN v_columns[1] END,
        'sqlstate', '23505', 'rows', v_rows, 'key', v_first, 'value', NULL,
        'message', pg_catalog.format('%s rows of the source have this primary key', v_times)
            || CASE WHEN v_keys > 1 THEN pg_catalog.format('; %s keys are there more than once', v_keys) ELSE '' END));
END
$$;

-- The staged rows go where they belong. A row that is equal already, byte by byte, is left alone: no new version of it,
-- no trigger. Gives what happened, in words.
CREATE FUNCTION sqlite_migrate._merge(subject sqlite_migrate._table, staged regclass) RETURNS text
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_key     text[] := (SELECT k.columns FROM sqlite_migrate._primary_key(subject.target) k);
    v_columns text;
    v_set     text;
    v_old     text;
    v_new     text;
    v_before  bigint;
    v_after   bigint;
    v_touched bigint;
    v_count   text := pg_catalog.format('SELECT pg_catalog.count(*) FROM %s%s', sqlite_migrate._only(subject.target),
                                        subject.shown);
BEGIN
    SELECT pg_catalog.string_agg(pg_catalog.quote_ident(c.c), ', ' ORDER BY c.place),
           pg_catalog.string_agg(pg_catalog.format('%I = excluded.%I', c.c, c.c), ', ' ORDER BY c.place)
               FILTER (WHERE c.c <> ALL (v_key)),
           pg_catalog.string_agg(pg_catalog.format('t.%I', c.c), ', ' ORDER BY c.place) FILTER (WHERE c.c <> ALL (v_key)),
           pg_catalog.string_agg(pg_catalog.format('excluded.%I', c.c), ', ' ORDER BY c.place)
               FILTER (WHERE c.c <> ALL (v_key))
    INTO v_columns, v_set, v_old, v_new
    FROM pg_catalog.unnest(subject.target_columns) WITH ORDINALITY AS c (c, place);
    EXECUTE v_count INTO v_before;
    EXECUTE pg_catalog.format('INSERT INTO %s AS t (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s ON CONFLICT (%s) %s',
        subject.shown, v_columns, v_columns, staged,
        (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(k), ', ') FROM pg_catalog.unnest(v_key) k),
        CASE WHEN v_set IS NULL THEN 'DO NOTHING'
             ELSE pg_catalog.format('DO UPDATE SET %s WHERE ROW(%s)::record OPERATOR(pg_catalog.*<>) ROW(%s)::record',
                                    v_set, v_old, v_new) END);
    GET DIAGNOSTICS v_touched = ROW_COUNT;
    EXECUTE v_count INTO v_after;
    RETURN pg_catalog.format('upsert: %s new, %s changed', v_after - v_before, v_touched - (v_after - v_before));
END
$$;

-- What is stored of the rows that were loaded: of all rows where the table was empty, of those that came in where it was
-- not, of those with the source's keys where they were brought up to date.
CREATE FUNCTION sqlite_migrate._digest_loaded(args jsonb, subject sqlite_migrate._table, target regclass,
                                              target_columns text[]) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    RETURN CASE
        WHEN sqlite_migrate._occupied_by(args, subject, 'append') THEN sqlite_migrate._digest_added(target, target_columns)
        WHEN sqlite_migrate._occupied_by(args, subject, 'upsert') THEN sqlite_migrate._digest_partners(target,
            target_columns, sqlite_migrate._staged_name(target)::pg_catalog.regclass,
            sqlite_migrate._key_condition(target))
        ELSE sqlite_migrate._digest(target, target_columns) END;
END
$$;
