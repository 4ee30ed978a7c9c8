-- Options and rights: what a server, a table and a column may say, and who may say it.
\getenv files SQLITE_FILES
\set db :files '/fdw.db'
SET client_min_messages = warning;

-- The server needs a file, named in the one way that has one meaning.
CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_migrate;
CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database '');
CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database 'app.db');
CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database 'file:/srv/app.db?mode=rw');
CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database '/no/such/folder/app.db');
CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database '/');

-- Unknown options and values list what is valid.
CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'db', updatable 'true');
CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'db', busy_timeout '-1');
CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'db', immutable 'perhaps');
CREATE SERVER bad FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'db', snapshot_scope 'session');
CREATE SERVER file FOREIGN DATA WRAPPER sqlite_fdw_migrate
    OPTIONS (database :'db', busy_timeout '500', immutable 'false', snapshot_scope 'statement');
CREATE FOREIGN TABLE bad (id int) SERVER file OPTIONS (table_name 'people');
CREATE FOREIGN TABLE bad (id int OPTIONS (key 'yes')) SERVER file;
CREATE FOREIGN TABLE bad (id int OPTIONS (column_name 'id')) SERVER file;
CREATE USER MAPPING FOR CURRENT_USER SERVER file OPTIONS (user 'me');
ALTER SERVER file OPTIONS (DROP database);
ALTER SERVER file OPTIONS (SET busy_timeout 'soon');
ALTER FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (ADD database '/srv/app.db');

-- Rights: the file is read with those of the server's owner, whoever that is when it is read.
CREATE ROLE regress_fdw_reader;
CREATE ROLE regress_fdw_plain;
GRANT pg_read_server_files TO regress_fdw_reader;
CREATE SCHEMA fdw_rights AUTHORIZATION regress_fdw_plain;
CREATE FOREIGN TABLE fdw_rights.people (id bigint, name text) SERVER file;

SET ROLE regress_fdw_plain;
CREATE SERVER own FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'db');
CREATE FOREIGN TABLE fdw_rights.mine (id bigint) SERVER file OPTIONS (table 'people');
IMPORT FOREIGN SCHEMA main LIMIT TO (visits) FROM SERVER file INTO fdw_rights;
SELECT count(*) FROM fdw_rights.people;
RESET ROLE;

GRANT USAGE ON FOREIGN SERVER file TO regress_fdw_plain;
GRANT SELECT ON fdw_rights.people TO regress_fdw_plain;
SET ROLE regress_fdw_plain;
CREATE FOREIGN TABLE fdw_rights.mine (id bigint) SERVER file OPTIONS (table 'people');
IMPORT FOREIGN SCHEMA main LIMIT TO (visits) FROM SERVER file INTO fdw_rights;
SELECT count(*) FROM fdw_rights.people;
SELECT count(*) FROM fdw_rights.mine;
SELECT count(*) FROM fdw_rights.visits;
ALTER SERVER file OPTIONS (SET database '/etc/passwd');
RESET ROLE;

SET ROLE regress_fdw_reader;
CREATE SERVER own FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'db');
DROP SERVER own;
RESET ROLE;

-- ALTER SERVER ... OWNER TO asks no wrapper: the next use does.
ALTER SERVER file OWNER TO regress_fdw_plain;
SELECT count(*) FROM fdw_rights.people;
SET ROLE regress_fdw_plain;
SELECT count(*) FROM fdw_rights.mine;
IMPORT FOREIGN SCHEMA main LIMIT TO (settings) FROM SERVER file INTO fdw_rights;
ALTER SERVER file OPTIONS (SET busy_timeout '600');
RESET ROLE;
ALTER SERVER file OWNER TO regress_fdw_reader;
SELECT count(*) FROM fdw_rights.people;

DROP SERVER file CASCADE;
DROP SCHEMA fdw_rights;
DROP ROLE regress_fdw_plain, regress_fdw_reader;
