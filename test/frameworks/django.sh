#!/usr/bin/env bash
# Django: a migration with RunSQL; its keys are deferred; failures end its command; sqlmigrate; a machine without the file.
set -euo pipefail

. "$(dirname "$0")/common.sh"

project=$work/project
mkdir -p "$project/shelf/migrations"
touch "$project/shelf/__init__.py" "$project/shelf/migrations/__init__.py"
cat >"$project/settings.py" <<END
SECRET_KEY = "test"
USE_TZ = True
INSTALLED_APPS = ["shelf"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "$PGDATABASE", "USER": "$owner",
                         "HOST": "$PGHOST", "PORT": "$PGPORT"}}
END
cat >"$project/shelf/models.py" <<'END'
from django.db import models

class Author(models.Model):
    name = models.CharField(max_length=40)
    class Meta:
        db_table = "authors"

class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE, null=True)
    title = models.TextField(null=True)
    lent = models.BooleanField()
    bought = models.DateTimeField(null=True)
    class Meta:
        db_table = "books"
END
manage() { (cd "$project" && DJANGO_SETTINGS_MODULE=settings "$python" -m django "$@"); }
check "makemigrations" manage makemigrations shelf --name tables
documented=$(sed -n '/^## Django/,/^## /p' docs/frameworks.md | sed -n '/^```python/,/^```$/p' | grep -v '^```')
cat >"$project/shelf/migrations/0002_rows.py" <<END
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("shelf", "0001_tables")]
    operations = [$documented]
END
# More of it in one migration, which is one transaction: statements after the rows find no pending events.
cat >"$project/shelf/migrations/0003_after.py" <<'END'
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("shelf", "0002_rows")]
    operations = [
        migrations.RunSQL("CALL sqlite_migrate.run('shelf', existing => 'truncate', options => '{\"missing_source\": \"skip\"}')", migrations.RunSQL.noop),
        migrations.RunSQL(["DO $x$ BEGIN PERFORM sqlite_migrate.align_sequences(); END $x$"], migrations.RunSQL.noop),
        migrations.AddField("book", "note", models.TextField(null=True)),
        migrations.AddIndex("book", models.Index(fields=["title"], name="books_title")),
    ]
END
rows="1|Ursula K. Le Guin 2|Stanisław Lem 7|Tove Jansson 1|Sommarboken|t|2024-02-29 12:30:00+00|7| 2|50% of :all {books}?|f||1| "
all() { { ask 'SELECT * FROM authors ORDER BY 1'; ask 'SELECT id, title, lent, bought, author_id, note FROM books ORDER BY 1'; } | tr '\n' ' '; }
applied() { ask "SELECT string_agg(name, ' ' ORDER BY id) FROM django_migrations"; }

fresh_database
check "migrate" manage migrate
equal "the rows are there" "$rows" "$(all)"
equal "Django's own table is Django's" "0001_tables 0002_rows 0003_after" "$(applied)"
equal "its keys are as it made them" "t t t" "$(ask "SELECT concat_ws(' ', condeferrable, condeferred, convalidated) FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace")"
equal "the next numbers are free" "8" "$(manage shell -c 'from shelf.models import Author; print(Author.objects.create(name="next").id)' 2>/dev/null)"
check "back, and again" manage migrate shelf 0002
fresh_database
check "as scripts: the tables" manage migrate shelf 0001
manage sqlmigrate shelf 0002 >"$work/script.sql"
check "sqlmigrate: psql runs what it prints" env PGUSER=$owner psql -Xq -v ON_ERROR_STOP=1 -f "$work/script.sql"
equal "sqlmigrate: the rows are there" "3 2" "$(ask 'SELECT count(*) FROM authors') $(ask 'SELECT count(*) FROM books')"

fresh_database
check "failure: the tables" manage migrate shelf 0001
spoil books
fails "failure: verification ends Django's command" 'values differ in "title"' manage migrate
equal "failure: nothing is applied" "0001_tables 0" "$(applied) $(ask 'SELECT count(*) FROM authors')"
PGUSER=$owner ask "DROP TRIGGER spoil ON books; ALTER TABLE books ADD note text" >/dev/null
fails "failure: of a later operation" 'already exists' manage migrate
equal "failure: takes its own rows with it, not those before" "0001_tables 0002_rows 3" "$(applied) $(ask 'SELECT count(*) FROM authors')"

sed -i "s/existing => 'truncate')/existing => 'truncate', options => '{\\\\\"missing_source\\\\\": \\\\\"skip\\\\\"}')/" "$project/shelf/migrations/0002_rows.py"
fresh_database
ask "DROP SERVER shelf"
check "no server: reaches the last migration" manage migrate
equal "no server: without rows" "0001_tables 0002_rows 0003_after 0" "$(applied) $(ask 'SELECT count(*) FROM authors')"
done_testing
