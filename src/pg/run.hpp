// One run: holds the source open at one instant, collects the evidence, and writes it where only the extension may write.
#pragma once

#include <cstdint>
#include <string>

extern "C" {
#include "postgres_ext.h"
}

namespace pg {

struct Source;
struct PgError;
struct Reject;

// Pins the source's read transaction until end_run, or until the (sub)transaction that began the run ends. Raises
// base::Error if a run is under way in this session: evidence of two runs must not mix. With a run_key it reserves the key
// before, and gives the run_id; 0: there is no key, or a run that has ended well bears it.
int64_t begin_run(const Source& source, const std::string& run_key);

// The hash over the source's pages, which goes into the record of the run.
void note_fingerprint(const Source& source, const std::string& fingerprint);
// SHA-256 of its files, as JSON, which goes into the record, too.
void note_sha256(const Source& source, const std::string& digests);
// From here on the run does this ("load", "index", …), until the next: how long each took goes into the record.
void note_phase(const std::string& name);

// What the copier and the verifier saw. No-ops outside a run.
void note_loaded(Oid target, const std::string& load_json, const std::string& digest, int64_t rows_digested);
// A row that did not arrive; written with the run. Raises base::Error outside a run: it would be lost.
void note_reject(const std::string& table_name, const std::string& source_table, const Reject& reject);
int64_t rejects_in_run();
// Rows of a target that were loaded, and have gone again (into `rejects`), or whose keys became NULL.
struct Change {
    int64_t rows = 0, cells = 0;
    unsigned __int128 less = 0, more = 0;  // of the digest over what was copied
};
unsigned __int128 digest_of_hex(const std::string& hex);
// Returns the digest as it is now.
std::string note_change(Oid target, const Change& change);
// digest, rows: over what is compared; rows_total: what the whole table holds.
void note_stored(Oid target, const std::string& digest, int64_t rows, int64_t rows_total);

// What a table held before rows were added to it: what came in is what it holds afterwards, less this.
struct Before {
    unsigned __int128 sum = 0;
    int64_t rows = 0;
};
void note_before(Oid target, const Before& before);
Before before(Oid target);  // nothing where nothing was noted

// Writes runs and run_tables with the rights of their owner, counts and digests from the evidence, the rest from the
// summary (a jsonb object as text; its shape is in sql/load.sql). Ends the run. Returns the run_id.
int64_t end_run(const std::string& summary);

// The evidence so far, as JSON: [{"target", "load", "copied", "stored", …}].
std::string run_evidence();
// Ends a run that tried the rejects of an older one again: its rejects take the place of that run's for the table, whose
// counts follow. Only for a member of the role that made that run. Returns how many rejects there are now.
int64_t end_retry(int64_t run_id, const std::string& source_table, Oid target);

// The call that lists all rows like one that the server refuses; kept for the run, in which nobody can look any more after
// such an error.
void note_hint(const std::string& call);
// Gives it to an error of a constraint that has no hint of its own.
void add_hint(const PgError& error) noexcept;

// Releases the source and forgets the evidence.
void abandon_run() noexcept;

void register_run_callbacks();

}  // namespace pg
