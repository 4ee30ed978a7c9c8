#!/usr/bin/env python3
"""What a generator planted, against what became of it: planted.py QUIRKS.json; the database by PGDATABASE.

Prints a line for each planted cell that is not where the generator expects it. Differences of opinion are named below."""
import json
import subprocess
import sys

# We read what the column as a whole can only mean, and never guess for a single cell.
OPINIONS = {
    ('ciphers', 'created_at', 'unix seconds as INTEGER'): 'the numbers of the column have no common unit: a rule must say it',
    ('ciphers', 'created_at', 'unix milliseconds as INTEGER'): 'the same',
    ('ciphers', 'created_at', 'Julian day as REAL'): 'the same',
    ('uploads', 'created_at', 'unix seconds'): 'the same',
    ('uploads', 'created_at', 'epoch ms'): 'the same',
    ('sends', 'disabled', '2'): 'only 0 and 1 are booleans, unless the rule nonzero_is_true is asked for',
    ('uploads', 'one_shot', '7'): 'the same',
    ('ciphers', 'user_uuid', "'' in a nullable FK column"): "'' in a text column stays '': here it has no parent",
    ('files', 'upload_id', "'' in the FK column"): 'the same',
}


def rejects():
    query = "SELECT json_agg(json_build_array(source_table, column_name, cells)) FROM sqlite_migrate.rejects"
    rows = json.loads(subprocess.check_output(['psql', '-XqAt', '-c', query], text=True) or 'null') or []
    return [(table, column, {name: bytes.fromhex(cell.get('hex', '')).decode('utf-8', 'replace') for name, cell in cells.items()})
            for table, column, cells in rows]


def is_row(cells, key):
    """Whether these cells hold every part of the key; '...' stands for the rest of a text."""
    parts = [part.removeprefix('user ').removesuffix('...') for part in key.split('/')]
    values = list(cells.values())
    return all(any(value.startswith(part) for value in values) for part in parts)


def main():
    rows = rejects()
    wrong = 0
    for quirk in json.load(open(sys.argv[1], encoding='utf-8')):
        table, key, column, note = quirk['table'], quirk['key'], quirk['column'], quirk['note']
        if column is None or (key or '').startswith('rowid') or quirk['kind'].startswith('extra'):
            continue
        found = [r for r in rows if r[0] == table and (key is None or is_row(r[2], str(key)))]
        expected = quirk['expect'] in ('reject', 'skip')
        if not expected:  # a row may be rejected for another of its cells, or for its parent
            found = [r for r in found if r[1] == column]
        if (table, column, note) in OPINIONS:
            expected = True
        if bool(found) != expected:
            wrong += 1
            print(f"{table}.{column} of {key}: {quirk['kind']}, {note}: expected {quirk['expect']}, "
                  f"{'rejected' if found else 'not rejected'}")
    sys.exit(wrong > 0)


main()
