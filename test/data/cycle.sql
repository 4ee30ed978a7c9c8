-- Foreign keys that no order of tables satisfies: two tables that refer to each other, one that refers to itself with
-- children stored before their parents, and a child of both.
PRAGMA page_size = 4096;
BEGIN;
CREATE TABLE hens (id INTEGER PRIMARY KEY, from_egg INTEGER REFERENCES eggs (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE eggs (id INTEGER PRIMARY KEY, laid_by INTEGER REFERENCES hens (id) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO hens VALUES (1, 1), (2, 2), (3, NULL);
INSERT INTO eggs VALUES (1, 3), (2, 1), (3, 2);
CREATE TABLE folders (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES folders (id), name TEXT);
INSERT INTO folders VALUES (1, 5, 'leaf'), (2, 2, 'its own parent'), (5, 9, 'branch'), (9, NULL, 'root');
CREATE TABLE nests (hen INTEGER REFERENCES hens (id), folder INTEGER REFERENCES folders (id), PRIMARY KEY (hen, folder));
INSERT INTO nests VALUES (1, 1), (3, 9);
COMMIT;
