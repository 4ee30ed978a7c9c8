// Sums of row hashes by the hash of the row's key: where two tables differ is told without comparing their rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace value {

// Each row belongs to one bucket, by the hash of its key's image, whatever the type of the key. Two sides are equal in a
// bucket if the sums of their row hashes are. A key that is equal to another by its type's operator, but not in its image
// (1.0 and 1.00), lies in another bucket, and both buckets differ: so whoever joins the rows of the buckets that differ, by
// the type's operator, misses none. 32 KB, however many rows there are: more would not stay in the fastest cache,
// which costs more than the rows of a few more buckets.
class Buckets {
   public:
    Buckets() : sums_(most) {}

    void add(uint64_t key, uint64_t row) {
        sums_[key & (most - 1)] += row;
        ++rows_;
    }
    // Hex digits, 16 a bucket; as few buckets as so many rows need: the sums of more fold into those of fewer.
    std::string hex() const;

   private:
    static constexpr uint64_t most = 1 << 12;
    std::vector<uint64_t> sums_;
    int64_t rows_ = 0;
};

// The buckets in which two sides differ, as `Buckets::hex` gave them. Gives the words of BucketSet, "" where so many differ
// that reading all rows costs no more.
std::string differing_buckets(std::string_view first, std::string_view second);

// Some of the buckets.
class BucketSet {
   public:
    explicit BucketSet(std::string_view words);  // "": all of them
    bool all() const { return bits_.empty(); }
    bool has(uint64_t key) const { return bits_.empty() || bits_[key & mask_]; }

   private:
    std::vector<bool> bits_;
    uint64_t mask_ = 0;
};

}  // namespace value
