// Throws bytes at the reader of SQLite's JSONB: whatever it takes is JSON by another reader's judgement, too.
#include <cstdint>
#include <string>

#include "base/text.hpp"
#include "normalize/converters.hpp"
#include "base/sqlite_jsonb.hpp"
#include "schema/shape.hpp"
#include "must.hpp"

using namespace normalize;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    const std::string_view blob(reinterpret_cast<const char*>(bytes), size);
    std::string text;
    const base::JsonbVerdict verdict = base::read_jsonb(blob, text);
    if (verdict != base::JsonbVerdict::no) MUST(base::may_be_jsonb(blob));
    if (base::binary_text(blob)) MUST(base::may_be_container(blob));
    if (verdict == base::JsonbVerdict::yes) {
        MUST(base::valid_utf8_prefix(text) == text.size());
        MUST(text.find('\0') == std::string::npos);
        MUST(schema::json_shape(text).kind != schema::JsonKind::none);
        // No more than an escape of six bytes for each byte.
        MUST(text.size() <= 6 * size + 32);
    }
    base::Cell cell = text_cell(blob);
    cell.storage = base::StorageClass::blob;
    Bytes value;
    std::string scratch;
    const Outcome json = to_json(cell, Settings(), false, value, scratch);
    if (verdict == base::JsonbVerdict::yes) {
        MUST(json.verdict == Verdict::value && json.rule == Rule::none);
        MUST(std::string_view(value.data, value.size) == text);
    }
    const Outcome plain = to_text(cell, Settings(), value, scratch);
    if (plain.code == Code::binary_json) MUST(verdict == base::JsonbVerdict::yes);
    Settings asked;
    asked.rules = uint64_t{1} << static_cast<int>(Rule::sqlite_jsonb);
    const Outcome written = to_text(cell, asked, value, scratch);
    MUST((written.rule == Rule::sqlite_jsonb) == (verdict == base::JsonbVerdict::yes));
    ListReader list;
    base::Cell element;
    if (list.open(cell).verdict == Verdict::value)
        while (list.next(element)) MUST(element.storage != base::StorageClass::blob);
    return 0;
}
