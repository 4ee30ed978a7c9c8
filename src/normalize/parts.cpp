// Ranges and rows as PostgreSQL writes them, taken apart.
#include "normalize/parts.hpp"

#include "normalize/scan.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

void skip_space(const char*& at, const char* end) {
    while (at != end && is_blank(*at))
        ++at;
}

bool take_char(const char*& at, const char* end, char c) {
    if (at == end || *at != c) return false;
    ++at;
    return true;
}

}  // namespace

void Parts::clear() {
    bytes_.clear();
    parts_.clear();
    ranges_.clear();
    written.clear();
}

base::Cell Parts::cell(size_t index) const {
    const Part& part = parts_[index];
    base::Cell cell;
    if (part.absent) return cell;
    cell.storage = base::StorageClass::text;
    cell.data = bytes_.data() + part.from;
    cell.size = part.size;
    return cell;
}

// Up to one of the stops outside quotes. Blanks count. "" within quotes is a quote, a backslash takes what follows it.
bool Parts::take_part(const char*& at, const char* end, std::string_view stops) {
    Part part;
    part.from = bytes_.size();
    part.absent = at != end && stops.find(*at) != std::string_view::npos;
    for (bool quoted = false; quoted || at == end || stops.find(*at) == std::string_view::npos; ++at) {
        if (at == end) return false;
        if (*at == '\\') {
            if (++at == end) return false;
            bytes_.push_back(*at);
        } else if (*at == '"') {
            const bool twice = quoted && end - at > 1 && at[1] == '"';
            if (twice) bytes_.push_back(*at++);
            else quoted = !quoted;
        } else {
            bytes_.push_back(*at);
        }
    }
    part.size = bytes_.size() - part.from;
    parts_.push_back(part);
    return true;
}

bool Parts::take_range(const char*& at, const char* end) {
    Range range;
    skip_space(at, end);
    constexpr std::string_view word = "empty";
    if (static_cast<size_t>(end - at) >= word.size() && equals_word({at, word.size()}, word)) {
        at += word.size();
        range.empty = true;
    } else {
        range.lower_inclusive = at != end && *at == '[';
        if (!range.lower_inclusive && (at == end || *at != '(')) return false;
        ++at;
        if (!take_part(at, end, ",)]") || !take_char(at, end, ',') || !take_part(at, end, ",)]")) return false;
        if (*at == ',') return false;
        range.upper_inclusive = *at++ == ']';
    }
    skip_space(at, end);
    ranges_.push_back(range);
    return true;
}

bool Parts::open_range(std::string_view text) {
    clear();
    const char* at = text.data();
    const char* const end = at + text.size();
    return take_range(at, end) && at == end;
}

bool Parts::open_ranges(std::string_view text) {
    clear();
    text = trim(text);
    const char* at = text.data();
    const char* const end = at + text.size();
    if (!take_char(at, end, '{')) return false;
    skip_space(at, end);
    if (!take_char(at, end, '}')) {
        do {
            if (!take_range(at, end)) return false;
        } while (take_char(at, end, ','));
        if (!take_char(at, end, '}')) return false;
    }
    return at == end;
}

bool Parts::open_row(std::string_view text) {
    clear();
    text = trim(text);
    const char* at = text.data();
    const char* const end = at + text.size();
    if (!take_char(at, end, '(')) return false;
    do {
        if (!take_part(at, end, ",)")) return false;
    } while (take_char(at, end, ','));
    return take_char(at, end, ')') && at == end;
}

void Parts::quote(std::string_view part) {
    written.push_back('"');
    for (char c : part) {
        if (c == '"' || c == '\\') written.push_back('\\');
        written.push_back(c);
    }
    written.push_back('"');
}

}  // namespace normalize
