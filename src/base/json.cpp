// Quotes text for JSON.
#include "base/json.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/fence.hpp"

namespace base {

std::string json_quote(std::string_view text) {
    std::string result = "\"";
    while (!text.empty()) {
        size_t valid = valid_utf8_prefix(text);
        for (char c : text.substr(0, valid)) {
            auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') {
                result += '\\';
                result += c;
            } else if (byte == 0) {
                result += "\\\\x00";
            } else if (byte < 0x20) {
                result += fmt::format("\\u{:04x}", byte);
            } else {
                result += c;
            }
        }
        if (valid < text.size()) {
            result += fmt::format("\\\\x{:02x}", static_cast<unsigned char>(text[valid]));
            ++valid;
        }
        text.remove_prefix(valid);
    }
    return result + "\"";
}

}  // namespace base
