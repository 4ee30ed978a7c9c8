// The callbacks that the server calls, in the order in which a query meets them. Each is one pg_entry line or block.
#pragma once

extern "C" {
#include "postgres_ext.h"
}

struct ExplainState;
struct FdwRoutine;
struct ForeignPath;
struct ForeignScan;
struct ForeignScanState;
struct ImportForeignSchemaStmt;
struct List;
struct Plan;
struct PlannerInfo;
struct RelOptInfo;
struct TupleTableSlot;

namespace fdw {

// plan.cpp
void get_size(PlannerInfo* root, RelOptInfo* relation, Oid table);
void get_paths(PlannerInfo* root, RelOptInfo* relation, Oid table);
ForeignScan* get_plan(PlannerInfo* root, RelOptInfo* relation, Oid table, ForeignPath* path, List* target_list,
                      List* clauses, Plan* outer_plan);

// scan.cpp
void begin_scan(ForeignScanState* node, int flags);
TupleTableSlot* iterate_scan(ForeignScanState* node);
void restart_scan(ForeignScanState* node);
void end_scan(ForeignScanState* node);

// explain.cpp
void explain_scan(ForeignScanState* node, ExplainState* explain);

// import.cpp
List* import_schema(ImportForeignSchemaStmt* statement, Oid server);

// handler.cpp: all of the above for the server, palloc'd in the current context. Calls the server: inside pg_call.
FdwRoutine* make_routine();

}  // namespace fdw
