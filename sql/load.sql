-- Loads tables: the engine's functions in C, and copy_table and copy_tables, a migration of a few tables that exist.

-- Opens a run: from here on every function reads the source at one instant, and C keeps evidence of what was loaded
-- and found. It ends with _run_end, or with the (sub)transaction that it began in.
-- With a run_key it reserves the key before, and gives the run_id; NULL: no key, or a run that has ended well bears it.
CREATE FUNCTION sqlite_migrate._run_begin(source text, run_key text DEFAULT NULL) RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_run_begin';

-- Writes runs and run_tables, under their owner's rights: counts and digests from C's own evidence, the rest from the
-- summary.
CREATE FUNCTION sqlite_migrate._run_end(summary jsonb) RETURNS bigint
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_run_end';

CREATE FUNCTION sqlite_migrate._lock(targets oid[]) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_lock';

-- Converts all rows of a source table, and inserts them unless check_only. Values that cannot be carried are
-- collected, not raised: {"rows_source", "rows_loaded", "normalized", "rules", "path", "path_reason", "digest",
-- "duration_ms", "problems", "complaints", "rows_rejected", "subtransactions"}. With settings on_error = "reject" each row
-- that is refused, by the converters or by the server, is noted in the run, and the others go in.
CREATE FUNCTION sqlite_migrate._load(source text, source_table text, target regclass, source_columns text[],
                                     target_columns text[], settings jsonb, check_only boolean) RETURNS jsonb
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_load';

-- The converted rows of a source table, in the types of the target's columns: to be called with a column definition
-- list. With keyed a last column, text, names each row of the source as JSON. Rows that cannot be carried are left out.
CREATE FUNCTION sqlite_migrate._converted(source text, source_table text, target regclass, source_columns text[],
                                          target_columns text[], settings jsonb, keyed boolean) RETURNS SETOF record
LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 100000
AS 'MODULE_PATHNAME', 'sqlite_migrate_converted';

-- Checks, set-wise, the foreign keys that _load went past. How many it checked.
CREATE FUNCTION sqlite_migrate._check_foreign_keys(targets oid[]) RETURNS integer
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_check_foreign_keys';

-- {"rows", "digest"} of a table as it is stored. Without columns it only counts. With a key "buckets", too: '{}' is the
-- whole row.
CREATE FUNCTION sqlite_migrate._digest(target regclass, target_columns text[], key text[] DEFAULT NULL)
RETURNS jsonb
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_digest';

-- What the converters must know of one table: the zone, and for each column the rules that it asks for by name, or its
-- expression.
CREATE FUNCTION sqlite_migrate._settings(args jsonb, source_table text, source_columns text[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object(
        -- Which rows are converted by the types' own input functions, too: the proof that the fast converters agree.
        'deep', CASE WHEN 'deep' IN (args ->> 'method', args ->> 'verify') THEN 'all'
                     WHEN args ->> 'verify' IN ('none', 'count') THEN 'none' ELSE 'sample' END,
        'strict', args -> 'strict', 'excused', args -> 'excused',
        'assume_timezone', args -> 'assume_timezone', 'path', sqlite_migrate._wanted_path(),
        'hint', sqlite_migrate._preflight_call(args),
        'rules', COALESCE(jsonb_object_agg(r.column_name, r.rule) FILTER (WHERE NOT r.expression), '{}'),
        'expressions', COALESCE(jsonb_object_agg(r.column_name, r.rule) FILTER (WHERE r.expression), '{}'))
    FROM sqlite_migrate._column_rules(args -> 'rules', source_table, source_columns) r
$$;

-- Loads one set, and checks its foreign keys. After the first value that cannot be carried nothing more is written,
-- here and in the sets that follow, but every row is still looked at, so that one error can name all. Plain loops and
-- assignments on purpose: a query around _load would hold a snapshot, and deny the loader its frozen tuples.
CREATE FUNCTION sqlite_migrate._load_set(args jsonb, tables sqlite_migrate._table[], members text[],
                                         check_only boolean, place integer, places integer)
RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
    v_table   sqlite_migrate._table;
    v_result  sqlite_migrate._result;
    v_results sqlite_migrate._result[] := '{}';
    v_answer  jsonb;
    v_target  regclass;
    v_stop    boolean := check_only;
    v_reject  jsonb := pg_catalog.jsonb_build_object('on_error', args -> 'on_error', 'max_rejects', args ->> 'max_rejects',
                                                     'orphans', args -> 'orphans');
    v_loaded  oid[] := '{}';
    v_set     oid[] := ARRAY(SELECT COALESCE(t.target, pg_catalog.to_regclass(t.shown)::oid)
                             FROM pg_catalog.unnest(tables) t
                             WHERE t.fate = 'load' AND t.source_table = ANY (members) AND NOT check_only);
    -- By upsert the rows of a table pass the triggers of its keys, whatever its own path would be.
    v_merged  oid[] := ARRAY(SELECT t.target FROM pg_catalog.unnest(tables) t
                             WHERE t.target = ANY (v_set) AND sqlite_migrate._occupied_by(args, t, 'upsert'));
    v_pieces  boolean := args ->> 'on_error' = 'reject' OR args ->> 'orphans' = 'reject';
    v_altered jsonb := sqlite_migrate._defer_keys(v_set, v_merged, v_pieces);
    v_staged  regclass;
BEGIN
    FOREACH v_table IN ARRAY tables LOOP
        CONTINUE WHEN v_table.source_table <> ALL (members);
        v_target := COALESCE(v_table.target::pg_catalog.regclass, pg_catalog.to_regclass(v_table.shown));
        v_staged := CASE WHEN v_target = ANY (v_merged) AND NOT v_stop THEN sqlite_migrate._stage(v_table) END;
        IF NOT v_stop AND sqlite_migrate._occupied_by(args, v_table, 'append') AND args ->> 'verify' <> 'none' THEN
            PERFORM sqlite_migrate._digest_before(v_target,
                CASE args ->> 'verify' WHEN 'count' THEN '{}'
                                      ELSE (sqlite_migrate._to_verify(args, v_table)).target_columns END);
        END IF;
        PERFORM sqlite_migrate._next_table(v_table.rows_estimate);
        v_answer := sqlite_migrate._load(args ->> 'source', v_table.source_table, COALESCE(v_staged, v_target),
                                         v_table.source_columns, v_table.target_columns,
                                         sqlite_migrate._settings(args, v_table.source_table, v_table.source_columns)
                                         || sqlite_migrate._digest_settings(args, v_table)
                                         || CASE WHEN v_staged IS NULL THEN '{}'
                                                 ELSE pg_catalog.jsonb_build_object('stands_for', v_table.target::text) END
                                         || CASE v_table.fate WHEN 'load' THEN v_reject
                                                 || pg_catalog.jsonb_build_object('shown', v_table.shown) ELSE '{}' END,
                                         v_stop OR v_table.fate = 'check');
        v_result := NULL;
        v_result.source_table := v_table.source_table;
        v_result.target := v_target;
        v_result.table_name := v_table.shown;
        v_result.status := CASE v_table.fate WHEN 'check' THEN 'skipped' ELSE 'ok' END;
        v_result.message := pg_catalog.concat_ws('; ', CASE WHEN v_table.fate <> 'check' THEN NULL
                 WHEN args ->> 'verify' = 'none' THEN 'has rows: not loaded, not compared' ELSE v_table.reason END,
            'left out: ' || NULLIF(pg_catalog.array_to_string(v_table.excluded_columns, ', '), ''),
            'unverified: ' || NULLIF(pg_catalog.array_to_string(sqlite_migrate._unverified(args, v_table), ', '), ''),
            'numbers: ' || sqlite_migrate._unit_phrase(v_answer -> 'units'));
        v_result.rows_source := v_answer ->> 'rows_source';
        v_result.rows_loaded := v_answer ->> 'rows_loaded';
        v_result.rows_rejected := v_answer ->> 'rows_rejected';
        v_result.normalized := v_answer ->> 'normalized';
        v_result.verified := 'none';
        v_result.sequences_aligned := 0;
        v_result.digest := v_answer ->> 'digest';
        v_result.problems := v_answer ->> 'problems';
        v_result.complaints := v_answer -> 'complaints';
        IF v_staged IS NOT NULL AND v_result.problems = 0 THEN
            v_result.complaints := sqlite_migrate._doubled_keys(v_target, v_staged);
            v_result.problems := COALESCE((v_result.complaints -> 0 ->> 'rows')::bigint, 0);
            IF v_result.problems = 0 THEN
                v_result.message := pg_catalog.concat_ws('; ', NULLIF(v_result.message, ''),
                                                         sqlite_migrate._merge(v_table, v_staged));
            END IF;
        END IF;
        -- Before rows of other tables refer to its rows: a key that finds no parent would hide the reason.
        IF v_table.fate = 'check' AND args ->> 'verify' <> 'none' AND v_result.problems = 0 THEN
            v_answer := sqlite_migrate._digest(v_target, CASE args ->> 'verify' WHEN 'count' THEN '{}'
                ELSE (sqlite_migrate._to_verify(args, v_table)).target_columns END);
            IF (v_answer ->> 'rows')::bigint <> v_result.rows_source
               OR args ->> 'verify' <> 'count' AND v_answer ->> 'digest' <> v_result.digest THEN
                v_result.verified := 'differs';
            END IF;
        END IF;
        IF v_result.rows_rejected > 0 THEN
            v_result.status := CASE v_result.status WHEN 'ok' THEN 'rejects' ELSE v_result.status END;
            v_result.message := pg_catalog.concat_ws('; ', NULLIF(v_result.message, ''),
                                                     sqlite_migrate._reject_phrase(v_result.complaints));
        END IF;
        v_results := v_results || v_result;
        -- Beyond max_rejects nothing more is read; the caller raises, and names all tables so far.
        EXIT WHEN (v_answer ->> 'rejects_in_run')::bigint > (args ->> 'max_rejects')::bigint;
        v_stop := v_stop OR v_result.problems > 0 OR v_result.verified = 'differs';
        IF v_table.fate = 'load' AND NOT v_stop THEN
            v_loaded := v_loaded || COALESCE(v_staged, v_target)::oid;
            RAISE LOG 'sqlite_migrate: loaded %: % rows (% of %)', v_table.shown, v_result.rows_loaded,
                place + pg_catalog.cardinality(v_results), places;
        END IF;
    END LOOP;
    IF NOT v_stop AND v_loaded <> '{}' THEN
        -- Keys that wait are about to be checked: what they would refuse goes first.
        IF v_merged = '{}' AND EXISTS (SELECT FROM sqlite_migrate._cyclic_keys(v_set, v_merged, v_pieces)) THEN
            v_results := sqlite_migrate._settle_orphans(args, tables, v_results);
        END IF;
        PERFORM sqlite_migrate._settle_keys(v_set, v_altered, v_merged);
        -- With orphans that go elsewhere, _settle_orphans checks when all tables are loaded.
        IF args ->> 'orphans' = 'error' THEN
            PERFORM sqlite_migrate._check_foreign_keys(v_loaded);
        END IF;
    END IF;
    RETURN v_results;
END
$$;

CREATE FUNCTION sqlite_migrate.copy_tables(
    source text, tables text[], target_schema text DEFAULT 'public', existing text DEFAULT 'error',
    exclude text[] DEFAULT NULL, rename jsonb DEFAULT NULL, rules jsonb DEFAULT NULL,
    assume_timezone text DEFAULT 'UTC', on_error text DEFAULT 'abort', max_rejects bigint DEFAULT NULL,
    orphans text DEFAULT 'error', verify text DEFAULT 'digest', options jsonb DEFAULT '{}')
RETURNS TABLE (table_name text, status text, rows_source bigint, rows_loaded bigint, rows_rejected bigint,
               normalized bigint, verified text, message text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
    v_args    jsonb;
    v_results sqlite_migrate._result[];
BEGIN
    IF tables IS NULL THEN
        PERFORM sqlite_migrate._raise('22004', 'argument "tables" must not be NULL');
    END IF;
    v_args := sqlite_migrate._arguments(pg_catalog.jsonb_build_object(
        'source', source, 'target_schema', target_schema, 'mode', 'data', 'existing', existing, 'include', tables,
        'exclude', exclude, 'rename', rename, 'rules', rules, 'assume_timezone', assume_timezone,
        'on_error', on_error, 'max_rejects', max_rejects, 'orphans', orphans, 'verify', verify, 'options', options))
        -- Who names a table of migration history here means it.
        || '{"scope": "tables", "history": true}';
    IF sqlite_migrate._source_present(v_args) THEN
        v_results := sqlite_migrate._migrate(v_args);
        RETURN QUERY SELECT r.* FROM sqlite_migrate._result_rows(v_results) r;
    END IF;
END
$$;

CREATE FUNCTION sqlite_migrate.copy_table(
    source text, source_table text, target regclass, existing text DEFAULT 'error', exclude text[] DEFAULT NULL,
    rename jsonb DEFAULT NULL, rules jsonb DEFAULT NULL, assume_timezone text DEFAULT 'UTC',
    on_error text DEFAULT 'abort', max_rejects bigint DEFAULT NULL, orphans text DEFAULT 'error',
    verify text DEFAULT 'digest', options jsonb DEFAULT '{}')
RETURNS TABLE (table_name text, status text, rows_source bigint, rows_loaded bigint, rows_rejected bigint,
               normalized bigint, verified text, message text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
    v_schema  text;
    v_target  text;
    v_args    jsonb;
    v_results sqlite_migrate._result[];
BEGIN
    SELECT n.nspname, c.relname INTO v_schema, v_target
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = target;
    IF source_table IS NULL OR v_target IS NULL THEN
        PERFORM sqlite_migrate._raise('22004', 'arguments "source_table" and "target" must not be NULL');
    END IF;
    PERFORM sqlite_migrate._check_rename(rename);
    v_args := sqlite_migrate._arguments(pg_catalog.jsonb_build_object(
        'source', source, 'target_schema', v_schema, 'mode', 'data', 'existing', existing,
        'include', ARRAY[source_table], 'exclude', exclude,
        'rename', COALESCE(rename, '{}') || pg_catalog.jsonb_build_object(source_table, v_target), 'rules', rules,
        'assume_timezone', assume_timezone, 'on_error', on_error, 'max_rejects', max_rejects, 'orphans', orphans,
        'verify', verify, 'options', options))
        || '{"scope": "source_table", "history": true}';
    IF sqlite_migrate._source_present(v_args) THEN
        v_results := sqlite_migrate._migrate(v_args);
        RETURN QUERY SELECT r.* FROM sqlite_migrate._result_rows(v_results) r;
    END IF;
END
$$;
