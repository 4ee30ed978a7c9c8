-- Looks for rows that other rows are missing for, or in the way of: foreign keys and exclusion constraints. And calls all
-- the checks that look at sets of rows.

-- A foreign key of a target, with its columns as SQL and the operators that it compares by (parent's side first).
CREATE TYPE sqlite_migrate._reference AS (
    name              text,
    parent            oid,
    match_full        boolean,
    attributes        smallint[],
    columns           text[],
    parent_attributes smallint[],
    parent_columns    text[],
    equal             text[],
    shown             text,       -- the columns, as people write them
    missing           text        -- what an orphan is, in words
);

CREATE FUNCTION sqlite_migrate._references(target oid) RETURNS SETOF sqlite_migrate._reference
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT k.conname, k.confrelid, k.confmatchtype = 'f', k.conkey,
           (SELECT array_agg(quote_ident(a.attname) ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY u (number, n)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
           k.confkey,
           (SELECT array_agg(format('%I%s', a.attname, COALESCE(' COLLATE ' || NULLIF(a.attcollation, 0)::regcollation, ''))
                             ORDER BY n)
            FROM unnest(k.confkey) WITH ORDINALITY u (number, n)
            JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number),
           (SELECT array_agg(format('OPERATOR(%I.%s)', s.nspname, o.oprname) ORDER BY n)
            FROM unnest(k.conpfeqop) WITH ORDINALITY u (number, n)
            JOIN pg_operator o ON o.oid = u.number JOIN pg_namespace s ON s.oid = o.oprnamespace),
           (SELECT string_agg(a.attname, ', ' ORDER BY n) FROM unnest(k.conkey) WITH ORDINALITY u (number, n)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
           (SELECT format('no row of %I.%I has this key', n.nspname, c.relname) FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = k.confrelid)
               || CASE WHEN k.confmatchtype = 'f' AND cardinality(k.conkey) > 1 THEN ', or it is NULL in part' ELSE '' END
    FROM pg_constraint k
    WHERE k.conrelid = target AND k.contype = 'f' AND k.conparentid = 0
      AND COALESCE((to_jsonb(k) ->> 'conenforced')::boolean, true)
      -- Of a period (18 and later): its parents are ranges that together cover it, which no operator tells of one row.
      AND NOT COALESCE((to_jsonb(k) ->> 'conperiod')::boolean, false)
      -- A key that is switched off refuses nothing; preflight warns of it.
      AND NOT EXISTS (SELECT FROM pg_trigger g
                      WHERE g.tgconstraint = k.oid AND g.tgrelid = k.conrelid AND g.tgenabled = 'D')
    ORDER BY k.conname COLLATE "C"
$$;

-- The rows that a parent will have: those that this source brings, and those of the target that stay. NULL where nobody
-- can say.
CREATE FUNCTION sqlite_migrate._parent_sql(args jsonb, tables sqlite_migrate._table[], key sqlite_migrate._reference)
RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_names  text := array_to_string(key.parent_columns, ', ');
    v_parent sqlite_migrate._table;
    v_rows   text;
    v_stored text := (SELECT format('SELECT %s FROM %I.%I', v_names, n.nspname, c.relname)
                      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = key.parent);
BEGIN
    SELECT * INTO v_parent FROM unnest(tables) t WHERE t.target = key.parent AND t.fate = 'load' LIMIT 1;
    IF NOT FOUND THEN
        RETURN v_stored;
    END IF;
    v_rows := sqlite_migrate._rows_sql(args, v_parent, key.parent_attributes, false);
    IF v_rows IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN format('SELECT %s FROM %s p', v_names, v_rows)
        || CASE WHEN v_parent.occupied AND args ->> 'existing' IN ('append', 'upsert') THEN ' UNION ALL ' || v_stored ELSE '' END;
END
$$;

-- Rows whose parent is missing. With MATCH FULL a key that is NULL in part is one, too.
CREATE FUNCTION sqlite_migrate._find_orphans(args jsonb, tables sqlite_migrate._table[], subject sqlite_migrate._table,
                                             key sqlite_migrate._reference) RETURNS SETOF sqlite_migrate._finding
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_present text := (SELECT pg_catalog.string_agg(c || ' IS NOT NULL', ' AND ') FROM pg_catalog.unnest(key.columns) c);
    v_parent  text := sqlite_migrate._parent_sql(args, tables, key);
    v_tail    text;
    v_rows    bigint;
    v_null    boolean;
BEGIN
    IF v_parent IS NULL THEN
        RETURN QUERY SELECT * FROM sqlite_migrate._unchecked(subject, pg_catalog.format('foreign key "%s"', key.name),
            'a column of the parent gets its value only when the row is written');
        RETURN;
    END IF;
    v_tail := pg_catalog.format(' c WHERE (%s) AND NOT EXISTS (SELECT FROM (%s) p (%s) WHERE %s)%s', v_present, v_parent,
        (SELECT pg_catalog.string_agg(pg_catalog.format('"sqlite_migrate %s"', n), ', ')
         FROM pg_catalog.generate_series(1, pg_catalog.cardinality(key.columns)) n),
        (SELECT pg_catalog.string_agg(pg_catalog.format('p."sqlite_migrate %s" %s c.%s', n, key.equal[n], key.columns[n]), ' AND ')
         FROM pg_catalog.generate_series(1, pg_catalog.cardinality(key.columns)) n),
        CASE WHEN key.match_full AND pg_catalog.cardinality(key.columns) > 1
             THEN pg_catalog.format(' OR NOT (%s) AND NOT (%s)', v_present,
                      (SELECT pg_catalog.string_agg(c || ' IS NULL', ' AND ') FROM pg_catalog.unnest(key.columns) c)) END);
    EXECUTE 'SELECT pg_catalog.count(*) FROM ' || sqlite_migrate._rows_sql(args, subject, key.attributes, false) || v_tail
    INTO v_rows;
    IF v_rows > 0 THEN
        v_null := NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = subject.target
                                AND a.attnum = ANY (key.attributes) AND a.attnotnull);
        RETURN QUERY SELECT
            CASE WHEN args ->> 'orphans' = 'error' THEN sqlite_migrate._value_severity(args) ELSE 'warning' END, 'orphan',
            subject.shown, key.shown, v_rows,
            sqlite_migrate._samples(pg_catalog.format('SELECT c."sqlite_migrate key", %s FROM ', sqlite_migrate._shown_key(key.columns))
                || sqlite_migrate._rows_sql(args, subject, key.attributes, true) || v_tail),
            pg_catalog.format('%s: foreign key "%s"', key.missing, key.name),
            CASE WHEN v_null AND NOT key.match_full THEN 'orphans => ''null'' /* or orphans => ''reject'' */'
                 ELSE 'orphans => ''reject''' END;
    END IF;
END
$$;

-- Pairs of rows that an exclusion constraint would not let stand together. Without an operator for equality each row must
-- be compared with each, which is done for some thousands only.
CREATE FUNCTION sqlite_migrate._find_excluded(args jsonb, subject sqlite_migrate._table, constraint_oid oid)
RETURNS SETOF sqlite_migrate._finding
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_key   record;
    v_rows  bigint;
    v_from  text;
BEGIN
    SELECT k.conname AS name, sqlite_migrate._index_attributes(k.conindid) AS attributes,
           ARRAY(SELECT pg_catalog.pg_get_indexdef(k.conindid, n::integer, false)
                 FROM pg_catalog.generate_series(1, pg_catalog.cardinality(k.conexclop)) n ORDER BY n) AS keys,
           ARRAY(SELECT pg_catalog.format('OPERATOR(%I.%s)', s.nspname, o.oprname)
                 FROM pg_catalog.unnest(k.conexclop) WITH ORDINALITY u (operator, n)
                 JOIN pg_catalog.pg_operator o ON o.oid = u.operator
                 JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace ORDER BY n) AS operators,
           (SELECT pg_catalog.bool_or(o.oprcanhash) FROM pg_catalog.unnest(k.conexclop) u (operator)
            JOIN pg_catalog.pg_operator o ON o.oid = u.operator) AS hashed,
           COALESCE(pg_catalog.pg_get_expr(i.indpred, i.indrelid), 'true') AS condition
    INTO v_key
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_index i ON i.indexrelid = k.conindid
    WHERE k.oid = constraint_oid;
    EXECUTE 'SELECT pg_catalog.count(*) FROM ' || sqlite_migrate._rows_sql(args, subject, v_key.attributes, false) || ' t'
    INTO v_rows;
    IF v_rows > 5000 AND NOT v_key.hashed THEN
        RETURN QUERY SELECT * FROM sqlite_migrate._unchecked(subject, pg_catalog.format('exclusion constraint "%s"', v_key.name),
                                                             'each of its rows would have to be compared with each');
        RETURN;
    END IF;
    v_from := pg_catalog.format(
        '(SELECT "sqlite_migrate key", %s, pg_catalog.row_number() OVER () FROM %s t WHERE %s) %%s ("sqlite_migrate key", %s, n)',
        pg_catalog.array_to_string(v_key.keys, ', '), sqlite_migrate._rows_sql(args, subject, v_key.attributes, true), v_key.condition,
        (SELECT pg_catalog.string_agg('k' || n, ', ') FROM pg_catalog.generate_series(1, pg_catalog.cardinality(v_key.keys)) n));
    v_from := pg_catalog.replace(v_from, '%s', 'b') || ' WHERE EXISTS (SELECT FROM ' || pg_catalog.replace(v_from, '%s', 'a')
        || ' WHERE a.n < b.n AND '
        || (SELECT pg_catalog.string_agg(pg_catalog.format('a.k%s %s b.k%s', n, v_key.operators[n], n), ' AND ')
            FROM pg_catalog.generate_series(1, pg_catalog.cardinality(v_key.keys)) n) || ')';
    EXECUTE 'SELECT pg_catalog.count(*) FROM ' || v_from INTO v_rows;
    IF v_rows > 0 THEN
        RETURN QUERY SELECT sqlite_migrate._value_severity(args), 'exclusion_violation', subject.shown, NULL, v_rows,
            sqlite_migrate._samples(pg_catalog.format('SELECT b."sqlite_migrate key", %s FROM ', sqlite_migrate._shown_key(
                ARRAY(SELECT 'b.k' || n FROM pg_catalog.generate_series(1, pg_catalog.cardinality(v_key.keys)) n))) || v_from),
            pg_catalog.format('in the way of earlier rows: exclusion constraint "%s"', v_key.name),
            pg_catalog.format('ALTER TABLE %s DROP CONSTRAINT %I /* or on_error => ''reject'' */', subject.shown, v_key.name);
    END IF;
END
$$;

-- A check that could not be made: said, so that nobody takes silence for an answer.
CREATE FUNCTION sqlite_migrate._unchecked(subject sqlite_migrate._table, what text, why text)
RETURNS SETOF sqlite_migrate._finding
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'note', 'unchecked', subject.shown, NULL, NULL::bigint, NULL::jsonb, format('%s is not checked: %s', what, why), NULL
$$;

-- Everything of one table that looks at more than single values. kind: which sort of check; oid or place: which of them.
CREATE FUNCTION sqlite_migrate._set_checks(args jsonb, subject sqlite_migrate._table)
RETURNS TABLE (kind text, what text, attributes smallint[], key sqlite_migrate._unique_key,
               reference sqlite_migrate._reference, exclusion oid, condition text, code text, message text, fix text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT 'unique', format('unique index "%s"', k.name), k.attributes, k, NULL::sqlite_migrate._reference, NULL::oid,
           NULL, NULL, NULL, NULL
    FROM sqlite_migrate._unique_keys(subject.target) k
    UNION ALL
    SELECT 'condition', c.message, c.attributes, NULL, NULL, NULL, c.condition, c.code, c.message, c.fix
    FROM sqlite_migrate._row_conditions(subject) c
    UNION ALL
    SELECT 'reference', format('foreign key "%s"', r.name), r.attributes, NULL, r, NULL, NULL, NULL, NULL, NULL
    FROM sqlite_migrate._references(subject.target) r
    UNION ALL
    SELECT 'exclusion', format('exclusion constraint "%s"', k.conname), sqlite_migrate._index_attributes(k.conindid), NULL,
           NULL, k.oid, NULL, NULL, NULL, NULL
    FROM pg_constraint k WHERE k.conrelid = subject.target AND k.conexclop IS NOT NULL
$$;

-- Runs the checks of every table that can be looked at. One that raises is a finding by itself: what raises over a row
-- here would raise over it there.
CREATE FUNCTION sqlite_migrate._find_sets(args jsonb, tables sqlite_migrate._table[], findings sqlite_migrate._finding[])
RETURNS SETOF sqlite_migrate._finding
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    v_table sqlite_migrate._table;
    v_check record;
BEGIN
    FOR v_table IN SELECT * FROM sqlite_migrate._checkable(tables, findings) t WHERE t.target_kind <> 'f' LOOP
        FOR v_check IN SELECT * FROM sqlite_migrate._set_checks(args, v_table) LOOP
            BEGIN
                IF sqlite_migrate._rows_sql(args, v_table, v_check.attributes, false) IS NULL THEN
                    IF v_check.kind <> 'unique' OR NOT sqlite_migrate._given_by_server(v_table, v_check.attributes) THEN
                        RETURN QUERY SELECT * FROM sqlite_migrate._unchecked(v_table, v_check.what,
                            'a column gets its value only when the row is written');
                    END IF;
                ELSIF v_check.kind = 'unique' THEN
                    IF NOT sqlite_migrate._kept_by_rowid(args, v_table, (v_check.key).index) THEN
                        RETURN QUERY SELECT * FROM sqlite_migrate._find_duplicates(args, v_table, v_check.key);
                    END IF;
                    IF v_table.occupied AND args ->> 'existing' = 'append' THEN
                        RETURN QUERY SELECT * FROM sqlite_migrate._find_present(args, v_table, v_check.key);
                    ELSIF v_table.occupied AND args ->> 'existing' = 'upsert' AND NOT (v_check.key).is_primary THEN
                        RETURN QUERY SELECT * FROM sqlite_migrate._unchecked(v_table, v_check.what,
                            'against rows of the target that upsert leaves as they are');
                    END IF;
                ELSIF v_check.kind = 'condition' THEN
                    RETURN QUERY SELECT * FROM sqlite_migrate._find_false(args, v_table, v_check.attributes,
                        v_check.condition, v_check.code, v_check.message, v_check.fix);
                ELSIF v_check.kind = 'reference' THEN
                    RETURN QUERY SELECT * FROM sqlite_migrate._find_orphans(args, tables, v_table, v_check.reference);
                ELSE
                    RETURN QUERY SELECT * FROM sqlite_migrate._find_excluded(args, v_table, v_check.exclusion);
                END IF;
            EXCEPTION
                WHEN data_exception OR raise_exception OR integrity_constraint_violation THEN
                    RETURN QUERY SELECT sqlite_migrate._value_severity(args), 'check_raised', v_table.shown, NULL, NULL::bigint,
                        NULL::jsonb, pg_catalog.format('%s raises over a row: %s', v_check.what, SQLERRM), 'on_error => ''reject''';
                WHEN insufficient_privilege OR syntax_error_or_access_rule_violation OR feature_not_supported THEN
                    RETURN QUERY SELECT * FROM sqlite_migrate._unchecked(v_table, v_check.what, SQLERRM);
            END;
        END LOOP;
        RETURN QUERY SELECT u.* FROM pg_catalog.pg_constraint k
            CROSS JOIN LATERAL sqlite_migrate._unchecked(v_table, pg_catalog.format('foreign key "%s"', k.conname),
                                                         'it refers to periods') u
            WHERE k.conrelid = v_table.target AND k.contype = 'f'
              AND COALESCE((pg_catalog.to_jsonb(k) ->> 'conperiod')::boolean, false);
        IF args -> 'options' ->> 'user_triggers' IS DISTINCT FROM 'disable' AND EXISTS (
                   SELECT FROM pg_catalog.pg_trigger g
                   WHERE g.tgrelid = v_table.target AND NOT g.tgisinternal AND g.tgenabled <> 'D'
                     AND g.tgtype & 4 = 4)
        THEN
            RETURN QUERY SELECT * FROM sqlite_migrate._unchecked(v_table, 'what its insert triggers do',
                'a trigger may change or refuse rows');
        END IF;
    END LOOP;
END
$$;
