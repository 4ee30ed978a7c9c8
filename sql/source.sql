-- Looks at a source: what the file is, what it holds, whether it is sound. Nothing here writes, neither there nor here.

-- The readers, in C. Each opens the source by itself, or joins the run that holds it open.

-- schema_damage: what SQLite says of a schema that it could read in part only, NULL = whole. wal_missing: WAL mode, and no
-- -wal; wal_traces: what tells that it has been there, NULL = nothing.
CREATE FUNCTION sqlite_migrate._source_file(source text)
RETURNS TABLE (path text, size bigint, page_size bigint, page_count bigint, encoding text, journal_mode text,
               schema_version bigint, wal_file boolean, journal_file boolean, schema_damage text, wal_missing boolean,
               wal_traces text)
LANGUAGE C VOLATILE ROWS 1
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_file';

-- kind: table, view, virtual, shadow. sequence: sqlite_sequence.seq. problem: why it cannot be read, NULL = readable.
CREATE FUNCTION sqlite_migrate._source_tables(source text)
RETURNS TABLE (table_name text, kind text, sql text, without_rowid boolean, strict boolean, autoincrement boolean,
               rowid_alias text, sequence bigint, rows_estimate bigint, problem text)
LANGUAGE C VOLATILE ROWS 50
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_tables';

-- key_position: 0 = not in the primary key.
CREATE FUNCTION sqlite_migrate._source_columns(source text)
RETURNS TABLE (table_name text, column_name text, ordinal integer, declared_type text, affinity text,
               not_null boolean, default_sql text, key_position integer, generated boolean, collation_name text)
LANGUAGE C VOLATILE ROWS 500
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_columns';

-- origin: c = CREATE INDEX, u = UNIQUE, p = PRIMARY KEY.
CREATE FUNCTION sqlite_migrate._source_indexes(source text)
RETURNS TABLE (table_name text, index_name text, is_unique boolean, partial boolean, origin text, columns text[],
               sql text)
LANGUAGE C VOLATILE ROWS 100
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_indexes';

CREATE FUNCTION sqlite_migrate._source_foreign_keys(source text)
RETURNS TABLE (table_name text, id integer, parent text, columns text[], parent_columns text[], on_update text,
               on_delete text)
LANGUAGE C VOLATILE ROWS 50
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_foreign_keys';

CREATE FUNCTION sqlite_migrate._source_triggers(source text)
RETURNS TABLE (trigger_name text, table_name text, sql text)
LANGUAGE C VOLATILE ROWS 10
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_triggers';

-- With columns: is there a row in which one of them is not NULL? Without (NULL): is there a row?
CREATE FUNCTION sqlite_migrate._source_has_rows(source text, source_table text, columns text[]) RETURNS boolean
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_has_rows';

CREATE FUNCTION sqlite_migrate._source_count(source text, source_table text) RETURNS bigint
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_count';

-- How the calls that follow read this source: from a copy that is taken at once; from a copy of what can be read of a
-- damaged file. Until the next wish, or the end of the transaction.
CREATE FUNCTION sqlite_migrate._source_wish(source text, snapshot boolean, salvage boolean) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_wish';

-- What a salvage could not read. rows: how many of the table it could.
CREATE FUNCTION sqlite_migrate._source_losses(source text) RETURNS TABLE (table_name text, rows bigint, message text)
LANGUAGE C VOLATILE ROWS 10
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_losses';

-- The snake case of a name, as created tables get it: DateCreated -> date_created.
CREATE FUNCTION sqlite_migrate._snake(name text) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_snake';

-- The rules that a column must ask for by name, as the converters know them. unit: it says how numbers in a time column
-- are read.
CREATE FUNCTION sqlite_migrate._rule_names() RETURNS TABLE (name text, unit boolean)
LANGUAGE C IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_rule_names';

-- The candidate that a misspelt name may have meant; NULL if none is near.
CREATE FUNCTION sqlite_migrate._nearest(name text, candidates text[]) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_nearest';

CREATE FUNCTION sqlite_migrate.integrity(source text, quick boolean DEFAULT true)
RETURNS TABLE (severity text, object text, message text)
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_integrity';

-- The quick check of the source as the call under way reads it (a salvaged copy is checked itself).
CREATE FUNCTION sqlite_migrate._integrity(source text) RETURNS TABLE (severity text, object text, message text)
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_quick_check';

-- The source of a call, or an error that says so: a NULL would run through the readers as "no rows".
CREATE FUNCTION sqlite_migrate._source_given(source text) RETURNS text
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF source IS NULL THEN
        PERFORM sqlite_migrate._raise('22004',
            'argument "source" must not be NULL',
            'Give the absolute path of a file on the server''s machine, the name of a foreign server, '
                      'or the name of an upload of this connection.');
    END IF;
    PERFORM sqlite_migrate._source_wish(source, false, false);
    RETURN source;
END
$$;

-- What is worth knowing of a table, in a few words.
CREATE FUNCTION sqlite_migrate._table_note(without_rowid boolean, strict boolean, autoincrement boolean,
                                           sequence bigint, problem text)
RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT concat_ws(', ',
        CASE WHEN without_rowid THEN 'WITHOUT ROWID' END,
        CASE WHEN strict THEN 'STRICT' END,
        CASE WHEN autoincrement THEN 'AUTOINCREMENT' END,
        'last number ' || sequence,
        'cannot be read: ' || problem)
$$;

CREATE FUNCTION sqlite_migrate.inspect(source text)
RETURNS TABLE (kind text, name text, table_name text, columns integer, rows_estimate bigint, note text, sql text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    v_source text := sqlite_migrate._source_given(source);
BEGIN
    -- What cannot be opened says so here, in a short CONTEXT.
    PERFORM FROM sqlite_migrate._source_file(v_source);
    RETURN QUERY
    WITH object (rank, kind, name, table_name, columns, rows_estimate, note, sql) AS (
        SELECT 1, t.kind, t.table_name, NULL, count(c.column_name)::integer, t.rows_estimate,
               sqlite_migrate._table_note(t.without_rowid, t.strict, t.autoincrement, t.sequence, t.problem), t.sql
        FROM sqlite_migrate._source_tables(v_source) t
        LEFT JOIN sqlite_migrate._source_columns(v_source) c ON c.table_name = t.table_name
        GROUP BY t.table_name, t.kind, t.rows_estimate, t.without_rowid, t.strict, t.autoincrement, t.sequence,
                 t.problem, t.sql
        UNION ALL
        SELECT 2, 'index', i.index_name, i.table_name, cardinality(i.columns), NULL,
               concat_ws(', ',
                   CASE i.origin WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique constraint'
                                 ELSE CASE WHEN i.is_unique THEN 'unique' END END,
                   CASE WHEN i.partial THEN 'partial' END), i.sql
        FROM sqlite_migrate._source_indexes(v_source) i
        UNION ALL
        SELECT 3, 'foreign key', f.parent, f.table_name, cardinality(f.columns), NULL,
               format('(%s) references %I (%s)%s%s',
                   (SELECT string_agg(quote_ident(k), ', ') FROM unnest(f.columns) k), f.parent,
                   (SELECT string_agg(quote_ident(k), ', ') FROM unnest(f.parent_columns) k),
                   CASE WHEN f.on_update <> 'NO ACTION' THEN ' ON UPDATE ' || f.on_update END,
                   CASE WHEN f.on_delete <> 'NO ACTION' THEN ' ON DELETE ' || f.on_delete END), NULL
        FROM sqlite_migrate._source_foreign_keys(v_source) f
        UNION ALL
        SELECT 4, 'trigger', g.trigger_name, g.table_name, NULL, NULL, '', g.sql
        FROM sqlite_migrate._source_triggers(v_source) g
    )
    SELECT 'file', f.path, NULL, NULL::integer, NULL::bigint,
           concat_ws(', ', pg_size_pretty(f.size),
               format('%s pages of %s bytes', f.page_count, f.page_size), f.encoding, 'journal ' || f.journal_mode,
               CASE WHEN f.wal_file THEN 'a -wal file lies beside it and is read as well'
                    WHEN f.wal_missing THEN 'no -wal file lies beside it' || COALESCE(' any more: ' || f.wal_traces, '') END,
               CASE WHEN f.journal_file THEN 'a -journal file lies beside it' END,
               'damaged schema: ' || f.schema_damage), NULL
    FROM sqlite_migrate._source_file(v_source) f
    UNION ALL
    SELECT * FROM (
        SELECT o.kind, o.name, o.table_name, o.columns, o.rows_estimate, o.note, o.sql FROM object o
        ORDER BY o.rank, array_position(ARRAY['table', 'virtual', 'shadow', 'view'], o.kind),
                 o.table_name COLLATE "C", o.name COLLATE "C", o.note COLLATE "C") ordered;
END
$$;
