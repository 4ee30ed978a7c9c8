// Hands the rows of a source to whoever looks for what differs: some buckets of them, with what names each; the cells as the
// file holds them; the rows that cannot be carried. Include it after C++ headers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "copy/loader.hpp"

extern "C" {
#include "postgres.h"

#include "fmgr.h"
}

namespace copy {

// Fills the result of a function that RETURNS SETOF record: the request's target columns, in their order and types; the
// row's place, bigint: its rowid, or, where the table has none, its number in the scan; the row's key as text, a JSON object,
// only where there is no rowid, else NULL. Rows that cannot be carried are left out. buckets: see value::BucketSet; by
// request.key. Of a table with rowids only the key of the other rows is read.
void return_compared_rows(const LoadRequest& request, const std::string& buckets, FunctionCallInfo call);

// Fills (place, column_name, value) with the cells, as the file holds them, of the rows at these places. column_name is the
// target's.
void return_raw_cells(const LoadRequest& request, std::vector<int64_t> places, FunctionCallInfo call);

// Fills (place, key, column_name, message) with the rows that cannot be carried, as many as `most`, in the order of the
// source. key: JSON; column_name: the source's, of the first value of the row that cannot.
void return_refused_rows(const LoadRequest& request, int64_t most, FunctionCallInfo call);

}  // namespace copy
