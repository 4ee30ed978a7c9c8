// What one column needs while a profile's pass runs. Everything inline: it is called once for each cell of a file.
#pragma once

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include "base/cell.hpp"
#include "base/sqlite_jsonb.hpp"
#include "base/text.hpp"
#include "schema/declared.hpp"
#include "schema/profile.hpp"
#include "schema/shape.hpp"

namespace schema {

inline constexpr uint64_t high_bits = 0x8080808080808080ull;
inline constexpr uint64_t low_ones = 0x0101010101010101ull;

struct ByteScan {
    bool ascii = true, nul = false;
};

// Eight bytes at a time: is a byte above 0x7F or a NUL among them?
inline ByteScan scan_bytes(const char* data, size_t size) {
    uint64_t high = 0, zero = 0, word;
    size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        std::memcpy(&word, data + i, 8);
        high |= word;
        zero |=
            (word - low_ones) & ~word;  // its high bit is set below the first NUL; exact for the question "any at all?"
    }
    if (i < size) {
        word = low_ones;
        std::memcpy(&word, data + i, size - i);
        high |= word;
        zero |= (word - low_ones) & ~word;
    }
    return {(high & high_bits) == 0, (zero & high_bits) != 0};
}

// The first and the last of a column's texts, or blobs, in the order of their bytes. Most cells are told from both by
// their first eight bytes, so that few are compared and very few are copied.
class Extremes {
   public:
    void add(std::string_view bytes, std::string& least, std::string& greatest) {
        const uint64_t head = head_of(bytes);
        if (any_ && head > least_ && head < greatest_) return;
        if (!any_ || less(bytes, head, least, least_)) keep(bytes, head, least, least_);
        if (!any_ || less(greatest, greatest_, bytes, head)) keep(bytes, head, greatest, greatest_);
        any_ = true;
    }

   private:
    static constexpr size_t kept_bytes = 200;

    static uint64_t head_of(std::string_view bytes) {
        uint64_t head = 0;
        std::memcpy(&head, bytes.data(), std::min<size_t>(bytes.size(), 8));
        return std::endian::native == std::endian::little ? __builtin_bswap64(head) : head;
    }
    static bool less(std::string_view a, uint64_t a_head, std::string_view b, uint64_t b_head) {
        return a_head != b_head ? a_head < b_head : a.substr(0, kept_bytes) < b.substr(0, kept_bytes);
    }
    static void keep(std::string_view bytes, uint64_t head, std::string& kept, uint64_t& kept_head) {
        kept.assign(bytes.substr(0, kept_bytes));
        kept_head = head;
    }

    bool any_ = false;
    uint64_t least_ = 0, greatest_ = 0;
};

// What one column needs while the pass runs, beside its counts.
class Tally {
   public:
    Tally(ColumnProfile& counts, const Declared& declared, bool about_times)
        : counts_(counts), precision_(declared.precision), scale_(declared.scale), family_(declared.family), about_times_(about_times) {}

    void add(const base::Cell& cell) {
        switch (cell.storage) {
            case base::StorageClass::null: ++counts_.nulls; break;
            case base::StorageClass::integer: add_integer(cell.integer); break;
            case base::StorageClass::real: add_real(cell.real); break;
            case base::StorageClass::text: add_text(cell.bytes()); break;
            case base::StorageClass::blob: add_blob(cell.bytes()); break;
        }
    }

   private:
    void add_integer(int64_t value) {
        if (counts_.integers++ == 0) {
            counts_.min_integer = counts_.max_integer = value;
        } else if (value < counts_.min_integer) {
            counts_.min_integer = value;
        } else if (value > counts_.max_integer) {
            counts_.max_integer = value;
        }
        counts_.range.add(value);
        if (about_times_) {
            counts_.whole_tens = counts_.whole_tens && value % 10 == 0;
            counts_.whole_thousands = counts_.whole_thousands && value % 1000 == 0;
        }
        counts_.zero_or_one += value == 0 || value == 1;
        counts_.integers_beyond_int4 += value != static_cast<int32_t>(value);
        counts_.integers_beyond_int2 += value != static_cast<int16_t>(value);
        if (precision_ > 0) {
            uint64_t rest = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
            int digits = 0;
            for (; rest != 0; rest /= 10)
                ++digits;
            counts_.numbers_beyond_scale += digits > precision_ - scale_;
        }
    }

    void add_real(double value) {
        if (counts_.reals++ == 0) {
            counts_.min_real = counts_.max_real = value;
        } else {
            counts_.min_real = std::min(counts_.min_real, value);
            counts_.max_real = std::max(counts_.max_real, value);
        }
        counts_.range.add(value);
        // 2^63 itself is beyond int64.
        counts_.reals_whole += value >= -0x1p63 && value < 0x1p63 && value == std::floor(value);
        if (precision_ > 0) counts_.numbers_beyond_scale += beyond_scale(value);
    }

    // By the shortest decimal text, which is what numeric is given: "1.1", not its binary expansion.
    bool beyond_scale(double value) const {
        if (!std::isfinite(value)) return true;
        if (value == 0) return false;
        char text[64];
        auto end = std::to_chars(text, text + sizeof text, std::fabs(value), std::chars_format::scientific).ptr;
        const char* mark = std::find(text, end, 'e');
        int exponent = 0;
        std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, end, exponent);
        int digits = static_cast<int>(mark - text) - (std::find(text, const_cast<char*>(mark), '.') != mark ? 1 : 0);
        int fraction = digits - 1 - exponent, whole = exponent + 1;
        return fraction > scale_ || whole > precision_ - scale_;
    }

    void add_text(std::string_view text) {
        ++counts_.texts;
        counts_.max_bytes = std::max(counts_.max_bytes, static_cast<int64_t>(text.size()));
        texts_.add(text, counts_.min_text, counts_.max_text);
        if (text.empty()) {
            ++counts_.text_empty;
            return;
        }
        ByteScan scan = scan_bytes(text.data(), text.size());
        size_t length = text.size();
        bool valid = scan.ascii || base::valid_utf8_prefix(text) == text.size();
        if (!valid) {
            ++counts_.text_invalid_utf8;
        } else if (!scan.ascii) {
            length = base::utf8_length(text);
        }
        counts_.max_text_length = std::max(counts_.max_text_length, static_cast<int64_t>(length));
        counts_.text_nul += scan.nul;
        if (!valid || scan.nul) return;
        add_shapes(text, scan.ascii);
    }

    // Only what can be is tried: the first characters and the length tell.
    void add_shapes(std::string_view text, bool ascii) {
        char first = text[0];
        if (first == '{' || first == '[' || first == '"') {
            if (text.size() == 38 && first == '{') add_uuid(text);
            add_json(text);
            return;
        }
        if (!ascii) return;
        if (first == '-' || first == '+' || (first >= '0' && first <= '9')) {
            NumberKind number = number_shape(text);
            counts_.text_integer += number == NumberKind::integer;
            counts_.text_number += number != NumberKind::none;
            if (number != NumberKind::none && about_times_) add_written_number(text);
            if (text.size() >= 5 && (text[2] == ':' || text[4] == '-')) add_time(text);
            if (number != NumberKind::none && first != '+') add_json(text);
        } else if (text.size() <= 5) {
            counts_.text_boolean += is_boolean_word(text);
            if (text == "true" || text == "false" || text == "null") add_json(text);
        }
        if (text.size() == 36 || text.size() == 32) add_uuid(text);
    }

    void add_written_number(std::string_view text) {
        double value;
        if (read_number(text, value)) counts_.range.add(value);
    }

    void add_time(std::string_view text) {
        TimeShape shape = time_shape(text);
        switch (shape.kind) {
            case TimeKind::none: return;
            case TimeKind::date: ++counts_.text_date; break;
            case TimeKind::time: ++counts_.text_time; break;
            case TimeKind::timestamp: ++counts_.text_timestamp; break;
        }
        counts_.text_zoned += shape.zoned;
        counts_.text_fine += shape.fine;
        if (time_form_ == 0) time_form_ = shape.form;
        if (shape.form != time_form_ || shape.fine) counts_.one_time_form = false;
    }

    void add_uuid(std::string_view text) {
        uint64_t form = 0;
        if (!is_uuid(text, &form)) return;
        ++counts_.text_uuid;
        if (uuid_form_ == 0) uuid_form_ = form;
        if (form / 8 != uuid_form_ / 8) counts_.one_uuid_form = false;
        uuid_form_ |= form & 7;
        if ((uuid_form_ & 3) == 3) counts_.one_uuid_form = false;  // upper and lower case letters
    }

    void add_json(std::string_view text) {
        JsonShape shape = json_shape(text);
        counts_.text_json += shape.kind == JsonKind::structure;
        counts_.text_json_scalar += shape.kind == JsonKind::scalar;
        counts_.text_jsonb += shape.kind != JsonKind::none && shape.binary;
    }

    void add_blob(std::string_view bytes) {
        ++counts_.blobs;
        counts_.max_bytes = std::max(counts_.max_bytes, static_cast<int64_t>(bytes.size()));
        blobs_.add(bytes, counts_.min_blob, counts_.max_blob);
        counts_.blob_empty += bytes.empty();
        counts_.blob_16 += bytes.size() == 16;
        if (std::memchr(bytes.data(), 0, bytes.size()) == nullptr) {
            counts_.blob_utf8 += base::valid_utf8_prefix(bytes) == bytes.size();
        }
        add_json_blob(bytes);
    }

    void add_json_blob(std::string_view bytes) {
        const bool declared = family_ == Family::json || family_ == Family::jsonb;
        if (!declared && !base::may_be_container(bytes)) return;
        std::string text;
        const bool binary = base::read_jsonb(bytes, text) == base::JsonbVerdict::yes;
        if (!declared) {
            counts_.blob_jsonb += binary;
            return;
        }
        if (!binary && base::valid_utf8_prefix(bytes) != bytes.size()) return;
        const JsonShape shape = json_shape(binary ? std::string_view(text) : bytes);
        counts_.blob_json += shape.kind != JsonKind::none && (family_ == Family::json || shape.binary);
    }

    ColumnProfile& counts_;
    int precision_, scale_;
    Family family_;
    bool about_times_;
    Extremes texts_, blobs_;
    uint64_t time_form_ = 0, uuid_form_ = 0;
};

}  // namespace schema
