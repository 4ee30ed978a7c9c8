-- Names the rows and cells in which a target differs from its source: by a join on the key, or as a multiset.

-- One difference on its way to the user.
CREATE TYPE sqlite_migrate._difference_row AS (
    place        bigint,       -- of the row in the source: its rowid, or its number in the scan
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

-- (place, column_name, value): the cells, as the file holds them, of the rows at these places.
CREATE FUNCTION sqlite_migrate._raw_cells(source text, source_table text, target regclass, source_columns text[],
                                          target_columns text[], settings jsonb, places text[])
RETURNS TABLE (place bigint, column_name text, value text)
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_raw_cells';

-- The rows of the source that cannot be carried, the first of them. key and column_name are in the source's words.
CREATE FUNCTION sqlite_migrate._refused_rows(source text, source_table text, target regclass, source_columns text[],
                                             target_columns text[], settings jsonb, most bigint)
RETURNS TABLE (place bigint, key text, column_name text, message text)
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_refused_rows';

-- The buckets, as _load and _digest sum them, in which two sides differ; NULL where nearly all do.
CREATE FUNCTION sqlite_migrate._differing_buckets(first text, second text) RETURNS text
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_differing_buckets';

-- The converted rows of a source in some buckets, NULL: in all; then their place (rowid, or number in the scan), and, where
-- there is no rowid, their key as JSON.
CREATE FUNCTION sqlite_migrate._compared(source text, source_table text, target regclass, source_columns text[],
                                         target_columns text[], settings jsonb, key text[], buckets text)
RETURNS SETOF record
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10000
AS 'MODULE_PATHNAME', 'sqlite_migrate_compared';

-- The stored rows in the same buckets.
CREATE FUNCTION sqlite_migrate._stored(target regclass, target_columns text[], key text[], buckets text)
RETURNS SETOF record
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 10000
AS 'MODULE_PATHNAME', 'sqlite_migrate_stored';

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

-- The two sides as subqueries: s, the source converted, with the place of each row, without the rows that the run has
-- rejected; t, the target as stored. Where the key is none that the server guards, equal keys are numbered, so that a row too
-- many shows.
CREATE FUNCTION sqlite_migrate._sides_sql(args jsonb, source_table text, target oid, source_columns text[],
                                          target_columns text[], key text[], buckets text, numbered_by text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format(
        'sqlite_migrate_s AS (SELECT c.*%1$s FROM sqlite_migrate._compared(%2$L, %3$L, %4$s::pg_catalog.oid::pg_catalog.regclass, '
        '%5$L::pg_catalog.text[], %6$L::pg_catalog.text[], %7$L::pg_catalog.jsonb, %8$L::pg_catalog.text[], %9$L) '
        'AS c (%10$s, "sqlite_migrate place" pg_catalog.int8, "sqlite_migrate key" pg_catalog.text)%12$s), '
        'sqlite_migrate_t AS (SELECT c.*, true AS "sqlite_migrate here"%1$s FROM sqlite_migrate._stored(%4$s::pg_catalog.oid::pg_catalog.regclass, '
        '%6$L::pg_catalog.text[], %8$L::pg_catalog.text[], %9$L) AS c (%11$s))',
        numbered_by, args ->> 'source', source_table, target, source_columns, target_columns,
        sqlite_migrate._settings(args, source_table, source_columns) || '{"deep": "none"}', key, buckets,
        k.list, k.list,
        CASE WHEN args ->> 'run_id' IS NOT NULL THEN format(
            ' WHERE (c."sqlite_migrate key" IS NOT NULL OR c."sqlite_migrate place" NOT IN (SELECT r.source_rowid '
            'FROM sqlite_migrate.rejects r WHERE r.run_id = %1$s AND r.source_table = %2$L AND r.source_rowid IS NOT NULL)) '
            'AND (c."sqlite_migrate key" IS NULL OR c."sqlite_migrate key"::pg_catalog.jsonb NOT IN (SELECT r.key '
            'FROM sqlite_migrate.rejects r WHERE r.run_id = %1$s AND r.source_table = %2$L AND r.key IS NOT NULL))',
            (args ->> 'run_id')::bigint, source_table) END)
    FROM (
        SELECT string_agg(format('%I %s%s', n.name, format_type(a.atttypid, a.atttypmod),
                                 CASE WHEN a.attcollation <> 0 AND a.attcollation <> y.typcollation
                                      THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END), ', ' ORDER BY n.place) AS list
        FROM unnest(target_columns) WITH ORDINALITY AS n (name, place)
        JOIN pg_attribute a ON a.attrelid = target AND a.attname = n.name
        JOIN pg_type y ON y.oid = a.atttypid) k
$$;

-- The query that gives every difference. Values are compared by their images: what prints alike may differ, and json has
-- no equality of its own. key NULL: rows are compared as a multiset.
CREATE FUNCTION sqlite_migrate._diff_sql(args jsonb, source_table text, target oid, source_columns text[],
                                         target_columns text[], key text[], buckets text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_guarded boolean := key IS NOT DISTINCT FROM sqlite_migrate._key_of(target, target_columns);
    v_keys    text := (SELECT string_agg(format('c.%I', k), ', ') FROM unnest(key) k);
    v_sides   text;
    v_whole   text := 'ROW(' || (SELECT string_agg(format('$.%I', c), ', ') FROM unnest(target_columns) c) || ')::pg_catalog.record';
BEGIN
    v_sides := sqlite_migrate._sides_sql(args, source_table, target, source_columns, target_columns, key, buckets,
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
        'FROM (SELECT sqlite_migrate_s AS s, sqlite_migrate_t AS t, sqlite_migrate_s."sqlite_migrate place" AS place, %s, CASE WHEN sqlite_migrate_s."sqlite_migrate place" IS NULL THEN ''extra'' WHEN sqlite_migrate_t."sqlite_migrate here" IS NULL THEN ''missing'' ELSE ''differs'' END AS kind '
        'FROM sqlite_migrate_s FULL JOIN sqlite_migrate_t ON %s WHERE sqlite_migrate_s."sqlite_migrate place" IS NULL OR sqlite_migrate_t."sqlite_migrate here" IS NULL OR %s OPERATOR(pg_catalog.*<>) %s) j '
        'CROSS JOIN LATERAL (SELECT NULL::pg_catalog.text AS name, %s::pg_catalog.text AS source_value, %s::pg_catalog.text AS target_value, 0 AS place WHERE j.kind <> ''differs'' '
        'UNION ALL SELECT c.name, c.source_value, c.target_value, c.place FROM (VALUES %s) AS c (name, source_value, target_value, place, differs) '
        'JOIN LATERAL (SELECT j.kind) k ON k.kind = ''differs'' AND c.differs) v ORDER BY %s, v.place',
        v_sides,
        (SELECT string_agg(format('%L, j.%I', k, 'sqlite_migrate key ' || n), ', ') FROM unnest(key) WITH ORDINALITY AS u (k, n)),
        (SELECT string_agg(format('COALESCE(sqlite_migrate_s.%1$I, sqlite_migrate_t.%1$I) AS %2$I', k, 'sqlite_migrate key ' || n), ', ')
         FROM unnest(key) WITH ORDINALITY AS u (k, n)),
        -- As records NULL equals NULL, which a key that nobody guards may hold.
        CASE WHEN v_guarded THEN (SELECT string_agg(format('sqlite_migrate_s.%1$I = sqlite_migrate_t.%1$I', k), ' AND ') FROM unnest(key) k)
             ELSE (SELECT format('ROW(%s)::pg_catalog.record = ROW(%s)::pg_catalog.record',
                                 string_agg(format('sqlite_migrate_s.%I', k), ', '), string_agg(format('sqlite_migrate_t.%I', k), ', ')) FROM unnest(key) k)
                  || ' AND sqlite_migrate_s."sqlite_migrate number" = sqlite_migrate_t."sqlite_migrate number"' END,
        replace(v_whole, '$', 'sqlite_migrate_s'), replace(v_whole, '$', 'sqlite_migrate_t'),
        replace(v_whole, '$', '(j.s)'), replace(v_whole, '$', '(j.t)'),
        (SELECT string_agg(format('(%1$L, ((j.s).%1$I)::pg_catalog.text, ((j.t).%1$I)::pg_catalog.text, %2$s, '
                                  'ROW((j.s).%1$I)::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW((j.t).%1$I)::pg_catalog.record)', c, n), ', ')
         FROM unnest(target_columns) WITH ORDINALITY AS u (c, n)),
        (SELECT string_agg(format('j.%I', 'sqlite_migrate key ' || n), ', ') FROM unnest(key) WITH ORDINALITY AS u (k, n)));
END
$$;

-- The columns of a table without a key in which rows differ, as many on both sides: those whose values are others; else the
-- one without which the rows are the same, as where two of its values changed places.
CREATE FUNCTION sqlite_migrate._unkeyed_columns(args jsonb, source_table text, target regclass, source_columns text[],
                                                target_columns text[], buckets text) RETURNS text[]
LANGUAGE plpgsql VOLATILE SET extra_float_digits = 3 SET jit = off
AS $$
DECLARE
    -- Sums of hashes of texts, which tell all that the images do: of each column; of all columns but it.
    v_sums     text := (
        SELECT pg_catalog.string_agg(pg_catalog.format('ARRAY[pg_catalog.sum(%s), pg_catalog.sum(%s)]',
            'pg_catalog.hashtextextended(ROW(c.' || pg_catalog.quote_ident(c.name) || ')::pg_catalog.text, 0)',
            'pg_catalog.hashtextextended(ROW(' || (
                SELECT COALESCE(pg_catalog.string_agg('c.' || pg_catalog.quote_ident(o.name), ', ' ORDER BY o.place), '')
                FROM pg_catalog.unnest(target_columns) WITH ORDINALITY AS o (name, place) WHERE o.name <> c.name)
                || ')::pg_catalog.text, 0)'), ', ' ORDER BY c.place)
        FROM pg_catalog.unnest(target_columns) WITH ORDINALITY AS c (name, place));
    v_source   numeric[];
    v_target   numeric[];
    v_columns  text[];
BEGIN
    EXECUTE pg_catalog.format('WITH %s SELECT (SELECT ARRAY[%s] FROM sqlite_migrate_s c), (SELECT ARRAY[%s] FROM sqlite_migrate_t c)',
        sqlite_migrate._sides_sql(args, source_table, target, source_columns, target_columns, NULL, buckets, ''), v_sums, v_sums)
    INTO v_source, v_target;
    v_columns := ARRAY(SELECT target_columns[p] FROM pg_catalog.generate_subscripts(target_columns, 1) p
                       WHERE v_source[p][1] IS DISTINCT FROM v_target[p][1]);
    IF v_columns = '{}' THEN
        v_columns := ARRAY(SELECT target_columns[p] FROM pg_catalog.generate_subscripts(target_columns, 1) p
                           WHERE v_source[p][2] IS NOT DISTINCT FROM v_target[p][2]);
        IF pg_catalog.cardinality(v_columns) > 1 THEN
            v_columns := '{}';
        END IF;
    END IF;
    RETURN v_columns;
END
$$;

-- How many rows are missing, extra, and other under the same key; the columns in which they are; the first ten. Where extra
-- rows are right (append, upsert) they are left out. only_nulled_keys: how many cells, if nothing else differs than foreign keys
-- that are NULL in the target.
CREATE FUNCTION sqlite_migrate._diff_summary(args jsonb, source_table text, target regclass, source_columns text[],
                                             target_columns text[], buckets text, extra_is_right boolean,
                                             OUT missing bigint, OUT extra bigint, OUT differing bigint, OUT columns text[],
                                             OUT first jsonb, OUT only_nulled_keys bigint)
LANGUAGE plpgsql VOLATILE SET extra_float_digits = 3 SET jit = off
AS $$
DECLARE
    v_key text[] := sqlite_migrate._key_of(target, target_columns);
BEGIN
    EXECUTE pg_catalog.format(
        'SELECT pg_catalog.count(*) FILTER (WHERE d.kind = ''missing''), pg_catalog.count(*) FILTER (WHERE d.kind = ''extra''), '
        'pg_catalog.count(DISTINCT d.key) FILTER (WHERE d.kind = ''differs''), '
        'pg_catalog.array_agg(DISTINCT d.column_name) FILTER (WHERE d.kind = ''differs''), '
        'pg_catalog.jsonb_agg(pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(''kind'', d.kind, ''key'', d.key, ''column_name'', d.column_name))) '
        'FILTER (WHERE d.number <= 10), '
        'CASE WHEN pg_catalog.bool_and(d.kind = ''differs'' AND d.target_value IS NULL AND d.column_name = ANY (%L)) THEN pg_catalog.count(*) END '
        'FROM (SELECT i.*, pg_catalog.row_number() OVER () AS number FROM (%s) i WHERE i.kind <> %L) d',
        ARRAY(SELECT a.attname FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
              WHERE k.conrelid = target AND k.contype = 'f'),
        sqlite_migrate._diff_sql(args, source_table, target, source_columns, target_columns, v_key, buckets),
        CASE WHEN extra_is_right THEN 'extra' ELSE '' END)
    INTO missing, extra, differing, columns, first, only_nulled_keys;
    columns := CASE WHEN v_key IS NOT NULL THEN ARRAY(SELECT c FROM pg_catalog.unnest(target_columns) c WHERE c = ANY (columns))
                    WHEN missing = extra AND missing > 0
                    THEN sqlite_migrate._unkeyed_columns(args, source_table, target, source_columns, target_columns, buckets)
                    ELSE '{}' END;
END
$$;

-- Where a table was filled by somebody else, what its types hold less of than the source is a difference: a double in a column
-- of type real. Where runs of ours filled it, the rules that they counted are excused.
CREATE FUNCTION sqlite_migrate._strict(args jsonb, subject sqlite_migrate._table) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT args || jsonb_build_object('strict', 'true', 'excused', jsonb_build_object('rules', COALESCE((
        SELECT jsonb_agg(DISTINCT k.rule)
        FROM sqlite_migrate.run_tables t
        CROSS JOIN LATERAL jsonb_object_keys(CASE jsonb_typeof(t.details -> 'rules') WHEN 'object' THEN t.details -> 'rules' ELSE '{}' END) AS k (rule)
        WHERE t.table_name = subject.shown AND t.source_table = subject.source_table), '[]')))
$$;

-- Both sides once, hashed row by row and summed by buckets of the key; key NULL: of the whole row. source, stored: see _load
-- and _digest.
CREATE FUNCTION sqlite_migrate._digest_sides(args jsonb, source_table text, target regclass, source_columns text[],
                                             target_columns text[], key text[], OUT source jsonb, OUT stored jsonb)
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    source := sqlite_migrate._load(args ->> 'source', source_table, target, source_columns, target_columns,
        sqlite_migrate._settings(args, source_table, source_columns)
        || pg_catalog.jsonb_build_object('bucketed', 'true', 'key', pg_catalog.jsonb_build_object('key', COALESCE(key, '{}'))), true);
    stored := sqlite_migrate._digest(target, target_columns, COALESCE(key, '{}'));
END
$$;

-- A key in the words of the target.
CREATE FUNCTION sqlite_migrate._target_key(subject sqlite_migrate._table, key jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(COALESCE(subject.target_columns[array_position(subject.source_columns, e.key)], e.key), e.value)
    FROM jsonb_each(key) e
$$;

-- Differences as diff shows them: of the source the cells, as the file holds them.
CREATE FUNCTION sqlite_migrate._shown_differences(args jsonb, subject sqlite_migrate._table, target regclass,
                                                  differences sqlite_migrate._difference_row[])
RETURNS SETOF sqlite_migrate._diff
LANGUAGE sql VOLATILE
AS $$
    WITH d AS (
        SELECT * FROM pg_catalog.unnest(differences) WITH ORDINALITY
            AS d (place, kind, key, column_name, source_value, target_value, number)
    ), raw AS MATERIALIZED (
        SELECT * FROM sqlite_migrate._raw_cells(args ->> 'source', subject.source_table, target, subject.source_columns,
            subject.target_columns, sqlite_migrate._settings(args, subject.source_table, subject.source_columns),
            ARRAY(SELECT DISTINCT d.place::text FROM d WHERE d.place IS NOT NULL)) r
    ), whole AS MATERIALIZED (
        SELECT r.place, pg_catalog.string_agg(r.column_name || ': ' || r.value, ', '
                   ORDER BY pg_catalog.array_position(subject.target_columns, r.column_name)) AS cells
        FROM raw r GROUP BY r.place
    )
    SELECT d.kind, d.key, d.column_name, CASE d.kind WHEN 'missing' THEN w.cells WHEN 'differs' THEN r.value END,
           CASE WHEN d.kind = 'differs' THEN COALESCE(d.target_value, 'NULL') ELSE d.target_value END
    FROM d
    LEFT JOIN whole w ON w.place = d.place
    LEFT JOIN raw r ON r.place = d.place AND r.column_name = d.column_name
    ORDER BY d.number
$$;

CREATE FUNCTION sqlite_migrate.diff(
    source text, source_table text, target regclass, key text[] DEFAULT NULL, max_rows bigint DEFAULT 1000,
    rename jsonb DEFAULT NULL, rules jsonb DEFAULT NULL, assume_timezone text DEFAULT 'UTC',
    exclude text[] DEFAULT NULL, options jsonb DEFAULT '{}')
RETURNS SETOF sqlite_migrate._diff
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET extra_float_digits = 3 SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    v_key    text[] := diff.key;
    v_table  sqlite_migrate._table;
    v_args   jsonb;
    v_row    sqlite_migrate._difference_row;
    v_rows   sqlite_migrate._difference_row[] := '{}';
    v_total  bigint := 0;
    v_sides  record;
    v_refused bigint;
    v_refusals jsonb := '{}';  -- by key, as text: [column, reason]
    v_there  jsonb := '{}';    -- of those, what the target has under the key
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
    v_args := sqlite_migrate._strict(v_args, v_table);
    v_sides := sqlite_migrate._digest_sides(v_args, diff.source_table, target, v_table.source_columns, v_table.target_columns, v_key);
    v_refused := (v_sides.source ->> 'rows_source')::bigint - (v_sides.source ->> 'rows_digested')::bigint;
    IF v_refused > 0 THEN
        v_refusals := (
            SELECT pg_catalog.jsonb_object_agg(sqlite_migrate._target_key(v_table, r.key::jsonb)::text, pg_catalog.jsonb_build_array(
                v_table.target_columns[pg_catalog.array_position(v_table.source_columns, r.column_name)],
                pg_catalog.regexp_replace(r.message, '^found ', '')) ORDER BY r.place)
            FROM sqlite_migrate._refused_rows(diff.source, diff.source_table, diff.target, v_table.source_columns,
                v_table.target_columns, sqlite_migrate._settings(v_args, diff.source_table, v_table.source_columns),
                LEAST(v_refused, max_rows, 100000)) r);
    END IF;
    IF v_sides.source -> 'digest' IS DISTINCT FROM v_sides.stored -> 'digest'
       OR v_sides.source -> 'rows_digested' IS DISTINCT FROM v_sides.stored -> 'rows'
    THEN
        FOR v_row IN EXECUTE sqlite_migrate._diff_sql(v_args, diff.source_table, target, v_table.source_columns,
            v_table.target_columns, v_key, sqlite_migrate._differing_buckets(v_sides.source ->> 'buckets', v_sides.stored ->> 'buckets'))
        LOOP
            -- A row that is there, and whose source cannot be carried, is no row too many.
            IF v_row.kind = 'extra' AND v_refusals ? v_row.key::text THEN
                v_there := v_there || pg_catalog.jsonb_build_object(v_row.key::text, v_row.target_value);
                CONTINUE;
            END IF;
            v_total := v_total + 1;
            CONTINUE WHEN v_total > max_rows;
            v_rows := v_rows || v_row;
            -- In pieces, so that all differences of large tables need no memory for all.
            IF pg_catalog.cardinality(v_rows) = 10000 THEN
                RETURN QUERY SELECT * FROM sqlite_migrate._shown_differences(v_args, v_table, target, v_rows);
                v_rows := '{}';
            END IF;
        END LOOP;
        RETURN QUERY SELECT * FROM sqlite_migrate._shown_differences(v_args, v_table, target, v_rows);
    END IF;
    -- Rows that cannot be carried are on no side. Their reason is at hand.
    RETURN QUERY
    SELECT CASE WHEN v_there ? r.key THEN 'differs' ELSE 'missing' END, r.key::jsonb, r.value ->> 0, r.value ->> 1, v_there ->> r.key
    FROM pg_catalog.jsonb_each(v_refusals) r
    ORDER BY r.key::jsonb LIMIT max_rows - LEAST(v_total, max_rows);
    v_total := v_total + v_refused;
    IF v_total > max_rows THEN
        RAISE NOTICE '% differences, the first % are shown', v_total, max_rows
            USING HINT = 'max_rows => NULL shows all.';
    END IF;
END
$$;
