// Foreign keys of tables that were loaded past their triggers: checked set-wise, before the call returns or at the latest
// before the transaction commits. Include it after C++ headers.
#pragma once

#include <string>
#include <vector>

extern "C" {
#include "postgres.h"

#include "utils/relcache.h"
}

namespace copy {

// Why the set-wise check would not be right for some key of this table ("" = it is right for all): then the rows must
// pass the key's own triggers.
std::string unchecked_foreign_key(Relation relation);

// Remembers that rows are about to go into this table past its triggers, and locks the parents of its keys (SHARE ROW
// EXCLUSIVE, to the end of the transaction). Until check_foreign_keys has seen it, the transaction
// cannot commit: whoever calls the copier alone cannot leave orphans under a valid key.
void owe_foreign_keys(Relation child);

// Checks every foreign key that these tables owe, by the server's own RI_Initial_Check. Raises the server's 23503 with
// constraint, key and table. Returns how many keys were checked.
int check_foreign_keys(const std::vector<Oid>& relations);

// The transaction callbacks behind the debt. Called once, when the module is loaded.
void register_foreign_key_callbacks();

}  // namespace copy
