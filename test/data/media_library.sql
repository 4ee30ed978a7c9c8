-- A media server's library as its ORM would write it to SQLite: the sample of make demo, for the sqlite3 shell.
-- Everything is computed from row numbers, so that each run makes the same rows.

PRAGMA page_size = 4096;
BEGIN;

-- ---------------------------------------------------------------------------------------------------------------------
-- The schema
-- ---------------------------------------------------------------------------------------------------------------------
CREATE TABLE "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);

CREATE TABLE "Users" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Users" PRIMARY KEY,
    "Username" TEXT NOT NULL COLLATE NOCASE,
    "PasswordHash" TEXT NULL,
    "IsAdministrator" BOOLEAN NOT NULL DEFAULT 0,
    "LastLoginDate" TEXT NULL,
    "Avatar" BLOB NULL,
    "Settings" TEXT NOT NULL DEFAULT '{}',
    "RowVersion" INTEGER NOT NULL
);

CREATE TABLE "Permissions" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Permissions" PRIMARY KEY AUTOINCREMENT,
    "UserId" TEXT NULL,
    "Kind" INTEGER NOT NULL,
    "Value" BOOLEAN NOT NULL,
    CONSTRAINT "FK_Permissions_Users_UserId" FOREIGN KEY ("UserId") REFERENCES "Users" ("Id") ON DELETE CASCADE
);

CREATE TABLE "Devices" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Devices" PRIMARY KEY AUTOINCREMENT,
    "UserId" TEXT NOT NULL,
    "AccessToken" VARCHAR(64) NOT NULL,
    "AppName" VARCHAR(64) NOT NULL,
    "DeviceName" VARCHAR(64) NOT NULL,
    "IsActive" BOOLEAN NOT NULL,
    "DateCreated" DATETIME NOT NULL,
    "DateLastActivity" DATETIME NOT NULL,
    CONSTRAINT "FK_Devices_Users_UserId" FOREIGN KEY ("UserId") REFERENCES "Users" ("Id") ON DELETE CASCADE
);

CREATE TABLE "BaseItems" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_BaseItems" PRIMARY KEY,
    "Type" TEXT NOT NULL,
    "ParentId" TEXT NULL,
    "Name" TEXT NOT NULL,
    "SortName" TEXT NOT NULL,
    "Overview" TEXT NULL,
    "IsFolder" BOOLEAN NOT NULL,
    "IsLocked" BOOLEAN NOT NULL,
    "PremiereDate" DATE NULL,
    "DateCreated" TEXT NOT NULL,
    "DateModified" TEXT NULL,
    "RunTimeTicks" INTEGER NULL,
    "CommunityRating" REAL NULL,
    "ProductionYear" INTEGER NULL,
    "Index" INTEGER NULL,
    "Data" JSON NULL,
    CONSTRAINT "FK_BaseItems_BaseItems_ParentId" FOREIGN KEY ("ParentId") REFERENCES "BaseItems" ("Id") ON DELETE CASCADE
);

CREATE TABLE "ImageInfos" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_ImageInfos" PRIMARY KEY,
    "ItemId" TEXT NOT NULL,
    "ImageType" INTEGER NOT NULL,
    "Path" TEXT NOT NULL,
    "Blurhash" BLOB NULL,
    "Width" INTEGER NOT NULL,
    "Height" INTEGER NOT NULL,
    "DateModified" TEXT NOT NULL,
    CONSTRAINT "FK_ImageInfos_BaseItems_ItemId" FOREIGN KEY ("ItemId") REFERENCES "BaseItems" ("Id") ON DELETE CASCADE
);

CREATE TABLE "MediaStreamInfos" (
    "ItemId" TEXT NOT NULL,
    "StreamIndex" INTEGER NOT NULL,
    "StreamType" INTEGER NOT NULL,
    "Codec" TEXT NULL,
    "Language" TEXT NULL,
    "IsDefault" BOOLEAN NOT NULL,
    "BitRate" BIGINT NULL,
    "FrameRate" REAL NULL,
    CONSTRAINT "PK_MediaStreamInfos" PRIMARY KEY ("ItemId", "StreamIndex"),
    CONSTRAINT "FK_MediaStreamInfos_BaseItems_ItemId" FOREIGN KEY ("ItemId") REFERENCES "BaseItems" ("Id") ON DELETE CASCADE
);

CREATE TABLE "Chapters" (
    "ItemId" TEXT NOT NULL,
    "ChapterIndex" INTEGER NOT NULL,
    "StartPositionTicks" BIGINT NOT NULL,
    "Name" TEXT NULL,
    CONSTRAINT "PK_Chapters" PRIMARY KEY ("ItemId", "ChapterIndex"),
    CONSTRAINT "FK_Chapters_BaseItems_ItemId" FOREIGN KEY ("ItemId") REFERENCES "BaseItems" ("Id") ON DELETE CASCADE
);

CREATE TABLE "ItemValues" (
    "ItemValueId" TEXT NOT NULL CONSTRAINT "PK_ItemValues" PRIMARY KEY,
    "Type" INTEGER NOT NULL,
    "Value" TEXT NOT NULL,
    "CleanValue" TEXT NOT NULL
);

CREATE TABLE "ItemValuesMap" (
    "ItemValueId" TEXT NOT NULL,
    "ItemId" TEXT NOT NULL,
    CONSTRAINT "PK_ItemValuesMap" PRIMARY KEY ("ItemValueId", "ItemId"),
    CONSTRAINT "FK_ItemValuesMap_BaseItems_ItemId" FOREIGN KEY ("ItemId") REFERENCES "BaseItems" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_ItemValuesMap_ItemValues_ItemValueId" FOREIGN KEY ("ItemValueId") REFERENCES "ItemValues" ("ItemValueId") ON DELETE CASCADE
);

CREATE TABLE "Peoples" (
    "Id" TEXT NOT NULL CONSTRAINT "PK_Peoples" PRIMARY KEY,
    "Name" TEXT NOT NULL,
    "PersonType" TEXT NULL
);

CREATE TABLE "PeopleBaseItemMap" (
    "PeopleId" TEXT NOT NULL,
    "ItemId" TEXT NOT NULL,
    "Role" TEXT NOT NULL,
    "Order" INTEGER NULL,
    CONSTRAINT "PK_PeopleBaseItemMap" PRIMARY KEY ("ItemId", "PeopleId", "Role"),
    CONSTRAINT "FK_PeopleBaseItemMap_BaseItems_ItemId" FOREIGN KEY ("ItemId") REFERENCES "BaseItems" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_PeopleBaseItemMap_Peoples_PeopleId" FOREIGN KEY ("PeopleId") REFERENCES "Peoples" ("Id") ON DELETE CASCADE
);

CREATE TABLE "UserData" (
    "UserId" TEXT NOT NULL,
    "ItemId" TEXT NOT NULL,
    "CustomDataKey" TEXT NOT NULL,
    "Played" BOOLEAN NOT NULL,
    "IsFavorite" BOOLEAN NOT NULL,
    "PlayCount" INTEGER NOT NULL,
    "PlaybackPositionTicks" BIGINT NOT NULL,
    "LastPlayedDate" TEXT NULL,
    "Rating" REAL NULL,
    CONSTRAINT "PK_UserData" PRIMARY KEY ("ItemId", "UserId", "CustomDataKey"),
    CONSTRAINT "FK_UserData_BaseItems_ItemId" FOREIGN KEY ("ItemId") REFERENCES "BaseItems" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_UserData_Users_UserId" FOREIGN KEY ("UserId") REFERENCES "Users" ("Id") ON DELETE CASCADE
);

CREATE TABLE "ActivityLogs" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ActivityLogs" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NOT NULL,
    "Overview" TEXT NULL,
    "Type" TEXT NOT NULL,
    "UserId" TEXT NOT NULL,
    "ItemId" TEXT NULL,
    "DateCreated" TEXT NOT NULL,
    "Severity" INTEGER NOT NULL,
    "Cost" DECIMAL(10, 2) NULL
);

-- A reserved word as a table's name, and as the names of its columns.
CREATE TABLE "Group" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Group" PRIMARY KEY AUTOINCREMENT,
    "User" TEXT NOT NULL,
    "Order" INTEGER NOT NULL,
    "Limit" INTEGER NULL,
    "Default" BOOLEAN NOT NULL,
    CONSTRAINT "FK_Group_Users_User" FOREIGN KEY ("User") REFERENCES "Users" ("Id")
);

CREATE UNIQUE INDEX "IX_Users_Username" ON "Users" ("Username");
CREATE UNIQUE INDEX "IX_Permissions_UserId_Kind" ON "Permissions" ("UserId", "Kind") WHERE [UserId] IS NOT NULL;
CREATE UNIQUE INDEX "IX_Devices_AccessToken" ON "Devices" ("AccessToken");
CREATE INDEX "IX_Devices_UserId" ON "Devices" ("UserId");
CREATE INDEX "IX_BaseItems_ParentId" ON "BaseItems" ("ParentId");
CREATE INDEX "IX_BaseItems_Type_SortName" ON "BaseItems" ("Type", "SortName");
CREATE INDEX "IX_ImageInfos_ItemId" ON "ImageInfos" ("ItemId");
CREATE UNIQUE INDEX "IX_ItemValues_Type_CleanValue" ON "ItemValues" ("Type", "CleanValue");
CREATE INDEX "IX_ItemValuesMap_ItemId" ON "ItemValuesMap" ("ItemId");
CREATE INDEX "IX_PeopleBaseItemMap_PeopleId" ON "PeopleBaseItemMap" ("PeopleId");
CREATE INDEX "IX_UserData_UserId" ON "UserData" ("UserId");
CREATE INDEX "IX_ActivityLogs_DateCreated" ON "ActivityLogs" ("DateCreated");

-- ---------------------------------------------------------------------------------------------------------------------
-- Numbers, words and keys to make rows of
-- ---------------------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE number (n INTEGER PRIMARY KEY);
INSERT INTO number
    WITH RECURSIVE count (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM count WHERE n < 5999) SELECT n FROM count;

-- One upper-case GUID for each number of each kind; n * an odd constant modulo 2^32 never repeats.
CREATE TEMP TABLE guid (kind INTEGER, n INTEGER, id TEXT, PRIMARY KEY (kind, n)) WITHOUT ROWID;
INSERT INTO guid
    SELECT kind.n, number.n,
           printf('%08X-%04X-4%03X-%04X-%012X',
                  (number.n * 2654435761 + kind.n * 40503) & 0xFFFFFFFF,
                  (number.n * 40503 + kind.n) & 0xFFFF,
                  (number.n * 2749) & 0xFFF,
                  0x8000 | ((number.n * 9973) & 0x3FFF),
                  (number.n * 0x9E3779B97F + kind.n * 7919) & 0xFFFFFFFFFFFF)
    FROM number AS kind, number WHERE kind.n BETWEEN 1 AND 5;

-- A time as .NET writes it: seven digits, zeros at the end cut, no fraction where there is none.
CREATE TEMP TABLE moment (n INTEGER PRIMARY KEY, text TEXT);
INSERT INTO moment
    SELECT n, rtrim(rtrim(strftime('%Y-%m-%d %H:%M:%S', 1577836800 + n * 32027, 'unixepoch')
                          || printf('.%07d', CASE n % 4 WHEN 0 THEN 0 WHEN 1 THEN n * 1000 ELSE n * 7654321 % 10000000 END),
                          '0'), '.')
    FROM number;

CREATE TEMP TABLE word (w INTEGER PRIMARY KEY, adjective TEXT, noun TEXT, script TEXT);
INSERT INTO word VALUES
    (0, 'Silent', 'Harbour', 'Ελλάδα'), (1, 'Crimson', 'Garden', '七人の侍'), (2, 'Último', 'Verano', 'Сталкер'),
    (3, 'Grüne', 'Straße', 'القاهرة'), (4, 'L''Été', 'Brûlant', 'भारत'), (5, 'Hidden', 'Orchard', '기생충'),
    (6, 'Pale', 'Æsir', 'ירושלים'), (7, 'Ninth', 'Naïveté', 'ประเทศไทย'), (8, 'Small', '"Quote"', '花樣年華'),
    (9, 'Blue', 'Back\slash', 'Zażółć gęślą jaźń'), (10, 'Long', 'Winter 🎬', 'Đà Nẵng');

-- ---------------------------------------------------------------------------------------------------------------------
-- The rows
-- ---------------------------------------------------------------------------------------------------------------------
INSERT INTO "__EFMigrationsHistory"
    SELECT strftime('%Y%m%d', '2023-01-01', '+' || (n * 29) || ' days') || printf('%06d', n * 1111) || '_Step' || n, '9.0.' || (n % 11)
    FROM number WHERE n < 24;

INSERT INTO "Users"
    SELECT id, word.adjective || ' ' || n, CASE WHEN n <> 3 THEN '$PBKDF2-SHA512$iterations=210000$' || lower(hex(id)) END,
           n = 0, CASE WHEN n % 3 <> 2 THEN moment.text END, CASE WHEN n % 2 = 0 THEN zeroblob(n * 16) END,
           json_object('language', 'en', 'subtitles', json_array('de', 'fr'), 'autoplay', json(CASE n % 2 WHEN 0 THEN 'true' ELSE 'false' END)),
           4294967295 - n
    FROM guid JOIN number USING (n) JOIN moment USING (n) JOIN word ON w = n WHERE kind = 1 AND n < 8;

INSERT INTO "Permissions" ("UserId", "Kind", "Value")
    SELECT u.id, k.n, (u.n + k.n) % 3 = 0 FROM guid AS u, number AS k WHERE u.kind = 1 AND u.n < 8 AND k.n < 22;

INSERT INTO "Devices" ("UserId", "AccessToken", "AppName", "DeviceName", "IsActive", "DateCreated", "DateLastActivity")
    SELECT u.id, lower(replace(t.id, '-', '')), CASE t.n % 3 WHEN 0 THEN 'Web' WHEN 1 THEN 'Android TV' ELSE 'Firefox' END,
           'Wohnzimmer ' || t.n, t.n % 5 <> 0, strftime('%Y-%m-%dT%H:%M:%SZ', 1700000000 + t.n * 86399, 'unixepoch'),
           strftime('%Y-%m-%dT%H:%M:%SZ', 1710000000 + t.n * 3601, 'unixepoch')
    FROM guid AS t JOIN guid AS u ON u.kind = 1 AND u.n = t.n % 8 WHERE t.kind = 5 AND t.n < 40;

-- 4 libraries, 60 series, 180 seasons, 1800 episodes, 900 movies; in the order of their keys, so that many children
-- come before their parents.
INSERT INTO "BaseItems"
    WITH item AS (
        SELECT n, 'CollectionFolder' AS type, NULL AS parent FROM number WHERE n < 4
        UNION ALL SELECT n, 'Series', n % 2 FROM number WHERE n BETWEEN 4 AND 63
        UNION ALL SELECT n, 'Season', 4 + (n - 64) / 3 FROM number WHERE n BETWEEN 64 AND 243
        UNION ALL SELECT n, 'Episode', 64 + (n - 244) / 10 FROM number WHERE n BETWEEN 244 AND 2043
        UNION ALL SELECT n, 'Movie', 2 + n % 2 FROM number WHERE n BETWEEN 2044 AND 2943)
    SELECT g.id, item.type, p.id,
           CASE n % 7 WHEN 0 THEN word.script ELSE word.adjective || ' ' || word.noun END || ' ' || n,
           lower(word.adjective) || printf(' %05d', n),
           CASE WHEN n % 5 <> 0 THEN 'Number ' || n || ': ' || word.script || char(10) || 'Second line, tab' || char(9) || 'end.' END,
           item.type IN ('CollectionFolder', 'Series', 'Season'), n % 11 = 0,
           CASE WHEN item.type <> 'CollectionFolder' THEN date('1960-02-29', '+' || (n * 8) || ' days') END,
           moment.text, CASE WHEN n % 6 <> 0 THEN moment.text END,
           CASE WHEN item.type IN ('Episode', 'Movie') THEN 15000000000 + n * 27182818 END,
           CASE WHEN n % 4 <> 3 THEN (n % 97) / 9.7 END,
           CASE WHEN item.type <> 'CollectionFolder' THEN 1960 + n % 66 END,
           CASE WHEN item.type IN ('Season', 'Episode') THEN n % 10 END,
           CASE WHEN n % 3 <> 1 THEN json_object('Container', 'mkv', 'Size', n * 1048576, 'Tags', json_array(word.noun, n)) END
    FROM item JOIN moment USING (n) JOIN word ON w = n % 11 JOIN (SELECT n, id FROM guid WHERE kind = 2) AS g USING (n)
         LEFT JOIN (SELECT n AS m, id FROM guid WHERE kind = 2) AS p ON m = item.parent
    ORDER BY g.id;

INSERT INTO "ImageInfos"
    SELECT image.id, item.id, n % 3, '/config/metadata/library/' || lower(substr(item.id, 1, 2)) || '/poster ' || n || '.jpg',
           CASE n % 8 WHEN 0 THEN NULL WHEN 1 THEN X'00FF10E28300' ELSE CAST(printf('L%X{jt7~q', n * 48271) AS BLOB) END,
           1000 + n % 920, 1500, moment.text
    FROM guid AS image JOIN guid AS item USING (n) JOIN moment USING (n)
    WHERE image.kind = 3 AND item.kind = 2 AND n < 2944;
INSERT INTO "MediaStreamInfos"
    SELECT id, s.n, s.n % 3, CASE s.n WHEN 0 THEN 'hevc' WHEN 1 THEN 'eac3' WHEN 2 THEN 'subrip' ELSE 'aac' END,
           CASE (g.n + s.n) % 4 WHEN 0 THEN 'deu' WHEN 1 THEN 'eng' WHEN 2 THEN 'jpn' END, s.n < 2,
           CASE WHEN s.n <> 2 THEN 3000000000 + g.n * 1000 END, CASE WHEN s.n = 0 THEN 24000.0 / 1001 END
    FROM guid AS g, number AS s WHERE kind = 2 AND g.n BETWEEN 244 AND 2943 AND s.n < 4;

INSERT INTO "Chapters"
    SELECT id, c.n, c.n * 3000000000, CASE WHEN c.n <> 1 THEN 'Kapitel ' || (c.n + 1) END
    FROM guid AS g, number AS c WHERE kind = 2 AND g.n BETWEEN 244 AND 2943 AND c.n < 3;

INSERT INTO "ItemValues"
    SELECT id, n % 4, word.noun || ' / ' || word.script || ' ' || n, lower(word.noun) || ' ' || n
    FROM guid JOIN word ON w = n % 11 WHERE kind = 4 AND guid.n < 400;

INSERT INTO "ItemValuesMap"
    SELECT v.id, i.id FROM guid AS i, number AS k JOIN guid AS v ON v.kind = 4 AND v.n = (i.n * 7 + k.n * 131) % 400
    WHERE i.kind = 2 AND i.n < 2944 AND k.n < 2;

INSERT INTO "Peoples"
    SELECT id, word.adjective || ' O''' || word.noun || ' ' || n, CASE n % 3 WHEN 0 THEN 'Actor' WHEN 1 THEN 'Director' END
    FROM guid JOIN number USING (n) JOIN word ON w = n % 11 WHERE kind = 5 AND guid.n < 700;

INSERT INTO "PeopleBaseItemMap"
    SELECT p.id, i.id, CASE k.n WHEN 0 THEN '' ELSE 'Role ' || i.n END, k.n
    FROM guid AS i, number AS k JOIN guid AS p ON p.kind = 5 AND p.n = (i.n * 11 + k.n * 17) % 700
    WHERE i.kind = 2 AND i.n BETWEEN 244 AND 2943 AND k.n < 2;

INSERT INTO "UserData"
    SELECT u.id, i.id, lower(i.id), i.n % 2, i.n % 13 = 0, i.n % 4, i.n % 3 * 123456789012,
           CASE WHEN i.n % 2 = 1 THEN moment.text END, CASE WHEN i.n % 9 = 0 THEN i.n % 10 + 0.5 END
    FROM guid AS u, guid AS i JOIN moment USING (n) WHERE u.kind = 1 AND u.n < 8 AND i.kind = 2 AND (i.n + u.n) % 5 = 0 AND i.n BETWEEN 244 AND 2943;

INSERT INTO "ActivityLogs" ("Name", "Overview", "Type", "UserId", "ItemId", "DateCreated", "Severity", "Cost")
    SELECT word.adjective || ' is playing ' || word.script, CASE WHEN moment.n % 2 = 0 THEN '' END, 'VideoPlayback', u.id,
           CASE WHEN moment.n % 3 = 0 THEN lower(replace(i.id, '-', '')) END, moment.text, moment.n % 6, (moment.n % 1000) / 100.0
    FROM moment JOIN word ON w = moment.n % 11 JOIN guid AS u ON u.kind = 1 AND u.n = moment.n % 8
         JOIN guid AS i ON i.kind = 2 AND i.n = moment.n % 2944
    WHERE moment.n < 2500;
-- Numbers that were given and must not come back: sqlite_sequence stays above max(Id).
DELETE FROM "ActivityLogs" WHERE "Id" > 2400;
DELETE FROM "Devices" WHERE "Id" > 37;

INSERT INTO "Group" ("User", "Order", "Limit", "Default")
    SELECT id, n, CASE WHEN n % 2 = 0 THEN n * 10 END, n = 0 FROM guid WHERE kind = 1 AND n < 6;
DELETE FROM "Group";

COMMIT;
