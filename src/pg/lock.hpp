// Locks the tables of a run, in one order for all runs.
#pragma once

#include <vector>

extern "C" {
#include "postgres_ext.h"
}

namespace pg {

// SHARE ROW EXCLUSIVE, to the end of the transaction, in OID order, so that two runs queue instead of blocking each other.
// A wait is announced by one NOTICE that names the table and who holds it; lock_timeout is obeyed. Each table needs a
// right of the caller to write to it, or to write to one of the others that refers to it.
void lock_tables(std::vector<Oid> relations);

}  // namespace pg
