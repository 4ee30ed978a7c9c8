// A memory context for one batch of rows after the other. Include it after C++ headers.
#pragma once

#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "utils/memutils.h"
}

namespace pg {

// It ends with the C++ scope, and is current while it lives.
class BatchContext {
   public:
    BatchContext() {
        context_ = pg_call(
            [] { return AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_migrate batch", ALLOCSET_DEFAULT_SIZES); });
        caller_ = MemoryContextSwitchTo(context_);
    }
    ~BatchContext() {
        MemoryContextSwitchTo(caller_);
        MemoryContextDelete(context_);
    }
    BatchContext(const BatchContext&) = delete;
    BatchContext& operator=(const BatchContext&) = delete;

    void reset() { MemoryContextReset(context_); }

   private:
    MemoryContext context_, caller_;
};

}  // namespace pg
