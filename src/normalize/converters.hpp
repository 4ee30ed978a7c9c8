// One function per target kind: a cell in, the server's form out, or a complaint. No allocation in the common case.
#pragma once

#include <cstdint>
#include <string>

#include "base/cell.hpp"
#include "normalize/outcome.hpp"

// Every function here: a NULL cell gives Verdict::null. '' gives null with empty_as_null (never for text and bytea).
// The result is written only on Verdict::value. It agrees with the type's own input function, or declines to it
// (Verdict::decline: hand the cell's text to the input function), or complains. Nothing throws but std::bad_alloc
// where a scratch string grows.
namespace normalize {

Outcome to_boolean(const base::Cell&, const Settings&, bool& value);
Outcome to_int2(const base::Cell&, const Settings&, int16_t& value);
Outcome to_int4(const base::Cell&, const Settings&, int32_t& value);
Outcome to_int8(const base::Cell&, const Settings&, int64_t& value);
Outcome to_float4(const base::Cell&, const Settings&, float& value);
Outcome to_float8(const base::Cell&, const Settings&, double& value);

// Exact decimal text within precision and scale, for numeric_in: "123.45". An integer cell gives is_integer and the value
// itself, so that the caller needs no text. A real goes by its shortest exact text. NaN/Infinity text is accepted.
struct Decimal { bool is_integer = false; int64_t integer = 0; Bytes text; };
Outcome to_decimal(const base::Cell&, const Settings&, Decimal& value, std::string& scratch);

// text, varchar(n), char(n) (length = n; padding of char(n) is the caller's). Integers and reals by their plain
// text (reals by shortest exact text), blobs if they are valid UTF-8 without NUL.
Outcome to_text(const base::Cell&, const Settings&, Bytes& value, std::string& scratch);
// name: as text, bytes beyond 63 cut at a character and counted (name_cut), which the type's own input does in silence.
Outcome to_name(const base::Cell&, const Settings&, Bytes& value, std::string& scratch);
// bytea: blobs as they are, text as its bytes (hex, base64 only by rule), numbers as the bytes of their plain text.
Outcome to_bytea(const base::Cell&, const Settings&, Bytes& value, std::string& scratch);

// Times: the server's integer forms, i.e. microseconds (days for date) since 2000-01-01. zoned tells whether the text bore
// an offset or Z (or the unit fixed it); a caller with an assumed zone applies it where it did not.
// Text with a named zone (CET, Europe/Berlin) is declined by to_timestamptz, refused by the others; nothing else is declined.
// Out of range after an assumed zone is applied is for the caller to find. infinity and -infinity give INT64_MAX / INT64_MIN (INT32_MAX / INT32_MIN for date).
struct Instant { int64_t micros = 0; bool zoned = false; };
Outcome to_timestamp(const base::Cell&, const Settings&, Instant& value);    // an offset converts to UTC (offset_to_utc)
Outcome to_timestamptz(const base::Cell&, const Settings&, Instant& value);  // micros in UTC where zoned, else local
Outcome to_date(const base::Cell&, const Settings&, int32_t& days);
Outcome to_time(const base::Cell&, const Settings&, int64_t& micros);
struct TimeTz { int64_t micros = 0; int32_t zone = 0; bool zoned = false; };  // zone: seconds west of UTC, as the server keeps it
Outcome to_timetz(const base::Cell&, const Settings&, TimeTz& value);

// A duration. Numbers by settings.unit (unix_seconds .. unix_ns, dotnet_ticks), as durations of that unit. Text in words or
// in ISO 8601's P form is declined to interval_in, which must run with intervalstyle = postgres.
struct Interval { int32_t months = 0; int32_t days = 0; int64_t micros = 0; };
Outcome to_interval(const base::Cell&, const Settings&, Interval& value);

Outcome to_uuid(const base::Cell&, const Settings&, unsigned char (&value)[16]);

// json, jsonb: the text for the type's input function, checked for UTF-8 and NUL only; binary says jsonb (\u0000 is a complaint).
Outcome to_json(const base::Cell&, const Settings&, bool binary, Bytes& value, std::string& scratch);

// Any other type: the text for its input function. '' is null; words that the function would evaluate are complaints.
Outcome to_input_text(const base::Cell&, const Settings&, Bytes& value, std::string& scratch);

// A list as cells, each valid until the next call: a JSON array (text, or SQLite's JSONB), or PostgreSQL's own {…}. JSON gives
// null, true and false (text), whole numbers as integers, others as the text that is written, strings unescaped into a buffer
// of its own. {…} gives null and text. Lists within are dimensions.
class ListReader {
   public:
    static constexpr int most_dimensions = 6;  // the server's limit

    // json_elements: the elements are JSON values, so that lists and objects within a JSON array are elements, as text.
    // Complaint not_an_array where the cell is no such list, or one with lists of different lengths or none in it.
    Outcome open(const base::Cell&, bool json_elements = false);
    bool next(base::Cell& element);

    int dimensions() const { return dimensions_; }  // 0: empty
    const int32_t* sizes() const { return sizes_; }

   private:
    bool check_level(const char*& at, const char* end, int level);
    void next_scalar(base::Cell& element);
    void next_item(base::Cell& element);

    std::string text_;   // what strings unescape into
    std::string owned_;  // JSONB written out
    const char* at_ = nullptr;
    const char* end_ = nullptr;
    bool json_ = false;
    bool values_ = false;
    bool began_values_ = false;
    int leaf_ = -1;  // the level on which the elements are
    int dimensions_ = 0;
    int32_t sizes_[most_dimensions] = {};
};

// The shortest decimal text that reads back as this double: "0.1", "1e+300", "Infinity", "NaN". Returns its length; buffer >= 32.
size_t shortest_text(double value, char* buffer);

}  // namespace normalize
