-- Looks for what no single value shows: duplicates under the target's own equality, CHECK constraints, rows that fit no
-- partition. The source's rows come converted from C; the server groups and compares them by its own operators, in
-- bounded memory, and writes nothing.

-- Whether an expression calls a function: parentheses outside of its texts. It may give each row another value.
CREATE FUNCTION sqlite_migrate._calls_function(expression text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT strpos(regexp_replace(expression, '''([^'']|'''')*''', '', 'g'), '(') > 0
$$;

-- Whether one of these columns gets a number or a random value from the server: a key that holds it cannot meet itself.
CREATE FUNCTION sqlite_migrate._given_by_server(subject sqlite_migrate._table, attributes smallint[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = subject.target AND a.attnum = ANY (attributes) AND a.attname <> ALL (subject.target_columns)
          AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) ~ '(nextval|uuid|random)'))
$$;

-- How the rows would be, as a subquery: these columns of the target, and more where a generated one asks for them. NULL
-- where a column gets its value only when the row is written: a sequence, or a default that calls a function.
CREATE FUNCTION sqlite_migrate._rows_sql(args jsonb, subject sqlite_migrate._table, attributes smallint[], keyed boolean)
RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_all     boolean;
    v_columns record;
BEGIN
    v_all := EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = subject.target AND a.attnum = ANY (attributes)
                                                  AND a.attgenerated <> '');
    WITH needed AS (
        SELECT a.attname::text AS name, a.attnum, format_type(a.atttypid, a.atttypmod) AS type,
               a.attgenerated <> '' AS computed, a.attidentity <> '' AS numbered,
               pg_get_expr(d.adbin, d.adrelid) AS expression,
               CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
                   THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END AS collation,
               array_position(subject.target_columns, a.attname::text) AS place
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = subject.target AND a.attnum > 0 AND NOT a.attisdropped
          -- Rows need a column to be rows, even where only defaults are asked for.
          AND (v_all OR a.attnum = ANY (attributes) OR a.attname = subject.target_columns[1])
    )
    SELECT array_agg(subject.source_columns[n.place] ORDER BY n.attnum) FILTER (WHERE n.place IS NOT NULL) AS sources,
           array_agg(n.name ORDER BY n.attnum) FILTER (WHERE n.place IS NOT NULL) AS targets,
           string_agg(format('%I %s%s', n.name, n.type, n.collation), ', ' ORDER BY n.attnum)
               FILTER (WHERE n.place IS NOT NULL) AS shape,
           string_agg(format(', (%s)::%s%s AS %I', COALESCE(n.expression, 'NULL'), n.type, n.collation, n.name), '')
               FILTER (WHERE n.place IS NULL AND NOT n.computed) AS defaults,
           string_agg(format(', (%s)%s AS %I', n.expression, n.collation, n.name), '') FILTER (WHERE n.computed) AS computed,
           COALESCE(bool_or(n.place IS NULL AND NOT n.computed
                            AND (n.numbered OR sqlite_migrate._calls_function(n.expression))), false) AS unknown
    INTO v_columns FROM needed n;
    IF v_columns.unknown THEN
        RETURN NULL;
    END IF;
    RETURN format('(SELECT r.*%s FROM (SELECT c.*%s FROM sqlite_migrate._converted(%L, %L, %s::pg_catalog.oid::'
                  'pg_catalog.regclass, %L::pg_catalog.text[], %L::pg_catalog.text[], %L::pg_catalog.jsonb, %L) AS c (%s%s)) r)',
        v_columns.computed, v_columns.defaults, args ->> 'source', subject.source_table, subject.target,
        v_columns.sources, v_columns.targets,
        sqlite_migrate._settings(args, subject.source_table, v_columns.sources), keyed, v_columns.shape,
        CASE WHEN keyed THEN ', "sqlite_migrate key" pg_catalog.text' ELSE '' END);
END
$$;

-- Up to three rows of a query that gives a key as text and a value as jsonb, as preflight shows them.
CREATE FUNCTION sqlite_migrate._samples(query text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_samples jsonb;
BEGIN
    EXECUTE pg_catalog.format('SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(''key'', s.key::pg_catalog.jsonb, '
                              '''value'', s.value)) FROM (SELECT * FROM (%s) q LIMIT 3) s (key, value)', query)
    INTO v_samples;
    RETURN v_samples;
END
$$;

-- The value of one key column, or the values of several, for a sample.
CREATE FUNCTION sqlite_migrate._shown_key(keys text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE cardinality(keys) WHEN 1 THEN format('pg_catalog.to_jsonb((%s)::pg_catalog.text)', keys[1])
        ELSE format('pg_catalog.jsonb_build_array(%s)',
                    (SELECT string_agg(format('(%s)::pg_catalog.text', k), ', ') FROM unnest(keys) k)) END
$$;

-- The columns of a table that an index refers to, in its keys, its expressions and its condition.
CREATE FUNCTION sqlite_migrate._index_attributes(index oid) RETURNS smallint[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ARRAY(SELECT k FROM pg_index i, unnest(i.indkey::smallint[]) k WHERE i.indexrelid = index AND k > 0
                 UNION
                 SELECT d.refobjsubid::smallint FROM pg_depend d JOIN pg_index i ON i.indexrelid = d.objid
                 WHERE d.classid = 'pg_class'::regclass AND d.objid = index AND d.refclassid = 'pg_class'::regclass
                   AND d.refobjid = i.indrelid AND d.refobjsubid > 0)
$$;

-- A unique index of a target. keys: each as SQL, with the collation that the index compares by; equal: the operators that
-- it takes for equality, one for each key.
CREATE TYPE sqlite_migrate._unique_key AS (
    index         oid,
    name          text,
    is_primary    boolean,
    is_constraint boolean,
    keys          text[],
    equal         text[],
    condition     text,       -- of a partial one: the rows that it holds
    nulls_equal   boolean,
    attributes    smallint[],
    columns       text        -- as people write them
);

CREATE FUNCTION sqlite_migrate._unique_keys(target oid) RETURNS SETOF sqlite_migrate._unique_key
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT i.indexrelid, c.relname, i.indisprimary,
           EXISTS (SELECT FROM pg_constraint k
                   WHERE k.conindid = i.indexrelid AND k.conrelid = target AND k.contype IN ('p', 'u')),
           ARRAY(SELECT pg_get_indexdef(i.indexrelid, n, false)
                        || COALESCE(' COLLATE ' || NULLIF(i.indcollation[n - 1], 0)::regcollation, '')
                 FROM generate_series(1, i.indnkeyatts) n ORDER BY n),
           ARRAY(SELECT format('OPERATOR(%I.%s)', s.nspname, p.oprname)
                 FROM generate_series(1, i.indnkeyatts) n
                 JOIN pg_opclass o ON o.oid = i.indclass[n - 1]
                 JOIN pg_amop m ON m.amopfamily = o.opcfamily AND m.amopstrategy = 3
                               AND m.amoplefttype = o.opcintype AND m.amoprighttype = o.opcintype
                 JOIN pg_operator p ON p.oid = m.amopopr JOIN pg_namespace s ON s.oid = p.oprnamespace ORDER BY n),
           pg_get_expr(i.indpred, i.indrelid), COALESCE((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false),
           sqlite_migrate._index_attributes(i.indexrelid),
           (SELECT string_agg(pg_get_indexdef(i.indexrelid, n, true), ', ' ORDER BY n)
            FROM generate_series(1, i.indnkeyatts) n)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    -- WITHOUT OVERLAPS (18 and later) is an exclusion.
    WHERE i.indrelid = target AND i.indisunique AND i.indislive AND NOT i.indisexclusion
    ORDER BY NOT i.indisprimary, c.relname COLLATE "C"
$$;

-- The rows that a unique index holds: those of its condition, and without NULLs unless they count as equal.
CREATE FUNCTION sqlite_migrate._key_condition(key sqlite_migrate._unique_key) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT concat_ws(' AND ', COALESCE('(' || key.condition || ')', 'true'),
        CASE WHEN NOT key.nulls_equal
             THEN (SELECT string_agg(format('(%s) IS NOT NULL', k), ' AND ') FROM unnest(key.keys) k) END)
$$;

-- What would let the rows in: without the index, or without all but one of them.
CREATE FUNCTION sqlite_migrate._key_fix(subject sqlite_migrate._table, key sqlite_migrate._unique_key) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN key.is_primary THEN 'on_error => ''reject'' /* the first of each stays */'
        WHEN key.is_constraint THEN format('ALTER TABLE %s DROP CONSTRAINT %I', subject.shown, key.name)
            || ' /* or on_error => ''reject'': the first of each stays */'
        ELSE format('DROP INDEX %s /* or on_error => ''reject'': the first of each stays */', key.index::regclass) END
$$;

-- Whether the source itself keeps the rows apart: the key holds SQLite's rowid in a type that holds every integer apart.
CREATE FUNCTION sqlite_migrate._kept_by_rowid(args jsonb, subject sqlite_migrate._table, index oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_index i, unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute a ON a.attrelid = subject.target AND a.attnum = k.number
        WHERE i.indexrelid = index AND k.place <= i.indnkeyatts
          AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
          AND subject.source_columns[array_position(subject.target_columns, a.attname::text)] = subject.rowid_alias
          AND NOT EXISTS (SELECT FROM sqlite_migrate._column_rules(args -> 'rules', subject.source_table,
                                                                   ARRAY[subject.rowid_alias])))
$$;

-- Rows of the source that a unique index would refuse for each other: all but the first of each set of equal keys.
CREATE FUNCTION sqlite_migrate._find_duplicates(args jsonb, subject sqlite_migrate._table,
                                                key sqlite_migrate._unique_key) RETURNS SETOF sqlite_migrate._finding
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_where  text := sqlite_migrate._key_condition(key);
    v_keys   text := pg_catalog.array_to_string(key.keys, ', ');
    v_rows   bigint;
    v_groups bigint;
BEGIN
    EXECUTE pg_catalog.format(
        'SELECT pg_catalog.count(*), pg_catalog.sum(n - 1) FROM (SELECT pg_catalog.count(*) AS n FROM %s t WHERE %s '
        'GROUP BY %s HAVING pg_catalog.count(*) > 1) d',
        sqlite_migrate._rows_sql(args, subject, key.attributes, false), v_where, v_keys)
    INTO v_groups, v_rows;
    IF v_groups > 0 THEN
        RETURN QUERY SELECT sqlite_migrate._value_severity(args), 'duplicate_key', subject.shown, key.columns, v_rows,
            sqlite_migrate._samples(pg_catalog.format(
                'SELECT key, value FROM (SELECT "sqlite_migrate key", %s, pg_catalog.count(*) OVER (PARTITION BY %s), '
                'pg_catalog.dense_rank() OVER (ORDER BY %s) FROM %s t WHERE %s) d (key, value, n, place) '
                'WHERE n > 1 ORDER BY place', sqlite_migrate._shown_key(key.keys), v_keys, v_keys,
                sqlite_migrate._rows_sql(args, subject, key.attributes, true), v_where)),
            pg_catalog.format('%s of rows with equal keys in unique %s "%s"', sqlite_migrate._counted(v_groups, 'group'),
                              CASE WHEN key.is_constraint THEN 'constraint' ELSE 'index' END, key.name),
            sqlite_migrate._key_fix(subject, key);
    END IF;
END
$$;

-- Rows whose key a row of the target has already: where rows are added.
CREATE FUNCTION sqlite_migrate._find_present(args jsonb, subject sqlite_migrate._table, key sqlite_migrate._unique_key)
RETURNS SETOF sqlite_migrate._finding
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_where text := sqlite_migrate._key_condition(key);
    v_tail  text;
    v_rows  bigint;
BEGIN
    v_tail := pg_catalog.format(' t WHERE %s) s WHERE EXISTS (SELECT FROM (SELECT %s FROM %s%s t WHERE %s) g WHERE %s)',
        v_where,
        (SELECT pg_catalog.string_agg(pg_catalog.format('%s AS "sqlite_migrate %s"', k, n), ', ')
         FROM pg_catalog.unnest(key.keys) WITH ORDINALITY u (k, n)),
        CASE subject.target_kind WHEN 'r' THEN 'ONLY ' END, subject.shown, v_where,
        (SELECT pg_catalog.string_agg(pg_catalog.format('(g."sqlite_migrate %s" %s (%s)%s)', n, key.equal[n], k,
                    CASE WHEN key.nulls_equal
                         THEN pg_catalog.format(' OR g."sqlite_migrate %s" IS NULL AND (%s) IS NULL', n, k) END), ' AND ')
         FROM pg_catalog.unnest(key.keys) WITH ORDINALITY u (k, n)));
    EXECUTE 'SELECT pg_catalog.count(*) FROM (SELECT * FROM '
            || sqlite_migrate._rows_sql(args, subject, key.attributes, false) || v_tail
    INTO v_rows;
    IF v_rows > 0 THEN
        RETURN QUERY SELECT sqlite_migrate._value_severity(args), 'duplicate_key', subject.shown, key.columns, v_rows,
            sqlite_migrate._samples(pg_catalog.format('SELECT "sqlite_migrate key", %s FROM (SELECT * FROM ',
                                                      sqlite_migrate._shown_key(key.keys))
                || sqlite_migrate._rows_sql(args, subject, key.attributes, true) || v_tail),
            pg_catalog.format('the target has rows with these keys of unique %s "%s"',
                              CASE WHEN key.is_constraint THEN 'constraint' ELSE 'index' END, key.name),
            CASE WHEN key.is_primary THEN 'existing => ''upsert'' /* or on_error => ''reject'' */'
                 ELSE 'on_error => ''reject''' END;
    END IF;
END
$$;

-- Rows for which a condition of the target is false. keys: the columns that a sample shows.
CREATE FUNCTION sqlite_migrate._find_false(args jsonb, subject sqlite_migrate._table, attributes smallint[],
                                           condition text, code text, message text, fix text)
RETURNS SETOF sqlite_migrate._finding
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_names text[] := ARRAY(SELECT pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_attribute a
                            WHERE a.attrelid = subject.target AND a.attnum = ANY (attributes) ORDER BY a.attnum);
    v_rows  bigint;
BEGIN
    EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM %s t WHERE NOT (%s)',
                              sqlite_migrate._rows_sql(args, subject, attributes, false), condition)
    INTO v_rows;
    IF v_rows > 0 THEN
        RETURN QUERY SELECT sqlite_migrate._value_severity(args), code, subject.shown,
            pg_catalog.array_to_string(v_names, ', '), v_rows,
            sqlite_migrate._samples(pg_catalog.format('SELECT "sqlite_migrate key", %s FROM %s t WHERE NOT (%s)',
                sqlite_migrate._shown_key(v_names), sqlite_migrate._rows_sql(args, subject, attributes, true), condition)),
            message, fix;
    END IF;
END
$$;

-- The columns by which a partitioned table, and the partitioned ones below it, choose a partition; all where one chooses
-- by an expression.
CREATE FUNCTION sqlite_migrate._partition_attributes(target oid) RETURNS smallint[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ARRAY(
        SELECT a.attnum FROM pg_attribute a
        WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
          AND EXISTS (SELECT FROM pg_partition_tree(target) l
                      JOIN pg_partitioned_table p ON p.partrelid = l.relid
                      CROSS JOIN unnest(p.partattrs::smallint[]) k
                      LEFT JOIN pg_attribute b ON b.attrelid = l.relid AND b.attnum = k
                      WHERE k = 0 OR b.attname = a.attname)
        ORDER BY a.attnum)
$$;

-- The conditions that the target sets to a whole row: CHECK constraints, and that it fits one of the partitions.
CREATE FUNCTION sqlite_migrate._row_conditions(subject sqlite_migrate._table)
RETURNS TABLE (attributes smallint[], condition text, code text, message text, fix text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(k.conkey, '{}'), pg_get_expr(k.conbin, k.conrelid), 'check_violation',
           format('refused by CHECK constraint "%s": %s', k.conname, pg_get_expr(k.conbin, k.conrelid, true)),
           format('ALTER TABLE %s DROP CONSTRAINT %I', subject.shown, k.conname)
               || ' /* or on_error => ''reject'' */'
    FROM pg_constraint k
    WHERE k.conrelid = subject.target AND k.contype = 'c' AND COALESCE((to_jsonb(k) ->> 'conenforced')::boolean, true)
    UNION ALL
    SELECT sqlite_migrate._partition_attributes(subject.target), COALESCE(string_agg(format('(%s)', c.text), ' OR '), 'false'),
           'no_partition', 'no partition takes these rows',
           (SELECT format('CREATE TABLE %I.%I PARTITION OF %s DEFAULT', n.nspname, p.relname || '_default', subject.shown)
            FROM pg_class p JOIN pg_namespace n ON n.oid = p.relnamespace WHERE p.oid = subject.target)
    FROM pg_partition_tree(subject.target) l
    CROSS JOIN LATERAL (SELECT pg_get_partition_constraintdef(l.relid) AS text) c
    WHERE l.isleaf AND l.relid <> subject.target
    HAVING subject.target_kind = 'p' AND bool_and(c.text IS NOT NULL) IS NOT false
    UNION ALL
    SELECT ARRAY(SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = subject.target AND a.attnum > 0
                                                       AND NOT a.attisdropped),
           pg_get_partition_constraintdef(subject.target), 'no_partition', 'do not belong into this partition',
           'load the partitioned table instead'
    FROM pg_class c WHERE c.oid = subject.target AND c.relispartition
      AND pg_get_partition_constraintdef(subject.target) IS NOT NULL
$$;
