// Columns of dates and times: the forms of normalize/ become the server's, zones and precisions are applied.
#include "value/time_column.hpp"

extern "C" {
#include "miscadmin.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/timestamp.h"
}

namespace value {
namespace {

using base::Cell;
using normalize::Code;
using normalize::Outcome;
using normalize::Rule;
using normalize::Verdict;

void set_for_now(const char* name, const char* value) {
    (void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

// timestamp(3) would round in the type's own function; digits are cut here as everywhere, and counted.
void cut_to_precision(const Column& column, int64& micros, Rule& rule) {
    if (column.typmod < 0 || column.typmod >= 6 || micros == PG_INT64_MAX || micros == PG_INT64_MIN) return;
    int64 unit = 1;
    for (int digit = column.typmod; digit < 6; ++digit) unit *= 10;
    int64 rest = micros % unit;
    if (rest < 0) rest += unit;
    if (rest == 0) return;
    micros -= rest;
    rule = Rule::digits_cut;
}

// A local time in the assumed zone becomes an instant, as the server itself would read it there.
bool apply_zone(pg_tz* zone, int64& micros) {
    struct pg_tm local;
    fsec_t fraction;
    if (timestamp2tm(micros, nullptr, &local, &fraction, nullptr, nullptr) != 0) return false;
    int offset = DetermineTimeZoneOffset(&local, zone);
    return tm2timestamp(&local, fraction, &offset, &micros) == 0;
}

Outcome convert_timestamp(Column& column, const Cell& cell, Datum* result) {
    normalize::Instant instant;
    bool with_zone = column.kind == Kind::timestamptz;
    Outcome outcome = with_zone ? normalize::to_timestamptz(cell, column.settings, instant)
                                : normalize::to_timestamp(cell, column.settings, instant);
    if (outcome.verdict == Verdict::decline) {
        // A named zone: the server's to know. Without its precision, which would round.
        instant.micros = DatumGetTimestamp(call_pinned_input(column, {cell.data, cell.size}, -1));
        instant.zoned = true;
        outcome.verdict = Verdict::value;
    }
    if (outcome.verdict != Verdict::value) return outcome;
    bool finite = instant.micros != PG_INT64_MAX && instant.micros != PG_INT64_MIN;
    if (with_zone && finite && !instant.zoned && column.zone != nullptr && !apply_zone(column.zone, instant.micros))
        return normalize::complain(Code::implausible_time);
    if (finite && !IS_VALID_TIMESTAMP(instant.micros)) return normalize::complain(Code::implausible_time);
    cut_to_precision(column, instant.micros, outcome.rule);
    *result = TimestampGetDatum(instant.micros);
    return outcome;
}

Outcome convert_timetz(Column& column, const Cell& cell, Datum* result) {
    normalize::TimeTz time;
    Outcome outcome = normalize::to_timetz(cell, column.settings, time);
    if (outcome.verdict != Verdict::value) return outcome;
    if (!time.zoned && column.zone != nullptr) {
        long offset;
        // A zone with summer time has no offset without a date.
        if (!pg_get_timezone_offset(column.zone, &offset)) return normalize::complain(Code::zone_needed);
        time.zone = static_cast<int32>(-offset);
    }
    cut_to_precision(column, time.micros, outcome.rule);
    auto* stored = static_cast<TimeTzADT*>(palloc(sizeof(TimeTzADT)));
    stored->time = time.micros;
    stored->zone = time.zone;
    *result = TimeTzADTPGetDatum(stored);
    return outcome;
}

// interval(p), interval day to minute and the like. Digits are cut first, as everywhere, so that the type's own function
// finds nothing to round; whole fields that it drops are counted, too.
void scale_interval(const Column& column, Interval* interval, Rule& rule) {
    if (column.typmod < 0) return;
    Interval before = *interval;
    // infinity and -infinity, since PostgreSQL 17, are the extremes of all three: nothing to cut.
    bool most = before.time == PG_INT64_MAX && before.day == PG_INT32_MAX && before.month == PG_INT32_MAX;
    bool least = before.time == PG_INT64_MIN && before.day == PG_INT32_MIN && before.month == PG_INT32_MIN;
    if (most || least) return;
    int precision = INTERVAL_PRECISION(column.typmod);
    for (int64 unit = 1, digit = 6; precision < 6 && digit > precision; --digit) {
        unit *= 10;
        interval->time -= interval->time % unit;
    }
    Datum scaled = DirectFunctionCall2(interval_scale, IntervalPGetDatum(interval), Int32GetDatum(column.typmod));
    *interval = *DatumGetIntervalP(scaled);
    if (interval->time != before.time || interval->day != before.day || interval->month != before.month)
        rule = Rule::digits_cut;
}

Outcome convert_interval(Column& column, const Cell& cell, Datum* result) {
    normalize::Interval interval;
    Outcome outcome = normalize::to_interval(cell, column.settings, interval);
    auto* stored = static_cast<Interval*>(palloc(sizeof(Interval)));
    if (outcome.verdict == Verdict::decline) {
        *stored = *DatumGetIntervalP(call_pinned_input(column, {cell.data, cell.size}, -1));
        outcome.verdict = Verdict::value;
    } else if (outcome.verdict == Verdict::value) {
        stored->month = interval.months;
        stored->day = interval.days;
        stored->time = interval.micros;
    } else {
        return outcome;
    }
    scale_interval(column, stored, outcome.rule);
    *result = IntervalPGetDatum(stored);
    return outcome;
}

}  // namespace

Outcome convert_time(Column& column, const Cell& cell, Datum* result) {
    Outcome outcome;
    switch (column.kind) {
        case Kind::date: {
            int32_t days = 0;
            outcome = normalize::to_date(cell, column.settings, days);
            if (outcome.verdict == Verdict::value) *result = DateADTGetDatum(days);
            return outcome;
        }
        case Kind::time: {
            int64_t micros = 0;
            outcome = normalize::to_time(cell, column.settings, micros);
            if (outcome.verdict != Verdict::value) return outcome;
            cut_to_precision(column, micros, outcome.rule);
            *result = TimeADTGetDatum(micros);
            return outcome;
        }
        case Kind::timetz: return convert_timetz(column, cell, result);
        case Kind::interval: return convert_interval(column, cell, result);
        default: return convert_timestamp(column, cell, result);
    }
}

Datum call_pinned_input(Column& column, normalize::Bytes bytes, int32 typmod) {
    int level = pin_settings(column.zone);
    Datum result = call_input(column, bytes, typmod);
    AtEOXact_GUC(true, level);
    return result;
}

int pin_settings(pg_tz* zone) {
    int level = NewGUCNestLevel();
    set_for_now("DateStyle", "ISO, YMD");
    set_for_now("IntervalStyle", "postgres");
    set_for_now("extra_float_digits", "1");
    set_for_now("TimeZone", zone != nullptr ? pg_get_timezone_name(zone) : "UTC");
    return level;
}

}  // namespace value
