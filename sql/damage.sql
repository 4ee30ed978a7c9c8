-- Finds what is wrong with the file itself: damage, what a salvage left behind, a -wal that may have been lost.

-- What SQLite could read of a damaged schema is there; what it left out is not, and nobody can say what that was.
CREATE FUNCTION sqlite_migrate._find_damage(args jsonb) RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'warning', 'damaged_schema', NULL, NULL, NULL::bigint, NULL::jsonb,
           'the schema could be read in part only: ' || f.schema_damage,
           format('SELECT * FROM sqlite_migrate.integrity(%L)', args ->> 'source')
    FROM sqlite_migrate._source_file(args ->> 'source') f
    WHERE f.schema_damage IS NOT NULL
    UNION ALL
    SELECT 'warning', 'salvaged', l.table_name, NULL, l.rows, NULL, 'salvage: ' || l.message,
           format('SELECT * FROM sqlite_migrate.integrity(%L)', args ->> 'source')
    FROM sqlite_migrate._source_losses(args ->> 'source') l
    UNION ALL
    -- An application that ends well takes its -wal along, so that this may be right. A copy made while it ran, without
    -- the -wal, lacks the latest changes, or has no table at all, and the file does not tell.
    SELECT 'warning', 'missing_wal', NULL, NULL, NULL, NULL,
           'the file is in WAL mode, and no -wal lies beside it: it is complete if the application was closed before it was '
           'copied; if not, the latest changes are missing',
           'copy the file together with its -wal, or close the application before'
    FROM sqlite_migrate._source_file(args ->> 'source') f
    WHERE f.wal_missing
    UNION ALL
    SELECT 'warning', 'lost_wal', NULL, NULL, NULL, NULL, 'the file''s -wal was not taken away by who wrote it: ' || f.wal_traces,
           'copy the file once more, together with its -wal, or close the application before'
    FROM sqlite_migrate._source_file(args ->> 'source') f
    WHERE f.wal_traces IS NOT NULL
$$;

-- What SQLite's own quick check finds: damage that reading may not meet, or would meet only half-way.
CREATE FUNCTION sqlite_migrate._find_corruption(args jsonb) RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'error', 'corrupt', i.object, NULL, NULL::bigint, NULL::jsonb, 'the file is damaged: ' || i.message,
           'options => ''{"salvage": true}'' takes what can be read'
    FROM sqlite_migrate._integrity(args ->> 'source') i
    WHERE i.severity = 'error'
$$;
