// Fills private copies: by the backup API from a file in use, and by folding a -wal into the file beside it.
#pragma once

#include <memory>
#include <string>

namespace sqlite {

class Database;

// Copies what `source` reads, in its read transaction, into the file at `path`, which nobody else uses. Pages are copied
// as they are. The source's lock is held for as long as that takes. Raises base::Error.
void copy_database(const std::shared_ptr<Database>& source, const std::string& path, bool (*should_stop)());

// Brings what path + "-wal" holds into the file at `path`, and removes the -wal. Both are private. Frames that do not
// belong there are left out, as SQLite always does.
void fold_wal(const std::string& path, const std::string& shown);

}  // namespace sqlite
