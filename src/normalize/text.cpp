// text, varchar(n), char(n), name, and the text for any other type's input function.
#include "normalize/text.hpp"

#include <charconv>
#include <cstring>

#include "base/sqlite_jsonb.hpp"
#include "base/text.hpp"
#include "normalize/converters.hpp"
#include "normalize/scan.hpp"

#include "base/fence.hpp"

namespace normalize {

namespace {

constexpr size_t number_room = 32;
constexpr size_t name_bytes = 63;  // NAMEDATALEN - 1 of every stock server

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// How many bytes at an invalid place one U+FFFD stands for: the longest start of a sequence that could have become
// valid, or one byte (Unicode's recommended practice, so that the result is the same as that of other tools).
size_t invalid_length(std::string_view rest) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(rest[i]); };
    const unsigned lead = byte(0);
    size_t wanted;
    unsigned low = 0x80;
    unsigned high = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
        wanted = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        wanted = 3;
        if (lead == 0xe0) low = 0xa0;
        if (lead == 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        wanted = 4;
        if (lead == 0xf0) low = 0x90;
        if (lead == 0xf4) high = 0x8f;
    } else {
        return 1;
    }
    size_t length = 1;
    while (length < wanted && length < rest.size() && byte(length) >= low && byte(length) <= high) {
        ++length;
        low = 0x80;
        high = 0xbf;
    }
    return length;
}

void append_without_nul(std::string& to, std::string_view part, bool strip) {
    if (!strip) {
        to.append(part);
        return;
    }
    for (char c : part) {
        if (c != '\0') to.push_back(c);
    }
}

// The slow road: bytes that need a rule. Builds into scratch, which the bytes must not lie in.
Outcome mend(std::string_view bytes, bool has_nul, bool invalid, const Settings& settings, Bytes& value,
             std::string& scratch) {
    const bool latin1 = settings.has(Rule::latin1);
    if (invalid && !latin1 && !settings.has(Rule::replace_invalid)) return complain(Code::invalid_utf8);
    if (has_nul && !settings.has(Rule::strip_nul)) return complain(Code::nul_byte);

    scratch.clear();
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const size_t valid = base::valid_utf8_prefix(rest);
        append_without_nul(scratch, rest.substr(0, valid), has_nul);
        rest.remove_prefix(valid);
        if (rest.empty()) break;
        if (latin1) {
            const auto byte = static_cast<unsigned char>(rest[0]);
            scratch.push_back(static_cast<char>(0xc0 | byte >> 6));
            scratch.push_back(static_cast<char>(0x80 | (byte & 0x3f)));
            rest.remove_prefix(1);
        } else {
            scratch.append("\xef\xbf\xbd");
            rest.remove_prefix(invalid_length(rest));
        }
    }
    value = {scratch.data(), scratch.size()};
    // One rule a cell: the one that changed more than it left out.
    if (!invalid) return accept(Rule::strip_nul);
    return accept(latin1 ? Rule::latin1 : Rule::replace_invalid);
}

// Cuts to `length` characters where that is allowed. The text is valid UTF-8.
Outcome limit(Outcome so_far, const Settings& settings, Bytes& value) {
    // A character is at least a byte: no need to count where the bytes fit.
    if (settings.length < 0 || value.size <= static_cast<size_t>(settings.length)) return so_far;
    const auto most = static_cast<size_t>(settings.length);
    const std::string_view text(value.data, value.size);
    size_t at = 0;
    for (size_t characters = 0; at < text.size(); ++at) {
        if (continues(text[at])) continue;
        if (characters == most) break;
        ++characters;
    }
    if (at == text.size()) return so_far;
    // As the server: blanks beyond the limit are no loss. Blanks are spaces here, nothing else.
    const bool only_blanks = text.find_first_not_of(' ', at) == std::string_view::npos;
    if (!only_blanks && !settings.has(Rule::truncate)) return complain(Code::too_long);
    value.size = at;
    if (!only_blanks) return accept(Rule::truncate);
    return so_far.rule == Rule::none ? accept(Rule::blanks_cut) : so_far;
}

// The cell's text, cleaned but not limited.
Outcome cell_text(const base::Cell& cell, const Settings& settings, Bytes& value, std::string& scratch) {
    switch (cell.storage) {
        case base::StorageClass::null: return becomes_null();
        case base::StorageClass::integer:
        case base::StorageClass::real: value = number_as_written(cell, scratch); return accept();
        case base::StorageClass::text:
        case base::StorageClass::blob: break;
    }
    return clean_text(cell.bytes(), settings, value, scratch);
}

// SQLite's JSONB is no text, even where its bytes happen to be UTF-8.
Outcome blob_text(std::string_view bytes, const Settings& settings, Bytes& value, std::string& scratch) {
    const bool asked = settings.has(Rule::sqlite_jsonb);
    if (asked && base::read_jsonb(bytes, scratch) == base::JsonbVerdict::yes) {
        value = {scratch.data(), scratch.size()};
        return accept(Rule::sqlite_jsonb);
    }
    const Outcome outcome = clean_text(bytes, settings, value, scratch);
    const bool fine = outcome.verdict == Verdict::value && !base::binary_text(bytes);
    if (asked || fine || outcome.rule != Rule::none || !base::may_be_container(bytes)) return outcome;
    std::string unused;
    return base::read_jsonb(bytes, unused) == base::JsonbVerdict::yes ? complain(Code::binary_json) : outcome;
}

// The text form of bytea.
Outcome write_bytes(std::string_view bytes, Bytes& value, std::string& scratch) {
    constexpr char digits[] = "0123456789abcdef";
    scratch.assign("\\x");
    for (char c : bytes) {
        scratch.push_back(digits[static_cast<unsigned char>(c) >> 4]);
        scratch.push_back(digits[c & 0xf]);
    }
    value = {scratch.data(), scratch.size()};
    return accept(Rule::to_bytea);
}

}  // namespace

Outcome clean_text(std::string_view bytes, const Settings& settings, Bytes& value, std::string& scratch) {
    const size_t ascii = plain_ascii_prefix(bytes);
    if (ascii != bytes.size()) {
        const std::string_view rest = bytes.substr(ascii);
        const bool has_nul = std::memchr(rest.data(), 0, rest.size()) != nullptr;
        const bool invalid = base::valid_utf8_prefix(rest) != rest.size();
        if (has_nul || invalid) return mend(bytes, has_nul, invalid, settings, value, scratch);
    }
    value = {bytes.data(), bytes.size()};
    return accept();
}

size_t plain_number(const base::Cell& cell, char* buffer) {
    if (cell.storage == base::StorageClass::real) return shortest_text(cell.real, buffer);
    return static_cast<size_t>(std::to_chars(buffer, buffer + number_room, cell.integer).ptr - buffer);
}

Bytes number_as_text(const base::Cell& cell, std::string& scratch) {
    if (scratch.size() < number_room) scratch.resize(number_room);
    return {scratch.data(), plain_number(cell, scratch.data())};
}

size_t written_number(const base::Cell& cell, char* buffer) {
    const size_t size = plain_number(cell, buffer);
    const bool whole = std::string_view(buffer, size).find_first_not_of("-0123456789") == std::string_view::npos;
    if (cell.storage != base::StorageClass::real || !whole) return size;
    buffer[size] = '.';
    buffer[size + 1] = '0';
    return size + 2;
}

Bytes number_as_written(const base::Cell& cell, std::string& scratch) {
    if (scratch.size() < number_room) scratch.resize(number_room);
    return {scratch.data(), written_number(cell, scratch.data())};
}

Outcome to_text(const base::Cell& cell, const Settings& settings, Bytes& value, std::string& scratch) {
    Bytes text;
    Outcome outcome = cell.storage == base::StorageClass::blob ? blob_text(cell.bytes(), settings, text, scratch)
                                                               : cell_text(cell, settings, text, scratch);
    if (outcome.code == Code::invalid_utf8 || outcome.code == Code::nul_byte || outcome.code == Code::binary_json) {
        if (settings.has(Rule::to_bytea)) outcome = write_bytes(cell.bytes(), text, scratch);
    }
    if (outcome.verdict == Verdict::value) outcome = limit(outcome, settings, text);
    if (outcome.verdict == Verdict::value) value = text;
    return outcome;
}

Outcome to_name(const base::Cell& cell, const Settings& settings, Bytes& value, std::string& scratch) {
    Bytes text;
    Outcome outcome = cell_text(cell, settings, text, scratch);
    if (outcome.verdict != Verdict::value) return outcome;
    if (text.size > name_bytes) {
        size_t at = name_bytes;
        while (at > 0 && continues(text.data[at]))
            --at;
        text.size = at;
        outcome = accept(Rule::name_cut);
    }
    value = text;
    return outcome;
}

Outcome to_input_text(const base::Cell& cell, const Settings& settings, Bytes& value, std::string& scratch) {
    Bytes text;
    const Outcome outcome = cell_text(cell, settings, text, scratch);
    if (outcome.verdict != Verdict::value) return outcome;
    if (trim({text.data, text.size}).empty()) return empty_is_null();
    value = text;
    return outcome;
}

}  // namespace normalize
