// Gives created objects their PostgreSQL names: style, 63 bytes, no collisions.
#include "schema/identifier.hpp"

#include <cstdint>
#include <cstdio>

#include "base/text.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

constexpr size_t name_limit = 63;    // NAMEDATALEN - 1
constexpr size_t suffix_length = 9;  // "_" and 8 hex digits

// FNV-1a: stable over platforms and versions, so that a second run gives the same names.
std::string hash_suffix(std::string_view text) {
    uint32_t hash = 2166136261u;
    for (unsigned char c : text) {
        hash = (hash ^ c) * 16777619u;
    }
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, "_%08x", static_cast<unsigned>(hash));
    return buffer;
}

// The longest head of valid UTF-8 that fits into `limit` bytes and ends at a character.
std::string_view head(std::string_view text, size_t limit) {
    if (text.size() <= limit) return text;
    size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    return text.substr(0, end);
}

// SQLite takes any bytes as a name; the server takes only valid text.
std::string printable(std::string_view name) {
    std::string clean;
    while (!name.empty()) {
        size_t valid = base::valid_utf8_prefix(name);
        clean.append(name.substr(0, valid));
        name.remove_prefix(valid);
        if (!name.empty()) {
            clean += '_';
            name.remove_prefix(1);
        }
    }
    return clean;
}

}  // namespace

std::string styled(std::string_view name, NameStyle style) {
    switch (style) {
        case NameStyle::lower: return base::lower_ascii(name);
        case NameStyle::snake: {
            // A name of punctuation alone leaves nothing, or only underscores: it stays as it is.
            std::string snake = base::snake_case(name);
            return snake.find_first_not_of('_') == std::string::npos ? base::lower_ascii(name) : snake;
        }
        default: return std::string(name);
    }
}

std::string fit(std::string_view name) {
    if (name.empty()) return "_";  // SQLite takes "" as a name, PostgreSQL does not
    if (base::valid_utf8_prefix(name) != name.size()) {
        return std::string(head(printable(name), name_limit - suffix_length)) + hash_suffix(name);
    }
    if (name.size() <= name_limit) return std::string(name);
    return std::string(head(name, name_limit - suffix_length)) + hash_suffix(name);
}

std::string unique_name(std::string_view name, std::set<std::string>& taken) {
    std::string candidate = fit(name);
    std::string stem(head(candidate, name_limit - suffix_length));
    for (int round = 1; taken.count(candidate) != 0; ++round) {
        candidate = stem + hash_suffix(std::string(name) + "#" + std::to_string(round));
    }
    taken.insert(candidate);
    return candidate;
}

std::string quote_name(std::string_view name) {
    std::string quoted = "\"";
    for (char c : name) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string quote_literal(std::string_view text) {
    bool escapes = text.find('\\') != std::string_view::npos;
    std::string quoted = escapes ? "E'" : "'";
    for (char c : text) {
        if (c == '\'' || c == '\\') quoted += c;
        quoted += c;
    }
    return quoted + '\'';
}

}  // namespace schema
