// Reads a declared SQLite type, whatever was written there, as one of the families that PostgreSQL has types for.
#pragma once

#include <string>

#include "sqlite/catalog.hpp"

namespace schema {

// none: no declared type, or ANY; the values decide.
// clang-format off
enum class Family {
    none, integer, boolean, real, numeric, text, bytes, date, time, timetz, timestamp, timestamptz, json, jsonb, uuid
};
// clang-format on

struct Declared {
    Family family = Family::none;
    int length = -1;     // of a text: varchar(n) where it is 1 to 10485760, else -1
    int precision = -1;  // of a number: numeric(p,s) where PostgreSQL takes both, else -1
    int scale = 0;
    bool by_affinity = false;  // no name that we know: SQLite's five rules decided
};

Declared read_declared(const std::string& declared_type);

}  // namespace schema
