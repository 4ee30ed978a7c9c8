// Lends SQLite's JSON functions to the schemas of versions that by mistake forbid them there.
#include "sqlite/json_functions.hpp"

#include <sqlite3.h>

#include <new>
#include <vector>

#include "base/fence.hpp"

namespace sqlite {

namespace {

constexpr unsigned json_subtype = 'J';  // how SQLite marks a text that is JSON already, not to be quoted again

struct Signature {
    std::string name;
    int arguments = 0;
};

sqlite3* open_helper() {
    sqlite3* helper = nullptr;
    if (sqlite3_open_v2(":memory:", &helper, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_MEMORY,
                        nullptr) != SQLITE_OK) {
        sqlite3_close(helper);
        throw std::bad_alloc();  // nothing else can fail here
    }
    return helper;
}

// The scalar JSON functions that this library marks as unsafe. (Its JSON aggregates stay so: only a view can use them.)
std::vector<Signature> read_unsafe_functions() {
    std::vector<Signature> functions;
    sqlite3* helper = open_helper();
    sqlite3_stmt* statement = nullptr;
    const std::string sql =
        "SELECT DISTINCT name, narg FROM pragma_function_list WHERE builtin AND type = 's' AND flags & " +
        std::to_string(SQLITE_INNOCUOUS) + " = 0 AND (name GLOB 'json*' OR name IN ('->', '->>'))";
    if (sqlite3_prepare_v2(helper, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK) {
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const auto* name = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
            if (name != nullptr) functions.push_back({name, sqlite3_column_int(statement, 1)});
        }
    }
    sqlite3_finalize(statement);
    sqlite3_close(helper);
    return functions;
}

const std::vector<Signature>& unsafe_functions() {
    static const std::vector<Signature> functions = read_unsafe_functions();
    return functions;
}

// What a registered function carries.
struct Lent {
    JsonFunctions* owner;
    const Signature* signature;
};

// SELECT json_object(?1,json(?2)): json() gives an argument back the mark that binding takes from it.
std::string call_of(const std::string& name, int count, sqlite3_value** values) {
    const bool is_operator = name[0] == '-';
    std::string sql = is_operator ? "SELECT " : "SELECT " + name + "(";
    for (int i = 0; i < count; ++i) {
        if (i > 0) sql += is_operator ? name : ",";
        const std::string parameter = "?" + std::to_string(i + 1);
        sql += sqlite3_value_subtype(values[i]) == json_subtype ? "json(" + parameter + ")" : parameter;
    }
    return sql + (is_operator ? "" : ")");
}

void call(sqlite3_context* context, int count, sqlite3_value** values) noexcept {
    const auto& lent = *static_cast<const Lent*>(sqlite3_user_data(context));
    try {
        sqlite3_stmt* statement = lent.owner->prepared(call_of(lent.signature->name, count, values));
        int code = statement != nullptr ? SQLITE_OK : SQLITE_ERROR;
        for (int i = 0; i < count && code == SQLITE_OK; ++i)
            code = sqlite3_bind_value(statement, i + 1, values[i]);
        if (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
            sqlite3_value* value = sqlite3_column_value(statement, 0);
            sqlite3_result_value(context, value);
            const unsigned subtype = sqlite3_value_subtype(value);
            if (subtype != 0) sqlite3_result_subtype(context, subtype);
        } else {
            sqlite3_result_error(context, sqlite3_errmsg(lent.owner->helper()), -1);
        }
        if (statement != nullptr) {
            sqlite3_reset(statement);
            sqlite3_clear_bindings(statement);
        }
    } catch (...) {
        sqlite3_result_error_nomem(context);
    }
}

}  // namespace

std::unique_ptr<JsonFunctions> JsonFunctions::lend_to(sqlite3* handle) {
    if (unsafe_functions().empty()) return nullptr;
    std::unique_ptr<JsonFunctions> functions(new JsonFunctions);
    for (const Signature& signature : unsafe_functions()) {
        auto* lent = new Lent{functions.get(), &signature};
        const int code = sqlite3_create_function_v2(
            handle, signature.name.c_str(), signature.arguments,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS | SQLITE_SUBTYPE, lent, call, nullptr, nullptr,
            [](void* data) { delete static_cast<Lent*>(data); });  // called by SQLite if it fails, too
        if (code != SQLITE_OK) throw std::bad_alloc();
    }
    return functions;
}

JsonFunctions::~JsonFunctions() {
    forget();
    sqlite3_close(helper_);
}

void JsonFunctions::forget() noexcept {
    for (const auto& [sql, statement] : statements_)
        sqlite3_finalize(statement);
    statements_.clear();
}

sqlite3_stmt* JsonFunctions::prepared(const std::string& sql) {
    constexpr size_t enough = 64;  // one for each function and shape of arguments in use
    if (helper_ == nullptr) helper_ = open_helper();
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return known->second;
    if (statements_.size() >= enough) forget();
    sqlite3_stmt*& statement = statements_[sql];
    if (sqlite3_prepare_v2(helper_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
        statements_.erase(sql);
        return nullptr;
    }
    return statement;
}

}  // namespace sqlite
