// Copies one source table into one target table, or only tries to, and says what became of its rows. Include it after C++
// headers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pg/source.hpp"
#include "value/row_reader.hpp"

namespace copy {

struct LoadRequest {
    pg::Source source;
    std::string source_table;
    Oid target;
    std::vector<std::string> source_columns, target_columns;  // pairs
    std::vector<std::string> unverified;  // target columns that the digest leaves out
    std::string assume_timezone;  // "" = UTC
    std::map<std::string, value::ColumnRules> rules;  // by source column
    std::string path;             // for tests: "copy" or "sql"; "" = chosen
    std::string shown;            // the target's name in `rejects`
    bool reject = false;          // rows that cannot go in are noted in the run, and the others go in
    bool reject_orphans = false;  // the same for rows that a foreign key refuses at once, on the slower paths
    int64_t max_rejects = -1;     // of the whole run; beyond, nothing more is read. -1 = no limit
    value::Deep deep = value::Deep::none;  // what is converted twice
    bool bucketed = false;        // sum hashes by buckets of the key, too: see value/buckets.hpp
    std::vector<std::string> key;  // target columns; none: the whole row
    bool strict = false;          // see value::Mapping
    std::vector<std::string> excused;
    bool check_only;              // convert and hash, write nothing: works in read-only transactions
};

// The target columns that go into the digest.
std::vector<std::string> compared_columns(const LoadRequest& request);

struct LoadResult {
    std::string target_name, source_table;
    int64_t rows_source = 0, rows_loaded = 0, bytes = 0, normalized = 0;
    std::string rules;        // JSON object: rule -> count
    std::string units;        // JSON object: column -> the unit that its numbers were found to have
    std::string path, path_reason;
    std::string digest;       // 32 hex digits, over the rows that can be carried
    int64_t rows_digested = 0;
    std::string buckets;      // if asked for
    int64_t rows_rejected = 0, subtransactions = 0;  // with reject
    int64_t problems = 0;     // cells that cannot be carried; from the first on nothing was inserted any more
    std::string complaints;   // JSON array, see value::Complaints
    std::string deep;  // none, sample, all
    int64_t deep_cells = 0, deep_undecided = 0;  // compared; refused by the input function
    int64_t duration_ms = 0;

    std::string to_json() const;
};

// The zone that times without one are in; null means UTC, which needs no look-up per value. Raises base::Error for a
// name that is none.
pg_tz* find_zone(const std::string& name);

// Raises server errors (unique, CHECK, triggers) as they are, unless the row is to be rejected; values that cannot be
// carried are in the result. Foreign
// keys are owed afterwards: see foreign_keys.hpp.
LoadResult load(const LoadRequest& request);

}  // namespace copy
