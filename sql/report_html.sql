-- A run as one page for browsers: the verdict first, nothing loaded from anywhere, no name or value ever markup.

-- A text inside an element or an attribute in double quotes. The page is XML, too, which knows no control characters.
CREATE FUNCTION sqlite_migrate._html(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT replace(replace(replace(replace(replace(
        regexp_replace(COALESCE(value, ''), E'[\\u0001-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F\\uFFFE\\uFFFF]', '?', 'g'),
        '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;')
$$;

-- The same for a name or a message of its own, whose direction of writing must not spill over to its neighbours.
CREATE FUNCTION sqlite_migrate._html_text(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN COALESCE(value, '') = '' THEN '' ELSE '<bdi>' || sqlite_migrate._html(value) || '</bdi>' END
$$;

CREATE FUNCTION sqlite_migrate._html_number(value numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(to_char(value, 'FM999,999,999,999,999,990'), '–')
$$;

-- A cell with a number, by which the script sorts.
CREATE FUNCTION sqlite_migrate._html_cell(value numeric, class text DEFAULT '') RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('<td class="n%s" data-v="%s">%s</td>', class, COALESCE(value, -1), sqlite_migrate._html_number(value))
$$;

-- A bar of up to 100: part, and behind it what is missing of it. Attributes, not styles, which the page's policy forbids.
CREATE FUNCTION sqlite_migrate._html_bar(part numeric, missing numeric, whole numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN w.none THEN ''
           ELSE '<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
                '<rect class="all" width="100" height="6"/>'
                || CASE WHEN w.part > 0 THEN format('<rect class="part" width="%s" height="6"/>', w.part) ELSE '' END
                || CASE WHEN w.missing > 0
                        THEN format('<rect class="missing" x="%s" width="%s" height="6"/>', w.part, w.missing) ELSE '' END
                || '</svg>' END
    FROM (SELECT part IS NULL AS none,
                 CASE WHEN part > 0 THEN GREATEST(round(100 * part / GREATEST(whole, 1), 2), 0.6) ELSE 0 END AS part,
                 CASE WHEN missing > 0 THEN GREATEST(round(100 * missing / GREATEST(whole, 1), 2), 0.6) ELSE 0 END AS missing) w
$$;

-- A section, left out where it has no rows. note: under the heading; head: names of columns, "#" before those of numbers.
CREATE FUNCTION sqlite_migrate._html_section(id text, title text, note text, head text[], rows text,
    sortable boolean DEFAULT true)
RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN COALESCE(rows, '') = '' AND note IS NULL THEN '' ELSE
        format('<section id="%s"><h2>%s</h2>', id, title) || COALESCE('<p class="note">' || note || '</p>', '')
        || CASE WHEN COALESCE(rows, '') = '' THEN '' ELSE
               format('<div class="scroll"><table%s><thead><tr>%s</tr></thead><tbody>%s</tbody></table></div>',
                   CASE WHEN sortable THEN ' class="sortable"' ELSE '' END,
                   (SELECT string_agg(CASE WHEN h LIKE '#%' THEN '<th scope="col" class="n">' || substr(h, 2)
                       ELSE '<th scope="col">' || h END
                                      || '</th>', '' ORDER BY place) FROM unnest(head) WITH ORDINALITY AS u (h, place)), rows) END
        || '</section>' END
$$;

CREATE FUNCTION sqlite_migrate._html_tables(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH t AS (
        SELECT t.*, x.place, max(GREATEST(t.rows_source, t.rows_loaded)) OVER () AS most
        FROM jsonb_array_elements(data -> 'tables') WITH ORDINALITY AS x (value, place),
             jsonb_to_record(x.value) AS t (table_name text, source_table text, status text, rows_source bigint,
                                            rows_loaded bigint, rows_rejected bigint, normalized bigint, verified text,
                                            duration_ms bigint, message text)
    )
    SELECT sqlite_migrate._html_section('tables', 'Tables', NULL,
        '{Table,Status,#Rows of the source,#Loaded,#Rejected,#Normalized,Checked by,#Loading took}', (
        SELECT string_agg(
            format('<tr><th scope="row">%s%s%s</th><td><span class="tag %s">%s</span></td>',
                sqlite_migrate._html_text(t.table_name),
                CASE WHEN t.table_name <> t.source_table AND right(t.table_name, length(t.source_table) + 1) <> '.' || t.source_table
                     THEN '<small>from ' || sqlite_migrate._html_text(t.source_table) || '</small>' ELSE '' END,
                '<small>' || NULLIF(sqlite_migrate._html_text(t.message), '') || '</small>',
                CASE t.status WHEN 'ok' THEN 'good' WHEN 'rejects' THEN 'attention' WHEN 'failed' THEN 'bad' ELSE 'plain' END,
                sqlite_migrate._html(t.status))
            || sqlite_migrate._html_cell(t.rows_source)
            || format('<td class="n wide" data-v="%s">%s%s</td>', COALESCE(t.rows_loaded, -1),
                      sqlite_migrate._html_number(t.rows_loaded),
                      sqlite_migrate._html_bar(t.rows_loaded, t.rows_rejected, t.most))
            || sqlite_migrate._html_cell(t.rows_rejected, CASE WHEN t.rows_rejected > 0 THEN ' missed' ELSE '' END)
            || sqlite_migrate._html_cell(t.normalized)
            || format('<td>%s</td><td class="n" data-v="%s">%s</td></tr>',
                      COALESCE(NULLIF(sqlite_migrate._html(t.verified), ''), '–'),
                      COALESCE(t.duration_ms, -1), COALESCE(sqlite_migrate._duration(t.duration_ms), '–')), '' ORDER BY t.place)
        FROM t))
$$;

CREATE FUNCTION sqlite_migrate._html_rejects(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sqlite_migrate._html_section('rejects', 'Rejected rows by reason',
        CASE WHEN NOT (data #>> '{rejects,visible}')::boolean
             THEN format('%s rejected. Why is shown to role %s and its members only, in the database where the run was made: rejected '
                         'rows hold values.', sqlite_migrate._counted((data #>> '{rejects,rows}')::bigint, 'row'),
                         sqlite_migrate._html_text(data #>> '{run,run_by}')) END,
        '{Table,Column,Reason,SQLSTATE,#Rows,First message}', (
        SELECT string_agg(format('<tr><th scope="row">%s</th><td class="name">%s</td><td class="name">%s</td><td>%s</td>%s'
                                 '<td class="text">%s</td></tr>',
                   sqlite_migrate._html_text(r.table_name), sqlite_migrate._html_text(r.column_name),
                   sqlite_migrate._html(r.code), sqlite_migrate._html(r.sqlstate), sqlite_migrate._html_cell(r.rows), sqlite_migrate._html_text(r.message)), ''
                   ORDER BY x.place)
        FROM jsonb_array_elements(data #> '{rejects,reasons}') WITH ORDINALITY AS x (value, place),
             jsonb_to_record(x.value) AS r (table_name text, column_name text, code text, sqlstate text, rows bigint,
                 message text)))
$$;

CREATE FUNCTION sqlite_migrate._html_rules(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sqlite_migrate._html_section('rules', 'Values changed by a named rule', NULL, '{Rule,#Values,#Tables}', (
        SELECT string_agg(format('<tr><th scope="row"><code>%s</code></th><td class="n wide" data-v="%s">%s%s</td>%s</tr>',
                   sqlite_migrate._html(r.rule), r.values, sqlite_migrate._html_number(r.values),
                   sqlite_migrate._html_bar(r.values, 0, r.most), sqlite_migrate._html_cell(r.tables)), ''
                       ORDER BY r.values DESC, r.rule COLLATE "C")
        FROM (SELECT *, max(r.values) OVER () AS most
              FROM jsonb_to_recordset(data -> 'rules') AS r (rule text, "values" bigint, tables bigint)) r))
$$;

-- What preflight found, then what create mode could not make.
CREATE FUNCTION sqlite_migrate._html_findings(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sqlite_migrate._html_section('findings', 'Found before the run', NULL, '{Severity,Where,What}', (
               SELECT string_agg(format('<tr><td><span class="tag %s">%s</span></td><td class="name">%s</td><td class="text">%s</td></tr>',
                          CASE f.severity WHEN 'error' THEN 'bad' WHEN 'warning' THEN 'attention' ELSE 'plain' END,
                          sqlite_migrate._html(f.severity),
                          COALESCE(NULLIF(sqlite_migrate._html_text(concat_ws('.', f.table_name, quote_ident(f.column_name))),
                              ''), 'the source'),
                          sqlite_migrate._html_text(f.message)), '' ORDER BY x.place)
               FROM jsonb_array_elements(data -> 'findings') WITH ORDINALITY AS x (value, place),
                    jsonb_to_record(x.value) AS f (severity text, table_name text, column_name text, message text)))
        || sqlite_migrate._html_section('schema', 'The schema of the target against that of the source',
               CASE WHEN data -> 'schema' = '[]' THEN 'Nothing differs that guards or serves the rows.' END,
               '{Severity,Kind,Object,What,SQL that mends it}', (
               SELECT string_agg(format('<tr><td><span class="tag %s">%s</span></td><td>%s</td><td class="name">%s</td>'
                                        '<td class="text">%s</td><td class="text"><code>%s</code></td></tr>',
                          CASE f.severity WHEN 'error' THEN 'bad' WHEN 'warning' THEN 'attention' ELSE 'plain' END,
                          sqlite_migrate._html(f.severity), sqlite_migrate._html(f.kind), sqlite_migrate._html_text(f.object),
                          sqlite_migrate._html_text(f.message), sqlite_migrate._html_text(f.fix)), '' ORDER BY x.place)
               FROM jsonb_array_elements(NULLIF(data -> 'schema', 'null')) WITH ORDINALITY AS x (value, place),
                    jsonb_to_record(x.value) AS f (severity text, kind text, object text, message text, fix text)))
        || sqlite_migrate._html_section('not_carried', 'Not carried over', NULL, '{What,Why}', (
               SELECT string_agg(format('<tr><th scope="row">%s</th><td class="text">%s</td></tr>',
                          sqlite_migrate._html_text(x.value ->> 'object'), sqlite_migrate._html_text(x.value ->> 'message')), ''
                              ORDER BY x.place)
               FROM jsonb_array_elements(data -> 'not_carried') WITH ORDINALITY AS x (value, place)))
$$;

CREATE FUNCTION sqlite_migrate._html_phases(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sqlite_migrate._html_section('phases', 'Where the time went', NULL, '{Phase,#Time}', (
        SELECT string_agg(format('<tr><th scope="row">%s</th><td class="n wide" data-v="%s">%s%s</td></tr>',
                   COALESCE(w.words, sqlite_migrate._html(p.value ->> 'phase')), (p.value ->> 'ms')::numeric,
                   sqlite_migrate._duration((p.value ->> 'ms')::numeric),
                   sqlite_migrate._html_bar((p.value ->> 'ms')::numeric, 0, (data ->> 'duration_ms')::numeric)), ''
                       ORDER BY p.place)
        FROM jsonb_array_elements(data -> 'phases') WITH ORDINALITY AS p (value, place)
        LEFT JOIN (VALUES ('look', 'Looking, preflight and plan'), ('create', 'Creating tables'), ('load', 'Loading rows'),
                          ('key', 'Keys'), ('index', 'Indexes'), ('constraint', 'Constraints'), ('foreign key', 'Foreign keys'),
                          ('view', 'Views'), ('schema', 'Comparing the schemas'), ('sequence', 'Sequences'), ('analyze', 'Statistics'), ('verify', 'Verification'),
                          ('trigger', 'Triggers put aside'), ('truncate', 'Emptying tables'),
                              ('end', 'Writing the record')) AS w (phase, words)
            ON w.phase = p.value ->> 'phase'
        WHERE (p.value ->> 'ms')::numeric >= 0.1))
$$;
