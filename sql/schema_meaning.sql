-- What expressions of a schema mean: those of the source, in the words of the target, as the server itself prints them.

-- kind: default, check, index (the condition of a partial one). sql: for PostgreSQL; NULL where it cannot be said there: why.
CREATE FUNCTION sqlite_migrate._wanted_expressions(source text, source_table text, source_columns text[], target_columns text[],
                                                   target_types text[])
RETURNS TABLE (kind text, name text, column_name text, source_sql text, sql text, why text)
LANGUAGE C VOLATILE ROWS 10
AS 'MODULE_PATHNAME', 'sqlite_migrate_wanted_expressions';

-- Each expression as the server prints it, so that two ways to write one thing are one text: it is given to a copy of the
-- target without rows, and asked for. NULL where the server does not take it, or nothing may be made: in a transaction that
-- only reads, on a standby, without the right to make temporary tables.
CREATE FUNCTION sqlite_migrate._as_printed(target oid, kinds text[], columns text[], expressions text[]) RETURNS text[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_printed text[] := pg_catalog.array_fill(NULL::text, ARRAY[pg_catalog.cardinality(kinds)]);
    v_copy    regclass;
    v_place   integer;
BEGIN
    IF pg_catalog.current_setting('transaction_read_only')::boolean
       OR NOT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY')
    THEN
        RETURN v_printed;
    END IF;
    EXECUTE pg_catalog.format('CREATE TEMPORARY TABLE sqlite_migrate_meaning ON COMMIT DROP AS SELECT * FROM %s WITH NO DATA', target::regclass);
    v_copy := 'pg_temp.sqlite_migrate_meaning'::regclass;
    FOR v_place IN 1 .. pg_catalog.cardinality(kinds) LOOP
        CONTINUE WHEN expressions[v_place] IS NULL;
        BEGIN
            IF kinds[v_place] = 'default' THEN
                EXECUTE pg_catalog.format('ALTER TABLE %s ALTER %I SET DEFAULT %s', v_copy, columns[v_place], expressions[v_place]);
                v_printed[v_place] := (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d
                                       JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                                       WHERE d.adrelid = v_copy AND a.attname = columns[v_place]);
            ELSE
                EXECUTE pg_catalog.format('ALTER TABLE %s ADD CONSTRAINT meant CHECK (%s)', v_copy, expressions[v_place]);
                v_printed[v_place] := (SELECT pg_catalog.pg_get_expr(c.conbin, c.conrelid) FROM pg_catalog.pg_constraint c
                                       WHERE c.conrelid = v_copy AND c.conname = 'meant');
                EXECUTE pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT meant', v_copy);
            END IF;
        EXCEPTION WHEN syntax_error_or_access_rule_violation OR data_exception OR feature_not_supported THEN
            NULL;  -- its text stays NULL, and it is not compared
        END;
    END LOOP;
    EXECUTE pg_catalog.format('DROP TABLE %s', v_copy);
    RETURN v_printed;
END
$$;

-- Ways to say one thing that are printed apart: the clock's; a truth by itself or beside a constant.
CREATE FUNCTION sqlite_migrate._meant(printed text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(lower(printed),
               '(current_timestamp|localtimestamp|(transaction|statement|clock)_timestamp\(\))', 'now()', 'g'),
               '\(?now\(\) at time zone ''(utc|gmt)''::text\)?', 'now()', 'g'),
               '::(timestamp with(out)? time zone|character varying|text|date|bpchar)(\(\d+\))?', '', 'g'),
               '[()]|\s', '', 'g')
$$;

-- What a table of the source demands in expressions: as the target has them (printed), NULL where that is not known.
CREATE FUNCTION sqlite_migrate._meanings(args jsonb, subject sqlite_migrate._table)
RETURNS TABLE (kind text, name text, column_name text, source_sql text, sql text, why text, printed text)
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
    v_types   text[] := ARRAY(
        SELECT pg_catalog.format_type(a.atttypid, a.atttypmod)
        FROM pg_catalog.unnest(subject.target_columns) WITH ORDINALITY AS c (c, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = subject.target AND a.attname = c.c
        ORDER BY c.place);
    v_kinds   text[];
    v_columns text[];
    v_sqls    text[];
    v_printed text[];
BEGIN
    SELECT pg_catalog.array_agg(w.kind), pg_catalog.array_agg(w.column_name), pg_catalog.array_agg(w.sql)
    INTO v_kinds, v_columns, v_sqls
    FROM sqlite_migrate._wanted_expressions(args ->> 'source', subject.source_table, subject.source_columns,
                                            subject.target_columns, v_types) w;
    IF v_kinds IS NULL THEN
        RETURN;
    END IF;
    v_printed := sqlite_migrate._as_printed(subject.target, v_kinds, v_columns, v_sqls);
    RETURN QUERY
    SELECT w.*, v_printed[w_place.place]
    FROM (SELECT x.*, pg_catalog.row_number() OVER () AS place
          FROM sqlite_migrate._wanted_expressions(args ->> 'source', subject.source_table, subject.source_columns,
                                                  subject.target_columns, v_types) x) w_place
    CROSS JOIN LATERAL (SELECT w_place.kind, w_place.name, w_place.column_name, w_place.source_sql, w_place.sql, w_place.why) w;
END
$$;
