#!/usr/bin/env bash
# The traps of seven applications, planted one by one into small files: what must arrive arrives as it should, what cannot be
# carried is told before anything is written. All as a plain owner of the tables of the application's own first start.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"

systems=${SHARED:-$PWD/../shared}/systems
work=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/traps.XXXXXX")
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
owner=traps_owner
database=traps
psql -Xq -d postgres -c "CREATE ROLE $owner LOGIN" 2>/dev/null || true

ask() { PGUSER=$owner psql -XqAt -v ON_ERROR_STOP=1 -d $database -c "$1"; }

# planted LABEL SOURCE TARGETS MUTATION: a fresh file with the mutation, a fresh database with the application's tables.
planted() {
    label=$1
    local source=$2 targets=$3 mutation=$4 target
    schema=public
    if [ -e "test/corpus/sources/$source.sql" ]; then
        rm -f "$work"/app.db*
        sqlite3 -batch -bail "$work/app.db" <"test/corpus/sources/$source.sql" >/dev/null
    else
        [ -e "$work/$source.db" ] || python3 "$systems/$source/make_source.py" --scale 0.01 "$work/$source.db" >/dev/null
        rm -f "$work"/app.db*
        cp "$work/$source.db" "$work/app.db"
    fi
    sqlite3 -batch -bail "$work/app.db" "PRAGMA foreign_keys = off" "$mutation"
    chmod 644 "$work"/app.db*
    dropdb --if-exists --force $database 2>/dev/null
    createdb --owner=$owner $database
    psql -Xq -d $database -c "CREATE EXTENSION sqlite_fdw_migrate" -c "ALTER SCHEMA public OWNER TO $owner" \
        -c "CREATE SERVER app FOREIGN DATA WRAPPER sqlite_fdw_migrate OPTIONS (database '$work/app.db')" \
        -c "GRANT USAGE ON FOREIGN SERVER app TO $owner"
    for target in $targets; do
        PGUSER=$owner psql -Xq -v ON_ERROR_STOP=1 -d $database -f "$systems/$target" >/dev/null
    done
}

# arrives ARGUMENTS: the migration returns, with one NOTICE.
arrives() {
    local status=0
    PGUSER=$owner psql -XqAt -v ON_ERROR_STOP=1 -d $database -c "SELECT * FROM sqlite_migrate.migrate('app', '$schema'$1)" >"$work/out" 2>"$work/err" || status=$?
    result $status "$label: it arrives" "$(cat "$work/err")"
    # A file in WAL mode without its -wal is worth a WARNING, wherever it comes from.
    nothing "$label: with one NOTICE" "$(grep -v '^NOTICE:  verified: \|the file is in WAL mode\|^HINT:  copy the file' "$work/err" || true)"
}

# is NAME QUESTION ANSWER: in the target.
is() {
    local answer
    answer=$(ask "$2" 2>&1 | tr '\n' ' ' | sed 's/ $//') || true
    nothing "$label: $1" "$([ "$answer" = "$3" ] || printf 'wanted: %s\nfound:  %s\n' "$3" "$answer")"
}

# told ARGUMENTS FINDINGS: preflight says exactly these ("table.column code", sorted), migrate raises, and nothing is left.
told() {
    local found status=0
    found=$(ask "SELECT concat_ws('.', regexp_replace(table_name, '^$schema\\.', ''), column_name) || ' ' || code
                 FROM sqlite_migrate.preflight('app', '$schema'$1) WHERE severity = 'error'")
    nothing "$label: preflight tells it all" "$(diff <(printf '%s\n' "$2" | sed 's/^ *//' | sort) <(LC_ALL=C sort <<<"$found") || true)"
    refused "$1" "cannot be carried\|problem\|has rows, but\|no such column\|expected"
}

# refused ARGUMENTS PATTERN: migrate raises, and nothing is left.
refused() {
    local before status=0
    before=$(counts)
    PGUSER=$owner psql -XqAt -v ON_ERROR_STOP=1 -d $database -c "SELECT * FROM sqlite_migrate.migrate('app', '$schema'$1)" >"$work/out" 2>&1 || status=$?
    nothing "$label: migrate raises" "$([ $status != 0 ] && grep -q "$2" "$work/out" || head -c 1000 "$work/out")"
    nothing "$label: nothing is left of it" "$(diff <(echo "$before") <(counts) || true)"
}
counts() {
    ask "SELECT string_agg(format('SELECT %L, count(*) FROM %s', c.oid::regclass, c.oid::regclass), ' UNION ALL ') FROM pg_class c
         WHERE c.relnamespace = '$schema'::regnamespace AND c.relkind = 'r'" >"$work/question"
    ask "$(cat "$work/question")" | sort
}
t=", existing => 'truncate'"

# --- Jellyfin -----------------------------------------------------------------------------------------------------------
planted "Jellyfin" jellyfin jellyfin/target.sql "
    UPDATE ActivityLogs SET DateCreated = '9999-12-31 23:59:59.9999999' WHERE Id = 1;
    UPDATE ActivityLogs SET DateCreated = '0001-01-01 00:00:00' WHERE Id = 2;
    UPDATE Chapters SET ItemId = lower(ItemId) WHERE rowid % 2 = 0;
    UPDATE Chapters SET ItemId = '{' || ItemId || '}' WHERE rowid % 5 = 0;
    INSERT INTO Permissions SELECT 90001, Kind, NULL, 4294967295, NULL, 7 FROM Permissions LIMIT 1;
    INSERT INTO Permissions SELECT 90002, Kind, NULL, 0, NULL, 0 FROM Permissions LIMIT 1;
    UPDATE BaseItems SET LUFS = -9e999 WHERE rowid = 2;
    UPDATE BaseItems SET Name = 'é' || char(10) || char(9) || '\\N', OwnerId = '00000000000000000000000000000001' WHERE rowid = 3;
    UPDATE BaseItemImageInfos SET Blurhash = 'LEHV6nWB2yk8' WHERE rowid = 1;
    UPDATE KeyframeData SET KeyframeTicks = '[]' WHERE rowid = 1;
    UPDATE KeyframeData SET KeyframeTicks = '' WHERE rowid = 2;
    UPDATE KeyframeData SET KeyframeTicks = '[0,9007199254740993]' WHERE rowid = 3;
    UPDATE sqlite_sequence SET seq = 123456 WHERE name = 'ActivityLogs'"
told "$t" '"Permissions".Value not_a_boolean'
arrives "$t, rules => '{\"Permissions.Value\": \"nonzero_is_true\"}'"
is "the last and the first time of .NET are read by .NET" "SELECT \"DateCreated\" AT TIME ZONE 'UTC' FROM \"ActivityLogs\" WHERE \"Id\" < 3 ORDER BY \"Id\"" "9999-12-31 23:59:59.999999 0001-01-01 00:00:00"
is "every chapter found its item, however its id is spelt" "SELECT count(*) FROM \"Chapters\" JOIN \"BaseItems\" ON \"BaseItems\".\"Id\" = \"ItemId\"" "$(sqlite3 "$work/app.db" "SELECT count(*) FROM Chapters")"
is "a partial unique key lets NULLs in; unsigned numbers; by the rule any number but 0 is true" "SELECT \"RowVersion\", \"Value\" FROM \"Permissions\" WHERE \"UserId\" IS NULL ORDER BY 1" "0|f 4294967295|t"
is "-Infinity" "SELECT \"LUFS\" FROM \"BaseItems\" WHERE \"LUFS\" = '-Infinity'" "-Infinity"
is "text that looks like COPY's NULL, and ids that are text on both sides" "SELECT \"OwnerId\" FROM \"BaseItems\" WHERE \"Name\" = E'é\\n\\t\\\\N'" "00000000000000000000000000000001"
is "text where bytes are asked for" "SELECT convert_from(\"Blurhash\", 'UTF8') FROM \"BaseItemImageInfos\" WHERE length(\"Blurhash\") = 12" "LEHV6nWB2yk8"
is "lists of numbers: empty, none, beyond a double" "SELECT COALESCE(\"KeyframeTicks\"::text, 'NULL') FROM \"KeyframeData\" WHERE \"KeyframeTicks\" IS NULL OR cardinality(\"KeyframeTicks\") < 3 ORDER BY 1" "NULL {0,9007199254740993} {}"
is "the placeholder is there once" "SELECT count(*) FROM \"BaseItems\" WHERE \"Id\" = '00000000-0000-0000-0000-000000000001'" "1"
is "the next number was never given" "SELECT nextval('\"ActivityLogs_Id_seq\"')" "123457"
is "12 identities are beyond their rows" "SELECT sum(sequences_aligned) FROM sqlite_migrate.run_tables" "12"
is "all 25 keys are valid" "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated AND connamespace = 'public'::regnamespace" "25"

planted "Jellyfin, refused" jellyfin jellyfin/target.sql "
    UPDATE ActivityLogs SET Name = hex(randomblob(300)) WHERE Id = 1;
    UPDATE MediaStreamInfos SET BitRate = 3000000000 WHERE rowid = 1;
    UPDATE BaseItems SET CommunityRating = 1e300 WHERE rowid = 2;
    UPDATE BaseItems SET Name = CAST(x'ff' AS TEXT) WHERE rowid = 4;
    UPDATE BaseItems SET Overview = 'a' || char(0) || 'b' WHERE rowid = 5;
    UPDATE Users SET LastLoginDate = 'yesterday' WHERE rowid = 1;
    UPDATE UserData SET Played = '' WHERE rowid = 1;
    UPDATE KeyframeData SET KeyframeTicks = '[0,1.5]' WHERE rowid = 1;
    UPDATE Peoples SET Id = 'nobody' WHERE rowid = 1;
    ALTER TABLE Users ADD NormalizedUsername TEXT;
    UPDATE Users SET NormalizedUsername = upper(Username)"
told "$t" '"ActivityLogs".Name too_long
    "BaseItems".CommunityRating out_of_range
    "BaseItems".Name invalid_utf8
    "BaseItems".Overview nul_byte
    "KeyframeData".KeyframeTicks not_an_integer
    "MediaStreamInfos".BitRate out_of_range
    "Peoples".Id not_a_uuid
    "UserData".Played not_null
    "Users".LastLoginDate evaluated_word
    "Users".NormalizedUsername missing_column'
planted "Jellyfin, one GUID spelt twice" jellyfin jellyfin/target.sql "INSERT INTO Peoples SELECT lower(Id), Name, PersonType FROM Peoples LIMIT 1"
refused "$t" "Peoples"
planted "Jellyfin, a chapter of no item" jellyfin jellyfin/target.sql "INSERT INTO Chapters SELECT '11111111-1111-1111-1111-111111111111', ChapterIndex, StartPositionTicks, Name, ImagePath, ImageDateModified FROM Chapters LIMIT 1"
refused "$t" "Chapters"

# --- Tautulli -----------------------------------------------------------------------------------------------------------
lost="exports.squareArt_level,exports.theme_level,musicbrainz_lookup.musicbrainz_id"
for target in target target_typed; do
    planted "Tautulli, $target" tautulli tautulli/$target.sql "
        UPDATE session_history SET paused_counter = '' WHERE rowid = 1;
        UPDATE session_history_metadata SET rating = '009', originally_available_at = '2024-02-30' WHERE rowid = 1;
        UPDATE exports SET file_size = 5000000000 WHERE rowid = 1;
        UPDATE sqlite_sequence SET seq = 777777 WHERE name = 'session_history'"
    if [ $target = target ]; then
        told "$t" 'exports.file_size out_of_range
            exports.squareArt_level missing_column
            exports.theme_level missing_column
            musicbrainz_lookup.musicbrainz_id not_a_number'
        sqlite3 "$work/app.db" "UPDATE exports SET file_size = 5 WHERE file_size = 5000000000"
    fi
    arrives "$t, exclude => '{$lost}'"
    is "an empty text is no number, and counted" "SELECT count(*), min(normalized) > 0 FROM sqlite_migrate.run_tables WHERE source_table = 'session_history' AND details -> 'rules' ? 'empty_as_null'" "1|t"
    is "what looks like a number stays text" "SELECT rating, originally_available_at FROM session_history_metadata WHERE rating = '009'" "009|2024-02-30"
    is "the next number was never given" "SELECT nextval(pg_get_serial_sequence('session_history', 'id'))" "777778"
    is "history and its parts share their numbers" "SELECT count(*) FROM session_history h JOIN session_history_metadata USING (id) JOIN session_history_media_info USING (id)" "$(sqlite3 "$work/app.db" "SELECT count(*) FROM session_history")"
    [ $target = target ] || is "seconds since 1970 are instants" "SELECT count(*) FROM session_history WHERE started BETWEEN '2010-01-01' AND '2040-01-01'" "$(sqlite3 "$work/app.db" "SELECT count(*) FROM session_history")"
done
planted "Tautulli, history of a user who is gone" tautulli tautulli/target.sql "DELETE FROM users WHERE user_id = (SELECT min(user_id) FROM session_history)"
refused "$t, exclude => '{$lost}'" "session_history"

# --- Vaultwarden --------------------------------------------------------------------------------------------------------
planted "Vaultwarden" vaultwarden vaultwarden/target.sql "
    UPDATE users SET created_at = '2021-05-01T10:00:00+02:00', updated_at = '2021-12-31 23:59:59.999999999', akey = '2.b64|b64|b64\\' WHERE rowid = 1;
    UPDATE ciphers SET data = '{not  json', fields = '' WHERE rowid = 1;
    CREATE TABLE sso_nonce (nonce TEXT); CREATE VIEW mine AS SELECT uuid FROM users;
    UPDATE twofactor SET last_used = 5000000000 WHERE rowid = 1"
arrives "$t"
is "an offset is not dropped, nanoseconds do not make it next year" "SELECT created_at, updated_at FROM users WHERE akey LIKE '2.b64|%' AND created_at = '2021-05-01 08:00'" "2021-05-01 08:00:00|2021-12-31 23:59:59.999999"
is "keys arrive to the byte" "SELECT akey FROM users WHERE akey LIKE '2.b64|b64|b64%'" '2.b64|b64|b64\'
is "text that should be JSON stays as it is" "SELECT data, fields = '' FROM ciphers WHERE data LIKE '{not%'" "{not  json|t"
is "no password is empty" "SELECT count(*) FROM users WHERE octet_length(password_hash) = 0" "0"
is "the history is the target's" "SELECT count(*) FROM __diesel_schema_migrations" "46"
planted "Vaultwarden, refused" vaultwarden vaultwarden/target.sql "
    UPDATE groups SET name = hex(randomblob(60)) WHERE rowid = 1;
    UPDATE devices SET uuid = 'web-' || hex(randomblob(30)) WHERE rowid = 1;
    UPDATE users SET akey = CAST(x'32ff' AS TEXT) WHERE rowid = 2;
    CREATE TABLE sso_nonce (nonce TEXT); INSERT INTO sso_nonce VALUES ('x')"
told "$t" 'devices.uuid too_long
    groups.name too_long
    sso_nonce missing_table
    users.akey invalid_utf8'
planted "Vaultwarden, an empty text for no user" vaultwarden vaultwarden/target.sql "UPDATE ciphers SET user_uuid = '' WHERE rowid = 1"
refused "$t" "ciphers"
rm -f "$work"/hot.db*
python3 "$systems/vaultwarden/make_source.py" --scale 0.01 --hot-wal "$work/hot.db" >/dev/null
planted "Vaultwarden, copied while it ran" vaultwarden vaultwarden/target.sql ""
rm -f "$work"/app.db*
for part in "" -wal; do cp "$work/hot.db$part" "$work/app.db$part"; done
# As the HINT says: in WAL mode SQLite must be able to make its -shm.
chmod 777 "$work"
chmod 666 "$work"/app.db*
arrives "$t"
is "with the rows that are in its -wal only" "SELECT sum(rows_source) FROM sqlite_migrate.run_tables" "$(sqlite3 "$work/hot.db" "SELECT group_concat('SELECT count(*) AS n FROM \"' || name || '\"', ' UNION ALL ') FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\_\_diesel%' ESCAPE '\'" | sqlite3 "$work/hot.db" ".read /dev/stdin" | awk '{ n += $1 } END { print n }')"

# --- Plik ---------------------------------------------------------------------------------------------------------------
planted "Plik" plik plik/target.sql "
    UPDATE uploads SET created_at = '2026-07-08 12:00:28.11103336+02:00', deleted_at = '0001-01-01 00:00:00+00:00', ttl = -1 WHERE rowid = 1;
    UPDATE files SET backend_details = '{foo:\"bar\"}', size = 5000000000, name = '..' || char(9) || '\\' WHERE rowid = 1;
    UPDATE settings SET value = 'of the source' WHERE key = 'authentication_signature_key'"
arrives "$t"
is "offsets, nine digits, Go's zero time, unlimited" "SELECT created_at AT TIME ZONE 'UTC', deleted_at AT TIME ZONE 'UTC', ttl FROM uploads WHERE ttl = -1 AND deleted_at < '0002-01-01'" "2026-07-08 10:00:28.111033|0001-01-01 00:00:00|-1"
is "sizes, and texts that are no JSON" "SELECT backend_details, name = E'..\\t\\\\' FROM files WHERE size = 5000000000" '{foo:"bar"}|t'
is "the source's signature key wins" "SELECT value FROM settings WHERE key = 'authentication_signature_key'" "of the source"
is "the history is the target's" "SELECT count(*) FROM migrations" "12"
is "uploads that were deleted stay so" "SELECT count(*) FROM uploads WHERE deleted_at IS NOT NULL" "$(sqlite3 "$work/app.db" "SELECT count(*) FROM uploads WHERE deleted_at IS NOT NULL")"
planted "Plik, refused" plik plik/target.sql "
    UPDATE uploads SET id = NULL WHERE rowid = 3;
    UPDATE uploads SET expire_at = 'soon' WHERE rowid = 2;
    UPDATE files SET upload_id = hex(randomblob(150)) WHERE rowid = 2"
told "$t" 'files.upload_id orphan
    files.upload_id too_long
    uploads.expire_at not_a_time
    uploads.id not_null'
planted "Plik, a file of no upload" plik plik/target.sql "UPDATE files SET upload_id = 'gone' WHERE rowid = 1"
refused "$t" "files"
planted "Plik, one day spelt twice" plik plik/target.sql "
    DELETE FROM download_stats_daily;
    INSERT INTO download_stats_daily (day, entity_type, entity_id, downloads, bytes) VALUES ('2026-07-08 00:00:00+00:00', 'u', 'x', 1, 1), ('2026-07-08 02:00:00+02:00', 'u', 'x', 2, 2)"
refused "$t" "download_stats_daily"

# --- Plex ---------------------------------------------------------------------------------------------------------------
rules=", rules => '{\"library_sections.public\": \"translate(\$1, ''tf'', ''10'')\"}'"
planted "Plex" plex "plex/target.sql plex/target_fk.sql" ""
schema=plex
told "" 'library_sections.public not_a_number'
refused "$rules" 'values differ in "parent_id", "available_at"'
arrives "$rules, options => '{\"user_triggers\": \"disable\"}'"
is "'t' and 'f' are numbers by the rule" "SELECT public FROM plex.library_sections ORDER BY id" "1 0 1"
is "no trigger changed a row" "SELECT count(*) FROM plex.metadata_items WHERE id = 2 AND parent_id = 2 AND available_at <> added_at" "1"
is "and each is on again" "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'" "4"
is "what the server computes is computed" "SELECT subtype FROM plex.metadata_items WHERE id = 1" "1"
is "numbers before 1970 and beyond 2^31" "SELECT originally_available_at, changed_at FROM plex.metadata_items WHERE id = 1" "-1356998400|5000000000"
is "a column of affinity NUMERIC gives what SQLite kept" "SELECT platform FROM plex.devices ORDER BY id" "7 1000 Linux 2024"
is "tables without a key keep equal rows" "SELECT (SELECT count(*) FROM plex.external_metadata_items), (SELECT count(*) FROM plex.metadata_subscription_desired_items)" "3|2"
is "bytes, none as well" "SELECT blob FROM plex.blobs ORDER BY id" '\x00ff \x'
is "id 0 does not move the sequence, a deleted row does" "SELECT nextval('plex.accounts_id_seq'), nextval('plex.metadata_items_id_seq')" "2|901"
is "the adapter's history is its own" "SELECT count(*), max(version) FROM plex.schema_migrations" "4|pg_adapter_1.0.0"
is "virtual tables, readable or not, are told" "SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM sqlite_migrate.run_tables WHERE message = 'virtual table: not carried'" "fts4_metadata_titles fts4_tag_titles_icu spellfix_tag_titles"
is "but an R-tree holds rows that are nowhere else" "SELECT * FROM plex.locations" "1|52.5|52.5|13.399999618530273|13.400001525878906"
planted "Plex, a cycle and an orphan" plex "plex/target.sql plex/target_fk.sql" "UPDATE activities SET parent_id = 1 WHERE id = 3"
schema=plex
arrives "$rules, options => '{\"user_triggers\": \"disable\"}'"
is "a cycle within one table" "SELECT string_agg(concat(id, '>', parent_id), ' ' ORDER BY id) FROM plex.activities" "1>3 2>2 3>1"
planted "Plex, an orphan" plex "plex/target.sql plex/target_fk.sql" "UPDATE activities SET parent_id = 99 WHERE id = 3"
schema=plex
refused "$rules, options => '{\"user_triggers\": \"disable\"}'" "activities"
is "the triggers are on" "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'" "4"

# --- Uptime Kuma --------------------------------------------------------------------------------------------------------
planted "Uptime Kuma" uptime_kuma uptime-kuma/target.sql ""
told "$t" 'heartbeat.ping not_an_integer'
arrives "$t, rules => '{\"heartbeat.ping\": \"round\"}'"
is "weights declared BOOLEAN are a sort order" "SELECT string_agg(weight::text, ' ' ORDER BY id) FROM \"group\"" "2 1"
is "fractions of a millisecond are rounded by the rule" "SELECT ping FROM heartbeat WHERE ping IS NOT NULL ORDER BY id" "32 12"
is "five forms of time" "SELECT (SELECT time AT TIME ZONE 'UTC' FROM heartbeat WHERE id = 1), (SELECT created_date AT TIME ZONE 'UTC' FROM monitor WHERE id = 1), (SELECT last_start_date AT TIME ZONE 'UTC' FROM maintenance), (SELECT expires AT TIME ZONE 'UTC' FROM api_key), (SELECT start_time FROM maintenance)" \
    "2024-03-31 02:30:00.123|2024-02-29 12:30:00|2025-12-19 01:04:02.129|2024-12-31 23:59:00|22:30:00"
is "seconds that are numbers stay numbers" "SELECT timestamp FROM stat_minutely" "1711852200"
is "an empty text stays one where NULL would break the login" "SELECT accepted_statuscodes_json = '' FROM monitor WHERE id = 1" "t"
is "a parent with a higher number" "SELECT parent FROM monitor WHERE id = 1" "7"
is "the source's secret wins, seeded rows are gone" "SELECT value FROM setting WHERE key = 'jwtSecret' UNION ALL SELECT count(*)::text FROM setting" '$2a$10$old-secret 3'
is "knex's tables are knex's" "SELECT (SELECT count(*) FROM knex_migrations), (SELECT is_locked FROM knex_migrations_lock)" "55|0"
is "the next number was never given" "SELECT nextval('heartbeat_id_seq')" "5001"
planted "Uptime Kuma, refused" uptime_kuma uptime-kuma/target.sql "
    UPDATE monitor SET name = hex(randomblob(100)), type = 'a type that is longer than twenty' WHERE id = 1;
    UPDATE heartbeat SET msg = CAST(x'c328' AS TEXT) WHERE id = 1; UPDATE heartbeat SET msg = 'a' || char(0), ping = 3.0 WHERE id = 2; UPDATE heartbeat SET ping = 31 WHERE id = 1"
told "$t" 'heartbeat.msg invalid_utf8
    heartbeat.msg nul_byte
    monitor.name too_long
    monitor.type too_long'
planted "Uptime Kuma, a type that PostgreSQL's CHECK does not know" uptime_kuma uptime-kuma/target.sql "UPDATE status_page SET analytics_type = 'rybbit'"
refused "$t, rules => '{\"heartbeat.ping\": \"round\"}'" "status_page"
planted "Uptime Kuma, heartbeats of no monitor" uptime_kuma uptime-kuma/target.sql "UPDATE heartbeat SET monitor_id = 99 WHERE id = 1"
refused "$t, rules => '{\"heartbeat.ping\": \"round\"}'" "heartbeat"

# --- Speedtest Tracker --------------------------------------------------------------------------------------------------
planted "Speedtest Tracker" speedtest_tracker speedtest-tracker/target.sql ""
told "$t" 'cache.value nul_byte'
arrives "$t, exclude => '{cache}'"
is "json keeps its order, its double keys, its escapes" "SELECT data FROM results WHERE id = 1" '{"type":"result","url":"https:\/\/www.speedtest.net\/1","b":2,"a":1,"a":3,"isp":"\u0411\u0438","nul":"\u0000"}'
is "JSON null is not NULL" "SELECT data::text, data IS NULL FROM results WHERE id = 2" "null|f"
is "a real is as near as a real can be, and counted" "SELECT ping FROM results WHERE id = 2" "123456.79"
is "naive times stay" "SELECT created_at FROM results WHERE id = 1" "2024-03-31 02:30:00"
is "backslashes" "SELECT tokenable_type FROM personal_access_tokens" 'App\Models\User'
is "escaped NUL in text is text" "SELECT payload LIKE '%\\\\u0000*\\\\u0000x%' FROM jobs" "t"
is "the source's user 1, and its settings" "SELECT (SELECT name FROM users WHERE id = 1), (SELECT count(*) FROM settings), (SELECT payload FROM settings WHERE id = 77)" "Real Admin|2|25"
is "a pruned number is not used again" "SELECT nextval('results_id_seq'), nextval('settings_id_seq')" "301|81"
is "Laravel's history is the target's" "SELECT count(*) FROM migrations" "39"
planted "Speedtest Tracker, refused" speedtest_tracker speedtest-tracker/target.sql "
    DELETE FROM cache;
    UPDATE results SET data = '{broken', created_at = '0000-00-00 00:00:00' WHERE id = 1;
    UPDATE notifications SET id = 'not a uuid'"
told "$t" 'notifications.id not_a_uuid
    results.created_at not_a_time
    results.data refused_by_type'
planted "Speedtest Tracker, an empty text for json" speedtest_tracker speedtest-tracker/target.sql "DELETE FROM cache; UPDATE results SET data = '', created_at = '2024-12-31 23:59:59.6' WHERE id = 1"
arrives "$t"
is "is NULL, and counted; a fraction does not make it next year in silence" "SELECT data IS NULL, created_at, (SELECT normalized > 1 FROM sqlite_migrate.run_tables WHERE source_table = 'results') FROM results WHERE id = 1" "t|2024-12-31 23:59:59|t"

dropdb --if-exists --force $database
psql -Xq -d postgres -c "DROP ROLE $owner"
done_testing
