// Throws cells and settings at every converter and checks what must hold whatever comes in.
#include <fuzzer/FuzzedDataProvider.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "normalize/civil.hpp"
#include "normalize/converters.hpp"
#include "base/sqlite_jsonb.hpp"
#include "must.hpp"

namespace {

using base::Cell;
using base::StorageClass;
using namespace normalize;

// Pieces from which text is built, so that dates, numbers and arrays come up more often than by chance.
// clang-format off
constexpr const char* pieces[] = {
    "2024", "-03", "-31", " 02", ":30", ":00", ".123", "4567", "Z", "+02", "+02:00", " UTC", "T", "/", ".", ",", "e",
    "-", "+", "0", "1", "9", "99", "9223372036854775807", "9223372036854775808", "NaN", "Infinity", "infinity", "Jan",
    "Fri", "5", " ", "AM", "PM", "BC", "GMT", "CEST", " m=+0.1", "now", "epoch", "true", "no", "20240331", "T0230",
    "24:00", "23:59:60", "[", "]", "\"", "\\u0000", "\\ud83d\\ude00", "null", "{", "}", "urn:uuid:", "1.", "02:03:04",
    " day, ", "P1D", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12", "a0eebc999c0b4ef8bb6d6bb9bd380a12", "\xc3\xa9",
    "\xf0\x9f\x98\x80", "\xed\xa0", "\xff", "0x", "SGVs", "==", "2460400.5", "1700000000", "(", ")", "10000-01-01",
    "294276-12-31", "4714-11-24", "0000",
};
// clang-format on

std::string make_text(FuzzedDataProvider& data) {
    if (data.ConsumeBool()) return data.ConsumeRandomLengthString(200);
    std::string text;
    for (int count = data.ConsumeIntegralInRange(0, 12); count > 0; --count) {
        if (data.ConsumeIntegralInRange(0, 9) == 0) {
            text += data.ConsumeIntegral<char>();
        } else {
            text += data.PickValueInArray(pieces);
        }
    }
    return text;
}

// No complaint with a rule, no rule that nobody asked for.
void check_outcome(const Outcome& outcome, const Settings& settings) {
    MUST(outcome.verdict <= Verdict::complaint);
    MUST((outcome.code != Code::none) == (outcome.verdict == Verdict::complaint));
    MUST(outcome.code < Code::count_ && outcome.rule < Rule::count_);
    if (outcome.verdict == Verdict::decline || outcome.verdict == Verdict::complaint) MUST(outcome.rule == Rule::none);
    if (outcome.verdict == Verdict::null) MUST(outcome.rule == Rule::none || outcome.rule == Rule::empty_as_null);
    if (outcome.rule >= Rule::nonzero_is_true) MUST(settings.has(outcome.rule) || settings.unit == outcome.rule);
}

constexpr const char* blanks = " \t\n\v\f\r";
bool blank(std::string_view text) { return text.find_first_not_of(blanks) == std::string_view::npos; }
std::string_view trimmed(std::string_view text) {
    if (blank(text)) return {};
    const size_t from = text.find_first_not_of(blanks);
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

void check_shortest(double value) {
    char buffer[32];
    const size_t size = shortest_text(value, buffer);
    MUST(size > 0 && size < sizeof buffer);
    const std::string text(buffer, size);
    const double back = std::strtod(text.c_str(), nullptr);
    MUST(std::isnan(value) ? std::isnan(back) : std::memcmp(&back, &value, sizeof value) == 0);
}

void check_numbers(const Cell& cell, const Settings& settings) {
    bool truth = true;
    Outcome outcome = to_boolean(cell, settings, truth);
    check_outcome(outcome, settings);
    if (outcome.verdict != Verdict::value) MUST(truth);

    int16_t small = 7;
    int32_t middle = 7;
    int64_t large = 7;
    const Outcome from_small = to_int2(cell, settings, small);
    const Outcome from_middle = to_int4(cell, settings, middle);
    const Outcome from_large = to_int8(cell, settings, large);
    check_outcome(from_small, settings);
    check_outcome(from_middle, settings);
    check_outcome(from_large, settings);
    if (from_small.verdict == Verdict::value) {
        MUST(from_middle.verdict == Verdict::value && middle == small);
    } else {
        MUST(small == 7);
    }
    if (from_middle.verdict == Verdict::value) {
        MUST(from_large.verdict == Verdict::value && large == middle && from_large.rule == from_middle.rule);
    } else {
        MUST(middle == 7);
    }
    if (from_large.verdict != Verdict::value) MUST(large == 7);
    if (from_large.verdict == Verdict::value) {
        // What is an integer without any rule is the same as text, as a decimal and, if exact, as a real.
        const std::string text = std::to_string(large);
        int64_t back = 0;
        MUST(to_int8(text_cell(text), Settings(), back).verdict == Verdict::value && back == large);
        double real = 0;
        if (from_large.rule == Rule::none && to_float8(cell, settings, real).verdict == Verdict::value) {
            MUST(real == static_cast<double>(large));
        }
    }
    if (cell.storage == StorageClass::text) {
        const std::string_view text = trimmed(cell.bytes());
        int64_t plain = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), plain);
        if (!text.empty() && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size()) {
            MUST(from_large.verdict == Verdict::value && from_large.rule == Rule::none && large == plain);
        }
    }

    double real = 7;
    outcome = to_float8(cell, settings, real);
    check_outcome(outcome, settings);
    if (outcome.verdict == Verdict::value) {
        check_shortest(real);
        if (cell.storage == StorageClass::text) {
            const std::string text(trimmed(cell.bytes()));
            char* end = nullptr;
            const double server = std::strtod(text.c_str(), &end);
            MUST(*end == '\0' && (std::isnan(server) ? std::isnan(real) : server == real));
        }
    } else {
        MUST(real == 7);
    }
    float narrow = 7;
    outcome = to_float4(cell, settings, narrow);
    check_outcome(outcome, settings);
    if (outcome.verdict == Verdict::value) {
        if (cell.storage == StorageClass::real && !std::isnan(cell.real)) {
            MUST(narrow == static_cast<float>(cell.real));
            MUST((outcome.rule == Rule::none) == (static_cast<double>(narrow) == cell.real));
            MUST(std::isinf(narrow) == std::isinf(cell.real));
            MUST((narrow == 0) == (cell.real == 0));
        }
        if (cell.storage == StorageClass::text && !std::isnan(narrow)) {
            MUST(std::strtof(std::string(trimmed(cell.bytes())).c_str(), nullptr) == narrow);
        }
    } else {
        MUST(narrow == 7);
    }

    Decimal decimal;
    std::string scratch;
    outcome = to_decimal(cell, settings, decimal, scratch);
    check_outcome(outcome, settings);
    if (outcome.verdict == Verdict::value && !decimal.is_integer) {
        const std::string text(decimal.text.data, decimal.text.size);
        char* end = nullptr;
        const double number = std::strtod(text.c_str(), &end);
        MUST(*end == '\0');
        if (settings.precision >= 0 && !std::isnan(number)) {
            MUST(std::fabs(number) <= std::pow(10.0, settings.precision - settings.scale));
        }
    }
}

void check_bytes(const Cell& cell, const Settings& settings) {
    std::string scratch;
    Bytes value;
    const bool has_bytes = cell.storage == StorageClass::text || cell.storage == StorageClass::blob;

    Outcome outcome = to_text(cell, settings, value, scratch);
    check_outcome(outcome, settings);
    if (outcome.verdict == Verdict::value) {
        const std::string_view text(value.data, value.size);
        MUST(base::valid_utf8_prefix(text) == text.size());
        MUST(text.find('\0') == std::string_view::npos);
        if (settings.length >= 0) MUST(base::utf8_length(text) <= static_cast<size_t>(settings.length));
        if (has_bytes && outcome.rule == Rule::none) MUST(text == cell.bytes());
        if (outcome.rule == Rule::blanks_cut) MUST(blank(cell.bytes().substr(value.size)));
    } else {
        MUST(value.data == nullptr);
    }

    value = {};
    outcome = to_name(cell, settings, value, scratch);
    check_outcome(outcome, settings);
    if (outcome.verdict == Verdict::value) {
        const std::string_view text(value.data, value.size);
        MUST(text.size() <= 63 && base::valid_utf8_prefix(text) == text.size());
    }

    value = {};
    outcome = to_bytea(cell, settings, value, scratch);
    check_outcome(outcome, settings);
    if (has_bytes && outcome.verdict == Verdict::value && outcome.rule == Rule::none && !settings.has(Rule::hex) &&
        !settings.has(Rule::base64)) {
        MUST(std::string_view(value.data, value.size) == cell.bytes());
    }

    for (const bool binary : {false, true}) {
        value = {};
        outcome = to_json(cell, settings, binary, value, scratch);
        check_outcome(outcome, settings);
        std::string written;
        const bool jsonb = cell.storage == StorageClass::blob && base::read_jsonb(cell.bytes(), written) == base::JsonbVerdict::yes;
        if (has_bytes && outcome.verdict == Verdict::value && outcome.rule == Rule::none) {
            MUST(std::string_view(value.data, value.size) == (jsonb ? written : cell.bytes()));
        }
    }

    value = {};
    outcome = to_input_text(cell, settings, value, scratch);
    check_outcome(outcome, settings);
    if (outcome.verdict == Verdict::value) MUST(!blank({value.data, value.size}));

    unsigned char uuid[16] = {};
    outcome = to_uuid(cell, settings, uuid);
    check_outcome(outcome, settings);
    if (outcome.verdict == Verdict::value) {
        char text[40];
        char* at = text;
        for (int i = 0; i < 16; ++i) {
            if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
            at += std::snprintf(at, 3, "%02x", uuid[i]);
        }
        unsigned char back[16];
        MUST(to_uuid(text_cell({text, 36}), settings, back).verdict == Verdict::value &&
             std::memcmp(back, uuid, 16) == 0);
    }

    ListReader array;
    outcome = array.open(cell);
    check_outcome(outcome, settings);
    if (outcome.verdict == Verdict::value) {
        Cell element;
        size_t count = 0;
        while (array.next(element)) {
            MUST(++count <= cell.size);
            // A list within a list of SQLite's JSONB is written out as text: a byte becomes six at most, and a comma.
            const size_t longest = cell.storage == StorageClass::blob ? 8 * cell.size : cell.size;
            MUST(element.storage != StorageClass::blob && element.size <= longest);
            if (element.storage == StorageClass::real) MUST(std::isfinite(element.real));
        }
    }
}

std::string write_instant(int64_t micros, bool zoned) {
    const int64_t days = floor_divide(micros, micros_per_day);
    const int64_t rest = micros - days * micros_per_day;
    const Civil civil = civil_from_days(days);
    const bool bc = civil.year <= 0;
    char text[80];
    std::snprintf(text, sizeof text, "%04lld-%02d-%02d %02d:%02d:%02d.%06d%s%s",
                  static_cast<long long>(bc ? 1 - civil.year : civil.year), civil.month, civil.day,
                  static_cast<int>(rest / 3600000000), static_cast<int>(rest / 60000000 % 60),
                  static_cast<int>(rest / 1000000 % 60), static_cast<int>(rest % 1000000), zoned ? "+00" : "",
                  bc ? " BC" : "");
    return text;
}

void check_times(const Cell& cell, const Settings& settings) {
    Instant local;
    Instant instant;
    const Outcome without = to_timestamp(cell, settings, local);
    const Outcome outcome = to_timestamptz(cell, settings, instant);
    check_outcome(without, settings);
    check_outcome(outcome, settings);
    MUST((without.verdict == Verdict::value) == (outcome.verdict == Verdict::value));
    const bool infinite = instant.micros == INT64_MAX || instant.micros == INT64_MIN;
    if (outcome.verdict == Verdict::value) {
        MUST(local.micros == instant.micros && local.zoned == instant.zoned);
        if (!infinite) {
            MUST(timestamp_in_range(instant.micros));
            const std::string text = write_instant(instant.micros, instant.zoned);
            Instant back;
            const Outcome again = to_timestamptz(text_cell(text), Settings(), back);
            MUST(again.verdict == Verdict::value && again.rule == Rule::none);
            MUST(back.micros == instant.micros && back.zoned == instant.zoned);
        }
        if (cell.storage == StorageClass::integer) {
            MUST(instant.micros >= year_1_micros && instant.micros < year_10000_micros);
            const auto number = static_cast<__int128>(cell.integer);
            const auto unix_micros = static_cast<__int128>(instant.micros) + 946684800000000;
            if (settings.unit == Rule::unix_seconds) MUST(number * 1000000 == unix_micros);
            if (settings.unit == Rule::unix_ms) MUST(number * 1000 == unix_micros);
            if (settings.unit == Rule::unix_us) MUST(number == unix_micros);
            if (settings.unit == Rule::unix_ns) {
                const auto left = number - unix_micros * 1000;
                MUST(left >= 0 && left < 1000 && (left != 0) == (outcome.rule == Rule::digits_cut));
            }
        }
        if (cell.storage == StorageClass::real && settings.unit == Rule::unix_seconds) {
            const double seconds = (static_cast<double>(instant.micros) + 946684800e6) / 1e6;
            MUST(std::fabs(seconds - cell.real) <= 1e-6 + std::fabs(seconds) * 1e-15);
        }
        if (cell.storage == StorageClass::real && settings.unit == Rule::julian) {
            const double days = static_cast<double>(instant.micros) / 86400e6 + 2451544.5;
            MUST(std::fabs(days - cell.real) <= 2e-9);
        }
    }

    Interval interval{7, 7, 7};
    const Outcome duration = to_interval(cell, settings, interval);
    check_outcome(duration, settings);
    if (duration.verdict == Verdict::value) {
        MUST(interval.months == 0);
    } else {
        MUST(interval.months == 7 && interval.days == 7 && interval.micros == 7);
    }

    int32_t days = 7;
    Outcome date = to_date(cell, settings, days);
    check_outcome(date, settings);
    if (date.verdict == Verdict::value) {
        if (days != INT32_MAX && days != INT32_MIN) {
            MUST(date_in_range(days));
            const Civil civil = civil_from_days(days);
            MUST(days_from_civil(civil.year, civil.month, civil.day) == days);
            // A date that lost nothing is the midnight of the timestamp.
            if (date.rule == Rule::none && outcome.verdict == Verdict::value) {
                MUST(instant.micros == days * micros_per_day);
            }
        }
    } else {
        MUST(days == 7);
    }

    int64_t micros = 7;
    TimeTz zoned;
    const Outcome time = to_time(cell, settings, micros);
    const Outcome timetz = to_timetz(cell, settings, zoned);
    check_outcome(time, settings);
    check_outcome(timetz, settings);
    if (time.verdict == Verdict::value) {
        MUST(micros >= 0 && micros <= micros_per_day);
        MUST(timetz.verdict == Verdict::value && zoned.micros == micros && zoned.zone == 0);
    } else {
        MUST(micros == 7);
    }
    if (timetz.verdict == Verdict::value) {
        MUST(zoned.micros >= 0 && zoned.micros <= micros_per_day && std::abs(zoned.zone) < 16 * 3600);
        MUST(zoned.zoned || zoned.zone == 0);
        MUST(outcome.verdict != Verdict::value);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    FuzzedDataProvider data(bytes, size);
    Settings settings;
    if (data.ConsumeBool()) settings.rules = data.ConsumeIntegral<uint64_t>();
    if (data.ConsumeBool()) {
        settings.unit = static_cast<Rule>(
            data.ConsumeIntegralInRange(static_cast<int>(Rule::unix_seconds), static_cast<int>(Rule::dotnet_ticks)));
    }
    if (data.ConsumeBool()) settings.length = data.ConsumeIntegralInRange(0, 40);
    if (data.ConsumeBool()) {
        settings.precision = data.ConsumeIntegralInRange(1, 40);
        settings.scale = data.ConsumeIntegralInRange(-10, 50);
    }
    Cell cell;
    std::string text;
    switch (data.ConsumeIntegralInRange(0, 9)) {
        case 0: break;
        case 1:
            cell.storage = StorageClass::integer;
            cell.integer = data.ConsumeIntegral<int64_t>() >> data.ConsumeIntegralInRange(0, 63);
            break;
        case 2:
            cell.storage = StorageClass::real;
            cell.real = data.ConsumeBool() ? data.ConsumeFloatingPoint<double>()
                                           : data.ConsumeFloatingPointInRange<double>(-1e7, 1e10);
            check_shortest(cell.real);
            break;
        default:
            text = make_text(data);
            cell = text_cell(text);
            if (data.ConsumeIntegralInRange(0, 3) == 0) cell.storage = StorageClass::blob;
    }
    check_numbers(cell, settings);
    check_bytes(cell, settings);
    check_times(cell, settings);
    return 0;
}
