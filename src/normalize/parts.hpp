// Ranges and rows as PostgreSQL writes them, taken apart: "[2024-01-01,)", "{[1,2),[5,9)}", "(1,\"a, b\",)".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/cell.hpp"

namespace normalize {

// The parts of one literal, and the literal that is put together again from what became of them. Owns all of its bytes.
class Parts {
   public:
    struct Range {
        bool empty = false;
        bool lower_inclusive = false;
        bool upper_inclusive = false;
    };

    // Strict in the way of range_in, multirange_in and record_in. Two parts for a range that is not empty, lower and upper;
    // a part that is absent is NULL: no bound, or the column's NULL.
    bool open_range(std::string_view text);
    bool open_ranges(std::string_view text);
    bool open_row(std::string_view text);

    size_t size() const { return parts_.size(); }
    base::Cell cell(size_t index) const;
    const std::vector<Range>& ranges() const { return ranges_; }

    // What is put together: quoted so that it reads back as it is.
    void quote(std::string_view part);
    std::string written;

   private:
    struct Part {
        bool absent = false;
        size_t from = 0;
        size_t size = 0;
    };

    void clear();
    bool take_range(const char*& at, const char* end);
    bool take_part(const char*& at, const char* end, std::string_view stops);

    std::string bytes_;
    std::vector<Part> parts_;
    std::vector<Range> ranges_;
};

}  // namespace normalize
