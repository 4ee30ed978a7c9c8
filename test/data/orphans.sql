-- Rows whose parents are missing: SQLite does not check foreign keys unless it is asked to.
PRAGMA page_size = 4096;
BEGIN;
CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO parents VALUES (1, 'one'), (2, 'two');
CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id), name TEXT);
INSERT INTO children VALUES (1, 1, 'fine'), (2, 7, 'orphan'), (3, NULL, 'has none'), (4, 8, 'orphan too');
COMMIT;
