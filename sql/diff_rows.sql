-- The rows of both sides, those of some buckets or all, and the query that joins them: what verify and diff are made of.

-- One difference on its way to the user.
CREATE TYPE sqlite_migrate._difference_row AS (
    place        bigint,       -- of the row in the source: its rowid, or its number in the scan
    kind         text,
    key          jsonb,
    column_name  text,
    source_value text,         -- as converted
    target_value text,
    total        bigint        -- of all differences, shown or not
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

-- Finds the rows that differ: head is a WITH clause whose j has the pairs that differ (other: in which columns), shown a SELECT of the first `most` of them,
-- cell by cell. Values are compared by their images: what prints alike may differ, and json has no equality of its own. key NULL:
-- rows are compared as a multiset. Only j is made for all rows, so that many differences cost no more than they must.
CREATE FUNCTION sqlite_migrate._diff_parts(args jsonb, source_table text, target oid, source_columns text[],
                                           target_columns text[], key text[], buckets text, most bigint, extra_is_right boolean,
                                           OUT head text, OUT shown text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_guarded boolean := key IS NOT DISTINCT FROM sqlite_migrate._key_of(target, target_columns);
    v_plain   boolean := (SELECT bool_and(y.typnamespace = 'pg_catalog'::regnamespace)
                          FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attrelid = target AND a.attname = ANY (key));
    v_keys    text := (SELECT string_agg(format('c.%I', k), ', ') FROM unnest(key) k);
    v_order   text := (SELECT string_agg(format('j.%I', 'sqlite_migrate key ' || n), ', ') FROM unnest(key) WITH ORDINALITY AS u (k, n));
    v_whole   text := 'ROW(' || (SELECT string_agg(format('$.%I', c), ', ') FROM unnest(target_columns) c) || ')::pg_catalog.record';
    v_sides   text := sqlite_migrate._sides_sql(args, source_table, target, source_columns, target_columns, key, buckets,
        CASE WHEN key IS NULL OR v_guarded THEN ''
             ELSE format(', row_number() OVER (PARTITION BY %s ORDER BY %s) AS "sqlite_migrate number"', v_keys,
                         replace(v_whole, '$', 'c') || '::pg_catalog.text') END);
BEGIN
    IF key IS NULL THEN
        head := format('WITH %s, a AS (SELECT %s::pg_catalog.text AS r, pg_catalog.count(*) AS n, pg_catalog.array_agg(sqlite_migrate_s."sqlite_migrate place") AS places FROM sqlite_migrate_s GROUP BY 1), '
            'b AS (SELECT %s::pg_catalog.text AS r, pg_catalog.count(*) AS n FROM sqlite_migrate_t GROUP BY 1), '
            'j AS MATERIALIZED (SELECT a.r AS s, b.r AS t, a.places, COALESCE(a.n, 0) - COALESCE(b.n, 0) AS n FROM a FULL JOIN b ON a.r = b.r WHERE a.n IS DISTINCT FROM b.n)',
            v_sides, replace(v_whole, '$', 'sqlite_migrate_s'), replace(v_whole, '$', 'sqlite_migrate_t'));
        shown := format('SELECT CASE WHEN j.n > 0 THEN j.places[g] END AS place, CASE WHEN j.n > 0 THEN ''missing'' ELSE ''extra'' END AS kind, '
            'NULL::pg_catalog.jsonb AS key, NULL::pg_catalog.text AS column_name, CASE WHEN j.n > 0 THEN j.s END AS source_value, '
            'CASE WHEN j.n < 0 THEN j.t END AS target_value, (SELECT pg_catalog.sum(pg_catalog.abs(j.n))::pg_catalog.int8 FROM j) AS total '
            'FROM (SELECT * FROM j ORDER BY COALESCE(j.s, j.t) COLLATE "C" LIMIT %L) j CROSS JOIN LATERAL pg_catalog.generate_series(1, pg_catalog.abs(j.n)) g '
            'ORDER BY COALESCE(j.s, j.t) COLLATE "C"', most);
        RETURN;
    END IF;
    head := format(
        'WITH %s, j AS MATERIALIZED (SELECT sqlite_migrate_s AS s, sqlite_migrate_t AS t, sqlite_migrate_s."sqlite_migrate place" AS place, %s, '
        'CASE WHEN sqlite_migrate_s."sqlite_migrate place" IS NULL THEN ''extra'' WHEN sqlite_migrate_t."sqlite_migrate here" IS NULL THEN ''missing'' ELSE ''differs'' END AS kind, '
        'CASE WHEN sqlite_migrate_s."sqlite_migrate place" IS NOT NULL AND sqlite_migrate_t."sqlite_migrate here" THEN ARRAY[%s] END AS other '
        'FROM sqlite_migrate_s %s JOIN sqlite_migrate_t ON %s WHERE sqlite_migrate_s."sqlite_migrate place" IS NULL '
        'OR sqlite_migrate_t."sqlite_migrate here" IS NULL OR %s OPERATOR(pg_catalog.*<>) %s)',
        v_sides,
        (SELECT string_agg(format('COALESCE(sqlite_migrate_s.%1$I, sqlite_migrate_t.%1$I) AS %2$I', k, 'sqlite_migrate key ' || n), ', ')
         FROM unnest(key) WITH ORDINALITY AS u (k, n)),
        (SELECT string_agg(format('ROW(sqlite_migrate_s.%1$I)::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW(sqlite_migrate_t.%1$I)::pg_catalog.record', c), ', ')
         FROM unnest(target_columns) c),
        CASE WHEN extra_is_right THEN 'LEFT' ELSE 'FULL' END,
        -- As records NULL equals NULL, which a key that nobody guards may hold, and a type from elsewhere has its own equality,
        -- whatever the search_path.
        CASE WHEN v_guarded AND v_plain THEN (SELECT string_agg(format('sqlite_migrate_s.%1$I OPERATOR(pg_catalog.=) sqlite_migrate_t.%1$I', k), ' AND ') FROM unnest(key) k)
             ELSE (SELECT format('ROW(%s)::pg_catalog.record OPERATOR(pg_catalog.=) ROW(%s)::pg_catalog.record',
                                 string_agg(format('sqlite_migrate_s.%I', k), ', '), string_agg(format('sqlite_migrate_t.%I', k), ', ')) FROM unnest(key) k)
                  || CASE WHEN v_guarded THEN '' ELSE ' AND sqlite_migrate_s."sqlite_migrate number" = sqlite_migrate_t."sqlite_migrate number"' END END,
        replace(v_whole, '$', 'sqlite_migrate_s'), replace(v_whole, '$', 'sqlite_migrate_t'));
    shown := format(
        'SELECT j.place, j.kind, pg_catalog.jsonb_build_object(%s) AS key, v.name AS column_name, '
        'CASE WHEN j.kind <> ''extra'' THEN v.source_value END AS source_value, CASE WHEN j.kind <> ''missing'' THEN v.target_value END AS target_value, '
        '(SELECT pg_catalog.sum(CASE j.kind WHEN ''differs'' THEN pg_catalog.cardinality(pg_catalog.array_positions(j.other, true)) ELSE 1 END)::pg_catalog.int8 FROM j) AS total '
        'FROM (SELECT * FROM j ORDER BY %s LIMIT %L) j '
        'CROSS JOIN LATERAL (SELECT NULL::pg_catalog.text AS name, %s::pg_catalog.text AS source_value, %s::pg_catalog.text AS target_value, 0 AS place WHERE j.kind <> ''differs'' '
        'UNION ALL SELECT c.name, c.source_value, c.target_value, c.place FROM (VALUES %s) AS c (name, source_value, target_value, place, differs) '
        'JOIN LATERAL (SELECT j.kind) k ON k.kind = ''differs'' AND c.differs) v ORDER BY %s, v.place',
        (SELECT string_agg(format('%L, j.%I', k, 'sqlite_migrate key ' || n), ', ') FROM unnest(key) WITH ORDINALITY AS u (k, n)),
        v_order, most, replace(v_whole, '$', '(j.s)'), replace(v_whole, '$', '(j.t)'),
        (SELECT string_agg(format('(%1$L, ((j.s).%1$I)::pg_catalog.text, ((j.t).%1$I)::pg_catalog.text, %2$s, j.other[%2$s])', c, n), ', ')
         FROM unnest(target_columns) WITH ORDINALITY AS u (c, n)),
        v_order);
END
$$;

-- The query that gives the first differences.
CREATE FUNCTION sqlite_migrate._diff_sql(args jsonb, source_table text, target oid, source_columns text[],
                                         target_columns text[], key text[], buckets text, most bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.head || ' ' || p.shown
    FROM sqlite_migrate._diff_parts(args, source_table, target, source_columns, target_columns, key, buckets, most, false) p
$$;
