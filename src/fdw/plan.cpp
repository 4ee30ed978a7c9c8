// Plans a scan: how many rows to expect, what it costs, and the SELECT to send.
#include "fdw/plan.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "fdw/callbacks.hpp"
#include "fdw/deparse.hpp"
#include "fdw/estimate.hpp"
#include "fdw/mapping.hpp"
#include "pg/guard.hpp"
#include "pg/session.hpp"
#include "pg/source.hpp"

extern "C" {
#include "postgres.h"

#include "access/sysattr.h"
#include "nodes/bitmapset.h"
#include "nodes/makefuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
}

#include "pg/compat_fdw.hpp"

namespace fdw {
namespace {

// Opening a file and reading its schema, in the planner's unit (one page read): about what an index descent costs.
constexpr double open_cost = 10;

// A file that is missing or broken is the scan's complaint, so that EXPLAIN and prepared statements still work. What a
// user waits for is not hidden: a lock, a cancel.
Estimate estimate(const Mapping& mapping) {
    try {
        pg::Lease lease(pg::resolve_server(mapping.server));
        return estimate_rows(lease.database(), mapping.table);
    } catch (const base::Error& error) {
        switch (error.kind) {
            case base::ErrorKind::busy:
            case base::ErrorKind::interrupted:
            case base::ErrorKind::out_of_memory:
            case base::ErrorKind::internal: throw;
            default: return {};
        }
    }
}

}  // namespace

void get_size(PlannerInfo* root, RelOptInfo* relation, Oid table) {
    pg::pg_entry([=] {
        Estimate found = estimate(read_mapping(table));
        relation->tuples = std::max(found.rows, 1.0);
        double pages = std::ceil(found.file_bytes / BLCKSZ);
        relation->pages = static_cast<BlockNumber>(std::min(pages, static_cast<double>(MaxBlockNumber)));
        pg::pg_call([=] { set_baserel_size_estimates(root, relation); });
    });
}

// One path: a scan of the whole table, conditions checked here.
void get_paths(PlannerInfo* root, RelOptInfo* relation, Oid) {
    pg::pg_entry([=] {
        double bytes = relation->tuples * std::max(relation->reltarget->width, 8);
        double pages = std::ceil(bytes / BLCKSZ);
        if (relation->pages > 0) pages = std::min(pages, static_cast<double>(relation->pages));
        QualCost condition = relation->baserestrictcost;
        double startup = open_cost + condition.startup;
        // A cell must be decoded and converted: file_fdw takes ten times the cost of a stored tuple, too.
        double per_row = cpu_tuple_cost * 10 + condition.per_tuple;
        double total = startup + seq_page_cost * pages + per_row * relation->tuples;
        pg::pg_call(
            [=] { add_path(relation, reinterpret_cast<Path*>(pg::make_scan_path(root, relation, startup, total))); });
    });
}

ForeignScan* get_plan(PlannerInfo*, RelOptInfo* relation, Oid table, ForeignPath*, List* target_list, List* clauses,
                      Plan* outer_plan) {
    return pg::pg_entry([=] {
        // What the query uses. Not the target list, which may name every column where the planner saves a projection.
        Bitmapset* used = pg::pg_call([=] {
            Bitmapset* attributes = nullptr;
            pull_varattnos(reinterpret_cast<Node*>(relation->reltarget->exprs), relation->relid, &attributes);
            ListCell* cell;
            foreach (cell, clauses)
                pull_varattnos(reinterpret_cast<Node*>(lfirst_node(RestrictInfo, cell)->clause), relation->relid,
                               &attributes);
            return attributes;
        });
        auto is_used = [used](int attribute) {
            return bms_is_member(attribute - FirstLowInvalidHeapAttributeNumber, used);
        };
        Mapping mapping = read_mapping(table);
        bool whole_row = is_used(0), any = false;
        for (const MappedColumn& column : mapping.columns)
            any = any || whole_row || is_used(column.attribute);
        std::vector<std::string> columns;
        std::vector<int> attributes, roles;
        for (const MappedColumn& column : mapping.columns) {
            bool wanted = whole_row || is_used(column.attribute);
            // The key rides along with whatever may be bad, so that a complaint can name the row. It lies in the row's
            // own b-tree entry, mostly in front, or is the rowid: that costs next to nothing.
            if (!wanted && !(any && column.key)) continue;
            columns.push_back(column.column);
            attributes.push_back(column.attribute);
            roles.push_back((wanted ? role_wanted : 0) | (column.key ? role_key : 0));
        }
        std::string query = select_text(mapping.table, columns);
        return pg::pg_call([&] {
            List *attribute_list = NIL, *role_list = NIL;
            for (int attribute : attributes)
                attribute_list = lappend_int(attribute_list, attribute);
            for (int role : roles)
                role_list = lappend_int(role_list, role);
            List* items = list_make3(makeString(pstrdup(query.c_str())), attribute_list, role_list);
            return make_foreignscan(target_list, extract_actual_clauses(clauses, false), relation->relid, NIL, items,
                                    NIL, NIL, outer_plan);
        });
    });
}

}  // namespace fdw
