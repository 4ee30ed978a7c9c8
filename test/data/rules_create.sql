-- Columns for rules in create mode: each holds what its rule is for. A path like Plex's, a unit, an id of .NET, bad text.
CREATE TABLE media_parts (
    id         INTEGER PRIMARY KEY,
    file       VARCHAR(255),
    size       INTEGER,
    added_at   DATETIME,
    ticks      INTEGER,
    guid       BLOB,
    title      TEXT,
    code       VARCHAR(5),
    hash       TEXT,
    seen       INTEGER,
    stars      REAL,
    price      DECIMAL(5,2),
    taken      DATE,
    made       TEXT,
    note       TEXT,
    extra      TEXT
);
INSERT INTO media_parts VALUES
    (1, '/mnt/nas-plex/films/a.mkv', 'unknown', 1700000000, 638355968000000000, x'99bceea00b9cf84ebb6d6bb9bd380a12',
     cast(x'636166e9' as text), 'abcdefgh', '6869', 2, 2.5, 1.005, '2024-01-05 10:00:00', '05.01.2024', 'a' || char(0), x'4c17611331'),
    (2, '/mnt/nas-plex/series/b.mkv', '12', 1700003600, 638355968000000001, x'00000000000000000000000000000001',
     'plain', 'abc', '', 0, 3.0, 2.5, '2024-01-06', '06.01.2024', 'b', 'plain'),
    (3, '/srv/other/c.mkv', 7, '', NULL, NULL, NULL, NULL, NULL, NULL, '', NULL, NULL, NULL, NULL, NULL);
