// The checksum of gzip (CRC-32, the polynomial of Ethernet).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace archives {

// Starts with 0xffffffff; the result is inverted at the end.
inline uint32_t crc32(uint32_t state, const char* data, size_t size) {
    static constexpr auto table = [] {
        std::array<uint32_t, 256> result{};
        for (uint32_t i = 0; i < 256; ++i) {
            uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320u : 0);
            result[i] = value;
        }
        return result;
    }();
    for (size_t i = 0; i < size; ++i) state = (state >> 8) ^ table[(state ^ static_cast<unsigned char>(data[i])) & 255];
    return state;
}

}  // namespace archives
