#!/usr/bin/env bash
# Alembic, online and as --sql script: a revision that calls run; failures end its command; a machine without the file.
set -euo pipefail

. "$(dirname "$0")/common.sh"

project=$work/project
mkdir -p "$project/migrations/versions"
cat >"$project/alembic.ini" <<END
[alembic]
script_location = $project/migrations
sqlalchemy.url = postgresql+psycopg2://$owner@/$PGDATABASE?host=$PGHOST&port=$PGPORT
END
cat >"$project/migrations/script.py.mako" <<'END'
END
cat >"$project/migrations/env.py" <<'END'
from alembic import context
from sqlalchemy import create_engine

url = context.config.get_main_option("sqlalchemy.url")
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
END
cat >"$project/migrations/versions/1_tables.py" <<'END'
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "1_tables", None, None, None

def upgrade():
    op.create_table("authors", sa.Column("id", sa.Integer, sa.Identity(), primary_key=True), sa.Column("name", sa.String(40), nullable=False))
    op.create_table("books", sa.Column("id", sa.Integer, primary_key=True), sa.Column("author_id", sa.Integer, sa.ForeignKey("authors.id")),
                    sa.Column("title", sa.Text), sa.Column("lent", sa.Boolean, nullable=False), sa.Column("bought", sa.DateTime(timezone=True)))

def downgrade():
    op.drop_table("books")
    op.drop_table("authors")
END
# What docs/frameworks.md says, word by word.
documented=$(sed -n '/^## Alembic/,/^## /p' docs/frameworks.md | sed -n '/^```python/,/^```$/p' | grep -v '^```')
cat >"$project/migrations/versions/2_rows.py" <<END
from alembic import op

revision, down_revision, branch_labels, depends_on = "2_rows", "1_tables", None, None

$documented

def downgrade():
    op.execute("TRUNCATE authors, books")
END
# What comes after it in the same transaction finds neither pending events nor changed modes.
cat >"$project/migrations/versions/3_after.py" <<'END'
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "3_after", "2_rows", None, None

def upgrade():
    op.add_column("books", sa.Column("note", sa.Text))
    op.create_index("books_title", "books", ["title"])
    op.execute("DO $x$ BEGIN PERFORM sqlite_migrate.align_sequences(); END $x$")

def downgrade():
    op.drop_index("books_title")
    op.drop_column("books", "note")
END

alembic() { (cd "$project" && "$python" -c 'from alembic.config import main; main()' -c "$project/alembic.ini" "$@"); }
script() { alembic upgrade "${1:-head}" --sql 2>/dev/null >"$work/script.sql"; }
play() { PGUSER=$owner psql -Xq -v ON_ERROR_STOP=1 -f "$work/script.sql"; }
rows="1|Ursula K. Le Guin 2|Stanisław Lem 7|Tove Jansson 1|7|Sommarboken|t|2024-02-29 12:30:00+00| 2|1|50% of :all {books}?|f|| "
all() { { ask 'SELECT * FROM authors ORDER BY 1'; ask 'SELECT * FROM books ORDER BY 1'; } | tr '\n' ' '; }

nothing "docs/frameworks.md has a revision to try" "$([ -n "$documented" ] || echo none)"
fresh_database
check "online: upgrade head" alembic upgrade head
equal "online: the rows are there" "$rows" "$(all)"
equal "online: Alembic's own table is Alembic's" "3_after" "$(ask 'TABLE alembic_version')"
equal "online: the next numbers are free" "8 3" "$(ask "INSERT INTO authors (name) VALUES ('next') RETURNING id") $(ask "SELECT nextval('books_id_seq')")"
check "online: down, and up again" alembic downgrade 1_tables
check "online: up again" alembic upgrade head
equal "online: the same rows" "$rows" "$(all)"

fresh_database
check "script: upgrade head --sql" script
check "script: it holds the call as it was written" grep -qF "CALL sqlite_migrate.run('shelf', existing => 'truncate', options => '{\"missing_source\": \"skip\"}')" "$work/script.sql"
check "script: psql runs it" play
equal "script: the rows are there" "$rows" "$(all)"
equal "script: Alembic's table" "3_after" "$(ask 'TABLE alembic_version')"

# Failures: of verification, of a value, of a later revision.
fresh_database
check "failure: the tables" alembic upgrade 1_tables
spoil books
fails "failure: verification ends Alembic's command" 'values differ in "title"' alembic upgrade head
equal "failure: it stays at its revision, without rows" "1_tables 0 0" "$(ask 'TABLE alembic_version') $(ask 'SELECT count(*) FROM authors') $(ask 'SELECT count(*) FROM books')"
check "failure: as script" script 1_tables:head
fails "failure: verification ends psql" 'values differ in "title"' play
equal "failure: it stays at its revision" "1_tables 0" "$(ask 'TABLE alembic_version') $(ask 'SELECT count(*) FROM authors')"
PGUSER=$owner ask "DROP TRIGGER spoil ON books; ALTER TABLE authors ALTER name TYPE varchar(5)" >/dev/null
fails "failure: a value that does not fit ends it" 'cannot be carried' alembic upgrade head
PGUSER=$owner ask "ALTER TABLE authors ALTER name TYPE varchar(40); ALTER TABLE books ADD note text" >/dev/null
fails "failure: of a later revision" 'already exists' alembic upgrade head
equal "failure: takes the rows with it" "1_tables 0" "$(ask 'TABLE alembic_version') $(ask 'SELECT count(*) FROM authors')"

# A machine where no file is: fresh installs, CI.
fresh_database
ask "DROP SERVER shelf"
check "no server: reaches head" alembic upgrade head
equal "no server: at head, without rows" "3_after 0" "$(ask 'TABLE alembic_version') $(ask 'SELECT count(*) FROM authors')"
fresh_database
mv "$work/shelf.db" "$work/away.db"
check "no file: reaches head" alembic upgrade head
equal "no file: at head, without rows" "3_after 0" "$(ask 'TABLE alembic_version') $(ask 'SELECT count(*) FROM authors')"
mv "$work/away.db" "$work/shelf.db"
sed -i 's/, options => .*"skip"}.)/)/' "$project/migrations/versions/2_rows.py"
fresh_database
mv "$work/shelf.db" "$work/away.db"
fails "no file, and nothing said of it: an error" 'does not exist' alembic upgrade head
mv "$work/away.db" "$work/shelf.db"

# Each documented statement passes through text(): no :word and no % is taken for anything.
fresh_database
check "online: the tables once more" alembic upgrade 1_tables
cat >"$work/documented.py" <<END
import re
import sys
from sqlalchemy import create_engine, text

page = open("docs/frameworks.md", encoding="utf-8").read()
blocks = re.findall(r"^\`\`\`(\w+)\n(.*?)^\`\`\`", page, re.M | re.S)
statements = [body for kind, body in blocks if kind == "sql" and "sqlite_migrate" in body and "CREATE SERVER" not in body]
statements += [m for kind, body in blocks if kind not in ("sql", "text") for m in re.findall(r"CALL sqlite_migrate\.run\([^\n]*?\)(?=[\"';])", body)]
found = 0
engine = create_engine("postgresql+psycopg2://$PGUSER@/$PGDATABASE?host=$PGHOST&port=$PGPORT")
for statement in statements:
    statement = statement.replace("/srv/shelf.db", "$work/shelf.db")
    clause = text(statement)
    if clause._bindparams:
        sys.exit(f"taken for bind parameters: {list(clause._bindparams)} in {statement}")
    with engine.begin() as connection:
        connection.execute(clause)
    found += 1
print(f"{found} statements")
sys.exit(found < 8)
END
check "every statement of docs/frameworks.md passes through text()" "$python" "$work/documented.py"
equal "and does what it says" "3 2" "$(ask 'SELECT count(*) FROM authors') $(ask 'SELECT count(*) FROM books')"
done_testing
