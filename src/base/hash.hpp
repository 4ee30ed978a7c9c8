// A fast 64-bit hash for proving that two sets of rows are equal; not for hash tables, not for secrets.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace base {

// One 64x64->128 multiplication, folded: every bit of both factors reaches every bit of the result (the step of wyhash
// and of the "mum" family).
inline uint64_t fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

constexpr uint64_t hash_seed_1 = 0xa0761d6478bd642fULL;
constexpr uint64_t hash_seed_2 = 0xe7037ed1a0b428dbULL;

inline uint64_t read_8(const char* at) {
    uint64_t value;
    std::memcpy(&value, at, 8);
    return value;
}

// The last 1 to 8 bytes as a number; their count is mixed in by the caller.
inline uint64_t read_tail(const char* at, size_t size) {
    uint64_t value = 0;
    std::memcpy(&value, at, size);
    return value;
}

inline uint64_t hash_word(uint64_t value, uint64_t seed) { return fold(value ^ hash_seed_1, seed ^ hash_seed_2); }

// Depends on the length, so that "a" + "" and "" + "a" in neighbouring columns differ.
inline uint64_t hash_bytes(const char* data, size_t size, uint64_t seed) {
    uint64_t state = fold(seed ^ hash_seed_1, size ^ hash_seed_2);
    while (size > 16) {
        state = fold(read_8(data) ^ hash_seed_1, read_8(data + 8) ^ state);
        data += 16;
        size -= 16;
    }
    uint64_t first = 0, second = 0;
    if (size > 8) {
        first = read_8(data);
        second = read_tail(data + 8, size - 8);
    } else if (size > 0) {
        first = read_tail(data, size);
    }
    return fold(first ^ hash_seed_2, second ^ state ^ hash_seed_1);
}

inline uint64_t hash_bytes(std::string_view bytes, uint64_t seed) { return hash_bytes(bytes.data(), bytes.size(), seed); }

}  // namespace base
