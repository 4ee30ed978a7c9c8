// Hands the converted rows of a source table to SQL.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "copy/converted_rows.hpp"
#include "copy/target.hpp"
#include "pg/arguments.hpp"
#include "pg/batch_context.hpp"
#include "pg/guard.hpp"
#include "pg/session.hpp"
#include "sqlite/catalog.hpp"
#include "value/column_unit.hpp"
#include "value/row_reader.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "nodes/execnodes.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"
}

namespace copy {
namespace {

using base::Error;
using base::ErrorKind;

// The caller's column definition list must name the very types that the Datums have.
void check_shape(TupleDesc wanted, TupleDesc target, const std::vector<int>& attributes, bool keyed) {
    bool same = wanted->natts == static_cast<int>(attributes.size()) + (keyed ? 1 : 0);
    for (size_t i = 0; same && i < attributes.size(); ++i)
        same = TupleDescAttr(wanted, static_cast<int>(i))->atttypid == TupleDescAttr(target, attributes[i] - 1)->atttypid;
    if (same && keyed) same = TupleDescAttr(wanted, wanted->natts - 1)->atttypid == TEXTOID;
    if (!same) throw Error(ErrorKind::invalid_argument, "the column definition list does not fit the target's columns");
}

}  // namespace

void return_converted_rows(const LoadRequest& request, bool keyed, FunctionCallInfo call) {
    pg::pg_call([call] { InitMaterializedSRF(call, MAT_SRF_USE_EXPECTED_DESC); });
    auto* info = reinterpret_cast<ReturnSetInfo*>(call->resultinfo);
    pg::Lease lease(request.source);
    const sqlite::Table table = sqlite::read_table(lease.database(), request.source_table);
    Target target(request.target);
    const std::vector<int> attributes = target.attributes(request.target_columns);
    TupleDesc descriptor = RelationGetDescr(target.relation());
    check_shape(info->setDesc, descriptor, attributes, keyed);
    value::RowReader reader(lease.database(), table, {request.source_columns, attributes, request.rules, false, value::Deep::none},
                            descriptor, find_zone(request.assume_timezone));

    // A key can be asked for while the source stands on its row only.
    const int batch_rows = keyed ? 1 : 100;
    const int natts = descriptor->natts, width = info->setDesc->natts;
    std::vector<Datum> values(static_cast<size_t>(natts) * batch_rows), out(static_cast<size_t>(width));
    auto nulls = std::make_unique<bool[]>(static_cast<size_t>(natts) * batch_rows);
    auto out_nulls = std::make_unique<bool[]>(static_cast<size_t>(width));
    std::vector<value::RowTarget> rows;
    for (int i = 0; i < batch_rows; ++i) rows.push_back({&values[static_cast<size_t>(i) * natts], &nulls[static_cast<size_t>(i) * natts]});
    pg::BatchContext batch;
    while (!reader.at_end()) {
        const int count = reader.fill(rows.data(), batch_rows);
        std::string key = keyed && count > 0 ? reader.key_json() : std::string();
        pg::pg_call([&] {
            for (int row = 0; row < count; ++row) {
                for (size_t i = 0; i < attributes.size(); ++i) {
                    out[i] = rows[row].values[attributes[i] - 1];
                    out_nulls[i] = rows[row].nulls[attributes[i] - 1];
                }
                if (keyed) {
                    out[attributes.size()] = pg::text_datum(key.data(), key.size());
                    out_nulls[attributes.size()] = false;
                }
                tuplestore_putvalues(info->setResult, info->setDesc, out.data(), out_nulls.get());
            }
        });
        batch.reset();
    }
}

std::string find_units(const LoadRequest& request) {
    pg::Lease lease(request.source);
    const sqlite::Table table = sqlite::read_table(lease.database(), request.source_table);
    Target target(request.target);
    const std::vector<int> attributes = target.attributes(request.target_columns);
    TupleDesc descriptor = RelationGetDescr(target.relation());
    std::vector<std::string> open;
    for (size_t i = 0; i < attributes.size(); ++i) {
        Oid type = TupleDescAttr(descriptor, attributes[i] - 1)->atttypid;
        Oid base = pg::pg_call([type] { return getBaseType(type); });
        if (base != DATEOID && base != TIMESTAMPOID && base != TIMESTAMPTZOID) continue;
        bool stated = false;
        auto rules = request.rules.find(request.source_columns[i]);
        if (rules != request.rules.end()) {
            stated = !rules->second.expression.empty();
            for (const std::string& name : rules->second.names) stated = stated || schema::is_unit_name(name);
        }
        if (!stated) open.push_back(request.source_columns[i]);
    }
    std::string result;
    for (const value::UnitChoice& choice : value::choose_units(lease.database(), table, open)) {
        if (choice.range.numbers() == 0) continue;
        result += fmt::format("{}{}: {}", result.empty() ? "" : ", ", base::json_quote(choice.column), choice.to_json());
    }
    return "{" + result + "}";
}

}  // namespace copy
