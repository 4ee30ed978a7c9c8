// Turns strftime's formats into patterns of to_char.
#include "schema/time_format.hpp"

#include "base/fence.hpp"

namespace schema {

std::string to_char_pattern(std::string_view format) {
    std::string pattern;
    for (size_t i = 0; i < format.size(); ++i) {
        char c = format[i];
        if (c == '%') {
            if (++i == format.size()) return {};
            switch (format[i]) {
                case 'Y': pattern += "YYYY"; break;
                case 'm': pattern += "MM"; break;
                case 'd': pattern += "DD"; break;
                case 'H': pattern += "HH24"; break;
                case 'M': pattern += "MI"; break;
                case 'S': pattern += "SS"; break;
                case 'f': pattern += "SS.MS"; break;
                case 'j': pattern += "DDD"; break;
                default: return {};
            }
        } else if (std::string_view("-:/. ").find(c) != std::string_view::npos) {
            pattern += c;
        } else if (c == 'T' || c == 'Z') {
            pattern += std::string("\"") + c + '"';  // letters would be patterns themselves
        } else {
            return {};
        }
    }
    return pattern;
}

}  // namespace schema
