# What the tests of all frameworks share: a file, a database, an application's role; sourced.
# shellcheck shell=bash

# shellcheck source=test/tools/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tools/tap.sh"

# Debian's own, where its packages are.
python=/usr/bin/python3
export PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore LC_ALL=C.UTF-8
framework=$(basename "$0" .sh)
work=$(mktemp -d "${SCRATCH:?}/$framework.XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
owner=fw_$framework
export PGDATABASE=fw_$framework

# The application's file: two tables, and the history that its framework kept for SQLite.
sqlite3 -batch "$work/shelf.db" "
    CREATE TABLE authors (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(40) NOT NULL);
    INSERT INTO authors VALUES (1, 'Ursula K. Le Guin'), (2, 'Stanisław Lem'), (7, 'Tove Jansson');
    CREATE TABLE books (id INTEGER PRIMARY KEY AUTOINCREMENT, author_id INTEGER REFERENCES authors (id), title TEXT,
                        lent BOOLEAN NOT NULL, bought DATETIME);
    INSERT INTO books VALUES (1, 7, 'Sommarboken', 1, '2024-02-29 12:30:00'), (2, 1, '50% of :all {books}?', 0, NULL);
    CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('of_sqlite');
    CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT, applied TEXT);
    INSERT INTO django_migrations VALUES (99, 'shelf', 'of_sqlite', '2020-01-01');
    CREATE TABLE knex_migrations (id INTEGER PRIMARY KEY, name TEXT, batch INT, migration_time TEXT);
    INSERT INTO knex_migrations VALUES (99, 'of_sqlite', 9, NULL);
    CREATE TABLE __EFMigrationsHistory (MigrationId TEXT PRIMARY KEY, ProductVersion TEXT);
    INSERT INTO __EFMigrationsHistory VALUES ('of_sqlite', '8.0.0');"
chmod 644 "$work/shelf.db"

# A database of the application's own role, which is no superuser; an administrator has made the extension and the servers.
fresh_database() {
    (
        unset PGDATABASE
        dropdb --if-exists --force -- "fw_$framework" 2>/dev/null
        psql -Xq -d postgres -c "CREATE ROLE $owner LOGIN" 2>/dev/null || true
        createdb --owner="$owner" "fw_$framework"
    )
    psql -Xq -v ON_ERROR_STOP=1 -c "CREATE EXTENSION sqlite_fdw_migrate" -c "ALTER SCHEMA public OWNER TO $owner" \
        -c "CREATE SERVER shelf FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database '$work/shelf.db')" \
        -c "GRANT USAGE ON FOREIGN SERVER shelf TO $owner"
}

# Answers to a question, one line a row.
ask() { psql -XqAt -v ON_ERROR_STOP=1 -c "$1"; }

# equal NAME WANTED FOUND
equal() { nothing "$1" "$([ "$2" = "$3" ] || printf 'wanted: %s\nfound: %s\n' "$2" "$3")"; }

# A trigger that changes what comes in: verification must fail, and with it the framework's command.
spoil() { PGUSER=$owner ask "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.title := ''x''; RETURN NEW; END';
    CREATE TRIGGER spoil BEFORE INSERT ON $1 FOR EACH ROW EXECUTE FUNCTION spoil()" >/dev/null; }

# fails NAME WORDS COMMAND...: the command ends with another status than 0, and says these words.
fails() {
    local name=$1 words=$2 output status=0
    shift 2
    output=$("$@" 2>&1) || status=$?
    if [ $status = 0 ]; then
        result 1 "$name" "it ended with status 0: $output"
    else
        nothing "$name" "$(grep -qF "$words" <<<"$output" || echo "status $status, but without \"$words\": $output")"
    fi
}
