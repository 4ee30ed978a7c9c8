-- Rows whose parent is missing, with orphans => 'reject' or 'null': found set-wise when all tables are loaded, before their
-- foreign keys are checked.

-- Deletes rows that this run loaded, or sets keys of theirs to NULL; no trigger fires, so no ON DELETE action does.
-- {"digest": what was loaded, without them, "hashes", "cells"}
CREATE FUNCTION sqlite_migrate._take_out(target oid, leaf oid, target_columns text[], rows tid[], keys text[]) RETURNS jsonb
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_take_out';

-- Reads the source once more and notes the rows of these hashes as rejected; place: which column and message each has.
CREATE FUNCTION sqlite_migrate._reject_removed(
    source text, source_table text, target regclass, source_columns text[], target_columns text[], settings jsonb,
    hashes bigint[], places integer[], attributes integer[], messages text[]) RETURNS jsonb
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'sqlite_migrate_reject_removed';

-- The rows of a table that have no parent by one key, as a query: leaf (tableoid) and rows (an array of ctid). A key
-- within the table takes along what hangs on them.
CREATE FUNCTION sqlite_migrate._orphans_sql(target oid, key sqlite_migrate._reference, chains boolean) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN chains AND key.parent = target THEN
               format('WITH RECURSIVE o AS (SELECT c.tableoid AS leaf, c.ctid AS row, %s FROM %s c WHERE %s UNION ALL '
                      'SELECT c.tableoid, c.ctid, %s FROM %s c JOIN o ON %s) '
                      'SELECT o.leaf, array_agg(o.row) FROM o GROUP BY o.leaf',
                      k.parents_named, s.child, k.condition, k.parents, s.child, k.below)
           ELSE format('SELECT c.tableoid, array_agg(c.ctid) FROM %s c WHERE %s GROUP BY c.tableoid', s.child, k.condition) END
    FROM (SELECT format('%s%I.%I', CASE c.relkind WHEN 'r' THEN 'ONLY ' END, n.nspname, c.relname) AS child
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = target) s,
         (SELECT format('%s%I.%I', CASE c.relkind WHEN 'r' THEN 'ONLY ' END, n.nspname, c.relname) AS parent
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = key.parent) p
    CROSS JOIN LATERAL (
        SELECT string_agg(format('c.%s IS NOT NULL', u.child), ' AND ') AS filled,
               string_agg(format('c.%s IS NOT NULL', u.child), ' OR ') AS touched,
               string_agg(format('p.%s %s c.%s', u.parent, u.equal, u.child), ' AND ') AS found,
               string_agg(format('o.k%s %s c.%s', u.n, u.equal, u.child), ' AND ') AS below,
               string_agg(format('c.%s AS k%s', u.parent, u.n), ', ') AS parents_named,
               string_agg(format('c.%s', u.parent), ', ') AS parents
        FROM unnest(key.columns, key.parent_columns, key.equal) WITH ORDINALITY AS u (child, parent, equal, n)) e
    CROSS JOIN LATERAL (
        SELECT CASE WHEN key.match_full
                    THEN format('(%s) AND NOT ((%s) AND EXISTS (SELECT FROM %s p WHERE %s))', e.touched, e.filled, p.parent,
                                e.found)
                    ELSE format('%s AND NOT EXISTS (SELECT FROM %s p WHERE %s)', e.filled, p.parent, e.found) END AS condition,
               e.below, e.parents, e.parents_named) k
$$;

-- orphans => 'null': the keys that find no parent become NULL, where their columns take it.
CREATE FUNCTION sqlite_migrate._null_orphans(args jsonb, tables sqlite_migrate._table[], results sqlite_migrate._result[])
RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_results sqlite_migrate._result[] := results;
    v_result  sqlite_migrate._result;
    v_table   sqlite_migrate._table;
    v_key     sqlite_migrate._reference;
    v_leaf    oid;
    v_rows    tid[];
    v_columns text[];
    v_answer  jsonb;
    v_place   integer;
BEGIN
    FOR v_place IN 1 .. pg_catalog.cardinality(results) LOOP
        v_result := v_results[v_place];
        CONTINUE WHEN v_result.status = 'skipped';
        v_table := sqlite_migrate._to_verify(args, (
            SELECT t FROM pg_catalog.unnest(tables) t WHERE t.source_table = v_result.source_table));
        FOR v_key IN SELECT * FROM sqlite_migrate._references(v_result.target) LOOP
            v_columns := ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute a
                               WHERE a.attrelid = v_result.target AND a.attnum = ANY (v_key.attributes)
                                 AND NOT a.attnotnull AND a.attgenerated = '');
            FOR v_leaf, v_rows IN EXECUTE sqlite_migrate._orphans_sql(v_result.target, v_key, false) LOOP
                IF v_columns = '{}' THEN
                    PERFORM sqlite_migrate._fail('SM002',
                        pg_catalog.format('table %s: %s by foreign key "%s", and its columns (%s) must not be NULL',
                            v_result.table_name, CASE pg_catalog.cardinality(v_rows) WHEN 1 THEN '1 row has no parent'
                            ELSE pg_catalog.cardinality(v_rows) || ' rows have no parent' END, v_key.name, v_key.shown),
                        pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
                            'severity', 'error', 'code', 'orphan', 'table_name', v_result.table_name,
                            'column_name', v_key.shown, 'rows', pg_catalog.cardinality(v_rows), 'message', v_key.missing)),
                        'orphans => ''reject'' puts such rows into sqlite_migrate.rejects.');
                END IF;
                v_answer := sqlite_migrate._take_out(v_result.target, v_leaf, v_table.target_columns, v_rows, v_columns);
                v_result.digest := v_answer ->> 'digest';
                v_result.normalized := v_result.normalized + (v_answer ->> 'cells')::bigint;
                v_result.message := pg_catalog.concat_ws('; ', NULLIF(v_result.message, ''),
                    pg_catalog.format('orphan_as_null: %s in "%s"', pg_catalog.cardinality(v_rows), v_key.shown));
            END LOOP;
        END LOOP;
        v_results[v_place] := v_result;
    END LOOP;
    RETURN v_results;
END
$$;

-- orphans => 'reject': deletes exactly the rows that have no parent, and those that have none then, until none is left; and
-- writes them down from the source.
CREATE FUNCTION sqlite_migrate._reject_orphans(args jsonb, tables sqlite_migrate._table[],
                                               results sqlite_migrate._result[])
RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_results    sqlite_migrate._result[] := results;
    v_result     sqlite_migrate._result;
    v_table      sqlite_migrate._table;
    v_key        sqlite_migrate._reference;
    v_leaf       oid;
    v_rows       tid[];
    v_answer     jsonb;
    v_complaints jsonb;
    v_shrunk     oid[];              -- parents that lost rows in the round before; NULL: the first round
    v_shrinks    oid[];
    v_hashes     jsonb := '{}';      -- by source table: [hash, …]
    v_places     jsonb := '{}';      -- by source table: [place, …]
    v_attributes integer[] := '{}';  -- by place
    v_messages   text[] := '{}';
    v_place      integer;
BEGIN
    LOOP
        v_shrinks := '{}';
        FOR v_place IN 1 .. pg_catalog.cardinality(results) LOOP
            v_result := v_results[v_place];
            CONTINUE WHEN v_result.status = 'skipped';
            v_table := sqlite_migrate._to_verify(args, (
                SELECT t FROM pg_catalog.unnest(tables) t WHERE t.source_table = v_result.source_table));
            FOR v_key IN SELECT * FROM sqlite_migrate._references(v_result.target) LOOP
                CONTINUE WHEN v_shrunk IS NOT NULL AND v_key.parent <> ALL (v_shrunk || v_shrinks);
                FOR v_leaf, v_rows IN EXECUTE sqlite_migrate._orphans_sql(v_result.target, v_key, true) LOOP
                    v_answer := sqlite_migrate._take_out(v_result.target, v_leaf, v_table.target_columns, v_rows, '{}');
                    v_attributes := v_attributes || CASE pg_catalog.cardinality(v_key.attributes)
                                                        WHEN 1 THEN v_key.attributes[1]::integer ELSE 0 END;
                    v_messages := v_messages || pg_catalog.format('foreign key "%s" (%s): %s', v_key.name, v_key.shown,
                                                                  v_key.missing);
                    v_hashes := v_hashes || pg_catalog.jsonb_build_object(v_result.source_table,
                        COALESCE(v_hashes -> v_result.source_table, '[]')
                        || pg_catalog.to_jsonb((v_answer ->> 'hashes')::bigint[]));
                    v_places := v_places || pg_catalog.jsonb_build_object(v_result.source_table,
                        COALESCE(v_places -> v_result.source_table, '[]') || pg_catalog.to_jsonb(
                            pg_catalog.array_fill(pg_catalog.cardinality(v_messages), ARRAY[pg_catalog.cardinality(v_rows)])));
                    v_shrinks := v_shrinks || v_result.target;
                    v_result.complaints := v_result.complaints || pg_catalog.jsonb_build_object('column', v_key.shown,
                        'code', 'orphan', 'sqlstate', '23503', 'rows', pg_catalog.cardinality(v_rows),
                        'message', v_messages[pg_catalog.cardinality(v_messages)]);
                    v_result.digest := v_answer ->> 'digest';
                    v_result.status := 'rejects';
                    v_result.rows_rejected := v_result.rows_rejected + pg_catalog.cardinality(v_rows);
                    v_result.rows_loaded := v_result.rows_loaded - pg_catalog.cardinality(v_rows);
                END LOOP;
            END LOOP;
            v_results[v_place] := v_result;
        END LOOP;
        EXIT WHEN v_shrinks = '{}';
        v_shrunk := v_shrinks;
    END LOOP;
    PERFORM sqlite_migrate._check_max_rejects(args, v_results);
    FOR v_place IN 1 .. pg_catalog.cardinality(results) LOOP
        v_result := v_results[v_place];
        CONTINUE WHEN NOT v_hashes ? v_result.source_table;
        v_table := (SELECT t FROM pg_catalog.unnest(tables) t WHERE t.source_table = v_result.source_table);
        v_complaints := sqlite_migrate._reject_removed(
            args ->> 'source', v_table.source_table, v_result.target::pg_catalog.regclass, v_table.source_columns,
            v_table.target_columns, sqlite_migrate._settings(args, v_table.source_table, v_table.source_columns)
                || pg_catalog.jsonb_build_object('shown', v_table.shown) || sqlite_migrate._digest_settings(args, v_table),
            ARRAY(SELECT h.value::bigint FROM pg_catalog.jsonb_array_elements_text(v_hashes -> v_result.source_table)
                      WITH ORDINALITY AS h (value, place) ORDER BY h.place),
            ARRAY(SELECT h.value::integer FROM pg_catalog.jsonb_array_elements_text(v_places -> v_result.source_table)
                      WITH ORDINALITY AS h (value, place) ORDER BY h.place), v_attributes, v_messages);
        v_result.message := pg_catalog.concat_ws('; ', NULLIF(v_result.message, ''),
                                                 sqlite_migrate._reject_phrase(v_complaints));
        v_results[v_place] := v_result;
    END LOOP;
    RETURN v_results;
END
$$;

-- After the last table of a run: orphans go where the caller said, and every key is checked.
CREATE FUNCTION sqlite_migrate._settle_orphans(args jsonb, tables sqlite_migrate._table[],
                                               results sqlite_migrate._result[])
RETURNS sqlite_migrate._result[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_results sqlite_migrate._result[] := results;
BEGIN
    IF args ->> 'orphans' <> 'error' THEN
        v_results := CASE args ->> 'orphans' WHEN 'null' THEN sqlite_migrate._null_orphans(args, tables, results)
                          ELSE sqlite_migrate._reject_orphans(args, tables, results) END;
        PERFORM sqlite_migrate._check_foreign_keys(ARRAY(
            SELECT r.target FROM pg_catalog.unnest(v_results) r WHERE r.status <> 'skipped'));
    END IF;
    RETURN v_results;
END
$$;
