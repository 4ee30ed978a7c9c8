-- Others at work meanwhile: a parent that is deleted waits, so does a writer; readers go on; lock_timeout is obeyed.
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\getenv scratch SCRATCH
\set shop :files '/shop.db'
\setenv PGDATABASE :DBNAME
\setenv SHOP :shop
\set live :scratch '/concurrent.db'
\setenv LIVE :live
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE TABLE customers (id int PRIMARY KEY);
INSERT INTO customers VALUES (1), (3);
CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers, placed timestamp, note text);
CREATE TABLE wishes (id int PRIMARY KEY, customer int, wish text);
-- Waits until somebody waits for a lock: true; or gives up.
CREATE FUNCTION somebody_waits() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 200 LOOP
        IF EXISTS (SELECT FROM pg_locks l WHERE NOT l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) THEN RETURN true; END IF;
        PERFORM pg_sleep(0.05);
    END LOOP;
    RETURN false;
END $$;
CREATE TABLE answers (what text);

SELECT plan(18);

-- A delete of a parent during the run.
BEGIN;
SELECT count(*) FROM sqlite_migrate.migrate('shop', include => '{orders}') \gset ignored_
\! (psql -Xqc "DELETE FROM customers WHERE id = 3" 2>&1 | sed 's/^/# /' >"$LIVE.delete") &
SELECT ok(somebody_waits(), 'the delete of a parent waits');
COMMIT;
SELECT pg_sleep(0.3) \gset ignored_
SELECT is((SELECT count(*) FROM orders), 2::bigint, 'the run commits');
SELECT is((SELECT count(*) FROM customers), 2::bigint, 'and the delete fails on the key');
SELECT is_empty('SELECT id FROM orders o WHERE NOT EXISTS (SELECT FROM customers c WHERE c.id = o.customer)', 'no orphan under a valid key');

-- The same where the parent is partitioned, and the delete goes to the partition; by either path.
CREATE SCHEMA p;
CREATE TABLE p.customers (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE p.customers_1 PARTITION OF p.customers FOR VALUES FROM (0) TO (100);
INSERT INTO p.customers VALUES (1), (3);
CREATE TABLE p.orders (id int PRIMARY KEY, customer int REFERENCES p.customers, placed timestamp, note text);
BEGIN;
SELECT count(*) FROM sqlite_migrate.migrate('shop', 'p', include => '{orders}') \gset ignored_
\! (psql -Xqc "DELETE FROM p.customers_1 WHERE id = 3" >/dev/null 2>&1) &
SELECT ok(somebody_waits(), 'a delete from a partition of the parent waits');
COMMIT;
SELECT pg_sleep(0.3) \gset ignored_
SELECT is((SELECT count(*) FROM p.customers), 2::bigint, 'and fails on the key');
SET sqlite_fdw_migrate.path = 'copy';
BEGIN;
SELECT count(*) FROM sqlite_migrate.migrate('shop', 'p', include => '{orders}', existing => 'truncate') \gset ignored_
\! (psql -Xqc "DELETE FROM p.customers_1 WHERE id = 3" >/dev/null 2>&1) &
SELECT ok(somebody_waits(), 'on the COPY path, too');
COMMIT;
SELECT pg_sleep(0.3) \gset ignored_
SELECT is((SELECT count(*) FROM p.customers), 2::bigint, 'and fails');
RESET sqlite_fdw_migrate.path;

-- The other way: the delete is first, the run waits, and sees that the parent is gone.
TRUNCATE orders;
\! (psql -Xqc "BEGIN; DELETE FROM customers WHERE id = 3; SELECT pg_sleep(1.5); COMMIT" >/dev/null 2>&1) & sleep 0.4
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', include => '{orders}') $$, '23503', NULL, 'a parent that went before the run is missing');
SELECT is((SELECT count(*) FROM customers), 1::bigint, 'it is gone');
SELECT is_empty('TABLE orders', 'and no row came');
INSERT INTO customers VALUES (3);

-- A writer of the target holds it: lock_timeout.
\! (psql -Xqc "BEGIN; INSERT INTO wishes VALUES (1, 1, 'mine'); SELECT pg_sleep(1.5); ROLLBACK" >/dev/null 2>&1) & sleep 0.4
SET lock_timeout = '100ms';
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', include => '{wishes,orders}') $$, '55P03', NULL, 'lock_timeout is obeyed');
RESET lock_timeout;
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', include => '{wishes,orders}') $$, 'without it the run waits, and goes on');

-- Readers go on while a run is open; what it wrote is not seen.
TRUNCATE orders;
BEGIN;
SELECT count(*) FROM sqlite_migrate.migrate('shop', include => '{orders}') \gset ignored_
\! psql -XAtqc "SET lock_timeout = '100ms'" -c "SELECT 'rows ' || count(*) FROM orders" >"$LIVE.reader" 2>&1
COMMIT;
SELECT is(pg_read_file(:'live' || '.reader'), E'rows 0\n', 'a reader is not held up, and sees nothing yet');

-- A row that another session commits between the first look and the lock: looked at again.
TRUNCATE wishes;
\! (psql -Xqc "BEGIN; INSERT INTO wishes VALUES (1, 1, 'mine'); SELECT pg_sleep(1.5); COMMIT" >/dev/null 2>&1) & sleep 0.4
SELECT throws_ok($$ SELECT * FROM sqlite_migrate.migrate('shop', include => '{wishes,orders}', exclude => '{orders}', options => '{"allow_empty": true}') $$, 'SM001', NULL, 'rows that came while the run waited are found');
SELECT results_eq('SELECT wish FROM wishes', ARRAY['mine'], 'and stay');

-- One instant: what the application commits during the run is not seen by the tables that come later.
\! rm -f "$LIVE"*; sqlite3 -batch "$LIVE" '.dbconfig no_ckpt_on_close on' 'PRAGMA journal_mode = wal' 'CREATE TABLE a (x INT)' 'CREATE TABLE b (x INT)' 'INSERT INTO a VALUES (1)' 'INSERT INTO b VALUES (1)' >/dev/null; chmod 666 "$LIVE"*
CREATE SCHEMA app;
CREATE TABLE app.a (x int);
CREATE TABLE app.b (x int);
CREATE FUNCTION app.application() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('COPY (SELECT) TO PROGRAM %L', 'sqlite3 -batch ' || TG_ARGV[0] || ' "INSERT INTO b VALUES (2)"');
    RETURN NEW;
END $$;
SELECT format('CREATE TRIGGER t BEFORE INSERT ON app.a FOR EACH ROW EXECUTE FUNCTION app.application(%L)', :'live') \gexec
SELECT lives_ok(format('SELECT * FROM sqlite_migrate.migrate(%L, ''app'')', :'live'), 'the application writes between two tables');
SELECT results_eq('SELECT x FROM app.b', ARRAY[1], 'the second comes from the same instant as the first');
SELECT * FROM finish();
\! rm -f "$LIVE"*
