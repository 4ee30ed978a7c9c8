// Cells as they may come: texts of each kind's own pieces, generated and mutated, integers and reals. Include it after C++ headers.
#pragma once

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "value/column.hpp"

namespace differential {

using base::Cell;
using base::StorageClass;
using value::Kind;

// What texts are made of. The forms that a kind is written in stand before the pieces of all kinds.
// clang-format off
inline const std::vector<std::string> number_pieces = {
    "0", "1", "-1", "+1", "42", "007", "127", "128", "32767", "32768", "-32768", "-32769", "2147483647", "2147483648",
    "-2147483648", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "0.1", "1.5", "-2.50", ".5", "5.", "1e3",
    "1E-5", "1e308", "1e309", "5e-324", "2e-324", "1e400", "0e400", "1.7976931348623157e308", "9007199254740993", "16777217",
    "3.4028235e38", "3.4028236e38", "1e-45", "NaN", "nan", "Infinity", "-inf", "+infinity", "0x1F", "1_000", "1e1000", "99999.995",
    "0.30000000000000004", "3.14159265358979323846", "123456789012345678901234567890.123456789"};
inline const std::vector<std::string> word_pieces = {
    "t", "f", "true", "false", "yes", "no", "on", "off", "of", "tru", "Y", "N", "TRUE", "1", "0", "1.0", "2"};
inline const std::vector<std::string> date_pieces = {
    "2024-01-02", "2024-1-2", "0001-01-01", "9999-12-31", "10000-01-01", "294276-12-31", "5874897-12-31", "2023-02-29", "2024-02-29",
    "20240102", "2024/01/02", "2024.01.02", "02 Jan 2024", "Jan 2, 2024", "2-Jan-2024", "Tue", "44 BC", "0044-03-15 BC", "4714-11-24 BC",
    "01/02/2024", "24-01-02", "2024-005", "J2451545", "infinity", "-infinity", "epoch", "now", "today", "2024-Jan-02", "allballs"};
inline const std::vector<std::string> clock_pieces = {
    "03:04:05", "03:04", "3:04:05", "23:59:59.999999", "23:59:59.9999999", "24:00:00", "24:00:01", "23:59:60", "10:00:00.5", "103000",
    "10:30 PM", "12:00 AM", "10:00:00,25", "T03:04:05", "T030405", "03:04:05.123456789", "25:00", "10:60"};
inline const std::vector<std::string> zone_pieces = {
    "Z", "+02", "-08:00", "+0530", "+15:59:59", "+16", " UTC", " GMT", "+00:00", " CET", " Europe/Berlin", " +0100 CET", "z", " -3",
    " GMT+0100 (CET)", " m=+0.1", " BC", " AD", " PM"};
inline const std::vector<std::string> span_pieces = {
    "1", "90", "1.5", "1 day", "2 days", "-3 days", "1 mon", "1 year", "26:03:04.5", "-02:03:04", "1.02:03:04", "1 day, 2:03:04",
    "P1DT2H3M", "PT1.5S", "P2W", "1 hour 30 minutes", "00:00:01.1234567", "1 02:03:04", "3 weeks ago", "@ 1 hour", "1-2", "100:00"};
inline const std::vector<std::string> uuid_pieces = {
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12", "A0EEBC999C0B4EF8BB6D6BB9BD380A12", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12}",
    "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a12", "urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12", "a0eebc99", "g", "-"};
inline const std::vector<std::string> text_pieces = {
    "abc", "abcdefgh", "ab   ", "     ", "\xc3\xa4\xc3\xb6\xc3\xbc", "\xf0\x9f\xa6\x89", "\xff", "\xed\xa0\x80", "x", "\t", "'", "\\", "\"",
    "1234567890123456789012345678901234567890123456789012345678901234"};
inline const std::vector<std::string> json_pieces = {
    "{}", "[]", "{\"a\":1}", "{\"a\": 1, \"a\": 2}", "[1, 2.50, -0, 1e5]", "\"\\u0041\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "null", "true",
    "01", "{a:1}", "[1,]", "NaN", " 5 ", "[\"\\x\"]"};
inline const std::vector<std::string> list_pieces = {
    "{1,2}", "{}", "{{1,2},{3,4}}", "{1,NULL}", "{\"1\",\" 2 \"}", "{ 1 , 2 }", "{1}", "{{1},{2}}", "{-1}", "{2147483648}", "{a}", "{\"\"}", "{1,}"};
inline const std::vector<std::string> range_pieces = {
    "[1,5)", "(,5]", "[1,)", "empty", "[1,1]", "[5,1]", "[\"1\",5)", "(,)", "[ 1,5)", "[1,5] ", "[1.5,2)", "[2147483647,2147483647]"};
// clang-format on
inline constexpr std::string_view letters = "0123456789.:-+,/ eETZzabcdfn\"'\\{}[]()\t_xXuP@\xc3\xff";

class Generator {
   public:
    Generator(Kind kind, uint64_t seed) : random_(seed) {
        switch (kind) {
            case Kind::boolean: pools_ = {&word_pieces}; break;
            case Kind::date: pools_ = {&date_pieces}; break;
            case Kind::time:
            case Kind::timetz: pools_ = {&clock_pieces}; break;
            case Kind::timestamp:
            case Kind::timestamptz: pools_ = {&date_pieces, &clock_pieces}; break;
            case Kind::interval: pools_ = {&span_pieces}; break;
            case Kind::uuid: pools_ = {&uuid_pieces}; break;
            case Kind::text:
            case Kind::bpchar:
            case Kind::name: pools_ = {&text_pieces}; break;
            case Kind::json:
            case Kind::jsonb: pools_ = {&json_pieces}; break;
            case Kind::array: pools_ = {&list_pieces}; break;
            case Kind::range:
            case Kind::multirange: pools_ = {&range_pieces}; break;
            default: pools_ = {&number_pieces};
        }
        zones_ = kind >= Kind::date && kind <= Kind::timestamptz;
    }

    uint64_t below(uint64_t most) { return random_() % most; }

    Cell cell(std::string& text) {
        Cell result;
        switch (below(12)) {
            case 0:
                result.storage = StorageClass::integer;
                result.integer = static_cast<int64_t>(random_()) >> below(64);
                return result;
            case 1: {
                result.storage = StorageClass::real;
                uint64_t bits = random_();
                if (below(2) == 0)
                    result.real = static_cast<double>(static_cast<int64_t>(bits) >> below(64)) /
                                  std::pow(10, static_cast<double>(below(20)));
                else
                    std::memcpy(&result.real, &bits, sizeof bits);
                // SQLite stores NaN as NULL.
                if (std::isnan(result.real)) result.real = 0;
                return result;
            }
            default: break;
        }
        make(text);
        result.storage = StorageClass::text;
        result.data = text.data();
        result.size = text.size();
        return result;
    }

   private:
    const std::string& piece(const std::vector<std::string>& pool) { return pool[below(pool.size())]; }

    void digits(std::string& text) {
        for (uint64_t count = 1 + below(below(4) == 0 ? 40 : 8); count > 0; --count)
            text += static_cast<char>('0' + below(10));
    }

    void make(std::string& text) {
        text.clear();
        if (below(4) == 0 && pools_[0] == &number_pieces) {
            if (below(3) == 0) text += below(2) == 0 ? '-' : '+';
            digits(text);
            if (below(2) == 0) digits(text += '.');
            if (below(4) == 0) text += fmt::format("e{}", static_cast<int>(below(700)) - 350);
        } else if (below(4) == 0 && zones_) {
            if (pools_[0] == &date_pieces)
                text +=
                    fmt::format("{:04}-{:02}-{:02}", below(below(4) == 0 ? 10000 : 200) + 1900, below(13), below(32));
            if (pools_.back() == &clock_pieces) {
                if (!text.empty()) text += below(2) == 0 ? ' ' : 'T';
                text += fmt::format("{:02}:{:02}:{:02}", below(25), below(61), below(61));
                if (below(2) == 0) digits(text += '.');
                if (below(2) == 0)
                    text += fmt::format("{}{:02}:{:02}", below(2) == 0 ? '+' : '-', below(17), below(2) * 30);
            }
        } else {
            text += piece(*pools_[0]);
            if (pools_.size() > 1 && below(4) != 0) {
                text += " ";
                text += piece(*pools_[1]);
            }
        }
        if (zones_ && below(3) == 0) text += piece(zone_pieces);
        if (below(8) == 0) text += " " + piece(*pools_[below(pools_.size())]);
        for (uint64_t changes = below(2) == 0 ? 0 : 1 + below(3); changes > 0; --changes)
            mutate(text);
        if (below(16) == 0) text = "  " + text + " ";
    }

    void mutate(std::string& text) {
        const size_t at = below(text.size() + 1);
        switch (below(5)) {
            case 0: text.insert(at, 1, letters[below(letters.size())]); return;
            case 1:
                if (at < text.size()) text.erase(at, 1 + below(3));
                return;
            case 2:
                if (at < text.size()) text[at] = letters[below(letters.size())];
                return;
            case 3: text.insert(at, text.substr(below(text.size() + 1), 1 + below(4))); return;
            default:
                if (at < text.size()) text[at] = static_cast<char>(text[at] ^ 0x20);
                return;
        }
    }

    std::mt19937_64 random_;
    std::vector<const std::vector<std::string>*> pools_;
    bool zones_ = false;
};

}  // namespace differential
