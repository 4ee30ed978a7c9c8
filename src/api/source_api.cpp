// The functions that look at a source: its tables, columns, keys, facts, soundness.
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "normalize/outcome.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "pg/rows.hpp"
#include "pg/session.hpp"
#include "pg/source.hpp"
#include "pg/watch.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/database.hpp"
#include "sqlite/probe.hpp"
#include "sqlite/salvage.hpp"
#include "api/function.hpp"

namespace {

pg::Lease open_source(FunctionCallInfo call) { return pg::Lease(pg::resolve_source(pg::text_argument(call, 0))); }

pg::Field number_or_null(int64_t value) { return value < 0 ? pg::Field() : pg::Field(value); }

// Runs body(lease, rows) and gives the rows to the server.
template <typename F>
Datum with_source(FunctionCallInfo call, F&& body) {
    return pg::pg_entry_from_sql([&] {
        pg::Rows rows(call);
        pg::Lease lease = open_source(call);
        body(lease, rows);
        return Datum{0};
    });
}

}  // namespace

SQL_FUNCTION(source_tables) {
    return with_source(fcinfo, [](pg::Lease& lease, pg::Rows& rows) {
        for (const sqlite::Table& t : lease.tables())
            rows.add({t.name, std::string(sqlite::kind_name(t.kind)), t.sql, t.without_rowid, t.strict, t.autoincrement,
                      pg::optional_text(t.rowid_alias), number_or_null(t.sequence), number_or_null(t.rows_estimate),
                      pg::optional_text(t.problem)});
    });
}

SQL_FUNCTION(source_columns) {
    return with_source(fcinfo, [](pg::Lease& lease, pg::Rows& rows) {
        for (const sqlite::Table& t : lease.tables()) {
            int64_t ordinal = 0;
            for (const sqlite::Column& c : t.columns)
                rows.add({t.name, c.name, ++ordinal, c.declared_type, std::string(sqlite::affinity_name(c.affinity)),
                          c.not_null, c.has_default ? pg::Field(c.default_sql) : pg::Field(),
                          static_cast<int64_t>(c.key_position), c.generated, pg::optional_text(c.collation)});
        }
    });
}

SQL_FUNCTION(source_indexes) {
    return with_source(fcinfo, [](pg::Lease& lease, pg::Rows& rows) {
        for (const sqlite::Table& t : lease.tables())
            for (const sqlite::Index& i : t.indexes) {
                std::vector<std::string> columns;
                for (const sqlite::IndexColumn& c : i.columns) columns.push_back(c.name);
                rows.add({t.name, i.name, i.unique, i.partial, std::string(1, i.origin), columns, pg::optional_text(i.sql)});
            }
    });
}

SQL_FUNCTION(source_foreign_keys) {
    return with_source(fcinfo, [](pg::Lease& lease, pg::Rows& rows) {
        for (const sqlite::Table& t : lease.tables())
            for (const sqlite::ForeignKey& k : t.foreign_keys)
                rows.add({t.name, static_cast<int64_t>(k.id), k.parent, k.columns, k.parent_columns, k.on_update, k.on_delete});
    });
}

SQL_FUNCTION(source_triggers) {
    return with_source(fcinfo, [](pg::Lease& lease, pg::Rows& rows) {
        for (const sqlite::Trigger& t : sqlite::read_triggers(lease.database())) rows.add({t.name, t.table, t.sql});
    });
}

SQL_FUNCTION(source_file) {
    return with_source(fcinfo, [](pg::Lease& lease, pg::Rows& rows) {
        sqlite::FileFacts f = sqlite::read_file_facts(lease.database());
        rows.add({f.path, f.size, f.page_size, f.page_count, f.encoding, f.journal_mode, f.schema_version, f.wal_file,
                  f.journal_file, pg::optional_text(lease.database()->schema_damage()), f.wal_missing, pg::optional_text(f.wal_traces)});
    });
}

SQL_FUNCTION(source_losses) {
    return with_source(fcinfo, [](pg::Lease& lease, pg::Rows& rows) {
        for (const sqlite::Loss& loss : lease.losses()) rows.add({pg::optional_text(loss.table), loss.rows, loss.message});
    });
}

SQL_FUNCTION(source_wish) {
    return pg::pg_entry([fcinfo] {
        pg::wish_for_source(pg::text_argument(fcinfo, 0), DatumGetBool(pg::required_argument(fcinfo, 1)),
                            DatumGetBool(pg::required_argument(fcinfo, 2)));
        return Datum{0};
    });
}

SQL_FUNCTION(source_has_rows) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::Lease lease = open_source(fcinfo);
        sqlite::Table table = sqlite::read_table(lease.database(), pg::text_argument(fcinfo, 1));
        return BoolGetDatum(sqlite::has_rows(lease.database(), table, pg::text_array_argument(fcinfo, 2)));
    });
}

SQL_FUNCTION(source_count) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::Lease lease = open_source(fcinfo);
        sqlite::Table table = sqlite::read_table(lease.database(), pg::text_argument(fcinfo, 1));
        pg::Watch watch;
        return Int64GetDatum(sqlite::count_rows(lease.database(), table));
    });
}

SQL_FUNCTION(integrity) {
    pg::forget_wish();  // of the file as it is, whatever an earlier call of this transaction wanted
    return with_source(fcinfo, [fcinfo](pg::Lease& lease, pg::Rows& rows) {
        pg::Watch watch;
        bool quick = PG_ARGISNULL(1) || PG_GETARG_BOOL(1);
        for (const sqlite::Finding& f : sqlite::check_integrity(lease.database(), quick))
            rows.add({f.severity, pg::optional_text(f.object), f.message});
    });
}

SQL_FUNCTION(quick_check) {
    return with_source(fcinfo, [](pg::Lease& lease, pg::Rows& rows) {
        pg::Watch watch;
        for (const sqlite::Finding& f : sqlite::find_damage(lease.database()))
            rows.add({f.severity, pg::optional_text(f.object), f.message});
    });
}

SQL_FUNCTION(snake) {
    return pg::pg_entry_from_sql([fcinfo] { return pg::text_result(base::snake_case(pg::text_argument(fcinfo, 0))); });
}

SQL_FUNCTION(nearest) {
    return pg::pg_entry_from_sql([fcinfo] {
        std::string name = base::nearest_name(pg::text_argument(fcinfo, 0), pg::text_array_argument(fcinfo, 1));
        if (name.empty()) PG_RETURN_NULL();
        return pg::text_result(name);
    });
}

SQL_FUNCTION(rule_names) {
    return pg::pg_entry_from_sql([fcinfo] {
        using normalize::Rule;
        pg::Rows rows(fcinfo);
        for (int rule = static_cast<int>(Rule::empty_as_null); rule <= static_cast<int>(Rule::dotnet_ticks); ++rule)
            rows.add({std::string(normalize::rule_name(static_cast<Rule>(rule))), rule >= static_cast<int>(Rule::unix_seconds)});
        return Datum{0};
    });
}
