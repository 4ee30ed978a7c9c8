// What the tests of the converters share: cells from literals, and outcomes as one line of text.
#pragma once

#include <doctest/doctest.h>

#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>

#include "normalize/civil.hpp"
#include "normalize/converters.hpp"

namespace normalize_test {

using base::Cell;
using base::StorageClass;
using normalize::Rule;
using normalize::Settings;

inline Cell null_cell() { return {}; }
inline Cell integer(int64_t value) {
    Cell cell;
    cell.storage = StorageClass::integer;
    cell.integer = value;
    return cell;
}
inline Cell real(double value) {
    Cell cell;
    cell.storage = StorageClass::real;
    cell.real = value;
    return cell;
}
inline Cell bytes(StorageClass storage, std::string_view value) {
    Cell cell;
    cell.storage = storage;
    cell.data = value.data();
    cell.size = value.size();
    return cell;
}
inline Cell text(std::string_view value) { return bytes(StorageClass::text, value); }
inline Cell blob(std::string_view value) { return bytes(StorageClass::blob, value); }

inline Settings with(std::initializer_list<Rule> rules) {
    Settings settings;
    for (Rule rule : rules)
        settings.rules |= uint64_t{1} << static_cast<int>(rule);
    return settings;
}
inline Settings unit(Rule rule) {
    Settings settings;
    settings.unit = rule;
    return settings;
}
inline Settings length(int32_t most, std::initializer_list<Rule> rules = {}) {
    Settings settings = with(rules);
    settings.length = most;
    return settings;
}
inline Settings precision(int32_t digits, int32_t scale) {
    Settings settings;
    settings.precision = digits;
    settings.scale = scale;
    return settings;
}

// "value", "value (rule)", "null", "null (rule)", "declined" or "! code".
inline std::string line(const normalize::Outcome& outcome, const std::string& value) {
    const std::string rule =
        outcome.rule == Rule::none ? "" : std::string(" (") + normalize::rule_name(outcome.rule) + ")";
    switch (outcome.verdict) {
        case normalize::Verdict::value: return value + rule;
        case normalize::Verdict::null: return "null" + rule;
        case normalize::Verdict::decline: return "declined";
        default: return std::string("! ") + normalize::code_name(outcome.code);
    }
}

inline std::string clock_text(int64_t micros) {
    char buffer[40];
    const int64_t seconds = micros / 1000000;
    std::snprintf(buffer, sizeof buffer, "%02d:%02d:%02d.%06d", static_cast<int>(seconds / 3600),
                  static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60),
                  static_cast<int>(micros % 1000000));
    std::string result = buffer;
    while (result.back() == '0')
        result.pop_back();
    if (result.back() == '.') result.pop_back();
    return result;
}
inline std::string date_text(int64_t days) {
    char buffer[40];
    const normalize::Civil civil = normalize::civil_from_days(days);
    const bool bc = civil.year <= 0;
    std::snprintf(buffer, sizeof buffer, "%04lld-%02d-%02d%s", static_cast<long long>(bc ? 1 - civil.year : civil.year),
                  civil.month, civil.day, bc ? " BC" : "");
    return buffer;
}
inline std::string instant_text(const normalize::Instant& instant) {
    if (instant.micros == INT64_MAX) return "infinity";
    if (instant.micros == INT64_MIN) return "-infinity";
    const int64_t days = normalize::floor_divide(instant.micros, normalize::micros_per_day);
    return date_text(days) + " " + clock_text(instant.micros - days * normalize::micros_per_day) +
           (instant.zoned ? " Z" : "");
}

inline std::string boolean_line(const Cell& cell, const Settings& settings = {}) {
    bool value = false;
    const auto outcome = normalize::to_boolean(cell, settings, value);
    return line(outcome, value ? "true" : "false");
}
inline std::string int2_line(const Cell& cell, const Settings& settings = {}) {
    int16_t value = 0;
    const auto outcome = normalize::to_int2(cell, settings, value);
    return line(outcome, std::to_string(value));
}
inline std::string int4_line(const Cell& cell, const Settings& settings = {}) {
    int32_t value = 0;
    const auto outcome = normalize::to_int4(cell, settings, value);
    return line(outcome, std::to_string(value));
}
inline std::string int8_line(const Cell& cell, const Settings& settings = {}) {
    int64_t value = 0;
    const auto outcome = normalize::to_int8(cell, settings, value);
    return line(outcome, std::to_string(value));
}
inline std::string shortest(double value) {
    char buffer[32];
    return {buffer, normalize::shortest_text(value, buffer)};
}
inline std::string float8_line(const Cell& cell, const Settings& settings = {}) {
    double value = 0;
    const auto outcome = normalize::to_float8(cell, settings, value);
    return line(outcome, shortest(value));
}
inline std::string float4_line(const Cell& cell, const Settings& settings = {}) {
    float value = 0;
    const auto outcome = normalize::to_float4(cell, settings, value);
    return line(outcome, shortest(static_cast<double>(value)));
}
inline std::string decimal_line(const Cell& cell, const Settings& settings = {}) {
    normalize::Decimal value;
    std::string scratch;
    const auto outcome = normalize::to_decimal(cell, settings, value, scratch);
    if (value.is_integer) return line(outcome, std::to_string(value.integer));
    return line(outcome, std::string(value.text.data == nullptr ? "" : value.text.data, value.text.size));
}

using ToBytes = normalize::Outcome (*)(const Cell&, const Settings&, normalize::Bytes&, std::string&);
inline std::string bytes_line(ToBytes convert, const Cell& cell, const Settings& settings) {
    normalize::Bytes value;
    std::string scratch;
    const auto outcome = convert(cell, settings, value, scratch);
    return line(outcome, std::string(value.data == nullptr ? "" : value.data, value.size));
}
inline std::string text_line(const Cell& cell, const Settings& settings = {}) {
    return bytes_line(normalize::to_text, cell, settings);
}
inline std::string name_line(const Cell& cell) { return bytes_line(normalize::to_name, cell, {}); }
inline std::string bytea_line(const Cell& cell, const Settings& settings = {}) {
    return bytes_line(normalize::to_bytea, cell, settings);
}
inline std::string input_line(const Cell& cell, const Settings& settings = {}) {
    return bytes_line(normalize::to_input_text, cell, settings);
}
inline std::string json_line(const Cell& cell, bool binary, const Settings& settings = {}) {
    normalize::Bytes value;
    std::string scratch;
    const auto outcome = normalize::to_json(cell, settings, binary, value, scratch);
    return line(outcome, std::string(value.data == nullptr ? "" : value.data, value.size));
}

inline std::string timestamp_line(const Cell& cell, const Settings& settings = {}) {
    normalize::Instant value;
    const auto outcome = normalize::to_timestamp(cell, settings, value);
    return line(outcome, instant_text(value));
}
inline std::string timestamptz_line(const Cell& cell, const Settings& settings = {}) {
    normalize::Instant value;
    const auto outcome = normalize::to_timestamptz(cell, settings, value);
    return line(outcome, instant_text(value));
}
inline std::string date_line(const Cell& cell, const Settings& settings = {}) {
    int32_t value = 0;
    const auto outcome = normalize::to_date(cell, settings, value);
    if (value == INT32_MAX) return line(outcome, "infinity");
    if (value == INT32_MIN) return line(outcome, "-infinity");
    return line(outcome, date_text(value));
}
inline std::string time_line(const Cell& cell, const Settings& settings = {}) {
    int64_t value = 0;
    const auto outcome = normalize::to_time(cell, settings, value);
    return line(outcome, clock_text(value));
}
inline std::string timetz_line(const Cell& cell, const Settings& settings = {}) {
    normalize::TimeTz value;
    const auto outcome = normalize::to_timetz(cell, settings, value);
    return line(outcome, clock_text(value.micros) + (value.zoned ? " " + std::to_string(value.zone) : ""));
}

inline std::string uuid_text(const unsigned char (&value)[16]) {
    std::string result;
    for (int i = 0; i < 16; ++i) {
        char buffer[4];
        std::snprintf(buffer, sizeof buffer, "%02x", value[i]);
        if (i == 4 || i == 6 || i == 8 || i == 10) result += '-';
        result += buffer;
    }
    return result;
}
inline std::string uuid_line(const Cell& cell, const Settings& settings = {}) {
    unsigned char value[16] = {};
    const auto outcome = normalize::to_uuid(cell, settings, value);
    return line(outcome, uuid_text(value));
}

// The elements of a list, each with its storage class: "integer 1, null, text a".
inline std::string array_line(const Cell& cell, bool json_elements = false) {
    normalize::ListReader array;
    const auto outcome = array.open(cell, json_elements);
    if (outcome.verdict != normalize::Verdict::value) return line(outcome, "");
    std::string result;
    Cell element;
    while (array.next(element)) {
        if (!result.empty()) result += ", ";
        result += base::storage_name(element.storage);
        if (element.storage == StorageClass::integer) result += " " + std::to_string(element.integer);
        if (element.storage == StorageClass::real) result += " " + shortest(element.real);
        if (element.storage == StorageClass::text) result += " " + std::string(element.bytes());
    }
    result = "[" + result + "]";
    for (int i = 0; array.dimensions() > 1 && i < array.dimensions(); ++i)
        result += (i == 0 ? " " : "x") + std::to_string(array.sizes()[i]);
    return result;
}

// A row of a table: what goes in, and the line that must come out.
struct Row {
    std::string in;
    std::string out;
};

}  // namespace normalize_test
