// What a file looks like from outside at a moment: so that a later look tells whether it was written to meanwhile.
#include "sqlite/evidence.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <ctime>

#include "base/json.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/database.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/statement.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

// The header of the wal-index, the memory that all processes share which have the file open (sqlite.org/walformat.html):
// kept twice, so that a reader sees whether somebody was writing it.
struct WalIndexHeader {
    uint32_t version, unused, commits;
    uint8_t initialized, big_endian;
    uint16_t page_size;
    uint32_t frames, pages, checksum[2], salt[2], own_checksum[2];
};
static_assert(sizeof(WalIndexHeader) == 48);

// What other processes have committed so far, behind the back of the read transaction that is open. False where the file
// is not read through a wal-index, or it cannot be read.
bool read_wal_index(sqlite3* handle, WalIndexHeader& header) {
    constexpr int region_size = 32768, attempts = 100;
    sqlite3_file* file = nullptr;
    if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == nullptr ||
        file->pMethods == nullptr || file->pMethods->iVersion < 2)
        return false;
    void volatile* region = nullptr;  // mapped already by the read transaction; never extended from here
    if (file->pMethods->xShmMap(file, 0, region_size, 0, &region) != SQLITE_OK || region == nullptr) return false;
    for (int i = 0; i < attempts; ++i) {
        WalIndexHeader second;
        std::memcpy(&header, const_cast<const void*>(region), sizeof header);
        file->pMethods->xShmBarrier(file);
        std::memcpy(&second, const_cast<const char*>(static_cast<const char volatile*>(region)) + sizeof header,
                    sizeof second);
        if (std::memcmp(&header, &second, sizeof header) == 0) return header.initialized != 0;
    }
    return false;
}

std::string moment(const struct timespec& time) {
    struct tm utc;
    if (::gmtime_r(&time.tv_sec, &utc) == nullptr) return "null";
    return fmt::format("\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z\"", utc.tm_year + 1900, utc.tm_mon + 1,
                       utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, time.tv_nsec / 1000);
}

std::string number_at(const std::string& header, size_t offset) {
    uint32_t number = 0;
    for (size_t i = offset; i < offset + 4; ++i)
        number = number << 8 | static_cast<unsigned char>(header[i]);
    return fmt::format("{}", number);
}

std::string hex_of(const uint32_t (&words)[2]) {
    std::string result;
    for (const unsigned char byte : std::string(reinterpret_cast<const char*>(words), sizeof words))
        result += fmt::format("{:02x}", byte);
    return result;
}

std::string wal_evidence(sqlite3* handle, const std::string& path, bool in_use) {
    struct stat facts;
    if (::stat(path.c_str(), &facts) != 0) return "null";
    std::string result =
        fmt::format("{{\"size\": {}, \"modified\": {}", static_cast<int64_t>(facts.st_size), moment(facts.st_mtim));
    WalIndexHeader header;
    if (in_use && read_wal_index(handle, header))
        result += fmt::format(", \"frames\": {}, \"salt\": \"{}\", \"commits\": {}", header.frames, hex_of(header.salt),
                              header.commits);
    return result + "}";
}

// Whether its path leads elsewhere now: the file that is read goes on under another name, or under none.
bool has_moved(sqlite3* handle) {
    int moved = 0;
    return sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

std::string path_of(const std::shared_ptr<Database>& database) {
    if (database->closed()) database->fail(SQLITE_MISUSE, "read");
    const char* path = sqlite3_db_filename(database->handle(), "main");
    return path == nullptr ? "" : path;
}

int64_t data_version(const std::shared_ptr<Database>& database) {
    Statement statement(database, "PRAGMA main.data_version");
    return statement.step() ? statement.integer(0) : 0;
}

// Whether this very handle reads through a -wal. Else to ask for the shared memory would make it, beside the file.
bool reads_wal(const std::shared_ptr<Database>& database) {
    if (database->without_locks() || database->private_copy()) return false;
    Statement statement(database, "PRAGMA main.journal_mode");
    return statement.step() && statement.text(0) == "wal";
}

}  // namespace

std::string evidence(const std::shared_ptr<Database>& database) {
    const std::string path = path_of(database);
    const FileFacts facts = read_file_facts(database);
    const std::string header = read_header(database->handle(), 28);
    const bool outside = !database->private_copy();  // of a copy nobody can ask where it lies
    struct stat file;
    const bool there = !path.empty() && ::stat(path.c_str(), &file) == 0;
    return fmt::format(
        "{{\"size\": {}, \"page_size\": {}, \"page_count\": {}, \"schema_version\": {}, \"data_version\": {}, "
        "\"change_counter\": {}, \"journal_mode\": {}, \"modified\": {}, \"file\": {}, \"private_copy\": {}, "
        "\"moved\": {}, "
        "\"wal\": {}}}",
        there ? static_cast<int64_t>(file.st_size) : facts.size, facts.page_size, facts.page_count,
        facts.schema_version, data_version(database), header.size() == 28 ? number_at(header, 24) : "null",
        base::json_quote(facts.journal_mode), outside && there ? moment(file.st_mtim) : "null",
        outside && there ? fmt::format("\"{}:{}\"", file.st_dev, file.st_ino) : "null", !outside,
        outside && has_moved(database->handle()),
        outside ? wal_evidence(database->handle(), path + "-wal", reads_wal(database)) : "null");
}

bool read_bytes(const std::shared_ptr<Database>& database, Part part,
                const std::function<void(const char*, size_t)>& take) {
    constexpr sqlite3_int64 block = 262144;
    if (database->closed()) database->fail(SQLITE_MISUSE, "read");
    sqlite3_file* file = nullptr;
    const int which = part == Part::wal ? SQLITE_FCNTL_JOURNAL_POINTER : SQLITE_FCNTL_FILE_POINTER;
    if (sqlite3_file_control(database->handle(), "main", which, &file) != SQLITE_OK || file == nullptr ||
        file->pMethods == nullptr)
        return false;
    sqlite3_int64 size = 0;
    int code = file->pMethods->xFileSize(file, &size);
    if (code != SQLITE_OK) database->fail(code, "read");
    std::string buffer(static_cast<size_t>(std::min(size, block)), '\0');
    for (sqlite3_int64 offset = 0; offset < size; offset += block) {
        database->check_stop();
        const sqlite3_int64 wanted = std::min(block, size - offset);
        code = file->pMethods->xRead(file, buffer.data(), static_cast<int>(wanted), offset);
        if (code != SQLITE_OK) database->fail(code, "read");
        take(buffer.data(), static_cast<size_t>(wanted));
    }
    return true;
}

}  // namespace sqlite
