-- Tables in which migration frameworks keep what they have applied, beside one that they have made.
PRAGMA page_size = 4096;
BEGIN;
CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL PRIMARY KEY, "ProductVersion" TEXT NOT NULL);
INSERT INTO "__EFMigrationsHistory" VALUES ('20240101000000_Sqlite', '8.0.0'), ('20240201000000_Sqlite', '8.0.0');
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('abc123');
CREATE TABLE schema_migrations (version TEXT PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('1'), ('2');
CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO things VALUES (1, 'one'), (2, 'two');
COMMIT;
