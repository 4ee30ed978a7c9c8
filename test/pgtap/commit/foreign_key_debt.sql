-- Who calls the engine alone, past its check of the foreign keys, cannot commit; nor prepare.
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set orphans :files '/orphans.db'
\set cycle :files '/cycle.db'
CREATE SERVER orphans FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'orphans');
CREATE TABLE parents (id int PRIMARY KEY, name text);
CREATE TABLE children (id int PRIMARY KEY, parent int CONSTRAINT child_of REFERENCES parents, name text);
-- What COMMIT of a block says.
CREATE FUNCTION load(source_table text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT sqlite_migrate._load('orphans', source_table, source_table::regclass, '{id,name}'::text[] || CASE source_table WHEN 'children' THEN '{parent}'::text[] ELSE '{}' END,
        '{id,name}'::text[] || CASE source_table WHEN 'children' THEN '{parent}'::text[] ELSE '{}' END, '{}', false) $$;

SELECT plan(12);

BEGIN;
SELECT load('children') \gset ignored_
\set ON_ERROR_STOP off
COMMIT;
\set state :SQLSTATE
\set message :LAST_ERROR_MESSAGE
\set ON_ERROR_STOP on
SELECT is(:'state'::text, '23503', 'a commit without the check is refused');
SELECT matches(:'message'::text, 'foreign keys of table "children" were not checked', 'and says why');
SELECT is_empty('TABLE children', 'nothing was committed');

BEGIN;
SELECT load('parents') \gset ignored_
SELECT load('children') \gset ignored_
\set ON_ERROR_STOP off
SELECT sqlite_migrate._check_foreign_keys(ARRAY['children'::regclass::oid]);
\set state :SQLSTATE
COMMIT;
\set ON_ERROR_STOP on
SELECT is(:'state'::text, '23503', 'the check alone raises');
SELECT is_empty('TABLE children', 'and takes its rows with it');

-- A debt of a savepoint that was rolled back is none; one of a savepoint that was released is.
BEGIN;
SAVEPOINT s;
SELECT load('children') \gset ignored_
ROLLBACK TO s;
\set ON_ERROR_STOP off
COMMIT;
\set state :SQLSTATE
SELECT is(:'state'::text, '00000', 'what was rolled back is owed no more');
BEGIN;
SAVEPOINT s;
SELECT load('children') \gset ignored_
RELEASE s;
COMMIT;
\set state :SQLSTATE
SELECT is(:'state'::text, '23503', 'what was released is');

BEGIN;
SELECT load('children') \gset ignored_
PREPARE TRANSACTION 'debt';
\set state :SQLSTATE
SELECT is(:'state'::text, '23503', 'it cannot be prepared either');
\set ON_ERROR_STOP on
SELECT is_empty('TABLE pg_prepared_xacts', 'nothing is prepared');

-- Rows that are right and checked commit.
INSERT INTO parents SELECT g, g::text FROM generate_series(1, 10) g;
BEGIN;
SELECT load('children') \gset ignored_
SELECT is(sqlite_migrate._check_foreign_keys(ARRAY['children'::regclass::oid]), 1, 'the check says how many keys it checked');
COMMIT;
SELECT is(count(*), 4::bigint, 'rows that were checked commit') FROM children;
SELECT throws_ok('DELETE FROM parents WHERE id = 7', '23503', NULL, 'and are under the key');
SELECT * FROM finish();
