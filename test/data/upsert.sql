-- Rows for targets that have rows: two spellings of one uuid, a cycle of keys, a table without a key.
CREATE TABLE spelt (id TEXT PRIMARY KEY, note TEXT);
INSERT INTO spelt VALUES ('6f9619ff-8b86-d011-b42d-00cf4fc964ff', 'lower'), ('6F9619FF-8B86-D011-B42D-00CF4FC964FF', 'upper'),
                         ('11111111-1111-1111-1111-111111111111', 'other');
CREATE TABLE hens (id INTEGER PRIMARY KEY, from_egg INTEGER REFERENCES eggs (id), doc TEXT);
CREATE TABLE eggs (id INTEGER PRIMARY KEY, laid_by INTEGER REFERENCES hens (id));
INSERT INTO hens VALUES (1, 2, '{"a": 1}'), (2, NULL, '{"a": 2}');
INSERT INTO eggs VALUES (1, 1), (2, 2);
CREATE TABLE marks (a INTEGER, b TEXT, v INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
INSERT INTO marks VALUES (1, 'x', 10), (1, 'y', 20);
CREATE TABLE notes (body TEXT);
INSERT INTO notes VALUES ('one'), ('two');
