-- The schema of everything, and the foreign-data wrapper that shows a SQLite file as foreign tables.
\echo Use "CREATE EXTENSION sqlite_fdw_migrate" to load this file. \quit

CREATE SCHEMA sqlite_migrate;

CREATE FUNCTION sqlite_migrate._fdw_handler() RETURNS pg_catalog.fdw_handler
LANGUAGE C STRICT
AS 'MODULE_PATHNAME', 'sqlite_fdw_migrate_handler';

CREATE FUNCTION sqlite_migrate._fdw_validator(options text[], catalog oid) RETURNS void
LANGUAGE C STRICT
AS 'MODULE_PATHNAME', 'sqlite_fdw_migrate_validator';

CREATE FOREIGN DATA WRAPPER sqlite_fdw_migrate
    HANDLER sqlite_migrate._fdw_handler
    VALIDATOR sqlite_migrate._fdw_validator;

-- Safe for all: which file a server may name is checked by the validator, and again at each use for the server's owner.
GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_migrate TO PUBLIC;
