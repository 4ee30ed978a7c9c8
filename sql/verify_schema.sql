-- Compares what the source demands of its rows with what the target demands: keys, NOT NULL, indexes, foreign keys; and
-- finds what is there but does not work.

-- A type of its own, since an argument and a column of a TABLE result cannot share the name source.
CREATE TYPE sqlite_migrate._schema_finding AS (
    kind     text,
    object   text,
    source   text,
    target   text,
    severity text,      -- error, warning, note
    message  text,
    fix      text       -- SQL to paste
);

-- A list of names, quoted.
CREATE FUNCTION sqlite_migrate._names(names text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(quote_ident(n), ', ' ORDER BY place) FROM unnest(names) WITH ORDINALITY AS u (n, place)
$$;

-- The target's names of these source columns; NULL where one has none.
CREATE FUNCTION sqlite_migrate._target_names(subject sqlite_migrate._table, names text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN bool_and(m.name IS NOT NULL) THEN array_agg(m.name ORDER BY u.place) END
    FROM unnest(names) WITH ORDINALITY AS u (n, place)
    CROSS JOIN LATERAL (SELECT subject.target_columns[array_position(subject.source_columns, u.n)]) AS m (name)
$$;

-- Plain columns of each index of a table, as sets: expressions are left out.
CREATE FUNCTION sqlite_migrate._target_indexes(target oid)
RETURNS TABLE (index_name text, names text[], is_unique boolean, predicate text, valid boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT i.indexrelid::regclass::text,
           ARRAY(SELECT COALESCE(a.attname::text, '') FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
                 LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number > 0
                 WHERE k.place <= i.indnkeyatts ORDER BY k.place),
           i.indisunique, pg_get_expr(i.indpred, i.indrelid), i.indisvalid AND i.indisready
    FROM pg_index i WHERE i.indrelid = target
$$;

-- Sequences that a column of the target takes its values from, and that would give a value that is there already.
CREATE FUNCTION sqlite_migrate._sequences_behind(subject sqlite_migrate._table)
RETURNS TABLE (column_name text, sequence text, next_value bigint, greatest_value numeric)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_owned record;
BEGIN
    FOR v_owned IN
        SELECT a.attname::text AS name, pg_get_serial_sequence(subject.shown, a.attname) AS seq FROM pg_attribute a
        WHERE a.attrelid = subject.target AND a.attnum > 0 AND NOT a.attisdropped
    LOOP
        CONTINUE WHEN v_owned.seq IS NULL;
        EXECUTE format('SELECT last_value + is_called::int FROM %s', v_owned.seq) INTO next_value;
        EXECUTE format('SELECT max(%I) FROM %s', v_owned.name, subject.shown) INTO greatest_value;
        column_name := v_owned.name;
        sequence := v_owned.seq;
        IF greatest_value >= next_value THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;

CREATE FUNCTION sqlite_migrate._schema_findings(args jsonb) RETURNS SETOF sqlite_migrate._schema_finding
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    WITH tables AS MATERIALIZED (
        SELECT t, t.shown, t.target, t.source_table FROM unnest(sqlite_migrate._tables(args)) t WHERE t.kind = 'table' AND t.fate IN ('load', 'check', 'skip')
            AND COALESCE(t.reason, '') NOT IN ('excluded', 'migration history: left alone')
    ), there AS MATERIALIZED (
        SELECT l.t, l.shown, l.target FROM tables l WHERE l.target IS NOT NULL
    ), columns AS MATERIALIZED (
        SELECT h.t, h.shown, h.target, c.*, a.attname::text AS name, a.attnotnull, a.atthasdef OR a.attidentity <> '' AS has_default
        FROM there h JOIN sqlite_migrate._source_columns(args ->> 'source') c ON c.table_name = (h.t).source_table
        LEFT JOIN pg_attribute a ON a.attrelid = h.target AND a.attname = (sqlite_migrate._target_names(h.t, ARRAY[c.column_name]))[1]
    ), keys AS MATERIALIZED (
        SELECT h.t, h.shown, h.target, array_agg(c.column_name ORDER BY c.key_position) AS columns
        FROM there h JOIN sqlite_migrate._source_columns(args ->> 'source') c ON c.table_name = (h.t).source_table
        WHERE c.key_position > 0 GROUP BY 1, 2, 3
    ), wanted AS MATERIALIZED (
        SELECT h.t, h.shown, h.target, i.*, sqlite_migrate._target_names(h.t, i.columns) AS names
        FROM there h JOIN sqlite_migrate._source_indexes(args ->> 'source') i ON i.table_name = (h.t).source_table
        WHERE i.origin <> 'p'
    ), references_ AS MATERIALIZED (
        SELECT h.t, h.shown, h.target, f.*, sqlite_migrate._target_names(h.t, f.columns) AS names, p.shown AS parent_shown,
               p.target AS parent_target, sqlite_migrate._target_names(p.t, f.parent_columns) AS parent_names
        FROM there h JOIN sqlite_migrate._source_foreign_keys(args ->> 'source') f ON f.table_name = (h.t).source_table
        LEFT JOIN there p ON lower((p.t).source_table) = lower(f.parent)
    ), finding AS (
        SELECT 'table' AS kind, t.source_table AS object, t.source_table AS source, NULL::text AS target, 'error' AS severity,
               'the target has no such table' AS message,
               'SELECT * FROM sqlite_migrate.plan(' || quote_literal(args ->> 'source') || ', ' || quote_literal(args ->> 'target_schema')
                   || ', mode => ''create'', include => ' || quote_literal(ARRAY[t.source_table]::text) || ');' AS fix
        FROM tables t WHERE t.target IS NULL
        UNION ALL
        SELECT 'column', c.shown || '.' || quote_ident(c.column_name), c.declared_type, NULL, 'error', 'the target has no such column',
               format('ALTER TABLE %s ADD COLUMN %I text; -- declared %s', c.shown, c.column_name, COALESCE(NULLIF(c.declared_type, ''), 'without a type'))
        FROM columns c WHERE c.name IS NULL AND NOT c.generated AND c.column_name <> ALL (COALESCE((c.t).excluded_columns, '{}'))
        UNION ALL
        SELECT 'not null', c.shown || '.' || quote_ident(c.name), 'NOT NULL', 'nullable', 'warning', 'the target allows NULL',
               format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL;', c.shown, c.name)
        FROM columns c WHERE c.not_null AND NOT c.attnotnull
        UNION ALL
        SELECT 'default', c.shown || '.' || quote_ident(c.name), c.default_sql, NULL, 'note', 'the target has no default',
               CASE WHEN c.default_sql ~ '^-?[0-9]+(\.[0-9]+)?$|^''[^'']*''$'
                    THEN format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s;', c.shown, c.name, c.default_sql) END
        FROM columns c WHERE c.default_sql IS NOT NULL AND upper(c.default_sql) <> 'NULL' AND c.name IS NOT NULL AND NOT c.has_default
        UNION ALL
        SELECT 'primary key', k.shown, sqlite_migrate._names(k.columns), NULL, 'error', 'no unique index guards the source''s key',
               format('ALTER TABLE %s ADD %s (%s);', k.shown,
                   CASE WHEN EXISTS (SELECT FROM pg_constraint o WHERE o.conrelid = k.target AND o.contype = 'p') THEN 'UNIQUE' ELSE 'PRIMARY KEY' END,
                   sqlite_migrate._names(sqlite_migrate._target_names(k.t, k.columns)))
        FROM keys k WHERE NOT EXISTS (
            SELECT FROM sqlite_migrate._target_indexes(k.target) i
            WHERE i.is_unique AND i.valid AND i.predicate IS NULL
              AND i.names <@ sqlite_migrate._target_names(k.t, k.columns) AND i.names @> sqlite_migrate._target_names(k.t, k.columns))
        UNION ALL
        SELECT CASE WHEN w.is_unique THEN 'unique' ELSE 'index' END, w.shown || ' ' || w.index_name, COALESCE(w.sql, sqlite_migrate._names(w.columns)), NULL,
               CASE WHEN w.is_unique THEN 'error' ELSE 'warning' END,
               CASE WHEN w.partial THEN 'the target has no index of these columns with a predicate' ELSE 'the target has no such index' END,
               format('CREATE %sINDEX ON %s (%s)%s;', CASE WHEN w.is_unique THEN 'UNIQUE ' ELSE '' END, w.shown, sqlite_migrate._names(w.names),
                      CASE WHEN w.partial THEN COALESCE(substring(w.sql FROM '(?i)\sWHERE\s.*$'), '') ELSE '' END)
        FROM wanted w WHERE w.names IS NOT NULL AND NOT EXISTS (
            SELECT FROM sqlite_migrate._target_indexes(w.target) i
            WHERE i.valid AND (i.is_unique OR NOT w.is_unique) AND (i.predicate IS NOT NULL) = w.partial
              AND CASE WHEN w.is_unique THEN i.names <@ w.names AND i.names @> w.names ELSE i.names[1:cardinality(w.names)] = w.names END)
        UNION ALL
        SELECT 'foreign key', r.shown, format('(%s) references %I (%s)', sqlite_migrate._names(r.columns), r.parent, sqlite_migrate._names(r.parent_columns)),
               NULL, 'error', 'the target has no such foreign key',
               format('ALTER TABLE %s ADD FOREIGN KEY (%s) REFERENCES %s (%s)%s%s;', r.shown, sqlite_migrate._names(r.names), r.parent_shown,
                      sqlite_migrate._names(r.parent_names),
                      CASE WHEN r.on_update <> 'NO ACTION' THEN ' ON UPDATE ' || r.on_update ELSE '' END,
                      CASE WHEN r.on_delete <> 'NO ACTION' THEN ' ON DELETE ' || r.on_delete ELSE '' END)
        FROM references_ r WHERE NOT EXISTS (
            SELECT FROM pg_constraint o WHERE o.conrelid = r.target AND o.contype = 'f' AND o.confrelid = r.parent_target
              AND ARRAY(SELECT a.attname::text FROM unnest(o.conkey) k JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k) @> r.names
              AND cardinality(o.conkey) = cardinality(r.names))
        UNION ALL
        SELECT 'constraint', h.shown || ' ' || quote_ident(o.conname), NULL, pg_get_constraintdef(o.oid), 'error',
               'not validated: rows that break it may be there',
               format('ALTER TABLE %s VALIDATE CONSTRAINT %I;', h.shown, o.conname)
        FROM there h JOIN pg_constraint o ON o.conrelid = h.target WHERE NOT o.convalidated
        UNION ALL
        SELECT 'invalid index', h.shown || ' ' || i.index_name, NULL, i.index_name, 'error', 'not valid: it guards nothing and serves nobody',
               format('REINDEX INDEX %s;', i.index_name)
        FROM there h CROSS JOIN LATERAL sqlite_migrate._target_indexes(h.target) i WHERE NOT i.valid
        UNION ALL
        SELECT 'trigger', h.shown || ' ' || quote_ident(g.tgname), NULL, 'disabled', CASE WHEN g.tgisinternal THEN 'error' ELSE 'warning' END,
               CASE WHEN g.tgisinternal THEN 'a foreign key''s trigger is disabled: nobody checks the key' ELSE 'the trigger is disabled' END,
               format('ALTER TABLE %s ENABLE TRIGGER %I;', h.shown, g.tgname)
        FROM there h JOIN pg_trigger g ON g.tgrelid = h.target WHERE g.tgenabled = 'D'
        UNION ALL
        SELECT 'sequence', b.sequence, NULL, format('next %s', b.next_value), 'error',
               format('behind column "%s", whose greatest value is %s', b.column_name, b.greatest_value),
               format('SELECT pg_catalog.setval(%L, (SELECT max(%I) FROM %s));', b.sequence, b.column_name, h.shown)
        FROM there h CROSS JOIN LATERAL sqlite_migrate._sequences_behind(h.t) b
    )
    SELECT f.kind, f.object, f.source, f.target, f.severity, f.message, f.fix FROM finding f
    ORDER BY array_position('{error,warning,note}', f.severity), f.kind COLLATE "C", f.object COLLATE "C", f.source COLLATE "C"
$$;

CREATE FUNCTION sqlite_migrate.verify_schema(
    source text, target_schema text DEFAULT 'public', include text[] DEFAULT NULL, exclude text[] DEFAULT NULL,
    rename jsonb DEFAULT NULL)
RETURNS SETOF sqlite_migrate._schema_finding
LANGUAGE sql VOLATILE PARALLEL UNSAFE
AS $$
    SELECT f.* FROM sqlite_migrate._schema_findings(sqlite_migrate._verify_arguments(pg_catalog.jsonb_build_object(
        'source', verify_schema.source, 'target_schema', verify_schema.target_schema, 'include', verify_schema.include,
        'exclude', verify_schema.exclude, 'rename', verify_schema.rename))) f
$$;
