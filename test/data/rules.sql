-- Values that arrive by a named rule: an empty text where none can be stored, digits beyond the microsecond.
PRAGMA page_size = 4096;
BEGIN;
CREATE TABLE empties (id INTEGER PRIMARY KEY, n, t, at, cut);
INSERT INTO empties VALUES
    (1, '', '', '', '2024-12-31 23:59:59.9999999'), (2, 1, '', '2024-01-01', '2024-01-01 00:00:00.1234567'),
    (3, 2, NULL, '2024-01-01 00:00:00Z', '2024-01-01 00:00:00.1234500');
COMMIT;
