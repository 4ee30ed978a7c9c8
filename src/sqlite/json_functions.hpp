// Lends SQLite's JSON functions to the schemas of versions that by mistake forbid them there.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace sqlite {

// Up to 3.40, which Debian 12 has, SQLite marks its own JSON functions as unsafe. With TRUSTED_SCHEMA off a table with
// CHECK (json_valid(x)), as Django writes it for each JSON column, then makes the whole file "malformed". Trusting the
// schema instead would trust every function that another library may have added to the process. So these functions, and
// no others, are registered once more as harmless, and pass their arguments to the library's own ones.
class JsonFunctions {
   public:
    // Null where the library needs no help. Must outlive every step of the handle's statements.
    static std::unique_ptr<JsonFunctions> lend_to(sqlite3* handle);
    ~JsonFunctions();
    JsonFunctions(const JsonFunctions&) = delete;
    JsonFunctions& operator=(const JsonFunctions&) = delete;

    // The prepared call with this text, null if SQLite refuses it. Owned by this object, until the next call.
    sqlite3_stmt* prepared(const std::string& sql);
    sqlite3* helper() const noexcept { return helper_; }

   private:
    JsonFunctions() = default;
    void forget() noexcept;

    sqlite3* helper_ = nullptr;  // an empty database in memory: there nothing comes from a schema
    std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace sqlite
