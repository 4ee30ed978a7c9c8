// bytea: bytes as they are; text as its bytes. Hex and Base64 by rule only: guessing turns 'password' into noise.
#include "base/text.hpp"
#include "normalize/converters.hpp"
#include "normalize/scan.hpp"
#include "normalize/text.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

int hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

Outcome from_hex(std::string_view bytes, Bytes& value, std::string& scratch) {
    std::string_view text = trim(bytes);
    if (text.empty()) return value = {"", 0}, accept();
    // The marks that dumps of other systems put in front.
    if (text.size() >= 2 && (text[0] == '\\' || text[0] == '0') && lower(text[1]) == 'x') text.remove_prefix(2);
    if (text.size() % 2 != 0) return complain(Code::not_hex);
    scratch.resize(text.size() / 2);
    for (size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) return complain(Code::not_hex);
        scratch[i / 2] = static_cast<char>(high << 4 | low);
    }
    value = {scratch.data(), scratch.size()};
    return accept(Rule::hex);
}

// Both alphabets of RFC 4648.
int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (is_digit(c)) return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

// Padding may be absent, line breaks present; bits that would be lost may not.
Outcome from_base64(std::string_view text, Bytes& value, std::string& scratch) {
    scratch.clear();
    uint32_t bits = 0;
    size_t digits = 0;
    size_t padding = 0;
    for (char c : text) {
        if (is_blank(c)) continue;
        if (c == '=') {
            ++padding;
            continue;
        }
        const int digit = base64_digit(c);
        if (digit < 0 || padding != 0) return complain(Code::not_base64);
        bits = bits << 6 | static_cast<uint32_t>(digit);
        if (++digits % 4 == 0) {
            scratch.push_back(static_cast<char>(bits >> 16));
            scratch.push_back(static_cast<char>(bits >> 8));
            scratch.push_back(static_cast<char>(bits));
            bits = 0;
        }
    }
    const size_t left = digits % 4;
    if (left == 1 || (padding != 0 && (left == 0 || left + padding != 4))) return complain(Code::not_base64);
    if (left == 2) {
        if ((bits & 0xf) != 0) return complain(Code::not_base64);
        scratch.push_back(static_cast<char>(bits >> 4));
    } else if (left == 3) {
        if ((bits & 0x3) != 0) return complain(Code::not_base64);
        scratch.push_back(static_cast<char>(bits >> 10));
        scratch.push_back(static_cast<char>(bits >> 2));
    }
    value = {scratch.data(), scratch.size()};
    return accept(scratch.empty() ? Rule::none : Rule::base64);
}

bool is_text(std::string_view bytes) {
    return bytes.find('\0') == std::string_view::npos && base::valid_utf8_prefix(bytes) == bytes.size();
}

}  // namespace

Outcome to_bytea(const base::Cell& cell, const Settings& settings, Bytes& value, std::string& scratch) {
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::integer:
        case base::StorageClass::real: value = number_as_written(cell, scratch); return accept();
        case base::StorageClass::text:
            if (settings.has(Rule::hex)) return from_hex(cell.bytes(), value, scratch);
            if (settings.has(Rule::base64)) return from_base64(cell.bytes(), value, scratch);
            value = {cell.bytes().data(), cell.size};
            // Counted where it was no text: the others are the plain form.
            return accept(settings.has(Rule::to_bytea) && !is_text(cell.bytes()) ? Rule::to_bytea : Rule::none);
        case base::StorageClass::blob: break;
    }
    value = {cell.bytes().data(), cell.size};
    return accept();
}

}  // namespace normalize
