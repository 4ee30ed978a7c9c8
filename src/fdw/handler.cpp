// Hands the server the list of this wrapper's callbacks.
#include "fdw/callbacks.hpp"

extern "C" {
#include "postgres.h"

#include "foreign/fdwapi.h"
}

namespace fdw {
namespace {

// No bit of CMD_INSERT, CMD_UPDATE, CMD_DELETE: information_schema says so, too.
int is_updatable(Relation) { return 0; }

}  // namespace

// What is missing is refused by the server in its own words: "cannot insert into foreign table", "cannot truncate ...".
// Scans are not parallel safe, for a SQLite handle belongs to one process. ANALYZE skips the tables with a warning.
FdwRoutine* make_routine() {
    FdwRoutine* routine = makeNode(FdwRoutine);
    routine->GetForeignRelSize = get_size;
    routine->GetForeignPaths = get_paths;
    routine->GetForeignPlan = get_plan;
    routine->BeginForeignScan = begin_scan;
    routine->IterateForeignScan = iterate_scan;
    routine->ReScanForeignScan = restart_scan;
    routine->EndForeignScan = end_scan;
    routine->IsForeignRelUpdatable = is_updatable;
    routine->ExplainForeignScan = explain_scan;
    routine->ImportForeignSchema = import_schema;
    return routine;
}

}  // namespace fdw
