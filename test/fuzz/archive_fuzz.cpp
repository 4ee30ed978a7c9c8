// Reads arbitrary bytes as an archive: lists it, chooses a member, streams it out. Limits hold, errors are base::Error.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "archive/member.hpp"
#include "archive/reader.hpp"
#include "base/error.hpp"

namespace {

class Bytes : public archives::Input {
   public:
    Bytes(const uint8_t* data, size_t size) : data_(data), size_(size) {}
    const std::string& name() const override { return name_; }
    int64_t size() const override { return static_cast<int64_t>(size_); }
    size_t read(int64_t offset, char* to, size_t size) override {
        if (offset < 0 || offset >= this->size()) return 0;
        const size_t n = std::min(size, size_ - static_cast<size_t>(offset));
        std::memcpy(to, data_ + offset, n);
        return n;
    }

   private:
    const uint8_t* data_;
    size_t size_;
    std::string name_ = "/fuzz.db.gz";
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    constexpr int64_t most = 1 << 20;
    archives::Limits limits;
    limits.max_bytes = most;
    limits.max_entries = 100;
    limits.max_seconds = 5;
    // The first byte chooses the member.
    if (size == 0) return 0;
    const char* members[] = {"", "a.db", "dir/good.db", "./x"};
    const std::string member = members[data[0] % 4];
    Bytes input(data + 1, size - 1);
    try {
        archives::Reader reader(input, limits, nullptr);
        while (reader.next()) {
            if (reader.entry().name.starts_with("./")) std::abort();
        }
    } catch (const base::Error&) {
    }
    try {
        const archives::Choice choice = archives::choose_database(input, limits, nullptr, member);
        int64_t total = 0;
        const auto count = [&total](const char*, size_t n) { total += static_cast<int64_t>(n); };
        archives::extract(input, limits, nullptr, choice, count, count);
        if (total > most) std::abort();
    } catch (const base::Error&) {
    }
    return 0;
}
