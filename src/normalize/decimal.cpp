// numeric(p,s): exact decimal text, checked against precision and scale before the server's input function sees it.
#include "normalize/converters.hpp"
#include "normalize/number_text.hpp"
#include "normalize/scan.hpp"
#include "normalize/text.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

// What the server's numeric can hold without a declared precision (its manual, "Numeric Types").
constexpr int64_t most_integer_digits = 131072;
constexpr int64_t most_fraction_digits = 16383;
// numeric_in refuses larger exponents before it looks at the digits.
constexpr int64_t most_exponent = 1073741822;

Outcome check(const NumberText& number, const Settings& settings) {
    const DigitRow row(number);
    if (number.exponent > most_exponent || number.exponent < -most_exponent) return complain(Code::out_of_range);
    if (settings.precision < 0) {
        const int64_t scale = static_cast<int64_t>(number.fraction.size()) - number.exponent;
        if (scale > most_fraction_digits) return complain(Code::out_of_range);
        if (!row.zero() && row.point - row.first > most_integer_digits) return complain(Code::out_of_range);
        return accept();
    }
    if (row.zero()) return accept();

    // Digits from `dropped` on go; half away from zero, so that 9.995 in numeric(3,2) becomes 10.00 and does not fit.
    const int64_t dropped = row.point + settings.scale;
    const Rule rule = row.last >= dropped ? Rule::round_to_scale : Rule::none;
    const bool up = dropped >= 0 && dropped < row.size && row[dropped] >= 5;
    int64_t first = row.first;
    if (dropped <= row.first) {
        if (!up || dropped < row.first) return accept(rule);  // rounds to zero
        first = dropped - 1;
    } else if (up) {
        int64_t at = dropped - 1;
        while (at >= row.first && row[at] == 9)
            --at;
        if (at < row.first) first = row.first - 1;
    }
    const int64_t integer_digits = row.point - first;
    if (integer_digits > settings.precision - settings.scale) return complain(Code::out_of_range);
    return accept(rule);
}

Outcome check_integer(const base::Cell& cell, const Settings& settings) {
    if (settings.precision < 0) return accept();
    const uint64_t magnitude =
        cell.integer < 0 ? 0 - static_cast<uint64_t>(cell.integer) : static_cast<uint64_t>(cell.integer);
    if (settings.scale >= 0) {
        // Nothing to round: only the digits count. 10^19 is beyond every magnitude and still fits.
        uint64_t limit = 1;
        for (int32_t left = settings.precision - settings.scale; left > 0 && limit <= magnitude; --left)
            limit *= 10;
        return magnitude < limit ? accept() : complain(Code::out_of_range);
    }
    char buffer[32];
    return check(scan_number({buffer, plain_number(cell, buffer)}), settings);
}

// Whether text may become NaN or an infinity: those of numeric_in, which takes no sign before NaN.
Outcome special(const NumberText& number, const Settings& settings) {
    if (number.kind == NumberKind::nan) return number.has_sign ? complain(Code::not_a_number) : accept();
    // A declared precision cannot hold an infinity.
    return settings.precision < 0 ? accept() : complain(Code::out_of_range);
}

}  // namespace

Outcome to_decimal(const base::Cell& cell, const Settings& settings, Decimal& value, std::string& scratch) {
    std::string_view text;
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::blob: return complain(Code::wrong_storage);
        case base::StorageClass::integer: {
            const Outcome outcome = check_integer(cell, settings);
            if (outcome.verdict == Verdict::value) value = {true, cell.integer, {}};
            return outcome;
        }
        case base::StorageClass::real: {
            const Bytes plain = number_as_text(cell, scratch);
            text = {plain.data, plain.size};
            break;
        }
        case base::StorageClass::text:
            text = trim(cell.bytes());
            if (text.empty()) return empty_is_null();
            break;
    }
    const NumberText number = scan_number(text);
    if (number.kind == NumberKind::none) return complain(Code::not_a_number);
    const Outcome outcome = number.kind == NumberKind::finite ? check(number, settings) : special(number, settings);
    if (outcome.verdict == Verdict::value) value = {false, 0, {text.data(), text.size()}};
    return outcome;
}

}  // namespace normalize
