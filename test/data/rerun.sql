-- A small library, as it was when it was moved for the first time. See rerun_changed.sql.
CREATE TABLE authors (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
CREATE TABLE books (
    id        INTEGER PRIMARY KEY,
    author_id INTEGER NOT NULL REFERENCES authors (id),
    sequel_of INTEGER REFERENCES books (id),
    title     TEXT
);
CREATE TABLE tags (name TEXT PRIMARY KEY, weight REAL);
INSERT INTO authors VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cyd');
INSERT INTO books VALUES (1, 1, 2, 'Second'), (2, 1, NULL, 'First'), (3, 3, NULL, 'Lone');
INSERT INTO tags VALUES ('good', 1.5), ('new', NULL);
