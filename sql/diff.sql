-- Names the rows and cells in which a target differs from its source: by a join on the key, or as a multiset.

-- One difference on its way to the user.
CREATE TYPE sqlite_migrate._difference_row AS (
    place        bigint,       -- of the row in the source's scan, from 1
    kind         text,
    key          jsonb,
    column_name  text,
    source_value text,         -- as converted
    target_value text
);

-- What diff gives. A type, since an argument and a column of a TABLE result cannot share the name key.
CREATE TYPE sqlite_migrate._diff AS (
    kind         text,         -- missing, extra (in the target), differs
    key          jsonb,        -- NULL: the table has none
    column_name  text,
    source_value text,         -- storage class and value, as the file holds it
    target_value text
);

-- (place, column_name, value): the cells, as the file holds them, of the rows at these places of the scan.
CREATE FUNCTION sqlite_migrate._raw_cells(source text, source_table text, target regclass, source_columns text[],
                                          target_columns text[], settings jsonb, places text[])
RETURNS TABLE (place bigint, column_name text, value text)
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_raw_cells';

-- The columns that tell the target's rows apart: those of its primary key, else of a unique index over columns that are
-- never NULL. NULL where there are none among the compared columns.
CREATE FUNCTION sqlite_migrate._key_of(target oid, compared text[]) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT k.names FROM (
        SELECT i.indisprimary, i.indexrelid, array_agg(a.attname::text ORDER BY c.place) AS names,
               bool_and(a.attnotnull) AS never_null
        FROM pg_index i
        CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS c (number, place)
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = c.number AND a.attnum > 0
        WHERE i.indrelid = target AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND c.place <= i.indnkeyatts
        GROUP BY i.indexrelid, i.indisprimary, i.indnkeyatts
        HAVING count(a.attname) = i.indnkeyatts) k
    WHERE k.never_null AND k.names <@ compared
    ORDER BY k.indisprimary DESC, cardinality(k.names), k.indexrelid LIMIT 1
$$;

-- The two sides as subqueries: s, the source converted, with the place of each row; t, the target as stored. Where the
-- key is none that the server guards, equal keys are numbered, so that a row too many shows.
CREATE FUNCTION sqlite_migrate._sides_sql(args jsonb, source_table text, target oid, source_columns text[],
                                          target_columns text[], numbered_by text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('sqlite_migrate_s AS (SELECT c.*%s FROM sqlite_migrate._converted(%L, %L, %s::pg_catalog.oid::pg_catalog.regclass, '
                  '%L::pg_catalog.text[], %L::pg_catalog.text[], %L::pg_catalog.jsonb, false) AS c (%s, "sqlite_migrate place" '
                  'pg_catalog.int8)), sqlite_migrate_t AS (SELECT %s%s FROM %s%s c)',
               numbered_by, args ->> 'source', source_table, target, source_columns, target_columns,
               sqlite_migrate._settings(args, source_table, source_columns)
                   || jsonb_build_object('numbered', 'true', 'deep', CASE args ->> 'method' WHEN 'deep' THEN 'all' ELSE 'sample' END),
               string_agg(format('%I %s%s', n.name, format_type(a.atttypid, a.atttypmod),
                                 CASE WHEN a.attcollation <> 0 AND a.attcollation <> y.typcollation
                                      THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END), ', ' ORDER BY n.place),
               string_agg(format('c.%I', n.name), ', ' ORDER BY n.place), numbered_by,
               sqlite_migrate._only(target), target::regclass)
    FROM unnest(target_columns) WITH ORDINALITY AS n (name, place)
    JOIN pg_attribute a ON a.attrelid = target AND a.attname = n.name
    JOIN pg_type y ON y.oid = a.atttypid
$$;

-- The query that gives every difference. Values are compared by their images: what prints alike may differ, and json has
-- no equality of its own. key NULL: rows are compared as a multiset.
CREATE FUNCTION sqlite_migrate._diff_sql(args jsonb, source_table text, target oid, source_columns text[],
                                         target_columns text[], key text[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_guarded boolean := key IS NOT DISTINCT FROM sqlite_migrate._key_of(target, target_columns);
    v_keys    text := (SELECT string_agg(format('c.%I', k), ', ') FROM unnest(key) k);
    v_sides   text;
    v_whole   text := 'ROW(' || (SELECT string_agg(format('$.%I', c), ', ') FROM unnest(target_columns) c) || ')::pg_catalog.record';
BEGIN
    v_sides := sqlite_migrate._sides_sql(args, source_table, target, source_columns, target_columns,
        CASE WHEN key IS NULL OR v_guarded THEN ''
             ELSE format(', row_number() OVER (PARTITION BY %s ORDER BY %s) AS "sqlite_migrate number"', v_keys,
                         replace(v_whole, '$', 'c') || '::pg_catalog.text') END);
    IF key IS NULL THEN
        RETURN format('WITH %s, a AS (SELECT %s::pg_catalog.text AS r, pg_catalog.count(*) AS n, pg_catalog.array_agg(sqlite_migrate_s."sqlite_migrate place") AS places FROM sqlite_migrate_s GROUP BY 1), '
            'b AS (SELECT %s::pg_catalog.text AS r, pg_catalog.count(*) AS n FROM sqlite_migrate_t GROUP BY 1) '
            'SELECT CASE WHEN a.n > COALESCE(b.n, 0) THEN a.places[g] END AS place, '
            'CASE WHEN a.n > COALESCE(b.n, 0) THEN ''missing'' ELSE ''extra'' END AS kind, NULL::pg_catalog.jsonb AS key, NULL::pg_catalog.text AS column_name, '
            'CASE WHEN a.n > COALESCE(b.n, 0) THEN a.r END AS source_value, CASE WHEN b.n > COALESCE(a.n, 0) THEN b.r END AS target_value '
            'FROM a FULL JOIN b ON a.r = b.r CROSS JOIN LATERAL pg_catalog.generate_series(1, pg_catalog.abs(COALESCE(a.n, 0) - COALESCE(b.n, 0))) g '
            'WHERE a.n IS DISTINCT FROM b.n ORDER BY COALESCE(a.r, b.r) COLLATE "C"',
            v_sides, replace(v_whole, '$', 'sqlite_migrate_s'), replace(v_whole, '$', 'sqlite_migrate_t'));
    END IF;
    RETURN format(
        'WITH %s SELECT j.place, j.kind, pg_catalog.jsonb_build_object(%s) AS key, v.name AS column_name, '
        'CASE WHEN j.kind <> ''extra'' THEN v.source_value END AS source_value, CASE WHEN j.kind <> ''missing'' THEN v.target_value END AS target_value '
        'FROM (SELECT sqlite_migrate_s AS s, sqlite_migrate_t AS t, sqlite_migrate_s."sqlite_migrate place" AS place, %s, CASE WHEN sqlite_migrate_s."sqlite_migrate place" IS NULL THEN ''extra'' WHEN sqlite_migrate_t IS NULL THEN ''missing'' ELSE ''differs'' END AS kind '
        'FROM sqlite_migrate_s FULL JOIN sqlite_migrate_t ON %s WHERE sqlite_migrate_s."sqlite_migrate place" IS NULL OR sqlite_migrate_t IS NULL OR %s OPERATOR(pg_catalog.*<>) %s) j '
        'CROSS JOIN LATERAL (SELECT NULL::pg_catalog.text AS name, (j.s)::pg_catalog.text AS source_value, (j.t)::pg_catalog.text AS target_value, 0 AS place WHERE j.kind <> ''differs'' '
        'UNION ALL SELECT c.name, c.source_value, c.target_value, c.place FROM (VALUES %s) AS c (name, source_value, target_value, place, differs) '
        'JOIN LATERAL (SELECT j.kind) k ON k.kind = ''differs'' AND c.differs) v ORDER BY %s, v.place',
        v_sides,
        (SELECT string_agg(format('%L, j.%I', k, 'sqlite_migrate key ' || n), ', ') FROM unnest(key) WITH ORDINALITY AS u (k, n)),
        (SELECT string_agg(format('COALESCE(sqlite_migrate_s.%1$I, sqlite_migrate_t.%1$I) AS %2$I', k, 'sqlite_migrate key ' || n), ', ')
         FROM unnest(key) WITH ORDINALITY AS u (k, n)),
        (SELECT string_agg(format('sqlite_migrate_s.%1$I = sqlite_migrate_t.%1$I', k), ' AND ') FROM unnest(key) k)
            || CASE WHEN v_guarded THEN '' ELSE ' AND sqlite_migrate_s."sqlite_migrate number" = sqlite_migrate_t."sqlite_migrate number"' END,
        replace(v_whole, '$', 'sqlite_migrate_s'), replace(v_whole, '$', 'sqlite_migrate_t'),
        (SELECT string_agg(format('(%1$L, ((j.s).%1$I)::pg_catalog.text, ((j.t).%1$I)::pg_catalog.text, %2$s, '
                                  'ROW((j.s).%1$I)::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW((j.t).%1$I)::pg_catalog.record)', c, n), ', ')
         FROM unnest(target_columns) WITH ORDINALITY AS u (c, n)),
        (SELECT string_agg(format('j.%I', 'sqlite_migrate key ' || n), ', ') FROM unnest(key) WITH ORDINALITY AS u (k, n)));
END
$$;

-- How many rows are missing and extra, and the columns in which rows of one key differ.
CREATE FUNCTION sqlite_migrate._diff_summary(args jsonb, source_table text, target oid, source_columns text[],
                                             target_columns text[], OUT missing bigint, OUT extra bigint,
                                             OUT differing bigint, OUT columns text[], OUT first_key jsonb)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_key text[] := sqlite_migrate._key_of(target, target_columns);
BEGIN
    EXECUTE pg_catalog.format(
        'SELECT pg_catalog.count(*) FILTER (WHERE d.kind = ''missing''), pg_catalog.count(*) FILTER (WHERE d.kind = ''extra''), '
        'pg_catalog.count(DISTINCT d.key) FILTER (WHERE d.kind = ''differs''), '
        'pg_catalog.array_agg(DISTINCT d.column_name) FILTER (WHERE d.kind = ''differs''), (pg_catalog.array_agg(d.key))[1] FROM (%s) d',
        sqlite_migrate._diff_sql(args, source_table, target, source_columns, target_columns, v_key))
    INTO missing, extra, differing, columns, first_key;
    columns := ARRAY(SELECT c FROM pg_catalog.unnest(target_columns) c WHERE c = ANY (columns));
END
$$;

CREATE FUNCTION sqlite_migrate.diff(
    source text, source_table text, target regclass, key text[] DEFAULT NULL, max_rows bigint DEFAULT 1000,
    rename jsonb DEFAULT NULL, rules jsonb DEFAULT NULL, assume_timezone text DEFAULT 'UTC',
    exclude text[] DEFAULT NULL, options jsonb DEFAULT '{}')
RETURNS SETOF sqlite_migrate._diff
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
#variable_conflict use_column
DECLARE
    v_key    text[] := diff.key;
    v_table  sqlite_migrate._table;
    v_args   jsonb;
    v_row    sqlite_migrate._difference_row;
    v_rows   sqlite_migrate._difference_row[] := '{}';
    v_total  bigint := 0;
    v_schema text;
    v_name   text;
    v_bad    text;
BEGIN
    IF source_table IS NULL OR target IS NULL THEN
        PERFORM sqlite_migrate._raise('22004', 'arguments "source_table" and "target" must not be NULL');
    END IF;
    SELECT n.nspname, c.relname INTO v_schema, v_name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = target;
    PERFORM sqlite_migrate._check_rename(rename);
    v_args := sqlite_migrate._arguments(pg_catalog.jsonb_build_object(
        'source', source, 'target_schema', v_schema, 'mode', 'data', 'include', ARRAY[source_table], 'exclude', exclude,
        'rename', COALESCE(rename, '{}') || pg_catalog.jsonb_build_object(source_table, v_name), 'rules', rules,
        'assume_timezone', assume_timezone, 'options', options))
        || '{"scope": "source_table", "history": true, "use_mode": "data"}';
    v_table := (sqlite_migrate._tables(v_args))[1];
    IF v_table.target_columns IS NULL THEN
        PERFORM sqlite_migrate._raise('22023',
            pg_catalog.format('table "%s" of the source and %s have no column in common', source_table, target),
            'rename => ''{"table.column": "new name"}'' pairs columns whose names differ.',
            COALESCE(v_table.reason, v_table.problem));
    END IF;
    SELECT k INTO v_bad FROM pg_catalog.unnest(v_key) k WHERE k <> ALL (v_table.target_columns) LIMIT 1;
    IF v_bad IS NOT NULL THEN
        PERFORM sqlite_migrate._raise('22023',
            pg_catalog.format('argument "key": %s has no compared column "%s"', target, v_bad),
            sqlite_migrate._did_you_mean(v_bad, v_table.target_columns, 'It takes columns of the target: '));
    END IF;
    v_key := COALESCE(NULLIF(v_key, '{}'), sqlite_migrate._key_of(target, v_table.target_columns));
    FOR v_row IN EXECUTE sqlite_migrate._diff_sql(v_args, diff.source_table, target, v_table.source_columns,
                                                  v_table.target_columns, v_key) LOOP
        v_total := v_total + 1;
        IF v_total <= COALESCE(max_rows, v_total) THEN
            v_rows := v_rows || v_row;
        END IF;
    END LOOP;
    RETURN QUERY
    WITH d AS (
        SELECT * FROM pg_catalog.unnest(v_rows) WITH ORDINALITY
            AS d (place, kind, key, column_name, source_value, target_value, number)
    ), raw AS MATERIALIZED (
        SELECT * FROM sqlite_migrate._raw_cells(diff.source, diff.source_table, diff.target, v_table.source_columns,
            v_table.target_columns, sqlite_migrate._settings(v_args, diff.source_table, v_table.source_columns),
            ARRAY(SELECT DISTINCT d.place::text FROM d WHERE d.place IS NOT NULL)) r
    )
    SELECT d.kind, d.key, d.column_name,
           CASE WHEN d.kind = 'missing' THEN (SELECT pg_catalog.string_agg(r.column_name || ': ' || r.value, ', ')
                                              FROM raw r WHERE r.place = d.place)
                WHEN d.kind = 'differs' THEN (SELECT r.value FROM raw r
                                              WHERE r.place = d.place AND r.column_name = d.column_name) END,
           CASE WHEN d.kind = 'differs' THEN COALESCE(d.target_value, 'NULL') ELSE d.target_value END
    FROM d ORDER BY d.number;
    IF v_total > pg_catalog.cardinality(v_rows) THEN
        RAISE NOTICE '% differences, the first % are shown', v_total, pg_catalog.cardinality(v_rows)
            USING HINT = 'max_rows => NULL shows all.';
    END IF;
END
$$;
