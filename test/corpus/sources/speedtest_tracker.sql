-- A small Speedtest Tracker, as Laravel writes it: naive times, json in text, backslashes, Unix seconds that stay numbers.
BEGIN;
CREATE TABLE "migrations" ("id" integer primary key autoincrement not null, "migration" varchar not null, "batch" integer not null);
INSERT INTO migrations VALUES (1, '2014_10_12_000000_create_users_table', 1), (40, '2024_09_11_094357_rename_influxdb_settings.php', 2);
CREATE TABLE "users" ("id" integer primary key autoincrement not null, "name" varchar not null, "email" varchar not null, "email_verified_at" datetime, "password" varchar not null, "role" varchar not null default 'user', "created_at" datetime, "updated_at" datetime);
INSERT INTO users VALUES (1, 'Real Admin', 'me@example.org', NULL, '$2y$12$source', 'admin', '2023-01-01 00:00:00', '2023-01-01 00:00:00');
CREATE TABLE "results" ("id" integer primary key autoincrement not null, "service" varchar not null default 'ookla', "ping" float, "download" integer, "upload" integer, "data" text, "status" varchar not null, "scheduled" tinyint(1) not null default '0',
    "created_at" datetime, "updated_at" datetime, "benchmarks" text, "healthy" tinyint(1), "dispatched_by" integer, foreign key("dispatched_by") references "users"("id") on delete set null);
INSERT INTO results VALUES (1, 'ookla', 12.345, 12500000000, 5000000000, '{"type":"result","url":"https:\/\/www.speedtest.net\/1","b":2,"a":1,"a":3,"isp":"\u0411\u0438","nul":"\u0000"}', 'completed', 1, '2024-03-31 02:30:00', '2024-03-31 02:30:00', NULL, 1, 1),
    (2, 'ookla', 123456.789, NULL, NULL, 'null', 'failed', 0, '2024-03-31 03:30:00', '2024-03-31 03:30:00', '[]', NULL, NULL);
INSERT INTO results (id, status) VALUES (300, 'pruned');
DELETE FROM results WHERE id = 300;
CREATE TABLE "settings" ("id" integer primary key autoincrement not null, "group" varchar not null, "name" varchar not null, "locked" tinyint(1) not null default '0', "payload" text not null, "created_at" datetime, "updated_at" datetime);
INSERT INTO settings VALUES (77, 'threshold', 'absolute_ping', 0, '25', '2023-01-01 00:00:00', '2023-01-01 00:00:00'), (80, 'notification', 'mail_recipients', 0, '[{"email_address":"me@example.org"}]', NULL, NULL);
CREATE TABLE "notifications" ("id" varchar not null, "type" varchar not null, "notifiable_type" varchar not null, "notifiable_id" integer not null, "data" text not null, "read_at" datetime, "created_at" datetime, "updated_at" datetime, primary key ("id"));
INSERT INTO notifications VALUES ('9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d', 'Filament\Notifications\DatabaseNotification', 'App\Models\User', 1, '{"title":"Speedtest completed","body":null}', NULL, '2024-03-31 02:30:00', NULL);
CREATE TABLE "personal_access_tokens" ("id" integer primary key autoincrement not null, "tokenable_type" varchar not null, "tokenable_id" integer not null, "name" varchar not null, "token" varchar not null, "abilities" text);
INSERT INTO personal_access_tokens VALUES (1, 'App\Models\User', 1, 'api', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '["results:read"]');
CREATE TABLE "imports" ("id" integer primary key autoincrement not null, "completed_at" datetime, "file_name" varchar not null, "file_path" varchar not null, "importer" varchar not null, "total_rows" integer not null, "user_id" integer not null, foreign key("user_id") references "users"("id") on delete cascade);
CREATE TABLE "exports" ("id" integer primary key autoincrement not null, "file_disk" varchar not null, "exporter" varchar not null, "total_rows" integer not null, "user_id" integer not null, foreign key("user_id") references "users"("id") on delete cascade);
CREATE TABLE "failed_import_rows" ("id" integer primary key autoincrement not null, "data" text not null, "import_id" integer not null, foreign key("import_id") references "imports"("id") on delete cascade);
CREATE TABLE "sessions" ("id" varchar not null, "user_id" integer, "ip_address" varchar, "user_agent" text, "payload" text not null, "last_activity" integer not null, primary key ("id"));
INSERT INTO sessions VALUES ('s', 1, '::1', NULL, 'YTo=', 1711852200);
CREATE TABLE "jobs" ("id" integer primary key autoincrement not null, "queue" varchar not null, "payload" text not null, "attempts" integer not null, "reserved_at" integer, "available_at" integer not null, "created_at" integer not null);
INSERT INTO jobs VALUES (1, 'default', '{"data":{"command":"O:1:\"A\":1:{s:4:\"\u0000*\u0000x\";i:1;}"}}', 1, NULL, 1711852200, 1711852200);
CREATE TABLE "cache" ("key" varchar not null, "value" text not null, "expiration" integer not null, primary key ("key"));
INSERT INTO cache VALUES ('k', CAST(x'4f3a313a2241223a313a7b733a343a22002a0078223b693a313b7d' AS TEXT), 1711852200);
COMMIT;
