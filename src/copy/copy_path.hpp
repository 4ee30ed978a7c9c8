// Feeds rows to the server's COPY in binary form: for tables with triggers, partitions, generated columns.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "value/row_reader.hpp"

extern "C" {
#include "postgres.h"

#include "utils/relcache.h"
}

namespace copy {

// Gives the next batch of rows: returns how many were filled, sets at_end. Called from inside COPY.
using NextBatch = std::function<int(const value::RowTarget* rows, int count, bool* at_end)>;

// Runs COPY over all batches; in chunks where row triggers or foreign keys queue an event for each row, so that their
// memory stays bounded. Returns the number of rows that COPY took.
int64_t run_copy_path(Relation relation, const std::vector<int>& attributes, const NextBatch& next);

}  // namespace copy
