-- Says what the columns of a source really hold, whatever their declarations say: one pass over each table.

-- Tables in the order of the array. Reads every row of them.
CREATE FUNCTION sqlite_migrate._profile(source text, tables text[])
RETURNS TABLE (table_name text, column_name text, declared_type text, rows bigint, nulls bigint, integers bigint,
               reals bigint, texts bigint, blobs bigint, empty bigint, min_value text, max_value text,
               max_chars bigint, max_bytes bigint, with_nul bigint, invalid_utf8 bigint, uuids bigint, jsons bigint,
               datetimes bigint, whole_numbers bigint, time_unit text, suggested_type text, suggested_rule text,
               why text)
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_profile';

-- Tables that SQLite can read; a view or a virtual table only where include names it.
CREATE FUNCTION sqlite_migrate.profile(source text, include text[] DEFAULT NULL, exclude text[] DEFAULT NULL)
RETURNS TABLE (table_name text, column_name text, declared_type text, rows bigint, nulls bigint, integers bigint,
               reals bigint, texts bigint, blobs bigint, empty bigint, min_value text, max_value text,
               max_chars bigint, max_bytes bigint, with_nul bigint, invalid_utf8 bigint, uuids bigint, jsons bigint,
               datetimes bigint, whole_numbers bigint, time_unit text, suggested_type text, suggested_rule text,
               why text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_args     jsonb := sqlite_migrate._arguments(jsonb_build_object('source', source, 'include', include,
                                                                     'exclude', exclude));
    v_tables   text[];
    v_excluded text[];
BEGIN
    SELECT array_agg(s.table_name ORDER BY s.place),
           array_agg(DISTINCT s.table_name || '.' || e.name) FILTER (WHERE e.name IS NOT NULL)
    INTO v_tables, v_excluded
    FROM sqlite_migrate._source_tables(source) WITH ORDINALITY
             AS s (table_name, kind, sql, without_rowid, strict, autoincrement, rowid_alias, sequence, rows_estimate,
                   problem, place)
    JOIN sqlite_migrate._selection(v_args) x ON x.source_table = s.table_name
    LEFT JOIN LATERAL unnest(x.excluded_columns) AS e (name) ON true
    WHERE x.included AND NOT x.excluded AND s.problem IS NULL
      AND (s.kind = 'table' OR s.table_name = ANY (include));
    RETURN QUERY
    SELECT p.* FROM sqlite_migrate._profile(source, ARRAY(
        SELECT n.name FROM unnest(v_tables) WITH ORDINALITY AS n (name, place)
        GROUP BY n.name ORDER BY min(n.place))) p
    WHERE v_excluded IS NULL OR p.table_name || '.' || p.column_name <> ALL (v_excluded);
END
$$;
