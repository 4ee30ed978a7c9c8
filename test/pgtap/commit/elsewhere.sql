-- Tables whose rows live elsewhere get INSERT statements, which their own hooks see: foreign tables, a table that is
-- hash-partitioned over two servers, and what looks like a distributed table of Citus or a hypertable of TimescaleDB.
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\getenv scratch SCRATCH
\set shop :files '/shop.db'
\set media :files '/media_library.db'
\set types :files '/types.db'
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE SERVER media FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'media');
CREATE SERVER types FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'types');
CREATE ROLE shard_owner LOGIN;
GRANT USAGE ON FOREIGN SERVER shop, media, types TO shard_owner;
SELECT format('GRANT CREATE, TEMPORARY ON DATABASE %I TO shard_owner', current_database()) \gexec
-- Two servers: this very database, reached from outside.
SELECT format('CREATE SERVER shard_%s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L, batch_size ''50'')', g,
              current_setting('unix_socket_directories'), current_setting('port'), current_database()) FROM generate_series(1, 2) g \gexec
CREATE USER MAPPING FOR shard_owner SERVER shard_1 OPTIONS (user 'shard_owner', password_required 'false');
CREATE USER MAPPING FOR shard_owner SERVER shard_2 OPTIONS (user 'shard_owner', password_required 'false');
GRANT USAGE ON FOREIGN SERVER shard_1, shard_2 TO shard_owner;
CREATE FUNCTION public.way(shown text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(': ', details ->> 'path', details ->> 'path_reason') FROM sqlite_migrate.run_tables WHERE table_name = shown ORDER BY run_id DESC LIMIT 1 $$;
SET SESSION AUTHORIZATION shard_owner;
SET client_min_messages = warning;
CREATE SCHEMA one;
CREATE SCHEMA two;
CREATE SCHEMA s;
SET search_path = s, public;

SELECT plan(44);
SELECT is(current_setting('is_superuser'), 'off', 'as no superuser');


-- A table that is hash-partitioned over the two.
CREATE SCHEMA plain;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('media', 'plain', include => '{MediaStreamInfos,Users}') $$, 'here, for comparison');
CREATE TABLE one."MediaStreamInfos" (LIKE plain."MediaStreamInfos" INCLUDING ALL);
CREATE TABLE two."MediaStreamInfos" (LIKE plain."MediaStreamInfos" INCLUDING ALL);
CREATE TABLE "MediaStreamInfos" (LIKE plain."MediaStreamInfos") PARTITION BY HASH ("ItemId");
CREATE FOREIGN TABLE streams_1 PARTITION OF "MediaStreamInfos" FOR VALUES WITH (MODULUS 2, REMAINDER 0) SERVER shard_1 OPTIONS (schema_name 'one', table_name 'MediaStreamInfos');
CREATE FOREIGN TABLE streams_2 PARTITION OF "MediaStreamInfos" FOR VALUES WITH (MODULUS 2, REMAINDER 1) SERVER shard_2 OPTIONS (schema_name 'two', table_name 'MediaStreamInfos');
SELECT is(note, 'path sql: foreign partition streams_1', 'the plan names the path, and why') FROM sqlite_migrate.plan('media', 's', include => '{MediaStreamInfos}') WHERE action = 'load';
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('media', 's', include => '{MediaStreamInfos}') $$, 'over two servers');
SELECT is(way('s."MediaStreamInfos"'), 'sql: foreign partition streams_1', 'so does the report');
SELECT bag_eq('SELECT * FROM "MediaStreamInfos"', 'SELECT * FROM plain."MediaStreamInfos"', 'the same rows');
SELECT ok((SELECT count(*) FROM one."MediaStreamInfos") > 100 AND (SELECT count(*) FROM two."MediaStreamInfos") > 100, 'some on each server');
SELECT is(digests[1], digests[2], 'the same digest') FROM (SELECT array_agg(details ->> 'digest_stored' ORDER BY run_id) AS digests FROM sqlite_migrate.run_tables WHERE source_table = 'MediaStreamInfos') d;
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('media', 's', include => '{MediaStreamInfos}') $$, '%has rows already%', 'its rows are seen: refused');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('media', 's', include => '{MediaStreamInfos}', existing => 'skip') $$, 'skip compares them');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('media', 's', include => '{MediaStreamInfos}', existing => 'truncate') $$, 'truncate replaces them');
SELECT is((SELECT count(*) FROM "MediaStreamInfos"), (SELECT count(*) FROM plain."MediaStreamInfos"), 'there are as many');
-- ROLLBACK takes it back there, too.
BEGIN;
SELECT count(*) FROM sqlite_migrate.migrate('media', 's', include => '{MediaStreamInfos}', existing => 'truncate') \gset ignored_
ROLLBACK;
SELECT bag_eq('SELECT * FROM "MediaStreamInfos"', 'SELECT * FROM plain."MediaStreamInfos"', 'what is rolled back here is rolled back there');
DELETE FROM one."MediaStreamInfos" WHERE ctid = (SELECT min(ctid) FROM one."MediaStreamInfos");
SELECT throws_ok($$ CALL sqlite_migrate.verify_or_raise('media', 's', include => '{MediaStreamInfos}') $$, 'SM003', NULL, 'a row that is missing on one server is missed');
-- A shard that changes what it is given.
CREATE FUNCTION one.shortens() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."Codec" := 'x'; RETURN NEW; END $$;
CREATE TRIGGER t BEFORE INSERT ON one."MediaStreamInfos" FOR EACH ROW EXECUTE FUNCTION one.shortens();
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('media', 's', include => '{MediaStreamInfos}', existing => 'truncate') $$, '%values differ in "Codec"%', 'a server that changes a value is found out');
DROP TRIGGER t ON one."MediaStreamInfos";
ALTER TABLE two."MediaStreamInfos" ADD CONSTRAINT few CHECK ("StreamIndex" < 1) NOT VALID;
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('media', 's', include => '{MediaStreamInfos}', existing => 'truncate') $$, '23514', NULL, 'one that refuses a row ends the run');
SELECT is((SELECT count(*) FROM "MediaStreamInfos") + 1, (SELECT count(*) FROM plain."MediaStreamInfos"), 'and both have what they had');

-- One local partition, one foreign.
CREATE TABLE mixed (LIKE plain."MediaStreamInfos") PARTITION BY RANGE ("StreamIndex");
CREATE TABLE mixed_here PARTITION OF mixed FOR VALUES FROM (0) TO (1);
CREATE TABLE one.mixed_there (LIKE plain."MediaStreamInfos");
CREATE FOREIGN TABLE mixed_there PARTITION OF mixed FOR VALUES FROM (1) TO (1000) SERVER shard_1 OPTIONS (schema_name 'one', table_name 'mixed_there');
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.copy_table('media', 'MediaStreamInfos', 's.mixed') $$, 'here and there');
SELECT bag_eq('SELECT * FROM mixed', 'SELECT * FROM plain."MediaStreamInfos"', 'the same rows');

-- A foreign table for each type: what comes back is what was sent.
CREATE SCHEMA kinds;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('types', 'kinds') $$, 'every kind of column');
SELECT format('CREATE TABLE two.%I (LIKE kinds.%I INCLUDING ALL)', relname, relname) FROM pg_class WHERE relnamespace = 'kinds'::regnamespace AND relkind = 'r' \gexec
CREATE SCHEMA far;
IMPORT FOREIGN SCHEMA two EXCEPT ("MediaStreamInfos") FROM SERVER shard_2 INTO far;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('types', 'far') $$, 'into foreign tables');
SELECT is_empty($$ SELECT k.source_table FROM sqlite_migrate.run_tables k JOIN sqlite_migrate.run_tables f USING (source_table)
    WHERE k.table_name LIKE 'kinds.%' AND f.table_name LIKE 'far.%' AND (k.details ->> 'digest_stored' <> f.details ->> 'digest_stored' OR f.details ->> 'path_reason' <> 'foreign table') $$, 'the same digests');
SELECT cmp_ok((SELECT count(*) FROM sqlite_migrate.run_tables WHERE table_name LIKE 'far.%'), '>', 10::bigint, 'of many tables');
SELECT ok(bool_and(verified), 'verify reads them again') FROM sqlite_migrate.verify('types', 'far');
SELECT ok(bool_and(verified), 'and counts them') FROM sqlite_migrate.verify('types', 'far', method => 'count');
SELECT ok(dry.n = done.n, 'dry_run goes through them, too') FROM
    (SELECT count(*) AS n FROM sqlite_migrate.migrate('types', 'far', existing => 'truncate', dry_run => true)) dry, (SELECT count(*) + 1 AS n FROM sqlite_migrate.run_tables WHERE table_name LIKE 'far.%') done;

-- A foreign table with a default of ours; one whose wrapper takes no rows; views.
CREATE SEQUENCE numbers;
CREATE TABLE one.wishes (id int PRIMARY KEY, customer int, wish text, number int);
CREATE FOREIGN TABLE customers (id int, email text, name text, born date, active boolean, created timestamp, number int DEFAULT nextval('numbers')) SERVER shard_1 OPTIONS (schema_name 'one', table_name 'customers');
CREATE TABLE one.customers (id int PRIMARY KEY, email text, name text, born date, active boolean, created timestamp, number int);
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', include => '{customers}') $$, 'a column that the source lacks');
SELECT is(array_agg(number ORDER BY number), '{1,2,3}', 'gets its default') FROM customers;
INSERT INTO one.customers (id, number) VALUES (50, 400);
SELECT is(new_next, 401::bigint, 'whose sequence is aligned by what lies there') FROM sqlite_migrate.align_sequences('s', include => '{customers}');
-- A row that the other server refuses can be rejected here.
CREATE TABLE two.customers (id int PRIMARY KEY, email text CHECK (email NOT LIKE 'grace%'), name text, born date, active boolean, created timestamp);
CREATE SCHEMA picky;
CREATE FOREIGN TABLE picky.customers (id int, email text, name text, born date, active boolean, created timestamp) SERVER shard_2 OPTIONS (schema_name 'two');
SELECT results_eq($$ SELECT rows_loaded, rows_rejected, verified FROM sqlite_migrate.migrate('shop', 'picky', include => '{customers}', on_error => 'reject') WHERE table_name = 'picky.customers' $$,
    $$ VALUES (2::bigint, 1::bigint, 'digest') $$, 'a row that the other server refuses is rejected, the rest arrives');
SELECT results_eq('SELECT id FROM picky.customers ORDER BY id', ARRAY[1, 3], 'there');
RESET SESSION AUTHORIZATION;
CREATE EXTENSION IF NOT EXISTS file_fdw;
CREATE SERVER flat FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE s.products (id int, code text) SERVER flat OPTIONS (filename '/dev/null');
GRANT ALL ON s.products TO shard_owner;
SET SESSION AUTHORIZATION shard_owner;
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', include => '{products}', exclude => '{products.price,products.weight,products.picture}') $$,
    'sqlite_migrate: table s.products: a foreign table whose foreign-data wrapper takes no rows', 'one that cannot be written is refused, with the reason');
CREATE TABLE below (id int, customer int, placed timestamp, note text);
CREATE VIEW orders AS TABLE below;
CREATE MATERIALIZED VIEW wishes AS SELECT 1 AS id, 1 AS customer, 'w' AS wish;
SELECT results_eq($$ SELECT table_name, code, message, fix FROM sqlite_migrate.preflight('shop', 's', include => '{orders,wishes}') WHERE severity = 'error' $$,
    $$ VALUES ('s.orders', 'unsupported_target', 'a view cannot be a target: it shows rows of other tables, and its own would not be locked, counted or compared',
               'rename => ''{"orders": "…"}'' to name a table: s.below, or exclude => ARRAY[''orders'']'),
              ('s.wishes', 'unsupported_target', 'a materialized view cannot be a target: it shows rows of other tables, and its own would not be locked, counted or compared',
               'exclude => ARRAY[''wishes'']') $$, 'views are refused, and their tables named');

-- What looks like Citus: its trigger, or its catalog. What looks like TimescaleDB: likewise. Their rows go in by INSERT, and are read
-- by SELECT: a look-alike hypertable keeps its rows in a child.
DROP VIEW orders;
ALTER TABLE below RENAME TO orders;
RESET SESSION AUTHORIZATION;
CREATE SCHEMA look_alike;
CREATE FUNCTION look_alike.citus_truncate_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER truncate_trigger AFTER TRUNCATE ON s.orders FOR EACH STATEMENT EXECUTE FUNCTION look_alike.citus_truncate_trigger();
GRANT SELECT ON ALL TABLES IN SCHEMA s TO PUBLIC;
SET SESSION AUTHORIZATION shard_owner;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', include => '{orders}') $$, 'the trigger of Citus');
SELECT is(way('s.orders'), 'sql: distributed table (Citus)', 'is known');
RESET SESSION AUTHORIZATION;
DROP TRIGGER truncate_trigger ON s.orders;
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass, partmethod "char");
INSERT INTO pg_catalog.pg_dist_partition VALUES ('s.orders', 'h'), ('pg_class', 'n');
SET SESSION AUTHORIZATION shard_owner;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', include => '{orders}', existing => 'truncate') $$, 'the catalog of Citus');
SELECT is(way('s.orders'), 'sql: distributed table (Citus)', 'is read');
SELECT is(note, 'path sql: distributed table (Citus)', 'the plan names it') FROM sqlite_migrate.plan('shop', 's', include => '{orders}', existing => 'truncate') WHERE action = 'load';
RESET SESSION AUTHORIZATION;
DROP TABLE pg_catalog.pg_dist_partition;
RESET allow_system_table_mods;
CREATE SCHEMA _timescaledb_catalog;
CREATE TABLE _timescaledb_catalog.hypertable (id int, schema_name name, table_name name);
INSERT INTO _timescaledb_catalog.hypertable VALUES (1, 's', 'orders'), (2, 'one', 'wishes');
CREATE TABLE s.chunk () INHERITS (s.orders);
ALTER TABLE s.chunk OWNER TO shard_owner;
CREATE FUNCTION look_alike.to_chunk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO s.chunk VALUES (NEW.*); NEW.id := NULL; RETURN NULL; END $$;
CREATE TRIGGER to_chunk BEFORE INSERT ON s.orders FOR EACH ROW EXECUTE FUNCTION look_alike.to_chunk();
GRANT USAGE ON SCHEMA look_alike TO PUBLIC;
SET SESSION AUTHORIZATION shard_owner;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', include => '{orders}', existing => 'truncate') $$, 'the catalog of TimescaleDB');
SELECT is(way('s.orders'), 'sql: hypertable (TimescaleDB)', 'is read');
SELECT is((SELECT count(*) FROM s.chunk), 2::bigint, 'its own hooks saw the rows, which lie in a chunk');
SELECT throws_like($$ SELECT * FROM sqlite_migrate.migrate('shop', 's', include => '{orders}') $$, '%has rows already%', 'rows of chunks are seen');
SELECT is(sql, 'TRUNCATE s.orders', 'and truncated') FROM sqlite_migrate.plan('shop', 's', include => '{orders}', existing => 'truncate') WHERE action = 'truncate';
RESET SESSION AUTHORIZATION;
DROP SCHEMA _timescaledb_catalog CASCADE;
ALTER TRIGGER to_chunk ON s.orders RENAME TO ts_insert_blocker;
SELECT matches(note, 'path sql: hypertable \(TimescaleDB\)', 'its trigger is known, too') FROM sqlite_migrate.plan('shop', 's', include => '{orders}', existing => 'truncate') WHERE action = 'load';
SELECT * FROM finish();
