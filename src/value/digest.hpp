// Hashes rows of Datums, so that what was converted and what is stored can be compared. Include it after C++ headers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

extern "C" {
#include "postgres.h"

#include "access/tupdesc.h"
}

namespace value {

// How many rows, and the sum modulo 2^128 of one 64-bit hash per row: the order of rows does not matter, equal rows
// do not cancel out (as they would under XOR).
struct Digest {
    int64_t rows = 0;
    unsigned __int128 sum = 0;

    void add(uint64_t hash) {
        ++rows;
        sum += hash;
    }
    std::string hex() const;  // 32 digits
    bool operator==(const Digest& other) const { return rows == other.rows && sum == other.sum; }
};

// Hashes the same columns of any number of rows. The place of a column in the list is part of the hash, so that two
// values that changed places show. NULL differs from every value. Plain data behind a vector: hash() allocates nothing
// but where a value is compressed or stored out of line, then in CurrentMemoryContext; it may raise there (pg_call).
class RowHasher {
   public:
    // attributes: 1-based numbers in the tuple descriptor.
    RowHasher(TupleDesc descriptor, const std::vector<int>& attributes);

    // values and nulls as a slot has them: index = attribute number - 1.
    uint64_t hash(const Datum* values, const bool* nulls) const;

   private:
    struct Part {
        int index;
        int16 length;
        uint64_t mask;  // of a value that is passed by value; 0: it is not
        uint64_t seed;
    };
    static uint64_t hash_datum(const Part& part, Datum value);
    std::vector<Part> parts_;
};

}  // namespace value
