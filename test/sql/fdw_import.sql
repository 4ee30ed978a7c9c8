-- IMPORT FOREIGN SCHEMA: every name quoted, every type one of ours, nothing left out in silence.
\getenv files SQLITE_FILES
\set db :files '/fdw.db'
CREATE SERVER file FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'db');
CREATE VIEW imported_tables AS
    SELECT relname AS foreign_table, array_to_string(ftoptions, ', ') AS options
    FROM pg_foreign_table JOIN pg_class c ON c.oid = ftrelid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = 'imported' ORDER BY relname COLLATE "C";
CREATE VIEW imported_columns AS
    SELECT relname AS foreign_table, attname AS "column", format_type(atttypid, atttypmod) AS type, attnotnull AS not_null,
           array_to_string(attfdwoptions, ', ') AS options
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE nspname = 'imported' AND relkind = 'f' AND attnum > 0 AND NOT attisdropped
    ORDER BY relname COLLATE "C", attnum;

CREATE SCHEMA imported;
IMPORT FOREIGN SCHEMA main FROM SERVER file INTO imported;
SELECT * FROM imported_tables;
-- What SQLite calls the type of a view's expression depends on its version.
SELECT * FROM imported_columns WHERE foreign_table NOT IN ('adults', 'endless');
-- Nothing of the file became a default or a constraint.
SELECT count(*) FROM pg_attrdef JOIN pg_class c ON c.oid = adrelid WHERE relnamespace = 'imported'::regnamespace;
-- Every name works.
SELECT * FROM imported."select";
SELECT * FROM imported."Größe ""quoted"" 'table' \n";
SELECT (SELECT x FROM imported.a_name_that_is_so_long_that_postgresql_cuts_it_after_s_e4718fba) AS long_1,
       (SELECT x FROM imported.a_name_that_is_so_long_that_postgresql_cuts_it_after_s_e3718e27) AS long_2;
SET client_min_messages = warning;
DROP SCHEMA imported CASCADE;
RESET client_min_messages;

-- A second import meets the tables of the first: the server says so, and nothing is half done.
CREATE SCHEMA imported;
IMPORT FOREIGN SCHEMA main LIMIT TO (people) FROM SERVER file INTO imported;
IMPORT FOREIGN SCHEMA main LIMIT TO (visits, people) FROM SERVER file INTO imported;
SELECT * FROM imported_tables;

-- LIMIT TO names what exists, as it is written; a name that is not there is an error.
IMPORT FOREIGN SCHEMA main LIMIT TO ("User Profile", "select") FROM SERVER file INTO imported;
IMPORT FOREIGN SCHEMA main LIMIT TO (visits, peple) FROM SERVER file INTO imported;
IMPORT FOREIGN SCHEMA main LIMIT TO (visits, "People") FROM SERVER file INTO imported;
IMPORT FOREIGN SCHEMA main LIMIT TO (quite_another_name) FROM SERVER file INTO imported;
IMPORT FOREIGN SCHEMA main LIMIT TO (broken) FROM SERVER file INTO imported;
IMPORT FOREIGN SCHEMA main LIMIT TO (sqlite_sequence) FROM SERVER file INTO imported;
-- The tables behind a virtual table come only when they are asked for.
IMPORT FOREIGN SCHEMA main LIMIT TO (notes_content) FROM SERVER file INTO imported;
SELECT * FROM imported_tables;
SET client_min_messages = warning;
DROP SCHEMA imported CASCADE;
RESET client_min_messages;

-- EXCEPT leaves out; a name that is not there is a warning.
CREATE SCHEMA imported;
IMPORT FOREIGN SCHEMA main EXCEPT (people, settings, endless, broken, unknown_function, strange_types, vists)
    FROM SERVER file INTO imported;
SELECT count(*) FILTER (WHERE foreign_table IN ('people', 'settings', 'endless')) AS left_out, count(*) FROM imported_tables;
SET client_min_messages = warning;
DROP SCHEMA imported CASCADE;
RESET client_min_messages;

-- Names in another style: the options say what they stand for.
CREATE SCHEMA imported;
IMPORT FOREIGN SCHEMA main LIMIT TO (user_profile, "größe_quoted_table_n", "select") FROM SERVER file INTO imported
    OPTIONS (identifiers 'snake');
SELECT * FROM imported_tables;
SELECT * FROM imported_columns;
SELECT * FROM imported.user_profile;
SELECT * FROM imported."select";
IMPORT FOREIGN SCHEMA main LIMIT TO ("User Profile") FROM SERVER file INTO imported OPTIONS (identifiers 'snake');
IMPORT FOREIGN SCHEMA main LIMIT TO ("user profile") FROM SERVER file INTO imported OPTIONS (identifiers 'lower');
SELECT * FROM imported_columns WHERE foreign_table = 'user profile';
SET client_min_messages = warning;
DROP SCHEMA imported CASCADE;
RESET client_min_messages;

-- Without NOT NULL.
CREATE SCHEMA imported;
IMPORT FOREIGN SCHEMA main LIMIT TO (people) FROM SERVER file INTO imported OPTIONS (import_not_null 'off');
SELECT * FROM imported_columns;
SET client_min_messages = warning;
DROP SCHEMA imported CASCADE;
RESET client_min_messages;

-- Wrong words.
CREATE SCHEMA imported;
IMPORT FOREIGN SCHEMA public FROM SERVER file INTO imported;
IMPORT FOREIGN SCHEMA main FROM SERVER file INTO imported OPTIONS (import_default 'true');
IMPORT FOREIGN SCHEMA main FROM SERVER file INTO imported OPTIONS (identifiers 'camel');
IMPORT FOREIGN SCHEMA main FROM SERVER file INTO imported OPTIONS (import_not_null 'perhaps');
SELECT * FROM imported_tables;

DROP SERVER file CASCADE;
DROP VIEW imported_tables, imported_columns;
DROP SCHEMA imported;
