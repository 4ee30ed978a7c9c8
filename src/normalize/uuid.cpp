// uuid: the textual forms in use, and 16 bytes in network or .NET order.
#include <bit>
#include <cstring>
#include <utility>

#include "normalize/converters.hpp"
#include "normalize/scan.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

constexpr size_t bytes_in_uuid = 16;

// Eight hexadecimal digits as four bytes, all at once: each step works on the eight bytes of a word. False: one is no digit.
bool read_eight(const char* from, unsigned char* to) {
    constexpr uint64_t ones = 0x0101010101010101u;
    constexpr bool swapped = std::endian::native == std::endian::big;
    uint64_t word;
    std::memcpy(&word, from, 8);
    if (swapped) word = __builtin_bswap64(word);
    const uint64_t lower = word | ones * 0x20;
    const uint64_t letter = (lower >> 6) & ones;
    uint64_t value = (lower & ones * 0x0f) + letter * 9;  // 0 to 15, at most 24 where it is no digit
    // Written again it must be what was read; and what became a digit by the bit for lower case was none.
    const uint64_t beyond_nine = ((value + ones * 6) >> 4) & ones;
    const bool same = value + ones * '0' + beyond_nine * ('a' - '0' - 10) == lower;
    const bool printable = ((word | word >> 1) & ones * 0x20) == ones * 0x20;
    if (!same || !printable || (value & ones * 0x10) != 0) return false;
    value = (value << 4 | value >> 8) & 0x00ff00ff00ff00ffu;
    value = (value | value >> 8) & 0x0000ffff0000ffffu;
    auto four = static_cast<uint32_t>(value | value >> 16);
    if (swapped) four = __builtin_bswap32(four);
    std::memcpy(to, &four, 4);
    return true;
}

bool read_digits(const char* digits, unsigned char* to) {
    return read_eight(digits, to) && read_eight(digits + 8, to + 4) && read_eight(digits + 16, to + 8) &&
           read_eight(digits + 24, to + 12);
}

bool read_text(std::string_view text, unsigned char* to) {
    if (text.size() == 36) {
        const char* from = text.data();
        if (from[8] != '-' || from[13] != '-' || from[18] != '-' || from[23] != '-') return false;
        char digits[32];
        std::memcpy(digits, from, 8);
        std::memcpy(digits + 8, from + 9, 4);
        std::memcpy(digits + 12, from + 14, 4);
        std::memcpy(digits + 16, from + 19, 4);
        std::memcpy(digits + 20, from + 24, 12);
        return read_digits(digits, to);
    }
    if (text.size() == 32) return read_digits(text.data(), to);
    if (text.size() > 2 && text.front() == '{' && text.back() == '}') {
        text = text.substr(1, text.size() - 2);
        // One pair of braces, no prefix within: what .NET and the server write and read.
        return (text.size() == 36 || text.size() == 32) && read_text(text, to);
    }
    constexpr std::string_view prefix = "urn:uuid:";
    if (text.size() == prefix.size() + 36 && equals_word(text.substr(0, prefix.size()), prefix)) {
        return read_text(text.substr(prefix.size()), to);
    }
    return false;
}

}  // namespace

Outcome to_uuid(const base::Cell& cell, const Settings& settings, unsigned char (&value)[16]) {
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        // 00000000000000000000000000000012 and 5e10…: a numeric affinity made numbers of them, digits are gone.
        case base::StorageClass::integer:
        case base::StorageClass::real: return complain(Code::destroyed_by_affinity);
        case base::StorageClass::text:
        case base::StorageClass::blob: break;
    }
    const std::string_view bytes = cell.bytes();
    unsigned char result[bytes_in_uuid];
    Rule rule = Rule::none;
    if (cell.storage == base::StorageClass::blob && bytes.size() == bytes_in_uuid) {
        std::memcpy(result, bytes.data(), bytes_in_uuid);
        if (settings.has(Rule::uuid_dotnet)) {
            // Guid.ToByteArray: one 32-bit and two 16-bit integers, little endian; the rest as it is.
            std::swap(result[0], result[3]);
            std::swap(result[1], result[2]);
            std::swap(result[4], result[5]);
            std::swap(result[6], result[7]);
            rule = Rule::uuid_dotnet;
        }
    } else {
        const std::string_view text = trim(bytes);
        if (text.empty() && cell.storage == base::StorageClass::text) return empty_is_null();
        if (!read_text(text, result)) return complain(Code::not_a_uuid);
    }
    std::memcpy(value, result, bytes_in_uuid);
    return accept(rule);
}

}  // namespace normalize
