// Files that this connection has brought: attached under a name, private to the connection and to the role.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

extern "C" {
#include "postgres_ext.h"
}

namespace pg {

class TempFile;

struct Upload {
    std::string name;
    Oid role;
    std::shared_ptr<TempFile> file;
};

// Copies the bytes, or the large object (which the current user must be allowed to read), to a temporary file of the
// server. Outlives the transaction, whatever becomes of it. Returns the number of bytes. Raises base::Error or PgError.
int64_t attach_bytes(const std::string& name, uintptr_t bytea);
int64_t attach_large_object(const std::string& name, Oid large_object);

// Raises base::Error where there is none of this name, or it belongs to another role. Returns the
// path that its file had.
std::string detach(const std::string& name);

// Null where there is no such upload; raises base::Error where it belongs to another role than the current one.
std::shared_ptr<const Upload> find_upload(const std::string& name);

}  // namespace pg
