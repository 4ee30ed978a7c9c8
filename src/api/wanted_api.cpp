// What a table of the source demands in expressions: defaults, CHECKs, conditions of indexes, in the words of a target table.
#include "base/text.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "pg/rows.hpp"
#include "pg/session.hpp"
#include "pg/source.hpp"
#include "schema/default_value.hpp"
#include "schema/expression.hpp"
#include "schema/sql_token.hpp"
#include "sqlite/catalog.hpp"
#include "api/function.hpp"

namespace {

// The condition of a partial index: what follows the last WHERE outside of parentheses.
std::string condition_of(const std::string& sql) {
    int depth = 0;
    size_t begin = std::string::npos;
    for (const schema::Token& token : schema::read_tokens(sql)) {
        if (token.is_mark("(")) ++depth;
        if (token.is_mark(")")) --depth;
        if (depth == 0 && token.is("WHERE")) begin = token.end;
    }
    return begin == std::string::npos ? std::string() : sql.substr(begin);
}

}  // namespace

// (kind, name, column_name, source_sql, sql, why): kind is default, check or index; sql is "" (NULL) where it cannot be said in
// PostgreSQL, why says why. Target names and types answer for the source's columns; others have no place there.
SQL_FUNCTION(wanted_expressions) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::Rows rows(fcinfo);
        pg::Lease lease(pg::resolve_source(pg::text_argument(fcinfo, 0)));
        const sqlite::Table table = sqlite::read_table(lease.database(), pg::text_argument(fcinfo, 1));
        const std::vector<std::string> sources = pg::text_array_argument(fcinfo, 2), targets = pg::text_array_argument(fcinfo, 3),
                                       types = pg::text_array_argument(fcinfo, 4);
        schema::Relation relation{table.name, table.name, {}, table.rowid_alias};
        for (const sqlite::Column& column : table.columns)
            for (size_t i = 0; i < sources.size() && i < targets.size() && i < types.size(); ++i) {
                if (!base::equal_ignoring_case(sources[i], column.name)) continue;
                schema::Field field;
                field.name = column.name;
                field.target = targets[i];
                field.kind = schema::kind_of_type(types[i]);
                field.collation = column.collation;
                field.generated = column.generated;
                relation.fields.push_back(field);
                if (!column.has_default || column.generated) continue;
                const schema::DefaultChoice choice = schema::default_for(column, types[i]);
                rows.add({std::string("default"), pg::Field(), targets[i], column.default_sql,
                          pg::optional_text(choice.carried ? choice.sql : ""), pg::Field()});
            }
        for (size_t i = 0; i < table.checks.size(); ++i) {
            const schema::Translated check = schema::translate_condition(table.checks[i], relation);
            rows.add({std::string("check"), pg::optional_text(table.check_names[i]), pg::Field(), table.checks[i],
                      pg::optional_text(check.sql), pg::optional_text(check.why)});
        }
        for (const sqlite::Index& index : table.indexes) {
            if (!index.partial) continue;
            const std::string condition = condition_of(index.sql);
            const schema::Translated where = schema::translate_condition(condition, relation);
            rows.add({std::string("index"), index.name, pg::Field(), condition, pg::optional_text(where.sql),
                      pg::optional_text(where.why)});
        }
        return Datum{0};
    });
}
