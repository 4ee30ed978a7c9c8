-- Names that need care: quotes, dots, blanks, case, reserved words, more than 63 bytes.
PRAGMA page_size = 4096;
BEGIN;
CREATE TABLE "Order" ("Id" INTEGER PRIMARY KEY AUTOINCREMENT, "Select" TEXT, "a.b" TEXT, "it's" TEXT, "q""q" TEXT, "back\slash" TEXT);
INSERT INTO "Order" VALUES (1, 's', 'dot', 'apostrophe', 'quote', 'backslash');
CREATE TABLE "two words" ("first name" TEXT, "%" TEXT, "$1" TEXT, "ключ" TEXT);
INSERT INTO "two words" VALUES ('f', 'percent', 'dollar', 'cyrillic');
CREATE TABLE "dotted.name" (x INT);
INSERT INTO "dotted.name" VALUES (1);
CREATE TABLE "UserProfile" ("UserId" INT, "HomePage" TEXT);
INSERT INTO "UserProfile" VALUES (1, 'https://example.org');
CREATE TABLE a_name_that_is_so_long_that_postgresql_cuts_it_after_sixty_three_bytes_0001 (x INT);
CREATE TABLE a_name_that_is_so_long_that_postgresql_cuts_it_after_sixty_three_bytes_0002 (x INT);
INSERT INTO a_name_that_is_so_long_that_postgresql_cuts_it_after_sixty_three_bytes_0001 VALUES (1);
INSERT INTO a_name_that_is_so_long_that_postgresql_cuts_it_after_sixty_three_bytes_0002 VALUES (2), (3);
COMMIT;
