-- What a run shows: migrate, run, copy_table, copy_tables, align_sequences, verify, report.
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
\set cycle :files '/cycle.db'
CREATE SERVER do_shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE SERVER do_cycle FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'cycle');
CREATE SCHEMA made;

-- Create mode, by the server's name and by the path: the same rows.
SELECT * FROM sqlite_migrate.migrate('do_shop', 'made');
\d made.customers
\d made.order_lines
SELECT id, email, born, active, created FROM made.customers ORDER BY id;
SELECT id, code, price, weight, picture FROM made.products ORDER BY id;
CALL sqlite_migrate.run(:'shop', 'made', existing => 'truncate');
SELECT * FROM sqlite_migrate.migrate('do_shop', 'made', existing => 'skip');

-- Again over rows that are there.
SELECT * FROM sqlite_migrate.migrate('do_shop', 'made');
SELECT table_name, rows_before, rows_loaded, rows_target, sequences_aligned FROM sqlite_migrate.run_tables
WHERE run_id = (SELECT max(run_id) - 1 FROM sqlite_migrate.runs) ORDER BY table_name COLLATE "C";

-- A few tables alone; no sequence is moved.
TRUNCATE made.customers, made.orders, made.order_lines, made.wishes;
SELECT * FROM sqlite_migrate.copy_table('do_shop', 'customers', 'made.customers');
SELECT * FROM sqlite_migrate.copy_tables('do_shop', '{order_lines,orders}', 'made');
SELECT * FROM sqlite_migrate.copy_table('do_shop', 'custommers', 'made.customers');
SELECT * FROM sqlite_migrate.copy_table('do_shop', 'wishes', 'made.no_such_table');
SELECT * FROM sqlite_migrate.copy_tables('do_shop', '{wishes,wish%}', 'made');
SELECT * FROM sqlite_migrate.align_sequences('made');
INSERT INTO made.wishes (id, wish) VALUES (100, 'by hand');
SELECT * FROM sqlite_migrate.align_sequences('made', include => '{wishes}');

-- Proof, and its contrary.
SELECT table_name, source_table, method, rows_source, rows_target, rows_rejected, verified, columns_differing, message
FROM sqlite_migrate.verify('do_shop', 'made');
UPDATE made.customers SET name = upper(name), active = NOT active WHERE id = 2;
SELECT table_name, verified, columns_differing, message FROM sqlite_migrate.verify('do_shop', 'made', include => '{customers,orders}');
SELECT table_name, method, verified, message FROM sqlite_migrate.verify('do_shop', 'made', method => 'count', include => '{customers,wishes}');
CALL sqlite_migrate.verify_or_raise('do_shop', 'made', include => '{orders,order_lines}');
CALL sqlite_migrate.verify_or_raise('do_shop', 'made', include => '{customers,orders}');
CALL sqlite_migrate.verify_or_raise('do_shop', 'made');

-- A set whose keys form a cycle.
CREATE SCHEMA ring;
SELECT * FROM sqlite_migrate.migrate('do_cycle', 'ring');
SELECT * FROM sqlite_migrate.migrate('do_cycle', 'ring', existing => 'truncate');
SELECT * FROM sqlite_migrate.migrate('do_cycle', 'ring', mode => 'schema');
CREATE SCHEMA bare;
SELECT * FROM sqlite_migrate.migrate('do_cycle', 'bare', mode => 'schema');
SELECT * FROM sqlite_migrate.migrate('do_cycle', 'bare', verify => 'none');

-- The report: numbers, names and times of a run are left out here.
SELECT line FROM sqlite_migrate.report((SELECT min(run_id) FROM sqlite_migrate.runs WHERE target_schema = 'made')) WITH ORDINALITY AS r (line, place)
WHERE line !~ '^(run|time) ' ORDER BY place;
SELECT max(length(line)) <= 100 AS fits FROM sqlite_migrate.report() AS r (line);
SELECT jsonb_object_keys(r::jsonb) FROM sqlite_migrate.report(format => 'json') r;
SELECT r::jsonb ->> 'verdict' AS verdict, r::jsonb -> 'version' AS version FROM sqlite_migrate.report(format => 'json') r;
SELECT * FROM sqlite_migrate.report(-1);
SELECT * FROM sqlite_migrate.report(format => 'jsno');
SELECT left(r, 15) AS html, r LIKE '%<h1>Not verified</h1>%' AS verdict FROM sqlite_migrate.report(format => 'html') r;

-- Verifying against a source that has changed since the run.
\! cp "$SQLITE_FILES/shop.db" "$SQLITE_FILES/changing.db"; chmod 644 "$SQLITE_FILES/changing.db"
\set changing :files '/changing.db'
CREATE SERVER do_changing FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'changing');
CREATE SCHEMA changed;
CALL sqlite_migrate.run('do_changing', 'changed', include => '{products}', options => '{"sha256": true}');
SELECT max(run_id) AS run FROM sqlite_migrate.runs \gset
SELECT table_name, verified, message FROM sqlite_migrate.verify('do_changing', 'changed', run_id => :run);
-- A run that has read a copy knows less of the file, and says nothing wrong of it.
CALL sqlite_migrate.run('do_changing', 'changed', include => '{products}', existing => 'truncate', options => '{"snapshot": true, "sha256": true}');
SELECT table_name, verified, message FROM sqlite_migrate.verify('do_changing', 'changed', run_id => (SELECT max(run_id) FROM sqlite_migrate.runs));
\! touch -d 2000-01-01 "$SQLITE_FILES/changing.db"
SELECT table_name, verified, message FROM sqlite_migrate.verify('do_changing', 'changed', run_id => :run);
\! sqlite3 "$SQLITE_FILES/changing.db" "CREATE TABLE more (i); UPDATE products SET weight = 9 WHERE id = 10"
SELECT table_name, verified, message FROM sqlite_migrate.verify('do_changing', 'changed', run_id => :run);
\! rm "$SQLITE_FILES/changing.db"

\set VERBOSITY terse
SET client_min_messages = warning;
DROP SCHEMA made, ring, bare, changed CASCADE;
DROP SERVER do_changing;
DROP SERVER do_shop;
DROP SERVER do_cycle;
