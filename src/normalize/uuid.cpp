// uuid: the textual forms in use, and 16 bytes in network or .NET order.
#include <utility>

#include "normalize/converters.hpp"
#include "normalize/scan.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

constexpr size_t bytes_in_uuid = 16;

constexpr unsigned char hex_value(unsigned char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned char>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned char>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned char>(c - 'A' + 10);
    return 0xff;
}

struct HexTable {
    unsigned char value[256];
    constexpr HexTable() : value() {
        for (int c = 0; c < 256; ++c)
            value[c] = hex_value(static_cast<unsigned char>(c));
    }
};
constexpr HexTable hex_table;

bool read_bytes(const char* from, size_t count, unsigned char* to) {
    unsigned bad = 0;
    for (size_t i = 0; i < count; ++i) {
        const unsigned high = hex_table.value[static_cast<unsigned char>(from[2 * i])];
        const unsigned low = hex_table.value[static_cast<unsigned char>(from[2 * i + 1])];
        bad |= high | low;
        to[i] = static_cast<unsigned char>(high << 4 | (low & 0xf));
    }
    return bad <= 0xf;
}

bool read_text(std::string_view text, unsigned char* to) {
    if (text.size() == 36) {
        const char* from = text.data();
        return from[8] == '-' && from[13] == '-' && from[18] == '-' && from[23] == '-' && read_bytes(from, 4, to) &&
               read_bytes(from + 9, 2, to + 4) && read_bytes(from + 14, 2, to + 6) &&
               read_bytes(from + 19, 2, to + 8) && read_bytes(from + 24, 6, to + 10);
    }
    if (text.size() == 32) return read_bytes(text.data(), 16, to);
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
