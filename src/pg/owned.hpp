// A C++ object whose life a memory context ends. Include it after all C++ headers.
#pragma once

#include <utility>

#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "utils/memutils.h"
}

namespace pg {

// The callback's memory is taken first (that may fail), then the object is made (that may throw), then registered
// (that cannot fail): no moment has an object that nobody owns. T's destructor is noexcept and never raises.
template <typename T, typename... Args>
T* own(MemoryContext context, Args&&... args) {
    auto* callback = pg_call([context] {
        return static_cast<MemoryContextCallback*>(MemoryContextAllocZero(context, sizeof(MemoryContextCallback)));
    });
    T* object = new T(std::forward<Args>(args)...);
    callback->func = [](void* arg) { delete static_cast<T*>(arg); };
    callback->arg = object;
    MemoryContextRegisterResetCallback(context, callback);
    return object;
}

}  // namespace pg
