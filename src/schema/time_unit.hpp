// Says what numbers in a column of times count, from the column's whole range: one unit, several, or none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace schema {

enum class TimeUnit : uint8_t {
    none, unix_seconds, unix_ms, unix_us, unix_ns, julian, cocoa, webkit, filetime, dotnet_ticks
};
const char* unit_name(TimeUnit unit);  // "unix_seconds": the name of the rule, too
bool is_unit_name(std::string_view name);

// What the numbers of a column reach over. Values that programs write for "none" or "never" say nothing of the unit and
// are left out: 0, -1, the ends of int64, of .NET's DateTime and of the year 9999.
class NumberRange {
   public:
    void add(int64_t value) {
        ++numbers_;
        uint64_t size = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
        if (value <= greatest_whole_ && value >= least_whole_ && size >= nearest_whole_) return;
        widen(value, size);
    }
    void add(double value);

    int64_t numbers() const { return numbers_; }
    bool telling() const;     // a number that says something was among them
    double least() const;     // of the telling ones
    double greatest() const;
    double nearest() const;   // the least distance from 0

   private:
    void widen(int64_t value, uint64_t size);

    int64_t numbers_ = 0;
    int64_t least_whole_ = INT64_MAX, greatest_whole_ = INT64_MIN;
    uint64_t nearest_whole_ = UINT64_MAX;
    bool any_real_ = false;
    double least_real_ = 0, greatest_real_ = 0, nearest_real_ = 0;
};

// A number written as text, where it is one; false for eight or fourteen digits, which are a date.
bool read_number(std::string_view text, double& value);

// The units in which every telling number is a time of the years 1850 to 2149. Numbers near a unit's epoch are no
// evidence for it: 1700000000 milliseconds would be a day in January 1970, and is a second of 2023.
// core_data: the table is one of Apple's Core Data, whose times are Cocoa's.
std::vector<TimeUnit> possible_units(const NumberRange& range, bool core_data = false);

// Whether the unit makes times of the years 1 to 9999 of everything from least to greatest.
bool holds(TimeUnit unit, double least, double greatest);

// The numbers that say something, as a phrase: "numbers from 1700000000 to 1700086400".
std::string describe_range(const NumberRange& range);
// What the unit makes of them: "2023-11-14 to 2023-11-15".
std::string describe_years(const NumberRange& range, TimeUnit unit);

}  // namespace schema
