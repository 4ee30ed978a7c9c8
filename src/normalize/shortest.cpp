// The shortest decimal text of a double, letter by letter as the server's float8out writes it.
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "normalize/converters.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

// digits * 10^power, digits being an integer without its point: "1234" and -3 for 1.234.
struct Scientific {
    char digits[24];
    int count = 0;
    int power = 0;  // of the first digit
};

Scientific take_apart(const char* from, const char* to) {
    Scientific result;
    const char* at = from;
    for (; at != to && *at != 'e'; ++at) {
        if (*at != '.') result.digits[result.count++] = *at;
    }
    if (at != to) ++at;
    if (at != to && *at == '+') ++at;
    std::from_chars(at, to, result.power);
    return result;
}

// Whether the text is exactly halfway between two doubles, so that only a reader which rounds to even gives the double
// back. The server avoids such text (it writes 9.999999999999999e+22, not 1e+23), and so must we.
// Within 17 digits a halfway point is possible for doubles of 2^53 up to some 10^40 alone.
bool is_halfway(const Scientific& text, double magnitude) {
    const int power = text.power - (text.count - 1);
    if (power < -1 || power > 23) return false;
    unsigned __int128 product = 0;
    for (int i = 0; i < text.count; ++i)
        product = product * 10 + static_cast<unsigned>(text.digits[i] - '0');
    int exponent = power;
    if (power < 0) {
        // d/10 = d/5 * 2^-1: halfway only if 5 divides d.
        if (product % 5 != 0) return false;
        product /= 5;
    }
    for (int i = 0; i < power; ++i)
        product *= 5;
    while (product != 0 && (product & 1) == 0) {
        product >>= 1;
        ++exponent;
    }
    // The text is product * 2^exponent with an odd product; a double's neighbours' midpoints need 54 or 55 bits.
    const auto bits = std::bit_cast<uint64_t>(magnitude);
    const uint64_t fraction = bits & ((uint64_t{1} << 52) - 1);
    const int biased = static_cast<int>(bits >> 52);
    if (biased == 0) return false;
    const uint64_t mantissa = fraction | (uint64_t{1} << 52);
    const int scale = biased - 1075;
    if (exponent == scale - 1 && (product == 2 * mantissa + 1 || product == 2 * mantissa - 1)) return true;
    return exponent == scale - 2 && fraction == 0 && product == 4 * mantissa - 1;
}

}  // namespace

size_t shortest_text(double value, char* buffer) {
    char* at = buffer;
    if (std::isnan(value)) {
        std::memcpy(at, "NaN", 3);
        return 3;
    }
    if (std::signbit(value)) *at++ = '-';
    const double magnitude = std::fabs(value);
    if (std::isinf(magnitude)) {
        std::memcpy(at, "Infinity", 8);
        return static_cast<size_t>(at + 8 - buffer);
    }
    if (magnitude == 0) {
        *at++ = '0';
        return static_cast<size_t>(at - buffer);
    }

    char raw[40];
    auto written = std::to_chars(raw, raw + sizeof raw, magnitude, std::chars_format::scientific);
    Scientific text = take_apart(raw, written.ptr);
    if (magnitude >= 0x1p53 && is_halfway(text, magnitude)) {
        // More digits until the text reads back whatever the reader does at a half; 17 always do.
        for (int count = text.count + 1; count <= 17; ++count) {
            written = std::to_chars(raw, raw + sizeof raw, magnitude, std::chars_format::scientific, count - 1);
            const Scientific longer = take_apart(raw, written.ptr);
            double back = 0;
            std::from_chars(raw, written.ptr, back);
            if (back == magnitude && !is_halfway(longer, magnitude)) {
                text = longer;
                break;
            }
        }
    }

    if (text.power < -4 || text.power >= 15) {
        *at++ = text.digits[0];
        if (text.count > 1) {
            *at++ = '.';
            std::memcpy(at, text.digits + 1, static_cast<size_t>(text.count - 1));
            at += text.count - 1;
        }
        *at++ = 'e';
        *at++ = text.power < 0 ? '-' : '+';
        const int power = text.power < 0 ? -text.power : text.power;
        if (power < 10) *at++ = '0';
        at = std::to_chars(at, at + 4, power).ptr;
        return static_cast<size_t>(at - buffer);
    }
    if (text.power < 0) {
        *at++ = '0';
        *at++ = '.';
        for (int i = -1; i > text.power; --i)
            *at++ = '0';
        std::memcpy(at, text.digits, static_cast<size_t>(text.count));
        at += text.count;
        return static_cast<size_t>(at - buffer);
    }
    for (int i = 0; i < text.count || i <= text.power; ++i) {
        if (i == text.power + 1) *at++ = '.';
        *at++ = i < text.count ? text.digits[i] : '0';
    }
    return static_cast<size_t>(at - buffer);
}

}  // namespace normalize
