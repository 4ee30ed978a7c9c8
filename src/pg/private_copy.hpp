// The private copy that a source is read from, where it cannot be read in place: uploads, members of archives, snapshots.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archive/input.hpp"

namespace sqlite {
class Database;
struct Loss;
}

namespace pg {

struct Source;
class TempFile;

// A SQLite file in the server's temporary area that nobody changes.
struct PrivateCopy {
    std::shared_ptr<TempFile> file;
    std::string shown;       // what messages call it
    bool wal_read = false;   // it holds what the -wal beside the original held
};

// Null: the source's own file is to be read. Else the copy: of an upload, or of the member of an archive, which is
// unpacked once for a connection. Raises base::Error or PgError.
std::shared_ptr<const PrivateCopy> private_copy_of(const Source& source);

// Removes what the archive at this path was unpacked to, unless somebody reads it.
void forget_copies(const std::string& path);

// A copy of what `database` reads now, by SQLite's backup API. Its locks are held for as long as that takes, no longer.
std::shared_ptr<const PrivateCopy> snapshot_of(const std::shared_ptr<sqlite::Database>& database);

// The same of what can be read of a damaged file, with what could not.
std::shared_ptr<const PrivateCopy> salvage_of(const std::shared_ptr<sqlite::Database>& database,
                                              std::vector<sqlite::Loss>& losses);

// The file of a source as an archive's input: it need not be an archive.
std::unique_ptr<archives::Input> open_input(const Source& source);

// Asked by SQLite and by libarchive: whether the query was cancelled, or the connection is ending.
bool server_wants_stop();

}  // namespace pg
