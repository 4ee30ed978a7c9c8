// Shows which file a scan reads and what it asks SQLite for.
#include <string>

#include "base/error.hpp"
#include "fdw/callbacks.hpp"
#include "fdw/plan.hpp"
#include "fdw/scan.hpp"
#include "pg/guard.hpp"
#include "pg/options.hpp"
#include "pg/source.hpp"

extern "C" {
#include "postgres.h"

#include "foreign/foreign.h"
#include "mb/pg_wchar.h"
#include "nodes/execnodes.h"
#include "nodes/plannodes.h"
#include "utils/rel.h"
}

#include "pg/compat_fdw.hpp"

namespace fdw {
namespace {

// The canonical path; the words of the option where it leads nowhere, or where the owner may not go.
std::string file_of(Oid relation) {
    ForeignTable* table = pg::pg_call([relation] { return GetForeignTable(relation); });
    try {
        return pg::resolve_server(table->serverid).label();
    } catch (const base::Error&) {
        ForeignServer* server = pg::pg_call([table] { return GetForeignServer(table->serverid); });
        return pg::option_value(pg::read_options(server->options), "database");
    }
}

}  // namespace

void explain_scan(ForeignScanState* node, ExplainState* explain) {
    pg::pg_entry([=] {
        std::string file = file_of(RelationGetRelid(node->ss.ss_currentRelation));
        auto* plan = reinterpret_cast<ForeignScan*>(node->ss.ps.plan);
        const char* query = strVal(list_nth(plan->fdw_private, plan_query));
        // A scan counts nothing anywhere else: here is where a rule that touched a value can be seen.
        std::string normalized = explain->analyze ? normalized_text(node) : std::string();
        pg::pg_call([&file, &normalized, query, explain] {
            ExplainPropertyText("SQLite File", file.c_str(), explain);
            char* words = pg_any_to_server(query, static_cast<int>(strlen(query)), PG_UTF8);
            ExplainPropertyText("SQLite Query", words, explain);
            if (!normalized.empty()) ExplainPropertyText("Values Normalized", normalized.c_str(), explain);
        });
    });
}

}  // namespace fdw
