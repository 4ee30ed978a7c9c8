// SQLite's words: affinities, kinds of objects, collations.
#include <string>

#include "base/text.hpp"
#include "sqlite/catalog.hpp"

#include "base/fence.hpp"

namespace sqlite {

Affinity affinity_of(const std::string& declared_type) {
    const std::string type = base::lower_ascii(declared_type);
    const auto has = [&](const char* part) { return type.find(part) != std::string::npos; };
    if (has("int")) return Affinity::integer;
    if (has("char") || has("clob") || has("text")) return Affinity::text;
    if (has("blob") || type.empty()) return Affinity::blob;
    if (has("real") || has("floa") || has("doub")) return Affinity::real;
    return Affinity::numeric;
}

const char* affinity_name(Affinity affinity) {
    switch (affinity) {
        case Affinity::integer: return "INTEGER";
        case Affinity::text: return "TEXT";
        case Affinity::real: return "REAL";
        case Affinity::numeric: return "NUMERIC";
        default: return "BLOB";
    }
}

const char* kind_name(TableKind kind) {
    switch (kind) {
        case TableKind::view: return "view";
        case TableKind::virtual_table: return "virtual";
        case TableKind::shadow: return "shadow";
        default: return "table";
    }
}

bool is_builtin_collation(const std::string& name) {
    return base::equal_ignoring_case(name, "BINARY") || base::equal_ignoring_case(name, "NOCASE") ||
           base::equal_ignoring_case(name, "RTRIM");
}

}  // namespace sqlite
