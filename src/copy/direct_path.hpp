// Puts batches of rows into a plain heap table through table_multi_insert. Include it after C++ headers.
#pragma once

#include <vector>

#include "value/row_reader.hpp"

extern "C" {
#include "postgres.h"

#include "access/heapam.h"
#include "nodes/execnodes.h"
#include "utils/relcache.h"
}

namespace copy {

// The server's state for one table: indexes, constraints, defaults, slots. What COPY does for a plain table, without
// parsing and without triggers: Target::choose_path says where that is right.
class DirectPath {
   public:
    static constexpr int batch_rows = 1000;

    // loaded: the attribute numbers that the caller fills; the others take their defaults.
    DirectPath(Relation relation, const std::vector<int>& loaded);
    ~DirectPath();  // drops what is left after an error without raising
    DirectPath(const DirectPath&) = delete;
    DirectPath& operator=(const DirectPath&) = delete;

    // Where the caller writes the next rows. Valid until insert().
    const value::RowTarget* rows() const { return rows_.data(); }

    // Inserts the first `count` of rows(): defaults, NOT NULL and CHECK constraints, heap, indexes. Server errors raise.
    void insert(int count);
    void finish();  // ends the bulk insert; nothing may follow

   private:
    struct Default {
        int index;
        ExprState* expression;
    };

    void open(const std::vector<int>& loaded);
    void insert_rows(int count);

    Relation relation_;
    EState* estate_ = nullptr;
    ResultRelInfo* result_ = nullptr;
    BulkInsertState bulk_ = nullptr;
    CommandId command_ = 0;
    std::vector<TupleTableSlot*> slots_;
    std::vector<value::RowTarget> rows_;
    std::vector<Default> defaults_;
};

}  // namespace copy
