// What differs between PostgreSQL versions for a foreign-data wrapper. Include it after postgres.h.
#pragma once

extern "C" {
#include "commands/explain.h"
#include "nodes/pathnodes.h"
#include "optimizer/pathnode.h"
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#endif
}

namespace pg {

// 17 added the clauses that an outer path leaves to the join, 18 the count of disabled nodes.
inline ForeignPath* make_scan_path(PlannerInfo* root, RelOptInfo* relation, Cost startup, Cost total) {
    // A foreign table can be lateral: a placeholder of an outer relation may be computed at its level.
    Relids outer = relation->lateral_relids;
#if PG_VERSION_NUM >= 180000
    return create_foreignscan_path(root, relation, nullptr, relation->rows, 0, startup, total, NIL, outer, nullptr, NIL,
                                   NIL);
#elif PG_VERSION_NUM >= 170000
    return create_foreignscan_path(root, relation, nullptr, relation->rows, startup, total, NIL, outer, nullptr, NIL,
                                   NIL);
#else
    return create_foreignscan_path(root, relation, nullptr, relation->rows, startup, total, NIL, outer, nullptr, NIL);
#endif
}

}  // namespace pg
