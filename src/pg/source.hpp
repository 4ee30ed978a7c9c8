// Says which file a source names, and whether this user may read it.
#pragma once

#include <string>

extern "C" {
#include "postgres_ext.h"
}

namespace pg {

struct Source {
    std::string name;          // as the user wrote it: a path or a server's name
    std::string path;          // canonical, absolute
    std::string server;        // the foreign server's name, "" for a bare path
    int busy_timeout_ms = 10000;
    bool immutable = false;
    bool hold_snapshot = false;  // server option snapshot_scope 'transaction': scans hold the read transaction on
    std::string key() const;     // tells two sources apart that need different handles
};

// What the user wrote: an absolute path (needs pg_read_server_files of the current user), or a foreign server of this
// wrapper (needs USAGE of the current user, and pg_read_server_files of the server's owner, checked at each use because
// ALTER SERVER ... OWNER TO asks nobody). Raises base::Error or PgError. No DDL, no open(): lstat and readlink only.
Source resolve_source(const std::string& text);

// The same for a foreign table's server; the caller's ACL checks are the executor's.
Source resolve_server(Oid server);

// Raises base::Error(access_denied) unless the current user may read the server's files.
void check_path_right();

// The rules of a path: absolute, no file: URI, a regular file, not inside the data directory. Returns the canonical path.
std::string canonical_path(const std::string& path);

}  // namespace pg
