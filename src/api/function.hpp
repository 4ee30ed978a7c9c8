// Declares one SQL function. Include it after C++ headers, and last.
#pragma once

extern "C" {
#include "postgres.h"

#include "fmgr.h"
}

// The server's own macro declares the function without exporting it (before 16), so it is declared before.
#define SQL_FUNCTION(name)                               \
    extern "C" {                                         \
    PGDLLEXPORT Datum sqlite_migrate_##name(PG_FUNCTION_ARGS); \
    PG_FUNCTION_INFO_V1(sqlite_migrate_##name);          \
    }                                                    \
    Datum sqlite_migrate_##name(PG_FUNCTION_ARGS)
