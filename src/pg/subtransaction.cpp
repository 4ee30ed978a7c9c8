// An internal subtransaction: the only way to go on after a server error.
#include "pg/subtransaction.hpp"

#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
}

namespace pg {

Subtransaction::Subtransaction() : context_(CurrentMemoryContext), owner_(CurrentResourceOwner) {
    pg_call([] { BeginInternalSubTransaction(nullptr); });
    MemoryContextSwitchTo(context_);
    open_ = true;
}

void Subtransaction::release() {
    pg_call([] { ReleaseCurrentSubTransaction(); });
    open_ = false;
    MemoryContextSwitchTo(context_);
    CurrentResourceOwner = owner_;
}

void Subtransaction::rollback() {
    open_ = false;
    pg_call([] { RollbackAndReleaseCurrentSubTransaction(); });
    MemoryContextSwitchTo(context_);
    CurrentResourceOwner = owner_;
}

Subtransaction::~Subtransaction() {
    if (!open_) return;
    // An error here would mean that the abort itself failed; the outer abort, which is on its way, cleans up after it.
    (void) pg_try([](void*) { RollbackAndReleaseCurrentSubTransaction(); }, nullptr);
    MemoryContextSwitchTo(context_);
    CurrentResourceOwner = owner_;
}

}  // namespace pg
