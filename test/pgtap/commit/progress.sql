-- What another connection sees of a run that has not committed: phase, table, rows, percent; on both paths, and of its own runs only.
SET client_min_messages = warning;
\getenv scratch SCRATCH
\set file :scratch '/progress.db'
\setenv FILE :file
\setenv PGDATABASE :DBNAME
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE first (id INTEGER PRIMARY KEY); INSERT INTO first VALUES (1), (2); CREATE TABLE second (id INTEGER PRIMARY KEY, name TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO second SELECT i, 'row ' || i FROM n"; chmod 644 "$FILE"

-- The run stands still at this row: by a condition on the direct path, by a trigger on COPY's.
CREATE FUNCTION stand_still(id bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF id = 12345 THEN PERFORM pg_advisory_xact_lock_shared(4711); END IF;
    RETURN true;
END $$;
CREATE FUNCTION trigger_still() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM public.stand_still(NEW.id); RETURN NEW; END $$;
CREATE SCHEMA direct;
CREATE TABLE direct.first (id bigint PRIMARY KEY);
CREATE TABLE direct.second (id bigint PRIMARY KEY CHECK (public.stand_still(id)), name text);
CREATE SCHEMA copied;
CREATE TABLE copied.first (id bigint PRIMARY KEY);
CREATE TABLE copied.second (id bigint PRIMARY KEY, name text);
CREATE TRIGGER still BEFORE INSERT ON copied.second FOR EACH ROW EXECUTE FUNCTION trigger_still();
-- Waits until the run stands still: true; or gives up.
CREATE FUNCTION stands() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 400 LOOP
        IF EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND NOT l.granted) THEN RETURN true; END IF;
        PERFORM pg_sleep(0.05);
    END LOOP;
    RETURN false;
END $$;
CREATE FUNCTION over() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 400 LOOP
        PERFORM pg_stat_clear_snapshot();
        IF NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.application_name = 'run') THEN RETURN true; END IF;
        PERFORM pg_sleep(0.05);
    END LOOP;
    RETURN false;
END $$;
CREATE ROLE progress_nobody;

SELECT plan(14);

SELECT is_empty('TABLE sqlite_migrate.progress', 'no run, no row');

SELECT pg_advisory_lock(4711) \gset ignored_
\! (PGAPPNAME=run psql -Xqc "CALL sqlite_migrate.run('$FILE', 'direct')" >"$FILE.direct" 2>&1) &
SELECT ok(stands(), 'a run by the direct path is half way');
SELECT results_eq('SELECT database::text, phase, table_name::text, table_number, tables, rows_expected FROM sqlite_migrate.progress',
    $$ SELECT current_database()::text, 'load', 'direct.second', 2::bigint, 2::bigint, 20000::bigint $$, 'phase, table, and where it stands among the others');
SELECT cmp_ok((SELECT rows FROM sqlite_migrate.progress), '>=', 1000::bigint, 'rows of the table');
SELECT cmp_ok((SELECT rows FROM sqlite_migrate.progress), '<=', 12345::bigint, 'not more than went in');
SELECT ok((SELECT percent BETWEEN 5 AND 62 FROM sqlite_migrate.progress), 'percent of the phase');
SELECT isnt((SELECT remaining FROM sqlite_migrate.progress), NULL, 'time that remains');
SELECT is((SELECT count(*) FROM pg_stat_progress_copy c JOIN sqlite_migrate.progress p USING (pid) WHERE c.tuples_processed = p.rows), 1::bigint, 'pg_stat_progress_copy shows the same');
SET ROLE progress_nobody;
SELECT is_empty('TABLE sqlite_migrate.progress', 'not to a role that may not see it');
RESET ROLE;
SELECT pg_advisory_unlock(4711) \gset ignored_
SELECT ok(over(), 'the run ends');
SELECT is((SELECT count(*) FROM direct.second), 20000::bigint, 'with all rows');

SELECT pg_advisory_lock(4711) \gset ignored_
\! (PGAPPNAME=run psql -Xqc "CALL sqlite_migrate.run('$FILE', 'copied')" >"$FILE.copied" 2>&1) &
SELECT ok(stands(), 'a run by the COPY path is half way');
SELECT results_eq('SELECT phase, table_name::text, table_number, tables, rows_expected, rows > 0 FROM sqlite_migrate.progress',
    $$ VALUES ('load', 'copied.second', 2::bigint, 2::bigint, 20000::bigint, true) $$, 'the COPY path shows the same');
SELECT pg_advisory_unlock(4711) \gset ignored_
SELECT over() \gset ignored_
SELECT is_empty('TABLE sqlite_migrate.progress', 'and nothing is left');

SELECT * FROM finish();
DROP ROLE progress_nobody;
