// Says which file a source names, and whether this user may read it.
#include "pg/source.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/guard.hpp"
#include "pg/options.hpp"
#include "pg/temp_file.hpp"
#include "pg/upload.hpp"

extern "C" {
#include "postgres.h"

#include "catalog/pg_authid.h"
#include "common/relpath.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "utils/acl.h"
}

#include "pg/compat.hpp"

namespace pg {
namespace {

using base::Error;
using base::ErrorKind;

bool may_read_files(Oid role) {
    return pg_call([role] { return has_privs_of_role(role, ROLE_PG_READ_SERVER_FILES); });
}

std::string role_name(Oid role) {
    const char* name = pg_call([role] { return GetUserNameFromId(role, true); });
    return name == nullptr ? fmt::format("{}", role) : name;
}

// The words of the operating system, without the server's strerror macro.
std::string os_words(int code) {
    char buffer[256];
#undef strerror_r
    const char* words = ::strerror_r(code, buffer, sizeof buffer);
    return words;
}

bool inside(const std::string& path, const char* folder) {
    if (folder == nullptr) return false;
    std::unique_ptr<char, void (*)(void*)> real(::realpath(folder, nullptr), ::free);
    std::string prefix = real ? real.get() : folder;
    return path == prefix || path.rfind(prefix + "/", 0) == 0;
}

// The server's own files: the data directory, and what it keeps elsewhere through links, its WAL and tablespaces.
bool of_the_server(const std::string& path) {
    if (inside(path, DataDir) || inside(path, (std::string(DataDir) + "/pg_wal").c_str())) return true;
    const std::string tablespaces = std::string(DataDir) + "/pg_tblspc";
    std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(tablespaces.c_str()), ::closedir);
    if (!folder) return false;
    while (const dirent* entry = ::readdir(folder.get()))
        if (entry->d_name[0] != '.' &&
            inside(path, (tablespaces + "/" + entry->d_name + "/" TABLESPACE_VERSION_DIRECTORY).c_str()))
            return true;
    return false;
}

struct Wish {
    std::string source;
    bool snapshot = false, salvage = false;
} wish;

Source from_server(ForeignServer* server) {
    std::vector<Option> options = read_options(server->options);
    Source source;
    source.name = source.server = server->servername;
    if (!may_read_files(server->owner))
        throw Error(ErrorKind::access_denied,
                    fmt::format("the owner of server \"{}\" may not read the server's files", source.server),
                    fmt::format("A server's file is read with the rights of its owner, \"{}\".", role_name(server->owner)),
                    fmt::format("GRANT pg_read_server_files TO \"{}\", or give the server to a role that has it.",
                                role_name(server->owner)));
    std::string archive = option_value(options, "archive");
    if (archive.empty()) {
        Place place = locate(option_value(options, "database"));
        source.path = place.path;
        source.member = place.member;
    } else {
        source.path = canonical_path(archive);
        source.member = option_value(options, "database");
        source.must_be_archive = true;
    }
    source.limits = archive_limits(options);
    source.snapshot = option_value(options, "snapshot") == "true";
    std::string timeout = option_value(options, "busy_timeout");
    if (!timeout.empty()) source.busy_timeout_ms = std::atoi(timeout.c_str());
    source.immutable = option_value(options, "immutable") == "true";
    source.hold_snapshot = option_value(options, "snapshot_scope") == "transaction";
    return source;
}

}  // namespace

std::string Source::key() const {
    return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", path, member, must_be_archive, busy_timeout_ms, immutable, snapshot, salvage,
                       hold_snapshot);
}

std::string Source::shown() const { return upload ? upload->name : path; }

std::string Source::label() const { return member.empty() ? shown() : shown() + "!/" + member; }

void wish_for_source(const std::string& source, bool snapshot, bool salvage) { wish = {source, snapshot, salvage}; }

void forget_wish() noexcept { wish = {}; }

Place locate(const std::string& text) {
    size_t mark = text.find("!/");
    if (mark == std::string::npos) return {canonical_path(text), ""};
    struct stat facts;
    if (::lstat(text.c_str(), &facts) == 0) return {canonical_path(text), ""};
    // The first mark behind which a file ends: its name may hold one, a member's may, too.
    for (; mark != std::string::npos; mark = text.find("!/", mark + 1)) {
        std::string path = text.substr(0, mark);
        if (::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode)) return {canonical_path(path), text.substr(mark + 2)};
    }
    return {canonical_path(text.substr(0, text.find("!/"))), text.substr(text.find("!/") + 2)};
}

void check_path_right() {
    if (may_read_files(GetUserId())) return;
    throw Error(ErrorKind::access_denied, "permission denied to read a file of the server",
                fmt::format("Role \"{}\" is not a member of pg_read_server_files.", role_name(GetUserId())),
                "A superuser can GRANT pg_read_server_files to the role, or make a server for the file and GRANT USAGE on it.");
}

std::string canonical_path(const std::string& path) {
    if (path.rfind("file:", 0) == 0)
        throw Error(ErrorKind::invalid_argument, fmt::format("\"{}\" is a URI, not a path", base::excerpt(path, 200)), {},
                    "Give the absolute path of the file.");
    if (path.empty() || path[0] != '/')
        throw Error(ErrorKind::invalid_argument, fmt::format("path \"{}\" is not absolute", base::excerpt(path, 200)),
                    "The database server reads the file, not the client, and it has no folder of yours.",
                    "Give the absolute path of the file on the server's machine.");
    // realpath reads links and directories only: opening the file itself, even once, would drop SQLite's POSIX locks.
    std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), ::free);
    if (!real) {
        int code = errno;
        if (code == ENOENT || code == ENOTDIR)
            throw Error(ErrorKind::undefined_file, fmt::format("file \"{}\" does not exist", base::excerpt(path, 200)),
                        "The path is read by the database server, on its machine, not by psql or the client.",
                        "Copy the file, and the -wal beside it if there is one, to the server's machine.");
        throw Error(code == EACCES ? ErrorKind::access_denied : ErrorKind::io,
                    fmt::format("could not examine \"{}\": {}", base::excerpt(path, 200), os_words(code)),
                    "The path is read by the database server, with the rights of its operating system user.",
                    "Make the file, and the folders above it, readable for that user.");
    }
    std::string canonical = real.get();
    struct stat facts;
    if (::lstat(canonical.c_str(), &facts) != 0)
        throw Error(ErrorKind::io, fmt::format("could not examine \"{}\": {}", canonical, os_words(errno)));
    if (!S_ISREG(facts.st_mode))
        throw Error(ErrorKind::invalid_argument,
                    fmt::format("\"{}\" is {}, not a file", canonical, S_ISDIR(facts.st_mode) ? "a folder" : "a device, a pipe or a socket"),
                    {}, "Give the path of the SQLite file itself.");
    if (inside(canonical, "/proc") || inside(canonical, "/sys"))
        throw Error(ErrorKind::access_denied, fmt::format("\"{}\" is made by the operating system: it is no file on a disk", canonical), {},
                    "Give the path of the SQLite file itself.");
    if (of_the_server(canonical))
        throw Error(ErrorKind::access_denied,
                    fmt::format("\"{}\" lies inside the server's data directory{}", canonical,
                                inside(canonical, DataDir) ? "" : ", of which its WAL and its tablespaces are parts"),
                    {}, "Copy the file to a folder of its own.");
    return canonical;
}

Source resolve_server(Oid server) {
    return from_server(pg_call([server] { return GetForeignServer(server); }));
}

namespace {

Source resolve_name(const std::string& text) {
    if (text.empty()) throw Error(ErrorKind::invalid_argument, "source is empty", {}, "Give a path or a server's name.");
    if (text[0] == '/' || text.rfind("file:", 0) == 0) {
        check_path_right();
        Place place = locate(text);
        Source source;
        source.name = text;
        source.path = place.path;
        source.member = place.member;
        return source;
    }
    ForeignServer* server = pg_call([&text] { return GetForeignServerByName(text.c_str(), true); });
    size_t mark = text.find("!/");
    std::string name = text.substr(0, mark);
    if (std::shared_ptr<const Upload> upload = find_upload(name)) {
        if (server != nullptr)
            throw Error(ErrorKind::invalid_argument,
                        fmt::format("\"{}\" is both an upload and a foreign server", base::excerpt(text, 200)), {},
                        fmt::format("SELECT sqlite_migrate.detach('{}'), and attach it under another name.",
                                    base::excerpt(name, 200)));
        Source source;
        source.name = text;
        source.path = upload->file->path();
        source.member = mark == std::string::npos ? "" : text.substr(mark + 2);
        source.upload = std::move(upload);
        source.immutable = true;
        return source;
    }
    if (server == nullptr)
        throw Error(ErrorKind::undefined_object, fmt::format("source \"{}\" is not known", base::excerpt(text, 200)),
                    "A source is an absolute path on the server's machine, the name of a foreign server, or the name of "
                    "an upload of this connection.",
                    "See \\des in psql for the foreign servers of this database; sqlite_migrate.attach brings a file.");
    ForeignDataWrapper* wrapper = pg_call([server] { return GetForeignDataWrapper(server->fdwid); });
    if (strcmp(wrapper->fdwname, "sqlite_fdw_migrate") != 0)
        throw Error(ErrorKind::invalid_argument,
                    fmt::format("server \"{}\" belongs to the wrapper \"{}\", not to sqlite_fdw_migrate", text,
                                wrapper->fdwname));
    AclResult right = pg_call([server] { return server_aclcheck(server->serverid, GetUserId(), ACL_USAGE); });
    if (right != ACLCHECK_OK)
        throw Error(ErrorKind::access_denied, fmt::format("permission denied for foreign server {}", text), {},
                    fmt::format("GRANT USAGE ON FOREIGN SERVER \"{}\" TO \"{}\"", text, role_name(GetUserId())));
    return from_server(server);
}

}  // namespace

Source resolve_source(const std::string& text) {
    Source source = resolve_name(text);
    if (text == wish.source) {
        source.snapshot = source.snapshot || wish.snapshot;
        source.salvage = wish.salvage;
    }
    return source;
}

}  // namespace pg
