// What looks for the rows that differ asks C++ for: rows of both sides by their buckets, raw cells, refused rows.
#include "copy/compared_rows.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "value/buckets.hpp"
#include "verify/table_digest.hpp"
#include "api/function.hpp"
#include "api/load_request.hpp"

namespace {

std::string optional_text(FunctionCallInfo fcinfo, int index) {
    return PG_ARGISNULL(index) ? std::string() : pg::text_argument(fcinfo, index);
}

}  // namespace

SQL_FUNCTION(compared) {
    return pg::pg_entry_from_sql([fcinfo] {
        copy::LoadRequest request = load_request(fcinfo);
        request.key = pg::text_array_argument(fcinfo, 6);
        copy::return_compared_rows(request, optional_text(fcinfo, 7), fcinfo);
        return Datum{0};
    });
}

SQL_FUNCTION(stored) {
    return pg::pg_entry_from_sql([fcinfo] {
        verify::return_stored_rows(DatumGetObjectId(pg::required_argument(fcinfo, 0)), pg::text_array_argument(fcinfo, 1),
                                   pg::text_array_argument(fcinfo, 2), optional_text(fcinfo, 3), fcinfo);
        return Datum{0};
    });
}

SQL_FUNCTION(differing_buckets) {
    return pg::pg_entry_from_sql([fcinfo] {
        const std::string buckets = value::differing_buckets(pg::text_argument(fcinfo, 0), pg::text_argument(fcinfo, 1));
        if (buckets.empty()) fcinfo->isnull = true;
        return buckets.empty() ? Datum{0} : pg::text_result(buckets);
    });
}

SQL_FUNCTION(raw_cells) {
    return pg::pg_entry_from_sql([fcinfo] {
        std::vector<int64_t> places;
        for (const std::string& place : pg::text_array_argument(fcinfo, 6)) places.push_back(std::stoll(place));
        copy::return_raw_cells(load_request(fcinfo), std::move(places), fcinfo);
        return Datum{0};
    });
}

SQL_FUNCTION(refused_rows) {
    return pg::pg_entry_from_sql([fcinfo] {
        copy::return_refused_rows(load_request(fcinfo), DatumGetInt64(pg::required_argument(fcinfo, 6)), fcinfo);
        return Datum{0};
    });
}
