// Hands rows from C++ to the server as the materialized result of a set-returning function.
#include "pg/rows.hpp"

#include <algorithm>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "nodes/execnodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"
}

namespace pg {
namespace {

// A name that is damaged must not hide the others behind an error.
Datum shown(const std::string& text) {
    size_t valid = base::valid_utf8_prefix(text);
    if (valid == text.size() && text.find('\0') == std::string::npos) return text_datum(text.data(), text.size());
    StringInfoData buffer;
    initStringInfo(&buffer);
    for (size_t i = 0; i < text.size();) {
        std::string_view rest(text.data() + i, text.size() - i);
        valid = std::min(base::valid_utf8_prefix(rest), rest.find('\0'));
        appendBinaryStringInfo(&buffer, rest.data(), static_cast<int>(valid));
        i += valid;
        if (i < text.size()) appendStringInfo(&buffer, "\\x%02x", static_cast<unsigned char>(text[i++]));
    }
    return text_datum(buffer.data, buffer.len);
}

Datum text_array(const std::vector<std::string>& items) {
    auto* values = static_cast<Datum*>(palloc(sizeof(Datum) * (items.size() + 1)));
    for (size_t i = 0; i < items.size(); ++i)
        values[i] = shown(items[i]);
    return PointerGetDatum(construct_array(values, static_cast<int>(items.size()), TEXTOID, -1, false, TYPALIGN_INT));
}

Datum to_datum(const Field& field, Oid type) {
    if (const bool* flag = std::get_if<bool>(&field)) return BoolGetDatum(*flag);
    if (const int64_t* number = std::get_if<int64_t>(&field))
        return type == INT4OID ? Int32GetDatum(static_cast<int32>(*number)) : Int64GetDatum(*number);
    if (const std::string* text = std::get_if<std::string>(&field))
        return shown(*text);
    return text_array(std::get<std::vector<std::string>>(field));
}

}  // namespace

Rows::Rows(FunctionCallInfoBaseData* call) : call_(call) {
    pg_call([call] { InitMaterializedSRF(call, 0); });
}

void Rows::add(const std::vector<Field>& fields) {
    auto* info = reinterpret_cast<ReturnSetInfo*>(call_->resultinfo);
    if (static_cast<int>(fields.size()) != info->setDesc->natts)
        throw base::Error(base::ErrorKind::internal, "a function's declaration and its C++ code disagree",
                          "The number of result columns differs.", "ALTER EXTENSION sqlite_fdw_migrate UPDATE");
    pg_call([&fields, info] {
        Datum values[64];
        bool nulls[64];
        int n = info->setDesc->natts;
        for (int i = 0; i < n; ++i) {
            nulls[i] = std::holds_alternative<std::monostate>(fields[i]);
            values[i] = nulls[i] ? static_cast<Datum>(0) : to_datum(fields[i], TupleDescAttr(info->setDesc, i)->atttypid);
        }
        tuplestore_putvalues(info->setResult, info->setDesc, values, nulls);
    });
}

}  // namespace pg
