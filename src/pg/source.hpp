// Says which file a source names, and whether this user may read it.
#pragma once

#include <memory>
#include <string>

#include "archive/input.hpp"

extern "C" {
#include "postgres_ext.h"
}

namespace pg {

struct Upload;

struct Source {
    std::string name;          // as the user wrote it: a path, a server's name, an upload's name
    std::string path;          // canonical, absolute: of the SQLite file, of the archive, or of the upload's temporary file
    std::string member;        // of an archive; "" is its only SQLite file
    std::string server;        // the foreign server's name, "" for a bare path
    std::shared_ptr<const Upload> upload;
    bool must_be_archive = false;  // server option archive
    archives::Limits limits;
    int busy_timeout_ms = 10000;
    bool immutable = false;
    bool snapshot = false;       // read from a copy that is taken at once, so that the file is let go
    bool salvage = false;        // read from a copy of what can be read
    bool hold_snapshot = false;  // server option snapshot_scope 'transaction': scans hold the read transaction on
    std::string key() const;     // tells two sources apart that need different handles
    std::string shown() const;   // the file, for people: never the path of a temporary one
    std::string label() const;   // the same, with the member
};

// What the user wrote: an absolute path (needs pg_read_server_files of the current user), an upload of this connection
// (of the current user), either with "!/member" behind it, or a foreign server of this wrapper (needs USAGE of the current user, and pg_read_server_files of the server's owner, checked at each use because
// ALTER SERVER ... OWNER TO asks nobody). Raises base::Error or PgError. No DDL, no open(): lstat and readlink only.
Source resolve_source(const std::string& text);

// How the call that is under way wants this source read (its argument options): resolve_source says so until the next
// wish, or the end of the transaction.
void wish_for_source(const std::string& source, bool snapshot, bool salvage);
void forget_wish() noexcept;

// The same for a foreign table's server; the caller's ACL checks are the executor's.
Source resolve_server(Oid server);

// Raises base::Error(access_denied) unless the current user may read the server's files.
void check_path_right();

// The rules of a path: absolute, no file: URI, a regular file, not inside the data directory. Returns the canonical path.
std::string canonical_path(const std::string& path);

// The same where a member of an archive may follow: "/x.tar.gz!/folder/app.db". A file that bears the whole name wins.
struct Place {
    std::string path, member;
};
Place locate(const std::string& text);

}  // namespace pg
