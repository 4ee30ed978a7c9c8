// What a reader says of its rows: what names one, what was wrong with it, which rules it took.
#include <fmt/format.h>

#include "base/json.hpp"
#include "value/describe.hpp"
#include "value/row_reader.hpp"

namespace value {

using normalize::Code;
using normalize::Rule;

std::string RowReader::units_json() const {
    std::string result = "{";
    for (const Place& place : places_) {
        if (!place.unit || place.unit->range.numbers() == 0) continue;
        if (result.size() > 1) result += ", ";
        result += base::json_quote(place.name) + ": " + place.unit->to_json();
    }
    return result + "}";
}

std::string RowReader::key_json() const {
    std::string result = "{";
    for (const auto& [name, place] : key_) {
        if (result.size() > 1) result += ", ";
        result += base::json_quote(name) + ": " + to_json(statement_->cell(place));
    }
    return result + "}";
}

void RowReader::complain(const Place& place, const base::Cell& source, const base::Cell& cell, Code code) {
    std::string found = show(cell);
    if (place.expression) found += fmt::format(" (by its rule, from {})", show(source));
    bool no_unit = code == Code::ambiguous_time && place.unit;
    note(place, source,
         {place.name, normalize::code_name(code), normalize::code_sqlstate(code),
          fmt::format("found {}, expected {}", found, no_unit ? place.unit->expected() : normalize::code_expected(code))});
}

void RowReader::note(const Place& place, const base::Cell& source, Refusal refusal) {
    complaints_.add(place.name, refusal.code.c_str(), refusal.sqlstate.c_str(), refusal.message, source,
                    [this] { return key_json(); });
    if (!row_bad_) refusal_ = std::move(refusal);
    row_bad_ = true;
}

pg::Reject RowReader::reject_row(int row, int attribute, Refusal refusal) {
    base::Cell cell;
    for (const Place& place : places_)
        if (place.index == attribute - 1) {
            refusal.column = place.name;
            cell = raw_.cell(row, place.name);
        }
    complaints_.add(refusal.column, refusal.code.c_str(), refusal.sqlstate.c_str(), refusal.message, cell,
                    [this, row] { return raw_.key_json(row); });
    uncount(row);
    return raw_.reject(row, refusal);
}

void RowReader::uncount(int row) {
    for (size_t i = 0; i < places_.size(); ++i) --places_[i].rules[static_cast<size_t>(used_[static_cast<size_t>(row)][i])];
}

int64_t RowReader::normalized() const {
    int64_t total = 0;
    for (const Place& place : places_)
        for (size_t rule = 1; rule < place.rules.size(); ++rule) total += place.rules[rule];
    return total;
}

std::string RowReader::rules_json() const {
    std::string result = "{";
    for (size_t rule = 1; rule < static_cast<size_t>(Rule::count_); ++rule) {
        int64_t total = 0;
        for (const Place& place : places_) total += place.rules[rule];
        if (total == 0) continue;
        if (result.size() > 1) result += ", ";
        result += fmt::format("\"{}\": {}", normalize::rule_name(static_cast<Rule>(rule)), total);
    }
    return result + "}";
}

}  // namespace value
