// How far a run is: kept in the server's own progress slot, where other connections see it while nothing is committed.
#pragma once

#include <cstdint>
#include <string>

extern "C" {
#include "postgres_ext.h"
}

namespace pg {

// A phase of the run begins: "load", "verify", … over so many tables and rows (estimates; 0 = not known).
void begin_phase(const std::string& name, int64_t tables, int64_t rows);
// The next table of the phase, with the rows that are expected of it (0 = not known).
void next_table(int64_t rows);
// No run is under way any more.
void end_phases() noexcept;

// While it lives, pg_stat_progress_copy shows this table, and sqlite_migrate.progress the run around it. Nothing of it
// raises but the NOTICE for whoever waits, once a minute.
class Progress {
   public:
    explicit Progress(Oid relation);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // So many rows of this table are done. The server's COPY, and every subtransaction that is rolled back, clear the slot,
    // so all of it is written again. Plain data only: it may be called inside pg_call.
    static void update(int64_t rows, int64_t bytes);
};

}  // namespace pg
