// json, jsonb: text for the type's input function, checked for what that function would not say well.
#include <cmath>
#include <cstring>

#include "base/sqlite_jsonb.hpp"
#include "normalize/converters.hpp"
#include "normalize/scan.hpp"
#include "normalize/text.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

// An escaped NUL, \u0000, which jsonb cannot hold. A backslash is valid inside strings alone, so strings need no scan.
bool has_escaped_nul(std::string_view text) {
    const char* at = text.data();
    const char* const end = at + text.size();
    while ((at = static_cast<const char*>(std::memchr(at, '\\', static_cast<size_t>(end - at)))) != nullptr) {
        if (end - at >= 6 && std::memcmp(at + 1, "u0000", 5) == 0) return true;
        if (end - at < 2) break;
        at += 2;  // past what is escaped: \\u0000 is a backslash and five letters
    }
    return false;
}

}  // namespace

Outcome to_json(const base::Cell& cell, const Settings& settings, bool binary, Bytes& value, std::string& scratch) {
    Bytes text;
    Outcome outcome;
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::real:
            if (!std::isfinite(cell.real)) return complain(Code::not_json);
            [[fallthrough]];
        case base::StorageClass::integer: value = number_as_text(cell, scratch); return accept();
        case base::StorageClass::blob:
            // As SQLite itself: JSONB first, though 33 31 32 33 is the number 123 in it, and 3123 as text.
            switch (base::read_jsonb(cell.bytes(), scratch)) {
                case base::JsonbVerdict::yes:
                    if (binary && has_escaped_nul(scratch)) return complain(Code::not_json);
                    value = {scratch.data(), scratch.size()};
                    return accept();
                case base::JsonbVerdict::invalid_utf8: return complain(Code::invalid_utf8);
                case base::JsonbVerdict::no: break;
            }
            [[fallthrough]];
        case base::StorageClass::text:
            outcome = clean_text(cell.bytes(), settings, text, scratch);
            if (outcome.verdict != Verdict::value) return outcome;
            break;
    }
    const std::string_view bytes(text.data, text.size);
    if (trim(bytes).empty()) return empty_is_null();
    if (binary && has_escaped_nul(bytes)) return complain(Code::not_json);
    value = text;
    return outcome;
}

}  // namespace normalize
