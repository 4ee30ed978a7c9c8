// int2, int4, int8: whole numbers only, by their exact decimal value, never clamped.
#include <cmath>
#include <limits>

#include "normalize/converters.hpp"
#include "normalize/number_text.hpp"
#include "normalize/scan.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

constexpr double two_to_63 = 9223372036854775808.0;

template <typename T>
Outcome within(int64_t number, Rule rule, T& value) {
    if (number < std::numeric_limits<T>::min() || number > std::numeric_limits<T>::max()) {
        return complain(Code::out_of_range);
    }
    value = static_cast<T>(number);
    return accept(rule);
}

// Which rule lets a fraction pass; none if none does.
Rule fraction_rule(const Settings& settings) {
    if (settings.has(Rule::round)) return Rule::round;
    if (settings.has(Rule::trunc)) return Rule::trunc;
    return Rule::none;
}

template <typename T>
Outcome from_real(double real, const Settings& settings, T& value) {
    if (std::isnan(real) || std::isinf(real)) return complain(Code::out_of_range);
    Rule rule = Rule::none;
    double whole = std::trunc(real);
    if (whole != real) {
        rule = fraction_rule(settings);
        if (rule == Rule::none) {
            // The range first: a fraction is no news where no rule could help.
            const bool hopeless = real <= static_cast<double>(std::numeric_limits<T>::min()) - 1.0 ||
                                  real >= static_cast<double>(std::numeric_limits<T>::max()) + 1.0;
            return complain(hopeless ? Code::out_of_range : Code::not_an_integer);
        }
        if (rule == Rule::round) whole = std::round(real);  // half away from zero
    }
    if (whole < -two_to_63 || whole >= two_to_63) return complain(Code::out_of_range);
    return within(static_cast<int64_t>(whole), rule, value);
}

// The common shape, [sign] and at most 18 digits; false if it is any other.
bool plain_integer(std::string_view text, int64_t& number) {
    size_t at = 0;
    bool negative = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        negative = text[0] == '-';
        at = 1;
    }
    if (at == text.size() || text.size() - at > 18) return false;
    int64_t sum = 0;
    for (; at < text.size(); ++at) {
        if (!is_digit(text[at])) return false;
        sum = sum * 10 + (text[at] - '0');
    }
    number = negative ? -sum : sum;
    return true;
}

template <typename T>
Outcome from_text(std::string_view bytes, const Settings& settings, T& value) {
    const std::string_view text = trim(bytes);
    if (text.empty()) return empty_is_null();
    int64_t plain;
    if (plain_integer(text, plain)) return within(plain, Rule::none, value);

    const NumberText number = scan_number(text);
    if (number.kind == NumberKind::none) return complain(Code::not_a_number);
    if (number.kind != NumberKind::finite) return complain(Code::out_of_range);
    const Rule rule = fraction_rule(settings);
    const WholeNumber whole = to_whole(number, rule == Rule::round ? Fraction::half_away : Fraction::toward_zero);
    if (!whole.fits) return complain(Code::out_of_range);
    if (!whole.had_fraction) return within(whole.value, Rule::none, value);
    const Outcome outcome = within(whole.value, rule, value);
    if (outcome.verdict == Verdict::value && rule == Rule::none) return complain(Code::not_an_integer);
    return outcome;
}

template <typename T>
Outcome to_integer(const base::Cell& cell, const Settings& settings, T& value) {
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::integer: return within(cell.integer, Rule::none, value);
        case base::StorageClass::real: return from_real(cell.real, settings, value);
        case base::StorageClass::text: {
            T result;
            const Outcome outcome = from_text(cell.bytes(), settings, result);
            if (outcome.verdict == Verdict::value) value = result;
            return outcome;
        }
        case base::StorageClass::blob: break;
    }
    return complain(Code::wrong_storage);
}

}  // namespace

Outcome to_int2(const base::Cell& cell, const Settings& settings, int16_t& value) {
    return to_integer(cell, settings, value);
}
Outcome to_int4(const base::Cell& cell, const Settings& settings, int32_t& value) {
    return to_integer(cell, settings, value);
}
Outcome to_int8(const base::Cell& cell, const Settings& settings, int64_t& value) {
    return to_integer(cell, settings, value);
}

}  // namespace normalize
