-- What is kept: runs, their tables and their rejected rows. And the shapes that the functions hand to each other.

-- The three tables are written by the extension's C code alone, under their owner: a report is evidence only if
-- nobody can forge it.

CREATE TABLE sqlite_migrate.runs (
    run_id             bigserial PRIMARY KEY,
    run_key            text,
    status             text NOT NULL,
    source             text NOT NULL,
    source_fingerprint text,
    target_schema      text,
    arguments          jsonb NOT NULL,
    run_by             name NOT NULL,
    started_at         timestamp with time zone NOT NULL,
    finished_at        timestamp with time zone,
    tables             bigint,
    rows               bigint,
    version            text NOT NULL,
    details            jsonb       -- source before and after, findings, phases
);
-- One finished run for each key: a second one that runs at the same time waits here.
CREATE UNIQUE INDEX runs_run_key_idx ON sqlite_migrate.runs (run_key);
CREATE INDEX runs_run_by_idx ON sqlite_migrate.runs (run_by, run_id);

CREATE TABLE sqlite_migrate.run_tables (
    run_id            bigint NOT NULL REFERENCES sqlite_migrate.runs ON DELETE CASCADE,
    table_name        text NOT NULL,
    source_table      text,
    status            text NOT NULL,
    rows_source       bigint,
    rows_before       bigint,
    rows_loaded       bigint,
    rows_rejected     bigint,
    normalized        bigint,
    rows_target       bigint,
    verified          text,
    sequences_aligned bigint,
    duration_ms       bigint,
    message           text,
    details           jsonb
);
-- Not unique: two source tables without a target may bear the same shown name as a table of the target.
CREATE INDEX run_tables_run_id_idx ON sqlite_migrate.run_tables (run_id);

CREATE TABLE sqlite_migrate.rejects (
    run_id        bigint NOT NULL REFERENCES sqlite_migrate.runs ON DELETE CASCADE,
    table_name    text NOT NULL,
    source_table  text NOT NULL,
    key           jsonb,
    source_rowid  bigint,
    column_name   text,
    storage_class text,
    value         bytea,
    cells         jsonb,
    sqlstate      text,
    code          text,
    message       text
);
CREATE INDEX rejects_run_id_idx ON sqlite_migrate.rejects (run_id);

GRANT SELECT ON sqlite_migrate.runs, sqlite_migrate.run_tables, sqlite_migrate.rejects TO PUBLIC;
-- pg_dump reads a sequence before it writes its state, and the database's owner may be no superuser.
GRANT SELECT ON SEQUENCE sqlite_migrate.runs_run_id_seq TO PUBLIC;

-- Rejected rows hold cell values, password hashes among them: they are for the role that made the run, and its members.
-- Read through pg_roles, since pg_has_role would raise for a role that was dropped.
ALTER TABLE sqlite_migrate.rejects ENABLE ROW LEVEL SECURITY;
CREATE POLICY rejects_of_own_runs ON sqlite_migrate.rejects FOR SELECT TO PUBLIC
    USING (EXISTS (
        SELECT FROM sqlite_migrate.runs r JOIN pg_catalog.pg_roles o ON o.rolname = r.run_by
        WHERE r.run_id = rejects.run_id AND pg_catalog.pg_has_role(o.oid, 'MEMBER')));

-- Names and counts are dumped. Rejects are not: row security would break the dump of an owner who is no superuser.
SELECT pg_catalog.pg_extension_config_dump('sqlite_migrate.runs', '');
SELECT pg_catalog.pg_extension_config_dump('sqlite_migrate.runs_run_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('sqlite_migrate.run_tables', '');

-- Internal shapes. They live in variables and arrays, never in tables: plan, preflight and verify must work in
-- read-only transactions and on standbys, where not even a temporary table can be made.

-- One source table, and where its rows go.
CREATE TYPE sqlite_migrate._table AS (
    source_table    text,
    kind            text,       -- table, view, virtual, shadow
    fate            text,       -- load; check: verified, not loaded (existing => 'skip'); skip; report
    reason          text,       -- why it is not loaded
    target          oid,        -- NULL: there is none, or (create mode) not yet
    target_kind     "char",     -- pg_class.relkind
    target_name     text,       -- bare
    shown           text,       -- the target, qualified and quoted; the quoted source name where there is none
    occupied        boolean,    -- the target has rows; NULL: may not be asked
    source_columns  text[],     -- what is loaded, each into the target column of the same place
    target_columns  text[],
    lost_columns    text[],     -- of the source: no target column, and not excluded
    silent_columns  text[],     -- of the source, generated: no target column, nothing to lose
    gap_columns     text[],     -- of the target: NOT NULL, no default, and nothing that fills them
    idle_columns    text[],     -- of the target: left to their defaults
    computed_columns text[],    -- of the target, generated: never written
    ambiguous       text[],     -- sentences: names that fit more than one column, or table
    excluded_columns text[],    -- of the source: what the caller leaves out
    problem         text,       -- why SQLite cannot read it
    rows_estimate   bigint,
    rowid_alias     text,       -- the INTEGER PRIMARY KEY, which numbers itself
    last_number     bigint      -- sqlite_sequence.seq: the greatest number that AUTOINCREMENT ever gave
);

-- What preflight says.
CREATE TYPE sqlite_migrate._finding AS (
    severity    text,           -- error, warning, note
    code        text,
    table_name  text,
    column_name text,
    rows        bigint,
    sample      jsonb,          -- [{"key": {"Id": 5}, "value": "abc"}]
    message     text,
    fix         text
);

-- What plan says, and migrate does.
CREATE TYPE sqlite_migrate._step AS (
    action         text,
    object         text,
    sql            text,
    note           text,
    rows_estimate  bigint,
    bytes_estimate bigint,
    source_tables  text[]       -- load: the set that is loaded together
);

-- What became of one table.
CREATE TYPE sqlite_migrate._result AS (
    source_table      text,
    target            oid,
    table_name        text,
    status            text,     -- ok, skipped, planned
    rows_source       bigint,
    rows_before       bigint,
    rows_loaded       bigint,
    rows_rejected     bigint,
    normalized        bigint,
    verified          text,     -- digest, deep, count, none; differs: until the error that says so
    sequences_aligned bigint,
    message           text,
    digest            text,     -- of the converted source rows
    problems          bigint,   -- cells that cannot be carried
    complaints        jsonb
);
