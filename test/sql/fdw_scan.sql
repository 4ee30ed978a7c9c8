-- Reading through a foreign table: what is asked of SQLite, what arrives, and what is said where a value does not fit.
\getenv files SQLITE_FILES
\set db :files '/fdw.db'
CREATE SERVER file FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'db');
CREATE SCHEMA app;
SET search_path = app, public;
SET datestyle = ISO;
SET client_min_messages = error;  -- the two views that cannot be imported: see fdw_import
IMPORT FOREIGN SCHEMA main FROM SERVER file INTO app;
RESET client_min_messages;

-- The path differs from machine to machine.
CREATE FUNCTION plan_of(query text, options text DEFAULT 'COSTS OFF') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
        -- Actual rows have decimals since PostgreSQL 18.
        RETURN NEXT regexp_replace(regexp_replace(line, '(SQLite File: ).*/', '\1…/'), 'rows=(\d+)\.00', 'rows=\1');
    END LOOP;
END $$;

SELECT * FROM people ORDER BY id;
SELECT * FROM settings ORDER BY scope, name;
SELECT * FROM strict_one ORDER BY id;
SELECT * FROM computed ORDER BY width;
SELECT * FROM nothing_in_it;
SELECT id, name, round(centimetres::numeric) AS centimetres FROM adults;
SELECT * FROM notes ORDER BY title;

-- Only what the query uses is asked for, and the key, which names the row if a value is bad.
SELECT plan_of('SELECT name FROM people');
SELECT plan_of('SELECT name FROM people WHERE height > 1.6');
SELECT plan_of('SELECT count(*) FROM people');
SELECT plan_of('SELECT people FROM people');
SELECT plan_of('SELECT tableoid::regclass FROM people');
SELECT plan_of('SELECT value FROM settings');
SELECT plan_of('SELECT "a""b" FROM "select"');
SELECT plan_of($$SELECT 1 FROM "Größe ""quoted"" 'table' \n"$$);
SELECT name FROM people WHERE height > 1.6 ORDER BY id;
SELECT count(*) FROM people;
SELECT p FROM people p WHERE id = 2;
SELECT tableoid::regclass, id FROM people ORDER BY id;
SELECT xmin FROM people;
SELECT id FROM people WHERE seen IS NULL;

-- Joins read each table anew where the plan says so.
SELECT p.name, v.day, v.minutes FROM people p LEFT JOIN visits v ON v.person = p.id ORDER BY p.id, v.day;
SELECT p.name, (SELECT sum(v.minutes) FROM visits v WHERE v.person = p.id) AS minutes FROM people p ORDER BY p.id;
BEGIN;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off;
SET LOCAL enable_material = off;
SELECT plan_of('SELECT p.name, v.minutes FROM people p JOIN visits v ON v.person = p.id');
SELECT p.name, v.minutes FROM people p JOIN visits v ON v.person = p.id ORDER BY p.id, v.day;
SELECT p.name, v.* FROM people p, LATERAL (SELECT minutes FROM visits WHERE person = p.id ORDER BY day LIMIT 1) v ORDER BY p.id;
COMMIT;

-- Names in SQLite do not depend on case, and need not be those in PostgreSQL. The rowid can be read by its name.
CREATE FOREIGN TABLE renamed (row bigint OPTIONS (column 'rowid'), who text OPTIONS (column 'NAME'))
    SERVER file OPTIONS (table 'PEOPLE');
SELECT * FROM renamed ORDER BY row;
ALTER FOREIGN TABLE renamed ADD COLUMN height real, DROP COLUMN row, ALTER COLUMN who OPTIONS (ADD key 'true');
SELECT * FROM renamed ORDER BY who COLLATE "C";
SELECT plan_of('SELECT height FROM renamed');

-- Other types than the import would choose: what fits arrives, in the session's own style or not.
CREATE FOREIGN TABLE other_types (id smallint, name varchar(10), height numeric(3,1), active int, born text, seen timestamptz,
    photo text) SERVER file OPTIONS (table 'people');
SET timezone = 'Asia/Tokyo';
SELECT id, name, height, active, born, seen FROM other_types ORDER BY id;
RESET timezone;
SELECT photo FROM other_types;

-- A value that does not fit: which one, where, what was expected, and how to see it.
SELECT id FROM bad_values ORDER BY id;
SELECT n FROM bad_values;
SELECT d FROM bad_values;
SELECT t FROM bad_values;
SELECT j FROM bad_values;
\set VERBOSITY sqlstate
SELECT n FROM bad_values;
SELECT d FROM bad_values;
SELECT t FROM bad_values;
SELECT j FROM bad_values;
\set VERBOSITY default
-- The hints work.
ALTER FOREIGN TABLE bad_values ALTER COLUMN n TYPE text, ALTER COLUMN d TYPE text, ALTER COLUMN t TYPE bytea,
    ALTER COLUMN j TYPE text;
SELECT * FROM bad_values ORDER BY id;
-- NULL where the foreign table promises none; '' is NULL for all types but text.
CREATE FOREIGN TABLE empty_name (scope text OPTIONS (key 'true'), name text OPTIONS (key 'true'), value text NOT NULL)
    SERVER file OPTIONS (table 'settings');
SELECT * FROM empty_name;
ALTER FOREIGN TABLE empty_name ALTER COLUMN value DROP NOT NULL;
SELECT count(*) FROM empty_name WHERE value IS NULL;
SELECT * FROM blanks;
ALTER FOREIGN TABLE blanks ALTER COLUMN n DROP NOT NULL;
SELECT * FROM blanks ORDER BY id;
-- What a rule has changed is not said by the rows: EXPLAIN ANALYZE counts it.
SELECT plan_of('SELECT * FROM blanks', 'ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF');

-- A foreign table that does not fit its file.
CREATE FOREIGN TABLE poeple (id int) SERVER file;
SELECT * FROM poeple;
SELECT plan_of('SELECT * FROM poeple');
CREATE FOREIGN TABLE missing_column (id int, nmae text, "literal" text) SERVER file OPTIONS (table 'people');
SELECT nmae FROM missing_column;
SELECT "literal" FROM missing_column;
SELECT count(*), sum(id) FROM missing_column;

-- Reading only.
INSERT INTO people (id, name) VALUES (4, 'Edith');
UPDATE people SET name = 'Edith';
DELETE FROM people;
TRUNCATE people;
COPY people (id) FROM STDIN;
\.
ANALYZE people;
SELECT is_insertable_into FROM information_schema.tables WHERE table_schema = 'app' AND table_name = 'people';
SELECT id FROM people WHERE id = 1 FOR UPDATE;

-- Cursors that stay open, errors in the middle, savepoints.
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT id, name FROM people ORDER BY id;
DECLARE unsorted CURSOR FOR SELECT id FROM people;
FETCH 2 FROM c;
FETCH 1 FROM unsorted;
SAVEPOINT s;
SELECT 1 / (id - 2) FROM people;
ROLLBACK TO s;
FETCH 1 FROM unsorted;
FETCH BACKWARD 1 FROM c;
DECLARE inner_one CURSOR FOR SELECT id FROM people;
FETCH 1 FROM inner_one;
ROLLBACK TO s;
FETCH 1 FROM inner_one;
ROLLBACK;
BEGIN;
DECLARE held CURSOR WITH HOLD FOR SELECT id FROM people ORDER BY id;
FETCH 1 FROM held;
COMMIT;
FETCH ALL FROM held;
CLOSE held;
DO $$
DECLARE r record; seen int := 0;
BEGIN
    FOR r IN SELECT id FROM app.people LOOP
        seen := seen + 1;
        BEGIN
            PERFORM 1 / (r.id - 2);
        EXCEPTION WHEN division_by_zero THEN
            RAISE NOTICE 'row % of the outer scan goes on', seen;
        END;
        EXIT WHEN seen = 2;
    END LOOP;
    RAISE NOTICE '% rows', (SELECT count(*) FROM app.visits);
END $$;

-- A cached plan follows its server's and its table's options.
PREPARE names AS SELECT min(name) FROM people;
EXECUTE names;
ALTER FOREIGN TABLE people OPTIONS (ADD table 'counted');
EXECUTE names;
ALTER FOREIGN TABLE people ALTER COLUMN name OPTIONS (ADD column 'note');
EXECUTE names;
DEALLOCATE names;

-- As a partition.
CREATE TABLE parts (id bigint, name text, height float8) PARTITION BY LIST (id);
CREATE FOREIGN TABLE part_two PARTITION OF parts FOR VALUES IN (1, 2, 3) SERVER file OPTIONS (table 'people');
CREATE TABLE part_three PARTITION OF parts FOR VALUES IN (4);
INSERT INTO parts VALUES (4, 'Edith', 1.7);
SELECT * FROM parts ORDER BY id;
INSERT INTO parts VALUES (1, 'x', 1);

RESET search_path;
RESET datestyle;
SET client_min_messages = warning;
DROP SCHEMA app CASCADE;
DROP SERVER file;
