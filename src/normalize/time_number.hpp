// Numbers as times, by the unit that the column's owner stated.
#pragma once

#include <cstdint>

#include "base/cell.hpp"
#include "normalize/outcome.hpp"

namespace normalize {

// An integer or real cell, or text that is a bare number, to microseconds since 2000-01-01. zoned: the unit counts from
// an instant; .NET's ticks alone count in whatever zone the clock was.
struct CountedTime {
    int64_t micros = 0;
    bool zoned = true;
};
Outcome read_counted_time(const base::Cell& cell, const Settings& settings, CountedTime& time);

}  // namespace normalize
