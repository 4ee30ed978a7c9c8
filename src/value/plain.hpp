// The cells that most columns hold, converted without a detour: a whole number for an integer, ASCII for a text. Include it
// after C++ headers.
#pragma once

#include "base/cell.hpp"
#include "normalize/converters.hpp"
#include "normalize/scan.hpp"
#include "normalize/time_text.hpp"
#include "value/column.hpp"

extern "C" {
#include "postgres.h"

#include "utils/timestamp.h"
#include "utils/uuid.h"
}

#include "pg/compat.hpp"

namespace value {

// Which of a column's cells can go the short way: those of which convert() would say no more than that they are values, or
// that digits of a time were cut.
enum class Plain : uint8_t { none, boolean, int2, int4, int8, float8, text, bytea, timestamp, uuid };

// Rules must be set: a column with any goes the long way.
Plain plain_of(const Column& column);

// Room that is there already, for where nothing may raise; what does not fit in is refused.
class Room {
   public:
    void fill_up() {  // inside pg_call
        if (left_ >= piece / 2) return;
        at_ = static_cast<char*>(palloc(piece));
        left_ = piece;
    }
    void forget() { left_ = 0; }  // the memory context was reset
    void* operator()(size_t size) {
        size = MAXALIGN(size);
        if (size > left_) return nullptr;
        void* result = at_;
        at_ += size;
        left_ -= size;
        return result;
    }

   private:
    static constexpr size_t piece = 256 * 1024;
    char* at_ = nullptr;
    size_t left_ = 0;
};

template <typename Take>
bool copy_bytes(const base::Cell& cell, Take& take, Datum* copy) {
    auto* result = static_cast<varlena*>(take(cell.size + VARHDRSZ));
    if (result == nullptr) return false;
    SET_VARSIZE(result, cell.size + VARHDRSZ);
    memcpy(VARDATA(result), cell.bytes().data(), cell.size);
    *copy = PointerGetDatum(result);
    return true;
}

template <typename T>
bool fits(int64_t number, T& value) {
    value = static_cast<T>(number);
    return value == number;
}

// False: not such a cell, nothing is set, ask convert(). *cut: digits beyond the microsecond were cut, which is to be counted;
// it is left alone otherwise. take(size) gives memory, or null for none: then it is false, too.
template <typename Take>
bool convert_plain(Plain plain, const base::Cell& cell, Datum* result, bool* cut, Take&& take) {
    using base::StorageClass;
    constexpr size_t longest = 1 << 20;  // what is longer is not worth a second way
    switch (plain) {
        case Plain::boolean:
            if (cell.storage != StorageClass::integer || static_cast<uint64_t>(cell.integer) > 1) return false;
            *result = BoolGetDatum(cell.integer == 1);
            return true;
        case Plain::int2: {
            int16_t value;
            if (cell.storage != StorageClass::integer || !fits(cell.integer, value)) return false;
            *result = Int16GetDatum(value);
            return true;
        }
        case Plain::int4: {
            int32_t value;
            if (cell.storage != StorageClass::integer || !fits(cell.integer, value)) return false;
            *result = Int32GetDatum(value);
            return true;
        }
        case Plain::int8:
            if (cell.storage != StorageClass::integer) return false;
            *result = Int64GetDatum(cell.integer);
            return true;
        case Plain::float8:
            if (cell.storage != StorageClass::real) return false;
            *result = Float8GetDatum(cell.real);
            return true;
        case Plain::text:
            if (cell.storage != StorageClass::text || cell.size > longest ||
                normalize::plain_ascii_prefix(cell.bytes()) != cell.size)
                return false;
            return copy_bytes(cell, take, result);
        case Plain::bytea:
            if (cell.storage != StorageClass::blob || cell.size > longest) return false;
            return copy_bytes(cell, take, result);
        case Plain::timestamp: {
            int64_t micros;
            bool digits_cut;
            if (cell.storage != StorageClass::text || !normalize::read_plain_instant(cell.bytes(), micros, digits_cut)) return false;
            *result = TimestampGetDatum(micros);
            *cut = *cut || digits_cut;
            return true;
        }
        case Plain::uuid: {
            unsigned char bytes[UUID_LEN];
            if (cell.storage != StorageClass::text ||
                normalize::to_uuid(cell, normalize::Settings(), bytes).verdict != normalize::Verdict::value)
                return false;
            auto* stored = static_cast<pg_uuid_t*>(take(sizeof(pg_uuid_t)));
            if (stored == nullptr) return false;
            memcpy(stored->data, bytes, UUID_LEN);
            *result = UUIDPGetDatum(stored);
            return true;
        }
        default: return false;
    }
}

// With the server's own memory: inside pg_call.
inline bool convert_plain(Plain plain, const base::Cell& cell, Datum* result, bool* cut) {
    return convert_plain(plain, cell, result, cut, [](size_t size) { return palloc(size); });
}

}  // namespace value
