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
        // Values of a batch go together: a pointer that moves on is all that an allocation costs. The first block outlives
        // a reset, and holds most batches: memory that were given back each time would have to be fetched page by page.
        context_ = pg_call([] {
            constexpr Size block = 8 * 1024 * 1024;
            return GenerationContextCreate(CurrentMemoryContext, "sqlite_fdw_migrate batch", 0, block, block);
        });
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
