// The one exception of the project: a kind, one line of text, and what helps the reader.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace base {

// What went wrong, in the words of this project. pg/guard.cpp gives each kind its SQLSTATE, nowhere else.
enum class ErrorKind {
    internal,          // a bug of ours
    invalid_argument,  // the caller's words are wrong
    undefined_object,  // a table or column that the source does not have
    undefined_file,    // no such file
    access_denied,     // the file or the path may not be read
    io,                // the operating system said no
    not_a_database,    // the file is something else, or encrypted
    corrupt,           // SQLite found damage
    busy,              // another process holds the lock
    interrupted,       // the progress handler stopped SQLite: the server checks for its interrupts
    out_of_memory,
    limit,             // larger than SQLite or PostgreSQL can take
    unsupported,       // a thing that this version does not do
    bad_data           // a value that cannot be carried
};

class Error : public std::exception {
   public:
    Error(ErrorKind kind, std::string text, std::string detail = {}, std::string hint = {})
        : kind(kind), text(std::move(text)), detail(std::move(detail)), hint(std::move(hint)) {}

    const char* what() const noexcept override { return text.c_str(); }

    ErrorKind kind;
    std::string text;
    std::string detail;
    std::string hint;
    std::string sqlstate;  // five characters where the kind alone does not say it (a complaint about a value); else empty
};

}  // namespace base
