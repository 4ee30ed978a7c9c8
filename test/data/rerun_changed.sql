-- The library of rerun.sql after the application has worked on: a row is new, one has changed, one is gone, in each table.
CREATE TABLE authors (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
CREATE TABLE books (
    id        INTEGER PRIMARY KEY,
    author_id INTEGER NOT NULL REFERENCES authors (id),
    sequel_of INTEGER REFERENCES books (id),
    title     TEXT
);
CREATE TABLE tags (name TEXT PRIMARY KEY, weight REAL);
INSERT INTO authors VALUES (1, 'Ann'), (2, 'Rob'), (4, 'Dee');
INSERT INTO books VALUES (1, 1, 2, 'Second'), (2, 4, NULL, 'Prime'), (5, 4, 1, 'Third');
INSERT INTO tags VALUES ('good', 2.5), ('old', 0);
