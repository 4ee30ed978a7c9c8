-- What a report tells, as one document: every format is made from it, and json is it.

-- How long something took, for people.
CREATE FUNCTION sqlite_migrate._duration(ms numeric) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN ms < 1000 THEN round(ms, CASE WHEN ms < 10 THEN 1 ELSE 0 END) || ' ms'
                WHEN ms < 120000 THEN round(ms / 1000, 1) || ' s'
                WHEN ms < 7200000 THEN format('%s min %s s', trunc(ms / 60000), trunc(mod(ms, 60000) / 1000))
                ELSE format('%s h %s min', trunc(ms / 3600000), trunc(mod(ms, 3600000) / 60000)) END
$$;

-- Rejected rows by reason. Row security shows them to the role that made the run and its members only, and a dump leaves
-- them out: visible says whether the reasons are there.
CREATE FUNCTION sqlite_migrate._report_rejects(run sqlite_migrate.runs) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object('rows', t.rows, 'visible', t.rows = 0 OR cardinality(k.reasons) > 0, 'reasons', to_jsonb(k.reasons))
    FROM (SELECT COALESCE(sum(t.rows_rejected), 0) AS rows FROM sqlite_migrate.run_tables t WHERE t.run_id = run.run_id) t,
         (SELECT ARRAY(
              SELECT jsonb_build_object('table_name', j.table_name, 'column_name', j.column_name, 'code', j.code,
                                        'sqlstate', j.sqlstate, 'rows', count(*), 'message', min(j.message COLLATE "C"))
              FROM sqlite_migrate.rejects j WHERE j.run_id = run.run_id
              GROUP BY j.table_name, j.column_name, j.code, j.sqlstate
              ORDER BY count(*) DESC, j.table_name COLLATE "C", j.column_name COLLATE "C", j.code COLLATE "C",
                  j.sqlstate) AS reasons) k
$$;

-- Values that named rules changed, over all tables.
CREATE FUNCTION sqlite_migrate._report_rules(run sqlite_migrate.runs) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(jsonb_agg(jsonb_build_object('rule', n.rule, 'values', n.number, 'tables', n.tables)
                              ORDER BY n.number DESC, n.rule COLLATE "C"), '[]')
    FROM (SELECT r.key AS rule, sum(r.value::bigint) AS number, count(*) AS tables
          FROM sqlite_migrate.run_tables t, jsonb_each_text(t.details -> 'rules') r
          WHERE t.run_id = run.run_id GROUP BY r.key) n
    WHERE n.number > 0
$$;

-- version tells programs what to expect; keys are only ever added: see docs/report.md.
CREATE FUNCTION sqlite_migrate._report_data(run sqlite_migrate.runs) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT d.data || jsonb_build_object('level', CASE
               WHEN run.status <> 'ok' THEN 'bad'
               WHEN run.arguments ->> 'verify' IN ('none', 'count') OR run.arguments ->> 'use_mode' = 'schema'
                    OR run.arguments -> 'options' ? 'unverified' OR d.data -> 'schema' @> '[{"severity": "error"}]'
                    OR (d.data #>> '{rejects,rows}')::bigint > 0 OR d.data #>> '{source,changed}' IS NOT NULL THEN 'attention'
               ELSE 'good' END)
    FROM (SELECT jsonb_build_object(
              'version', 1, 'verdict', sqlite_migrate._report_verdict(run), 'run', to_jsonb(run) - 'details',
              'duration_ms', round(EXTRACT(epoch FROM run.finished_at - run.started_at) * 1000, 3),
              'tables', COALESCE((SELECT jsonb_agg(to_jsonb(t) - 'run_id' ORDER BY t.table_name COLLATE "C",
                  t.source_table COLLATE "C")
                                  FROM sqlite_migrate.run_tables t WHERE t.run_id = run.run_id), '[]'),
              'rejects', sqlite_migrate._report_rejects(run), 'rules', sqlite_migrate._report_rules(run),
              'findings', COALESCE(run.details -> 'findings', '[]'), 'schema', COALESCE(run.details -> 'schema', 'null'),
               'not_carried', COALESCE(run.details -> 'not_carried', '[]'),
              'phases', COALESCE(run.details -> 'phases', '[]'),
              'source', COALESCE(run.details -> 'source', '{}')
                        || jsonb_build_object('changed', sqlite_migrate._changed_meanwhile(run))) AS data) d
$$;
