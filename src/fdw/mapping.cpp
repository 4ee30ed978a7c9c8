// What a foreign table stands for: the names of its table and columns in SQLite, as its options say.
#include "fdw/mapping.hpp"

#include "base/text.hpp"
#include "pg/guard.hpp"
#include "pg/options.hpp"

extern "C" {
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "foreign/foreign.h"
#include "mb/pg_wchar.h"
#include "utils/rel.h"
}

namespace fdw {
namespace {

// "" is a name that SQLite takes: only an option that is not there means the name in PostgreSQL.
std::string name_option(List* options, const char* option, const char* otherwise) {
    for (const pg::Option& given : pg::read_options(options))
        if (given.name == option) return to_sqlite_text(given.value.c_str());
    return to_sqlite_text(otherwise);
}

}  // namespace

const MappedColumn* Mapping::find(int attribute) const {
    for (const MappedColumn& column : columns)
        if (column.attribute == attribute) return &column;
    return nullptr;
}

Mapping read_mapping(Oid relation) {
    ForeignTable* table = pg::pg_call([relation] { return GetForeignTable(relation); });
    Relation opened = pg::pg_call([relation] { return table_open(relation, NoLock); });
    Mapping mapping;
    mapping.server = table->serverid;
    mapping.name = RelationGetRelationName(opened);
    mapping.table = name_option(table->options, "table", mapping.name.c_str());
    TupleDesc description = RelationGetDescr(opened);
    mapping.columns.reserve(description->natts);
    for (int i = 0; i < description->natts; ++i) {
        Form_pg_attribute attribute = TupleDescAttr(description, i);
        // 'v', virtual (18 and later): the server computes it and never asks for it.
        if (attribute->attisdropped || attribute->attgenerated == 'v') continue;
        List* list = pg::pg_call([relation, i] { return GetForeignColumnOptions(relation, i + 1); });
        mapping.columns.push_back({i + 1, NameStr(attribute->attname),
                                   name_option(list, "column", NameStr(attribute->attname)),
                                   pg::option_value(pg::read_options(list), "key") == "true"});
    }
    pg::pg_call([opened] { table_close(opened, NoLock); });
    return mapping;
}

std::string to_sqlite_text(const char* text) {
    if (GetDatabaseEncoding() == PG_UTF8) return text;
    return pg::pg_call([text] { return pg_server_to_any(text, static_cast<int>(strlen(text)), PG_UTF8); });
}

bool to_server_text(std::string_view text, std::string* result) {
    if (text.find('\0') != text.npos || base::valid_utf8_prefix(text) != text.size()) return false;
    int encoding = GetDatabaseEncoding();
    if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII) {
        *result = text;
        return true;
    }
    Oid conversion = pg::pg_call([encoding] { return FindDefaultConversionProc(PG_UTF8, encoding); });
    if (!OidIsValid(conversion)) return false;
    // The conversion functions take what they need per character from this factor, and add a NUL.
    std::string buffer(text.size() * MAX_CONVERSION_GROWTH + 1, '\0');
    auto* source = reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
    auto* target = reinterpret_cast<unsigned char*>(buffer.data());
    int source_size = static_cast<int>(text.size()), target_size = static_cast<int>(buffer.size());
    int converted = pg::pg_call([=] {
        return pg_do_encoding_conversion_buf(conversion, PG_UTF8, encoding, source, source_size, target, target_size,
                                             true);
    });
    if (converted != source_size) return false;
    *result = buffer.c_str();
    return true;
}

}  // namespace fdw
