// Sums of row hashes by the hash of the row's key: where two tables differ is told without comparing their rows.
#include "value/buckets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/fence.hpp"

namespace value {
namespace {

constexpr size_t digits = 16;
constexpr size_t fewest = 64;
constexpr int64_t rows_each = 4;  // about as many rows share a bucket, until there are no more buckets

std::vector<uint64_t> folded(std::vector<uint64_t> sums, size_t count) {
    while (sums.size() > count) {
        const size_t half = sums.size() / 2;
        for (size_t i = 0; i < half; ++i) sums[i] += sums[half + i];
        sums.resize(half);
    }
    return sums;
}

std::vector<uint64_t> parse(std::string_view hex) {
    std::vector<uint64_t> sums;
    for (size_t at = 0; at + digits <= hex.size(); at += digits) {
        uint64_t sum = 0;
        const auto [end, code] = std::from_chars(hex.data() + at, hex.data() + at + digits, sum, 16);
        if (code != std::errc() || end != hex.data() + at + digits)
            throw base::Error(base::ErrorKind::invalid_argument, "these are no buckets");
        sums.push_back(sum);
    }
    if (sums.empty() || (sums.size() & (sums.size() - 1)) != 0 || hex.size() % digits != 0)
        throw base::Error(base::ErrorKind::invalid_argument, "these are no buckets");
    return sums;
}

}  // namespace

std::string Buckets::hex() const {
    size_t count = fewest;
    while (count < sums_.size() && static_cast<int64_t>(count) * rows_each < rows_) count *= 2;
    std::string result;
    result.reserve(count * digits);
    for (uint64_t sum : folded(sums_, count)) fmt::format_to(std::back_inserter(result), "{:016x}", sum);
    return result;
}

std::string differing_buckets(std::string_view first, std::string_view second) {
    std::vector<uint64_t> a = parse(first), b = parse(second);
    const size_t count = std::min(a.size(), b.size());
    a = folded(std::move(a), count);
    b = folded(std::move(b), count);
    std::string result = fmt::format("{}:", count);
    size_t differ = 0;
    for (size_t i = 0; i < count; ++i) {
        if (a[i] == b[i]) continue;
        fmt::format_to(std::back_inserter(result), "{}{}", differ == 0 ? "" : " ", i);
        ++differ;
    }
    return differ == 0 || differ * 4 > count ? std::string() : result;
}

BucketSet::BucketSet(std::string_view words) {
    if (words.empty()) return;
    const char *at = words.data(), *end = at + words.size();
    size_t number = 0;
    auto next = [&] {
        const auto [after, code] = std::from_chars(at, end, number);
        if (code != std::errc()) throw base::Error(base::ErrorKind::invalid_argument, "this is no set of buckets");
        at = after + (after < end ? 1 : 0);
    };
    next();
    if (number == 0 || number > (1 << 16) || (number & (number - 1)) != 0)
        throw base::Error(base::ErrorKind::invalid_argument, "this is no set of buckets");
    bits_.resize(number);
    mask_ = number - 1;
    while (at < end) {
        next();
        bits_[number & mask_] = true;
    }
}

}  // namespace value
