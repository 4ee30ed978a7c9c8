// Rows that go again after they were loaded: those without parents.
#include <fmt/format.h>

#include "base/error.hpp"
#include "copy/removal.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "pg/run.hpp"
#include "api/function.hpp"
#include "api/load_request.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/array.h"
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
