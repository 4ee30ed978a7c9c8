// Collects the values that cannot be carried: how many per column and reason, with the first as a sample.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/cell.hpp"
#include "normalize/outcome.hpp"

namespace value {

struct Complaint {
    std::string code, sqlstate;
    int64_t rows = 0;
    std::string message;  // of the first: "found text "abc", expected a whole number"
    std::string key;      // of the first, as JSON: {"Id": 5}
    std::string value;    // of the first, as a JSON value
    std::string samples;  // of the first three, as JSON: {"key": …, "value": …}, …
};

class Complaints {
   public:
    // key is called only for the first few of their kind.
    template <typename Key>
    void add(const std::string& column, const char* code, const char* sqlstate, const std::string& message,
             const base::Cell& cell, Key&& key) {
        Complaint& complaint = by_kind_[{column, code}];
        ++total_;
        if (complaint.rows++ < most_samples) fill(complaint, code, sqlstate, message, cell, key());
    }

    int64_t total() const { return total_; }
    // A JSON array: [{"column": …, "code": …, "sqlstate": …, "rows": …, "message": …, "key": …, "value": …, "samples": …}, …]
    std::string to_json() const;

   private:
    static constexpr int64_t most_samples = 3;

    static void fill(Complaint& complaint, const char* code, const char* sqlstate, const std::string& message,
                     const base::Cell& cell, const std::string& key);

    std::map<std::pair<std::string, std::string>, Complaint> by_kind_;
    int64_t total_ = 0;
};

}  // namespace value
