// A column's rule that is SQL: an expression over $1, evaluated by the server for each cell.
#include <cstring>
#include <string>

#include "base/error.hpp"
#include "normalize/text.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "value/expression.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
}

#include "pg/compat.hpp"

namespace value {
namespace {

using base::Cell;
using base::StorageClass;

// Plain data only: an error of the expression leaves this frame.
struct Answer {
    Oid type;
    Datum value;
    bool null;
};

Answer run_plan(SPIPlanPtr plan, Datum argument, bool null, MemoryContext context) {
    if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
    char nulls[2] = {null ? 'n' : ' ', '\0'};
    Datum values[1] = {argument};
    int code = SPI_execute_plan(plan, values, nulls, true, 2);
    if (code != SPI_OK_SELECT || SPI_processed != 1 || SPI_tuptable->tupdesc->natts != 1)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("a rule's expression must give one value")));
    Answer answer;
    answer.type = SPI_gettypeid(SPI_tuptable->tupdesc, 1);
    answer.value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &answer.null);
    if (!answer.null) {
        MemoryContext spi = MemoryContextSwitchTo(context);
        if (answer.type == BYTEAOID) {
            answer.value = PointerGetDatum(PG_DETOAST_DATUM_COPY(answer.value));
        } else {
            Oid function;
            bool varlena;
            getTypeOutputInfo(answer.type, &function, &varlena);
            answer.value = CStringGetDatum(OidOutputFunctionCall(function, answer.value));
        }
        MemoryContextSwitchTo(spi);
    }
    SPI_finish();
    return answer;
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
        // One query, and one that gives rows: an expression must not smuggle in a statement.
        if (plan == nullptr || !SPI_is_cursor_plan(plan))
            ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("a rule's expression is no expression: %s", query.c_str())));
        SPI_keepplan(plan);
        SPI_finish();
        return plan;
    });
}

void Expression::prepare() {
    over_text_ = plan_for(TEXTOID);
    // Over a blob it need not make sense; if it does not, blobs raise when they come.
    over_bytea_ = nullptr;
}

Cell Expression::evaluate(const Cell& cell) const {
    MemoryContext context = CurrentMemoryContext;
    bool blob = cell.storage == StorageClass::blob, null = cell.storage == StorageClass::null;
    auto* self = const_cast<Expression*>(this);
    if (blob && over_bytea_ == nullptr) self->over_bytea_ = plan_for(BYTEAOID);
    Answer answer = run_plan(blob ? over_bytea_ : over_text_, null ? static_cast<Datum>(0) : argument_of(cell), null, context);
    Cell result;
    if (answer.null) return result;
    if (answer.type == BYTEAOID) {
        auto* bytes = reinterpret_cast<bytea*>(DatumGetPointer(answer.value));
        result.storage = StorageClass::blob;
        result.data = VARDATA(bytes);
        result.size = VARSIZE(bytes) - VARHDRSZ;
    } else {
        const char* text = DatumGetCString(answer.value);
        result.storage = StorageClass::text;
        result.data = text;
        result.size = strlen(text);
    }
    return result;
}

bool same_cell(const Cell& a, const Cell& b) {
    bool numeric = a.storage == StorageClass::integer || a.storage == StorageClass::real;
    if (!numeric) return a.storage == b.storage && a.bytes() == b.bytes();
    if (b.storage != StorageClass::text) return false;
    char buffer[32];
    return std::string_view(buffer, normalize::written_number(a, buffer)) == b.bytes();
}

}  // namespace value
