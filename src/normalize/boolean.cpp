// Booleans: 0 and 1 in any storage class that holds numbers, and the words of the server's own input function.
#include "normalize/converters.hpp"
#include "normalize/number_text.hpp"
#include "normalize/scan.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

// The words that boolin takes, without its abbreviations of them ("tru", "of"), which nothing writes.
bool boolean_word(std::string_view text, bool& value) {
    switch (text.size()) {
        case 1:
            switch (lower(text[0])) {
                case '1':
                case 't':
                case 'y': value = true; return true;
                case '0':
                case 'f':
                case 'n': value = false; return true;
                default: return false;
            }
        case 2:
            if (equals_word(text, "on")) return value = true, true;
            if (equals_word(text, "no")) return value = false, true;
            return false;
        case 3:
            if (equals_word(text, "yes")) return value = true, true;
            if (equals_word(text, "off")) return value = false, true;
            return false;
        case 4: return equals_word(text, "true") && (value = true, true);
        case 5: return equals_word(text, "false") && (value = false, true);
        default: return false;
    }
}

Outcome nonzero(const Settings& settings, bool is_nonzero, bool& value) {
    if (!settings.has(Rule::nonzero_is_true)) return complain(Code::not_a_boolean);
    value = is_nonzero;
    return accept(Rule::nonzero_is_true);
}

}  // namespace

Outcome to_boolean(const base::Cell& cell, const Settings& settings, bool& value) {
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::blob: return complain(Code::wrong_storage);
        case base::StorageClass::integer:
            if (cell.integer != 0 && cell.integer != 1) return nonzero(settings, true, value);
            value = cell.integer == 1;
            return accept();
        case base::StorageClass::real:
            if (cell.real != 0.0 && cell.real != 1.0) {
                // NaN is neither true nor false; the difference is 0 for finite numbers alone.
                if (cell.real - cell.real != 0.0) return complain(Code::not_a_boolean);
                return nonzero(settings, true, value);
            }
            value = cell.real == 1.0;
            return accept();
        case base::StorageClass::text: break;
    }
    const std::string_view text = trim(cell.bytes());
    if (text.empty()) return empty_is_null();
    if (boolean_word(text, value)) return accept();
    const NumberText number = scan_number(text);
    if (number.kind != NumberKind::finite) return complain(Code::not_a_boolean);
    // "1.0" is as good as 1.
    const WholeNumber whole = to_whole(number, Fraction::toward_zero);
    if (whole.fits && !whole.had_fraction && (whole.value == 0 || whole.value == 1)) {
        value = whole.value == 1;
        return accept();
    }
    return nonzero(settings, !DigitRow(number).zero(), value);
}

}  // namespace normalize
