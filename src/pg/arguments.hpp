// Reads a function's arguments as C++ values, and makes its results. Include it after C++ headers.
#pragma once

#include <map>
#include <string>
#include <vector>

extern "C" {
#include "postgres.h"

#include "fmgr.h"
}

namespace pg {

// C++ and SQLite speak UTF-8; these convert from and to the database's encoding, and raise where that cannot be done (a
// name in a file may hold any bytes). Plain data only: inside pg_call.
Datum text_datum(const char* utf8, size_t size);
char* utf8_of(Datum value);

// All of them raise PgError or base::Error; a NULL array is an empty one.
// The argument as it is; NULL raises. For every argument that is read as a Datum: a NULL has none.
Datum required_argument(FunctionCallInfo call, int index);
std::string text_argument(FunctionCallInfo call, int index);
std::vector<std::string> text_array_argument(FunctionCallInfo call, int index);
std::vector<Oid> oid_array_argument(FunctionCallInfo call, int index);
// The value of a key of a jsonb object as text, "" where it is missing or null.
std::string jsonb_text(Datum jsonb, const char* key);

// All members of a jsonb object that are strings, or arrays of strings; others raise. Null is empty.
std::map<std::string, std::vector<std::string>> jsonb_lists(Datum jsonb, const char* key);
// All string members of a jsonb object; other members raise.
std::map<std::string, std::string> jsonb_strings(FunctionCallInfo call, int index);

Datum text_result(const std::string& text);
Datum jsonb_result(const std::string& json);  // must be valid JSON

}  // namespace pg
