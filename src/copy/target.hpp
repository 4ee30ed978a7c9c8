// The table that rows go into: its rights, its kind, and which path its rows take. Include it after C++ headers.
#pragma once

#include <string>
#include <vector>

extern "C" {
#include "postgres.h"

#include "utils/relcache.h"
}

namespace copy {

enum class Path {
    direct,  // table_multi_insert; foreign keys are checked set-wise afterwards
    copy,    // the server's COPY, fed in binary form
    sql      // INSERT statements, where rows live elsewhere
};

const char* path_name(Path path);

struct PathChoice {
    Path path;
    std::string reason;  // one clause for plan and report
};

// Keeps the table open for as long as the object lives.
class Target {
   public:
    explicit Target(Oid relation);
    ~Target();
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;

    Relation relation() const { return relation_; }
    std::string name() const;  // "schema"."table"

    // Attribute numbers of columns by exact name. Raises base::Error(undefined_object); generated columns are refused, but where
    // they are only compared.
    std::vector<int> attributes(const std::vector<std::string>& columns, bool only_compared = false) const;

    // What COPY FROM would check, on every path: a plain, partitioned or foreign table, INSERT on the columns, no row security for
    // this user, no read-only transaction, not a system catalog.
    void check_insert(const std::vector<int>& attributes) const;
    // Rows on their way to a trigger that waits cannot be told from ours: refused.
    void check_no_pending_events() const;
    // SHARE ROW EXCLUSIVE, to the transaction's end. Only after check_insert: who may not write may not lock.
    void lock() const;

    // wanted: "copy" or "sql" for tests, which compare the paths; "" leaves the choice to us.
    PathChoice choose_path(const std::string& wanted = "") const;

   private:
    Relation relation_ = nullptr;
};

}  // namespace copy
