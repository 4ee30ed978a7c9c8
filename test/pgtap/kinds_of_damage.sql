-- One damage after the other, to a table with many types and to one without a key: verify names the table and the column, and no
-- more; diff the key. proof.sql has the damage that a usual table can take.
BEGIN;
SET client_min_messages = warning;
\getenv scratch SCRATCH
\set file :scratch '/kinds_of_damage.db'
\setenv DAMAGED :file
\! rm -f "$DAMAGED"
\! sqlite3 "$DAMAGED" "CREATE TABLE kinds (id INTEGER PRIMARY KEY, t TEXT, vc TEXT, ch TEXT, uu TEXT, label TEXT, n NUMERIC, money DECIMAL(10,2), f REAL, f4 REAL, small INTEGER, big INTEGER, flag BOOLEAN, d DATE, tod TEXT, ts DATETIME, tz DATETIME, span TEXT, u TEXT, b BLOB, j TEXT, jb TEXT, numbers TEXT, words TEXT, colour TEXT, ip TEXT, spread TEXT); WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 40) INSERT INTO kinds SELECT i, 'Text ' || i || char(233), 'vc ' || i, 'ch' || i, printf('%08X-AAAA-4000-8000-0000000000BB', i), CASE WHEN i % 2 THEN '' END, i || '.5', i || '.25', i / 3.0, i / 4.0, i, i * 5000000000, i % 2, date('2020-01-01', i || ' days'), time(i * 61, 'unixepoch'), datetime(1600000000 + i, 'unixepoch') || '.123456', datetime(1600000000 + i, 'unixepoch') || '+02:00', i || ' days', printf('%08x-aaaa-4000-8000-0000000000bb', i), CAST('blob' || i AS BLOB), '{\"a\": ' || i || '}', '{\"a\": ' || i || ', \"b\": [1, 2]}', '[' || i || ', 2, 3]', '[\"x\", \"y' || i || '\"]', CASE i % 3 WHEN 0 THEN 'red' WHEN 1 THEN 'green' ELSE 'blue' END, '10.0.0.' || i, '[' || i || ',100)' FROM r; UPDATE kinds SET f = 0.0 WHERE id = 7; UPDATE kinds SET n = 'NaN', f = NULL WHERE id = 8; CREATE TABLE bag (a INTEGER, b TEXT, c TEXT); INSERT INTO bag SELECT id % 5, 'b' || (id % 4), 'c' || (id % 10) FROM kinds; CREATE TABLE parent (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO parent SELECT id, t FROM kinds; CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id), v TEXT, doubled INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL); INSERT INTO child SELECT id, id, vc FROM kinds"
\! chmod 644 "$DAMAGED"
CREATE SCHEMA v;
CREATE TYPE v.colour AS ENUM ('red', 'green', 'blue');
CREATE TABLE v.kinds (id bigint PRIMARY KEY, t text, vc varchar(40), ch char(8), uu text, label text, n numeric, money numeric(10,2), f float8, f4 real,
    small smallint, big bigint, flag boolean, d date, tod time, ts timestamp, tz timestamptz, span interval, u uuid, b bytea, j json, jb jsonb,
    numbers int[], words text[], colour v.colour, ip inet, spread int4range);
CREATE TABLE v.bag (a int, b text, c text);
CREATE TABLE v.parent (id int PRIMARY KEY, v text);
CREATE TABLE v.child (id int PRIMARY KEY, parent int REFERENCES v.parent, v text, doubled int GENERATED ALWAYS AS (id * 2) STORED);
SELECT * FROM no_plan();
SELECT lives_ok(format('CALL sqlite_migrate.run(%L, ''v'')', :'file'), 'all of it is loaded');
SELECT set_config('test.file', :'file', true) AS file \gset

CREATE FUNCTION pg_temp.proof(damage text, subject text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_answer text; v_file text := current_setting('test.file');
BEGIN
    EXECUTE damage;
    SELECT concat_ws(' # ', (SELECT string_agg(concat_ws(' ', v.table_name, v.columns_differing), ', ') FROM sqlite_migrate.verify(v_file, 'v') v WHERE NOT v.verified),
        (SELECT string_agg(concat_ws(' ', d.kind, d.key, d.column_name), ', ') FROM sqlite_migrate.diff(v_file, subject, ('v.' || subject)::regclass) d)) INTO v_answer;
    RAISE 'so far' USING DETAIL = COALESCE(v_answer, '');
EXCEPTION WHEN raise_exception THEN
    GET STACKED DIAGNOSTICS v_answer = PG_EXCEPTION_DETAIL;
    RETURN v_answer;
END $$;
CREATE TEMP TABLE damage (number serial, name text, subject text, sql text, answer text);

-- One column of row 5 of kinds: name, column, the new value.
INSERT INTO damage (name, subject, sql, answer)
SELECT d.name, 'kinds', format('UPDATE v.kinds SET %I = %s WHERE id = 5', d.c, d.value), format('v.kinds {%s} # differs {"id": 5} %1$s', d.c)
FROM (VALUES
 ('a blank behind', 't', 't || '' '''), ('a blank behind varchar', 'vc', 'vc || '' '''), ('a line break behind', 't', 't || E''\n'''),
 ('decomposed letters', 't', 'normalize(t, NFD)'), ('case of a letter', 't', 'upper(t)'), ('text cut by a letter', 't', 'left(t, -1)'), ('a letter that looks alike', 't', 'replace(t, ''T'', U&''\0422'')'),
 ('mojibake', 't', 'convert_from(convert_to(t, ''utf8''), ''latin1'')'), ('case of a uuid in text', 'uu', 'lower(uu)'), ('char(n): another letter', 'ch', '''ch6'''),
 ('NULL for ''''', 'label', 'NULL'), ('scale of a numeric', 'n', 'n::numeric(12,3)'), ('numeric: NaN', 'n', '''NaN'''), ('numeric: last digit', 'n', 'n + 1e-20'), ('numeric(10,2): a cent', 'money', 'money - 0.01'),
 ('float: an ulp', 'f', 'f * (1 + 2.3e-16)'), ('float: through real', 'f', 'f::real'), ('float: NaN', 'f', '''NaN'''), ('float: rounded to 15 digits', 'f', 'round(f::numeric, 15)'), ('real: a little', 'f4', 'f4 * (1 + 1.2e-7)'),
 ('smallint: one more', 'small', 'small + 1'), ('bigint: wrapped to 32 bits', 'big', '(big & 4294967295)'), ('bigint: through double', 'big', 'big + 1'), ('boolean: NULL for false', 'flag', 'NULL'), ('boolean turned', 'flag', 'NOT flag'),
 ('date: a day off', 'd', 'd - 1'), ('date: day and month', 'd', '''2020-06-01'''), ('time: a second off', 'tod', 'tod + interval ''1 s'''), ('timestamp: digits cut', 'ts', 'date_trunc(''ms'', ts)'), ('timestamp: two digits for four', 'ts', 'ts - interval ''100 years'''),
 ('timestamptz: an hour off', 'tz', 'tz + interval ''1 hour'''), ('timestamptz: its offset forgotten', 'tz', '(tz AT TIME ZONE ''+2'')'), ('interval: hours for days', 'span', 'interval ''120 hours'''), ('interval: of the same length', 'span', 'interval ''4 days 24 hours'''),
 ('uuid: one digit', 'u', 'overlay(u::text placing ''c'' from 36)::uuid'), ('bytea: the last byte', 'b', 'set_byte(b, length(b) - 1, 0)'), ('bytea: a zero behind', 'b', 'b || ''\x00'''), ('bytea: as hex text', 'b', 'encode(b, ''hex'')::bytea'), ('bytea: empty', 'b', ''''''),
 ('json: another blank', 'j', '''{"a":5}'''), ('json: another value', 'j', '''{"a": 6}'''), ('jsonb: the order of an array', 'jb', '''{"a": 5, "b": [2, 1]}'''), ('jsonb: scale of a number', 'jb', '''{"a": 5.0, "b": [1, 2]}'''), ('jsonb: text for a number', 'jb', '''{"a": "5", "b": [1, 2]}'''),
 ('array: order', 'numbers', 'ARRAY[5, 3, 2]'), ('array: an element lost', 'numbers', 'ARRAY[5, 2]'), ('array: NULL for an element', 'numbers', 'ARRAY[5, NULL, 3]'), ('array: empty for NULL', 'numbers', '''{}'''), ('array: begins at 0', 'numbers', '''[0:2]={5,2,3}'''),
 ('text array: case', 'words', 'ARRAY[''X'', ''y5'']'), ('enum: another label', 'colour', '''red'''), ('inet: another mask', 'ip', '''10.0.0.5/24'''), ('range: a bound', 'spread', '''[5,101)'''), ('range: empty', 'spread', '''empty''')
) AS d (name, c, value);
INSERT INTO damage (name, subject, sql, answer) VALUES
 ('-0 for 0', 'kinds', 'UPDATE v.kinds SET f = ''-0'' WHERE id = 7', 'v.kinds {f} # differs {"id": 7} f'),
 ('NaN for a number that is one', 'kinds', 'UPDATE v.kinds SET n = 0 WHERE id = 8', 'v.kinds {n} # differs {"id": 8} n'),
 ('0 for NULL', 'kinds', 'UPDATE v.kinds SET f = 0 WHERE id = 8', 'v.kinds {f} # differs {"id": 8} f'),
 ('two values of a column changed places', 'kinds', 'UPDATE v.kinds k SET u = o.u FROM v.kinds o WHERE k.id + o.id = 11 AND k.id IN (5, 6)', 'v.kinds {u} # differs {"id": 5} u, differs {"id": 6} u'),
 ('two columns of a row changed places', 'kinds', 'UPDATE v.kinds SET j = jb::json, jb = j::jsonb WHERE id = 5', 'v.kinds {j,jb} # differs {"id": 5} j, differs {"id": 5} jb'),
 ('one column taken from another', 'kinds', 'UPDATE v.kinds SET vc = ch WHERE id = 5', 'v.kinds {vc} # differs {"id": 5} vc'),
 ('a column shifted by one row', 'kinds', 'UPDATE v.kinds k SET small = o.small FROM v.kinds o WHERE o.id = k.id % 3 + 1 AND k.id <= 3', 'v.kinds {small} # differs {"id": 1} small, differs {"id": 2} small, differs {"id": 3} small'),
 ('a row lost', 'kinds', 'DELETE FROM v.kinds WHERE id = 40', 'v.kinds {} # missing {"id": 40}'),
 ('a row lost, a value changed', 'kinds', 'DELETE FROM v.kinds WHERE id = 40; UPDATE v.kinds SET vc = '''' WHERE id = 5', 'v.kinds {vc} # differs {"id": 5} vc, missing {"id": 40}'),
 ('a row twice, under another key', 'kinds', 'INSERT INTO v.kinds (id, t) SELECT 41, t FROM v.kinds WHERE id = 40', 'v.kinds {} # extra {"id": 41}'),
 ('the keys of two rows changed places', 'child', 'ALTER TABLE v.child DROP CONSTRAINT child_pkey; UPDATE v.child SET id = 11 - id WHERE id IN (5, 6); ALTER TABLE v.child ADD PRIMARY KEY (id)',
     'v.child {parent,v} # differs {"id": 5} parent, differs {"id": 5} v, differs {"id": 6} parent, differs {"id": 6} v'),
 ('another parent', 'child', 'UPDATE v.child SET parent = 1 WHERE id = 5', 'v.child {parent} # differs {"id": 5} parent'),
 ('no parent', 'child', 'UPDATE v.child SET parent = NULL WHERE id = 5', 'v.child {parent} # differs {"id": 5} parent'),
 ('two tables', 'parent', 'UPDATE v.parent SET v = '''' WHERE id = 5; UPDATE v.child SET v = NULL WHERE id = 6', 'v.child {v}, v.parent {v} # differs {"id": 5} v'),
 ('a trigger that edits rows', 'parent', $$ CREATE FUNCTION pg_temp.e() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := trim(trailing FROM NEW.v || '' ''); NEW.v := upper(NEW.v); RETURN NEW; END';
     CREATE TRIGGER e BEFORE UPDATE ON v.parent FOR EACH ROW EXECUTE FUNCTION pg_temp.e(); UPDATE v.parent SET id = id WHERE id = 5 $$, 'v.parent {v} # differs {"id": 5} v'),
 ('a generated column that computes another thing', 'child', 'ALTER TABLE v.child DROP doubled; ALTER TABLE v.child ADD doubled int GENERATED ALWAYS AS (CASE id WHEN 5 THEN 11 ELSE id * 2 END) STORED', 'v.child {doubled} # differs {"id": 5} doubled'),
 ('a generated column made plain, and not kept up', 'child', 'ALTER TABLE v.child ALTER doubled DROP EXPRESSION; UPDATE v.child SET doubled = NULL WHERE id = 5', 'v.child {doubled} # differs {"id": 5} doubled'),
 ('int to bigint, text to varchar: the same values', 'child', 'ALTER TABLE v.child DROP doubled; ALTER TABLE v.child ALTER parent TYPE bigint, ALTER v TYPE varchar(99), ALTER id TYPE bigint', ''),
 ('numeric to double', 'kinds', 'ALTER TABLE v.kinds ALTER money TYPE float8', ''),
 ('text to char(n): nothing but padding', 'child', 'ALTER TABLE v.child ALTER v TYPE char(20)', ''),
 ('varchar too short', 'child', 'ALTER TABLE v.child ALTER v TYPE varchar(4) USING left(v, 4); DELETE FROM v.child WHERE id > 11 OR id = 10', 'v.child {v} # missing {"id": 10} v, differs {"id": 11} v, missing {"id": 12} v%missing {"id": 40} v'),
 ('a column gone', 'child', 'ALTER TABLE v.child DROP v', 'v.child {}'),
 ('no key: a row lost', 'bag', $$ DELETE FROM v.bag WHERE ctid = (SELECT min(ctid) FROM v.bag) $$, 'v.bag {} # missing'),
 ('no key: a pair lost', 'bag', $$ DELETE FROM v.bag WHERE (a, b, c) = (1, 'b1', 'c1') $$, 'v.bag {} # missing, missing'),
 ('no key: one of a pair lost', 'bag', $$ DELETE FROM v.bag WHERE ctid = (SELECT min(ctid) FROM v.bag WHERE (a, b, c) = (1, 'b1', 'c1')) $$, 'v.bag {} # missing'),
 ('no key: a row twice', 'bag', $$ INSERT INTO v.bag SELECT * FROM v.bag LIMIT 1 $$, 'v.bag {} # extra'),
 ('no key: one lost, another twice', 'bag', $$ DELETE FROM v.bag WHERE ctid = (SELECT min(ctid) FROM v.bag WHERE (a, b, c) = (1, 'b1', 'c1')); INSERT INTO v.bag SELECT * FROM v.bag WHERE (a, b, c) = (2, 'b2', 'c2') LIMIT 1 $$, 'v.bag {a,b,c} # missing, extra'),
 ('no key: a value changed', 'bag', $$ UPDATE v.bag SET c = 'C' WHERE ctid = (SELECT min(ctid) FROM v.bag) $$, 'v.bag {c} # extra, missing'),
 ('no key: NULL for ''''', 'bag', $$ UPDATE v.bag SET b = NULL WHERE ctid = (SELECT min(ctid) FROM v.bag) $$, 'v.bag {b} # extra, missing'),
 ('no key: two values changed places', 'bag', $$ UPDATE v.bag x SET c = y.c FROM (VALUES (1, 'c2'), (2, 'c1')) AS y (a, c) WHERE x.ctid IN ((SELECT min(ctid) FROM v.bag WHERE (a, b, c) = (1, 'b1', 'c1')), (SELECT min(ctid) FROM v.bag WHERE (a, b, c) = (2, 'b2', 'c2'))) AND x.a = y.a $$,
     'v.bag {c} # missing, extra, extra, missing');
SELECT alike(pg_temp.proof(sql, subject), replace(replace(answer, '\', '\\'), '_', '\_'), name) FROM damage ORDER BY number;
SELECT cmp_ok(count(*), '>=', 80::bigint, 'kinds of damage') FROM damage;

-- A type that holds less than the run saw.
ALTER TABLE v.kinds ADD ts_before timestamp;
UPDATE v.kinds SET ts_before = ts;
ALTER TABLE v.kinds ALTER ts TYPE date;
SELECT is(concat_ws(' ', verified, columns_differing, message), 'f {ts} 40 values stored with less than the source has, by the type of "ts"', 'timestamp to date') FROM sqlite_migrate.verify(:'file', 'v', include => '{kinds}');
ALTER TABLE v.kinds ALTER ts TYPE timestamp USING ts_before, DROP ts_before;

-- What no session setting changes.
SET extra_float_digits = -15;
SET bytea_output = escape;
SET DateStyle = 'SQL, DMY';
SET IntervalStyle = sql_standard;
SET TimeZone = 'Asia/Tokyo';
SELECT is(pg_temp.proof('SELECT 1', 'kinds'), '', 'other settings of the session: equal stays equal');
SELECT is(pg_temp.proof('UPDATE v.kinds SET f = f * (1 + 2.3e-16) WHERE id = 5', 'kinds'), 'v.kinds {f} # differs {"id": 5} f', 'and an ulp an ulp');
ALTER TABLE v.kinds DROP CONSTRAINT kinds_pkey;
SELECT is(pg_temp.proof('UPDATE v.kinds SET f = f * (1 + 2.3e-16) WHERE id = 5', 'kinds'), 'v.kinds {f} # missing, extra', 'without a key, too');
SELECT is(pg_temp.proof('UPDATE v.kinds k SET u = o.u FROM v.kinds o WHERE k.id + o.id = 11 AND k.id IN (5, 6)', 'kinds'), 'v.kinds {u} # missing, extra, extra, missing', 'values that changed places, without a key');
SELECT * FROM finish();
ROLLBACK;
