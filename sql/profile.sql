-- Says what the columns of a source really hold, and what numbers in time columns count: one pass over each table.

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

-- What the numbers in time columns were found to count, where the settings say nothing: {"created": {"unit",
-- "candidates", "numbers", "years", "range"}}. One pass over the source's columns.
CREATE FUNCTION sqlite_migrate._time_units(source text, source_table text, target regclass, source_columns text[],
                                           target_columns text[], settings jsonb) RETURNS jsonb
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_time_units';

-- The units that were found, in a phrase for messages; NULL for none.
CREATE FUNCTION sqlite_migrate._unit_phrase(units jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(format('%s read as %s', u.key, u.value ->> 'unit'), ', ' ORDER BY u.key COLLATE "C")
    FROM jsonb_each(units) u WHERE u.value ? 'unit'
$$;

-- What plan adds to the step that loads these tables: the units that numbers in time columns were found to have, or that
-- none was. migrate finds them while it reads.
CREATE FUNCTION sqlite_migrate._unit_note(args jsonb, tables sqlite_migrate._table[], members text[]) RETURNS text
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(format('%s: numbers %s', t.shown || '.' || quote_ident(u.key),
               CASE WHEN u.value ? 'unit' THEN format('read as %s, %s', u.value ->> 'unit', u.value ->> 'years')
                    WHEN u.value -> 'candidates' = '[]' THEN 'are times in no unit'
                    ELSE 'may be ' || array_to_string(sqlite_migrate._list(u.value -> 'candidates'), ' or ')
                         || ': name one in rules' END), '; ' ORDER BY t.shown COLLATE "C", u.key COLLATE "C")
    FROM unnest(tables) t
    CROSS JOIN LATERAL jsonb_each(sqlite_migrate._time_units(args ->> 'source', t.source_table, t.target::regclass,
        t.source_columns, t.target_columns,
        sqlite_migrate._settings(args, t.source_table, t.source_columns))) u
    WHERE t.source_table = ANY (members) AND t.fate IN ('load', 'check') AND t.target_kind IN ('r', 'p')
      AND t.target_columns IS NOT NULL
$$;
