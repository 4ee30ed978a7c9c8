// Puts batches of rows into a plain heap table through table_multi_insert. Include it after C++ headers.
#pragma once

#include <vector>

#include "value/row_reader.hpp"

extern "C" {
#include "postgres.h"

#include "access/heapam.h"
#include "access/tableam.h"
#include "nodes/execnodes.h"
#include "utils/relcache.h"
}

namespace copy {

// What a row breaks. Plain data, in the memory context that was current.
struct Violation {
    int sqlstate;
    int attribute;  // 0 = none in particular
    const char* message;
};

// The server's state for one table: indexes, constraints, defaults, slots. What COPY does for a plain table, without
// parsing and without triggers: Target::choose_path says where that is right.
class DirectPath {
   public:
    static constexpr int batch_rows = 1000;

    // loaded: the attribute numbers that the caller fills, never with NULL where the table forbids it; the others take their
    // defaults. careful: rows outlive an insert
    // that failed, and may be checked one by one; each insert() is then in a subtransaction of the caller's.
    DirectPath(Relation relation, const std::vector<int>& loaded, bool careful = false);
    ~DirectPath();  // drops what is left after an error without raising
    DirectPath(const DirectPath&) = delete;
    DirectPath& operator=(const DirectPath&) = delete;

    Relation relation() const { return relation_; }

    // Where the caller writes the next rows. Valid until insert().
    const value::RowTarget* rows() const { return rows_.data(); }

    // Inserts the first `count` of rows(): defaults, NOT NULL and CHECK constraints, heap, indexes. Server errors raise.
    void insert(int count);
    bool frozen() const { return (options_ & TABLE_INSERT_FROZEN) != 0; }
    void finish();  // ends the bulk insert; nothing may follow

    // With careful, after an insert() that failed and was rolled back: the same rows one by one. check() looks for what
    // can be known without raising: NOT NULL, CHECK, unique keys. Both raise whatever else is wrong.
    void forget_failed();
    bool check(int row, Violation* violation);
    void insert_one(int row);

   private:
    struct Default {
        int index;
        ExprState* expression;
    };

    void open(const std::vector<int>& loaded);
    void insert_rows(int count);
    void add_defaults(int row);
    void form_row(int row);
    void fill_slot(int row);
    void clear_slot(int row);
    void prepare_checks();
    bool find_violation(TupleTableSlot* slot, Violation* violation);
    bool find_duplicate(TupleTableSlot* slot, Violation* violation);

    Relation relation_;
    bool careful_;
    bool constrained_ = false;  // the server has rows to judge
    EState* estate_ = nullptr;
    ResultRelInfo* result_ = nullptr;
    BulkInsertState bulk_ = nullptr;
    CommandId command_ = 0;
    int options_ = 0;  // of table_multi_insert
    std::vector<TupleTableSlot*> slots_;
    std::vector<value::RowTarget> rows_;
    std::vector<Default> defaults_;
    struct Check {
        const char* name;
        ExprState* expression;
    };
    std::vector<Check> checks_;  // with careful
};

}  // namespace copy
