// Columns whose values have parts, each a column of its own: arrays, ranges, rows.
#include "value/container_column.hpp"

#include "value/time_column.hpp"

extern "C" {
#include "access/htup_details.h"
#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rangetypes.h"
#include "utils/syscache.h"
#include "utils/typcache.h"
}

namespace value {
namespace {

using base::Cell;
using base::StorageClass;
using normalize::Bytes;
using normalize::Code;
using normalize::Outcome;
using normalize::Rule;
using normalize::Verdict;

// How a column's elements are parted: by a comma, but for box, whose commas are its own.
char delimiter_of(Oid type) {
    HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for type %u", type);
    char delimiter = reinterpret_cast<Form_pg_type>(GETSTRUCT(tuple))->typdelim;
    ReleaseSysCache(tuple);
    return delimiter;
}

void make_fields(Column& column) {
    TupleDesc row = lookup_rowtype_tupdesc_copy(column.base, -1);
    column.fields = static_cast<Column**>(palloc0(sizeof(Column*) * (row->natts > 0 ? row->natts : 1)));
    for (int i = 0; i < row->natts; ++i) {
        Form_pg_attribute attribute = TupleDescAttr(row, i);
        if (attribute->attisdropped) continue;
        column.fields[column.field_count++] = make_column(attribute->atttypid, attribute->atttypmod, column.zone, column.lent);
    }
}

// JSON's lists and PostgreSQL's own.
Outcome convert_array(Column& column, const Cell& cell, Datum* result) {
    const Column& e = *column.element;
    if (cell.storage == StorageClass::text && cell.size != 0 && cell.data[0] == '{' && delimiter_of(e.type) != ',')
        return normalize::decline();
    normalize::ListReader& list = *column.list;
    Outcome outcome = list.open(cell, e.kind == Kind::json || e.kind == Kind::jsonb);
    if (outcome.verdict != Verdict::value) return outcome;
    int count = 0, room = 16;
    auto* values = static_cast<Datum*>(palloc(room * sizeof(Datum)));
    auto* nulls = static_cast<bool*>(palloc(room * sizeof(bool)));
    Cell element;
    while (list.next(element)) {
        if (count == room) {
            room *= 2;
            values = static_cast<Datum*>(repalloc_huge(values, room * sizeof(Datum)));
            nulls = static_cast<bool*>(repalloc_huge(nulls, room * sizeof(bool)));
        }
        Outcome part = convert(*column.element, element, &values[count]);
        if (part.verdict == Verdict::complaint) return part;
        if (part.rule != Rule::none) outcome.rule = part.rule;
        nulls[count++] = part.verdict == Verdict::null;
    }
    if (list.dimensions() == 0 || count == 0) {
        *result = PointerGetDatum(construct_empty_array(e.type));
        return outcome;
    }
    int sizes[normalize::ListReader::most_dimensions], lower[normalize::ListReader::most_dimensions];
    for (int i = 0; i < list.dimensions(); ++i) {
        sizes[i] = list.sizes()[i];
        lower[i] = 1;
    }
    *result = PointerGetDatum(construct_md_array(values, nulls, list.dimensions(), sizes, lower, e.type, e.length, e.by_value,
                                                 e.align));
    return outcome;
}

// A part, converted and written as the type writes it. becomes null: the part is none.
Outcome write_part(Column& column, Column& part, const Cell& cell) {
    Datum value;
    Outcome outcome = convert(part, cell, &value);
    if (outcome.verdict != Verdict::value) return outcome;
    Oid function;
    bool varlena;
    getTypeOutputInfo(part.type, &function, &varlena);
    column.parts->quote(OidOutputFunctionCall(function, value));
    return outcome;
}

Outcome write_ranges(Column& column) {
    normalize::Parts& parts = *column.parts;
    Outcome outcome;
    size_t at = 0;
    bool several = column.kind == Kind::multirange;
    if (several) parts.written += '{';
    for (const normalize::Parts::Range& range : parts.ranges()) {
        if (&range != parts.ranges().data()) parts.written += ',';
        if (range.empty) {
            parts.written += "empty";
            continue;
        }
        parts.written += range.lower_inclusive ? '[' : '(';
        for (int bound = 0; bound < 2; ++bound, ++at) {
            if (bound == 1) parts.written += ',';
            Cell cell = parts.cell(at);
            if (cell.storage == StorageClass::null) continue;
            Outcome part = write_part(column, *column.element, cell);
            if (part.verdict == Verdict::complaint) return part;
            // '' as a bound would become no bound at all.
            if (part.verdict == Verdict::null) return normalize::complain(Code::not_a_range);
            if (part.rule != Rule::none) outcome.rule = part.rule;
        }
        parts.written += range.upper_inclusive ? ']' : ')';
    }
    if (several) parts.written += '}';
    return outcome;
}

Outcome write_row(Column& column) {
    normalize::Parts& parts = *column.parts;
    if (parts.size() != static_cast<size_t>(column.field_count) && !(column.field_count == 0 && parts.size() == 1))
        return normalize::complain(Code::not_a_row);
    Outcome outcome;
    parts.written += '(';
    for (int i = 0; i < column.field_count; ++i) {
        if (i > 0) parts.written += ',';
        Outcome part = write_part(column, *column.fields[i], parts.cell(static_cast<size_t>(i)));
        if (part.verdict == Verdict::complaint) return part;
        if (part.rule != Rule::none) outcome.rule = part.rule;
    }
    parts.written += ')';
    return outcome;
}

}  // namespace

void make_parts(Column& column) {
    check_stack_depth();
    Oid base = column.base;
    switch (column.kind) {
        case Kind::array:
            column.list = &column.lent->lists.emplace_back();
            column.element = make_column(get_element_type(base), column.typmod, column.zone, column.lent);
            return;
        case Kind::multirange: base = get_multirange_range(base); [[fallthrough]];
        case Kind::range:
            column.parts = &column.lent->parts.emplace_back();
            column.element = make_column(get_range_subtype(base), -1, column.zone, column.lent);
            return;
        default:
            column.parts = &column.lent->parts.emplace_back();
            make_fields(column);
    }
}

Outcome convert_container(Column& column, const Cell& cell, Datum* result) {
    if (column.kind == Kind::array) return convert_array(column, cell, result);
    Bytes text;
    Outcome outcome = normalize::to_input_text(cell, column.settings, text, column.lent->scratch);
    if (outcome.verdict != Verdict::value) return outcome;
    const std::string_view bytes(text.data, text.size);
    normalize::Parts& parts = *column.parts;
    bool row = column.kind == Kind::row;
    bool read = row ? parts.open_row(bytes) : column.kind == Kind::range ? parts.open_range(bytes) : parts.open_ranges(bytes);
    if (!read) return normalize::complain(row ? Code::not_a_row : Code::not_a_range);
    int level = pin_settings(column.zone);
    Outcome part = row ? write_row(column) : write_ranges(column);
    if (part.verdict != Verdict::complaint) {
        char* written = pnstrdup(parts.written.data(), parts.written.size());
        *result = InputFunctionCall(&column.input, written, column.input_param, column.typmod);
        if (part.rule != Rule::none) outcome.rule = part.rule;
    }
    AtEOXact_GUC(true, level);
    return part.verdict == Verdict::complaint ? part : outcome;
}

}  // namespace value
