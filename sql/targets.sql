-- What a target is: where its rows lie, which way rows reach it, whose it is.

-- Why only SQL reaches the rows of a table (it is foreign, has foreign partitions, is distributed); NULL where they lie
-- in its own storage.
CREATE FUNCTION sqlite_migrate._rows_elsewhere(target oid) RETURNS text
LANGUAGE C STABLE
AS 'MODULE_PATHNAME', 'sqlite_migrate_rows_elsewhere';

-- Whether the caller may do what only an owner may.
CREATE FUNCTION sqlite_migrate._owns(relation oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = relation
$$;

-- Which way the rows of a table go, and why: "direct: plain heap table".
CREATE FUNCTION sqlite_migrate._path(target oid, wanted text) RETURNS text
LANGUAGE C STABLE
AS 'MODULE_PATHNAME', 'sqlite_migrate_path';

-- The path that a test asks for, so that it can compare them all; NULL leaves the choice to each table.
CREATE FUNCTION sqlite_migrate._wanted_path() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT NULLIF(current_setting('sqlite_fdw_migrate.path', true), '')
$$;

-- ONLY where tables that inherit would be meant, too; a hypertable's rows lie in such tables.
CREATE FUNCTION sqlite_migrate._only(target oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN c.relkind = 'r' AND c.relhassubclass AND sqlite_migrate._rows_elsewhere(c.oid) IS NULL
                THEN 'ONLY ' ELSE '' END
    FROM pg_class c WHERE c.oid = target
$$;
