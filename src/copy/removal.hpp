// Takes rows that were just loaded out of their table again, or their keys out of the rows: those without parents.
// Include it after C++ headers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "copy/loader.hpp"

extern "C" {
#include "postgres.h"

#include "storage/itemptr.h"
}

namespace copy {

struct Removal {
    std::vector<uint64_t> hashes;  // of the rows that went, over the loaded columns
    unsigned __int128 less = 0, more = 0;  // what the digest loses and gains
    int64_t cells = 0;             // keys that became NULL
};

// Deletes these rows, and nothing else: no trigger fires, so no ON DELETE action. Only rows of this very transaction: any
// other raises.
Removal delete_loaded(Oid relation, const std::vector<std::string>& columns, const ItemPointerData* rows, int count);

// The same rows, with NULL in the named columns.
Removal null_loaded(Oid relation, const std::vector<std::string>& columns, const std::vector<std::string>& keys,
                    const ItemPointerData* rows, int count);

// Reads the source once more, and notes the rows of these hashes as rejected, each as often as it went. Returns their
// complaints as JSON. Raises if one is not found.
struct Removed {
    int64_t rows = 0;
    value::Refusal refusal;
    int attribute = 0;
};
std::string reject_removed(const LoadRequest& request, std::map<uint64_t, Removed> removed);

}  // namespace copy
