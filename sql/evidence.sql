-- What a run keeps beside its tables: what the source looked like before and after, what was found, where the time went.

-- From here on the run does this, until the next: the record says how long each took.
CREATE FUNCTION sqlite_migrate._phase(phase text) RETURNS void
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_phase';

-- The source as it looks now: size, pages, versions, counters, its -wal (src/sqlite/evidence.hpp). A run takes it by itself,
-- at its start and at its end.
CREATE FUNCTION sqlite_migrate._source_evidence(source text) RETURNS jsonb
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_evidence';

-- {"file", "wal"}: the SHA-256 of the bytes on disk, as sha256sum gives them. Goes into the record of the run under way.
-- NULL: they were being written, three times over.
CREATE FUNCTION sqlite_migrate._source_sha256(source text) RETURNS jsonb
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'sqlite_migrate_source_sha256';

-- options => '{"sha256": true}'.
CREATE FUNCTION sqlite_migrate._note_sha256(args jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    IF (args -> 'options' ->> 'sha256')::boolean THEN
        IF sqlite_migrate._source_sha256(args ->> 'source') IS NULL THEN
            RAISE WARNING 'sqlite_migrate: no SHA-256 of the source: its file is being written to'
                USING HINT = 'options => ''{"snapshot": true}'' reads a copy of one instant.';
        END IF;
    END IF;
END
$$;

-- Findings and what could not be carried, as they are kept: names and counts, no values of the source.
CREATE FUNCTION sqlite_migrate._run_details(findings sqlite_migrate._finding[], design jsonb, schema_findings jsonb DEFAULT NULL)
RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object('details', jsonb_build_object(
        'schema', schema_findings, 'findings', COALESCE((
            SELECT jsonb_agg(jsonb_build_object('severity', f.severity, 'code', f.code, 'table_name', f.table_name,
                                                'column_name', f.column_name, 'rows', f.rows, 'message', f.message)
                             ORDER BY array_position('{error,warning,note}', f.severity), f.table_name COLLATE "C" NULLS FIRST,
                                      f.column_name COLLATE "C" NULLS FIRST, f.code)
            FROM unnest(findings) f), '[]'),
        'not_carried', COALESCE((
            SELECT jsonb_agg(jsonb_build_object('source_table', s.value -> 'source_table', 'object', s.value -> 'object',
                       -- Its first sentence, without examples; what follows is SQL, for the plan.
                       'message', regexp_replace(split_part(s.value ->> 'note', '. ', 1), ', for example .*$', ''))
                       ORDER BY s.place)
            FROM jsonb_array_elements(design -> 'statements') WITH ORDINALITY AS s (value, place)
            -- Shadow tables go with their virtual table.
            WHERE s.value ->> 'action' = 'report' AND s.value ->> 'object' NOT LIKE 'shadow table %'), '[]')))
$$;

-- options => '{"verify_schema": true}': what verify_schema finds when all is loaded; NULL: it was not asked for.
CREATE FUNCTION sqlite_migrate._schema_of_run(args jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_found jsonb;
BEGIN
    IF (args -> 'options' ->> 'verify_schema')::boolean THEN
        PERFORM sqlite_migrate._phase('schema');
        v_found := (
            SELECT COALESCE(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(f)), '[]')
            FROM sqlite_migrate._schema_findings(args || CASE args ->> 'use_mode' WHEN 'data' THEN '{}'
                                                              ELSE '{"use_mode": "data", "history": true}'::jsonb END) f);
        PERFORM sqlite_migrate._phase('end');
    END IF;
    RETURN v_found;
END
$$;

-- {"column": "type"} of a table that was loaded, as it is then.
CREATE FUNCTION sqlite_migrate._types_of(target oid, rows_loaded bigint) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) FROM pg_attribute a
    WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND rows_loaded IS NOT NULL
$$;

-- What tells that a source was written to between two looks, in sentences. certain: its content is another one; else that
-- cannot be told. during: both looks were within one run, so that counters of SQLite's shared memory can be compared, and
-- what only the file's times say (a checkpoint moves them, too) is left out.
CREATE FUNCTION sqlite_migrate._source_changes(was jsonb, now jsonb, during boolean)
RETURNS TABLE (certain boolean, sentence text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH look AS (
        SELECT COALESCE((was #>> '{wal,frames}')::bigint, 0) AS frames_was,
            COALESCE((now #>> '{wal,frames}')::bigint, 0) AS frames,
               was #>> '{wal,salt}' = now #>> '{wal,salt}' AS same_wal,
               (now #>> '{wal,commits}')::bigint - (was #>> '{wal,commits}')::bigint AS commits
    ), sign AS (
        SELECT 1 AS place, true AS certain, 'another file has taken its place' AS sentence
        WHERE was ->> 'file' <> now ->> 'file' OR (now ->> 'moved')::boolean AND during
        UNION ALL
        SELECT 2, true, format('its schema is another one (schema version %s, was %s)', now ->> 'schema_version',
            was ->> 'schema_version')
        WHERE was ->> 'schema_version' <> now ->> 'schema_version'
        UNION ALL
        SELECT 3, true, format('it has %s pages, had %s', now ->> 'page_count', was ->> 'page_count')
        WHERE was ->> 'page_count' <> now ->> 'page_count'
        UNION ALL
        SELECT 4, true, format('%s %s made to it', sqlite_migrate._counted(commits, 'commit'), CASE commits WHEN 1 THEN 'was'
            ELSE 'were' END)
        FROM look WHERE during AND commits <> 0
        UNION ALL
        SELECT 4, true, CASE WHEN same_wal THEN format('its -wal has grown from %s to %s frames', frames_was, frames)
                             ELSE format('its -wal holds new changes (%s frames)', frames) END
        FROM look WHERE NOT during AND frames > 0 AND (frames_was = 0 OR NOT same_wal OR frames <> frames_was)
        UNION ALL
        -- With frames in the -wal the file's own counter may wait there, and a checkpoint moves it.
        SELECT 5, true, format('its change counter is %s, was %s', now ->> 'change_counter', was ->> 'change_counter')
        FROM look WHERE frames_was = 0 AND frames = 0 AND was ->> 'change_counter' <> now ->> 'change_counter'
        UNION ALL
        SELECT 6, true, 'its bytes are others (SHA-256)'
        FROM look WHERE frames_was = 0 AND frames = 0 AND was #>> '{sha256,file}' <> now #>> '{sha256,file}'
        UNION ALL
        SELECT 7, false, format('its file was written to at %s', now ->> 'modified')
        FROM look WHERE NOT during AND was ->> 'modified' <> now ->> 'modified' AND frames = 0
          AND (was #>> '{sha256,file}' = now #>> '{sha256,file}') IS NOT TRUE
    )
    SELECT s.certain, s.sentence FROM sign s
    WHERE s.certain OR NOT EXISTS (SELECT FROM sign o WHERE o.certain) ORDER BY s.place
$$;

-- What a run can say of its source: NULL where nobody wrote to it meanwhile.
CREATE FUNCTION sqlite_migrate._changed_meanwhile(run sqlite_migrate.runs) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'the source changed during the run: ' || string_agg(c.sentence, ', ')
           || '. What was copied is the source at one instant, when the run began'
    FROM sqlite_migrate._source_changes(run.details #> '{source,start}', run.details #> '{source,end}', true) c
$$;

-- verify with a run_id: says that the source is not any more what the run has read.
CREATE FUNCTION sqlite_migrate._tell_source_changes(args jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_run     sqlite_migrate.runs;
    v_was     jsonb;
    v_now     jsonb;
    v_certain boolean;
    v_signs   text;
BEGIN
    SELECT r.* INTO v_run FROM sqlite_migrate.runs r WHERE r.run_id = (args ->> 'run_id')::bigint;
    v_was := v_run.details #> '{source,start}';
    IF v_was IS NULL THEN
        RETURN;
    END IF;
    v_now := sqlite_migrate._source_evidence(args ->> 'source');
    IF v_run.details #>> '{source,sha256,file}' IS NOT NULL THEN
        v_was := v_was || pg_catalog.jsonb_build_object('sha256', v_run.details #> '{source,sha256}');
        v_now := v_now || pg_catalog.jsonb_build_object('sha256', sqlite_migrate._source_sha256(args ->> 'source'));
    END IF;
    -- Of a copy elsewhere, times and places say nothing.
    IF v_run.source <> args ->> 'source' THEN
        v_was := v_was - '{file,modified}'::text[];
    END IF;
    -- A copy that SQLite made has the same pages, and its own counters and header.
    IF v_was -> 'private_copy' <> v_now -> 'private_copy' THEN
        v_was := v_was - '{file,modified,change_counter,schema_version,wal,sha256}'::text[];
        v_now := v_now - '{wal}'::text[];
    END IF;
    SELECT pg_catalog.bool_or(c.certain), pg_catalog.string_agg(c.sentence, ', ') INTO v_certain, v_signs
    FROM sqlite_migrate._source_changes(v_was, v_now, false) c;
    IF v_certain THEN
        RAISE WARNING 'sqlite_migrate: the source has changed since the run: %', v_signs
            USING HINT = 'What differs below may be that.';
    ELSIF v_signs IS NOT NULL THEN
        RAISE NOTICE 'sqlite_migrate: the source may have changed since the run: %', v_signs;
    END IF;
END
$$;
