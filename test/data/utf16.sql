-- A file in UTF-16, as some tools make them.
PRAGMA encoding = 'UTF-16le';
PRAGMA page_size = 4096;
BEGIN;
CREATE TABLE words (id INTEGER PRIMARY KEY, "слово" TEXT NOT NULL, raw BLOB);
INSERT INTO words VALUES (1, 'plain', x'00ff'), (2, 'ünïcode', NULL), (3, '🦉 owl', x''), (4, '', x'61');
COMMIT;
