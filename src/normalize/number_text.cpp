// Takes decimal text apart, exactly.
#include "normalize/number_text.hpp"

#include <algorithm>

#include "normalize/scan.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

constexpr int64_t exponent_limit = 1000000000000000;

size_t digits_at(std::string_view text, size_t from) {
    size_t to = from;
    while (to < text.size() && is_digit(text[to]))
        ++to;
    return to - from;
}

}  // namespace

NumberText scan_number(std::string_view text) {
    NumberText number;
    size_t at = 0;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
        number.has_sign = true;
        number.negative = text[at] == '-';
        ++at;
    }
    if (at == text.size()) return {};
    if (is_letter(text[at])) {
        const std::string_view word = text.substr(at);
        if (equals_word(word, "nan")) {
            number.kind = NumberKind::nan;
        } else if (equals_word(word, "infinity") || equals_word(word, "inf")) {
            number.kind = NumberKind::infinity;
        }
        return number;
    }

    number.whole = text.substr(at, digits_at(text, at));
    at += number.whole.size();
    if (at < text.size() && text[at] == '.') {
        ++at;
        number.fraction = text.substr(at, digits_at(text, at));
        at += number.fraction.size();
    }
    if (number.whole.empty() && number.fraction.empty()) return {};

    if (at < text.size() && lower(text[at]) == 'e') {
        ++at;
        const bool minus = at < text.size() && text[at] == '-';
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        const size_t count = digits_at(text, at);
        if (count == 0) return {};
        int64_t exponent = 0;
        for (size_t i = at; i < at + count; ++i) {
            exponent = std::min(exponent_limit, exponent * 10 + (text[i] - '0'));
        }
        number.exponent = minus ? -exponent : exponent;
        at += count;
    }
    if (at != text.size()) return {};
    number.kind = NumberKind::finite;
    return number;
}

DigitRow::DigitRow(const NumberText& number)
    : whole(number.whole.data()),
      fraction(number.fraction.data()),
      whole_size(static_cast<int64_t>(number.whole.size())),
      size(whole_size + static_cast<int64_t>(number.fraction.size())),
      point(whole_size + number.exponent),
      first(0),
      last(size - 1) {
    while (first < size && (*this)[first] == 0)
        ++first;
    while (last >= first && (*this)[last] == 0)
        --last;
    if (first == size) last = -1;
}

WholeNumber to_whole(const NumberText& number, Fraction way, int64_t shift) {
    const DigitRow row(number);
    WholeNumber result;
    if (row.zero()) {
        result.fits = true;
        return result;
    }
    const int64_t point = row.point + shift;
    result.had_fraction = row.last >= point;
    // 19 digits fit an unsigned 64-bit integer, 20 are beyond a signed one.
    if (point - row.first > 19) return result;

    uint64_t magnitude = 0;
    for (int64_t i = row.first; i < point; ++i)
        magnitude = magnitude * 10 + (i < row.size ? row[i] : 0);
    const bool half = point >= row.first && point < row.size && row[point] >= 5;
    if (result.had_fraction && ((way == Fraction::half_away && half) || (way == Fraction::floor && number.negative))) {
        ++magnitude;
    }
    constexpr uint64_t bound = uint64_t{1} << 63;
    if (magnitude > bound || (magnitude == bound && !number.negative)) return result;
    result.fits = true;
    // Negated as unsigned: -2^63 has no positive twin.
    result.value = static_cast<int64_t>(number.negative ? 0 - magnitude : magnitude);
    return result;
}

bool same_decimal(const NumberText& a, const NumberText& b) {
    const DigitRow left(a);
    const DigitRow right(b);
    if (left.zero() || right.zero()) return left.zero() && right.zero();
    if (a.negative != b.negative) return false;
    if (left.point - left.first != right.point - right.first) return false;
    if (left.last - left.first != right.last - right.first) return false;
    for (int64_t i = 0; i <= left.last - left.first; ++i) {
        if (left[left.first + i] != right[right.first + i]) return false;
    }
    return true;
}

bool digits_lost(std::string_view written, std::string_view kept) {
    const auto digit = [](std::string_view text, size_t& at) {
        while (at < text.size() && !is_digit(text[at]))
            ++at;
        return at < text.size() ? text[at++] : '\0';
    };
    const auto first = [&](std::string_view text) {
        size_t at = 0;
        while (at < text.size() && (text[at] == '0' || !is_digit(text[at])))
            ++at;
        return at;
    };
    size_t left = first(written), right = first(kept);
    // The shorter one ends; what the other still has must be zeros.
    while (true) {
        const char a = digit(written, left), b = digit(kept, right);
        if (a == '\0' && b == '\0') return false;
        if ((a == '\0' ? '0' : a) != (b == '\0' ? '0' : b)) return true;
    }
}

}  // namespace normalize
