-- A small library as Plex keeps it: odd declared types, double-quoted defaults, single-quoted names, tables without a key, an
-- R-tree, and what stock SQLite cannot open: an unknown collation, a full-text tokenizer, a spellfix table.
PRAGMA journal_mode = wal;
BEGIN;
CREATE TABLE "accounts" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar(255), "created_at" dt_integer(8), "auto_select_audio" boolean DEFAULT 1);
INSERT INTO accounts VALUES (0, 'nobody', NULL, 1), (1, 'admin', 1577836800, 0);
CREATE TABLE "library_sections" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "library_id" integer, "name" varchar(255), "name_sort" varchar(255) COLLATE NOCASE,
    "section_type" integer, "public" boolean DEFAULT "t", "created_at" dt_integer(8), "uuid" varchar(255), "changed_at" integer(8) DEFAULT '0');
INSERT INTO library_sections VALUES (1, 1, 'Films', 'films', 1, 't', 1577836800, 'a-b', 9000000000), (2, 1, 'Musik', NULL, 8, 'f', 1577836800, 'c-d', 0), (3, 1, 'Photos', NULL, 13, 1, NULL, NULL, 0);
CREATE TABLE "metadata_items" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "library_section_id" integer, "parent_id" integer, "metadata_type" integer, "guid" varchar(255),
    "title" varchar(255), "title_sort" varchar(255) COLLATE NOCASE, "rating" float, "rating_count" integer, "index" integer, "originally_available_at" dt_integer(8),
    "available_at" dt_integer(8), "added_at" dt_integer(8), "extra_data" varchar(255), "hash" varchar(255), "changed_at" integer(8) DEFAULT '0');
INSERT INTO metadata_items VALUES
    (1, 1, 2, 1, 'plex://movie/1', 'Metropolis', 'metropolis', 8.3, 301, 1, -1356998400, NULL, 1600000000, '{"a":1}', 'abc', 5000000000),
    (2, 1, 2, 1, 'plex://movie/1', 'Éric', 'éric', '', '', NULL, 1577836800, 1577836800, 1600000000, 'ma%3Aa=1&b=%20', NULL, 0),
    (3, 2, NULL, 8, 'plex://ARTIST/1', 'ÉRIC', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{broken', NULL, 0);
INSERT INTO metadata_items (id, metadata_type) VALUES (900, 1);
DELETE FROM metadata_items WHERE id = 900;
CREATE TABLE 'tags' ('id' INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, 'metadata_item_id' integer, 'tag' varchar(255) COLLATE NOCASE, 'tag_type' integer, 'created_at' dt_integer(8), 'key' varchar(255), 'parent_id' integer);
INSERT INTO tags VALUES (1, NULL, 'Drama', 1, 1577836800, 'k', 2), (2, 1, 'drama', 1, NULL, NULL, NULL);
CREATE INDEX 'index_tags_on_key' ON 'tags' ('key');
CREATE INDEX "index_title_sort_icu" ON "metadata_items" ("title_sort");
CREATE TABLE "devices" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "identifier" varchar(255), "name" varchar(255), "platform" string);
INSERT INTO devices VALUES (1, 'x', 'phone', '007'), (2, 'y', 'tv', '1e3'), (3, 'z', 'pc', 'Linux'), (4, 'w', 'car', '2024');
CREATE TABLE "activities" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "parent_id" integer REFERENCES "activities" ("id") ON DELETE CASCADE, "type" varchar(255), "started_at" timestamp, "cancelled" boolean);
INSERT INTO activities VALUES (1, 3, 'scan', 1600000000, 0), (2, 2, 'scan', NULL, 1), (3, NULL, 'root', 1600000001, NULL);
CREATE TABLE "external_metadata_items" ("id" integer, "guid" varchar(255), "title" varchar(255), "year" integer);
INSERT INTO external_metadata_items VALUES (1, 'g', 't', 1999), (1, 'g', 't', 1999), (NULL, NULL, NULL, NULL);
CREATE TABLE "metadata_subscription_desired_items" ("sub_id" integer, "remote_id" varchar(255));
INSERT INTO metadata_subscription_desired_items VALUES (1, 'r'), (1, 'r');
CREATE TABLE "blobs" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "blob" blob, "linked_type" varchar(255), "created_at" dt_integer(8));
INSERT INTO blobs VALUES (1, x'00ff', 'metadata', 1600000000), (2, x'', NULL, NULL);
CREATE TABLE "statistics_bandwidth" ("id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "account_id" integer, "device_id" integer, "timespan" integer, "at" dt_integer(8), "lan" boolean, "bytes" integer(8));
INSERT INTO statistics_bandwidth VALUES (1, 1, NULL, 4, 1600000000, 1, 99999999999), (2, 1, NULL, 4, 1600000000, 1, 5);
CREATE TABLE "schema_migrations" ("version" varchar(255) NOT NULL, "rollback_sql" varchar(255), "optimize_on_rollback" boolean, "min_version" varchar(255));
INSERT INTO schema_migrations VALUES ('202209271322.061', NULL, NULL, NULL), ('20090909023322', NULL, NULL, NULL);
CREATE VIRTUAL TABLE locations USING rtree (id, lat_min, lat_max, lon_min, lon_max);
INSERT INTO locations VALUES (1, 52.5, 52.5, 13.4, 13.4);
CREATE VIRTUAL TABLE fts4_metadata_titles USING fts4 (content='metadata_items', title, title_sort);
COMMIT;
PRAGMA writable_schema = on;
UPDATE sqlite_master SET sql = replace(sql, '("title_sort")', '("title_sort" COLLATE icu_root)') WHERE name = 'index_title_sort_icu';
INSERT INTO sqlite_master VALUES ('table', 'fts4_tag_titles_icu', 'fts4_tag_titles_icu', 0, 'CREATE VIRTUAL TABLE fts4_tag_titles_icu USING fts4(content=''tags'', tag, tokenize=collating)'),
    ('table', 'spellfix_tag_titles', 'spellfix_tag_titles', 0, 'CREATE VIRTUAL TABLE spellfix_tag_titles using spellfix1');
PRAGMA writable_schema = reset;
