// One SQLite value as it lies in the file: its storage class and a view of its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace base {

enum class StorageClass : uint8_t { null, integer, real, text, blob };

// A view, not an owner: data is valid until the statement that gave it steps, resets or ends.
// Trivial on purpose, so that it may live where a longjmp can pass.
struct Cell {
    StorageClass storage = StorageClass::null;
    int64_t integer = 0;         // storage == integer
    double real = 0;             // storage == real
    const char* data = nullptr;  // storage == text (UTF-8, not checked) or blob; may be null when size is 0
    size_t size = 0;             // bytes

    std::string_view bytes() const { return {data == nullptr ? "" : data, size}; }
};

// "null", "integer", "real", "text", "blob": the words of SQLite's typeof().
constexpr const char* storage_name(StorageClass storage) {
    switch (storage) {
        case StorageClass::integer: return "integer";
        case StorageClass::real: return "real";
        case StorageClass::text: return "text";
        case StorageClass::blob: return "blob";
        default: return "null";
    }
}

}  // namespace base
