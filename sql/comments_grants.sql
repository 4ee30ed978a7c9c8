-- What \df+ and \d+ tell, and who may call.

GRANT USAGE ON SCHEMA sqlite_migrate TO PUBLIC;
-- EXECUTE for PUBLIC is the server's default, and right here: every function runs with the caller's rights (SECURITY
-- INVOKER), a path needs pg_read_server_files, a foreign server needs USAGE, and a target table its own privileges.

COMMENT ON SCHEMA sqlite_migrate IS 'Moves SQLite files into PostgreSQL, and proves it.';
COMMENT ON FOREIGN DATA WRAPPER sqlite_fdw_migrate IS 'SQLite files as foreign tables, read-only.';

COMMENT ON TABLE sqlite_migrate.runs IS
    'One row for each run that ended well; a run that raised an error leaves that, and a line in the server''s log. '
    'status: ok; failed, where options asked for "on_failure": "return". arguments: as normalised, with use_mode = what '
    'mode => ''auto'' came to. tables, rows: what was loaded. details: source before and after, phases, findings; no '
    'values. run_key, source_fingerprint: NULL without a key. Readable by all, written by the extension alone, dumped by pg_dump.';
COMMENT ON TABLE sqlite_migrate.run_tables IS
    'One row for each table of a run. status: ok, rejects, skipped, failed. verified: digest, deep, count = what the '
    'stored table was proved by; NULL = it was not compared. rows_before: rows that were there (truncate removed them, '
    'append and upsert joined them). duration_ms: milliseconds of loading. details: path and its reason, rules with '
    'counts, digests; no cell values.';
COMMENT ON VIEW sqlite_migrate.progress IS
    'Runs under way, seen from any connection: a row for each table that is being checked, loaded or verified now. rows, '
    'bytes: of the table; percent, remaining: of the phase, by SQLite''s estimates of rows (NULL = none). Runs of other '
    'roles need pg_read_all_stats. While an index is built, pg_stat_progress_create_index shows it instead.';
COMMENT ON TABLE sqlite_migrate.rejects IS
    'Rows that a run did not carry, with their raw cells: {"column": {"class", "hex"}}. Readable by the role that made the '
    'run and its members; not dumped by pg_dump.';

COMMENT ON FUNCTION sqlite_migrate.inspect(text) IS
    'What a source holds, without reading rows. First a row of kind file (name: path; note: size, pages, encoding, '
    'journal, -wal); then table, virtual, shadow, view, index, foreign key (name: the parent), trigger. '
    'rows_estimate: from statistics or the greatest rowid, NULL if unknown. sql: in SQLite''s words. An object that '
    'cannot be read says why in note. Errors: 58P01 no such file, 42501 no right to read it, XX001 not a database.';
COMMENT ON FUNCTION sqlite_migrate.integrity(text, boolean) IS
    'SQLite''s own check of the file: quick_check, or with quick => false integrity_check, and foreign_key_check. '
    'severity: error, warning, note. No row of severity error = sound; a check that could not run is a note.';

COMMENT ON FUNCTION sqlite_migrate.profile(text, text[], text[]) IS
    'What the columns of a source really hold: a row for each column, from one pass over each table. integers, reals, '
    'texts, blobs: values by storage class. empty: texts and blobs of no byte. min_value, max_value: in SQLite''s order, '
    'cut. max_chars, max_bytes: of texts; of texts and blobs. with_nul, invalid_utf8, uuids, jsons (objects and arrays), '
    'datetimes, whole_numbers: texts of that shape. time_unit: what numbers would count if they were times; several if '
    'the range does not decide. suggested_type takes every value, under suggested_rule where there is one; why: in '
    'words. Reads only; works in READ ONLY transactions and on standbys.';

COMMENT ON FUNCTION sqlite_migrate.attach(text, bytea) IS
    'Brings a file: name is then a source, in this connection and for this role alone. Copied to a temporary file of the '
    'server, which goes with detach or with the connection (ROLLBACK does not take it). The number of bytes. Needs no '
    'right to a path. For files up to some 100 MB; larger ones as a large object. Errors: 42710 the name is taken.';
COMMENT ON FUNCTION sqlite_migrate.attach(text, oid) IS
    'The same from a large object, which the caller must be allowed to read: \lo_import app.db, then '
    'attach(''app'', :LASTOID). The large object can be unlinked afterwards.';
COMMENT ON FUNCTION sqlite_migrate.detach(text) IS 'Removes an upload of this connection and role.';
COMMENT ON FUNCTION sqlite_migrate.archive_entries(text, text, boolean) IS
    'What an archive holds: tar, zip, 7z, cpio, or one compressed file. path: as a source. pattern: LIKE, on the name. '
    'type: file, folder, symbolic link, hard link, device, other. sha256: with_sha256 => true reads every file. NULL = '
    'the archive does not say. Errors: 42501 no right to read the path, XX001 no archive or damaged, 54000 a limit.';
COMMENT ON FUNCTION sqlite_migrate.archive_read(text, text) IS
    'One regular member of an archive, by its whole name, up to 1 GB. Errors: 58P01 no such member, 22023 two of this '
    'name, or a link.';

COMMENT ON FUNCTION sqlite_migrate.plan(text, text, text, text, text[], text[], jsonb, jsonb, text, text, text,
    bigint, text, jsonb) IS
    'The steps that migrate would carry out with the same arguments, in their order. action: check, lock, trigger, '
    'truncate, create, load, constraint, key, index, foreign key, view, sequence, analyze, verify; skip and report have no '
    'sql: what is left out, and what cannot be carried. sql runs by hand, in order (\gexec). bytes_estimate: the table''s '
    'share of the file. '
    'Create mode reads every row to choose types. Reads only; works in READ ONLY transactions and on standbys.';
COMMENT ON FUNCTION sqlite_migrate.preflight(text, text, text, text, text[], text[], jsonb, jsonb, text, text, text,
    bigint, text, jsonb) IS
    'Everything that would stop migrate with the same arguments, and what is worth knowing. severity: error, warning, '
    'note; no error = it will not fail on structure, values, equal keys, orphans or conditions of the target, but for what '
    'notes of code unchecked name. rows: how many. sample: up to three [{"key", "value"}]. fix: a statement or argument. '
    'Converts every value, writes none; works in READ ONLY transactions and on standbys. Errors of its own: 22023 '
    'argument, 0A000 not supported yet, SM004 source missing.';
COMMENT ON FUNCTION sqlite_migrate.migrate(text, text, text, text, text[], text[], jsonb, jsonb, text, text, text,
    bigint, text, text, text, boolean, jsonb) IS
    'Moves a source into target_schema within the caller''s transaction: all or nothing. A row for each table, by '
    'name, then (total); no times and no numbers of runs. status: ok, rejects, skipped, planned (dry_run), failed '
    '(on_failure). rows_source = rows_loaded + rows_rejected where a table was loaded. normalized: values that a named '
    'rule changed. verified: digest, deep, count, none. Ends with one NOTICE. Errors: SM001 preflight, SM002 values that cannot '
    'be carried, SM003 verification, SM004 source missing or empty, SM005 more rejects than max_rejects, SM006 run_key '
    'used before, 22023 argument, 0A000 not supported yet; DETAIL is JSON, HINT can be pasted.';
COMMENT ON PROCEDURE sqlite_migrate.run(text, text, text, text, text[], text[], jsonb, jsonb, text, text, text,
    bigint, text, text, text, boolean, jsonb) IS
    'migrate without a result, for migration frameworks: works in psql, DO, PL/pgSQL and in a transaction block. '
    'Never commits.';
COMMENT ON FUNCTION sqlite_migrate.copy_table(text, text, regclass, text, text[], jsonb, jsonb, text, text, bigint,
    text, text, jsonb) IS
    'Loads one source table into one table that exists, checks its foreign keys and verifies it. Shape and errors as '
    'migrate. rename: {"table.column": "new name"}; exclude: table.column. Sequences are not moved: see '
    'align_sequences.';
COMMENT ON FUNCTION sqlite_migrate.copy_tables(text, text[], text, text, text[], jsonb, jsonb, text, text, bigint,
    text, text, jsonb) IS
    'Loads a set of tables that exist, parents first; foreign keys that form a cycle are checked when their tables '
    'are all loaded. Shape and errors as migrate. Sequences are not moved: see align_sequences.';
COMMENT ON FUNCTION sqlite_migrate.align_sequences(text, text[], text[], jsonb) IS
    'Moves every sequence that a column of these tables uses (identity, serial, default) past the numbers in use, '
    'never backwards. A row for each sequence; sql: what was done, NULL = it was right already; new_next: NULL = the '
    'next number could not be made a free one, note says why. at_least: {"table": last number ever given}. As the '
    'sequence''s owner by ALTER SEQUENCE, which ROLLBACK undoes, else by setval, which it does not (said in note).';
COMMENT ON FUNCTION sqlite_migrate.verify(text, text, text, text[], text[], jsonb, jsonb, text, bigint, jsonb) IS
    'Compares what is stored with the source, whatever tool loaded it. method: digest (every value of every row, '
    'order does not matter), deep (and every cell converted again by its type''s own input function) or count. A row for '
    'each source table; excluded ones, views and migration history are left out. columns_differing: where row counts agree. '
    'details: digests, rules, complaints. run_id: the run''s arguments stand in for those not given, and its rejects are '
    'counted in. Reads only.';
COMMENT ON PROCEDURE sqlite_migrate.verify_or_raise(text, text, text, text[], text[], jsonb, jsonb, text, bigint,
    jsonb) IS
    'verify, as an error SM003 where a table differs; else one NOTICE.';
COMMENT ON PROCEDURE sqlite_migrate.forget(bigint, text) IS
    'Deletes a run, its tables and its rejects from the record, by number or by run_key: the key is free again. What the '
    'run loaded stays. For the role that made the run, its members, and superusers. Errors: 22023 no such run, 42501.';
COMMENT ON FUNCTION sqlite_migrate.report(bigint, text) IS
    'What a run did: format text (a row is a line of at most 100 characters, the verdict first), markdown (a row is a '
    'line), html (one row: a page that loads nothing) or json (one row, "version": 1: docs/report.md). NULL: my latest run. Errors: 22023 no such run.';
COMMENT ON FUNCTION sqlite_migrate.compare_runs(bigint, bigint) IS
    'What differs between two runs, from their records: rows of the run first (table_name NULL), then by the source''s tables. '
    'what: verdict, argument …, table (in one run only, or another name), rows_…, rejected: code in column, rule …, type of …, '
    'digest, message, duration_ms. NULL: that run has none. No row: the same. Errors: 22023 no such run.';
COMMENT ON FUNCTION sqlite_migrate.retry_rejects(bigint, jsonb, text, text) IS
    'Tries the rejected rows of a run again, from their stored cells, after the target or the rules changed. Rows that go '
    'in leave rejects; run_tables follows; what came in is verified. NULL: my latest run. rules: in addition to those of '
    'the run. Only for members of the role that made it.';
COMMENT ON FUNCTION sqlite_migrate.diff(text, text, regclass, text[], bigint, jsonb, jsonb, text, text[], jsonb) IS
    'Names the rows and cells in which a table differs from its source: missing, extra, differs. Reads only.';
COMMENT ON FUNCTION sqlite_migrate.verify_schema(text, text, text[], text[], jsonb) IS
    'What the source demands of its rows and the target does not, and what is there but does not work, each with a fix.';
