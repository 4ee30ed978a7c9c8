#!/usr/bin/env python3
"""Compares every value of a SQLite file with what psql shows of the tables it went into: compare_values.py FILE SCHEMA [TABLE.COLUMN...].

Shares no code with the extension: Python's sqlite3 reads the one side, psql's COPY the other, and what a value should
have become is written here a second time. Tables without a counterpart, and the TABLE or TABLE.COLUMN names given, are
left out. NUMBERS=unix_seconds in the environment: so are numbers meant where times go. Prints a line for each table that
differs; the last line says how much was compared. PGDATABASE names the database.
"""
import collections
import datetime
import decimal
import json
import os
import re
import sqlite3
import struct
import subprocess
import sys

CASTS = {  # how psql is asked for a value, so that no format or locale of the server comes between
    'bytea': "encode({c}, 'hex')",
    'real': "encode(float4send({c}), 'hex')",
    'double precision': "encode(float8send({c}), 'hex')",
    'timestamp with time zone': "CASE WHEN isfinite({c}) THEN to_char({c} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US BC')"
                                " ELSE {c}::text END",
    'timestamp without time zone': "CASE WHEN isfinite({c}) THEN to_char({c}, 'YYYY-MM-DD HH24:MI:SS.US BC') ELSE {c}::text END",
    'date': "CASE WHEN isfinite({c}) THEN to_char({c}, 'YYYY-MM-DD BC') ELSE {c}::text END",
    'time without time zone': "to_char({c}, 'HH24:MI:SS.US')",
    'boolean': "{c}::int::text",
    'array': "encode(convert_to(to_json({c})::text, 'UTF8'), 'hex')",
}
PLAIN = "encode(convert_to({c}::text, 'UTF8'), 'hex')"


def psql(sql):
    answer = subprocess.run(['psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', sql], stdout=subprocess.PIPE, check=True)
    return answer.stdout.decode('utf-8')


def name(text):
    return '"' + text.replace('"', '""') + '"'


def instant(text, zoned):
    found = re.fullmatch(r'(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)? ?(Z|[+-]\d\d(?::?\d\d)?)?', text)
    if not found and os.environ.get('NUMBERS') == 'unix_seconds' and re.fullmatch(r'\d+(\.\d+)?', text):
        # Whole microseconds: a float of seconds would round them.
        value = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=int(decimal.Decimal(text) * 1000000))
        return value.strftime('%Y-%m-%d %H:%M:%S.%f AD')
    if not found:
        return 'no time: ' + text
    year, month, day, hour, minute, second, digits, offset = found.groups()
    value = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
                              int(((digits or '') + '000000')[:6]))
    if offset and offset != 'Z':
        sign = -1 if offset[0] == '-' else 1
        shift = datetime.timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]) if len(offset) > 3 else 0)
        if zoned or shift:
            value -= sign * shift
    return '%04d-%02d-%02d %02d:%02d:%02d.%06d AD' % (value.year, value.month, value.day, value.hour, value.minute,
                                                      value.second, value.microsecond)


def as_text(value):
    if isinstance(value, bytes):
        return value.decode('utf-8')
    return repr(value) if isinstance(value, float) else str(value)


def shown(value):
    """The plain text of a number or text: what a text column should hold."""
    if isinstance(value, float):
        text = repr(value)
        if text.endswith('.0'):
            text = text[:-2]
        return text
    return as_text(value)


def number(value):
    text = as_text(value)
    return decimal.Decimal({'inf': 'Infinity', '-inf': '-Infinity'}.get(text, text))


def converted(value, kind):
    """A source value as a comparable one of that PostgreSQL type; None is NULL."""
    if value is None:
        return None
    if kind == 'bytea':
        return (value if isinstance(value, bytes) else value.text).hex()
    if isinstance(value, Text):
        value = value.text
        if value == b'' and kind not in ('text', 'character varying', 'character'):
            return None
    if kind in ('text', 'character varying', 'character', 'name'):
        return shown(value)
    if kind in ('smallint', 'integer', 'bigint'):
        exact = number(value)
        return str(int(exact)) if exact == int(exact) else 'a fraction: ' + str(exact)
    if kind == 'boolean':
        return str(int(number(value)))
    if kind == 'numeric':
        return number(value)
    if kind == 'real':
        return struct.pack('>f', float(number(value))).hex()
    if kind == 'double precision':
        return struct.pack('>d', float(number(value))).hex()
    if kind in ('timestamp with time zone', 'timestamp without time zone'):
        return instant(as_text(value), True)
    if kind == 'date':
        return instant(as_text(value), True)[:10] + ' AD'
    if kind == 'time without time zone':
        return instant('2000-01-01 ' + as_text(value), True)[11:26]
    if kind == 'uuid':
        return re.sub('[{}-]', '', value.hex() if isinstance(value, bytes) and len(value) == 16 else as_text(value)).lower()
    if kind in ('json', 'jsonb', 'array'):
        return frozen(json.loads(as_text(value), parse_float=decimal.Decimal, parse_int=decimal.Decimal))
    return as_text(value)


def frozen(value):
    return json.dumps(value, sort_keys=True, default=lambda d: 'number ' + format(d.normalize(), 'f'))


def stored(text, kind):
    if text == '\\N':
        return None
    if kind not in CASTS or kind == 'array':
        text = bytes.fromhex(text).decode('utf-8')
    if kind == 'numeric':
        return decimal.Decimal(text)
    if kind == 'uuid':
        return text.replace('-', '')
    if kind in ('json', 'jsonb', 'array'):
        return frozen(json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal))
    return text


class Text:
    """Marks what SQLite stored as text, so that a text of 16 bytes is never taken for a blob."""
    def __init__(self, text):
        self.text = text


def folded(text):
    return re.sub('[^a-z0-9]', '', text.lower())


def main():
    source, schema, left_out = sys.argv[1], sys.argv[2], set(sys.argv[3:])
    lite = sqlite3.connect('file:%s?mode=ro' % source.replace('%', '%25').replace('?', '%3f'), uri=True)
    lite.text_factory = Text
    targets = collections.defaultdict(list)
    for line in psql("""SELECT to_json(ARRAY[c.relname, a.attname,
            CASE WHEN t.typcategory = 'A' THEN 'array' ELSE format_type(COALESCE(NULLIF(t.typbasetype, 0), t.oid), NULL) END])
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
        WHERE c.relnamespace = $n$%s$n$::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
            AND a.attgenerated = '' ORDER BY c.oid, a.attnum""" % schema).splitlines():
        table, column, kind = json.loads(line)
        targets[table].append((column, kind))
    by_name = {folded(table): table for table in targets}

    tables = columns_compared = values = 0
    wrong = False
    lite.execute('PRAGMA writable_schema = on')  # reads past a view that does not parse
    lite.create_collation('unicase', lambda a, b: (a > b) - (a < b))
    for (raw,) in lite.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1").fetchall():
        table = raw.text.decode('utf-8')
        target = table if table in targets else by_name.get(folded(table))
        if target is None or table in left_out:
            continue
        kinds = dict(targets[target])
        columns_by_name = {folded(column): column for column in kinds}
        pairs = []
        for row in lite.execute('PRAGMA table_xinfo(%s)' % name(table)).fetchall():
            column = row[1].text.decode('utf-8')
            other = column if column in kinds else columns_by_name.get(folded(column))
            if other is not None and '%s.%s' % (table, column) not in left_out:
                pairs.append((column, other, kinds[other]))
        if not pairs:
            continue
        asked = ', '.join(CASTS.get(kind, PLAIN).format(c=name(other)) for _, other, kind in pairs)
        there = collections.Counter(
            tuple(stored(cell, pair[2]) for cell, pair in zip(line.split('\t'), pairs))
            for line in psql('COPY (SELECT %s FROM %s.%s) TO STDOUT' % (asked, name(schema), name(target))).split('\n')[:-1])
        here = collections.Counter(
            tuple(converted(cell, pair[2]) for cell, pair in zip(row, pairs))
            for row in lite.execute('SELECT %s FROM %s NOT INDEXED' % (', '.join(name(pair[0]) for pair in pairs), name(table))))
        tables += 1
        columns_compared += len(pairs)
        values += sum(here.values()) * len(pairs)
        if here != there:
            wrong = True
            missing, extra = list((here - there).elements()), list((there - here).elements())
            print('%s: %d rows missing, %d extra' % (table, len(missing), len(extra)))
            for column, pair in enumerate(pairs):
                ours = collections.Counter(str(row[column]) for row in missing)
                theirs = collections.Counter(str(row[column]) for row in extra)
                if ours != theirs:
                    print('  %s (%s): expected %r, stored %r' % (pair[0], pair[2], list((ours - theirs).elements())[:3],
                                                                 list((theirs - ours).elements())[:3]))
    print('%d tables, %d columns, %d values compared' % (tables, columns_compared, values))
    sys.exit(wrong)


main()
