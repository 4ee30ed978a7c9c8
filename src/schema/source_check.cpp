// Asks the source what only a query over all rows can tell: do keys stay unique, do references find their parents?
#include "schema/source_check.hpp"

#include <sqlite3.h>

#include <charconv>
#include <cmath>
#include <string_view>

#include "base/text.hpp"
#include "schema/shape.hpp"
#include "sqlite/database.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

constexpr const char* key_function = "sqlite_migrate_key";

void result_text(sqlite3_context* context, std::string_view text) {
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

// The number as the server's text types will show it: 1.0 is "1.0", 1e20 is "1e+20".
std::string_view plain_number(sqlite3_value* value, char (&buffer)[64]) {
    if (sqlite3_value_type(value) == SQLITE_INTEGER) {
        char* end = std::to_chars(buffer, buffer + sizeof buffer, static_cast<int64_t>(sqlite3_value_int64(value))).ptr;
        return {buffer, static_cast<size_t>(end - buffer)};
    }
    double real = sqlite3_value_double(value), size = std::fabs(real);
    bool scientific = size != 0 && (size < 1e-4 || size >= 1e15);
    char* end = std::to_chars(buffer, buffer + sizeof buffer, real,
                              scientific ? std::chars_format::scientific : std::chars_format::fixed)
                    .ptr;
    if (!scientific && real == std::trunc(real)) {
        *end++ = '.';
        *end++ = '0';
    }
    return {buffer, static_cast<size_t>(end - buffer)};
}

// sqlite_migrate_key(value, form): equal results for values that the target takes for equal. Runs inside SQLite, so it
// must not throw; an allocation that fails becomes SQLite's own error.
void key_of(sqlite3_context* context, int, sqlite3_value** arguments) {
    sqlite3_value* value = arguments[0];
    int type = sqlite3_value_type(value);
    auto form = static_cast<KeyForm>(sqlite3_value_int(arguments[1]));
    if (type == SQLITE_NULL) return;
    try {
        if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
            char buffer[64];
            form == KeyForm::written ? result_text(context, plain_number(value, buffer))
                                     : sqlite3_result_value(context, value);
            return;
        }
        const char* data = type == SQLITE_BLOB ? static_cast<const char*>(sqlite3_value_blob(value))
                                               : reinterpret_cast<const char*>(sqlite3_value_text(value));
        auto size = static_cast<size_t>(sqlite3_value_bytes(value));
        if (data == nullptr && type == SQLITE_TEXT) return sqlite3_result_error_nomem(context);
        std::string_view bytes(data == nullptr ? "" : data, size);
        bool truth = false;
        if (form == KeyForm::uuid && type == SQLITE_BLOB && size == 16) {
            std::string digits;
            for (unsigned char c : bytes) {
                digits += "0123456789abcdef"[c >> 4];
                digits += "0123456789abcdef"[c & 15];
            }
            return result_text(context, digits);
        }
        if (form == KeyForm::uuid && is_uuid(bytes)) return result_text(context, uuid_digits(bytes));
        if (form == KeyForm::time) {
            TimeShape shape = time_shape(bytes);
            if (shape.kind != TimeKind::none) return sqlite3_result_int64(context, shape.micros);
        }
        if (form == KeyForm::truth && is_boolean_word(bytes, &truth)) return sqlite3_result_int(context, truth);
        result_text(context, bytes);
    } catch (...) {
        sqlite3_result_error_nomem(context);
    }
}

// For the connection's life. DIRECTONLY: no view, trigger or generated column of the file can call it.
void provide_key_function(sqlite::Database& database) {
    int code = sqlite3_create_function_v2(database.handle(), key_function, 2,
                                          SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr, key_of,
                                          nullptr, nullptr, nullptr);
    // SQLITE_BUSY: it is there already, and a statement is running.
    if (code != SQLITE_OK && code != SQLITE_BUSY) database.fail(code, "prepare to read");
}

std::string key_sql(const std::string& alias, const KeyColumn& column) {
    std::string name = alias + "." + sqlite::quote_name(column.name);
    if (column.form == KeyForm::plain) return name + " COLLATE BINARY";
    return std::string(key_function) + "(" + name + ", " + std::to_string(static_cast<int>(column.form)) + ")";
}

std::string key_list(const std::string& alias, const std::vector<KeyColumn>& key) {
    std::string list;
    for (const KeyColumn& column : key)
        list += (list.empty() ? "" : ", ") + key_sql(alias, column);
    return list;
}

std::string all_present(const std::string& alias, const std::vector<KeyColumn>& key) {
    std::string condition;
    for (const KeyColumn& column : key) {
        condition +=
            (condition.empty() ? "" : " AND ") + alias + "." + sqlite::quote_name(column.name) + " IS NOT NULL";
    }
    return condition;
}

bool any_function(const std::vector<KeyColumn>& key) {
    for (const KeyColumn& column : key) {
        if (column.form != KeyForm::plain) return true;
    }
    return false;
}

std::string shown(const base::Cell& cell) {
    switch (cell.storage) {
        case base::StorageClass::null: return "NULL";
        case base::StorageClass::integer: return std::to_string(cell.integer);
        case base::StorageClass::real: {
            char buffer[64];
            return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, cell.real).ptr);
        }
        case base::StorageClass::text: return "'" + base::excerpt(cell.bytes(), 40) + "'";
        default: return "a blob of " + std::to_string(cell.size) + " bytes";
    }
}

}  // namespace

bool has_equal_keys(const std::shared_ptr<sqlite::Database>& database, const std::string& table,
                    const std::vector<KeyColumn>& key) {
    if (any_function(key)) provide_key_function(*database);
    std::string sql = "SELECT 1 FROM main." + sqlite::quote_name(table) + " AS t NOT INDEXED WHERE " +
                      all_present("t", key) + " GROUP BY " + key_list("t", key) + " HAVING count(*) > 1 LIMIT 1";
    return sqlite::Statement(database, sql).step();
}

Orphans find_orphans(const std::shared_ptr<sqlite::Database>& database, const std::string& child,
                     const std::vector<KeyColumn>& key, const std::string& parent,
                     const std::vector<KeyColumn>& parent_key) {
    if (any_function(key) || any_function(parent_key)) provide_key_function(*database);
    bool composite = key.size() > 1;
    std::string parents = "SELECT ";
    for (size_t i = 0; i < parent_key.size(); ++i) {
        // The bare column, so that SQLite may look into the parent's own index instead of copying it.
        parents +=
            (i == 0 ? "" : ", ") + (parent_key[i].form == KeyForm::plain ? "p." + sqlite::quote_name(parent_key[i].name)
                                                                         : key_sql("p", parent_key[i]));
    }
    parents += " FROM main." + sqlite::quote_name(parent) + " AS p";
    // IS NOT 1 rather than NOT IN: a NULL among the parents makes a missing key NULL, not false.
    std::string from = " FROM main." + sqlite::quote_name(child) + " AS c WHERE " + all_present("c", key) + " AND (" +
                       (composite ? "(" : "") + key_list("c", key) + (composite ? ")" : "") + " IN (" + parents +
                       ")) IS NOT 1";
    Orphans orphans;
    sqlite::Statement count(database, "SELECT count(*)" + from);
    if (count.step()) orphans.rows = count.integer(0);
    if (orphans.rows == 0) return orphans;

    std::string columns;
    for (const KeyColumn& column : key)
        columns += (columns.empty() ? "c." : ", c.") + sqlite::quote_name(column.name);
    sqlite::Statement samples(database, "SELECT DISTINCT " + columns + from + " LIMIT 3");
    while (samples.step()) {
        std::string sample;
        for (int i = 0; i < samples.columns(); ++i)
            sample += (i == 0 ? "" : ", ") + shown(samples.cell(i));
        orphans.samples.push_back(composite ? "(" + sample + ")" : sample);
    }
    return orphans;
}

}  // namespace schema
