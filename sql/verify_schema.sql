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

-- The columns of each index of a table. An expression that folds a column as NOCASE and RTRIM do counts as the column, another
-- one is ''.
CREATE FUNCTION sqlite_migrate._target_indexes(target oid)
RETURNS TABLE (index_name text, names text[], is_unique boolean, predicate text, valid boolean, expressions boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT i.indexrelid::regclass::text,
           ARRAY(SELECT COALESCE(a.attname::text, '') FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
                 LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum > 0 AND CASE WHEN k.number > 0 THEN a.attnum = k.number
                     ELSE regexp_replace(pg_get_indexdef(i.indexrelid, k.place::integer, false), ' COLLATE "[^"]+"|::text|, '' ''|[()]', '', 'g')
                          IN ('lower' || quote_ident(a.attname), 'upper' || quote_ident(a.attname), 'rtrim' || quote_ident(a.attname)) END
                 WHERE k.place <= i.indnkeyatts ORDER BY k.place),
           i.indisunique, pg_get_expr(i.indpred, i.indrelid), i.indisvalid AND i.indisready, i.indexprs IS NOT NULL
    FROM pg_index i WHERE i.indrelid = target
$$;

-- Sequences that would give a number that is there already, or that the source gave once.
CREATE FUNCTION sqlite_migrate._sequences_behind(args jsonb, targets oid[])
RETURNS TABLE (sequence text, table_name text, column_name text, next_value numeric, used numeric, free numeric)
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT q.shown, q.columns -> 0 ->> 'table', q.columns -> 0 ->> 'column', n.next_value, u.used, f.free
    FROM sqlite_migrate._sequences(targets) q
    CROSS JOIN LATERAL (SELECT sqlite_migrate._next_of(q.shown, q.increment) AS next_value) n
    CROSS JOIN LATERAL (SELECT sqlite_migrate._number_in_use(q.columns, q.increment > 0, (
        SELECT jsonb_object_agg(t.target::text, s.sequence)
        FROM unnest(sqlite_migrate._tables(args)) t JOIN sqlite_migrate._source_tables(args ->> 'source') s ON s.table_name = t.source_table
        WHERE s.sequence IS NOT NULL AND t.target IS NOT NULL)) AS used) u
    CROSS JOIN LATERAL (SELECT sqlite_migrate._next_beyond(n.next_value, q.increment, u.used) AS free) f
    WHERE q.readable AND f.free <> n.next_value
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
        SELECT h.t, h.shown, h.target, c.*, a.attname::text AS name, a.attnotnull, a.atthasdef OR a.attidentity <> '' AS has_default,
               (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
                WHERE d.adrelid = h.target AND d.adnum = a.attnum AND a.attgenerated = '') AS default_now
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
    ), meanings AS MATERIALIZED (
        SELECT h.t, h.shown, h.target, m.* FROM there h CROSS JOIN LATERAL sqlite_migrate._meanings(args, h.t) m
    ), checks AS MATERIALIZED (
        SELECT h.target, o.conname, pg_get_expr(o.conbin, o.conrelid) AS printed,
               ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = o.conrelid AND a.attnum = ANY (o.conkey)) AS names
        FROM there h JOIN pg_constraint o ON o.conrelid = h.target AND o.contype = 'c'
    ), finding AS (
        SELECT 'table' AS kind, t.source_table AS object, t.source_table AS source, NULL::text AS target, 'error' AS severity,
               'the target has no such table' AS message,
               format('CALL sqlite_migrate.run(%L, %L, mode => ''create'', include => %L);', args ->> 'source', args ->> 'target_schema',
                      ARRAY[t.source_table]) AS fix
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
        SELECT 'default', c.shown || '.' || quote_ident(c.name), c.default_sql, c.default_now, 'note',
               CASE WHEN c.has_default THEN 'the target has another default' ELSE 'the target has no default' END,
               CASE WHEN m.sql IS NOT NULL THEN format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s;', c.shown, c.name, m.sql) END
        FROM columns c LEFT JOIN meanings m ON m.target = c.target AND m.kind = 'default' AND m.column_name = c.name
        WHERE c.default_sql IS NOT NULL AND upper(c.default_sql) <> 'NULL' AND c.name IS NOT NULL
          AND (NOT c.has_default OR c.default_now NOT LIKE 'nextval(%'
                                    AND sqlite_migrate._meant(c.default_now) <> sqlite_migrate._meant(m.printed))
        UNION ALL
        -- A CHECK by its meaning, whatever its name.
        SELECT 'check', concat_ws(' ', m.shown, quote_ident(m.name)), m.source_sql, near.printed,
               CASE WHEN m.sql IS NULL THEN 'note' ELSE 'warning' END,
               CASE WHEN m.sql IS NULL THEN 'not compared: ' || COALESCE(m.why, 'it cannot be said in PostgreSQL')
                    WHEN near.printed IS NULL THEN 'the target has no such CHECK'
                    ELSE format('CHECK %I of the same columns says something else', near.conname) END,
               CASE WHEN m.sql IS NOT NULL THEN format('ALTER TABLE %s ADD CHECK (%s);', m.shown, m.sql) END
        FROM meanings m
        LEFT JOIN LATERAL (SELECT k.conname, k.printed FROM checks k
                           WHERE k.target = m.target AND (SELECT bool_and(position(quote_ident(n) IN m.sql) > 0) FROM unnest(k.names) n)
                           ORDER BY cardinality(k.names) DESC, k.conname LIMIT 1) near ON true
        WHERE m.kind = 'check' AND NOT EXISTS (SELECT FROM checks k WHERE k.target = m.target
              AND sqlite_migrate._meant(k.printed) = sqlite_migrate._meant(m.printed))
          -- Where the server was not asked, a CHECK of these columns is as much as can be seen.
          AND (m.printed IS NOT NULL OR near.printed IS NULL)
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
        SELECT CASE WHEN w.is_unique THEN 'unique' ELSE 'index' END, w.shown || ' ' || w.index_name, COALESCE(w.sql, sqlite_migrate._names(w.columns)),
               near.predicate, CASE WHEN w.is_unique THEN 'error' ELSE 'warning' END,
               CASE WHEN near.index_name IS NULL THEN 'the target has no such index'
                    WHEN near.predicate IS NULL THEN format('index %s of these columns has no predicate', near.index_name)
                    WHEN NOT w.partial THEN format('index %s of these columns has a predicate', near.index_name)
                    ELSE format('index %s of these columns has another predicate', near.index_name) END,
               CASE WHEN NOT w.partial OR m.sql IS NOT NULL
                    THEN format('CREATE %sINDEX ON %s (%s)%s;', CASE WHEN w.is_unique THEN 'UNIQUE ' ELSE '' END, w.shown,
                                sqlite_migrate._names(w.names), COALESCE(' WHERE ' || m.sql, '')) END
        FROM wanted w
        LEFT JOIN meanings m ON m.target = w.target AND m.kind = 'index' AND m.name = w.index_name
        LEFT JOIN LATERAL (
            SELECT i.* FROM sqlite_migrate._target_indexes(w.target) i
            WHERE i.valid AND (i.is_unique OR NOT w.is_unique)
              AND CASE WHEN w.is_unique THEN i.names <@ w.names AND i.names @> w.names ELSE i.names[1:cardinality(w.names)] = w.names END
            ORDER BY (i.predicate IS NOT NULL) = w.partial DESC,
                     sqlite_migrate._meant(i.predicate) IS NOT DISTINCT FROM sqlite_migrate._meant(m.printed) DESC, i.index_name LIMIT 1) near ON true
        WHERE w.names IS NOT NULL
          AND (near.index_name IS NULL OR (near.predicate IS NOT NULL) <> w.partial
               OR sqlite_migrate._meant(near.predicate) <> sqlite_migrate._meant(m.printed))
        UNION ALL
        -- Of expressions only that there are as many is seen.
        SELECT CASE WHEN w.is_unique THEN 'unique' ELSE 'index' END, w.shown || ' ' || w.index_name, w.sql, NULL,
               CASE WHEN w.is_unique THEN 'error' ELSE 'warning' END, 'the target has no index over as many expressions', NULL
        FROM wanted w
        WHERE '' = ANY (w.columns) AND NOT EXISTS (
            SELECT FROM sqlite_migrate._target_indexes(w.target) i
            WHERE i.valid AND (i.is_unique OR NOT w.is_unique) AND i.expressions AND cardinality(i.names) = cardinality(w.columns)
              AND (i.predicate IS NOT NULL) = w.partial)
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
        SELECT 'foreign key', r.shown || ' ' || quote_ident(o.conname), format('ON UPDATE %s ON DELETE %s', r.on_update, r.on_delete),
               format('ON UPDATE %s ON DELETE %s', a.updating, a.deleting), 'warning', 'the target''s foreign key does another thing',
               format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I FOREIGN KEY (%s) REFERENCES %s (%s) ON UPDATE %s ON DELETE %s;',
                      r.shown, o.conname, sqlite_migrate._names(r.names), r.parent_shown, sqlite_migrate._names(r.parent_names), r.on_update, r.on_delete)
        FROM references_ r
        JOIN pg_constraint o ON o.conrelid = r.target AND o.contype = 'f' AND o.confrelid = r.parent_target AND o.conparentid = 0
             AND ARRAY(SELECT a.attname::text FROM unnest(o.conkey) k JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k) @> r.names
             AND cardinality(o.conkey) = cardinality(r.names)
        CROSS JOIN LATERAL (
            SELECT max(w.word) FILTER (WHERE w.letter = o.confupdtype) AS updating, max(w.word) FILTER (WHERE w.letter = o.confdeltype) AS deleting
            FROM (VALUES ('a'::"char", 'NO ACTION'), ('r', 'RESTRICT'), ('c', 'CASCADE'), ('n', 'SET NULL'), ('d', 'SET DEFAULT')) AS w (letter, word)) a
        -- Where both refuse, they refuse at other times only.
        WHERE (replace(a.updating, 'RESTRICT', 'NO ACTION'), replace(a.deleting, 'RESTRICT', 'NO ACTION'))
              <> (replace(r.on_update, 'RESTRICT', 'NO ACTION'), replace(r.on_delete, 'RESTRICT', 'NO ACTION'))
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
               format('behind %s, column "%s": %s was given already', b.table_name, b.column_name, b.used),
               format('SELECT pg_catalog.setval(%L, %s, false);', b.sequence, b.free)
        FROM sqlite_migrate._sequences_behind(args, ARRAY(SELECT h.target FROM there h)) b
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
