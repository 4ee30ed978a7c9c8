// Reads a table as it is stored and takes its digest. Include it after C++ headers.
#pragma once

#include <string>
#include <vector>

#include "value/digest.hpp"

namespace verify {

// Over the named columns, in this order, of every row that the current command can see; of a partitioned table, over the
// rows of all its partitions. Needs SELECT on the columns and no row security for this user.
value::Digest digest_table(Oid relation, const std::vector<std::string>& columns);

// Over those rows only that have a partner in another table. condition: SQL over t, the relation, and s, the other one.
value::Digest digest_partners(Oid relation, const std::vector<std::string>& columns, Oid other, const std::string& condition);

}  // namespace verify
