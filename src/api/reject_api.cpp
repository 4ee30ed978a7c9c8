// Rows that go again after they were loaded: those without parents.
#include <fmt/format.h>

#include <cstdlib>

#include "base/error.hpp"
#include "copy/removal.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "pg/run.hpp"
#include "sqlite/scratch.hpp"
#include "api/function.hpp"
#include "api/load_request.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
}

// (target, leaf, columns, rows tid[], keys): the rows go; with keys, these columns of them become NULL.
// {"digest": …, "hashes": [decimal, …], "cells": n}
SQL_FUNCTION(take_out) {
    return pg::pg_entry_from_sql([fcinfo] {
        Oid target = DatumGetObjectId(pg::required_argument(fcinfo, 0));
        Oid leaf = DatumGetObjectId(pg::required_argument(fcinfo, 1));
        std::vector<std::string> columns = pg::text_array_argument(fcinfo, 2), keys = pg::text_array_argument(fcinfo, 4);
        Datum given = pg::required_argument(fcinfo, 3);
        int count = 0;
        const ItemPointerData* rows = pg::pg_call([given, &count] {
            Datum* values;
            bool* nulls;
            deconstruct_array(DatumGetArrayTypeP(given), TIDOID, sizeof(ItemPointerData), false, TYPALIGN_SHORT, &values,
                              &nulls, &count);
            auto* result = static_cast<ItemPointerData*>(palloc(sizeof(ItemPointerData) * (count + 1)));
            for (int i = 0; i < count; ++i) result[i] = *reinterpret_cast<ItemPointer>(DatumGetPointer(values[i]));
            return result;
        });
        copy::Removal removal = keys.empty() ? copy::delete_loaded(leaf, columns, rows, count)
                                             : copy::null_loaded(leaf, columns, keys, rows, count);
        pg::Change change{keys.empty() ? count : 0, removal.cells, removal.less, removal.more};
        std::string digest = pg::note_change(target, change);
        std::string hashes;
        if (keys.empty())
            for (uint64_t hash : removal.hashes) hashes += fmt::format("{}{}", hashes.empty() ? "" : ",", static_cast<int64_t>(hash));
        return pg::jsonb_result(
            fmt::format("{{\"digest\": \"{}\", \"hashes\": \"{{{}}}\", \"cells\": {}}}", digest, hashes, removal.cells));
    });
}

// (source, source_table, target, source_columns, target_columns, settings, hashes int8[], places int4[], attributes int4[],
// messages text[]): place = which message, and which column, goes with a hash.
SQL_FUNCTION(reject_removed) {
    return pg::pg_entry_from_sql([fcinfo] {
        copy::LoadRequest request = load_request(fcinfo);
        std::vector<std::string> messages = pg::text_array_argument(fcinfo, 9);
        struct Numbers {
            Datum* values;
            int count;
        };
        auto numbers = [fcinfo](int argument, Oid type, int size) {
            Datum given = pg::required_argument(fcinfo, argument);
            return pg::pg_call([=] {
                Numbers result{};
                bool* nulls;
                deconstruct_array(DatumGetArrayTypeP(given), type, size, true, size == 8 ? TYPALIGN_DOUBLE : TYPALIGN_INT,
                                  &result.values, &nulls, &result.count);
                return result;
            });
        };
        Numbers hashes = numbers(6, INT8OID, 8), places = numbers(7, INT4OID, 4), attributes = numbers(8, INT4OID, 4);
        if (hashes.count != places.count || attributes.count != static_cast<int>(messages.size()))
            throw base::Error(base::ErrorKind::internal, "lists of removed rows differ in length");
        std::map<uint64_t, copy::Removed> removed;
        for (int i = 0; i < hashes.count; ++i) {
            auto place = static_cast<size_t>(DatumGetInt32(places.values[i]) - 1);
            copy::Removed& one = removed[static_cast<uint64_t>(DatumGetInt64(hashes.values[i]))];
            ++one.rows;
            one.attribute = DatumGetInt32(attributes.values[place]);
            one.refusal = {"", "orphan", "23503", messages.at(place)};
        }
        return pg::jsonb_result(copy::reject_removed(request, std::move(removed)));
    });
}

namespace {

std::string unhexed(const std::string& hex) {
    auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (size_t i = 0; i + 1 < hex.size(); i += 2) bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    return bytes;
}

}  // namespace

// (table, columns text[], key text[], rowids bigint[] (empty: WITHOUT ROWID), classes text[], hexes text[]): cells row by
// row. The bytes of a database that holds these rows.
SQL_FUNCTION(scratch) {
    return pg::pg_entry_from_sql([fcinfo] {
        std::vector<std::string> columns = pg::text_array_argument(fcinfo, 1), classes = pg::text_array_argument(fcinfo, 4),
                                 hexes = pg::text_array_argument(fcinfo, 5), rowids = pg::text_array_argument(fcinfo, 3);
        sqlite::Scratch scratch(pg::text_argument(fcinfo, 0), columns, pg::text_array_argument(fcinfo, 2), !rowids.empty());
        size_t width = columns.size();
        if (width == 0 || classes.size() != hexes.size() || classes.size() % width != 0)
            throw base::Error(base::ErrorKind::internal, "cells of rejected rows do not fit their columns");
        std::vector<std::string> bytes(width);
        std::vector<base::Cell> cells(width);
        for (size_t row = 0; row < classes.size() / width; ++row) {
            for (size_t i = 0; i < width; ++i) {
                const std::string& name = classes[row * width + i];
                bytes[i] = unhexed(hexes[row * width + i]);
                cells[i] = {};
                if (name == "null") continue;
                cells[i].storage = name == "integer" ? base::StorageClass::integer
                                   : name == "real"  ? base::StorageClass::real
                                   : name == "blob"  ? base::StorageClass::blob
                                                     : base::StorageClass::text;
                cells[i].data = bytes[i].data();
                cells[i].size = bytes[i].size();
                if (name == "integer") cells[i].integer = std::stoll(bytes[i]);
                if (name == "real") cells[i].real = std::strtod(bytes[i].c_str(), nullptr);
            }
            scratch.add(cells, rowids.empty() ? 0 : std::stoll(rowids.at(row)));
        }
        std::string file = scratch.bytes();
        return pg::pg_call([&file] {
            return PointerGetDatum(cstring_to_text_with_len(file.data(), static_cast<int>(file.size())));
        });
    });
}

// (run_id, source_table, summary of the table): the rejects of the run under way take the place of those of that run and
// table. How many there are now.
SQL_FUNCTION(retry_end) {
    return pg::pg_entry_from_sql([fcinfo] {
        int64_t run_id = DatumGetInt64(pg::required_argument(fcinfo, 0));
        std::string source_table = pg::text_argument(fcinfo, 1);
        return Int64GetDatum(pg::end_retry(run_id, source_table, DatumGetObjectId(pg::required_argument(fcinfo, 2))));
    });
}

SQL_FUNCTION(evidence) {
    return pg::pg_entry_from_sql([fcinfo] {
        (void) fcinfo;
        return pg::jsonb_result(pg::run_evidence());
    });
}

// The sum of two digests.
SQL_FUNCTION(digest_sum) {
    return pg::pg_entry_from_sql([fcinfo] {
        unsigned __int128 sum = pg::digest_of_hex(pg::text_argument(fcinfo, 0)) + pg::digest_of_hex(pg::text_argument(fcinfo, 1));
        return pg::text_result(fmt::format("{:016x}{:016x}", static_cast<uint64_t>(sum >> 64), static_cast<uint64_t>(sum)));
    });
}
