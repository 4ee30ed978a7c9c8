-- Converts every value without writing any, and says of those that cannot be carried how many there are, which, and what
-- would mend or accept them.

-- The complaints that _load collected, as findings.
CREATE FUNCTION sqlite_migrate._complaints(shown text, complaints jsonb) RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'error', c.value ->> 'code', shown, c.value ->> 'column', (c.value ->> 'rows')::bigint,
           jsonb_build_array(jsonb_build_object('key', c.value -> 'key', 'value', c.value -> 'value')),
           c.value ->> 'message', NULL
    FROM jsonb_array_elements(complaints) c
$$;

-- An argument that adds a rule to those that the caller gave already: rules => '{"t.c": "round"}'.
CREATE FUNCTION sqlite_migrate._rule_fix(args jsonb, subject sqlite_migrate._table, column_name text, rule text,
                                         remark text DEFAULT NULL) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'rules => ' || quote_literal((CASE jsonb_typeof(args -> 'rules') WHEN 'object' THEN args -> 'rules' ELSE '{}' END
               || jsonb_build_object(subject.source_table || '.' || column_name, rule))::text)
           || COALESCE(' /* ' || remark || ' */', '')
$$;

-- The type that takes what a narrower one has no room for; NULL where there is none.
CREATE FUNCTION sqlite_migrate._wider_type(type oid) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE type WHEN 'int2'::regtype THEN 'bigint' WHEN 'int4'::regtype THEN 'bigint'
                     WHEN 'int8'::regtype THEN 'numeric' WHEN 'numeric'::regtype THEN 'numeric'
                     WHEN 'float4'::regtype THEN 'double precision' WHEN 'varchar'::regtype THEN 'text'
                     WHEN 'bpchar'::regtype THEN 'text' WHEN 'name'::regtype THEN 'text' END
$$;

-- What would mend or accept values that cannot be carried, by a rule; NULL where no rule does.
CREATE FUNCTION sqlite_migrate._value_rule(args jsonb, subject sqlite_migrate._table, complaint jsonb, candidates text[],
                                           nullable boolean, timed boolean) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
        WHEN c.code = 'ambiguous_time' AND cardinality(candidates) > 0 THEN
            sqlite_migrate._rule_fix(args, subject, c.name, candidates[1], 'or ' || array_to_string(candidates[2:], ', or '))
        WHEN c.code = 'ambiguous_time' AND timed THEN
            sqlite_migrate._rule_fix(args, subject, c.name, 'unix_seconds', 'or what its numbers really count')
        WHEN c.code = 'not_an_integer' THEN sqlite_migrate._rule_fix(args, subject, c.name, 'round', 'or trunc')
        WHEN c.code = 'nul_byte' THEN sqlite_migrate._rule_fix(args, subject, c.name, 'strip_nul')
        WHEN c.code = 'invalid_utf8' THEN sqlite_migrate._rule_fix(args, subject, c.name, 'replace_invalid', 'or latin1')
        WHEN c.code = 'binary_json' THEN sqlite_migrate._rule_fix(args, subject, c.name, 'sqlite_jsonb')
        WHEN c.code = 'not_a_boolean' AND c.type = 'number' THEN
            sqlite_migrate._rule_fix(args, subject, c.name, 'nonzero_is_true')
        -- One value that is no value can be named; of many nobody knows whether they are all the same.
        WHEN nullable AND complaint ->> 'rows' = '1' AND c.type IN ('string', 'number')
             AND c.code IN ('not_a_number', 'not_a_boolean', 'not_a_time', 'not_a_uuid', 'not_json', 'evaluated_word',
                            'implausible_time', 'destroyed_by_affinity', 'not_hex', 'not_base64') THEN
            sqlite_migrate._rule_fix(args, subject, c.name, format('nullif($1, %L)', complaint ->> 'value'),
                                     'or on_error => ''reject''') END
    FROM (SELECT complaint ->> 'column' AS name, complaint ->> 'code' AS code,
                 jsonb_typeof(complaint -> 'value') AS type) c
$$;

-- What would mend or accept values that cannot be carried: a rule, a wider target, or the row goes to rejects.
CREATE FUNCTION sqlite_migrate._value_fix(args jsonb, subject sqlite_migrate._table, complaint jsonb, units jsonb)
RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(
        sqlite_migrate._value_rule(args, subject, complaint,
            sqlite_migrate._list(units -> (complaint ->> 'column') -> 'candidates'),
            NOT a.attnotnull AND t.typtype <> 'd', a.atttypid <> ALL ('{time,timetz}'::regtype[])),
        CASE
        WHEN complaint ->> 'code' IN ('out_of_range', 'too_long') THEN
            format('ALTER TABLE %s ALTER COLUMN %I TYPE ', subject.shown, a.attname)
            || sqlite_migrate._wider_type(a.atttypid)
            || CASE complaint ->> 'code' WHEN 'too_long' THEN ' /* or the rule truncate */' ELSE '' END
        WHEN complaint ->> 'code' = 'not_null' AND a.attnotnull
             AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary
                                                      AND a.attnum = ANY (i.indkey)) THEN
            format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', subject.shown, a.attname)
        WHEN complaint ->> 'code' = 'refused_by_type' AND t.typtype = 'e'
             AND jsonb_typeof(complaint -> 'value') = 'string' THEN
            format('ALTER TYPE %s ADD VALUE %L /* and commit */', t.oid::regtype, complaint ->> 'value') END,
        'on_error => ''reject''')
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = subject.target
      AND a.attname = subject.target_columns[array_position(subject.source_columns, complaint ->> 'column')]
$$;

-- How bad it is that rows cannot be carried: with on_error => 'reject' they go to rejects, and stop nothing.
CREATE FUNCTION sqlite_migrate._value_severity(args jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE WHEN args ->> 'on_error' = 'reject' THEN 'warning' ELSE 'error' END
$$;

-- What _load found in one table without writing: complaints, units of numbers, rules that apply.
CREATE FUNCTION sqlite_migrate._value_findings(args jsonb, subject sqlite_migrate._table, answer jsonb)
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sqlite_migrate._value_severity(args), c.value ->> 'code', subject.shown, c.value ->> 'column',
           (c.value ->> 'rows')::bigint, c.value -> 'samples', c.value ->> 'message',
           sqlite_migrate._value_fix(args, subject, c.value, answer -> 'units')
    FROM jsonb_array_elements(answer -> 'complaints') c
    UNION ALL
    SELECT 'note', 'time_unit', subject.shown, u.key, (u.value ->> 'numbers')::bigint, NULL,
           format('its numbers are read as %s: %s', u.value ->> 'unit', u.value ->> 'years'),
           sqlite_migrate._rule_fix(args, subject, u.key, u.value ->> 'unit', 'or another unit')
    FROM jsonb_each(answer -> 'units') u WHERE u.value ? 'unit'
    UNION ALL
    SELECT 'note', 'normalized', subject.shown, NULL, r.value::bigint, NULL, format('rule %s applies', r.key), NULL
    FROM jsonb_each_text(answer -> 'rules') r
$$;

-- The tables whose values can be looked at: they are loaded, and nothing of them is forbidden.
CREATE FUNCTION sqlite_migrate._checkable(tables sqlite_migrate._table[], findings sqlite_migrate._finding[])
RETURNS SETOF sqlite_migrate._table
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT t.* FROM unnest(tables) t
    WHERE t.fate = 'load' AND t.target_kind IN ('r', 'p', 'f') AND t.target_columns IS NOT NULL
      AND NOT EXISTS (SELECT FROM unnest(findings) f
                      WHERE f.table_name = t.shown AND f.code IN ('insufficient_privilege', 'row_security'))
$$;

-- The values: every row of each table is converted, none is written.
CREATE FUNCTION sqlite_migrate._find_values(args jsonb, tables sqlite_migrate._table[],
                                            findings sqlite_migrate._finding[])
RETURNS SETOF sqlite_migrate._finding
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_table  sqlite_migrate._table;
    v_answer jsonb;
BEGIN
    PERFORM sqlite_migrate._begin_phase('check', pg_catalog.cardinality(tables),
        (SELECT pg_catalog.sum(t.rows_estimate) FROM pg_catalog.unnest(tables) t)::bigint);
    FOR v_table IN SELECT * FROM sqlite_migrate._checkable(tables, findings) LOOP
        PERFORM sqlite_migrate._next_table(v_table.rows_estimate);
        v_answer := sqlite_migrate._load(args ->> 'source', v_table.source_table, v_table.target::pg_catalog.regclass,
                                         v_table.source_columns, v_table.target_columns,
                                         sqlite_migrate._settings(args, v_table.source_table, v_table.source_columns),
                                         true);
        RETURN QUERY SELECT * FROM sqlite_migrate._value_findings(args, v_table, v_answer);
    END LOOP;
END
$$;
