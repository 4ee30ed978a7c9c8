// The rights of the owner of runs, for fixed statements of our own. Include it after C++ headers.
#pragma once

#include <cstdint>

extern "C" {
#include "postgres.h"
}

namespace pg {

// Plain data only, all of it inside pg_call: a failure in between leaves by longjmp, and the abort of the (sub)transaction
// restores user and settings.
struct OwnerRights {
    Oid user;
    int security;
    int settings;
};

// Becomes the owner of sqlite_migrate.runs, with search_path pinned, and connects to SPI. The statements are fixed and
// qualified, and what they are given comes as parameters.
OwnerRights take_owner_rights();
void give_rights_back(const OwnerRights& rights);

// Runs a statement; any other result than the expected one raises.
void execute_as_owner(const char* sql, int arguments, Oid* types, Datum* values, const char* nulls, int expected);

// The first column of the first row of the result; false: there is no row, or it is NULL.
bool first_number(int64_t* number);

}  // namespace pg
