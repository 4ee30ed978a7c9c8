// Says which tables keep rows where only SQL reaches them: foreign tables and partitions, distributed tables.
#pragma once

#include <string>

extern "C" {
#include "postgres_ext.h"
}

namespace pg {

// Why only SQL reaches the rows of this table, as a clause for plan and report; "" where they lie in its own storage.
std::string rows_elsewhere(Oid relation);

}  // namespace pg
