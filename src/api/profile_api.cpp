// The function that profiles a source: a row for each column of the tables that are named.
#include <charconv>
#include <cstring>

#include "base/text.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "pg/rows.hpp"
#include "pg/session.hpp"
#include "pg/source.hpp"
#include "schema/profile.hpp"
#include "schema/suggestion.hpp"
#include "sqlite/catalog.hpp"
#include "api/function.hpp"

namespace {

constexpr size_t shown_bytes = 100;

std::string number_text(double value) {
    char text[64];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string blob_text(const std::string& bytes) {
    std::string text = "x'";
    for (size_t i = 0; i < bytes.size() && i < shown_bytes / 2; ++i) {
        constexpr const char* digits = "0123456789abcdef";
        text += digits[static_cast<unsigned char>(bytes[i]) >> 4];
        text += digits[bytes[i] & 15];
    }
    return text + (bytes.size() > shown_bytes / 2 ? "…" : "'");
}

// In SQLite's order: numbers, then text, then blobs.
std::string least(const schema::ColumnProfile& p) {
    const bool real = p.reals > 0 && (p.integers == 0 || p.min_real < static_cast<double>(p.min_integer));
    if (real) return number_text(p.min_real);
    if (p.integers > 0) return std::to_string(p.min_integer);
    return p.texts > 0 ? base::excerpt(p.min_text, shown_bytes) : blob_text(p.min_blob);
}

std::string greatest(const schema::ColumnProfile& p) {
    if (p.blobs > 0) return blob_text(p.max_blob);
    if (p.texts > 0) return base::excerpt(p.max_text, shown_bytes);
    const bool real = p.reals > 0 && (p.integers == 0 || p.max_real > static_cast<double>(p.max_integer));
    return real ? number_text(p.max_real) : std::to_string(p.max_integer);
}

void add_row(pg::Rows& rows, const sqlite::Table& table, const sqlite::Column& column, const schema::ColumnProfile& p) {
    const bool identity = !table.rowid_alias.empty() && base::equal_ignoring_case(column.name, table.rowid_alias);
    const schema::Suggestion s = schema::suggest(column, p, identity, schema::is_core_data(table));
    const bool values = p.rows > p.nulls, written = p.texts + p.blobs > 0;
    rows.add({table.name, column.name, column.declared_type, p.rows, p.nulls, p.integers, p.reals, p.texts, p.blobs,
              p.text_empty + p.blob_empty, values ? pg::Field(least(p)) : pg::Field(),
              values ? pg::Field(greatest(p)) : pg::Field(), p.texts > 0 ? pg::Field(p.max_text_length) : pg::Field(),
              written ? pg::Field(p.max_bytes) : pg::Field(), p.text_nul, p.text_invalid_utf8, p.text_uuid,
              p.text_json, p.text_date + p.text_timestamp + p.text_time, p.text_integer, pg::optional_text(s.unit), s.type,
              pg::optional_text(s.rule), s.why});
}

}  // namespace

SQL_FUNCTION(profile) {
    return pg::pg_entry_from_sql([fcinfo] {
        pg::Rows rows(fcinfo);
        pg::Lease lease(pg::resolve_source(pg::text_argument(fcinfo, 0)));
        for (const std::string& name : pg::text_array_argument(fcinfo, 1)) {
            const sqlite::Table table = sqlite::read_table(lease.database(), name);
            const std::vector<schema::ColumnProfile> profiles = schema::profile_table(lease.database(), table);
            for (size_t i = 0; i < profiles.size(); ++i) add_row(rows, table, table.columns[i], profiles[i]);
        }
        return Datum{0};
    });
}
