// Counts what a table's columns really hold, in one pass.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/cell.hpp"
#include "schema/time_unit.hpp"
#include "sqlite/catalog.hpp"

namespace sqlite {
class Database;
}

namespace schema {

// Of one column, over all rows. Counts are of cells; the text_* shapes count text cells only and may overlap.
struct ColumnProfile {
    std::string name;
    int64_t rows = 0, nulls = 0, integers = 0, reals = 0, texts = 0, blobs = 0;
    int64_t min_integer = 0, max_integer = 0;  // of the integers
    double min_real = 0, max_real = 0;         // of the reals
    int64_t reals_whole = 0;                   // reals without a fraction, within int64
    int64_t zero_or_one = 0;                   // integers 0 and 1
    int64_t max_text_length = 0;               // characters (bytes where not UTF-8)
    int64_t max_bytes = 0;                     // of texts and blobs
    int64_t text_empty = 0, text_nul = 0, text_invalid_utf8 = 0;
    int64_t text_integer = 0, text_number = 0;   // text that is exactly a whole number / a number
    int64_t text_boolean = 0;                    // true/false words, not 0/1
    int64_t text_timestamp = 0, text_zoned = 0;  // date and time; of these with an offset or Z
    int64_t text_date = 0, text_time = 0;        // date alone, time alone
    int64_t text_uuid = 0, text_json = 0;        // json: an object or an array
    int64_t blob_16 = 0, blob_utf8 = 0;          // 16 bytes long / valid UTF-8 without NUL
    int64_t numbers_beyond_scale = 0;            // numbers that numeric(p,s) of the declared type would refuse or round
    int64_t integers_beyond_int4 = 0, integers_beyond_int2 = 0;
    int64_t text_fine = 0;         // dates and times with digits beyond the microsecond that are not zero
    int64_t text_json_scalar = 0;  // JSON that is a string, a number, true, false or null
    int64_t text_jsonb = 0;        // of text_json and text_json_scalar: jsonb takes it too
    bool one_time_form = true;     // all dates and times are written alike: equal only if the texts are equal
    bool one_uuid_form = true;     // the same of the uuid texts
    int64_t blob_empty = 0;
    int64_t blob_json = 0;   // in a column declared JSON or JSONB: SQLite's JSONB, or JSON text, that the type takes
    int64_t blob_jsonb = 0;  // elsewhere: an array or object of SQLite's JSONB
    std::string min_text, max_text, min_blob, max_blob;  // by bytes; what is kept is cut after 200 of them
    NumberRange range;             // of integers, reals and, where the column is about times, of numbers in text
    bool whole_tens = true, whole_thousands = true;  // the integers are, where the column is about times
    bool core_data = false;        // of a table of Apple's Core Data
};

// Whether the name speaks of a time: created_at, mtime, LastSeen, expires.
bool names_a_time(const std::string& column);
// Apple's Core Data marks its tables by this column, and counts its times from 2001.
bool is_core_data(const sqlite::Table& table);

// Raises base::Error as the statement does. Generated columns are read as any other.
std::vector<ColumnProfile> profile_table(const std::shared_ptr<sqlite::Database>& database, const sqlite::Table& table);

}  // namespace schema
