// One target column: what it takes, and the conversion of a SQLite cell into its Datum. Include it after C++ headers.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "base/cell.hpp"
#include "normalize/converters.hpp"
#include "normalize/outcome.hpp"
#include "normalize/parts.hpp"

extern "C" {
#include "postgres.h"

#include "fmgr.h"
#include "pgtime.h"
}

namespace value {

// The families of normalize/, and the rest by its input function.
enum class Kind : uint8_t {
    boolean, int2, int4, int8, float4, float8, numeric, text, bpchar, name, bytea,
    date, time, timetz, timestamp, timestamptz, interval, uuid, json, jsonb, money,
    array, range, multirange, row,  // their parts are columns of their own
    input
};

// What a type's own input function would change or evaluate without a word, so that we look first.
enum class Care : uint8_t {
    none,
    number,  // oid and its kin: "-1" would wrap around
    digits,  // bit strings, hardware addresses: a number has lost its leading zeros by SQLite's affinity
    letter,  // "char": the first byte of however many
    empty    // citext and its kin, enums with such a label: '' is a value
};

// Buffers with destructors, lent to the columns of one table by a caller who lives longer: a longjmp may leave convert().
struct Lent {
    std::string scratch;
    std::deque<normalize::ListReader> lists;  // one for each array, and so on: they nest
    std::deque<normalize::Parts> parts;
};

// Plain data, palloc'd in the context in which it was made. One per column and table.
struct Column {
    Kind kind;
    Oid type;              // as declared, a domain included
    Oid base;              // below all domains
    int32 typmod;
    bool domain;           // type is a domain: its constraints are checked by the server's domain_check
    Care care;             // of kind input
    bool calls_input;      // convert() may call the type's input function or domain_check, which may raise
    int16 length;
    bool by_value;
    char align;
    normalize::Settings settings;
    pg_tz* zone;           // for times that carry none; null: UTC
    FmgrInfo input;
    Oid input_param;
    void* domain_cache;
    MemoryContext context;
    Column* element;       // of an array; the bounds of a range
    Column** fields;       // of a row, dropped ones left out
    int field_count;
    Lent* lent;
    normalize::ListReader* list;
    normalize::Parts* parts;
};


// A column's rules are those of its parts, too: what an array, a range or a row holds.
template <typename Set>
void each_settings(Column& column, Set&& set) {
    set(column.settings);
    if (column.element != nullptr) each_settings(*column.element, set);
    for (int i = 0; i < column.field_count; ++i)
        each_settings(*column.fields[i], set);
}

// Looks the type up. zone: of times that carry none, null for UTC. Calls the server (catalog): inside pg_call.
Column* make_column(Oid type, int32 typmod, pg_tz* zone, Lent* lent);

// Converts one cell. Verdict value: *result is set, allocated in CurrentMemoryContext where it is not by value. Verdict
// null: nothing is set. Verdict complaint: outcome.code says why. Never decline. Where calls_input is true the server may
// raise: call it inside pg_call, and if the run is to go on after an error, in an internal subtransaction.
normalize::Outcome convert(Column& column, const base::Cell& cell, Datum* result);

}  // namespace value
