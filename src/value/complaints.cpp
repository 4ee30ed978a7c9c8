// Collects the values that cannot be carried: how many per column and reason, with the first as a sample.
#include "value/complaints.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "value/describe.hpp"
#include "base/fence.hpp"

namespace value {

void Complaints::fill(Complaint& complaint, const char* code, const char* sqlstate, const std::string& message,
                      const base::Cell& cell, const std::string& key) {
    const std::string value = value::to_json(cell);
    complaint.samples += fmt::format("{}{{\"key\": {}, \"value\": {}}}", complaint.samples.empty() ? "" : ", ", key, value);
    if (complaint.rows > 1) return;
    complaint.code = code;
    complaint.sqlstate = sqlstate;
    complaint.message = message;
    complaint.key = key;
    complaint.value = value;
}

std::string Complaints::to_json() const {
    std::string result = "[";
    for (const auto& [kind, complaint] : by_kind_) {
        if (result.size() > 1) result += ", ";
        result += fmt::format(
            "{{\"column\": {}, \"code\": {}, \"sqlstate\": {}, \"rows\": {}, \"message\": {}, \"key\": {}, \"value\": {}, \"samples\": [{}]}}",
            base::json_quote(kind.first), base::json_quote(complaint.code), base::json_quote(complaint.sqlstate),
            complaint.rows, base::json_quote(complaint.message), complaint.key, complaint.value, complaint.samples);
    }
    return result + "]";
}

}  // namespace value
