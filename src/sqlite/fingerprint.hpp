// Tells two states of a database apart: a hash over all its pages, as a reader sees them.
#pragma once

#include <memory>
#include <string>

namespace sqlite {

class Database;

// 32 hex digits, of the instant of the read transaction that is open. Reads every page once, keeps none. The same before
// and after a checkpoint, a change of the journal mode, and in a copy made by the backup API or by copying the files; not
// the same after VACUUM or any other write. Raises base::Error (interrupted, corrupt, ...).
std::string fingerprint(const std::shared_ptr<Database>& database);

}  // namespace sqlite
