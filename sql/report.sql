-- Tells what a run did, from its record: as text, Markdown, HTML or JSON.

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
           || sqlite_migrate._unverified_phrase(run.arguments)
    FROM sqlite_migrate.run_tables t WHERE t.run_id = run.run_id
$$;

-- A name or message on a terminal: on one line, and without characters that would command it.
CREATE FUNCTION sqlite_migrate._plain(value text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT regexp_replace(regexp_replace(COALESCE(value, ''), E'[\\r\\n\\t]+', ' ', 'g'),
                          E'[\\u0001-\\u001F\\u007F-\\u009F\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069]', '?', 'g')
$$;

-- Lines of at most 100 characters: the first begins with head, the others with as many blanks as indent says. A word that
-- is longer than a line is cut into pieces: nothing is lost.
CREATE FUNCTION sqlite_migrate._wrap(head text, value text, indent integer) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_width constant integer := 100;
    v_line  text := head;
    v_begun boolean := false;  -- has the line words already?
    v_word  text;
BEGIN
    FOREACH v_word IN ARRAY regexp_split_to_array(sqlite_migrate._plain(value), ' ') LOOP
        IF v_begun AND length(v_line) + 1 + length(v_word) > v_width THEN
            RETURN NEXT rtrim(v_line);
            v_line := repeat(' ', indent);
            v_begun := false;
        END IF;
        v_line := v_line || CASE WHEN v_begun THEN ' ' ELSE '' END || v_word;
        v_begun := true;
        WHILE length(v_line) > v_width LOOP
            RETURN NEXT left(v_line, v_width);
            v_line := repeat(' ', indent) || substr(v_line, v_width + 1);
        END LOOP;
    END LOOP;
    RETURN NEXT rtrim(v_line);
END
$$;

-- A line of the table of tables: 38 + 1 + 8 + 11 + 11 + 10 + 11 + 2 + 7 characters, 99. A name that is longer than its
-- column has lines of its own.
CREATE FUNCTION sqlite_migrate._report_line(a text, b text, c text, d text, e text, f text, g text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT w FROM sqlite_migrate._wrap('', a, 2) w WHERE length(sqlite_migrate._plain(a)) > 38
    UNION ALL
    SELECT rtrim(CASE WHEN length(sqlite_migrate._plain(a)) > 38 THEN repeat(' ', 38) ELSE rpad(sqlite_migrate._plain(a), 38) END
        || ' ' || rpad(b, 8) || lpad(COALESCE(c, '-'), 11) || lpad(COALESCE(d, '-'), 11)
        || lpad(COALESCE(e, '-'), 10) || lpad(COALESCE(f, '-'), 11) || '  ' || COALESCE(g, '-'))
$$;

-- What the source was, in one line.
CREATE FUNCTION sqlite_migrate._report_file(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('%s bytes, %s, schema version %s, journal %s', f ->> 'size',
                  sqlite_migrate._counted((f ->> 'page_count')::bigint, 'page'), f ->> 'schema_version',
                  f ->> 'journal_mode')
           || CASE WHEN (f ->> 'private_copy')::boolean THEN ', read from a copy'
                   WHEN f ->> 'journal_mode' = 'wal' THEN ', -wal: ' || sqlite_migrate._wal_phrase(f -> 'wal') ELSE '' END
    FROM (SELECT data #> '{source,start}' AS f) s WHERE f IS NOT NULL
$$;

-- The three phases that took the longest.
CREATE FUNCTION sqlite_migrate._report_times(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format(' (%s)', string_agg(p.phase || ' ' || sqlite_migrate._duration(p.ms), ', ' ORDER BY p.ms DESC, p.phase))
    FROM (SELECT phase, ms FROM jsonb_to_recordset(data -> 'phases') AS p (phase text, ms numeric)
          ORDER BY ms DESC, phase LIMIT 3) p
    HAVING count(*) > 0
$$;

-- The lists below the tables: (heading, entries), in their order; those that are empty are left out.
CREATE FUNCTION sqlite_migrate._report_lists(data jsonb) RETURNS TABLE (place integer, heading text, entries text[])
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT l.* FROM (VALUES
        (1, 'messages', ARRAY(
            SELECT (t.value ->> 'table_name') || ': ' || (t.value ->> 'message')
            FROM jsonb_array_elements(data -> 'tables') WITH ORDINALITY AS t (value, place)
            WHERE t.value ->> 'message' <> '' ORDER BY t.place)),
        (2, 'rejected rows by reason', CASE WHEN (data #>> '{rejects,visible}')::boolean THEN ARRAY(
            SELECT format('%s in %s: %s, %s: %s', r.value ->> 'rows',
                          concat_ws('.', r.value ->> 'table_name', quote_ident(r.value ->> 'column_name')), r.value ->> 'code',
                          r.value ->> 'sqlstate', r.value ->> 'message')
            FROM jsonb_array_elements(data #> '{rejects,reasons}') WITH ORDINALITY AS r (value, place) ORDER BY r.place)
            ELSE ARRAY[format('%s; why is shown to role "%s" and its members only, where the run was made',
                data #>> '{rejects,rows}',
                              data #>> '{run,run_by}')] END),
        (3, 'values changed by a rule', ARRAY(
            SELECT format('%s %s', r.value ->> 'values', r.value ->> 'rule')
            FROM jsonb_array_elements(data -> 'rules') WITH ORDINALITY AS r (value, place) ORDER BY r.place)),
        (4, 'found before', ARRAY(
            SELECT format('%s: %s', f.value ->> 'severity', concat_ws(': ',
                          NULLIF(concat_ws('.', f.value ->> 'table_name', quote_ident(f.value ->> 'column_name')), ''),
                              f.value ->> 'message'))
            FROM jsonb_array_elements(data -> 'findings') WITH ORDINALITY AS f (value, place) ORDER BY f.place)),
        (5, 'schema differences', CASE data -> 'schema' WHEN '[]' THEN ARRAY['none'] ELSE ARRAY(
            SELECT format('%s: %s %s: %s', s.value ->> 'severity', s.value ->> 'kind', s.value ->> 'object', s.value ->> 'message')
            FROM jsonb_array_elements(NULLIF(data -> 'schema', 'null')) WITH ORDINALITY AS s (value, place)
            ORDER BY s.place) END),
        (6, 'not carried over', ARRAY(
            SELECT format('%s: %s', n.value ->> 'object', n.value ->> 'message')
            FROM jsonb_array_elements(data -> 'not_carried') WITH ORDINALITY AS n (value, place)
            -- Where there is one only, the message of its table says it.
            WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(data -> 'tables') t
                              WHERE t.value ->> 'source_table' = n.value ->> 'source_table'
                                AND strpos(t.value ->> 'message', n.value ->> 'message') > 0)
            ORDER BY n.place)),
        (7, 'SHA-256', ARRAY(
            SELECT format('%s  %s', s.value, s.key) FROM jsonb_each_text(NULLIF(data #> '{source,sha256}', 'null')) s
            WHERE s.value IS NOT NULL ORDER BY s.key)))
        AS l (place, heading, entries)
    WHERE cardinality(l.entries) > 0
$$;

CREATE FUNCTION sqlite_migrate._report_text(data jsonb) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_head record;
    v_list record;
    v_entry text;
BEGIN
    RETURN NEXT data ->> 'verdict';
    IF data #>> '{source,changed}' IS NOT NULL THEN
        RETURN QUERY SELECT w FROM sqlite_migrate._wrap('', data #>> '{source,changed}', 2) w;
    END IF;
    FOR v_head IN
        SELECT h.name, h.value FROM (VALUES
            ('run', format('%s, by %s, version %s', data #>> '{run,run_id}', data #>> '{run,run_by}', data #>> '{run,version}')),
            ('source', data #>> '{run,source}'),
            ('file', sqlite_migrate._report_file(data)),
            ('target', format('schema %I, mode %s', data #>> '{run,target_schema}', data #>> '{run,arguments,use_mode}')),
            ('time', format('%s, %s seconds%s', date_trunc('second', (data #>> '{run,started_at}')::timestamptz),
                            round((data ->> 'duration_ms')::numeric / 1000, 1),
                                sqlite_migrate._report_times(data)))) AS h (name, value)
        WHERE h.value IS NOT NULL
    LOOP
        RETURN QUERY SELECT w FROM sqlite_migrate._wrap(rpad(v_head.name, 10), v_head.value, 10) w;
    END LOOP;
    RETURN NEXT '';
    RETURN QUERY SELECT l FROM sqlite_migrate._report_line('table', 'status', 'source', 'loaded', 'rejected', 'normalized',
        'checked') l;
    RETURN QUERY
    SELECT l FROM jsonb_array_elements(data -> 'tables') WITH ORDINALITY AS t (value, place)
    CROSS JOIN LATERAL sqlite_migrate._report_line(t.value ->> 'table_name', t.value ->> 'status', t.value ->> 'rows_source',
        t.value ->> 'rows_loaded', t.value ->> 'rows_rejected', t.value ->> 'normalized', t.value ->> 'verified')
        WITH ORDINALITY AS l (l, line)
    ORDER BY t.place, l.line;
    FOR v_list IN SELECT * FROM sqlite_migrate._report_lists(data) ORDER BY place LOOP
        RETURN NEXT '';
        IF v_list.place > 1 THEN
            RETURN NEXT v_list.heading;
        END IF;
        FOREACH v_entry IN ARRAY v_list.entries LOOP
            RETURN QUERY SELECT w FROM sqlite_migrate._wrap(CASE WHEN v_list.place > 1 THEN '  ' ELSE '' END, v_entry, 4) w;
        END LOOP;
    END LOOP;
END
$$;

-- A text inside a cell of a table: nothing in it is markup, whatever the file's names say.
CREATE FUNCTION sqlite_migrate._markdown_cell(value text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(regexp_replace(regexp_replace(replace(replace(replace(value, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'),
                                                  E'[\\r\\n\\t]+', ' ', 'g'), E'([\\\\`*_\\[\\]|~#])', E'\\\\\\1', 'g'), '')
$$;

CREATE FUNCTION sqlite_migrate._report_markdown(data jsonb) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_list record;
BEGIN
    RETURN NEXT '# ' || sqlite_migrate._markdown_cell(data ->> 'verdict');
    RETURN NEXT '';
    IF data #>> '{source,changed}' IS NOT NULL THEN
        RETURN NEXT sqlite_migrate._markdown_cell(upper(left(data #>> '{source,changed}', 1))
            || substr(data #>> '{source,changed}', 2)) || '.';
        RETURN NEXT '';
    END IF;
    RETURN NEXT format('Run %s by %s, version %s: from %s into schema %s, %s, %s seconds.', data #>> '{run,run_id}',
        sqlite_migrate._markdown_cell(data #>> '{run,run_by}'), data #>> '{run,version}',
            sqlite_migrate._markdown_cell(data #>> '{run,source}'),
        sqlite_migrate._markdown_cell(data #>> '{run,target_schema}'),
            date_trunc('second', (data #>> '{run,started_at}')::timestamptz),
        round((data ->> 'duration_ms')::numeric / 1000, 1));
    RETURN NEXT '';
    RETURN NEXT '| table | status | source | loaded | rejected | normalized | checked | message |';
    RETURN NEXT '|---|---|--:|--:|--:|--:|---|---|';
    RETURN QUERY
    SELECT format('| %s | %s | %s | %s | %s | %s | %s | %s |', sqlite_migrate._markdown_cell(t.value ->> 'table_name'),
        t.value ->> 'status',
                  t.value ->> 'rows_source', t.value ->> 'rows_loaded', t.value ->> 'rows_rejected', t.value ->> 'normalized',
                  t.value ->> 'verified', sqlite_migrate._markdown_cell(t.value ->> 'message'))
    FROM jsonb_array_elements(data -> 'tables') WITH ORDINALITY AS t (value, place) ORDER BY t.place;
    -- Messages stand in the table already.
    FOR v_list IN SELECT * FROM sqlite_migrate._report_lists(data) l WHERE l.place > 1 ORDER BY l.place LOOP
        RETURN NEXT '';
        RETURN NEXT '## ' || upper(left(v_list.heading, 1)) || substr(v_list.heading, 2);
        RETURN NEXT '';
        RETURN QUERY SELECT '- ' || sqlite_migrate._markdown_cell(e.entry)
                     FROM unnest(v_list.entries) WITH ORDINALITY AS e (entry, place) ORDER BY e.place;
    END LOOP;
    RETURN NEXT '';
    RETURN NEXT 'Source: ' || COALESCE(sqlite_migrate._markdown_cell(sqlite_migrate._report_file(data)), 'no more is known')
        || '.';
END
$$;

CREATE FUNCTION sqlite_migrate.report(run_id bigint DEFAULT NULL, format text DEFAULT 'text') RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_run sqlite_migrate.runs;
BEGIN
    CASE COALESCE(format, 'text')
        WHEN 'text', 'markdown', 'html', 'json' THEN
            v_run := sqlite_migrate._report_run(run_id);
        ELSE
            PERFORM sqlite_migrate._raise('22023',
                format('argument "format" = "%s" is not valid', format),
                sqlite_migrate._did_you_mean(format, '{text,markdown,html,json}', 'It takes one of: '));
    END CASE;
    IF format = 'json' THEN
        RETURN NEXT sqlite_migrate._report_data(v_run)::text;
    ELSIF format = 'html' THEN
        RETURN NEXT sqlite_migrate._report_html(sqlite_migrate._report_data(v_run));
    ELSIF format = 'markdown' THEN
        RETURN QUERY SELECT t FROM sqlite_migrate._report_markdown(sqlite_migrate._report_data(v_run)) t;
    ELSE
        RETURN QUERY SELECT t FROM sqlite_migrate._report_text(sqlite_migrate._report_data(v_run)) t;
    END IF;
END
$$;
