// Turns SQLite's result codes, and paths that cannot be a SQLite file, into errors that say what to do.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"

struct sqlite3;

namespace sqlite {

// An Error that SQLite gave the reason for.
class Failure : public base::Error {
   public:
    Failure(base::Error error, int code, std::string message)
        : base::Error(std::move(error)), code(code), message(std::move(message)) {}

    int code;             // extended result code
    std::string message;  // SQLite's own words, without the path
};

// The Failure for a result code of this handle, which may be null (closed, or never opened).
Failure describe_failure(sqlite3* handle, const std::string& path, int code, std::string_view doing);

// Whether an error is of the one object that was being read, so that the others can still be; a cancel, a lost disk, a
// lock and the like are not.
bool concerns_one_object(const base::Error& error);

// The Error for a call of the operating system on path, by its errno.
base::Error describe_errno(const std::string& path, int error_number, std::string_view doing);

// The first bytes of the file (at most size, fewer where it is shorter), read through SQLite's own descriptor: to open
// and close the file a second time would drop the locks that this process holds on it.
std::string read_header(sqlite3* handle, int size);

// What a file that SQLite does not take for a database seems to be, as a hint: "It is gzip data: unpack it first."
std::string explain_header(std::string_view header);

// 'it'\''s': one word for a shell, so that the command in a hint can be pasted.
std::string quote_for_shell(std::string_view word);

}  // namespace sqlite
