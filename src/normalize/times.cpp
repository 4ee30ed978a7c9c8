// date, time, timetz, timestamp, timestamptz: from text, or from numbers whose unit somebody stated.
#include <limits>

#include "normalize/civil.hpp"
#include "normalize/converters.hpp"
#include "normalize/scan.hpp"
#include "normalize/time_number.hpp"
#include "normalize/time_text.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

// What a cell says, before the target's type decides what of it can be kept.
enum class Said : uint8_t { outcome, counted, text };

struct Reading {
    Said said = Said::outcome;
    Outcome outcome;  // said == outcome: final; said == counted: the unit's
    CountedTime counted;
    TimeShape shape = TimeShape::none;
    TimeText text;
};

void read(const base::Cell& cell, const Settings& settings, Reading& reading) {
    switch (cell.storage) {
        case base::StorageClass::null: reading.outcome = becomes_null(); return;
        case base::StorageClass::blob: reading.outcome = complain(Code::wrong_storage); return;
        case base::StorageClass::integer:
        case base::StorageClass::real: break;
        case base::StorageClass::text: {
            const std::string_view text = trim(cell.bytes());
            if (text.empty()) {
                reading.outcome = empty_is_null();
                return;
            }
            reading.shape = read_time_text(text, reading.text);
            if (reading.shape == TimeShape::none) {
                reading.outcome = complain(Code::not_a_time);
                return;
            }
            if (reading.shape == TimeShape::evaluated_word) {
                reading.outcome = complain(Code::evaluated_word);
                return;
            }
            if (reading.shape != TimeShape::number) {
                reading.said = Said::text;
                return;
            }
        }
    }
    reading.outcome = read_counted_time(cell, settings, reading.counted);
    if (reading.outcome.verdict == Verdict::value) reading.said = Said::counted;
}

// The written date and time of day as if they were UTC. Years of seven digits are within int64.
bool local_micros(const TimeText& text, int64_t& micros) {
    int64_t day_start;
    return !__builtin_mul_overflow(text.days(), micros_per_day, &day_start) &&
           !__builtin_add_overflow(day_start, text.day_micros(), &micros);
}

Outcome to_instant(const base::Cell& cell, const Settings& settings, bool with_zone, Instant& value) {
    Reading reading;
    read(cell, settings, reading);
    if (reading.said == Said::outcome) return reading.outcome;
    if (reading.said == Said::counted) {
        value = {reading.counted.micros, reading.counted.zoned};
        return reading.outcome;
    }
    const TimeText& text = reading.text;
    if (reading.shape == TimeShape::infinity || reading.shape == TimeShape::minus_infinity) {
        using Limits = std::numeric_limits<int64_t>;
        value = {reading.shape == TimeShape::infinity ? Limits::max() : Limits::min(), true};
        return accept();
    }
    if (!text.has_date) return complain(Code::not_a_time);
    if (reading.shape == TimeShape::named_zone) {
        // timestamp_in would drop the zone and round the digits, both in silence.
        return with_zone && !text.digits_cut ? decline() : complain(Code::zone_needed);
    }
    int64_t micros;
    if (!local_micros(text, micros)) return complain(Code::implausible_time);
    if (text.has_offset && __builtin_sub_overflow(micros, text.offset * micros_per_second, &micros)) {
        return complain(Code::implausible_time);
    }
    if (!timestamp_in_range(micros)) return complain(Code::implausible_time);
    value = {micros, text.has_offset};
    if (text.digits_cut) return accept(Rule::digits_cut);
    return accept(!with_zone && text.offset != 0 ? Rule::offset_to_utc : Rule::none);
}

// A time of day on its own. Anything with a date is not one: which day's would be lost in silence.
Outcome time_of_day(const base::Cell& cell, TimeText& text) {
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::blob: return complain(Code::wrong_storage);
        // No unit counts from midnight.
        case base::StorageClass::integer:
        case base::StorageClass::real: return complain(Code::ambiguous_time);
        case base::StorageClass::text: break;
    }
    const std::string_view bytes = trim(cell.bytes());
    if (bytes.empty()) return empty_is_null();
    switch (read_time_text(bytes, text)) {
        case TimeShape::number: return complain(Code::ambiguous_time);
        case TimeShape::evaluated_word: return complain(Code::evaluated_word);
        case TimeShape::named_zone: return complain(text.has_date ? Code::not_a_time : Code::zone_needed);
        case TimeShape::fields: break;
        default: return complain(Code::not_a_time);
    }
    // 23:59:60 is 24:00:00, but nothing is later.
    if (text.has_date || text.day_micros() > micros_per_day) return complain(Code::not_a_time);
    return accept(text.digits_cut ? Rule::digits_cut : Rule::none);
}

}  // namespace

Outcome to_timestamp(const base::Cell& cell, const Settings& settings, Instant& value) {
    return to_instant(cell, settings, false, value);
}

Outcome to_timestamptz(const base::Cell& cell, const Settings& settings, Instant& value) {
    return to_instant(cell, settings, true, value);
}

Outcome to_date(const base::Cell& cell, const Settings& settings, int32_t& days) {
    Reading reading;
    read(cell, settings, reading);
    if (reading.said == Said::outcome) return reading.outcome;
    if (reading.said == Said::counted) {
        // Within the years 1 to 9999, so within int32.
        days = static_cast<int32_t>(floor_divide(reading.counted.micros, micros_per_day));
        const bool midnight = reading.counted.micros % micros_per_day == 0 && reading.outcome.rule != Rule::digits_cut;
        return accept(midnight ? reading.outcome.rule : Rule::time_dropped);
    }
    const TimeText& text = reading.text;
    if (reading.shape == TimeShape::infinity || reading.shape == TimeShape::minus_infinity) {
        using Limits = std::numeric_limits<int32_t>;
        days = reading.shape == TimeShape::infinity ? Limits::max() : Limits::min();
        return accept();
    }
    if (!text.has_date) return complain(Code::not_a_time);
    if (reading.shape == TimeShape::named_zone) return complain(Code::zone_needed);
    const int64_t number = text.days();
    if (!date_in_range(number)) return complain(Code::implausible_time);
    days = static_cast<int32_t>(number);
    // The date as written, whatever the offset. Midnight UTC is how dates are written in JSON, and plain.
    const bool whole_day = text.day_micros() == 0 && !text.digits_cut && text.offset == 0;
    return accept(whole_day ? Rule::none : Rule::time_dropped);
}

Outcome to_time(const base::Cell& cell, const Settings&, int64_t& micros) {
    TimeText text;
    const Outcome outcome = time_of_day(cell, text);
    if (outcome.verdict != Verdict::value) return outcome;
    // The server would drop an offset in silence, and without a date there is no UTC to convert to.
    if (text.offset != 0) return complain(Code::not_a_time);
    micros = text.day_micros();
    return outcome;
}

Outcome to_timetz(const base::Cell& cell, const Settings&, TimeTz& value) {
    TimeText text;
    const Outcome outcome = time_of_day(cell, text);
    if (outcome.verdict != Verdict::value) return outcome;
    value = {text.day_micros(), -text.offset, text.has_offset};
    return outcome;
}

}  // namespace normalize
