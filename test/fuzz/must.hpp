// What the fuzzers share: cells of text, and a check that names its line.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/cell.hpp"

#define MUST(condition)                                                  \
    do {                                                                 \
        if (!(condition)) {                                              \
            std::fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
            std::abort();                                                \
        }                                                                \
    } while (false)

inline base::Cell text_cell(std::string_view text) {
    base::Cell cell;
    cell.storage = base::StorageClass::text;
    cell.data = text.data();
    cell.size = text.size();
    return cell;
}
