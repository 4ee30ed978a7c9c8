// The unit of numbers in columns of dates and times: decided once for the column, from all its numbers.
#include <fmt/format.h>

#include "base/json.hpp"
#include "schema/profile.hpp"
#include "sqlite/database.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"
#include "value/column_unit.hpp"

namespace value {

normalize::Rule UnitChoice::rule() const {
    return decided() ? normalize::rule_of(schema::unit_name(candidates[0])) : normalize::Rule::none;
}

std::string UnitChoice::expected() const {
    std::string text = "a unit of time: " + schema::describe_range(range);
    if (candidates.empty()) return text + " are plausible times in no unit";
    const char* separator = " may be ";
    for (schema::TimeUnit unit : candidates) {
        text += fmt::format("{}{} ({})", separator, schema::unit_name(unit), schema::describe_years(range, unit));
        separator = " or ";
    }
    return text;
}

std::string UnitChoice::to_json() const {
    std::string names;
    for (schema::TimeUnit unit : candidates) names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", schema::unit_name(unit));
    if (!decided())
        return fmt::format("{{\"candidates\": [{}], \"numbers\": {}, \"range\": {}}}", names, range.numbers(),
                           base::json_quote(schema::describe_range(range)));
    return fmt::format("{{\"unit\": {}, \"numbers\": {}, \"years\": {}}}", names, range.numbers(),
                       base::json_quote(schema::describe_years(range, candidates[0])));
}

std::vector<UnitChoice> choose_units(const std::shared_ptr<sqlite::Database>& database, const sqlite::Table& table,
                                     const std::vector<std::string>& columns) {
    std::vector<UnitChoice> choices(columns.size());
    if (columns.empty()) return choices;
    std::string list;
    for (const std::string& column : columns) list += (list.empty() ? "" : ", ") + sqlite::quote_name(column);
    sqlite::Statement statement(database, fmt::format("SELECT {} FROM {}", list, sqlite::quote_name(table.name)));
    while (statement.step()) {
        for (size_t i = 0; i < columns.size(); ++i) {
            const base::Cell cell = statement.cell(static_cast<int>(i));
            double number;
            if (cell.storage == base::StorageClass::integer)
                choices[i].range.add(cell.integer);
            else if (cell.storage == base::StorageClass::real)
                choices[i].range.add(cell.real);
            else if (cell.storage == base::StorageClass::text && schema::read_number(cell.bytes(), number))
                choices[i].range.add(number);
        }
    }
    for (size_t i = 0; i < columns.size(); ++i) {
        choices[i].column = columns[i];
        choices[i].candidates = schema::possible_units(choices[i].range, schema::is_core_data(table));
    }
    return choices;
}

}  // namespace value
