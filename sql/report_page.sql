-- The page around the sections of the HTML report: style, script, verdict, facts, evidence of the source.

-- No "<" and no "&" in style and script, so that the page is XML as well as HTML.
CREATE FUNCTION sqlite_migrate._html_style() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $style$
    SELECT $$
:root { color-scheme: light dark; --page: #f4f6f8; --card: #ffffff; --ink: #19212b; --soft: #566170; --line: #dfe4ea;
  --accent: #2f6fde; --track: #e9edf2; --good: #17703f; --good-back: #e4f5ea; --attention: #875200; --attention-back: #fff2d6;
  --bad: #b0261e; --bad-back: #fde9e7; --plain-back: #eaeef3; }
@media (prefers-color-scheme: dark) { :root { --page: #0e1217; --card: #161b22; --ink: #e7ebf0; --soft: #9ba6b4; --line: #2a323c;
  --accent: #6aa0ff; --track: #252c36; --good: #62d394; --good-back: #10281b; --attention: #f2bd62; --attention-back: #2d2310;
  --bad: #ff8f86; --bad-back: #341816; --plain-back: #242b35; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
.over { margin: 0 0 .6rem; color: var(--soft); font-size: .87rem; }
.verdict { display: flex; gap: 1.1rem; align-items: center; padding: 1.2rem 1.4rem; border-radius: .8rem; border: 1px solid; }
.verdict svg { flex: none; width: 3rem; height: 3rem; }
.verdict h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; letter-spacing: -.01em; }
.verdict p { margin: .25rem 0 0; color: var(--ink); overflow-wrap: anywhere; }
.verdict.good { background: var(--good-back); border-color: var(--good); color: var(--good); }
.verdict.attention { background: var(--attention-back); border-color: var(--attention); color: var(--attention); }
.verdict.bad { background: var(--bad-back); border-color: var(--bad); color: var(--bad); }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .8rem; margin: .9rem 0; padding: 0; }
.figures div, section { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; }
.figures div { padding: .7rem 1rem; display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--soft); font-size: .82rem; }
.figures dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.figures .missed dd { color: var(--attention); }
section { margin: .9rem 0; padding: 1rem 1.4rem 1.1rem; }
h2 { margin: 0 0 .6rem; font-size: 1.05rem; }
.note { margin: 0 0 .7rem; color: var(--soft); overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0 .9rem; align-items: start; }
.pair section + section, .pair div + div section:first-child { margin-top: 0; } .pair section:first-child { margin-top: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { padding: .42rem .9rem .42rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-size: .82rem; font-weight: 500; vertical-align: bottom; white-space: nowrap; }
tbody th { font-weight: 600; min-width: 10rem; overflow-wrap: anywhere; }
tbody th small { display: block; font-weight: 400; color: var(--soft); max-width: 44rem; }
th:last-child, td:last-child { padding-right: 0; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.wide { min-width: 9rem; }
.text { min-width: 14rem; overflow-wrap: anywhere; }
.name { min-width: 7rem; overflow-wrap: anywhere; }
.same { color: var(--soft); }
td.missed { color: var(--attention); font-weight: 600; }
.bar { display: block; width: 100%; height: .4rem; margin-top: .3rem; border-radius: .2rem; }
.bar .all { fill: var(--track); } .bar .part { fill: var(--accent); } .bar .missing { fill: var(--attention); }
.tag { display: inline-block; padding: 0 .55em; border-radius: 1em; font-size: .82rem; background: var(--plain-back); color: var(--soft); }
.tag.good { background: var(--good-back); color: var(--good); } .tag.attention { background: var(--attention-back); color: var(--attention); }
.tag.bad { background: var(--bad-back); color: var(--bad); }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 0; font-size: .92rem; }
dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: .87rem/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-align: inherit; }
th button:hover, th button:focus-visible { color: var(--ink); text-decoration: underline; }
th[aria-sort] button::after { content: " \2191"; } th[aria-sort="descending"] button::after { content: " \2193"; }
footer { color: var(--soft); font-size: .82rem; }
@media (max-width: 40rem) { section, .verdict { padding: .9rem; } dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: .5rem; } }
@media print { body { background: none; } section, .figures div { break-inside: avoid-page; } .scroll { overflow: visible; } }
$$
$style$;

-- A click on the head of a column sorts by it: numbers by data-v, the rest by their text. It holds no data.
CREATE FUNCTION sqlite_migrate._html_script() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $script$
    SELECT $$
document.querySelectorAll("table.sortable").forEach(function (table) {
  var heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
  heads.forEach(function (head, column) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", function () {
      var numbers = head.classList.contains("n"), first = numbers ? "descending" : "ascending";
      var sort = head.getAttribute("aria-sort") === first ? (numbers ? "ascending" : "descending") : first;
      var rows = Array.from(body.rows);
      rows.sort(function (a, b) {
        var x = a.cells[column], y = b.cells[column];
        var order = numbers ? Number(x.dataset.v) - Number(y.dataset.v) : x.textContent.localeCompare(y.textContent);
        return sort === "ascending" ? order : -order;
      });
      heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", sort);
      body.append.apply(body, rows);
    });
  });
});
$$
$script$;

-- By which the page's policy knows what it may run: anything else inside the page stays dead, whatever it looks like.
CREATE FUNCTION sqlite_migrate._html_hash(content text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT '''sha256-' || encode(sha256(convert_to(content, 'UTF8')), 'base64') || ''''
$$;

-- The banner: what was proved, and what stands against it.
CREATE FUNCTION sqlite_migrate._html_verdict(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('<div class="verdict %s" id="verdict"><svg viewBox="0 0 48 48" fill="none" stroke="currentColor" '
                  'stroke-width="4" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
                  '<circle cx="24" cy="24" r="21"/>%s</svg><div><h1>%s</h1>%s</div></div>',
               data ->> 'level',
               CASE data ->> 'level' WHEN 'good' THEN '<path d="M14 25l7 7 13-15"/>'
                                     WHEN 'attention' THEN '<path d="M24 13v14M24 34v.5"/>'
                                     ELSE '<path d="M16 16l16 16M32 16L16 32"/>' END,
               upper(left(v.proved, 1)) || substr(v.proved, 2)
                   || CASE WHEN v.rejected > 0 AND v.ended_well
                           THEN ', but ' || sqlite_migrate._counted(v.rejected, 'row') || ' rejected' ELSE '' END,
               (SELECT string_agg('<p>' || s.sentence || '</p>', '' ORDER BY s.place) FROM (VALUES
                   (1, sqlite_migrate._html(substr(data ->> 'verdict', length(v.proved) + 3)) || '.'),
                   (2, CASE WHEN v.loaded AND v.ended_well THEN CASE data #>> '{run,arguments,verify}'
                           WHEN 'digest' THEN 'Every stored row was hashed and compared with what the source gave; '
                                              'a sample of each table was converted a second way.'
                           WHEN 'deep' THEN 'Every stored row was hashed and compared with what the source gave; '
                                            'every value was converted a second way.'
                           WHEN 'count' THEN 'Rows were counted. Values were not compared.'
                           ELSE 'What is stored was not compared with the source.' END END),
                   (3, upper(left(v.changed, 1)) || substr(v.changed, 2) || '.')) AS s (place, sentence)))
    FROM (SELECT split_part(data ->> 'verdict', ':', 1) AS proved, (data #>> '{rejects,rows}')::bigint AS rejected,
                 data #>> '{run,status}' = 'ok' AS ended_well,
                 data #>> '{run,arguments,use_mode}' IS DISTINCT FROM 'schema' AS loaded,
                 NULLIF(sqlite_migrate._html(data #>> '{source,changed}'), '') AS changed) v
$$;

CREATE FUNCTION sqlite_migrate._html_figures(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT '<dl class="figures">'
           || string_agg(format('<div%s><dt>%s</dt><dd>%s</dd></div>',
                  CASE WHEN f.name = 'rows rejected' AND t.rejected > 0 THEN ' class="missed"' ELSE '' END, f.name, f.value), ''
                  ORDER BY f.place)
           || '</dl>'
    FROM (SELECT count(*) FILTER (WHERE r.status <> 'skipped' OR r.verified IN ('count', 'digest', 'deep')) AS tables,
                 sum(r.rows_source) AS source, sum(r.rows_loaded) AS loaded, sum(r.rows_rejected) AS rejected,
                 sum(r.normalized) AS normalized
          FROM jsonb_to_recordset(data -> 'tables') AS r (status text, verified text, rows_source bigint, rows_loaded bigint,
                                                          rows_rejected bigint, normalized bigint)) t
    CROSS JOIN LATERAL (VALUES
        (1, 'tables', sqlite_migrate._html_number(t.tables)),
        (2, 'rows in the source', sqlite_migrate._html_number(COALESCE(t.source, 0))),
        (3, 'rows loaded', sqlite_migrate._html_number(COALESCE(t.loaded, 0))),
        (4, 'rows rejected', sqlite_migrate._html_number(COALESCE(t.rejected, 0))),
        (5, 'values normalized', sqlite_migrate._html_number(COALESCE(t.normalized, 0))),
        (6, 'for the whole run', sqlite_migrate._duration((data ->> 'duration_ms')::numeric))) AS f (place, name, value)
$$;

CREATE FUNCTION sqlite_migrate._html_facts(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT '<section id="run"><h2>The run</h2><dl class="facts">'
           || string_agg(format('<dt>%s</dt><dd>%s</dd>', f.name, sqlite_migrate._html_text(f.value)), '' ORDER BY f.place)
               || '</dl></section>'
    FROM (VALUES
        (1, 'Source', data #>> '{run,source}'),
        (2, 'Target', format('schema %I, mode %s', data #>> '{run,target_schema}', data #>> '{run,arguments,use_mode}')),
        (3, 'Run', format('%s, by %s', data #>> '{run,run_id}', data #>> '{run,run_by}')),
        (4, 'Key', data #>> '{run,run_key}'),
        (5, 'Started', to_char((data #>> '{run,started_at}')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'),
        (6, 'Ended', to_char((data #>> '{run,finished_at}')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'),
        (7, 'Arguments', (SELECT string_agg(a.key || ' => ' || sqlite_migrate._literal(a.value), ', ' ORDER BY a.key COLLATE "C")
                          FROM jsonb_each(data #> '{run,arguments}') a
                          WHERE a.key NOT IN ('use_mode', 'scope', 'history') AND
                              a.value IS DISTINCT FROM sqlite_migrate._defaults() -> a.key)))
        AS f (place, name, value)
    WHERE f.value <> ''
$$;

CREATE FUNCTION sqlite_migrate._html_source(data jsonb) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN data #> '{source,start}' IS NULL THEN ''
        ELSE sqlite_migrate._html_section('source', 'The source, before and after',
        CASE WHEN data #>> '{source,changed}' IS NOT NULL THEN sqlite_migrate._html(data #>> '{source,changed}') || '.'
             WHEN data #>> '{source,start,private_copy}' = 'true' THEN 'Read from a copy that nobody else could write to.'
             ELSE 'Nothing tells of a change during the run.' END,
        '{Fact,At the start,At the end}',
        (SELECT string_agg(format('<tr><th scope="row">%s</th><td class="name">%s</td><td class="name">%s</td></tr>', f.name,
                                  sqlite_migrate._html(f.was), CASE WHEN f.was = f.ended THEN '<span class="same">the same</span>'
                                                                    ELSE sqlite_migrate._html(f.ended) END), '' ORDER BY f.place)
         FROM (SELECT data #> '{source,start}' AS a, data #> '{source,end}' AS z) e
         CROSS JOIN LATERAL (VALUES
             (1, 'Size', sqlite_migrate._html_number((e.a ->> 'size')::numeric) || ' bytes',
                 sqlite_migrate._html_number((e.z ->> 'size')::numeric) || ' bytes'),
             (2, 'Pages', format('%s of %s bytes', e.a ->> 'page_count', e.a ->> 'page_size'),
                 format('%s of %s bytes', e.z ->> 'page_count', e.z ->> 'page_size')),
             (3, 'Journal', e.a ->> 'journal_mode', e.z ->> 'journal_mode'),
             (4, '-wal beside it', sqlite_migrate._wal_phrase(e.a -> 'wal'), sqlite_migrate._wal_phrase(e.z -> 'wal')),
             (5, 'Schema version', e.a ->> 'schema_version', e.z ->> 'schema_version'),
             (6, 'Data version', e.a ->> 'data_version', e.z ->> 'data_version'),
             (7, 'Change counter', e.a ->> 'change_counter', e.z ->> 'change_counter'),
             (8, 'Last written', e.a ->> 'modified', e.z ->> 'modified'),
             (9, 'SHA-256', data #>> '{source,sha256,file}', NULL),
             (10, 'SHA-256, -wal', data #>> '{source,sha256,wal}', NULL),
             (11, 'Fingerprint', data #>> '{run,source_fingerprint}', NULL)) AS f (place, name, was, ended)
         WHERE f.was <> ''), false) END
$$;

-- What lies beside the source as its -wal, in words.
CREATE FUNCTION sqlite_migrate._wal_phrase(wal jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN wal IS NULL OR jsonb_typeof(wal) = 'null' THEN 'none'
                ELSE format('%s bytes', wal ->> 'size')
                    || COALESCE(', ' || sqlite_migrate._counted((wal ->> 'frames')::bigint, 'frame') || ' in use', '') END
$$;

CREATE FUNCTION sqlite_migrate._html_again(data jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT '<section id="again"><h2>Look again</h2><pre>' || sqlite_migrate._html(format(
        E'SELECT * FROM sqlite_migrate.verify(%1$L, %2$L, run_id => %3$s);\n'
        'SELECT * FROM sqlite_migrate.verify_schema(%1$L, %2$L);\n'
        'SELECT * FROM sqlite_migrate.run_tables WHERE run_id = %3$s;',
        data #>> '{run,source}', data #>> '{run,target_schema}', data #>> '{run,run_id}')) || '</pre></section>'
$$;

CREATE FUNCTION sqlite_migrate._report_html(data jsonb) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT '<!DOCTYPE html>' || E'\n' || '<html lang="en" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>'
        || format('<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; img-src data:; '
                  'style-src %s; script-src %s; base-uri &#39;none&#39;; form-action &#39;none&#39;"/>',
                  sqlite_migrate._html(sqlite_migrate._html_hash(sqlite_migrate._html_style())),
                  sqlite_migrate._html(sqlite_migrate._html_hash(sqlite_migrate._html_script())))
        || '<meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="color-scheme" content="light dark"/>'
        || '<meta name="referrer" content="no-referrer"/><link rel="icon" href="data:,"/>'
        || format('<title>%s, run %s</title>', sqlite_migrate._html(data ->> 'verdict'), data #>> '{run,run_id}')
        || '<style>' || sqlite_migrate._html_style() || '</style></head><body><main>'
        || format('<p class="over">SQLite to PostgreSQL, run %s: %s into schema %s</p>', data #>> '{run,run_id}',
                  sqlite_migrate._html_text(data #>> '{run,source}'), sqlite_migrate._html_text(data #>> '{run,target_schema}'))
        || sqlite_migrate._html_verdict(data) || sqlite_migrate._html_figures(data) || sqlite_migrate._html_tables(data)
        || sqlite_migrate._html_rejects(data) || sqlite_migrate._html_findings(data)
        || '<div class="pair"><div>' || sqlite_migrate._html_facts(data) || sqlite_migrate._html_source(data) || '</div><div>'
        || sqlite_migrate._html_rules(data) || sqlite_migrate._html_phases(data) || '</div></div>'
        || sqlite_migrate._html_again(data)
        || format('<footer>Made by sqlite_fdw_migrate %s from the record of the run. '
                  'This page loads nothing from anywhere.</footer>',
                  sqlite_migrate._html(data #>> '{run,version}'))
        || '</main><script>' || sqlite_migrate._html_script() || '</script></body></html>'
$$;
