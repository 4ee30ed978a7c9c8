-- A plain source: keys, foreign keys, numbers given by AUTOINCREMENT, a view, a trigger, indexes. Every value is clean.
PRAGMA page_size = 4096;
BEGIN;

CREATE TABLE customers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email VARCHAR(60) NOT NULL UNIQUE,
    name TEXT NOT NULL,
    born DATE,
    active BOOLEAN NOT NULL DEFAULT 1,
    created DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO customers VALUES
    (1, 'ada@example.org', 'Ada', '1815-12-10', 1, '2024-02-29 12:30:00'),
    (2, 'grace@example.org', 'Grace "Amazing" Hopper', '1906-12-09', 0, '2024-02-29 12:30:00.123456'),
    (3, 'lukasz@example.org', 'Łukasz 🦉', NULL, 1, '2024-03-31 02:30:00'),
    (4, 'gone@example.org', 'Gone', NULL, 1, '2024-03-31 02:30:00');
-- The greatest number that was ever given is 90; its row is gone.
INSERT INTO customers (id, email, name) VALUES (90, 'x@example.org', 'x');
DELETE FROM customers WHERE id IN (4, 90);

CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    price DECIMAL(10,2) NOT NULL,
    weight REAL,
    picture BLOB
);
INSERT INTO products VALUES
    (10, 'A-1', 19.99, 0.1, x'00ff10'), (11, 'A-2', 5, NULL, NULL), (12, 'B-1', 0.5, 1e300, x'');

CREATE TABLE orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    placed DATETIME NOT NULL,
    note TEXT
);
INSERT INTO orders VALUES (1, 1, '2024-05-01 10:00:00', ''), (2, 3, '2024-05-02 10:00:00', NULL);

CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    line INTEGER NOT NULL,
    product TEXT NOT NULL REFERENCES products (code),
    amount INTEGER NOT NULL,
    PRIMARY KEY (order_id, line)
);
INSERT INTO order_lines VALUES (1, 1, 'A-1', 2), (1, 2, 'B-1', 1), (2, 1, 'A-2', 9223372036854775807);
CREATE INDEX order_lines_product ON order_lines (product);

CREATE TABLE wishes (id INTEGER PRIMARY KEY AUTOINCREMENT, customer INTEGER REFERENCES customers (id), wish TEXT);

CREATE VIEW order_sizes AS SELECT order_id, sum(amount) AS amount FROM order_lines GROUP BY order_id;
CREATE TRIGGER no_negative BEFORE INSERT ON order_lines WHEN NEW.amount < 0
BEGIN
    SELECT RAISE(ABORT, 'negative');
END;
COMMIT;
