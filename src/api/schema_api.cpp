// The functions that design a schema: statements for create mode, and the order of tables.
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/json.hpp"
#include "pg/arguments.hpp"
#include "pg/catalog.hpp"
#include "pg/guard.hpp"
#include "pg/rows.hpp"
#include "pg/session.hpp"
#include "pg/source.hpp"
#include "schema/ddl.hpp"
#include "pg/subtransaction.hpp"
#include "schema/order.hpp"
#include "value/expression.hpp"
#include "value/failure.hpp"
#include "api/function.hpp"

extern "C" {
#include "utils/memutils.h"
}

namespace {

using base::json_quote;

schema::NameStyle style_of(const std::string& name) {
    if (name == "preserve") return schema::NameStyle::preserve;
    if (name == "lower") return schema::NameStyle::lower;
    if (name == "snake") return schema::NameStyle::snake;
    throw base::Error(base::ErrorKind::invalid_argument, fmt::format("identifiers \"{}\" is not known", name), {},
                      "preserve, lower or snake");
}

std::string to_json(const schema::Design& design) {
    std::string tables, statements;
    for (const schema::TablePlan& t : design.tables) {
        std::string columns;
        for (const schema::ColumnPlan& c : t.columns)
            columns += fmt::format("{}{{\"source\": {}, \"target\": {}, \"type\": {}, \"why\": {}, "
                                   "\"generated\": {}}}",
                                   columns.empty() ? "" : ", ", json_quote(c.source), json_quote(c.target),
                                   json_quote(c.type), json_quote(c.why), c.generated);
        tables += fmt::format("{}{{\"source\": {}, \"target\": {}, \"rows\": {}, \"columns\": [{}]}}",
                              tables.empty() ? "" : ", ", json_quote(t.source), json_quote(t.target), t.rows, columns);
    }
    for (const schema::Statement& s : design.statements)
        statements += fmt::format(
            "{}{{\"action\": {}, \"source_table\": {}, \"object\": {}, \"sql\": {}, \"note\": {}}}",
            statements.empty() ? "" : ", ", json_quote(schema::action_name(s.action)), json_quote(s.source_table),
            json_quote(s.object), s.sql.empty() ? "null" : json_quote(s.sql), s.note.empty() ? "null" : json_quote(s.note));
    return fmt::format("{{\"tables\": [{}], \"statements\": [{}]}}", tables, statements);
}

// What a column's expression makes of a cell. Where it raises, the cell is left as it is: the load will name it.
class Through {
   public:
    explicit Through(const std::string& sql) : expression_(std::make_shared<value::Expression>(sql)) {
        expression_->prepare();
        context_ = pg::pg_call([] { return AllocSetContextCreate(CurrentMemoryContext, "expression", ALLOCSET_DEFAULT_SIZES); });
    }
    std::string type() const { return expression_->result_type(); }
    base::Cell operator()(const base::Cell& cell) const {
        base::Cell result;
        pg::Subtransaction subtransaction;
        try {
            result = pg::pg_call([this, &cell] {
                MemoryContextReset(context_);
                MemoryContext before = MemoryContextSwitchTo(context_);
                base::Cell through = expression_->evaluate(cell);
                MemoryContextSwitchTo(before);
                return through;
            });
            subtransaction.release();
        } catch (const pg::PgError& error) {
            subtransaction.rollback();
            if (!value::speaks_of_a_value(error.data->sqlerrcode)) throw;
            return cell;
        }
        return result;
    }

   private:
    std::shared_ptr<value::Expression> expression_;
    MemoryContext context_;
};

// {"rules": {"table.column": ["round"]}, "expressions": {"table.column": ["$1"]}}
void ask(Datum rules, schema::Request& request) {
    for (auto& [column, names] : pg::jsonb_lists(rules, "rules")) request.rules[column].names = names;
    for (auto& [column, sql] : pg::jsonb_lists(rules, "expressions")) {
        Through through(sql.at(0));
        schema::AskedRules& asked = request.rules[column];
        asked.type = through.type();
        asked.through = through;
    }
}

}  // namespace

SQL_FUNCTION(design) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::Lease lease(pg::resolve_source(pg::text_argument(fcinfo, 0)));
        schema::Request request;
        request.target_schema = pg::text_argument(fcinfo, 1);
        request.style = style_of(pg::text_argument(fcinfo, 2));
        request.tables = pg::text_array_argument(fcinfo, 3);
        request.renames = pg::jsonb_strings(fcinfo, 4);
        request.taken = pg::relation_names(request.target_schema);
        ask(pg::required_argument(fcinfo, 5), request);
        std::string orphans = pg::jsonb_text(pg::required_argument(fcinfo, 5), "orphans");
        request.orphans_go = orphans == "reject" || orphans == "null";
        return pg::jsonb_result(to_json(schema::design_schema(lease.database(), request)));
    });
}

SQL_FUNCTION(order) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::Rows rows(fcinfo);
        std::vector<std::string> children = pg::text_array_argument(fcinfo, 1), parents = pg::text_array_argument(fcinfo, 2);
        if (children.size() != parents.size())
            throw base::Error(base::ErrorKind::invalid_argument, "children and parents differ in number");
        std::vector<schema::Reference> references;
        for (size_t i = 0; i < children.size(); ++i) references.push_back({children[i], parents[i]});
        int64_t component = 0;
        for (const auto& names : schema::parents_first(pg::text_array_argument(fcinfo, 0), references)) {
            ++component;
            for (const std::string& name : names) rows.add({component, name});
        }
        return Datum{0};
    });
}
