-- What preflight finds of values and sets of rows: each check in both directions, and each against what a run then does.
BEGIN;
SET client_min_messages = error;
SET timezone = 'UTC';
\getenv files SQLITE_FILES
\set path :files '/preflight.db'
CREATE SERVER look FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'path');
CREATE EXTENSION citext SCHEMA public;
CREATE COLLATION public.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT plan(97);

-- The columns of the source that a case's targets do not have.
CREATE FUNCTION pg_temp.others(tables text[]) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(s.table_name || '.' || s.column_name) FROM sqlite_migrate._source_columns('look') s
    WHERE s.table_name = ANY (tables)
      AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass('c.' || s.table_name) AND a.attname = s.column_name)
$$;
-- The targets of a case in a schema of their own: what preflight calls errors, and what migrate then raises ('' = nothing).
CREATE FUNCTION pg_temp.found(ddl text, tables text[], more text DEFAULT '', OUT errors text, OUT raised text, OUT message text)
LANGUAGE plpgsql AS $$
BEGIN
    DROP SCHEMA IF EXISTS c CASCADE;
    CREATE SCHEMA c;
    PERFORM set_config('search_path', 'c, public', true);
    EXECUTE ddl;
    EXECUTE format('SELECT string_agg(concat_ws(''|'', column_name, code, rows), '' '' ORDER BY column_name, code, rows)
                    FROM sqlite_migrate.preflight(''look'', ''c'', include => %L, exclude => %L%s) WHERE severity = ''error''', tables, pg_temp.others(tables), more) INTO errors;
    BEGIN
        EXECUTE format('SELECT count(*) FROM sqlite_migrate.migrate(''look'', ''c'', include => %L, exclude => %L%s)', tables, pg_temp.others(tables), more);
        raised := '';
    EXCEPTION WHEN OTHERS THEN
        raised := SQLSTATE;
        message := SQLERRM;
    END;
END $$;

CREATE TEMP TABLE cases (place serial, name text, ddl text, tables text[], expected text);
INSERT INTO cases (name, ddl, tables, expected) VALUES
    -- Uniqueness as the target sees it.
    ('two spellings of a uuid', 'CREATE TABLE k (id int, u uuid UNIQUE)', '{k}', 'u|duplicate_key|1'),
    ('as text they differ', 'CREATE TABLE k (id int, u text UNIQUE)', '{k}', NULL),
    ('two spellings of an instant', 'CREATE TABLE k (id int, t timestamptz UNIQUE)', '{k}', 't|duplicate_key|1'),
    ('as text they differ', 'CREATE TABLE k (id int, t text UNIQUE)', '{k}', NULL),
    ('two spellings of a number', 'CREATE TABLE k (id int, n numeric UNIQUE)', '{k}', 'n|duplicate_key|1'),
    ('as text they differ', 'CREATE TABLE k (id int, n text UNIQUE)', '{k}', NULL),
    ('citext', 'CREATE TABLE k (id int, w public.citext UNIQUE)', '{k}', 'w|duplicate_key|1'),
    ('a nondeterministic collation', 'CREATE TABLE k (id int, w text COLLATE public.caseless UNIQUE)', '{k}', 'w|duplicate_key|1'),
    ('the index''s own collation', 'CREATE TABLE k (id int, w text); CREATE UNIQUE INDEX ON k (w COLLATE public.caseless)', '{k}', 'w|duplicate_key|1'),
    ('text tells case', 'CREATE TABLE k (id int, w text UNIQUE)', '{k}', NULL),
    ('lower()', 'CREATE TABLE k (id int, w text); CREATE UNIQUE INDEX ON k (lower(w))', '{k}', 'lower(w)|duplicate_key|1'),
    ('an expression that tells apart', 'CREATE TABLE k (id int, w text); CREATE UNIQUE INDEX ON k ((w || id))', '{k}', NULL),
    ('two columns', 'CREATE TABLE k (id int, a int, b int, UNIQUE (a, b))', '{k}', 'a, b|duplicate_key|1'),
    ('two columns and one more', 'CREATE TABLE k (id int, a int, b int, UNIQUE (a, b, id))', '{k}', NULL),
    ('NULLS NOT DISTINCT', 'CREATE TABLE k (id int, a int, b int, UNIQUE NULLS NOT DISTINCT (a, b))', '{k}', 'a, b|duplicate_key|2'),
    ('INCLUDE is no key', 'CREATE TABLE k (id int, a int, u text, UNIQUE (u) INCLUDE (a))', '{k}', NULL),
    ('a partial index', 'CREATE TABLE k (id int, a int, b int); CREATE UNIQUE INDEX ON k (a) WHERE b IS NULL', '{k}', 'a|duplicate_key|1'),
    ('a partial index of other rows', 'CREATE TABLE k (id int, a int, b int); CREATE UNIQUE INDEX ON k (a) WHERE b > 5', '{k}', NULL),
    ('a generated column', 'CREATE TABLE k (id int, w text, g text GENERATED ALWAYS AS (lower(w)) STORED UNIQUE)', '{k}', 'g|duplicate_key|1'),
    ('a default beside', 'CREATE TABLE k (id int, a int, tenant int DEFAULT 7, UNIQUE (a, tenant))', '{k}', 'a, tenant|duplicate_key|2'),
    ('a default that looks like a call', 'CREATE TABLE k (id int, a int, tenant text DEFAULT ''(none)'', UNIQUE (a, tenant))', '{k}', 'a, tenant|duplicate_key|2'),
    ('numbers of the server', 'CREATE TABLE k (mine serial PRIMARY KEY, id int, a int)', '{k}', NULL),
    ('deferrable', 'CREATE TABLE k (id int, u uuid UNIQUE DEFERRABLE INITIALLY DEFERRED)', '{k}', 'u|duplicate_key|1'),
    ('partitions', 'CREATE TABLE k (id int, a int, b int, UNIQUE (a, b)) PARTITION BY LIST (a); CREATE TABLE k1 PARTITION OF k FOR VALUES IN (1, 2)',
        '{k}', 'a, b|duplicate_key|1'),
    ('the rowid', 'CREATE TABLE k (id int PRIMARY KEY, w text)', '{k}', NULL),
    -- NULL in keys.
    ('NULL in a primary key', 'CREATE TABLE quirk (code text PRIMARY KEY, n int)', '{quirk}', 'code|not_null|2'),
    ('NULL beside a unique key', 'CREATE TABLE quirk (code text UNIQUE, n int)', '{quirk}', NULL),
    ('NULL and case in a primary key', 'CREATE TABLE quirk (code public.citext PRIMARY KEY, n int)', '{quirk}', 'code|duplicate_key|1 code|not_null|2'),
    -- Conditions.
    ('a CHECK', 'CREATE TABLE k (id int, a int CHECK (a < 2))', '{k}', 'a|check_violation|2'),
    ('a CHECK that holds', 'CREATE TABLE k (id int, a int CHECK (a < 3))', '{k}', NULL),
    ('a CHECK over NULL', 'CREATE TABLE k (id int, b int CHECK (b > 0))', '{k}', NULL),
    ('a CHECK not validated', 'CREATE TABLE k (id int, a int); ALTER TABLE k ADD CHECK (a < 2) NOT VALID', '{k}', 'a|check_violation|2'),
    ('a CHECK with LIKE', 'CREATE TABLE k (id int, w text CHECK (w LIKE ''%nn%''))', '{k}', 'w|check_violation|1'),
    ('a CHECK over a default', 'CREATE TABLE k (id int, a int, most int DEFAULT 1, CHECK (a <= most))', '{k}', 'a, most|check_violation|2'),
    ('a CHECK that raises', 'CREATE TABLE k (id int, a int CHECK (1 / (a - 2) <= 0))', '{k}', 'check_raised'),
    ('a partition that is missing', 'CREATE TABLE k (id int, a int) PARTITION BY LIST (a); CREATE TABLE k1 PARTITION OF k FOR VALUES IN (1)', '{k}', 'a|no_partition|2'),
    ('a default partition', 'CREATE TABLE k (id int, a int) PARTITION BY LIST (a); CREATE TABLE k1 PARTITION OF k DEFAULT', '{k}', NULL),
    ('no partition at all', 'CREATE TABLE k (id int, a int) PARTITION BY LIST (a)', '{k}', 'a|no_partition|4'),
    ('partitions of partitions', 'CREATE TABLE k (id int, a int, b int) PARTITION BY LIST (a); CREATE TABLE k1 PARTITION OF k FOR VALUES IN (1, 2) PARTITION BY RANGE (id);
        CREATE TABLE k2 PARTITION OF k1 FOR VALUES FROM (1) TO (4)', '{k}', 'id, a|no_partition|1'),
    ('hash partitions', 'CREATE TABLE k (id int, a int) PARTITION BY HASH (id); CREATE TABLE k1 PARTITION OF k FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE k2 PARTITION OF k FOR VALUES WITH (MODULUS 2, REMAINDER 1)', '{k}', NULL),
    -- Values.
    ('enum members', 'CREATE TYPE c.who AS ENUM (''Anna'', ''anna''); CREATE TABLE k (id int, w c.who)', '{k}', 'w|refused_by_type|1'),
    ('all enum members', 'CREATE TYPE c.who AS ENUM (''Anna'', ''anna'', ''Bob''); CREATE TABLE k (id int, w c.who)', '{k}', NULL),
    ('a domain', 'CREATE DOMAIN c.small AS int CHECK (VALUE < 2); CREATE TABLE k (id int, a c.small)', '{k}', 'a|refused_by_type|2'),
    ('a length', 'CREATE TABLE k (id int, w varchar(3))', '{k}', 'w|too_long|2'),
    ('a length that fits', 'CREATE TABLE k (id int, w varchar(4))', '{k}', NULL),
    ('NOT NULL', 'CREATE TABLE k (id int, b int NOT NULL)', '{k}', 'b|not_null|2'),
    ('a range of numbers', 'CREATE TABLE k (id int, u smallint)', '{k}', 'u|not_a_number|3'),
    -- Foreign keys.
    ('orphans', 'CREATE TABLE k (id int PRIMARY KEY, a int); CREATE TABLE child (id int, k_id int REFERENCES k)', '{k,child}', 'k_id|orphan|1'),
    ('a parent that is not loaded', 'CREATE TABLE k (id int PRIMARY KEY, a int); INSERT INTO k VALUES (1), (99); CREATE TABLE child (id int, k_id int REFERENCES k)',
        '{child}', 'k_id|orphan|1'),
    ('parents that are all there', 'CREATE TABLE k (id int PRIMARY KEY, a int); INSERT INTO k VALUES (1), (2), (99); CREATE TABLE child (id int, k_id int REFERENCES k)',
        '{child}', NULL),
    ('by the uuid', 'CREATE TABLE k (id int, u uuid UNIQUE, w text); INSERT INTO k (u) VALUES (''6f9619ff-8b86-d011-b42d-00c04fc964ff''),
        (''6f9619ff-8b86-d011-b42d-00c04fc964fe''); CREATE TABLE child (id int, u uuid REFERENCES k (u))', '{child}', NULL),
    ('by the text', 'CREATE TABLE k (id int, u text UNIQUE, w text); INSERT INTO k (u) VALUES (''6f9619ff-8b86-d011-b42d-00c04fc964ff''),
        (''6f9619ff-8b86-d011-b42d-00c04fc964fe''); CREATE TABLE child (id int, u text REFERENCES k (u))', '{child}', 'u|orphan|1'),
    ('over two types', 'CREATE TABLE k (id bigint PRIMARY KEY, a int); CREATE TABLE child (id int, k_id smallint REFERENCES k)', '{k,child}', 'k_id|orphan|1'),
    ('MATCH SIMPLE', 'CREATE TABLE pair (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE child (id int, x int, y int, FOREIGN KEY (x, y) REFERENCES pair)',
        '{pair,child}', 'x, y|orphan|1'),
    ('MATCH FULL', 'CREATE TABLE pair (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE child (id int, x int, y int, FOREIGN KEY (x, y) REFERENCES pair MATCH FULL)',
        '{pair,child}', 'x, y|orphan|2'),
    ('itself', 'CREATE TABLE ring (id int PRIMARY KEY, up int REFERENCES ring)', '{ring}', 'up|orphan|1'),
    ('deferred', 'CREATE TABLE ring (id int PRIMARY KEY, up int REFERENCES ring DEFERRABLE INITIALLY DEFERRED)', '{ring}', 'up|orphan|1'),
    ('no key, no orphan', 'CREATE TABLE ring (id int PRIMARY KEY, up int)', '{ring}', NULL),
    -- Exclusion.
    ('an exclusion constraint', 'CREATE TABLE k (id int, r int4range, EXCLUDE USING gist (r WITH &&))', '{k}', 'exclusion_violation|1'),
    ('one that holds', 'CREATE TABLE k (id int, r int4range, EXCLUDE USING gist (r WITH =))', '{k}', NULL),
    ('of some rows', 'CREATE TABLE k (id int, r int4range, EXCLUDE USING gist (r WITH &&) WHERE (id > 1))', '{k}', NULL);
CREATE TEMP TABLE outcome AS SELECT c.*, f.* FROM cases c CROSS JOIN LATERAL pg_temp.found(c.ddl, c.tables) f;
SELECT is(errors, expected, format('%s: %s', place, name)) FROM outcome ORDER BY place;
SELECT is_empty($$ SELECT place, name, raised, message FROM outcome WHERE (errors IS NULL) <> (raised = '') $$,
    'a run fails on data where preflight says so, and only there');

-- Samples, and how the rest of a finding looks.
SELECT pg_temp.found('CREATE TABLE k (id int, u uuid UNIQUE, a int CHECK (a < 2)); CREATE TABLE ring (id int PRIMARY KEY, up int REFERENCES ring)', '{k,ring}');
CREATE TEMP TABLE finding AS SELECT * FROM sqlite_migrate.preflight('look', 'c', include => '{k,ring}', exclude => pg_temp.others('{k,ring}')) WHERE severity = 'error';
SELECT is(sample, '[{"key": {"id": 1}, "value": "6f9619ff-8b86-d011-b42d-00c04fc964ff"}, {"key": {"id": 2}, "value": "6f9619ff-8b86-d011-b42d-00c04fc964ff"}]',
    'equal keys stand side by side, with the keys of their rows') FROM finding WHERE code = 'duplicate_key';
SELECT is(message, '1 group of rows with equal keys in unique constraint "k_u_key"', 'and say whose') FROM finding WHERE code = 'duplicate_key';
SELECT is(sample, '[{"key": {"id": 3}, "value": "2"}, {"key": {"id": 4}, "value": "2"}]', 'rows that a CHECK refuses') FROM finding WHERE code = 'check_violation';
SELECT is(message, 'refused by CHECK constraint "k_a_check": a < 2', 'and which') FROM finding WHERE code = 'check_violation';
SELECT is(sample || jsonb_build_array(message), '[{"key": {"id": 4}, "value": "77"}, "no row of c.ring has this key: foreign key \"ring_up_fkey\""]', 'orphans')
    FROM finding WHERE code = 'orphan';
SELECT is_empty('SELECT * FROM finding WHERE fix IS NULL OR rows IS NULL OR table_name IS NULL', 'each with a count, a table and a fix');

-- dry_run names all of them in one error.
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('look', 'c', include => '{k,ring}', exclude => pg_temp.others('{k,ring}'), dry_run => true) $$, 'SM002', NULL, 'dry_run fails on sets, too');
CREATE FUNCTION pg_temp.detail(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE v_detail text;
BEGIN
    EXECUTE query;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
    RETURN v_detail::jsonb;
END $$;
SELECT is(jsonb_path_query_array(pg_temp.detail($$ SELECT * FROM sqlite_migrate.migrate('look', 'c', include => '{k,ring}', exclude => pg_temp.others('{k,ring}'), dry_run => true) $$), '$.findings[*].code'),
    '["check_violation", "duplicate_key", "orphan"]', 'and names all');

-- A run that a constraint ends says how to see all such rows: its own call of preflight.
CREATE FUNCTION pg_temp.hint(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_hint text;
BEGIN
    EXECUTE query;
    RETURN NULL;
EXCEPTION WHEN integrity_constraint_violation THEN
    GET STACKED DIAGNOSTICS v_hint = PG_EXCEPTION_HINT;
    RETURN v_hint;
END $$;
SELECT is(pg_temp.hint($$ SELECT * FROM sqlite_migrate.migrate('look', 'c', include => '{k}', exclude => '{k.t,k.w,k.n,k.b,k.r}') $$),
    $$SELECT * FROM sqlite_migrate.preflight('look', target_schema => 'c', include => ARRAY['k'], exclude => ARRAY['k.t', 'k.w', 'k.n', 'k.b', 'k.r']);$$,
    'the hint of an error from a constraint');
SELECT is(pg_temp.hint($$ SELECT * FROM sqlite_migrate.migrate('look', 'c', include => '{ring}') $$),
    $$SELECT * FROM sqlite_migrate.preflight('look', target_schema => 'c', include => ARRAY['ring']);$$, 'and of one from a foreign key');

-- Fixes, pasted: the statement, or the argument added to the call.
CREATE FUNCTION pg_temp.mended(ddl text, tables text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_fix text;
BEGIN
    DROP SCHEMA IF EXISTS c CASCADE;
    CREATE SCHEMA c;
    EXECUTE ddl;
    SELECT fix INTO STRICT v_fix FROM sqlite_migrate.preflight('look', 'c', include => tables, exclude => pg_temp.others(tables)) WHERE severity = 'error';
    IF v_fix ~ '^[a-z_]+ => ' THEN
        EXECUTE format('SELECT count(*) FROM sqlite_migrate.migrate(''look'', ''c'', include => %L, exclude => %L, %s)', tables, pg_temp.others(tables), v_fix);
    ELSE
        EXECUTE v_fix;
        -- A new word of an enum can be used when it is committed.
        IF v_fix ~ '^ALTER TYPE' THEN RETURN split_part(v_fix, ' /*', 1); END IF;
        EXECUTE format('SELECT count(*) FROM sqlite_migrate.migrate(''look'', ''c'', include => %L, exclude => %L)', tables, pg_temp.others(tables));
    END IF;
    RETURN split_part(v_fix, ' /*', 1);
EXCEPTION WHEN OTHERS THEN
    RETURN concat_ws(': ', v_fix, SQLERRM);
END $$;
SELECT is(pg_temp.mended('CREATE TABLE k (id int, u uuid, CONSTRAINT "One u" UNIQUE (u))', '{k}'), 'ALTER TABLE c.k DROP CONSTRAINT "One u"', 'fix of a unique constraint');
SELECT is(pg_temp.mended('CREATE TABLE k (id int, w text); CREATE UNIQUE INDEX "Case" ON k (lower(w))', '{k}'), 'DROP INDEX c."Case"', 'of a unique index');
SELECT is(pg_temp.mended('CREATE TABLE k (id int, a int CHECK (a < 2))', '{k}'), 'ALTER TABLE c.k DROP CONSTRAINT k_a_check', 'of a CHECK');
SELECT is(pg_temp.mended('CREATE TABLE k (id int, w varchar(3))', '{k}'), 'ALTER TABLE c.k ALTER COLUMN w TYPE text', 'of a length');
SELECT is(pg_temp.mended('CREATE TABLE k (id int, b int NOT NULL)', '{k}'), 'ALTER TABLE c.k ALTER COLUMN b DROP NOT NULL', 'of NOT NULL');
SELECT is(pg_temp.mended('CREATE TYPE c.who AS ENUM (''Anna'', ''anna''); CREATE TABLE k (id int, w c.who)', '{k}'), 'ALTER TYPE c.who ADD VALUE ''Bob''', 'of an enum');
SELECT is(pg_temp.mended('CREATE TABLE k (id int, a int) PARTITION BY LIST (a); CREATE TABLE k1 PARTITION OF k FOR VALUES IN (1)', '{k}'),
    'CREATE TABLE c.k_default PARTITION OF c.k DEFAULT', 'of a missing partition');
SELECT is(pg_temp.mended('CREATE TABLE k (id int, r int4range, EXCLUDE USING gist (r WITH &&))', '{k}'), 'ALTER TABLE c.k DROP CONSTRAINT k_r_excl', 'of an exclusion constraint');
SELECT is(pg_temp.mended('CREATE TABLE ring (id int PRIMARY KEY, up int REFERENCES ring)', '{ring}'), 'orphans => ''null''', 'of an orphan');
SELECT is(pg_temp.mended('CREATE TABLE ring (id int PRIMARY KEY, up int NOT NULL REFERENCES ring)', '{ring}') ~ 'more than one row', true, 'two findings have two fixes');
SELECT is(pg_temp.mended('CREATE TABLE k (id int, w int)', '{k}'), 'on_error => ''reject''', 'of many values that fit nothing');
SELECT is(pg_temp.mended('CREATE TABLE k (id int, u uuid PRIMARY KEY)', '{k}') ~ 'more than one row', true, 'NULL and equal values in a key are two');
SELECT is(pg_temp.mended('CREATE TABLE quirk (code text PRIMARY KEY, n int)', '{quirk}'), 'on_error => ''reject''', 'of NULL in a primary key');

-- Rows that are there: append adds to them, upsert brings them up to date.
CREATE TEMP TABLE there AS SELECT * FROM pg_temp.found('CREATE TABLE ring (id int PRIMARY KEY, up int); INSERT INTO ring VALUES (1, NULL), (9, NULL)', '{ring}', ', existing => ''append''');
SELECT is(errors || ' ' || raised, 'id|duplicate_key|1 23505', 'a key that the target has already') FROM there;
SELECT is(sample || jsonb_build_array(message), '[{"key": {"id": 1}, "value": "1"}, "the target has rows with these keys of unique constraint \"ring_pkey\""]', 'is named')
    FROM sqlite_migrate.preflight('look', 'c', existing => 'append', include => '{ring}') WHERE code = 'duplicate_key';
SELECT is(ROW(errors, raised)::text, '(,"")', 'other keys may be added') FROM pg_temp.found('CREATE TABLE ring (id int PRIMARY KEY, up int);
    INSERT INTO ring VALUES (9, NULL)', '{ring}', ', existing => ''append''');
SELECT is(ROW(errors, raised)::text, '(,"")', 'parents that are there count') FROM pg_temp.found('CREATE TABLE ring (id int PRIMARY KEY, up int REFERENCES ring);
    INSERT INTO ring VALUES (77, NULL)', '{ring}', ', existing => ''append''');
SELECT is(ROW(errors, raised)::text, '(,"")', 'upsert brings a key up to date') FROM pg_temp.found('CREATE TABLE ring (id int PRIMARY KEY, up int);
    INSERT INTO ring VALUES (1, NULL)', '{ring}', ', existing => ''upsert''');

-- create mode makes what takes the rows.
DROP SCHEMA c CASCADE;
CREATE SCHEMA c;
SELECT is_empty($$ SELECT * FROM sqlite_migrate.preflight('look', 'c') WHERE severity = 'error' $$, 'create mode: no errors');
SELECT isnt_empty($$ SELECT * FROM sqlite_migrate.preflight('look', 'c') WHERE severity = 'warning' AND table_name = 'c.quirk' AND message LIKE '%UNIQUE constraint instead of the primary key%' $$,
    'create mode says what becomes of NULL in a primary key');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('look', 'c') $$, 'and a run does not fail');

-- Without writing, and without rights to look at a parent.
DROP SCHEMA c CASCADE;
CREATE SCHEMA c;
CREATE TABLE c.k (id int PRIMARY KEY, u uuid UNIQUE);
CREATE TABLE c.child (id int PRIMARY KEY, k_id int REFERENCES c.k);
CREATE FUNCTION c.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER nothing BEFORE INSERT ON c.child FOR EACH ROW EXECUTE FUNCTION c.nothing();
SELECT results_eq($$ SELECT table_name, severity FROM sqlite_migrate.preflight('look', 'c', include => '{k,child}', exclude => pg_temp.others('{k,child}')) WHERE code = 'unchecked' $$,
    $$ VALUES ('c.child', 'note') $$, 'what a trigger does is said to be unchecked');
SELECT is_empty($$ SELECT * FROM sqlite_migrate.preflight('look', 'c', include => '{k,child}', exclude => pg_temp.others('{k,child}'),
    options => '{"user_triggers": "disable"}') WHERE code = 'unchecked' $$, 'not where it is put aside');
ALTER TABLE c.child ADD made timestamptz DEFAULT now(), ADD UNIQUE (k_id, made);
SELECT results_eq($$ SELECT message FROM sqlite_migrate.preflight('look', 'c', include => '{k,child}', exclude => pg_temp.others('{k,child}'),
    options => '{"user_triggers": "disable"}') WHERE code = 'unchecked' $$,
    $$ VALUES ('unique index "child_k_id_made_key" is not checked: a column gets its value only when the row is written') $$, 'nor is a default that is computed');
SET TRANSACTION READ ONLY;
SELECT results_eq($$ SELECT code FROM sqlite_migrate.preflight('look', 'c', include => '{k,child}', exclude => pg_temp.others('{k,child}')) WHERE severity = 'error' ORDER BY 1 $$,
    $$ VALUES ('duplicate_key'), ('orphan') $$, 'in a read-only transaction');
SELECT * FROM finish();
ROLLBACK;
