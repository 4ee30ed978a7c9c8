// Throws text at the readers of arrays, ranges and rows: as many elements as the sizes say, and what is put together again
// from the parts has these parts.
#include <cstdint>
#include <string>
#include <vector>

#include "normalize/converters.hpp"
#include "normalize/parts.hpp"
#include "must.hpp"

using namespace normalize;

namespace {

void check_list(const base::Cell& cell, bool json_elements) {
    ListReader list;
    const Outcome outcome = list.open(cell, json_elements);
    if (outcome.verdict != Verdict::value) return;
    MUST(list.dimensions() >= 0 && list.dimensions() <= ListReader::most_dimensions);
    int64_t wanted = list.dimensions() == 0 ? 0 : 1;
    for (int i = 0; i < list.dimensions(); ++i) {
        MUST(list.sizes()[i] > 0);
        wanted *= list.sizes()[i];
    }
    int64_t found = 0;
    base::Cell element;
    std::string again = "[";
    for (; list.next(element); ++found) MUST(element.storage != base::StorageClass::blob && element.size <= cell.size);
    MUST(found == wanted);
    // It can be read once more.
    MUST(list.open(cell, json_elements).verdict == Verdict::value);
    for (found = 0; list.next(element); ++found) {}
    MUST(found == wanted);
}

struct Copy {
    bool absent;
    std::string text;
};

std::vector<Copy> copy_of(const Parts& parts) {
    std::vector<Copy> result;
    for (size_t i = 0; i < parts.size(); ++i) {
        const base::Cell cell = parts.cell(i);
        result.push_back({cell.storage == base::StorageClass::null, std::string(cell.bytes())});
    }
    return result;
}

void check_equal(const std::vector<Copy>& a, const std::vector<Copy>& b) {
    MUST(a.size() == b.size());
    for (size_t i = 0; i < a.size(); ++i) MUST(a[i].absent == b[i].absent && a[i].text == b[i].text);
}

void check_row(std::string_view text) {
    Parts parts;
    if (!parts.open_row(text)) return;
    MUST(parts.size() > 0);
    const std::vector<Copy> read = copy_of(parts);
    for (size_t i = 0; i < read.size(); ++i) {
        parts.written += i == 0 ? '(' : ',';
        if (!read[i].absent) parts.quote(read[i].text);
    }
    const std::string written = parts.written + ')';
    MUST(parts.open_row(written));
    check_equal(read, copy_of(parts));
}

void check_ranges(std::string_view text, bool several) {
    Parts parts;
    if (!(several ? parts.open_ranges(text) : parts.open_range(text))) return;
    size_t bounds = 0;
    for (const Parts::Range& range : parts.ranges()) bounds += range.empty ? 0 : 2;
    MUST(parts.size() == bounds);
    if (!several) MUST(parts.ranges().size() == 1);
    const std::vector<Copy> read = copy_of(parts);
    const std::vector<Parts::Range> ranges = parts.ranges();
    parts.written = several ? "{" : "";
    size_t at = 0;
    for (size_t i = 0; i < ranges.size(); ++i) {
        if (i > 0) parts.written += ',';
        if (ranges[i].empty) {
            parts.written += "empty";
            continue;
        }
        parts.written += ranges[i].lower_inclusive ? '[' : '(';
        if (!read[at].absent) parts.quote(read[at].text);
        parts.written += ',';
        if (!read[at + 1].absent) parts.quote(read[at + 1].text);
        parts.written += ranges[i].upper_inclusive ? ']' : ')';
        at += 2;
    }
    if (several) parts.written += '}';
    const std::string written = parts.written;
    MUST(several ? parts.open_ranges(written) : parts.open_range(written));
    MUST(parts.ranges().size() == ranges.size());
    check_equal(read, copy_of(parts));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    for (bool json_elements : {false, true}) check_list(text_cell(text), json_elements);
    check_row(text);
    check_ranges(text, false);
    check_ranges(text, true);
    return 0;
}
