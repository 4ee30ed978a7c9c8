-- Rows for tables whose foreign keys are of every kind in the target; here they are only numbers.
PRAGMA page_size = 4096;
BEGIN;
CREATE TABLE cities (country TEXT, name TEXT, PRIMARY KEY (country, name));
INSERT INTO cities VALUES ('de', 'Bonn'), ('fr', 'Metz'), ('de', 'Ulm');
CREATE TABLE streets (id INTEGER PRIMARY KEY, country TEXT, city TEXT);
INSERT INTO streets VALUES (1, 'de', 'Ulm'), (2, 'fr', 'Metz'), (3, NULL, NULL);
CREATE TABLE people (id INTEGER PRIMARY KEY, mother INTEGER, street INTEGER, team INTEGER);
INSERT INTO people VALUES (1, 4, 1, 10), (2, 2, 2, 11), (3, NULL, NULL, NULL), (4, 3, 3, 10);
CREATE TABLE teams (id INTEGER PRIMARY KEY, lead INTEGER, parent INTEGER);
INSERT INTO teams VALUES (10, 1, 11), (11, 2, 10), (12, NULL, 12);
CREATE TABLE visits (id INTEGER, day INTEGER, person INTEGER, PRIMARY KEY (id, day));
INSERT INTO visits VALUES (1, 5, 1), (2, 15, 2), (3, 25, 3), (4, 25, NULL);
CREATE TABLE stays (id INTEGER PRIMARY KEY, visit INTEGER, day INTEGER);
INSERT INTO stays VALUES (1, 3, 25), (2, 1, 5), (3, NULL, NULL);
CREATE TABLE letters (id INTEGER PRIMARY KEY, person INTEGER, team INTEGER);
INSERT INTO letters VALUES (1, 4, 12), (2, 1, 10);
COMMIT;
