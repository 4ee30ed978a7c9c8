#!/usr/bin/env bash
# knex with pg: a migration with knex.raw; failures end its command; a machine without the file.
set -euo pipefail

. "$(dirname "$0")/common.sh"

# Kept between runs; npm takes the newest of these lines of versions.
modules=$PWD/build/frameworks/knex
mkdir -p "$modules"
if [ ! -d "$modules/node_modules/knex" ] || [ ! -d "$modules/node_modules/pg" ]; then
    check "npm install" npm install --silent --no-audit --no-fund --prefix "$modules" knex@3 pg@8
fi
project=$work/project
mkdir -p "$project/migrations"
ln -s "$modules/node_modules" "$project/node_modules"
cat >"$project/knexfile.js" <<END
module.exports = { client: "pg", connection: { host: "$PGHOST", port: $PGPORT, user: "$owner", database: "$PGDATABASE" } };
END
cat >"$project/migrations/1_tables.js" <<'END'
exports.up = async (knex) => {
    await knex.schema.createTable("authors", (t) => { t.increments("id"); t.string("name", 40).notNullable(); });
    await knex.schema.createTable("books", (t) => {
        t.increments("id"); t.integer("author_id").references("authors.id"); t.text("title"); t.boolean("lent").notNullable(); t.timestamp("bought");
    });
};
exports.down = async (knex) => { await knex.schema.dropTable("books"); await knex.schema.dropTable("authors"); };
END
documented=$(sed -n '/^## knex/,$p' docs/frameworks.md | sed -n '/^```js/,/^```$/p' | grep -v '^```')
cat >"$project/migrations/2_rows.js" <<END
$documented
exports.down = (knex) => knex.raw("TRUNCATE authors, books");
END
cat >"$project/migrations/3_after.js" <<'END'
exports.up = async (knex) => {
    await knex.raw(`CALL sqlite_migrate.run('shelf', existing => 'truncate', options => '{"missing_source": "skip"}')`);
    await knex.raw("DO $x$ BEGIN PERFORM sqlite_migrate.align_sequences(); END $x$");
    await knex.schema.alterTable("books", (t) => { t.text("note"); t.index("title"); });
};
exports.down = (knex) => knex.schema.alterTable("books", (t) => { t.dropColumn("note"); });
END
knex() { (cd "$project" && node node_modules/knex/bin/cli.js "$@"); }
rows="1|Ursula K. Le Guin 2|Stanisław Lem 7|Tove Jansson 1|7|Sommarboken|t|2024-02-29 12:30:00+00| 2|1|50% of :all {books}?|f|| "
all() { { ask 'SELECT * FROM authors ORDER BY 1'; ask 'SELECT * FROM books ORDER BY 1'; } | tr '\n' ' '; }
applied() { ask "SELECT string_agg(name, ' ' ORDER BY id) FROM knex_migrations"; }

fresh_database
check "migrate:latest" knex migrate:latest
equal "the rows are there" "$rows" "$(all)"
equal "knex's own table is knex's" "1_tables.js 2_rows.js 3_after.js" "$(applied)"
equal "its lock is open" "0" "$(ask 'SELECT is_locked FROM knex_migrations_lock')"
equal "the next numbers are free" "8 3" "$(ask "SELECT nextval('authors_id_seq')") $(ask "SELECT nextval('books_id_seq')")"
check "migrate:rollback" knex migrate:rollback
check "and again" knex migrate:latest
equal "the same rows" "$rows" "$(all)"

fresh_database
check "failure: the tables" knex migrate:up
spoil books
fails "failure: verification ends knex's command" 'values differ in "title"' knex migrate:latest
equal "failure: nothing is applied" "1_tables.js 0" "$(applied) $(ask 'SELECT count(*) FROM authors')"
PGUSER=$owner ask "DROP TRIGGER spoil ON books; ALTER TABLE books ADD note text" >/dev/null
fails "failure: of a later statement" 'already exists' knex migrate:latest
equal "failure: what one command runs is one transaction: no rows" "1_tables.js 0" "$(applied) $(ask 'SELECT count(*) FROM authors')"

sed -i "s/existing => 'truncate')\"/existing => 'truncate', options => '{\\\\\"missing_source\\\\\": \\\\\"skip\\\\\"}')\"/" "$project/migrations/2_rows.js"
fresh_database
ask "DROP SERVER shelf"
check "no server: reaches the last migration" knex migrate:latest
equal "no server: without rows" "1_tables.js 2_rows.js 3_after.js 0" "$(applied) $(ask 'SELECT count(*) FROM authors')"
done_testing
