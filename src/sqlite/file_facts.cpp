// Asks what the file as a whole is: size, encoding, journal, versions.
#include <sqlite3.h>
#include <sys/stat.h>

#include <cstdint>

#include "sqlite/catalog.hpp"
#include "sqlite/database.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/statement.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

std::string pragma_text(const std::shared_ptr<Database>& database, const char* pragma) {
    Statement statement(database, pragma);
    return statement.step() ? statement.text(0) : std::string();
}

int64_t pragma_integer(const std::shared_ptr<Database>& database, const char* pragma) {
    Statement statement(database, pragma);
    return statement.step() ? statement.integer(0) : 0;
}

bool is_not_empty(const std::string& path) {
    struct stat facts;
    return ::stat(path.c_str(), &facts) == 0 && facts.st_size > 0;
}

uint32_t big_endian(const std::string& bytes, size_t at) {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

// Who closes a file in WAL mode takes -wal and -shm away together, and leaves a file that is as long as its header says.
// (The header's count holds where both counters of changes agree; SQLite looks at the same.)
std::string traces_of_wal(const std::string& path, const std::string& header, int64_t page_size) {
    if (is_not_empty(path + "-shm")) return "a -shm lies there without it";
    struct stat facts;
    if (header.size() < 100 || page_size <= 0 || ::stat(path.c_str(), &facts) != 0 || big_endian(header, 24) != big_endian(header, 92))
        return {};
    const int64_t counted = big_endian(header, 28), there = static_cast<int64_t>(facts.st_size) / page_size;
    if (counted == 0 || counted == there) return {};
    return "the file has " + std::to_string(there) + " pages, its header counts " + std::to_string(counted);
}

}  // namespace

FileFacts read_file_facts(const std::shared_ptr<Database>& database) {
    FileFacts facts;
    facts.path = database->path();
    facts.page_size = pragma_integer(database, "PRAGMA main.page_size");
    facts.page_count = pragma_integer(database, "PRAGMA main.page_count");
    facts.freelist_count = pragma_integer(database, "PRAGMA main.freelist_count");
    facts.size = facts.page_size * facts.page_count;
    facts.encoding = pragma_text(database, "PRAGMA encoding");
    facts.schema_version = pragma_integer(database, "PRAGMA main.schema_version");
    facts.user_version = pragma_integer(database, "PRAGMA main.user_version");
    facts.application_id = pragma_integer(database, "PRAGMA main.application_id");

    // The pragma would tell how this connection works (an immutable one: "off"), the header how the application does.
    // The header does not tell delete, truncate and persist apart.
    const std::string header = read_header(database->handle(), 100);
    facts.journal_mode = header.size() >= 20 && header[18] == 2 ? "wal" : "delete";

    if (database->private_copy()) {
        facts.wal_file = database->wal_read();
        facts.wal_missing = facts.journal_mode == "wal" && !facts.wal_file;
        return facts;
    }
    // SQLite names its files after the real path, the caller's may have gone through a symbolic link.
    const char* real_path = sqlite3_db_filename(database->handle(), "main");
    const std::string base = real_path != nullptr && *real_path != '\0' ? real_path : database->path();
    facts.wal_file = is_not_empty(base + "-wal");
    facts.journal_file = is_not_empty(base + "-journal");
    struct stat wal;
    facts.wal_missing = facts.journal_mode == "wal" && ::stat((base + "-wal").c_str(), &wal) != 0;
    if (facts.wal_missing) facts.wal_traces = traces_of_wal(base, header, facts.page_size);
    return facts;
}

}  // namespace sqlite
