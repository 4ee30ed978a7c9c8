-- Rows that no single value condemns: keys that are equal to a target only, rows without a parent, rows in each other's way.
PRAGMA page_size = 4096;
BEGIN;
CREATE TABLE k (id INTEGER PRIMARY KEY, u TEXT, t TEXT, w TEXT, n, a INTEGER, b INTEGER, r TEXT);
INSERT INTO k VALUES
    (1, '6F9619FF-8B86-D011-B42D-00C04FC964FF', '2024-01-01 00:00:00Z', 'Anna', 1, 1, NULL, '[1,5)'),
    (2, '6f9619ff8b86d011b42d00c04fc964ff', '2024-01-01 01:00:00+01:00', 'anna', '1.0', 1, NULL, '[3,8)'),
    (3, '6f9619ff-8b86-d011-b42d-00c04fc964fe', '2024-01-02 00:00:00Z', 'Bob', 2, 2, 1, '[10,12)'),
    (4, NULL, NULL, NULL, NULL, 2, 1, NULL);
CREATE TABLE child (id INTEGER PRIMARY KEY, k_id INTEGER, u TEXT, x INTEGER, y INTEGER, note TEXT);
INSERT INTO child VALUES
    (1, 1, '6f9619ff-8b86-d011-b42d-00c04fc964ff', 1, 1, 'fine'), (2, 2, '6F9619FF8B86D011B42D00C04FC964FE', 1, NULL, 'fine'),
    (3, 99, NULL, NULL, NULL, ''), (4, NULL, NULL, 3, 3, 'abc');
CREATE TABLE pair (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
INSERT INTO pair VALUES (1, 1), (2, 2);
CREATE TABLE ring (id INTEGER PRIMARY KEY, up INTEGER);
INSERT INTO ring VALUES (1, 2), (2, 1), (3, 1), (4, 77), (5, NULL);
-- What SQLite lets into keys: NULL in a primary key that is no INTEGER PRIMARY KEY, twice.
CREATE TABLE quirk (code TEXT PRIMARY KEY, n INTEGER);
INSERT INTO quirk VALUES (NULL, 1), (NULL, 2), ('a', 3), ('A', 4);
COMMIT;
