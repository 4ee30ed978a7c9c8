// Turns SQLite's result codes, and paths that cannot be a SQLite file, into errors that say what to do.
#include "sqlite/failure.hpp"

#include <pwd.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

using base::Error;
using base::ErrorKind;

constexpr size_t longest_path = 505;  // SQLite's 512, less what it appends ("-journal")

std::string shown(std::string_view path) { return "\"" + base::excerpt(path, 1000) + "\""; }

std::string folder_of(const std::string& path) {
    const size_t slash = path.rfind('/');
    return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

// The operating-system user that a hint has to name: file rights are given to this one, not to a database role.
std::string server_user() {
    const passwd* entry = ::getpwuid(::geteuid());
    return entry != nullptr ? "\"" + std::string(entry->pw_name) + "\"" : "with id " + std::to_string(::geteuid());
}

// The first folder on the way to path for which the given access() is refused, "" if there is none.
std::string first_folder_without(const std::string& path, int access) {
    for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        const std::string folder = path.substr(0, slash);
        if (::access(folder.c_str(), access) != 0) return folder;
    }
    return {};
}

ErrorKind kind_of_errno(int error_number) {
    switch (error_number) {
        case ENOENT:
        case ENOTDIR: return ErrorKind::undefined_file;
        case EACCES:
        case EPERM:
        case EROFS: return ErrorKind::access_denied;
        case ENOMEM: return ErrorKind::out_of_memory;
        case ENAMETOOLONG: return ErrorKind::limit;
        default: return ErrorKind::io;
    }
}

std::string hint_for_errno(const std::string& path, int error_number) {
    if (error_number == ENOENT || error_number == ENOTDIR) {
        const std::string folder = first_folder_without(path, F_OK);
        return (folder.empty() ? "" : "There is no folder " + shown(folder) + ". ") +
               "The path is one on the database server's machine (or in its container), not on the client's.";
    }
    if (error_number == EACCES || error_number == EPERM) {
        const std::string folder = first_folder_without(path, X_OK);
        return "The operating-system user " + server_user() +
               (folder.empty() ? " may not read the file: give it the right to, or copy the file to where it may."
                               : " may not enter the folder " + shown(folder) +
                                     ": give it the right to, or copy the file to where it may.");
    }
    return {};
}

// A file in WAL mode that is in use needs its -shm beside it, even to be read.
std::string hint_for_wal(const std::string& path) {
    return "The file is in WAL mode: to read it SQLite writes " + shown(path + "-shm") + " and " +
           shown(path + "-wal") + ", and the operating-system user " + server_user() +
           " may not. Let this user write in these files and in the "
           "folder " +
           shown(folder_of(path)) +
           ", or copy the file together with its -wal to a folder of its own, or stop "
           "the application and run: sqlite3 " +
           quote_for_shell(path) + " 'PRAGMA wal_checkpoint(TRUNCATE)'";
}

std::string hint_for_hot_journal(const std::string& path) {
    return "A change of the file was broken off, and " + shown(path + "-journal") +
           " has to be played back, which a reader does not do. Open it once as a user who may write there: sqlite3 " +
           quote_for_shell(path) + " 'PRAGMA schema_version'";
}

// Not the shell's .recover, which needs a module that Debian's library lacks.
std::string hint_for_damage(const std::string& path) {
    const std::string file = quote_for_shell(path);
    return "To see the damage: sqlite_migrate.integrity. To take what can be read: options => '{\"salvage\": true}'. Without the "
           "server: sqlite3 -readonly " + file + " 'PRAGMA integrity_check'. To save what can be read into a new "
           "file: sqlite3 -readonly " +
           file + " .dump | sed 's/^ROLLBACK;.*/COMMIT;/' | sqlite3 " + quote_for_shell(path + ".saved");
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// SQLITE_ERROR says only that something is wrong with the statement. Its message tells whose fault it is: the source
// lacks an object, the object wants what we do not give, our own SQL is wrong, or else a value upset an expression.
ErrorKind kind_of_message(std::string_view message) {
    if (has(message, "no such table") || has(message, "no such column") || has(message, "no such index")) {
        return ErrorKind::undefined_object;
    }
    for (const char* part :
         {"no such function", "no such module", "unknown function", "no such collation", "unsafe use",
          "unknown tokenizer", "no such tokenizer", "circularly defined", "vtable constructor", "prohibited",
          "too many attached", "not authorized", "unsupported file format"}) {
        if (has(message, part)) return ErrorKind::unsupported;
    }
    for (const char* part : {"too many", "too large", "too big", "stack overflow", "more than", "at most"}) {
        if (has(message, part)) return ErrorKind::limit;
    }
    for (const char* part : {"syntax error", "unrecognized token", "incomplete input", "cannot start a transaction"}) {
        if (has(message, part)) return ErrorKind::internal;
    }
    return ErrorKind::bad_data;
}

ErrorKind kind_of_code(int code, int error_number, std::string_view message) {
    switch (code) {  // the extended codes that say more than their primary one
        case SQLITE_IOERR_NOMEM: return ErrorKind::out_of_memory;
        case SQLITE_IOERR_SHORT_READ:
        case SQLITE_IOERR_CORRUPTFS: return ErrorKind::corrupt;
        default: break;
    }
    switch (code & 0xff) {
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR: return error_number == 0 ? ErrorKind::io : kind_of_errno(error_number);
        case SQLITE_NOTADB: return ErrorKind::not_a_database;
        case SQLITE_CORRUPT:
        case SQLITE_FORMAT: return ErrorKind::corrupt;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
        case SQLITE_SCHEMA: return ErrorKind::busy;
        case SQLITE_INTERRUPT: return ErrorKind::interrupted;
        case SQLITE_NOMEM: return ErrorKind::out_of_memory;
        case SQLITE_TOOBIG:
        case SQLITE_NOLFS: return ErrorKind::limit;
        case SQLITE_FULL: return ErrorKind::io;  // of the folder for temporary files
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_READONLY: return ErrorKind::access_denied;
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH: return ErrorKind::bad_data;
        case SQLITE_ERROR: return kind_of_message(message);
        default: return ErrorKind::internal;
    }
}

struct Signature {
    size_t offset;
    std::string_view bytes;
    const char* hint;
};

using std::literals::string_view_literals::operator""sv;

constexpr Signature signatures[] = {
    {0, "SQLite format 3\0"sv,
     "It begins like a SQLite file, but its header is damaged, or made by a version that SQLite does not know yet."},
    {0, "** This file contains an SQLite 2"sv,
     "It is a SQLite 2 file: convert it first, with the old tool: sqlite old.db .dump | sqlite3 new.db"},
    {0, "version https://git-lfs"sv, "It is a Git LFS pointer, not the file itself: fetch that with: git lfs pull"},
    {0, "\x1F\x8B"sv, "It is gzip data: unpack it first."},
    {0, "PK\x03\x04"sv, "It is a zip archive: unpack it first."},
    {0, "BZh"sv, "It is bzip2 data: unpack it first."},
    {0,
     "\xFD"
     "7zXZ\0"sv,
     "It is xz data: unpack it first."},
    {0, "\x28\xB5\x2F\xFD"sv, "It is zstd data: unpack it first."},
    {0, "7z\xBC\xAF\x27\x1C"sv, "It is a 7z archive: unpack it first."},
    {257, "ustar"sv, "It is a tar archive: unpack it first."},
    {0, "\x37\x7F\x06\x82"sv, "It is the -wal of a SQLite file: give the path of the file beside it."},
    {0, "\x37\x7F\x06\x83"sv, "It is the -wal of a SQLite file: give the path of the file beside it."},
    {0, "\xD9\xD5\x05\xF9\x20\xA1\x63\xD7"sv,
     "It is the -journal of a SQLite file: give the path of the file beside it."},
    {8, "DUCK"sv, "It is a DuckDB file."},
    {4, "Standard Jet DB"sv, "It is a Microsoft Access file."},
    {4, "Standard ACE DB"sv, "It is a Microsoft Access file."},
    {0, "PGDMP"sv, "It is a dump of PostgreSQL: pg_restore reads it."},
    {0, "PRAGMA "sv, "It is SQL text: make a SQLite file of it first: sqlite3 new.db < dump.sql"},
    {0, "BEGIN TRANSACTION"sv, "It is SQL text: make a SQLite file of it first: sqlite3 new.db < dump.sql"},
    {0, "-- "sv, "It is SQL text: make a SQLite file of it first: sqlite3 new.db < dump.sql"},
    {0, "<!"sv, "It is a web page, not the file itself: perhaps the download needed a login."},
    {0, "<html"sv, "It is a web page, not the file itself: perhaps the download needed a login."},
    {0, "{"sv, "It looks like JSON text."},
    {0, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv, "It begins with zeros: perhaps a copy that was not finished."},
};

}  // namespace

bool concerns_one_object(const Error& error) {
    switch (error.kind) {
        case ErrorKind::invalid_argument:  // a name that cannot be quoted
        case ErrorKind::undefined_object:
        case ErrorKind::unsupported:
        case ErrorKind::limit:
        case ErrorKind::bad_data:
        case ErrorKind::corrupt:
        case ErrorKind::access_denied:
        case ErrorKind::internal:
            return true;  // internal: SQLite calls SQL in a schema that it cannot read a syntax error
        default: return false;
    }
}

std::string explain_header(std::string_view header) {
    for (const Signature& signature : signatures) {
        if (header.size() > signature.offset && header.substr(signature.offset).starts_with(signature.bytes)) {
            return signature.hint;
        }
    }
    return "It may be encrypted (SQLCipher and others): then let the application decrypt or export it first.";
}

std::string quote_for_shell(std::string_view word) {
    std::string result = "'";
    for (const char c : word) {
        if (c == '\'') {
            result += "'\\''";
        } else {
            result += c;
        }
    }
    return result + "'";
}

std::string read_header(sqlite3* handle, int size) {
    sqlite3_file* file = nullptr;
    if (handle == nullptr || sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
        file == nullptr || file->pMethods == nullptr) {
        return {};
    }
    sqlite3_int64 length = 0;
    if (file->pMethods->xFileSize(file, &length) != SQLITE_OK) return {};
    std::string header(static_cast<size_t>(std::clamp<sqlite3_int64>(length, 0, size)), '\0');
    const int code = file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0);
    return code == SQLITE_OK ? header : std::string();
}

Error describe_errno(const std::string& path, int error_number, std::string_view doing) {
    return {kind_of_errno(error_number),
            "could not " + std::string(doing) + " " + shown(path) + ": " + std::strerror(error_number),
            {},
            hint_for_errno(path, error_number)};
}

Failure describe_failure(sqlite3* handle, const std::string& path, int code, std::string_view doing) {
    const int primary = code & 0xff;
    const std::string beginning = "could not " + std::string(doing) + " " + shown(path) + ": ";
    if (handle == nullptr) {
        const bool memory = primary == SQLITE_NOMEM;
        const std::string message = memory ? "out of memory" : "the file is closed already";
        return {Error(memory ? ErrorKind::out_of_memory : ErrorKind::internal, beginning + message), code, message};
    }

    // The handle's message belongs to its latest call, which need not be the one that is reported.
    const bool own_message = (sqlite3_errcode(handle) & 0xff) == primary;
    const std::string message = base::excerpt(own_message ? sqlite3_errmsg(handle) : sqlite3_errstr(code), 2000);
    const bool file_call = primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR;
    const int error_number = file_call ? sqlite3_system_errno(handle) : 0;

    Error error(kind_of_code(code, error_number, message), beginning + message,
                "SQLite result code " + std::to_string(code) + ": " + message + ".");
    if (error_number != 0) error.detail += std::string(" The operating system: ") + std::strerror(error_number) + ".";

    struct stat facts;
    const bool file_there = ::stat(path.c_str(), &facts) == 0;
    const std::string header = file_call || primary == SQLITE_READONLY ? read_header(handle, 20) : std::string();
    const bool wal_mode = header.size() == 20 && (header[18] == 2 || header[19] == 2);

    if (code == SQLITE_READONLY_ROLLBACK) {
        error.text = beginning + "an unfinished change has to be taken back first";
        error.hint = hint_for_hot_journal(path);
    } else if ((primary == SQLITE_READONLY || file_call) && wal_mode && file_there) {
        if (primary == SQLITE_READONLY || primary == SQLITE_CANTOPEN) error.kind = ErrorKind::access_denied;
        error.hint = hint_for_wal(path);
    } else if (primary == SQLITE_CANTOPEN) {
        if (!file_there) {
            error.kind = ErrorKind::undefined_file;
            error.hint = hint_for_errno(path, ENOENT);
        } else if (path.size() > longest_path) {
            error.kind = ErrorKind::limit;
            error.hint = "SQLite takes paths of up to 504 bytes, this one has " + std::to_string(path.size()) +
                         ": copy or move the file to a shorter one.";
        } else {
            error.hint = hint_for_errno(path, error_number);
        }
    } else if (primary == SQLITE_IOERR &&
               (error_number == ENOLCK || error_number == EOPNOTSUPP || error_number == EINVAL)) {
        error.hint =
            "The file system seems not to support locks, as with some network mounts: copy the file to a local one.";
    } else if (primary == SQLITE_NOTADB) {
        error.hint = explain_header(read_header(handle, 512));
    } else if (error.kind == ErrorKind::corrupt) {
        error.hint = hint_for_damage(path);
    } else if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED || primary == SQLITE_PROTOCOL) {
        error.hint =
            "Another process is writing to the file. Try again, allow a longer wait, stop the application "
            "meanwhile, or make a copy to read from: sqlite3 " +
            quote_for_shell(path) + " '.backup /another/path.db'";
    } else if (primary == SQLITE_FULL) {
        error.hint =
            "SQLite found no space for temporary files (SQLITE_TMPDIR, TMPDIR, /var/tmp or /tmp of the server).";
    }
    return {std::move(error), code, message};
}

}  // namespace sqlite
