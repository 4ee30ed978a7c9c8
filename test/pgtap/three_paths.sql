-- Each set of tables goes through all three paths, direct, COPY and SQL, and the same rows arrive, with the same digests.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
CREATE SCHEMA direct;
CREATE SCHEMA copy;
CREATE SCHEMA sql;

-- What create mode makes of a file in schema direct, the same tables in the others, keys included; each filled by its path.
CREATE FUNCTION pg_temp.three(file text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    v_set   text := regexp_replace(file, '^.*/([^/]*)\.db$', '\1');
    v_path  text;
    v_table name;
    v_key   record;
    v_cut   jsonb;
BEGIN
    FOREACH v_path IN ARRAY ARRAY['direct', 'copy', 'sql'] LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', v_path);
        EXECUTE format('CREATE SCHEMA %I', v_path);
        IF v_path = 'direct' THEN
            PERFORM set_config('sqlite_fdw_migrate.path', '', true);
            PERFORM FROM sqlite_migrate.migrate(file, 'direct', mode => 'create');
            v_cut := (SELECT jsonb_object_agg(r.source_table, regexp_replace(r.table_name, '^direct\.', '')) FROM sqlite_migrate.run_tables r
                      WHERE r.run_id = (SELECT max(run_id) FROM sqlite_migrate.runs) AND octet_length(r.source_table) > 63);
        ELSE
            FOR v_table IN SELECT relname FROM pg_class WHERE relnamespace = 'direct'::regnamespace AND relkind = 'r' LOOP
                EXECUTE format('CREATE TABLE %I.%I (LIKE direct.%I INCLUDING ALL)', v_path, v_table, v_table);
            END LOOP;
            FOR v_key IN SELECT conname, c.relname, pg_get_constraintdef(k.oid) AS definition FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
                         WHERE k.connamespace = 'direct'::regnamespace AND k.contype = 'f' LOOP
                EXECUTE format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', v_path, v_key.relname, v_key.conname, replace(v_key.definition, 'REFERENCES direct.', format('REFERENCES %I.', v_path)));
            END LOOP;
            PERFORM set_config('sqlite_fdw_migrate.path', v_path, true);
            -- Names that create mode had to cut are told.
            PERFORM FROM sqlite_migrate.migrate(file, v_path, mode => 'data', rename => v_cut);
        END IF;
    END LOOP;
    RETURN NEXT isnt_empty('SELECT FROM pg_class WHERE relnamespace = ''direct''::regnamespace AND relkind = ''r''', v_set || ': there are tables');
    RETURN NEXT set_eq(format('SELECT split_part(table_name, ''.'', 1) || '' '' || (details ->> ''path'') FROM sqlite_migrate.run_tables WHERE status = ''ok'' AND run_id > (SELECT max(run_id) - 3 FROM sqlite_migrate.runs)'),
                       ARRAY['direct direct', 'copy copy', 'sql sql'], v_set || ': by the three paths');
    FOR v_table IN SELECT relname FROM pg_class WHERE relnamespace = 'direct'::regnamespace AND relkind = 'r' AND NOT sqlite_migrate._is_history(relname) ORDER BY 1 LOOP
        RETURN NEXT bag_eq(format('SELECT t::text FROM direct.%I t', v_table), format('SELECT t::text FROM copy.%I t', v_table), format('%s.%s: COPY brings what the direct path brings', v_set, v_table));
        RETURN NEXT bag_eq(format('SELECT t::text FROM direct.%I t', v_table), format('SELECT t::text FROM sql.%I t', v_table), format('%s.%s: SQL, too', v_set, v_table));
    END LOOP;
    RETURN NEXT is_empty($q$ SELECT split_part(table_name, '.', 2) FROM sqlite_migrate.run_tables WHERE status = 'ok' AND run_id > (SELECT max(run_id) - 3 FROM sqlite_migrate.runs)
                             GROUP BY 1 HAVING count(DISTINCT details ->> 'digest_stored') > 1 OR bool_or(details ->> 'digest_copied' <> details ->> 'digest_stored') $q$, v_set || ': with equal digests');
END $$;

SELECT * FROM no_plan();
SELECT pg_temp.three(:'files' || '/types.db');
SELECT pg_temp.three(:'files' || '/shop.db');
SELECT pg_temp.three(:'files' || '/numbers.db');
SELECT pg_temp.three(:'files' || '/cycle.db');
SELECT pg_temp.three(:'files' || '/history.db');
SELECT pg_temp.three(:'files' || '/names.db');
SELECT pg_temp.three(:'files' || '/utf16.db');
SELECT pg_temp.three(:'files' || '/media_library.db');

-- Wide rows: one statement holds at most a thousand values; many rows: several statements, and a rest.
\getenv scratch SCRATCH
\set wide :scratch '/wide.db'
\setenv WIDE :wide
\! rm -f "$WIDE"; sqlite3 -batch "$WIDE" "CREATE TABLE many (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE g(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM g WHERE x < 12345) INSERT INTO many SELECT x, CASE WHEN x % 7 THEN printf('%d', x) END FROM g; CREATE TABLE wide ($(seq -s, -f 'c%g TEXT' 1 700)); INSERT INTO wide (c1, c700) VALUES ('a', 'z'), (NULL, NULL), ('b', zeroblob(0) || 'y')"; chmod 644 "$WIDE"
SELECT pg_temp.three(:'wide');
\! rm -f "$WIDE"

-- What the server computes: identity ALWAYS, defaults, generated columns, domains; and who refuses, refuses on all paths.
RESET sqlite_fdw_migrate.path;
CREATE SCHEMA computed;
CREATE TABLE computed.products (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text, price numeric(10,2), weight float8, picture bytea,
    gross numeric GENERATED ALWAYS AS (price * 2) STORED, stamp timestamptz NOT NULL DEFAULT '2020-01-01 00:00:00Z', number int DEFAULT 7);
CREATE TEMP TABLE seen (path text, r text);
CREATE FUNCTION pg_temp.by(path text, existing text DEFAULT 'truncate') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('sqlite_fdw_migrate.path', path, true);
    PERFORM FROM sqlite_migrate.migrate(current_setting('test.shop'), 'computed', existing => existing, include => '{products}');
    RETURN (SELECT string_agg(p::text, ' ' ORDER BY id) FROM computed.products p);
END $$;
SELECT set_config('test.shop', :'files' || '/shop.db', true) \gset ignored_
SELECT is(pg_temp.by('copy'), pg_temp.by('sql'), 'identity ALWAYS, defaults and generated columns');
SELECT ok(pg_temp.by('sql') ~ '39\.98.*2020-01-01', 'are what they should be');
TRUNCATE computed.products;
ALTER TABLE computed.products ADD CHECK (code <> 'A-2');
SELECT throws_ok($$ SELECT pg_temp.by('$$ || p || $$') $$, '23514', NULL, p || ': CHECK holds') FROM unnest(ARRAY['', 'copy', 'sql']) p;
TRUNCATE computed.products;
ALTER TABLE computed.products DROP CONSTRAINT products_code_check, ADD UNIQUE (number);
SELECT throws_ok($$ SELECT pg_temp.by('$$ || p || $$') $$, '23505', NULL, p || ': UNIQUE holds') FROM unnest(ARRAY['', 'copy', 'sql']) p;
ALTER TABLE computed.products DROP CONSTRAINT products_number_key, ALTER code TYPE varchar(2);
SELECT throws_ok($$ SELECT pg_temp.by('$$ || p || $$') $$, 'SM002', NULL, p || ': a value that cannot be carried') FROM unnest(ARRAY['', 'copy', 'sql']) p;
SELECT is_empty('TABLE computed.products', 'and nothing came of it');

-- Columns that the source lacks, however they get their value.
CREATE DOMAIN computed.worded AS text DEFAULT 'by the domain';
CREATE TABLE computed.customers (n int GENERATED ALWAYS AS IDENTITY, m bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 100 INCREMENT BY 10), id int PRIMARY KEY, email text, name text, born date, active boolean,
    created timestamptz, word computed.worded NOT NULL, other text, "Later" int NOT NULL DEFAULT length('abc'));
CREATE FUNCTION pg_temp.filled(path text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('sqlite_fdw_migrate.path', path, true);
    TRUNCATE computed.customers RESTART IDENTITY;
    PERFORM FROM sqlite_migrate.migrate(current_setting('test.shop'), 'computed', include => '{customers}');
    RETURN (SELECT string_agg(concat_ws('|', n, m, id, word, COALESCE(other, 'NULL'), "Later"), ' ' ORDER BY id) FROM computed.customers);
END $$;
SELECT is(pg_temp.filled(p), '1|100|1|by the domain|NULL|3 2|110|2|by the domain|NULL|3 3|120|3|by the domain|NULL|3', 'path ' || p || ': identities, the default of a domain, an expression') FROM unnest(ARRAY['', 'copy', 'sql']) p;

-- A trigger that drops or changes rows is seen on either path.
ALTER TABLE computed.products ALTER code TYPE text;
CREATE FUNCTION pg_temp.drops() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 11 THEN RETURN NULL; END IF; RETURN NEW; END $$;
CREATE TRIGGER t BEFORE INSERT ON computed.products FOR EACH ROW EXECUTE FUNCTION pg_temp.drops();
SELECT throws_ok($$ SELECT pg_temp.by('$$ || p || $$') $$, 'SM003', 'sqlite_migrate: table computed.products: 3 rows in the source, 2 stored', p || ': a dropped row is missed') FROM unnest(ARRAY['', 'sql']) p;
SELECT * FROM finish();
ROLLBACK;
