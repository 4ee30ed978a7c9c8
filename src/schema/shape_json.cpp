// Recognises a JSON document by walking it once, without recursion and without building anything.
#include <cstring>

#include "schema/shape.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

// Deeper documents are legal JSON, but the server's parser recurses: far below its limit, and far above real documents.
constexpr int depth_limit = 1000;
// jsonb keeps numbers as numeric: more digits or larger exponents than this are left to json.
constexpr size_t number_limit = 1000;
constexpr size_t binary_size_limit = 100'000'000;  // jsonb's parts are limited to 256 MB

class Walker {
   public:
    explicit Walker(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {
        binary_ = text.size() <= binary_size_limit;
    }

    JsonShape walk() {
        blanks();
        if (at_ == end_) return {};
        bool structure = *at_ == '{' || *at_ == '[';
        if (!document()) return {};
        blanks();
        if (at_ != end_) return {};
        return {structure ? JsonKind::structure : JsonKind::scalar, binary_};
    }

   private:
    // One value with all that it holds. The stack keeps one bit per open bracket: object or array.
    bool document() {
        int depth = 0;
        for (;;) {
            blanks();
            if (at_ == end_) return false;
            bool opened = false;
            if (*at_ == '{' || *at_ == '[') {
                if (depth == depth_limit) return false;
                bool object = *at_++ == '{';
                object_[depth++] = object;
                blanks();
                if (at_ != end_ && *at_ == (object ? '}' : ']')) {
                    ++at_;
                    --depth;
                } else {
                    if (object && !key()) return false;
                    opened = true;
                }
            } else if (!scalar()) {
                return false;
            }
            if (opened) continue;
            // A value has ended: close brackets, or go on behind a comma.
            for (;;) {
                if (depth == 0) return true;
                blanks();
                if (at_ == end_) return false;
                char c = *at_++;
                bool object = object_[depth - 1];
                if (c == ',') {
                    if (object) {
                        blanks();
                        if (!key()) return false;
                    }
                    break;
                }
                if (c != (object ? '}' : ']')) return false;
                --depth;
            }
        }
    }

    bool key() {
        if (!string()) return false;
        blanks();
        if (at_ == end_ || *at_ != ':') return false;
        ++at_;
        return true;
    }

    bool scalar() {
        switch (*at_) {
            case '"': return string();
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: return number();
        }
    }

    bool word(std::string_view expected) {
        if (static_cast<size_t>(end_ - at_) < expected.size() ||
            std::memcmp(at_, expected.data(), expected.size()) != 0)
            return false;
        at_ += expected.size();
        return true;
    }

    bool string() {
        if (at_ == end_ || *at_ != '"') return false;
        ++at_;
        while (at_ != end_) {
            unsigned char c = static_cast<unsigned char>(*at_++);
            if (c == '"') return true;
            if (c < 0x20) return false;
            if (c == '\\' && !escape()) return false;
        }
        return false;
    }

    bool escape() {
        if (at_ == end_) return false;
        char c = *at_++;
        if (c != 'u') return std::strchr("\"\\/bfnrt", c) != nullptr && c != '\0';
        int unit = code_unit();
        if (unit < 0) return false;
        if (unit == 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) binary_ = false;
        if (unit >= 0xD800 && unit <= 0xDBFF) {
            // A high surrogate needs its partner at once; json keeps the text as it is, jsonb refuses.
            if (end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
                at_ += 2;
                int partner = code_unit();
                if (partner < 0) return false;
                if (partner < 0xDC00 || partner > 0xDFFF) binary_ = false;
            } else {
                binary_ = false;
            }
        }
        return true;
    }

    int code_unit() {
        if (end_ - at_ < 4) return -1;
        int unit = 0;
        for (int i = 0; i < 4; ++i) {
            char c = *at_++;
            int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
            if (digit < 0) return -1;
            unit = unit * 16 + digit;
        }
        return unit;
    }

    bool digits(size_t& count) {
        const char* first = at_;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9')
            ++at_;
        count = static_cast<size_t>(at_ - first);
        return count > 0;
    }

    bool number() {
        const char* first = at_;
        if (*at_ == '-') ++at_;
        bool zero = at_ != end_ && *at_ == '0';
        size_t whole = 0, fraction = 0, exponent = 0;
        if (!digits(whole) || (zero && whole > 1)) return false;
        if (at_ != end_ && *at_ == '.') {
            ++at_;
            if (!digits(fraction)) return false;
        }
        if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
            ++at_;
            if (at_ != end_ && (*at_ == '-' || *at_ == '+')) ++at_;
            if (!digits(exponent)) return false;
        }
        if (static_cast<size_t>(at_ - first) > number_limit || exponent > 3) binary_ = false;
        return true;
    }

    void blanks() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r'))
            ++at_;
    }

    const char* at_;
    const char* end_;
    bool binary_ = true;
    bool object_[depth_limit];
};

}  // namespace

JsonShape json_shape(std::string_view text) { return text.empty() ? JsonShape{} : Walker(text).walk(); }

}  // namespace schema
