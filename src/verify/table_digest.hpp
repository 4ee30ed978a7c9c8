// Reads a table as it is stored and takes its digest. Include it after C++ headers.
#pragma once

#include <string>
#include <vector>

#include "value/buckets.hpp"
#include "value/digest.hpp"

extern "C" {
#include "fmgr.h"
}

namespace verify {

// Over the named columns, in this order, of every row that the current command can see; of a partitioned table, over the
// rows of all its partitions. Needs SELECT on the columns and no row security for this user.
value::Digest digest_table(Oid relation, const std::vector<std::string>& columns);

// The same, and the sums by buckets of the key: of the whole row where the key is empty.
value::Digest digest_table(Oid relation, const std::vector<std::string>& columns, const std::vector<std::string>& key,
                           value::Buckets* buckets);

// Fills the result of a function that RETURNS SETOF record with the named columns of the rows whose buckets are wanted: see
// value::BucketSet.
void return_stored_rows(Oid relation, const std::vector<std::string>& columns, const std::vector<std::string>& key,
                        const std::string& buckets, FunctionCallInfo call);

// Over those rows only that have a partner in another table. condition: SQL over t, the relation, and s, the other one.
value::Digest digest_partners(Oid relation, const std::vector<std::string>& columns, Oid other, const std::string& condition);

}  // namespace verify
