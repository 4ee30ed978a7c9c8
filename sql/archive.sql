-- Looks into an archive: what it holds, and single members as bytea, to compare or to keep what lies beside a database.

-- In C: mtime in seconds since 1970.
CREATE FUNCTION sqlite_migrate._archive_entries(path text, pattern text, sha256 boolean)
RETURNS TABLE (name text, type text, size bigint, mtime bigint, mode text, sha256_hex text)
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_archive_entries';

CREATE FUNCTION sqlite_migrate.archive_entries(path text, pattern text DEFAULT NULL, with_sha256 boolean DEFAULT false)
RETURNS TABLE (name text, type text, size bigint, mtime timestamptz, mode text, sha256 text)
LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT e.name, e.type, e.size, to_timestamp(e.mtime), e.mode, e.sha256_hex
    FROM sqlite_migrate._archive_entries(path, pattern, with_sha256) e
$$;

CREATE FUNCTION sqlite_migrate.archive_read(path text, name text) RETURNS bytea
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_archive_read';
