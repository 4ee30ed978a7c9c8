// Hands rows from C++ to the server as the materialized result of a set-returning function.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

struct FunctionCallInfoBaseData;

namespace pg {

// NULL, boolean, a number (into int4 or int8), text, text[].
using Field = std::variant<std::monostate, bool, int64_t, std::string, std::vector<std::string>>;

// "" -> NULL.
inline Field optional_text(const std::string& text) { return text.empty() ? Field() : Field(text); }

// Text of a file may hold any bytes: those that are no UTF-8, and NUL, are shown as \xNN.
class Rows {
   public:
    explicit Rows(FunctionCallInfoBaseData* call);  // sets up the tuplestore: complete under LIMIT
    void add(const std::vector<Field>& fields);

   private:
    FunctionCallInfoBaseData* call_;
};

}  // namespace pg
