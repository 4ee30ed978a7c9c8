// Turns strftime's formats into patterns of to_char.
#pragma once

#include <string>
#include <string_view>

namespace schema {

// "" where the format holds anything else than plain parts. %f becomes SS.MS.
std::string to_char_pattern(std::string_view format);

}  // namespace schema
