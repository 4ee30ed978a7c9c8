// No converter allocates in the common case: the sanitizer's allocator counts.
#include <cstddef>
#include <cstdlib>

#include "normalize_cells.hpp"

// Of the sanitizer; g++ ships no header for it.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void*, size_t), void (*)(const volatile void*));

using namespace normalize;
using namespace normalize_test;

namespace {

size_t allocations = 0;
void count_allocation(const volatile void*, size_t) { ++allocations; }
void ignore_release(const volatile void*) {}

}  // namespace

TEST_CASE("no converter allocates in the common case") {
    const Settings none, limited = length(40), scaled = precision(12, 2);
    bool truth = false;
    int16_t small = 0;
    int32_t middle = 0, days = 0;
    int64_t large = 0, micros = 0;
    float narrow = 0;
    double real_value = 0;
    Decimal decimal;
    Bytes bytes_value;
    Instant instant;
    TimeTz clock;
    Interval span;
    unsigned char id[16];
    std::string scratch;
    scratch.reserve(64);  // the caller lends it, and it keeps its room
    ListReader list;
    const std::string long_text(1000, 'x'), umlauts = "Gr\xc3\xb6\xc3\x9f""e in Stra\xc3\x9f""burg, gemessen am Morgen";
    const Cell cells[] = {integer(5), integer(INT64_MIN), real(0.1), real(1e300), text("42"), text("-1.50"), text("true"),
                          text("2024-01-02 03:04:05.123456"), text("2024-01-02T03:04:05Z"), text("2024-01-02"), text("10:00:00"),
                          text("Fri, 05 Jan 2024 10:00:00 +0100"), text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12"), text("[1, 2.5, \"a\", null]"),
                          text("{1,2}"), text("{\"a\": [1]}"), text(""), text(umlauts), text(long_text), blob("0123456789abcdef"), null_cell()};
    CHECK(__sanitizer_install_malloc_and_free_hooks(count_allocation, ignore_release) != 0);
    const size_t before = allocations;
    size_t converted = 0;
    for (const Cell& cell : cells) {
        const Outcome outcomes[] = {
            to_boolean(cell, none, truth), to_int2(cell, none, small), to_int4(cell, none, middle), to_int8(cell, none, large),
            to_float4(cell, none, narrow), to_float8(cell, none, real_value), to_decimal(cell, scaled, decimal, scratch),
            to_text(cell, limited, bytes_value, scratch), to_name(cell, none, bytes_value, scratch), to_bytea(cell, none, bytes_value, scratch),
            to_timestamp(cell, none, instant), to_timestamptz(cell, none, instant), to_date(cell, none, days), to_time(cell, none, micros),
            to_timetz(cell, none, clock), to_interval(cell, none, span), to_uuid(cell, none, id),
            to_input_text(cell, none, bytes_value, scratch), to_json(cell, none, true, bytes_value, scratch)};
        for (const Outcome& outcome : outcomes) converted += outcome.verdict == Verdict::value;
        Cell element;
        if (list.open(cell).verdict == Verdict::value)
            while (list.next(element)) ++converted;
    }
    const size_t after = allocations;
    CHECK(converted > 100);
    CHECK(after == before);
    // The counter counts.
    void* volatile memory = std::malloc(1);
    std::free(memory);
    CHECK(allocations > after);
}
