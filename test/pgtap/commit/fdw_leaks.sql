-- A thousand queries, each in a transaction of its own, leave no file open and no memory taken.
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set db :files '/fdw.db'
SELECT pg_backend_pid() AS backend \gset
\setenv BACKEND :backend
CREATE SERVER file FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'db');
CREATE SCHEMA app;
IMPORT FOREIGN SCHEMA main EXCEPT (broken, unknown_function) FROM SERVER file INTO app;
CREATE FUNCTION open_files() RETURNS bigint LANGUAGE sql AS $$SELECT count(*) FROM pg_ls_dir('/proc/self/fd')$$;
CREATE FUNCTION memory() RETURNS bigint LANGUAGE sql AS $$SELECT sum(total_bytes)::bigint FROM pg_backend_memory_contexts$$;

CREATE PROCEDURE read_often(times int) LANGUAGE plpgsql AS $$
DECLARE c refcursor; r record;
BEGIN
    FOR i IN 1..times LOOP
        PERFORM p.name, v.minutes FROM app.people p JOIN app.visits v ON v.person = p.id;
        COMMIT;
        BEGIN
            PERFORM n FROM app.bad_values;
            RAISE 'a bad value went through';
        EXCEPTION WHEN invalid_text_representation THEN
            NULL;
        END;
        OPEN c FOR SELECT * FROM app.people;
        FETCH c INTO r;
        COMMIT;
        PERFORM count(*) FROM app.people;
        ROLLBACK;
    END LOOP;
END $$;

SELECT plan(6);
CALL read_often(5);
SELECT open_files() AS files_before, memory() AS memory_before \gset
CALL read_often(250);
SELECT open_files() AS files_after, memory() AS memory_after \gset
-- The server opens some files of its own meanwhile: a leak would be hundreds.
SELECT cmp_ok(:files_after, '<', :files_before + 20, 'no file stays open');
\set held `ls -l "/proc/$BACKEND/fd" 2>/dev/null | grep -c 'fdw\.db'`
SELECT is(:held, 0, 'least of all the SQLite file');
SELECT cmp_ok(:memory_after, '<', :memory_before + 300000, 'no memory stays taken');

SELECT current_setting('max_prepared_transactions')::int > 0 AS can_prepare \gset
\if :can_prepare
BEGIN;
SELECT count(*) FROM app.people \g /dev/null
PREPARE TRANSACTION 'fdw_leaks';
SELECT is((SELECT count(*) FROM app.people), 3::bigint, 'the next one reads after PREPARE TRANSACTION');
ROLLBACK PREPARED 'fdw_leaks';
\else
SELECT skip('max_prepared_transactions is 0', 1);
\endif
BEGIN;
DECLARE c CURSOR FOR SELECT * FROM app.people;
FETCH 1 FROM c \g /dev/null
COMMIT;
SELECT is((SELECT count(*) FROM app.people), 3::bigint, 'a cursor that the commit closed');
\set held `ls -l "/proc/$BACKEND/fd" 2>/dev/null | grep -c 'fdw\.db'`
SELECT is(:held, 0, 'and still the file is not open');
SELECT * FROM finish();
