-- Rejected rows once more: tried again after the target or the rules changed, and counted in when a run is verified.

-- The bytes of a SQLite database with one table of these rows: classes and hexes are their cells, row by row.
CREATE FUNCTION sqlite_migrate._scratch(source_table text, columns text[], key text[], rowids text[], classes text[],
                                        hexes text[]) RETURNS bytea
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_scratch';

-- Ends a second try: what the run under way rejected takes the place of the rejects of that run and table, whose counts
-- follow. Returns how many are left.
CREATE FUNCTION sqlite_migrate._retry_end(run_id bigint, source_table text, target oid) RETURNS bigint
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_retry_end';

CREATE FUNCTION sqlite_migrate._digest_sum(a text, b text) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_digest_sum';

-- The rejects of one table of a run as a source of their own: an upload of this connection, which the caller detaches.
-- The rows are what the run read, whatever became of the file since.
CREATE FUNCTION sqlite_migrate._rejects_source(run_id bigint, source_table text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    v_name text := format('rejects of run %s, %s, %s', run_id, source_table, extract(epoch FROM clock_timestamp()));
    v_data bytea;
BEGIN
    SELECT sqlite_migrate._scratch(source_table, n.columns,
               ARRAY(SELECT k FROM jsonb_object_keys(n.key) k WHERE k = ANY (n.columns)),
               array_agg(r.source_rowid::text ORDER BY r.place) FILTER (WHERE c.place = 1 AND r.source_rowid IS NOT NULL),
               array_agg(c.class ORDER BY r.place, c.place), array_agg(c.hex ORDER BY r.place, c.place))
    INTO v_data
    FROM (SELECT ARRAY(SELECT jsonb_object_keys(x.cells)) AS columns, x.key
          FROM sqlite_migrate.rejects x WHERE x.run_id = run_id AND x.source_table = source_table LIMIT 1) n
    CROSS JOIN (SELECT x.*, row_number() OVER () AS place FROM sqlite_migrate.rejects x
                WHERE x.run_id = run_id AND x.source_table = source_table) r
    CROSS JOIN LATERAL (
        SELECT u.place, r.cells -> u.name ->> 'class' AS class, COALESCE(r.cells -> u.name ->> 'hex', '') AS hex
        FROM unnest(n.columns) WITH ORDINALITY AS u (name, place)) c
    GROUP BY n.columns, n.key;
    PERFORM sqlite_migrate.attach(v_name, v_data);
    RETURN v_name;
END
$$;

-- The arguments of a run, for one table of it and its rejects as the source.
CREATE FUNCTION sqlite_migrate._retry_arguments(run sqlite_migrate.runs, subject sqlite_migrate.run_tables, source text,
                                                given jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
AS $$
    WITH a AS (
        SELECT run.arguments || given AS args, subject.source_table AS name,
               ARRAY(SELECT subject.source_table || '.' || c.column_name FROM sqlite_migrate._source_columns(source) c) AS columns
    )
    SELECT sqlite_migrate._arguments(jsonb_build_object(
        'source', source, 'target_schema', a.args -> 'target_schema', 'mode', 'data', 'existing', 'append',
        'on_error', 'reject', 'orphans', CASE a.args ->> 'orphans' WHEN 'null' THEN 'null' ELSE 'reject' END,
        'assume_timezone', a.args -> 'assume_timezone',
        'options', jsonb_strip_nulls(jsonb_build_object('unverified', a.args #> '{options,unverified}')),
        'verify', CASE a.args ->> 'verify' WHEN 'none' THEN 'digest' ELSE a.args ->> 'verify' END,
        'exclude', (SELECT jsonb_agg(e) FROM jsonb_array_elements_text(a.args -> 'exclude') e WHERE e = ANY (a.columns)),
        'rename', (SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(a.args -> 'rename') e
                   WHERE e.key = a.name OR e.key = ANY (a.columns)),
        -- A few numbers left do not tell the unit that all of them told.
        'rules', COALESCE((SELECT jsonb_object_agg(a.name || '.' || u.key, u.value ->> 'unit')
                           FROM jsonb_each(subject.details -> 'units') u WHERE u.value ->> 'unit' IS NOT NULL), '{}')
            || COALESCE((SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(a.args -> 'rules') e
                         WHERE EXISTS (SELECT FROM unnest(a.columns) c WHERE c = e.key OR c LIKE e.key)), '{}')))
        || '{"use_mode": "data", "history": true}'
    FROM a
$$;

CREATE FUNCTION sqlite_migrate.retry_rejects(run_id bigint DEFAULT NULL, rules jsonb DEFAULT NULL,
                                             assume_timezone text DEFAULT NULL, orphans text DEFAULT NULL)
RETURNS TABLE (table_name text, status text, rows_source bigint, rows_loaded bigint, rows_rejected bigint,
               normalized bigint, verified text, message text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
#variable_conflict use_column
DECLARE
    v_run     sqlite_migrate.runs := sqlite_migrate._report_run(retry_rejects.run_id);
    v_given   jsonb := pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
        'rules', retry_rejects.rules, 'assume_timezone', retry_rejects.assume_timezone, 'orphans', retry_rejects.orphans));
    v_subject sqlite_migrate.run_tables;
    v_source  text;
    v_args    jsonb;
    v_tables  sqlite_migrate._table[];
    v_set     sqlite_migrate._result[];
    v_results sqlite_migrate._result[] := '{}';
    v_targets oid[];
    v_findings sqlite_migrate._finding[];
BEGIN
    IF v_given ? 'rules' AND v_run.arguments ? 'rules' THEN
        v_given := pg_catalog.jsonb_set(v_given, '{rules}', (v_run.arguments -> 'rules') || (v_given -> 'rules'));
    END IF;
    -- Parents first, so that their children find them.
    v_targets := ARRAY(
        SELECT o.table_name::oid
        FROM sqlite_migrate._order(
                 ARRAY(SELECT pg_catalog.to_regclass(t.table_name)::oid::text FROM sqlite_migrate.run_tables t
                       WHERE t.run_id = v_run.run_id AND t.rows_rejected > 0 AND pg_catalog.to_regclass(t.table_name) IS NOT NULL),
                 ARRAY(SELECT k.conrelid::text FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' ORDER BY k.oid),
                 ARRAY(SELECT k.confrelid::text FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' ORDER BY k.oid)) o);
    FOR v_subject IN
        SELECT t.* FROM sqlite_migrate.run_tables t
        WHERE t.run_id = v_run.run_id AND t.rows_rejected > 0
          AND EXISTS (SELECT FROM sqlite_migrate.rejects r WHERE r.run_id = t.run_id AND r.source_table = t.source_table)
        ORDER BY pg_catalog.array_position(v_targets, pg_catalog.to_regclass(t.table_name)::oid)
    LOOP
        v_source := sqlite_migrate._rejects_source(v_run.run_id, v_subject.source_table);
        v_args := sqlite_migrate._retry_arguments(v_run, v_subject, v_source, v_given);
        PERFORM sqlite_migrate._run_begin(v_source);
        v_tables := sqlite_migrate._tables(v_args);
        -- The rows are known not to be there yet: no key must say so.
        v_findings := ARRAY(SELECT f FROM pg_catalog.unnest(sqlite_migrate._structure(v_args, v_tables)) f
                            WHERE f.severity = 'error' AND f.code <> 'no_unique_key');
        IF v_findings <> '{}' THEN
            PERFORM sqlite_migrate._fail_findings(v_args, v_findings);
        END IF;
        PERFORM sqlite_migrate._lock(sqlite_migrate._lock_targets(v_tables));
        v_set := sqlite_migrate._load_set(v_args, v_tables, ARRAY[v_subject.source_table], false, 0, 1);
        v_set := sqlite_migrate._settle_orphans(v_args, v_tables, v_set);
        v_set := sqlite_migrate._verify_loaded(v_args, v_tables, v_set);
        PERFORM sqlite_migrate._retry_end(v_run.run_id, v_subject.source_table, v_set[1].target);
        PERFORM sqlite_migrate.detach(v_source);
        v_results := v_results || v_set;
    END LOOP;
    RETURN QUERY SELECT r.* FROM sqlite_migrate._result_rows(v_results) r;
END
$$;

-- The rejects of a run in its verification: what is missing in the target must be exactly them. rejected: how many there
-- are; digest: over those of them that can be carried; problems: cells of the others.
CREATE FUNCTION sqlite_migrate._rejects_digest(args jsonb, subject sqlite_migrate._table, OUT rejected bigint,
                                               OUT digest text, OUT problems bigint)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_run    bigint := (args ->> 'run_id')::bigint;
    v_source text;
    v_answer jsonb;
BEGIN
    rejected := (SELECT pg_catalog.count(*) FROM sqlite_migrate.rejects r
                 WHERE r.run_id = v_run AND r.source_table = subject.source_table);
    digest := '00000000000000000000000000000000';
    problems := 0;
    IF rejected > 0 AND args ->> 'method' <> 'count' THEN
        v_source := sqlite_migrate._rejects_source(v_run, subject.source_table);
        v_answer := sqlite_migrate._load(v_source, subject.source_table, subject.target::pg_catalog.regclass,
                                         subject.source_columns, subject.target_columns,
                                         sqlite_migrate._settings(args, subject.source_table, subject.source_columns), true);
        PERFORM sqlite_migrate.detach(v_source);
        digest := v_answer ->> 'digest';
        problems := v_answer ->> 'problems';
    END IF;
END
$$;
