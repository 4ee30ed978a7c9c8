// Words for cells in messages.
#include "value/describe.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "normalize/converters.hpp"
#include "base/fence.hpp"

namespace value {
namespace {

std::string hex(std::string_view bytes, size_t limit) {
    std::string result;
    for (char c : bytes.substr(0, limit)) result += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return result;
}

std::string real_text(double value) {
    char buffer[32];
    return std::string(buffer, normalize::shortest_text(value, buffer));
}

}  // namespace

std::string show(const base::Cell& cell) {
    switch (cell.storage) {
        case base::StorageClass::null: return "NULL";
        case base::StorageClass::integer: return fmt::format("integer {}", cell.integer);
        case base::StorageClass::real: return "real " + real_text(cell.real);
        case base::StorageClass::text: return fmt::format("text \"{}\"", base::excerpt(cell.bytes()));
        case base::StorageClass::blob:
            return fmt::format("blob of {} bytes x'{}{}'", cell.size, hex(cell.bytes(), 16), cell.size > 16 ? "…" : "");
    }
    return "";
}

std::string describe(const base::Cell& cell, normalize::Code code) {
    return fmt::format("{}: found {}, expected {}", normalize::code_name(code), show(cell), normalize::code_expected(code));
}

std::string to_json(const base::Cell& cell) {
    switch (cell.storage) {
        case base::StorageClass::null: return "null";
        case base::StorageClass::integer: return fmt::format("{}", cell.integer);
        case base::StorageClass::real: {
            std::string text = real_text(cell.real);
            return text.find_first_of("nN") == std::string::npos ? text : base::json_quote(text);
        }
        case base::StorageClass::text:
            if (cell.size <= 200) return base::json_quote(cell.bytes());
            return base::json_quote(base::excerpt(cell.bytes(), 200));
        case base::StorageClass::blob: return fmt::format("{{\"blob\": \"{}\"}}", hex(cell.bytes(), 32));
    }
    return "null";
}

}  // namespace value
