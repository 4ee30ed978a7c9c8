// What the planner leaves for the executor: lives in ForeignScan.fdw_private, so it is made of the server's nodes.
#pragma once

namespace fdw {

// The places of the list.
enum PlanItem {
    plan_query,       // String: the SELECT, in UTF-8
    plan_attributes,  // IntList: for each column of its result the attribute number
    plan_roles        // IntList: for each column of its result a sum of the roles below
};

enum ColumnRole {
    role_wanted = 1,  // the query uses it
    role_key = 2      // it names the row in complaints
};

}  // namespace fdw
