-- Tells what a run did, from its record: for people as text, for programs as JSON.

-- The run that a report is asked for: the newest of the caller's own where none is named.
CREATE FUNCTION sqlite_migrate._report_run(run_id bigint) RETURNS sqlite_migrate.runs
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_run sqlite_migrate.runs;
BEGIN
    SELECT r.* INTO v_run FROM sqlite_migrate.runs r
    WHERE CASE WHEN _report_run.run_id IS NULL THEN r.run_by = CURRENT_USER ELSE r.run_id = _report_run.run_id END
    ORDER BY r.run_id DESC LIMIT 1;
    IF NOT FOUND THEN
        PERFORM sqlite_migrate._raise('22023',
            CASE WHEN run_id IS NULL THEN format('role "%s" has made no run yet', CURRENT_USER)
                                  ELSE format('run %s is not known', run_id) END,
            'See sqlite_migrate.runs.');
    END IF;
    RETURN v_run;
END
$$;

-- A text in a column of that width: cut with an ellipsis, or filled up.
CREATE FUNCTION sqlite_migrate._fit(value text, width integer) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT rpad(CASE WHEN length(value) > width THEN left(value, width - 1) || '…'
                                ELSE COALESCE(value, '') END, width)
$$;

-- The verdict, in one line: what was proved, or that nothing was.
CREATE FUNCTION sqlite_migrate._report_verdict(run sqlite_migrate.runs) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('%s: %s, %s, %s rejected, %s aligned',
               CASE WHEN run.status <> 'ok' THEN run.status
                    WHEN run.arguments ->> 'use_mode' = 'schema' THEN 'created'
                    WHEN run.arguments ->> 'verify' = 'none' THEN 'not verified'
                    WHEN run.arguments ->> 'verify' = 'count' THEN 'counted' ELSE 'verified' END,
               sqlite_migrate._counted(count(*) FILTER (WHERE t.status <> 'skipped'
                                                        OR t.verified IN ('count', 'digest', 'deep')), 'table'),
               sqlite_migrate._counted(COALESCE(sum(t.rows_source), 0)::bigint, 'row'),
               COALESCE(sum(t.rows_rejected), 0),
               sqlite_migrate._counted(COALESCE(sum(t.sequences_aligned), 0)::bigint, 'sequence'))
    FROM sqlite_migrate.run_tables t WHERE t.run_id = run.run_id
$$;

-- 38 + 1 + 8 + 11 + 11 + 10 + 11 + 2 + 7 columns: 99.
CREATE FUNCTION sqlite_migrate._report_line(a text, b text, c text, d text, e text, f text, g text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT rtrim(sqlite_migrate._fit(a, 38) || ' ' || sqlite_migrate._fit(b, 8)
        || lpad(COALESCE(c, '-'), 11) || lpad(COALESCE(d, '-'), 11)
        || lpad(COALESCE(e, '-'), 10) || lpad(COALESCE(f, '-'), 11) || '  ' || COALESCE(g, '-'))
$$;

CREATE FUNCTION sqlite_migrate._report_text(run sqlite_migrate.runs) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT l.line FROM (
        SELECT 1 AS part, '' AS name, sqlite_migrate._report_verdict(run) AS line
        UNION ALL
        SELECT 2, h.name, sqlite_migrate._fit(h.name, 10) || h.value FROM (VALUES
            ('run', format('%s, by %s, version %s', run.run_id, run.run_by, run.version)),
            ('source', run.source),
            ('target', format('schema %I, mode %s', run.target_schema, run.arguments ->> 'use_mode')),
            ('time', format('%s, %s seconds', date_trunc('second', run.started_at),
                 round(EXTRACT(epoch FROM run.finished_at - run.started_at), 1)))) AS h (name, value)
        UNION ALL
        SELECT 3, '', ''
        UNION ALL
        SELECT 4, '', sqlite_migrate._report_line('table', 'status', 'source', 'loaded', 'rejected', 'normalized',
                                                  'checked')
        UNION ALL
        SELECT 5, t.table_name, sqlite_migrate._report_line(t.table_name, t.status, t.rows_source::text,
                                                            t.rows_loaded::text,
                   t.rows_rejected::text, t.normalized::text, t.verified)
        FROM sqlite_migrate.run_tables t WHERE t.run_id = run.run_id
        UNION ALL
        SELECT 6, '', '' WHERE EXISTS (SELECT FROM sqlite_migrate.run_tables t WHERE t.run_id = run.run_id
                                       AND t.message <> '')
        UNION ALL
        SELECT 7, t.table_name, rtrim(sqlite_migrate._fit(t.table_name || ': ' || t.message, 100))
        FROM sqlite_migrate.run_tables t WHERE t.run_id = run.run_id AND t.message <> '') l
    ORDER BY l.part, array_position(ARRAY['run', 'source', 'target', 'time'], l.name), l.name COLLATE "C"
$$;

-- version tells programs what to expect; keys are only ever added.
CREATE FUNCTION sqlite_migrate._report_json(run sqlite_migrate.runs) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object(
        'version', 1, 'verdict', sqlite_migrate._report_verdict(run), 'run', to_jsonb(run),
        'tables', COALESCE((SELECT jsonb_agg(to_jsonb(t) - 'run_id' ORDER BY t.table_name COLLATE "C")
                            FROM sqlite_migrate.run_tables t WHERE t.run_id = run.run_id), '[]'))::text
$$;

-- A text inside a cell of a table: nothing in it is markup, whatever the file's names say.
CREATE FUNCTION sqlite_migrate._markdown_cell(value text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(regexp_replace(regexp_replace(replace(replace(replace(value, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'),
                                                  '[\r\n\t]+', ' ', 'g'), '([\\`*_\[\]|~#])', '\\\1', 'g'), '')
$$;

CREATE FUNCTION sqlite_migrate._report_markdown(run sqlite_migrate.runs) RETURNS SETOF text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT l.line FROM (
        SELECT 1 AS part, '' AS name, u.line, u.place
        FROM unnest(ARRAY['# ' || sqlite_migrate._markdown_cell(sqlite_migrate._report_verdict(run)), '',
                format('Run %s by %s, version %s: from %s into schema %s, %s, %s seconds.', run.run_id,
                       sqlite_migrate._markdown_cell(run.run_by), run.version, sqlite_migrate._markdown_cell(run.source),
                       sqlite_migrate._markdown_cell(run.target_schema), date_trunc('second', run.started_at),
                       round(EXTRACT(epoch FROM run.finished_at - run.started_at), 1)), '',
                '| table | status | source | loaded | rejected | normalized | checked | message |',
                '|---|---|--:|--:|--:|--:|---|---|']) WITH ORDINALITY AS u (line, place)
        UNION ALL
        SELECT 2, t.table_name, format('| %s | %s | %s | %s | %s | %s | %s | %s |', sqlite_migrate._markdown_cell(t.table_name),
                   t.status, t.rows_source, t.rows_loaded, t.rows_rejected, t.normalized, t.verified,
                   sqlite_migrate._markdown_cell(t.message)), 0
        FROM sqlite_migrate.run_tables t WHERE t.run_id = run.run_id) l
    ORDER BY l.part, l.place, l.name COLLATE "C"
$$;

CREATE FUNCTION sqlite_migrate.report(run_id bigint DEFAULT NULL, format text DEFAULT 'text') RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_run sqlite_migrate.runs;
BEGIN
    CASE COALESCE(format, 'text')
        WHEN 'text', 'json', 'markdown' THEN
            v_run := sqlite_migrate._report_run(run_id);
        WHEN 'html' THEN
            PERFORM sqlite_migrate._raise('0A000', format('argument "format" = "%s" is not supported yet', format));
        ELSE
            PERFORM sqlite_migrate._raise('22023',
                format('argument "format" = "%s" is not valid', format),
                sqlite_migrate._did_you_mean(format, '{text,markdown,html,json}', 'It takes one of: '));
    END CASE;
    IF format = 'json' THEN
        RETURN NEXT sqlite_migrate._report_json(v_run);
    ELSIF format = 'markdown' THEN
        RETURN QUERY SELECT t FROM sqlite_migrate._report_markdown(v_run) t;
    ELSE
        RETURN QUERY SELECT t FROM sqlite_migrate._report_text(v_run) t;
    END IF;
END
$$;
