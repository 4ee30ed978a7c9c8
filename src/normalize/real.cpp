// float4, float8: exact or correctly rounded as the server's own input functions round, never to infinity or zero.
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "normalize/converters.hpp"
#include "normalize/number_text.hpp"
#include "normalize/scan.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

// The number's own digits, to as many places as the text has: if they are the text's, the text says no more than what is
// stored. 0.1 passes, and 0.10000000000000001, as %.17g prints it; 9007199254740993 does not.
bool says_no_more(const NumberText& number, const DigitRow& row, double value) {
    constexpr int64_t most_digits = 767;  // that any double has
    const int64_t digits = row.last - row.first + 1;
    if (digits > most_digits) return false;
    char buffer[most_digits + 16];
    const auto [end, error] =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific, static_cast<int>(digits - 1));
    return error == std::errc() && same_decimal(scan_number({buffer, static_cast<size_t>(end - buffer)}), number);
}

// What the nearest T lacks of the text.
template <typename T>
Outcome loss(const NumberText& number, T value) {
    const DigitRow row(number);
    if (row.last - row.first < std::numeric_limits<T>::digits10) return accept();
    if (says_no_more(number, row, static_cast<double>(value))) return accept();
    if (sizeof(T) < sizeof(double)) return accept(Rule::round_to_real);
    // A whole number is a count or a key: as an integer it would be refused, too. Behind the point it is precision.
    return row.last < row.point ? complain(Code::out_of_range) : accept(Rule::round_to_double);
}

template <typename T>
Outcome from_text(std::string_view bytes, T& value) {
    std::string_view text = trim(bytes);
    if (text.empty()) return empty_is_null();
    // The grammar is ours: strtod takes 0x1F, and from_chars takes nan(...) but no leading plus.
    const NumberText number = scan_number(text);
    switch (number.kind) {
        case NumberKind::none: return complain(Code::not_a_number);
        case NumberKind::nan: value = std::numeric_limits<T>::quiet_NaN(); return accept();
        case NumberKind::infinity:
            value = number.negative ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
            return accept();
        case NumberKind::finite: break;
    }
    if (text[0] == '+') text.remove_prefix(1);
    T result = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
    if (error != std::errc() || end != text.data() + text.size()) {
        // Too large, or too small: but a zero with a monstrous exponent is a zero.
        if (!DigitRow(number).zero()) return complain(Code::out_of_range);
        result = number.negative ? -T{0} : T{0};
    }
    if (std::isinf(result)) return complain(Code::out_of_range);
    if (result == 0 && !DigitRow(number).zero()) return complain(Code::out_of_range);
    const Outcome outcome = loss(number, result);
    if (outcome.verdict == Verdict::value) value = result;
    return outcome;
}

bool exact_double(int64_t integer, double& value) {
    const double converted = static_cast<double>(integer);
    // 2^63 itself, to which INT64_MAX rounds, must not be cast back.
    if (converted >= 9223372036854775808.0 || static_cast<int64_t>(converted) != integer) return false;
    value = converted;
    return true;
}

Outcome narrow(double real, float& value) {
    if (std::isnan(real) || std::isinf(real)) {
        value = static_cast<float>(real);
        return accept();
    }
    // Halfway between the largest float and the next step that would be: from here on rounding gives infinity.
    constexpr double beyond_float = 0x1.ffffffp+127;
    if (std::fabs(real) >= beyond_float) return complain(Code::out_of_range);
    const float converted = static_cast<float>(real);
    if (converted == 0.0f && real != 0.0) return complain(Code::out_of_range);
    value = converted;
    return accept(static_cast<double>(converted) == real ? Rule::none : Rule::round_to_real);
}

}  // namespace

Outcome to_float8(const base::Cell& cell, const Settings&, double& value) {
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::integer:
            return exact_double(cell.integer, value) ? accept() : complain(Code::out_of_range);
        case base::StorageClass::real: value = cell.real; return accept();
        case base::StorageClass::text: return from_text(cell.bytes(), value);
        case base::StorageClass::blob: break;
    }
    return complain(Code::wrong_storage);
}

Outcome to_float4(const base::Cell& cell, const Settings&, float& value) {
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::integer: {
            double exact;
            return exact_double(cell.integer, exact) ? narrow(exact, value) : complain(Code::out_of_range);
        }
        case base::StorageClass::real: return narrow(cell.real, value);
        // Straight to float: by way of double it would be rounded twice.
        case base::StorageClass::text: return from_text(cell.bytes(), value);
        case base::StorageClass::blob: break;
    }
    return complain(Code::wrong_storage);
}

}  // namespace normalize
