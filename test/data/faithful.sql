-- A schema with everything that create mode carries, or drafts.
-- Newer shells refuse "a" for a string, as applications have written for years.
.dbconfig dqs_ddl on
.dbconfig dqs_dml on
CREATE TABLE cats (CategoryID INTEGER PRIMARY KEY AUTOINCREMENT, CategoryName TEXT NOT NULL COLLATE NOCASE UNIQUE);
CREATE TABLE prods (
    id INTEGER PRIMARY KEY,
    name VARCHAR(20) NOT NULL,
    catId INT REFERENCES cats ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    price DECIMAL(10,2) CHECK (price >= 0),
    active BOOLEAN NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    born DATETIME DEFAULT CURRENT_TIMESTAMP CHECK (born < '2100-01-01 00:00:00'),
    kind TEXT CONSTRAINT kindly CHECK (kind IN ("a", 'b') OR kind IS NULL),
    code TEXT CHECK (code NOT GLOB '*[^0-9]*' AND length(code) <= 5),
    js TEXT CHECK (js IS NULL OR 1), jv TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(jv)),
    qty INT CHECK (typeof(qty) = 'integer'),
    total REAL GENERATED ALWAYS AS (qty * 1.5) VIRTUAL,
    shout TEXT AS (upper(name) || '!') STORED,
    odd TEXT AS (printf('%d', qty)) VIRTUAL,
    CHECK (qty BETWEEN 0 AND 100 AND name LIKE '%O%'),
    CHECK (printf('%s', name) <> 'x')
);
INSERT INTO cats VALUES (1, 'Food'), (2, 'drink'), (3, 'Ärger');
INSERT INTO prods (name, catId, price, active, born, kind, code, js, qty) VALUES
    ('Foo', 1, 1.5, 1, '2020-01-01 00:00:00', 'a', '123', '{}', 5), ('Ono', 2, 2, 0, '2021-05-01 12:00:00', NULL, '9', '[1]', 100),
    ('öoß', NULL, NULL, 1, NULL, 'b', '', NULL, 0);
CREATE INDEX prods_price ON prods (price DESC, name COLLATE NOCASE) WHERE active = 1;
CREATE UNIQUE INDEX prods_kind ON prods (lower(kind), catid) WHERE kind IS NOT NULL;
CREATE INDEX prods_odd ON prods (printf('%d', qty));
CREATE TABLE loose (n INTEGER CHECK (n > 0), v VARCHAR(3), "Select" TEXT DEFAULT (lower(hex(randomblob(4)))));
PRAGMA ignore_check_constraints = 1;
INSERT INTO loose (n, v, "Select") VALUES (-1, 'long text', 'x'), (1, 'a', 'y');
CREATE VIEW listed AS SELECT p.*, c.categoryname AS cat FROM prods p JOIN cats c ON c.CATEGORYID = p.catid WHERE active = 1 ORDER BY cat;
CREATE VIEW late AS SELECT kind, n FROM early WHERE n > 0;
CREATE VIEW early AS SELECT kind, count(*) n, sum(price) total, avg(qty) FROM listed GROUP BY kind HAVING n > 0;
CREATE VIEW rich AS SELECT categoryname, (SELECT count(*) FROM prods WHERE catid = categoryid) AS prods FROM cats WHERE categoryid IN (SELECT catid FROM prods);
CREATE VIEW loud AS SELECT printf('%d', qty) FROM prods;
CREATE VIEW bare AS SELECT name, max(price) FROM prods GROUP BY kind;
CREATE TRIGGER tr AFTER INSERT ON prods WHEN new.qty > 5 BEGIN UPDATE cats SET CategoryName = 'x' WHERE CategoryID = new.catId; END;
CREATE VIRTUAL TABLE words USING fts5(title, body);
