-- Rows that a target may refuse: by value, by constraint, by trigger, by partition; and rows without parents, in chains.
PRAGMA page_size = 4096;
BEGIN;
CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, age INTEGER, note BLOB);
INSERT INTO people VALUES (1, 'a@x', 30, NULL), (2, 'A@x', 31, x'00ff'), (3, 'b@x', -1, 'neg'), (4, NULL, 5, NULL),
    (5, 'c@x', 'old', 2.5), (6, 'd@x', 200, NULL), (7, 'e@x', 40, NULL), (8, CAST(x'66ff' AS TEXT), 41, NULL);
CREATE TABLE ids (id TEXT PRIMARY KEY, n INTEGER);
INSERT INTO ids VALUES ('6F9619FF-8B86-D011-B42D-00C04FC964FF', 1), ('6f9619ff-8b86-d011-b42d-00c04fc964ff', 2), ('x', 3);
CREATE TABLE keyless (a TEXT, b TEXT);
INSERT INTO keyless VALUES ('same', 'same'), ('same', 'same'), ('other', 'bad'), ('same', 'same');
CREATE TABLE pair (a TEXT, b INTEGER, c TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
INSERT INTO pair VALUES ('k', 1, 'x'), ('k', 2, 'no'), ('l', 1, 'x');
CREATE TABLE many (id INTEGER PRIMARY KEY, v INTEGER, w TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
INSERT INTO many SELECT i, CASE WHEN i % 997 = 0 THEN -i ELSE i END, 'row ' || i FROM n;
CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES nodes (id), owner INTEGER REFERENCES people (id));
-- 1 is a root with a line of three; 10 has no parent, and takes its line with it; 20 and 21 hold each other; 30 belongs to
-- a person who is rejected; 31 is below it.
INSERT INTO nodes VALUES (1, NULL, 1), (2, 1, 1), (3, 2, NULL), (10, 99, 1), (11, 10, 1), (12, 11, NULL), (20, 21, 7),
    (21, 20, 7), (22, 22, NULL), (30, NULL, 3), (31, 30, 1), (32, 3, 77);
CREATE TABLE leaves (node INTEGER REFERENCES nodes (id), word TEXT);
INSERT INTO leaves VALUES (3, 'stays'), (12, 'goes'), (12, 'goes'), (21, 'stays'), (31, 'goes'), (NULL, 'stays'), (98, 'goes');
COMMIT;
