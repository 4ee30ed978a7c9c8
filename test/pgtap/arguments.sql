-- Arguments: a misspelt one costs nothing but a good message; one that this version cannot do says so, with its name.
BEGIN;
SET client_min_messages = warning;
\getenv files SQLITE_FILES
\set shop :files '/shop.db'
CREATE SERVER shop FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database :'shop');
CREATE SCHEMA a;
CREATE FUNCTION pg_temp.raised(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v_state text; v_message text; v_hint text;
BEGIN
    EXECUTE query;
    RETURN 'nothing raised';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS v_state = RETURNED_SQLSTATE, v_message = MESSAGE_TEXT, v_hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', v_state, v_message, NULLIF(v_hint, ''));
END $$;
-- The same words for all that take them.
CREATE FUNCTION pg_temp.all_raise(arguments text, answer text, what text, variadic functions text[] DEFAULT '{migrate,run,plan,preflight}')
RETURNS SETOF text LANGUAGE sql AS $$
    SELECT public.is(pg_temp.raised(format(CASE f WHEN 'run' THEN 'CALL sqlite_migrate.%s(''shop'', ''a'', %s)' ELSE 'SELECT * FROM sqlite_migrate.%s(''shop'', ''a'', %s)' END, f, arguments)),
                     answer, f || ': ' || what) FROM unnest(functions) f
$$;

SELECT * FROM no_plan();

SELECT pg_temp.all_raise('mode => ''dta''', '22023 | argument "mode" = "dta" is not valid | Did you mean "data"? It takes one of: auto, data, create, schema.', 'a misspelt word');
SELECT pg_temp.all_raise('existing => ''replace''', '22023 | argument "existing" = "replace" is not valid | It takes one of: error, truncate, skip, append, upsert.', 'a word that is near to none');
SELECT pg_temp.all_raise('identifiers => ''camel''', '22023 | argument "identifiers" = "camel" is not valid | It takes one of: preserve, lower, snake.', 'identifiers');
SELECT pg_temp.all_raise('options => ''{"alow_empty": true}''', '22023 | option "alow_empty" is not known | Did you mean "allow_empty"? There are: missing_source, allow_empty, user_triggers, indexes, fk, snapshot, salvage, unverified, on_failure, sha256, verify_schema, analyze.', 'an unknown option');
SELECT pg_temp.all_raise('options => ''[]''', '22023 | argument "options" must be a JSON object | For example: ''{"allow_empty": true}''.', 'options that are no object');
SELECT pg_temp.all_raise('options => ''{"allow_empty": "yes"}''', '22023 | option "allow_empty" must be true or false', 'an option of the wrong kind');
SELECT pg_temp.all_raise('include => ''{product}''', '22023 | argument "include": "product" is not there | Did you mean "products"?', 'a misspelt table in include');
SELECT pg_temp.all_raise('exclude => ''{customers.nmae}''', '22023 | argument "exclude": "customers.nmae" is not there | Did you mean "customers.name"?', 'a misspelt column in exclude');
SELECT pg_temp.all_raise('rename => ''{"ordrs": "x"}''', '22023 | argument "rename": "ordrs" is not there | Did you mean "orders"?', 'a misspelt table in rename');
SELECT pg_temp.all_raise('assume_timezone => ''Europe/Berln''', '22023 | argument "assume_timezone" = "Europe/Berln" is not a time zone | Did you mean "Europe/Berlin"?', 'a misspelt zone');
SELECT pg_temp.all_raise('rules => ''{"ordrs.note": "strip_nul"}''', '22023 | argument "rules": "ordrs.note" is not there | Did you mean "orders.note"?', 'a misspelt column in rules');
SELECT matches(pg_temp.raised('SELECT * FROM sqlite_migrate.migrate(''shop'', ''a'', rules => ''{"orders.note": "strip_nuls"}'')'), '^22023 \| argument "rules": "strip_nuls" of "orders.note" is no rule \| Did you mean "strip_nul"\?', 'a misspelt rule');
SELECT pg_temp.all_raise('include => ARRAY[NULL]', '22004 | argument "include" must not hold NULL', 'a NULL in a list');

-- Every key of options is supported.
SELECT is_empty('SELECT key FROM sqlite_migrate._option_keys() WHERE NOT supported', 'no option is only planned');
SELECT pg_temp.all_raise(format('options => ''{"%s": "no"}''', o), format('22023 | option "%s" = "no" is not valid | It takes "%s", or is left out.', o, w), o, 'migrate')
FROM (VALUES ('user_triggers', 'disable'), ('indexes', 'rebuild'), ('fk', 'recreate')) AS v (o, w);

SELECT pg_temp.all_raise('options => ''{"analyze": "no"}''', '22023 | option "analyze" must be true or false', 'analyze of the wrong kind');
SELECT results_eq($$ SELECT a.wanted, EXISTS (SELECT FROM sqlite_migrate.plan('shop', 'a', options => jsonb_build_object('analyze', a.wanted)) p WHERE p.action = 'analyze')
                     FROM (VALUES (true), (false)) AS a (wanted) $$, $$ VALUES (true, true), (false, false) $$, 'analyze: false plans no ANALYZE');

-- NULL means the default; plan and preflight take all that migrate takes, but what only a run can mean.
SELECT lives_ok($$ SELECT * FROM sqlite_migrate.plan('shop', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) $$, 'NULL is the default');
SELECT set_eq($$ SELECT unnest(proargnames[1:pronargs]) FROM pg_proc WHERE oid::regproc::text = 'sqlite_migrate.migrate'
                 EXCEPT SELECT unnest(proargnames[1:pronargs]) FROM pg_proc WHERE oid::regproc::text = 'sqlite_migrate.' || 'plan' $$, ARRAY['dry_run', 'run_key', 'verify'], 'the arguments of plan');
SELECT results_eq($$ SELECT proargnames[1:pronargs] FROM pg_proc WHERE oid::regproc::text = 'sqlite_migrate.plan' $$,
                  $$ SELECT proargnames[1:pronargs] FROM pg_proc WHERE oid::regproc::text = 'sqlite_migrate.preflight' $$, 'plan and preflight take the same');
SELECT results_eq($$ SELECT proargnames[1:pronargs] FROM pg_proc WHERE oid::regproc::text = 'sqlite_migrate.migrate' $$,
                  $$ SELECT proargnames[1:pronargs] FROM pg_proc WHERE oid::regproc::text = 'sqlite_migrate.run' $$, 'so do migrate and run');

-- The source.
SELECT is(pg_temp.raised('SELECT * FROM sqlite_migrate.migrate(NULL)'), '22004 | argument "source" must not be NULL | Give the absolute path of a file on the server''s machine, the name of a foreign server, or the name of an upload of this connection.', 'a source that is NULL');
SELECT matches(pg_temp.raised('SELECT * FROM sqlite_migrate.migrate(''shp'')'), '^SM004 \| .*"?shp"?', 'a server that is not there');
SELECT matches(pg_temp.raised('SELECT * FROM sqlite_migrate.inspect(''relative/path.db'')'), '/', 'a relative path');
SELECT matches(pg_temp.raised('SELECT * FROM sqlite_migrate.migrate(''/no/such/file.db'')'), '^SM004 \| .*/no/such/file\.db.*server', 'a path that is not there says that the server reads it');
SELECT is_empty($$ SELECT * FROM sqlite_migrate.migrate('/no/such/file.db', options => '{"missing_source": "skip"}') $$, 'unless it may be missing');
SELECT lives_ok($$ CALL sqlite_migrate.run('/no/such/file.db', options => '{"missing_source": "skip"}') $$, 'for run, too');
SELECT matches(pg_temp.raised('SELECT * FROM sqlite_migrate.migrate(''/'')'), '^22023 \| "/" is a folder', 'a folder is no source');
SELECT matches(pg_temp.raised('SELECT * FROM sqlite_migrate.migrate(''/dev/zero'')'), '^22023 \| "/dev/zero" is a device, a pipe or a socket', 'nor is a device');
SELECT * FROM finish();
ROLLBACK;
