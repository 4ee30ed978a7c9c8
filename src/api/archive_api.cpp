// The functions that bring files, and that look into archives.
#include <fmt/format.h>

#include "archive/member.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/arguments.hpp"
#include "pg/digest.hpp"
#include "pg/guard.hpp"
#include "pg/private_copy.hpp"
#include "pg/rows.hpp"
#include "pg/session.hpp"
#include "pg/source.hpp"
#include "pg/upload.hpp"
#include "api/function.hpp"

extern "C" {
#include "catalog/pg_collation.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
}

#include "pg/compat.hpp"

namespace {

// What a SQL pattern says of a name; bytes that are no text match nothing but no pattern at all.
bool matches(FunctionCallInfo call, int index, const std::string& name) {
    if (call->args[index].isnull) return true;
    if (base::valid_utf8_prefix(name) != name.size()) return false;
    Datum pattern = call->args[index].value;
    return pg::pg_call([&name, pattern] {
        Datum text = pg::text_datum(name.data(), name.size());
        return DatumGetBool(DirectFunctionCall2Coll(textlike, C_COLLATION_OID, text, pattern));
    });
}

}  // namespace

SQL_FUNCTION(attach_bytea) {
    return pg::pg_entry_from_sql([fcinfo] {
        return Int64GetDatum(pg::attach_bytes(pg::text_argument(fcinfo, 0), pg::required_argument(fcinfo, 1)));
    });
}

SQL_FUNCTION(attach_large_object) {
    return pg::pg_entry_from_sql([fcinfo] {
        Datum object = pg::required_argument(fcinfo, 1);
        return Int64GetDatum(pg::attach_large_object(pg::text_argument(fcinfo, 0), DatumGetObjectId(object)));
    });
}

SQL_FUNCTION(detach) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::forget_copies(pg::detach(pg::text_argument(fcinfo, 0)));
        pg::close_idle_handles();
        return Datum{0};
    });
}

SQL_FUNCTION(archive_entries) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::Rows rows(fcinfo);
        bool with_digest = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
        pg::Source source = pg::resolve_source(pg::text_argument(fcinfo, 0));
        auto input = pg::open_input(source);
        archives::Reader reader(*input, source.limits, pg::server_wants_stop);
        std::vector<char> buffer(with_digest ? 131072 : 0);
        while (reader.next()) {
            archives::Entry entry = reader.entry();
            if (!matches(fcinfo, 1, entry.name)) continue;
            std::string hex;
            if (with_digest && entry.type == archives::EntryType::file) {
                pg::Sha256 digest;
                int64_t size = 0;
                while (size_t n = reader.read(buffer.data(), buffer.size())) {
                    digest.add(buffer.data(), n);
                    size += static_cast<int64_t>(n);
                }
                hex = digest.hex();
                entry.size = size;
            }
            rows.add({entry.name, std::string(archives::type_name(entry.type)), entry.size < 0 ? pg::Field() : pg::Field(entry.size),
                      entry.has_time ? pg::Field(entry.time) : pg::Field(),
                      reader.single() ? pg::Field() : pg::Field(fmt::format("{:04o}", entry.mode)), pg::optional_text(hex)});
        }
        return Datum{0};
    });
}

SQL_FUNCTION(archive_read) {
    return pg::pg_entry_from_sql([fcinfo] {
        constexpr int64_t largest = MaxAllocSize - VARHDRSZ;
        pg::Source source = pg::resolve_source(pg::text_argument(fcinfo, 0));
        std::string name = pg::text_argument(fcinfo, 1);
        auto input = pg::open_input(source);
        archives::Choice choice = archives::choose_file(*input, source.limits, pg::server_wants_stop, name);
        archives::Limits limits = source.limits;
        auto too_large = [&name, largest] {
            return base::Error(base::ErrorKind::limit, fmt::format("member \"{}\" is larger than a bytea can be: {} bytes",
                                                                   base::excerpt(name, 300), largest));
        };
        std::string data;
        archives::extract(
            *input, limits, pg::server_wants_stop, choice,
            [&](const char* piece, size_t size) {
                if (static_cast<int64_t>(data.size() + size) > largest) throw too_large();
                data.append(piece, size);
            },
            nullptr);
        return pg::pg_call([&data] {
            auto* result = static_cast<bytea*>(palloc(data.size() + VARHDRSZ));
            SET_VARSIZE(result, data.size() + VARHDRSZ);
            memcpy(VARDATA(result), data.data(), data.size());
            return PointerGetDatum(result);
        });
    });
}
