-- Values that no careful tool carries in silence: several columns, several tables, several reasons.
PRAGMA page_size = 4096;
BEGIN;
CREATE TABLE persons (id INTEGER PRIMARY KEY, age INTEGER, name TEXT, seen DATETIME);
INSERT INTO persons VALUES
    (1, 30, 'good', '2024-01-01 00:00:00'), (2, 'abc', 'bad age', '2024-01-01 00:00:00'),
    (3, 'abd', 'bad age again', '2024-01-01 00:00:00'), (4, 40, 'bad time', '2024-02-30 00:00:00');
CREATE TABLE sizes (code TEXT PRIMARY KEY, small INTEGER, word VARCHAR(5));
INSERT INTO sizes VALUES ('one', 32768, 'five!'), ('two', 1, 'sixsix'), ('three', 2.5, 'ok');
CREATE TABLE texts (id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO texts VALUES (1, 'good'), (2, CAST(x'61ff62' AS TEXT)), (3, CAST(x'610062' AS TEXT));
CREATE TABLE sound (id INTEGER PRIMARY KEY, body TEXT);
INSERT INTO sound VALUES (1, 'nothing wrong here');
COMMIT;
