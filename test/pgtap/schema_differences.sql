-- verify_schema: each kind of finding after its damage, and nothing any more after the fix was run as it stands.
BEGIN;
SET client_min_messages = warning;
\getenv scratch SCRATCH
\set file :scratch '/schema_differences.db'
\setenv DIFFERS :file
\! rm -f "$DIFFERS"
\! sqlite3 "$DIFFERS" "CREATE TABLE owner (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL COLLATE NOCASE UNIQUE, kind TEXT NOT NULL DEFAULT 'user' CHECK (kind IN ('user', 'admin')), active BOOLEAN NOT NULL DEFAULT 1, score REAL DEFAULT 0.5, made DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, note TEXT DEFAULT 'it''s'); CREATE TABLE thing (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES owner (id) ON DELETE CASCADE, label TEXT, price DECIMAL(10,2) CHECK (price >= 0), gone INTEGER NOT NULL DEFAULT 0, CONSTRAINT sane CHECK (label <> '' AND length(label) < 100)); CREATE INDEX thing_owner ON thing (owner, label); CREATE INDEX thing_open ON thing (owner) WHERE gone = 0 AND label IS NOT NULL; CREATE UNIQUE INDEX thing_label ON thing (label) WHERE gone = 0; CREATE INDEX thing_word ON thing (lower(label)); CREATE INDEX owner_name ON owner (name, kind); INSERT INTO owner (name, made) VALUES ('Ada', '2024-01-01 10:00:00'), ('Grace', '2024-01-01 10:00:00'); INSERT INTO owner (id, name) VALUES (50, 'x'); DELETE FROM owner WHERE id = 50; INSERT INTO thing VALUES (1, 1, 'a', 1.5, 0), (2, 1, 'b', NULL, 1)"
\! chmod 644 "$DIFFERS"
CREATE SCHEMA v;
SELECT * FROM no_plan();
SELECT lives_ok(format('CALL sqlite_migrate.run(%L, ''v'')', :'file'), 'the tables are made');
SELECT set_config('test.file', :'file', true) AS file \gset
SELECT is_empty(format('SELECT kind, object, source, target, message FROM sqlite_migrate.verify_schema(%L, ''v'')', :'file'), 'nothing is missing in what create made');

-- What is found after the damage; "left: …" if the fixes, run as they stand, do not mend it.
CREATE FUNCTION pg_temp.mended(damage text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_found text; v_fix text; v_left text;
BEGIN
    EXECUTE damage;
    SELECT string_agg(concat_ws(' | ', f.kind, f.object, f.target, f.severity, f.message), '; ') INTO v_found FROM sqlite_migrate.verify_schema(current_setting('test.file'), 'v') f;
    -- In the order in which they can be run: what refers to a key comes after it. Twice: a table must be there first.
    FOR i IN 1 .. 2 LOOP FOR v_fix IN SELECT f.fix FROM sqlite_migrate.verify_schema(current_setting('test.file'), 'v') f WHERE f.fix IS NOT NULL
                 ORDER BY array_position('{table,column,primary key,unique}', f.kind) NULLS LAST LOOP
        EXECUTE v_fix;
    END LOOP; END LOOP;
    SELECT string_agg(concat_ws(' | ', f.kind, f.object, f.message), '; ') INTO v_left FROM sqlite_migrate.verify_schema(current_setting('test.file'), 'v') f;
    RAISE 'so far' USING DETAIL = concat_ws('; left: ', COALESCE(v_found, 'nothing'), v_left);
EXCEPTION WHEN raise_exception THEN
    GET STACKED DIAGNOSTICS v_found = PG_EXCEPTION_DETAIL;
    RETURN v_found;
END $$;

CREATE TEMP TABLE damage (number serial, sql text, answer text);
INSERT INTO damage (sql, answer) VALUES
 ('ALTER TABLE v.thing ALTER gone DROP NOT NULL', 'not null | v.thing.gone | nullable | warning | the target allows NULL'),
 ('ALTER TABLE v.owner ALTER kind DROP DEFAULT', 'default | v.owner.kind | note | the target has no default'),
 ('ALTER TABLE v.owner ALTER kind SET DEFAULT ''admin''', 'default | v.owner.kind | ''admin''::text | note | the target has another default'),
 ('ALTER TABLE v.owner ALTER active SET DEFAULT false', 'default | v.owner.active | false | note | the target has another default'),
 ('ALTER TABLE v.owner ALTER score DROP DEFAULT', 'default | v.owner.score | note | the target has no default'),
 ('ALTER TABLE v.owner ALTER note DROP DEFAULT', 'default | v.owner.note | note | the target has no default'),
 ('ALTER TABLE v.owner ALTER made DROP DEFAULT', 'default | v.owner.made | note | the target has no default'),
 ('ALTER TABLE v.owner ALTER made SET DEFAULT (now() AT TIME ZONE ''UTC'')', 'nothing'),
 ('ALTER TABLE v.owner DROP CONSTRAINT owner_pkey CASCADE', 'foreign key | v.thing | error | the target has no such foreign key; primary key | v.owner | error | no unique index guards the source''s key'),
 ('DROP INDEX v.owner_name_key_collated', 'nothing'),
 ('ALTER TABLE v.owner DROP CONSTRAINT owner_name_key; DROP INDEX v.owner_name_key_collated', 'unique | v.owner sqlite_autoindex_owner_1 | error | the target has no such index'),
 ('DROP INDEX v.thing_owner', 'index | v.thing thing_owner | warning | the target has no such index'),
 ('DROP INDEX v.thing_open', 'index | v.thing thing_open | warning | index v.thing_owner of these columns has no predicate'),
 ('DROP INDEX v.thing_open; CREATE INDEX thing_open ON v.thing (owner)', 'index | v.thing thing_open | warning | index v.thing_open of these columns has no predicate'),
 ('DROP INDEX v.thing_open; CREATE INDEX thing_open ON v.thing (owner) WHERE gone = 1', 'index | v.thing thing_open | (gone = 1) | warning | index v.thing_open of these columns has another predicate'),
 ('DROP INDEX v.thing_open; CREATE INDEX other ON v.thing (owner) WHERE ((label IS NOT NULL) AND gone = 0)', 'index | v.thing thing_open | ((label IS NOT NULL) AND (gone = 0)) | warning | index v.other of these columns has another predicate'),
 ('DROP INDEX v.thing_open; CREATE INDEX other ON v.thing (owner) WHERE (gone) = (0) AND NOT label IS NULL', 'index | v.thing thing_open | ((gone = 0) AND (NOT (label IS NULL))) | warning | index v.other of these columns has another predicate'),
 ('DROP INDEX v.thing_open; CREATE INDEX other ON v.thing (owner) WHERE (gone) = (0) AND (label) IS NOT NULL', 'nothing'),
 ('DROP INDEX v.thing_label', 'unique | v.thing thing_label | error | the target has no such index'),
 ('DROP INDEX v.thing_label; CREATE UNIQUE INDEX l ON v.thing (label)', 'unique | v.thing thing_label | error | index v.l of these columns has no predicate'),
 ('DROP INDEX v.thing_label; CREATE INDEX l ON v.thing (label) WHERE gone = 0', 'unique | v.thing thing_label | error | the target has no such index'),
 ('DROP INDEX v.thing_word', 'index | v.thing thing_word | warning | the target has no index over as many expressions; left: index | v.thing thing_word | the target has no index over as many expressions'),
 ('ALTER TABLE v.thing DROP CONSTRAINT thing_owner_fkey', 'foreign key | v.thing | error | the target has no such foreign key'),
 ('ALTER TABLE v.thing DROP CONSTRAINT thing_owner_fkey, ADD FOREIGN KEY (owner) REFERENCES v.owner (id)', 'foreign key | v.thing thing_owner_fkey | ON UPDATE NO ACTION ON DELETE NO ACTION | warning | the target''s foreign key does another thing'),
 ('ALTER TABLE v.thing DROP CONSTRAINT thing_owner_fkey, ADD FOREIGN KEY (owner) REFERENCES v.owner (id) ON DELETE CASCADE NOT VALID',
     'constraint | v.thing thing_owner_fkey | FOREIGN KEY (owner) REFERENCES v.owner(id) ON DELETE CASCADE NOT VALID | error | not validated: rows that break it may be there'),
 ('ALTER TABLE v.thing DROP CONSTRAINT thing_price_check', 'check | v.thing | warning | the target has no such CHECK'),
 ('ALTER TABLE v.thing DROP CONSTRAINT thing_price_check, ADD CHECK (price > 0)', 'check | v.thing | (price > (0)::numeric) | warning | CHECK thing_price_check of the same columns says something else'),
 ('ALTER TABLE v.thing DROP CONSTRAINT sane', 'check | v.thing sane | warning | the target has no such CHECK'),
 ('ALTER TABLE v.thing DROP CONSTRAINT thing_price_check, ADD CHECK (0 <= price) NOT VALID', 'constraint | v.thing thing_price_check | CHECK (((0)::numeric <= price)) NOT VALID | error | not validated: rows that break it may be there; check | v.thing | ((0)::numeric <= price) | warning | CHECK thing_price_check of the same columns says something else'),
 ('ALTER TABLE v.owner DROP CONSTRAINT owner_kind_check', 'check | v.owner | warning | the target has no such CHECK'),
 ('CREATE TRIGGER e BEFORE UPDATE ON v.thing FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger(); ALTER TABLE v.thing DISABLE TRIGGER e', 'trigger | v.thing e | disabled | warning | the trigger is disabled'),
 ('ALTER TABLE v.thing DISABLE TRIGGER ALL', 'trigger | v.thing "RI_ConstraintTrigger_c_% | disabled | error | a foreign key''s trigger is disabled: nobody checks the key; trigger | v.thing "RI_ConstraintTrigger_c_% | disabled | error | a foreign key''s trigger is disabled: nobody checks the key'),
 ('UPDATE pg_index SET indisvalid = false WHERE indexrelid = ''v.thing_owner''::regclass', 'invalid index | v.thing v.thing_owner | v.thing_owner | error | not valid: it guards nothing and serves nobody; index | v.thing thing_owner | warning | the target has no such index'),
 ('DROP TABLE v.thing', 'table | thing | error | the target has no such table'),
 ('ALTER TABLE v.thing DROP label CASCADE', 'column | v.thing.label | error | the target has no such column%'),
 ('ALTER SEQUENCE v.thing_id_seq RESTART 2', 'sequence | v.thing_id_seq | next 2 | error | behind v.thing, column "id": 2 was given already'),
 ('ALTER SEQUENCE v.owner_id_seq RESTART 50', 'sequence | v.owner_id_seq | next 50 | error | behind v.owner, column "id": 50 was given already'),
 ('ALTER SEQUENCE v.owner_id_seq RESTART 51', 'nothing'),
 ('ALTER TABLE v.thing ADD more int; ALTER TABLE v.thing ADD CHECK (more > 0); CREATE INDEX ON v.thing (more)', 'nothing');
SELECT alike(pg_temp.mended(sql), replace(replace(answer, '\', '\\'), '_', '\_'), sql) FROM damage ORDER BY number;
SELECT is(string_agg(concat_ws(' | ', kind, object, severity, message), '; '), 'table | thing | error | the target has no such table', 'a table') FROM (SELECT 1) s, LATERAL (
    SELECT f.* FROM sqlite_migrate.verify_schema(:'file', 'v', rename => '{"thing": "nowhere"}') f) f;
-- Where nothing may be made, presence is compared.
SET transaction_read_only = on;
SELECT is_empty(format('SELECT kind, object, source, target, message FROM sqlite_migrate.verify_schema(%L, ''v'')', :'file'), 'a transaction that only reads');
SELECT * FROM finish();
ROLLBACK;
