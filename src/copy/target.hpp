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
    copy     // the server's COPY, fed in binary form
};

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

    // Attribute numbers of columns by exact name. Raises base::Error(undefined_object); generated columns are refused.
    std::vector<int> attributes(const std::vector<std::string>& columns) const;

    // What COPY FROM would check, on every path: a plain or partitioned table, INSERT on the columns, no row security for
    // this user, no read-only transaction, not a system catalog.
    void check_insert(const std::vector<int>& attributes) const;
    // SHARE ROW EXCLUSIVE, to the transaction's end. Only after check_insert: who may not write may not lock.
    void lock() const;

    PathChoice choose_path() const;

   private:
    Relation relation_ = nullptr;
};

}  // namespace copy
