// An internal subtransaction: the only way to go on after a server error.
#pragma once

extern "C" {
#include "postgres_ext.h"
}

struct ResourceOwnerData;
struct MemoryContextData;

namespace pg {

// Begins at construction, in the caller's memory context (which stays current). Ends by release() or rollback(); a
// destructor that meets it open rolls back, so that an exception on its way out leaves the levels as they were.
// Takes no transaction id unless something is written inside.
class Subtransaction {
   public:
    Subtransaction();
    ~Subtransaction();
    Subtransaction(const Subtransaction&) = delete;
    Subtransaction& operator=(const Subtransaction&) = delete;

    void release();
    void rollback();

   private:
    MemoryContextData* context_;
    ResourceOwnerData* owner_;
    bool open_ = false;
};

}  // namespace pg
