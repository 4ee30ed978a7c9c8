// The arguments that the functions which read a source table begin with.
#include "pg/arguments.hpp"
#include "pg/source.hpp"
#include "api/load_request.hpp"

copy::LoadRequest load_request(FunctionCallInfo fcinfo) {
    copy::LoadRequest request;
    request.source = pg::resolve_source(pg::text_argument(fcinfo, 0));
    request.source_table = pg::text_argument(fcinfo, 1);
    request.target = DatumGetObjectId(pg::required_argument(fcinfo, 2));
    request.source_columns = pg::text_array_argument(fcinfo, 3);
    request.target_columns = pg::text_array_argument(fcinfo, 4);
    Datum settings = pg::required_argument(fcinfo, 5);
    request.path = pg::jsonb_text(settings, "path");
    request.deep = value::deep_of(pg::jsonb_text(settings, "deep"));
    request.bucketed = pg::jsonb_text(settings, "bucketed") == "true";
    if (auto key = pg::jsonb_lists(settings, "key"); key.contains("key")) request.key = key["key"];
    if (auto lists = pg::jsonb_lists(settings, "unverified"); lists.contains("columns")) request.unverified = lists["columns"];
    request.assume_timezone = pg::jsonb_text(settings, "assume_timezone");
    request.strict = pg::jsonb_text(settings, "strict") == "true";
    if (auto excused = pg::jsonb_lists(settings, "excused"); excused.contains("rules")) request.excused = excused["rules"];
    for (const auto& [column, names] : pg::jsonb_lists(settings, "rules")) request.rules[column].names = names;
    for (const auto& [column, sql] : pg::jsonb_lists(settings, "expressions")) request.rules[column].expression = sql.at(0);
    request.shown = pg::jsonb_text(settings, "shown");
    request.reject = pg::jsonb_text(settings, "on_error") == "reject";
    request.reject_orphans = pg::jsonb_text(settings, "orphans") == "reject";
    std::string most = pg::jsonb_text(settings, "max_rejects");
    if (!most.empty()) request.max_rejects = std::stoll(most);
    request.check_only = true;
    return request;
}
