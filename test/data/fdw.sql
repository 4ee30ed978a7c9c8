-- What the tests of the foreign-data wrapper read: plain tables, keys of each kind, odd names, bad values, bad objects.
PRAGMA page_size = 4096;
BEGIN;

CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    height REAL,
    active BOOLEAN NOT NULL DEFAULT 1,
    born DATE,
    seen DATETIME,
    photo BLOB
);
INSERT INTO people VALUES
    (1, 'Ada', 1.65, 1, '1815-12-10', '2024-02-29 12:30:00', x'00ff10'),
    (2, 'Grace', 1.68, 0, '1906-12-09', '2024-02-29T12:30:00.123456', NULL),
    (3, 'Łukasz 🦉', NULL, 1, NULL, NULL, x'');

CREATE TABLE visits (
    person INTEGER REFERENCES people (id),
    day DATE,
    minutes INTEGER,
    PRIMARY KEY (person, day)
);
INSERT INTO visits VALUES (1, '2024-01-01', 10), (1, '2024-01-02', 20), (2, '2024-01-02', 30), (9, '2024-01-03', 40);

CREATE TABLE settings (scope TEXT, name TEXT, value, PRIMARY KEY (scope, name)) WITHOUT ROWID;
INSERT INTO settings VALUES ('app', 'theme', 'dark'), ('app', 'volume', 7), ('user', 'ratio', 0.5), ('user', 'none', NULL);

CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, note VARCHAR(20));
INSERT INTO counted (note) VALUES ('first'), ('second');

CREATE TABLE strict_one (id INT PRIMARY KEY, any_value ANY, whole INT NOT NULL) STRICT;
INSERT INTO strict_one VALUES (1, 'text', 10), (2, 5, 20);

CREATE TABLE computed (
    width INT, height INT,
    area INT GENERATED ALWAYS AS (width * height) VIRTUAL,
    label TEXT GENERATED ALWAYS AS (width || 'x' || height) STORED
);
INSERT INTO computed (width, height) VALUES (2, 3), (4, 5);

CREATE TABLE nothing_in_it (id INTEGER PRIMARY KEY, word TEXT);

-- Names that need quotes, here or there.
CREATE TABLE "select" ("from" TEXT, "a""b" INT, "it's" INT, "back\slash" INT, "ctid" INT, "MixedCase" INT);
INSERT INTO "select" VALUES ('where', 1, 2, 3, 4, 5);
CREATE TABLE "Größe ""quoted"" 'table' \n" (ключ INTEGER PRIMARY KEY, "значение" TEXT);
INSERT INTO "Größe ""quoted"" 'table' \n" VALUES (1, 'да');
CREATE TABLE a_name_that_is_so_long_that_postgresql_cuts_it_after_sixty_three_bytes_0001 (x INT);
CREATE TABLE a_name_that_is_so_long_that_postgresql_cuts_it_after_sixty_three_bytes_0002 (x INT);
INSERT INTO a_name_that_is_so_long_that_postgresql_cuts_it_after_sixty_three_bytes_0001 VALUES (1);
INSERT INTO a_name_that_is_so_long_that_postgresql_cuts_it_after_sixty_three_bytes_0002 VALUES (2);
CREATE TABLE "User Profile" ("userID" INTEGER PRIMARY KEY, "HomePage" TEXT, "user_id" TEXT);
INSERT INTO "User Profile" VALUES (1, 'https://example.org', 'one');

-- Types that SQLite takes and PostgreSQL does not, one of them written to break out of a column definition.
CREATE TABLE strange_types (
    a TIMESPAN, b MONEY_AMOUNT, c "date default (pg_backend_pid()::text)::date", d VARCHAR(10,20), e DECIMAL(10,2), f
);
INSERT INTO strange_types VALUES ('1:00', 5, '2024-01-01', 'x', 12.34, 'f');

-- Values that do not fit the declared type: SQLite takes them all.
CREATE TABLE bad_values (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, d DATE, t TEXT, j JSON);
INSERT INTO bad_values VALUES
    (1, 1, '2024-01-01', 'fine', '{"a": 1}'),
    (2, 'abc', '2024-13-01', CAST(x'61ff62' AS TEXT), '{"a": '),
    (3, '', 'soon', 'nul' || char(0) || 'byte', '[]');

CREATE TABLE blanks (id INTEGER PRIMARY KEY, n INTEGER NOT NULL, at DATETIME);
INSERT INTO blanks VALUES (1, 5, '2024-01-01 00:00:00.1234567'), (2, '', '');

CREATE VIEW adults AS SELECT id, name, height * 100 AS centimetres FROM people WHERE born < '1900-01-01';
CREATE VIEW broken AS SELECT missing FROM nowhere;
CREATE VIEW unknown_function AS SELECT no_such_function(id) AS x FROM people;
-- Ten million million rows: it ends only by a cancel.
CREATE VIEW endless AS
    WITH digits (d) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)),
         thousand (n) AS (SELECT a.d * 100 + b.d * 10 + c.d FROM digits a, digits b, digits c)
    SELECT count(*) AS n FROM thousand a, thousand b, thousand c, thousand d, digits e;

CREATE VIRTUAL TABLE notes USING fts5 (title, body);
INSERT INTO notes VALUES ('one', 'the first note'), ('two', 'the second note');

COMMIT;
