// Keys of runs: reserved before a run begins, and forgotten on request.
#pragma once

#include <cstdint>
#include <string>

namespace pg {

// Writes a row of runs that bears the key, so that the unique index makes a second run with it wait until this one has
// ended. The run_id; 0: a run that has ended well bears the key.
int64_t reserve_run_key(const std::string& run_key, const std::string& source);

// Deletes a run with its tables and rejects: for the role that made it, its members, and superusers. null stands for "any";
// one of them must be given. How many runs; raises base::Error (access_denied) if it is another's.
int64_t forget_runs(const int64_t* run_id, const std::string* run_key);

}  // namespace pg
