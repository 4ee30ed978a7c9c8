// SQLite's own binary JSON (sqlite.org/jsonb.html), written out as JSON text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace base {

enum class JsonbVerdict : uint8_t {
    no,            // not JSONB as the format says it, or nested deeper than SQLite itself goes
    invalid_utf8,  // JSONB whose strings hold bytes that are no UTF-8
    yes
};

// Strict: one element that fills the whole blob, every size within its parent, numbers and escapes as their type says,
// objects with a text key for each value. The text is that of SQLite's json(): no blanks, and what only JSON5 knows
// (0x1F, .5, \x41, \v) in RFC 8259's words. Members keep their order, and their doubles.
JsonbVerdict read_jsonb(std::string_view blob, std::string& text);

// The cheap look before: a first header whose size fits the blob exactly.
bool may_be_jsonb(std::string_view blob);

// A JSONB array or object at first sight. binary_text: and with bytes that no text has, though they are valid UTF-8.
bool may_be_container(std::string_view blob);
bool binary_text(std::string_view blob);

}  // namespace base
