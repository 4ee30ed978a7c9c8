// Quotes text for JSON. Only writes; whoever must read JSON asks the server.
#pragma once

#include <string>
#include <string_view>

namespace base {

// "text" with quotes and escapes. Bytes that are not UTF-8, and NUL, are shown as \xNN in the text (jsonb takes neither).
std::string json_quote(std::string_view text);

}  // namespace base
