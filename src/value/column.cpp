// One target column: what it takes, and the conversion of a SQLite cell into its Datum.
#include "value/container_column.hpp"
#include "value/plain.hpp"
#include "value/time_column.hpp"

#include <cstring>

#include "normalize/number_text.hpp"
#include "normalize/text.hpp"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/syscache.h"
#include "utils/typcache.h"
#include "utils/uuid.h"
}

#include "pg/compat.hpp"

namespace value {
namespace {

using base::Cell;
using base::StorageClass;
using normalize::Bytes;
using normalize::Code;
using normalize::Outcome;
using normalize::Rule;
using normalize::Verdict;

Kind kind_of(Oid base) {
    switch (base) {
        case BOOLOID: return Kind::boolean;
        case INT2OID: return Kind::int2;
        case INT4OID: return Kind::int4;
        case INT8OID: return Kind::int8;
        case FLOAT4OID: return Kind::float4;
        case FLOAT8OID: return Kind::float8;
        case NUMERICOID: return Kind::numeric;
        case TEXTOID: case VARCHAROID: return Kind::text;
        case BPCHAROID: return Kind::bpchar;
        case NAMEOID: return Kind::name;
        case BYTEAOID: return Kind::bytea;
        case DATEOID: return Kind::date;
        case TIMEOID: return Kind::time;
        case TIMETZOID: return Kind::timetz;
        case TIMESTAMPOID: return Kind::timestamp;
        case TIMESTAMPTZOID: return Kind::timestamptz;
        case INTERVALOID: return Kind::interval;
        case UUIDOID: return Kind::uuid;
        case JSONOID: return Kind::json;
        case JSONBOID: return Kind::jsonb;
        case MONEYOID: return Kind::money;
        // Arrays by name alone: their elements begin at 0.
        case INT2VECTOROID: case OIDVECTOROID: return Kind::input;
        default: break;
    }
    if (OidIsValid(get_element_type(base))) return Kind::array;
    switch (get_typtype(base)) {
        case TYPTYPE_RANGE: return Kind::range;
        case TYPTYPE_MULTIRANGE: return Kind::multirange;
        case TYPTYPE_COMPOSITE: return Kind::row;
        default: return Kind::input;
    }
}

void read_typmod(Column& column) {
    if (column.typmod < 0) return;
    switch (column.kind) {
        case Kind::text:
        case Kind::bpchar:
            column.settings.length = column.typmod - VARHDRSZ;
            break;
        case Kind::numeric: {
            int32 packed = column.typmod - VARHDRSZ;
            column.settings.precision = (packed >> 16) & 0xffff;
            // Eleven bits with a sign since PostgreSQL 15, which allows a negative scale.
            column.settings.scale = ((packed & 0x7ff) ^ 1024) - 1024;
            break;
        }
        default:
            break;
    }
}

// SQLite's text is UTF-8; so are nearly all databases. Elsewhere the server converts, and raises if it cannot.
bool same_encoding() { return GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII; }

Datum make_text(Bytes bytes) {
    if (same_encoding()) return PointerGetDatum(cstring_to_text_with_len(bytes.data, static_cast<int>(bytes.size)));
    char* given = pnstrdup(bytes.data, bytes.size);
    char* converted = pg_any_to_server(given, static_cast<int>(bytes.size), PG_UTF8);
    return PointerGetDatum(cstring_to_text(converted));
}

// char(n) is stored with its blanks; the length was checked in characters.
Datum make_bpchar(const Column& column, Bytes bytes) {
    if (column.settings.length < 0) return make_text(bytes);
    int characters = pg_mbstrlen_with_len(bytes.data, static_cast<int>(bytes.size));
    int blanks = column.settings.length > characters ? column.settings.length - characters : 0;
    char* padded = static_cast<char*>(palloc(bytes.size + blanks + 1));
    memcpy(padded, bytes.data, bytes.size);
    memset(padded + bytes.size, ' ', blanks);
    return make_text({padded, bytes.size + blanks});
}

Datum make_name(Bytes bytes) {
    auto* name = static_cast<Name>(palloc0(NAMEDATALEN));
    memcpy(NameStr(*name), bytes.data, bytes.size);
    return NameGetDatum(name);
}

Datum make_bytea(Bytes bytes) {
    auto* result = static_cast<bytea*>(palloc(bytes.size + VARHDRSZ));
    SET_VARSIZE(result, bytes.size + VARHDRSZ);
    memcpy(VARDATA(result), bytes.data, bytes.size);
    return PointerGetDatum(result);
}

Outcome convert_numeric(Column& column, const Cell& cell, Datum* result) {
    normalize::Decimal decimal;
    Outcome outcome = normalize::to_decimal(cell, column.settings, decimal, column.lent->scratch);
    if (outcome.verdict != Verdict::value) return outcome;
    if (decimal.is_integer) {
        Datum number = NumericGetDatum(int64_to_numeric(decimal.integer));
        if (column.typmod >= 0) number = DirectFunctionCall2(numeric, number, Int32GetDatum(column.typmod));
        *result = number;
    } else {
        *result = DirectFunctionCall3(numeric_in, CStringGetDatum(pnstrdup(decimal.text.data, decimal.text.size)),
                                      ObjectIdGetDatum(InvalidOid), Int32GetDatum(column.typmod));
    }
    return outcome;
}

// By way of numeric, whose digits can be counted: the type's own function rounds them in silence. Text with a currency
// sign or grouping is the locale's to read.
Outcome convert_money(Column& column, const Cell& cell, Datum* result) {
    normalize::Decimal decimal;
    Outcome outcome = normalize::to_decimal(cell, column.settings, decimal, column.lent->scratch);
    if (outcome.code == Code::not_a_number) {
        Bytes text;
        outcome = normalize::to_input_text(cell, column.settings, text, column.lent->scratch);
        if (outcome.verdict != Verdict::value) return outcome;
        *result = call_input(column, text, -1);
        char* printed = DatumGetCString(DirectFunctionCall1(cash_out, *result));
        if (normalize::digits_lost({text.data, text.size}, printed)) outcome.rule = Rule::round_to_scale;
        return outcome;
    }
    if (outcome.verdict != Verdict::value) return outcome;
    Datum number;
    if (decimal.is_integer) {
        number = NumericGetDatum(int64_to_numeric(decimal.integer));
    } else {
        char* text = pnstrdup(decimal.text.data, decimal.text.size);
        number = DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
    }
    *result = DirectFunctionCall1(numeric_cash, number);
    if (!DatumGetBool(DirectFunctionCall2(numeric_eq, DirectFunctionCall1(cash_numeric, *result), number)))
        outcome.rule = Rule::round_to_scale;
    return outcome;
}

Outcome convert_uuid(Column& column, const Cell& cell, Datum* result) {
    unsigned char bytes[16];
    Outcome outcome = normalize::to_uuid(cell, column.settings, bytes);
    if (outcome.verdict != Verdict::value) return outcome;
    auto* stored = static_cast<pg_uuid_t*>(palloc(sizeof(pg_uuid_t)));
    memcpy(stored->data, bytes, UUID_LEN);
    *result = UUIDPGetDatum(stored);
    return outcome;
}

// Empty text is a value to types whose category says that they are texts, and to an enum that has it for a label.
bool takes_empty(Oid type) {
    char category;
    bool preferred;
    get_type_category_preferred(type, &category, &preferred);
    return category == TYPCATEGORY_STRING ||
           (type_is_enum(type) && SearchSysCacheExists2(ENUMTYPOIDNAME, ObjectIdGetDatum(type), CStringGetDatum("")));
}

Care care_of(Oid type) {
    switch (type) {
        case OIDOID: case XIDOID: case CIDOID:
        // Names would be looked up, by the search_path of the day.
        case REGCLASSOID: case REGTYPEOID: case REGPROCOID: case REGPROCEDUREOID: case REGOPEROID: case REGOPERATOROID:
        case REGROLEOID: case REGNAMESPACEOID: case REGCONFIGOID: case REGDICTIONARYOID: case REGCOLLATIONOID:
            return Care::number;
        case BITOID: case VARBITOID: case MACADDROID: case MACADDR8OID: return Care::digits;
        default: break;
    }
    if (type == CHAROID) return Care::letter;
    return takes_empty(type) ? Care::empty : Care::none;
}

// The server reads "-1" as 4294967295 for an oid; here that is a complaint.
Outcome check_oid(const Cell& cell) {
    int64_t value = 0;
    Outcome outcome = normalize::to_int8(cell, normalize::Settings(), value);
    if (outcome.verdict == Verdict::value && (value < 0 || value > PG_UINT32_MAX))
        return normalize::complain(Code::out_of_range);
    return outcome;
}

// A number where digits are meant: leading zeros are gone, unless it has as many digits as bit(n) has bits.
bool keeps_digits(const Column& column, const Cell& cell) {
    if (cell.storage != StorageClass::integer) return cell.storage != StorageClass::real;
    char buffer[32];
    return column.base == BITOID && normalize::plain_number(cell, buffer) == static_cast<size_t>(column.typmod);
}

Outcome convert_input(Column& column, const Cell& cell, Datum* result) {
    if (column.care == Care::number) {
        Outcome number = check_oid(cell);
        if (number.verdict != Verdict::value) return number;
    }
    if (column.care == Care::digits && !keeps_digits(column, cell)) return normalize::complain(Code::destroyed_by_affinity);
    Bytes text;
    auto to_text = column.care == Care::empty ? normalize::to_text : normalize::to_input_text;
    Outcome outcome = to_text(cell, column.settings, text, column.lent->scratch);
    if (outcome.verdict != Verdict::value) return outcome;
    // "char" is one byte, and its input function takes the first of however many.
    if (column.care == Care::letter && text.size != 1) return normalize::complain(Code::too_long);
    *result = call_input(column, text, column.typmod);
    return outcome;
}

// How many members the objects in a valid JSON text have: a colon outside strings belongs to nothing else.
int64 written_members(Bytes json) {
    int64 members = 0;
    bool inside = false;
    for (size_t i = 0; i < json.size; ++i) {
        char c = json.data[i];
        if (inside && c == '\\')
            ++i;
        else if (c == '"')
            inside = !inside;
        else if (c == ':' && !inside)
            ++members;
    }
    return members;
}

int64 kept_members(Datum jsonb) {
    JsonbIterator* iterator = JsonbIteratorInit(&DatumGetJsonbP(jsonb)->root);
    JsonbValue item;
    JsonbIteratorToken token;
    int64 members = 0;
    while ((token = JsonbIteratorNext(&iterator, &item, false)) != WJB_DONE)
        if (token == WJB_KEY) ++members;
    return members;
}

Outcome convert_bytes(Column& column, const Cell& cell, Datum* result) {
    Bytes bytes;
    std::string& scratch = column.lent->scratch;
    Outcome outcome;
    switch (column.kind) {
        case Kind::bytea:
            outcome = normalize::to_bytea(cell, column.settings, bytes, scratch);
            if (outcome.verdict == Verdict::value) *result = make_bytea(bytes);
            return outcome;
        case Kind::name:
            outcome = normalize::to_name(cell, column.settings, bytes, scratch);
            if (outcome.verdict == Verdict::value) *result = make_name(bytes);
            return outcome;
        case Kind::json:
        case Kind::jsonb:
            outcome = normalize::to_json(cell, column.settings, column.kind == Kind::jsonb, bytes, scratch);
            if (outcome.verdict != Verdict::value) return outcome;
            *result = call_input(column, bytes, column.typmod);
            if (column.kind == Kind::jsonb && written_members(bytes) != kept_members(*result))
                outcome.rule = Rule::duplicate_keys;
            return outcome;
        default:
            outcome = normalize::to_text(cell, column.settings, bytes, scratch);
            if (outcome.verdict == Verdict::value)
                *result = column.kind == Kind::bpchar ? make_bpchar(column, bytes) : make_text(bytes);
            return outcome;
    }
}

// The lambdas that are given: the DatumGet macros of 15 are functions only since 16.
template <typename T, typename F, typename G>
Outcome convert_plain(F function, G to_datum, const Column& column, const Cell& cell, Datum* result) {
    T value;
    Outcome outcome = function(cell, column.settings, value);
    if (outcome.verdict == Verdict::value) *result = to_datum(value);
    return outcome;
}

Outcome convert_base(Column& column, const Cell& cell, Datum* result) {
    switch (column.kind) {
        case Kind::boolean: return convert_plain<bool>(normalize::to_boolean, [](auto v) { return BoolGetDatum(v); }, column, cell, result);
        case Kind::int2: return convert_plain<int16_t>(normalize::to_int2, [](auto v) { return Int16GetDatum(v); }, column, cell, result);
        case Kind::int4: return convert_plain<int32_t>(normalize::to_int4, [](auto v) { return Int32GetDatum(v); }, column, cell, result);
        case Kind::int8: return convert_plain<int64_t>(normalize::to_int8, [](auto v) { return Int64GetDatum(v); }, column, cell, result);
        case Kind::float4: return convert_plain<float>(normalize::to_float4, [](auto v) { return Float4GetDatum(v); }, column, cell, result);
        case Kind::float8: return convert_plain<double>(normalize::to_float8, [](auto v) { return Float8GetDatum(v); }, column, cell, result);
        case Kind::numeric: return convert_numeric(column, cell, result);
        case Kind::uuid: return convert_uuid(column, cell, result);
        case Kind::money: return convert_money(column, cell, result);
        case Kind::array:
        case Kind::range:
        case Kind::multirange:
        case Kind::row: return convert_container(column, cell, result);
        case Kind::input: return convert_input(column, cell, result);
        default: return is_time(column.kind) ? convert_time(column, cell, result) : convert_bytes(column, cell, result);
    }
}

}  // namespace

// The input function gets text that ends with a NUL, in the server's encoding.
Datum call_input(Column& column, Bytes bytes, int32 typmod) {
    char* given = pnstrdup(bytes.data, bytes.size);
    char* converted = same_encoding() ? given : pg_any_to_server(given, static_cast<int>(bytes.size), PG_UTF8);
    return InputFunctionCall(&column.input, converted, column.input_param, typmod);
}

Column* make_column(Oid type, int32 typmod, pg_tz* zone, Lent* lent) {
    auto* column = static_cast<Column*>(palloc0(sizeof(Column)));
    new (column) Column{};
    column->type = type;
    column->typmod = typmod;
    column->base = getBaseTypeAndTypmod(type, &column->typmod);
    column->domain = column->base != type;
    column->kind = kind_of(column->base);
    column->zone = zone;
    column->lent = lent;
    column->context = CurrentMemoryContext;
    if (column->kind == Kind::input) column->care = care_of(column->base);
    if (is_container(column->kind)) make_parts(*column);
    get_typlenbyvalalign(column->base, &column->length, &column->by_value, &column->align);
    read_typmod(*column);
    Oid function;
    getTypeInputInfo(column->base, &function, &column->input_param);
    fmgr_info(function, &column->input);
    column->calls_input = column->domain || column->kind == Kind::json || column->kind == Kind::jsonb ||
                          column->kind == Kind::input || column->kind == Kind::money || is_container(column->kind) ||
                          is_time(column->kind) || !same_encoding();
    return column;
}

Plain plain_of(const Column& column) {
    const normalize::Settings& settings = column.settings;
    if (settings.rules != 0 || settings.length >= 0 || !same_encoding()) return Plain::none;
    switch (column.kind) {
        case Kind::boolean: return Plain::boolean;
        case Kind::int2: return Plain::int2;
        case Kind::int4: return Plain::int4;
        case Kind::int8: return Plain::int8;
        case Kind::float8: return Plain::float8;
        case Kind::text: return Plain::text;
        case Kind::bytea: return Plain::bytea;
        case Kind::uuid: return Plain::uuid;
        // Digits may have to be cut, and a zone applied.
        case Kind::timestamp: return column.typmod < 0 ? Plain::timestamp : Plain::none;
        case Kind::timestamptz: return column.typmod < 0 && column.zone == nullptr ? Plain::timestamp : Plain::none;
        default: return Plain::none;
    }
}

Outcome convert(Column& column, const Cell& cell, Datum* result) {
    Outcome outcome;
    if (cell.storage == StorageClass::null) {
        outcome = normalize::becomes_null();
    } else {
        outcome = convert_base(column, cell, result);
        if (outcome.verdict == Verdict::decline) {
            // The input function decides. Only text declines: numbers have one meaning or none.
            *result = call_input(column, {cell.data, cell.size}, column.typmod);
            outcome.verdict = Verdict::value;
        }
    }
    if (column.domain && outcome.verdict != Verdict::complaint)
        domain_check(outcome.verdict == Verdict::null ? static_cast<Datum>(0) : *result,
                     outcome.verdict == Verdict::null, column.type, &column.domain_cache, column.context);
    return outcome;
}

}  // namespace value
