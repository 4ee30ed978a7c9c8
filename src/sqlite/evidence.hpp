// What a file looks like from outside at a moment: so that a later look tells whether it was written to meanwhile.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace sqlite {

class Database;

// A JSON object. Of the read transaction that is open: page_size, page_count, schema_version, data_version, journal_mode.
// Of the file as it is now, whatever that transaction sees: size, change_counter, modified, file (device:inode),
// moved (its path leads elsewhere now), wal (null
// where none lies beside it: size, modified, and, where SQLite has it in use, frames, salt, commits). Through SQLite's own
// handle, else by stat(); never raises for what is missing, which is null. Raises base::Error if the file cannot be read.
std::string evidence(const std::shared_ptr<Database>& database);

// Hands over the bytes of the file, or of its -wal, as they are on disk: block by block, through the descriptors that this
// handle reads by, so that no lock is dropped and no other file is read that has taken its place. False where the handle
// has no -wal open. Raises base::Error (interrupted, io, ...).
enum class Part { file, wal };
bool read_bytes(const std::shared_ptr<Database>& database, Part part,
                const std::function<void(const char*, size_t)>& take);

}  // namespace sqlite
