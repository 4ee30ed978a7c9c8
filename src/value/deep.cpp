// Converts a cell once more, by the type's own input function: what the fast converters are checked against.
#include <fmt/format.h>

#include "value/deep.hpp"

#include "value/time_column.hpp"

extern "C" {
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/timestamp.h"
}

namespace value {
namespace {

using base::StorageClass;
using normalize::Bytes;

// As text a value costs several copies of itself: a longer one is left to the digest.
constexpr size_t longest = 1 << 20;

// The cell as the type's input function reads it; false where nothing but our own rule says what the cell means (a number
// in a time column, a blob in a text column).
bool written(const Column& column, const base::Cell& cell, std::string& text) {
    constexpr char digits[] = "0123456789abcdef";
    switch (cell.storage) {
        case StorageClass::text:
            if (column.kind == Kind::bytea || cell.size > longest) return false;
            text.assign(cell.data, cell.size);
            return text.find('\0') == std::string::npos;
        case StorageClass::integer:
            if (is_time(column.kind) || column.kind == Kind::uuid || column.kind == Kind::bytea) return false;
            text = fmt::format("{}", cell.integer);
            return true;
        case StorageClass::real:
            if (column.kind != Kind::float8 && column.kind != Kind::numeric) return false;
            text = fmt::format("{}", cell.real);
            return true;
        case StorageClass::blob:
            if (cell.size > longest) return false;
            if (column.kind != Kind::bytea && (column.kind != Kind::uuid || cell.size != 16)) return false;
            text = column.kind == Kind::bytea ? "\\x" : "";
            for (unsigned char c : cell.bytes()) {
                text += digits[c >> 4];
                text += digits[c & 15];
            }
            return true;
        default:
            return false;
    }
}

// A count of seconds and the like since 1970, as the server's own arithmetic reads it; false for other units and forms.
bool counted(const Column& column, const base::Cell& cell, normalize::Rule rule, Datum* result) {
    if (column.kind != Kind::timestamp && column.kind != Kind::timestamptz) return false;
    if (column.typmod >= 0 || cell.storage != StorageClass::integer) return false;
    int64 micros;
    switch (rule) {
        case normalize::Rule::unix_seconds: micros = USECS_PER_SEC; break;
        case normalize::Rule::unix_ms: micros = USECS_PER_SEC / 1000; break;
        case normalize::Rule::unix_us: micros = 1; break;
        default: return false;
    }
    Interval since{};
    if (__builtin_mul_overflow(cell.integer, micros, &since.time)) return false;
    *result = DirectFunctionCall2(timestamp_pl_interval, TimestampGetDatum(SetEpochTimestamp()), IntervalPGetDatum(&since));
    return true;
}

bool comparable(Kind kind) {
    // The rest is converted by the input function in the first place, or by parts that are columns of their own.
    return kind <= Kind::uuid && kind != Kind::interval && kind != Kind::name;
}

}  // namespace

Deep deep_of(const std::string& name) { return name == "all" ? Deep::all : name == "sample" ? Deep::sample : Deep::none; }

Answer ask_input(Column& column, const base::Cell& cell, const normalize::Outcome& outcome, Datum fast, std::string& text) {
    if (outcome.verdict != normalize::Verdict::value) return Answer::not_asked;
    if (Datum slow; counted(column, cell, outcome.rule, &slow))
        return datum_image_eq(fast, slow, column.by_value, column.length) ? Answer::same : Answer::another;
    if (outcome.rule != normalize::Rule::none || !comparable(column.kind)) return Answer::not_asked;
    if (is_time(column.kind) && column.typmod >= 0) return Answer::not_asked;  // the type would round what we cut
    if (!written(column, cell, text)) return Answer::not_asked;
    Datum slow = is_time(column.kind) ? call_pinned_input(column, {text.data(), text.size()}, column.typmod)
                                      : call_input(column, {text.data(), text.size()}, column.typmod);
    return datum_image_eq(fast, slow, column.by_value, column.length) ? Answer::same : Answer::another;
}

}  // namespace value
