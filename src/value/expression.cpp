// A column's rule that is SQL: an expression over $1, evaluated by the server for each cell.
#include <cstring>
#include <string>

#include "base/error.hpp"
#include "normalize/text.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "pg/subtransaction.hpp"
#include "value/expression.hpp"
#include "value/time_column.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
}

#include "pg/compat.hpp"

namespace value {
namespace {

using base::Cell;
using base::StorageClass;

// The result as a cell, in the context that was current outside SPI. Plain data only, as in all that follows.
Cell cell_of(Oid type, Datum value, MemoryContext context) {
    Cell cell;
    MemoryContext spi = MemoryContextSwitchTo(context);
    switch (type) {
        case INT2OID:
        case INT4OID:
        case INT8OID:
            cell.storage = StorageClass::integer;
            cell.integer = type == INT8OID ? DatumGetInt64(value) : type == INT4OID ? DatumGetInt32(value) : DatumGetInt16(value);
            break;
        case FLOAT4OID:
        case FLOAT8OID:
            cell.storage = StorageClass::real;
            cell.real = type == FLOAT8OID ? DatumGetFloat8(value) : DatumGetFloat4(value);
            break;
        case BYTEAOID: {
            struct varlena* bytes = PG_DETOAST_DATUM_COPY(value);
            cell.storage = StorageClass::blob;
            cell.data = VARDATA(bytes);
            cell.size = VARSIZE(bytes) - VARHDRSZ;
            break;
        }
        default: {
            Oid function;
            bool varlena;
            getTypeOutputInfo(type, &function, &varlena);
            int level = pin_settings(nullptr);
            const char* text = OidOutputFunctionCall(function, value);
            AtEOXact_GUC(true, level);
            cell.storage = StorageClass::text;
            cell.data = text;
            cell.size = strlen(text);
        }
    }
    MemoryContextSwitchTo(spi);
    return cell;
}

Cell run_plan(SPIPlanPtr plan, Datum argument, bool null) {
    MemoryContext context = CurrentMemoryContext;
    if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
    char nulls[2] = {null ? 'n' : ' ', '\0'};
    Datum values[1] = {argument};
    int code = SPI_execute_plan(plan, values, nulls, true, 2);
    if (code != SPI_OK_SELECT || SPI_processed != 1)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a rule's expression must give one value")));
    Cell cell;
    Datum value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null);
    if (!null) cell = cell_of(SPI_gettypeid(SPI_tuptable->tupdesc, 1), value, context);
    SPI_finish();
    return cell;
}

// Whether the text, put where an expression stands, is one: it must not close the parenthesis and go on.
bool is_one_expression(const char* query) {
    List* statements = raw_parser(query, RAW_PARSE_DEFAULT);
    if (list_length(statements) != 1) return false;
    Node* statement = linitial_node(RawStmt, statements)->stmt;
    if (!IsA(statement, SelectStmt)) return false;
    auto* s = reinterpret_cast<SelectStmt*>(statement);
    return s->op == SETOP_NONE && list_length(s->targetList) == 1 && s->distinctClause == NIL && s->intoClause == nullptr &&
           s->fromClause == NIL && s->whereClause == nullptr && s->groupClause == NIL && s->havingClause == nullptr &&
           s->windowClause == NIL && s->valuesLists == NIL && s->sortClause == NIL && s->limitOffset == nullptr &&
           s->limitCount == nullptr && s->lockingClause == NIL && s->withClause == nullptr;
}

Datum argument_of(const Cell& cell) {
    if (cell.storage == StorageClass::blob) {
        auto* bytes = static_cast<bytea*>(palloc(cell.size + VARHDRSZ));
        SET_VARSIZE(bytes, cell.size + VARHDRSZ);
        memcpy(VARDATA(bytes), cell.data, cell.size);
        return PointerGetDatum(bytes);
    }
    char buffer[32];
    if (cell.storage == StorageClass::text) return pg::text_datum(cell.data == nullptr ? "" : cell.data, cell.size);
    return pg::text_datum(buffer, normalize::written_number(cell, buffer));
}

}  // namespace

Expression::~Expression() {
    // Cannot fail: it only gives memory back.
    for (SPIPlanPtr plan : {over_text_, over_bytea_})
        if (plan != nullptr) (void) pg::pg_try([](void* p) { SPI_freeplan(static_cast<SPIPlanPtr>(p)); }, plan);
}

SPIPlanPtr Expression::plan_for(Oid type) const {
    std::string query = "SELECT (" + sql_ + ")";
    return pg::pg_call([&query, type] {
        if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
        Oid types[1] = {type};
        SPIPlanPtr plan = SPI_prepare(query.c_str(), 1, types);
        if (plan == nullptr) elog(ERROR, "SPI_prepare failed");
        SPI_keepplan(plan);
        SPI_finish();
        return plan;
    });
}

void Expression::prepare() {
    std::string query = "SELECT (" + sql_ + ")";
    if (!pg::pg_call([&query] { return is_one_expression(query.c_str()); })) {
        base::Error error(base::ErrorKind::invalid_argument, "a rule is no expression: " + sql_, {},
                          "One expression over $1, nothing around it.");
        error.sqlstate = "42601";
        throw error;
    }
    pg::PgError first{nullptr};
    {
        pg::Subtransaction subtransaction;
        try {
            over_text_ = plan_for(TEXTOID);
            subtransaction.release();
            return;
        } catch (const pg::PgError& error) {
            subtransaction.rollback();
            first = error;
        }
    }
    // encode($1, 'hex') makes sense over a blob alone.
    pg::Subtransaction subtransaction;
    try {
        over_bytea_ = plan_for(BYTEAOID);
        subtransaction.release();
    } catch (const pg::PgError&) {
        subtransaction.rollback();
        throw first;
    }
}

std::string Expression::result_type() const {
    SPIPlanPtr plan = over_text_ != nullptr ? over_text_ : over_bytea_;
    const char* name = pg::pg_call([plan]() -> const char* {
        auto* source = static_cast<CachedPlanSource*>(linitial(SPI_plan_get_plan_sources(plan)));
        Form_pg_attribute result = TupleDescAttr(source->resultDesc, 0);
        char category;
        bool preferred;
        get_type_category_preferred(result->atttypid, &category, &preferred);
        if (category == TYPCATEGORY_STRING || category == TYPCATEGORY_UNKNOWN) return nullptr;
        return format_type_with_typemod(result->atttypid, result->atttypmod);
    });
    return name == nullptr ? "" : name;
}

Cell Expression::evaluate(const Cell& cell) {
    bool blob = cell.storage == StorageClass::blob, null = cell.storage == StorageClass::null;
    SPIPlanPtr& plan = blob || (null && over_text_ == nullptr) ? over_bytea_ : over_text_;
    if (plan == nullptr) plan = plan_for(blob ? BYTEAOID : TEXTOID);
    return run_plan(plan, null ? static_cast<Datum>(0) : argument_of(cell), null);
}

bool same_cell(const Cell& a, const Cell& b) {
    if (a.storage == b.storage && a.storage == StorageClass::integer) return a.integer == b.integer;
    if (a.storage == b.storage && a.storage == StorageClass::real) return memcmp(&a.real, &b.real, sizeof a.real) == 0;
    bool numeric = a.storage == StorageClass::integer || a.storage == StorageClass::real;
    if (!numeric) return a.storage == b.storage && a.bytes() == b.bytes();
    if (b.storage != StorageClass::text) return false;
    char buffer[32];
    return std::string_view(buffer, normalize::written_number(a, buffer)) == b.bytes();
}

}  // namespace value
