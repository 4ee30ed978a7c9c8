// What a running scan tells EXPLAIN.
#pragma once

#include <string>

struct ForeignScanState;

namespace fdw {

// The values that were normalized so far, by column and rule: "n" empty_as_null 2, "seen" digits_cut 1. "" where none
// was, or where the scan never began.
std::string normalized_text(ForeignScanState* node);

}  // namespace fdw
