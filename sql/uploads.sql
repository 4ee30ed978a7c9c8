-- Brings a file where none can be placed on the server: private to the connection and to the role, no path right needed.

-- Copied to a temporary file of the server, which goes with the connection, or with detach. ROLLBACK does not take it.
CREATE FUNCTION sqlite_migrate.attach(name text, data bytea) RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_attach_bytea';

CREATE FUNCTION sqlite_migrate.attach(name text, large_object oid) RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_attach_large_object';

CREATE FUNCTION sqlite_migrate.detach(name text) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_detach';
