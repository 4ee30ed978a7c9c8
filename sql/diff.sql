-- Names the rows and cells in which a target differs from its source: by a join on the key, or as a multiset.

-- What diff gives. A type, since an argument and a column of a TABLE result cannot share the name key.
CREATE TYPE sqlite_migrate._diff AS (
    kind         text,         -- missing, extra (in the target), differs
    key          jsonb,        -- NULL: the table has none
    column_name  text,
    source_value text,         -- storage class and value, as the file holds it
    target_value text
);

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

CREATE FUNCTION sqlite_migrate._in_foreign_key(relation oid, column_name text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
                   WHERE k.conrelid = relation AND k.contype = 'f' AND a.attname = column_name)
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
    v_key   text[] := sqlite_migrate._key_of(target, target_columns);
    v_parts record := sqlite_migrate._diff_parts(args, source_table, target, source_columns, target_columns,
                                                 sqlite_migrate._key_of(target, target_columns), buckets, 10, extra_is_right);
    v_other boolean[];  -- by column
BEGIN
    EXECUTE v_parts.head || ' ' || CASE WHEN v_key IS NULL
        THEN 'SELECT pg_catalog.sum(j.n) FILTER (WHERE j.n > 0), -pg_catalog.sum(j.n) FILTER (WHERE j.n < 0), 0, NULL::pg_catalog.bool[], NULL::pg_catalog.int8,'
        ELSE pg_catalog.format(
            'SELECT pg_catalog.count(*) FILTER (WHERE j.kind = ''missing''), pg_catalog.count(*) FILTER (WHERE j.kind = ''extra''), '
            'pg_catalog.count(*) FILTER (WHERE j.kind = ''differs''), ARRAY[%s], '
            'CASE WHEN pg_catalog.bool_and(j.kind = ''differs'' AND NOT (%s)) THEN pg_catalog.sum(pg_catalog.cardinality(pg_catalog.array_positions(j.other, true))) END,',
            (SELECT pg_catalog.string_agg(pg_catalog.format('pg_catalog.bool_or(j.other[%s])', n), ', ' ORDER BY n)
             FROM pg_catalog.generate_subscripts(target_columns, 1) n),
            -- Something else than a foreign key that is NULL in the target.
            (SELECT pg_catalog.string_agg(pg_catalog.format('j.other[%s]%s', n,
                        CASE WHEN sqlite_migrate._in_foreign_key(target, target_columns[n]) THEN pg_catalog.format(' AND (j.t).%I IS NOT NULL', target_columns[n]) END), ' OR ')
             FROM pg_catalog.generate_subscripts(target_columns, 1) n)) END
        || pg_catalog.format(' (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(''kind'', d.kind, ''key'', d.key, '
               '''column_name'', d.column_name))) FROM (SELECT * FROM (%s) r LIMIT 10) d) FROM j', v_parts.shown)
    INTO missing, extra, differing, v_other, only_nulled_keys, first;
    missing := COALESCE(missing, 0);
    extra := COALESCE(extra, 0);
    columns := CASE WHEN v_key IS NOT NULL THEN ARRAY(SELECT target_columns[p] FROM pg_catalog.generate_subscripts(target_columns, 1) p WHERE v_other[p])
                    WHEN missing = extra AND missing > 0
                    THEN sqlite_migrate._unkeyed_columns(args, source_table, target, source_columns, target_columns, buckets)
                    ELSE '{}' END;
END
$$;

-- A table as it is compared: with the columns that the target itself computes and stores, where the source has one of the name.
CREATE FUNCTION sqlite_migrate._with_computed(args jsonb, subject sqlite_migrate._table) RETURNS sqlite_migrate._table
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_sources text[];
    v_targets text[];
BEGIN
    IF subject.target IS NOT NULL AND subject.computed_columns <> '{}' AND subject.target_columns IS NOT NULL THEN
        SELECT array_agg(m.source ORDER BY m.source), array_agg(m.target ORDER BY m.source) INTO v_sources, v_targets
        FROM sqlite_migrate._match(
            ARRAY(SELECT c.column_name FROM sqlite_migrate._source_columns(args ->> 'source') c
                  WHERE c.table_name = subject.source_table AND c.column_name <> ALL (subject.source_columns || COALESCE(subject.excluded_columns, '{}'))),
            ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = subject.target AND a.attgenerated = 's'),
            sqlite_migrate._column_renames(args -> 'rename', subject.source_table)) m
        WHERE m.target IS NOT NULL;
        subject.source_columns := subject.source_columns || v_sources;
        subject.target_columns := subject.target_columns || v_targets;
    END IF;
    RETURN subject;
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
            AS d (place, kind, key, column_name, source_value, target_value, total, number)
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
    v_all    bigint := 0;
    v_known  bigint := 0;
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
    v_table := sqlite_migrate._with_computed(v_args, (sqlite_migrate._tables(v_args))[1]);
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
            v_table.target_columns, v_key, sqlite_migrate._differing_buckets(v_sides.source ->> 'buckets', v_sides.stored ->> 'buckets'),
            max_rows + v_refused)
        LOOP
            v_all := v_row.total;
            -- A row that is there, and whose source cannot be carried, is no row too many.
            IF v_row.kind = 'extra' AND v_refusals ? v_row.key::text THEN
                v_there := v_there || pg_catalog.jsonb_build_object(v_row.key::text, v_row.target_value);
                v_known := v_known + 1;
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
    v_total := v_all - v_known + v_refused;
    IF v_total > max_rows THEN
        RAISE NOTICE '% differences, the first % are shown', v_total, max_rows
            USING HINT = 'max_rows => NULL shows all.';
    END IF;
END
$$;
