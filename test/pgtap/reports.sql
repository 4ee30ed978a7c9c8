-- report: every section in every format, names and values of the file that are no markup, who sees why rows were rejected.
BEGIN;
SET client_min_messages = warning;
\getenv scratch SCRATCH
\set work :scratch '/reports'
\setenv WORK :work
\set report_page `cat docs/report.md`
\set wal :work '/wal.db'
SELECT set_config('test.page', :'report_page', true) \gset ignored_
-- The path is one more place for markup: a folder that ends in "<", and a file behind it.
\set hostile :work '/<script>alert(4)</script>.db'
\! rm -rf "$WORK"; mkdir -p "$WORK/<script>alert(4)<"; chmod -R 777 "$WORK"
\! sqlite3 "$WORK/<script>alert(4)</script>.db" "CREATE TABLE [<script>alert(1)</script>] (id INTEGER PRIMARY KEY, [\"'><img src=x onerror=alert(2)>] INTEGER, note TEXT); INSERT INTO [<script>alert(1)</script>] VALUES (1, '<script>alert(3)</script>', 'a'), (2, 7, ''), (3, 9, 'c'); CREATE TABLE clean (id INTEGER PRIMARY KEY, n REAL); INSERT INTO clean VALUES (1, ''), (2, 1.5), (3, '2'), (4, 'x' || char(7, 0x202e) || 'y'); CREATE TABLE [$(printf 'long%.0s' $(seq 60))] (id INTEGER PRIMARY KEY); CREATE TRIGGER [</script><b>] AFTER INSERT ON clean BEGIN SELECT 1; END"; chmod 644 "$WORK/<script>alert(4)<"/*
-- A file in WAL mode whose -wal holds changes.
\! cd "$WORK"; sqlite3 -batch wal.db '.dbconfig no_ckpt_on_close on' 'PRAGMA journal_mode = wal' 'CREATE TABLE t (i)' >/dev/null; chmod 666 wal.db*
CREATE SCHEMA r;
CREATE TABLE r."<script>alert(1)</script>" (id bigint PRIMARY KEY, "'""><img src=x onerror=alert(2)>" bigint, note text);
ALTER TABLE r."<script>alert(1)</script>" RENAME COLUMN "'""><img src=x onerror=alert(2)>" TO """'><img src=x onerror=alert(2)>";
CREATE TABLE r.clean (id bigint PRIMARY KEY, n double precision);
CREATE ROLE someone;
CREATE ROLE "<b>runner</b>" IN ROLE pg_read_server_files;
GRANT ALL ON SCHEMA r TO "<b>runner</b>";
GRANT ALL ON ALL TABLES IN SCHEMA r TO "<b>runner</b>";
SET ROLE "<b>runner</b>";
SELECT count(*) FROM sqlite_migrate.migrate(:'hostile', 'r', on_error => 'reject', exclude => '{long%}', options => '{"sha256": true}') \gset ignored_
SELECT max(run_id) AS run FROM sqlite_migrate.runs \gset
SELECT set_config('test.html', sqlite_migrate.report(:run, 'html'), true), set_config('test.json', sqlite_migrate.report(:run, 'json'), true),
    set_config('test.text', string_agg(t, E'\n'), true) FROM sqlite_migrate.report(:run, 'text') t \gset ignored_
SELECT * FROM no_plan();

-- The page.
CREATE FUNCTION pg_temp.page(path text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(x::text, '|') FROM unnest(xpath(path, xmlparse(document current_setting('test.html')),
                                                      ARRAY[ARRAY['h', 'http://www.w3.org/1999/xhtml']])) x
$$;
SELECT lives_ok($$ SELECT xmlparse(document current_setting('test.html')) $$, 'html is well-formed, whatever the names are');
SELECT is(pg_temp.page('string(//h:h1)'), 'Verified, but 2 rows rejected', 'the verdict is the first heading');
SELECT is(pg_temp.page('name(//h:main/*[2])'), 'div', 'and stands above everything but the line that says which run it is');
SELECT is(pg_temp.page('count(//h:script)'), '1', 'names and values bring no script of their own');
SELECT is(pg_temp.page('count(//h:img | //h:iframe | //h:b | //*[@style] | //@*[starts-with(name(), "on")] | //h:a | //*[@src])'), '0',
    'no image, no handler, no style, no link');
SELECT is(pg_temp.page('//h:link/@href'), 'data:,', 'nothing is loaded: one empty icon, so that no browser asks a server for one');
SELECT is(convert_to(substring(current_setting('test.html') FROM '<script>(.*)</script></body>'), 'UTF8'),
    convert_to(sqlite_migrate._html_script(), 'UTF8'), 'the script is the fixed one: it holds no data');
SELECT is(encode(sha256(convert_to(substring(current_setting('test.html') FROM '<script>(.*)</script></body>'), 'UTF8')), 'base64'),
    substring(pg_temp.page('//h:meta[@http-equiv]/@content') FROM 'script-src .{0,10}sha256-([^'';&]+)'), 'the policy names its hash');
SELECT is(encode(sha256(convert_to(substring(current_setting('test.html') FROM '<style>(.*)</style>'), 'UTF8')), 'base64'),
    substring(pg_temp.page('//h:meta[@http-equiv]/@content') FROM 'style-src .{0,10}sha256-([^'';&]+)'), 'and that of the style');
SELECT ok(pg_temp.page('//h:meta[@http-equiv]/@content') LIKE '%default-src%none%' AND pg_temp.page('//h:meta[@http-equiv]/@content') NOT LIKE '%unsafe%',
    'the policy allows nothing else');
SELECT is(pg_temp.page('//h:section/@id'), 'tables|rejects|run|source|rules|phases|again', 'the sections that have something to say');
SELECT is(pg_temp.page('string(//h:section[@id="tables"]//h:tbody/h:tr[1]/h:th/h:bdi)'), 'long' || repeat('long', 59), 'a long name is whole');
SELECT is(pg_temp.page('//h:section[@id="rejects"]//h:tbody/h:tr/h:td[3]/text()'), '22P02|22P02', 'rejects by reason: the SQLSTATE');
SELECT is(pg_temp.page('//h:section[@id="rejects"]//h:tbody/h:tr/h:td[4]/@data-v'), '1|1', 'and how many rows');
SELECT ok(current_setting('test.html') LIKE '%&lt;script&gt;alert(1)&lt;/script&gt;%', 'the table''s name is there as text');
SELECT ok(current_setting('test.html') LIKE '%&quot;&#39;&gt;&lt;img src=x onerror=alert(2)&gt;%', 'the column''s');
SELECT ok(current_setting('test.html') LIKE '%found text &quot;&lt;script&gt;alert(3)&lt;/script&gt;&quot;%', 'the value''s');
SELECT ok(current_setting('test.html') LIKE '%/reports/&lt;script&gt;alert(4)&lt;/script&gt;.db%', 'the path''s');
SELECT ok(current_setting('test.html') LIKE '%, by &lt;b&gt;runner&lt;/b&gt;%', 'the role''s');
SELECT ok(current_setting('test.html') !~ '<(script|b|img)>?(alert|runner| src)', 'and none of them anywhere as markup');
SELECT is(sqlite_migrate._html(E'a&b<c>d"e''f\u0007g\u0085\nh'), E'a&amp;b&lt;c&gt;d&quot;e&#39;f?g?\nh', 'what is escaped');
SELECT is(sqlite_migrate._html(NULL), '', 'of NULL nothing is left');
SELECT is(pg_temp.page('//h:section[@id="rules"]//h:code/text()'), 'empty_as_null', 'values by rule');
SELECT is(pg_temp.page('//h:section[@id="rules"]//h:tbody/h:tr/h:td[1]/@data-v'), '1', 'and how many');
SELECT ok(pg_temp.page('string(//h:section[@id="phases"])') LIKE '%Loading rows%Verification%', 'timings for each phase');
SELECT is(pg_temp.page('string(//h:section[@id="source"]//h:tr[h:th="SHA-256"]/h:td)'), current_setting('test.json')::jsonb #>> '{source,sha256,file}', 'the source''s SHA-256');

-- The text.
SELECT is_empty($$ SELECT l FROM regexp_split_to_table(current_setting('test.text'), '\n') l WHERE length(l) > 100 $$, 'no line of text is longer than 100');
SELECT ok(strpos(regexp_replace(current_setting('test.text'), '\n *', '', 'g'), repeat('long', 60)) > 0, 'and no name is cut');
SELECT is(sqlite_migrate._plain(E'x\u0007\u202ey\u001b[2J'), 'x??y?[2J', 'no character that commands a terminal');
SELECT is_empty($$ SELECT l FROM regexp_split_to_table(current_setting('test.text'), '\n') l WHERE l ~ '[\u0001-\u001F\u202A-\u202E]' $$, 'nor in any line');
SELECT is(count(*), 1::bigint, 'a newline in a name does not begin a line') FROM sqlite_migrate._wrap('', E'a\nb', 2);
SELECT results_eq($$ SELECT * FROM sqlite_migrate._wrap('> ', repeat('x', 150) || ' y', 4) $$,
    $$ VALUES ('> ' || repeat('x', 98)), ('    ' || repeat('x', 52) || ' y') $$, 'a word longer than a line goes on in the next');
SELECT is_empty($$ SELECT m FROM sqlite_migrate.report(NULL, 'markdown') m WHERE m LIKE '%<script%' OR m LIKE '%<img%' $$, 'markdown: no markup either');
SELECT set_eq($$ SELECT m FROM sqlite_migrate.report(NULL, 'markdown') m WHERE m LIKE '##%' $$,
    $$ VALUES ('## Rejected rows by reason'), ('## Values changed by a rule'), ('## SHA-256') $$, 'markdown: its sections');

-- What a program reads: every key of the page on reports is there, and every key that is there is on that page.
CREATE FUNCTION pg_temp.keys(document jsonb, above text) RETURNS SETOF text LANGUAGE sql AS $$
    WITH RECURSIVE k(path, value) AS (
        SELECT above || e.key, e.value FROM jsonb_each(CASE jsonb_typeof(document) WHEN 'object' THEN document ELSE '{}' END) e
        UNION ALL
        SELECT n.path, n.value FROM k CROSS JOIN LATERAL (
            SELECT k.path || '.' || e.key AS path, e.value FROM jsonb_each(CASE jsonb_typeof(k.value) WHEN 'object' THEN k.value ELSE '{}' END) e
            UNION ALL
            SELECT k.path || '[]', a FROM jsonb_array_elements(CASE jsonb_typeof(k.value) WHEN 'array' THEN k.value ELSE '[]' END) a) n
        WHERE k.path NOT IN ('run.arguments') AND k.path !~ '^tables\[\]\.details')
    SELECT DISTINCT k.path FROM k WHERE k.path !~ '\[\]$'
$$;
CREATE TEMPORARY TABLE key AS SELECT DISTINCT k FROM (
    SELECT pg_temp.keys(current_setting('test.json')::jsonb, '') AS k
    UNION ALL SELECT pg_temp.keys(sqlite_migrate._run_details(
        ARRAY[ROW('note', 'c', 't', 'c', 1, '[{"value": "secret"}]', 'm', 'f')::sqlite_migrate._finding],
        '{"statements": [{"action": "report", "object": "o", "note": "n, for example 7. Draft: x", "source_table": "t"}]}') -> 'details', '')
    UNION ALL SELECT pg_temp.keys(jsonb_build_object('schema', jsonb_build_array(to_jsonb(ROW('a', 'b', 'c', 'd', 'e', 'f', 'g')::sqlite_migrate._schema_finding))), '')
    UNION ALL SELECT pg_temp.keys(jsonb_build_object('source', jsonb_build_object('start', sqlite_migrate._source_evidence(:'wal'))), '')) u;
UPDATE key SET k = replace(k, 'source.end', 'source.start');
CREATE TEMPORARY TABLE written AS SELECT DISTINCT m[1] AS k FROM regexp_matches(
    split_part(split_part(current_setting('test.page'), E'\n## JSON\n', 2), E'\n## ', 1), '^\| `([a-z0-9_.\[\]]+)` \|', 'gn') m;
SELECT is_empty($$ SELECT k FROM key EXCEPT SELECT k FROM written $$, 'every key of the JSON stands in docs/report.md');
SELECT is_empty($$ SELECT k FROM written EXCEPT SELECT k FROM key $$, 'and no other');
SELECT is(current_setting('test.json')::jsonb -> 'version', '1', 'version 1');
SELECT is(current_setting('test.json')::jsonb ->> 'level', 'attention', 'rejected rows want attention');
SELECT is((current_setting('test.json')::jsonb #> '{rejects}') - 'reasons', '{"rows": 2, "visible": true}', 'rejects are counted');

-- Another role sees how many, not why.
RESET ROLE;
SET ROLE someone;
SELECT is((r::jsonb #> '{rejects}'), '{"rows": 2, "visible": false, "reasons": []}', 'another role: how many, not why')
FROM sqlite_migrate.report(:run, 'json') r;
SELECT ok(r LIKE '%2 rows rejected. Why is shown to role <bdi>&lt;b&gt;runner&lt;/b&gt;</bdi> and its members only%', 'html says so')
FROM sqlite_migrate.report(:run, 'html') r;
SELECT is(count(*), 1::bigint, 'text says so') FROM sqlite_migrate.report(:run) t WHERE t LIKE '  2; why is shown to role%';
SELECT is_empty($$ SELECT r FROM sqlite_migrate.report((SELECT max(run_id) FROM sqlite_migrate.runs), 'html') r WHERE r LIKE '%alert(3)%' $$, 'no value of the file');
RESET ROLE;

-- What is kept of a finding: no values of the file.
SELECT is(sqlite_migrate._run_details(ARRAY[ROW('note', 'c', 't', 'c', 1, '[{"value": "secret"}]', 'm', 'secret')::sqlite_migrate._finding],
        '{"statements": [{"action": "report", "object": "o", "note": "2 rows have no parent, for example 7, 8. Draft: x", "source_table": "t"}]}'),
    '{"details": {"schema": null, "findings": [{"severity": "note", "code": "c", "table_name": "t", "column_name": "c", "rows": 1, "message": "m"}],
      "not_carried": [{"object": "o", "source_table": "t", "message": "2 rows have no parent"}]}}', 'neither samples nor examples are kept');

-- The other verdicts.
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE FUNCTION pg_temp.verdict_of(schema_name text, verify text, mode text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE SCHEMA %I', schema_name);
    EXECUTE format('CALL sqlite_migrate.run(%L, %L, mode => %L, verify => %L)', 'shop', schema_name, mode, verify);
    RETURN (SELECT substring(r FROM '<div class="verdict ([a-z]+)"') || ': ' || substring(r FROM '<h1>(.*)</h1>') FROM sqlite_migrate.report(format => 'html') r);
END $$;
SELECT is(pg_temp.verdict_of('r1', 'digest', 'create'), 'good: Verified', 'digest');
SELECT is(pg_temp.verdict_of('r2', 'deep', 'create'), 'good: Verified', 'deep');
SELECT is(pg_temp.verdict_of('r3', 'count', 'create'), 'attention: Counted', 'count');
SELECT is(pg_temp.verdict_of('r4', 'none', 'create'), 'attention: Not verified', 'none');
SELECT is(pg_temp.verdict_of('r5', 'digest', 'schema'), 'attention: Created', 'schema');
-- What verify_schema finds at the end of a run.
CREATE SCHEMA r7;
CREATE TABLE r7.products (id bigint PRIMARY KEY, code text, price numeric(10,2), weight double precision, picture bytea);
SELECT sqlite_migrate.report(NULL, 'json') FROM sqlite_migrate.migrate('shop', 'r7', include => '{products}', options => '{"verify_schema": true}') LIMIT 1 \gset ignored_
SELECT is(r::jsonb -> 'schema' @> '[{"kind": "unique", "severity": "error"}]', true, 'verify_schema: what it found is kept') FROM sqlite_migrate.report(format => 'json') r;
SELECT is(r::jsonb ->> 'level', 'attention', 'an error of the schema wants attention') FROM sqlite_migrate.report(format => 'json') r;
SELECT ok(count(*) FILTER (WHERE t = 'schema differences') = 1 AND count(*) FILTER (WHERE t LIKE '  error: unique r7.products%') = 1, 'text lists it') FROM sqlite_migrate.report() t;
SELECT ok(r LIKE '%<section id="schema">%<code><bdi>CREATE UNIQUE INDEX%', 'html shows what mends it') FROM sqlite_migrate.report(format => 'html') r;
CREATE SCHEMA r8;
CALL sqlite_migrate.run('shop', 'r8', options => '{"verify_schema": true}');
SELECT is(r::jsonb -> 'schema', '[]', 'create mode: nothing differs') FROM sqlite_migrate.report(format => 'json') r;
SELECT is(count(*) FILTER (WHERE t = '  none'), 1::bigint, 'and the text says so') FROM sqlite_migrate.report() t;
SELECT is(r::jsonb -> 'schema', 'null', 'where it was not asked for, nothing is said') FROM sqlite_migrate.report((SELECT max(run_id) FROM sqlite_migrate.runs WHERE target_schema = 'r1'), 'json') r;
CREATE SCHEMA r6;
CREATE TABLE r6.products (id bigint PRIMARY KEY, code integer, price numeric(10,2), weight double precision, picture bytea);
SELECT count(*) FROM sqlite_migrate.migrate('shop', 'r6', include => '{products}', options => '{"on_failure": "return"}') \gset ignored_
SELECT is(substring(r FROM '<div class="verdict ([a-z]+)"') || ': ' || substring(r FROM '<h1>(.*)</h1>'), 'bad: Failed', 'a run that failed')
FROM sqlite_migrate.report(format => 'html') r;
SELECT is(substring(r FROM '<section id="tables">.*<small><bdi>([^<]*)'), 'rolled back: SM002', 'with the code, without the values')
FROM sqlite_migrate.report(format => 'html') r;
\! rm -rf "$WORK"
SELECT * FROM finish();
ROLLBACK;
