// The bytes inside a compressed stream, to its very end, where the compressions keep their checksums.
#include "archive/unpacker.hpp"

#include <archive.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "archive/checksum.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include "base/fence.hpp"

namespace archives {

namespace {

using base::Error;
using base::ErrorKind;
using std::literals::string_view_literals::operator""sv;

// Small enough that the worst compressor cannot unpack seconds of work from one piece unasked.
constexpr size_t piece = 16384;

// A filter that libarchive was built without would be run as an external program. Such a filter is not asked for.
template <typename F>
bool built_in(F support) {
    struct archive* trial = archive_read_new();
    const bool result = trial != nullptr && support(trial) == ARCHIVE_OK;
    archive_read_free(trial);
    return result;
}

std::string shown(const std::string& name) { return "\"" + base::excerpt(name, 500) + "\""; }

}  // namespace

bool looks_compressed(std::string_view header) {
    constexpr std::string_view magics[] = {"\x1F\x8B\x08"sv,           "BZh"sv,              "\xFD\x37\x7A\x58\x5A\0"sv,
                                           "\x5D\0\0"sv /* lzma */, "\x28\xB5\x2F\xFD"sv, "\x04\x22\x4D\x18"sv};
    return std::any_of(std::begin(magics), std::end(magics),
                       [header](std::string_view magic) { return header.starts_with(magic); });
}

Unpacker::Unpacker(Input& input, std::function<void()> ask) : input_(input), ask_(std::move(ask)), buffer_(piece) {
    open();
}

void Unpacker::open() {
    archive_read_support_format_raw(archive_);
    archive_read_support_format_empty(archive_);
    for (const auto support :
         {archive_read_support_filter_gzip, archive_read_support_filter_bzip2, archive_read_support_filter_xz,
          archive_read_support_filter_lzma, archive_read_support_filter_zstd, archive_read_support_filter_lz4}) {
        if (built_in(support)) support(archive_);
    }
    archive_read_set_read_callback(archive_, on_read);
    archive_read_set_callback_data(archive_, this);
    check(archive_read_open1(archive_));
    struct archive_entry* entry = nullptr;
    const int code = archive_read_next_header(archive_, &entry);
    if (code == ARCHIVE_EOF) {
        ended_ = true;
    } else {
        check(code);
    }
    gzip_ = archive_filter_count(archive_) == 2 && archive_filter_code(archive_, 0) == ARCHIVE_FILTER_GZIP;
}

long Unpacker::on_read(struct archive* archive, void* self, const void** buffer) {
    auto* unpacker = static_cast<Unpacker*>(self);
    try {
        unpacker->ask_();
        const size_t n = unpacker->input_.read(unpacker->packed_, unpacker->buffer_.data(), unpacker->buffer_.size());
        unpacker->packed_ += static_cast<int64_t>(n);
        *buffer = unpacker->buffer_.data();
        return static_cast<long>(n);
    } catch (...) {
        unpacker->thrown_ = std::current_exception();
        archive_set_error(archive, EIO, "stopped");
        return ARCHIVE_FATAL;
    }
}

std::string_view Unpacker::next() {
    while (!ended_) {
        const void* data = nullptr;
        size_t size = 0;
        la_int64_t offset = 0;
        const int code = archive_read_data_block(archive_, &data, &size, &offset);
        if (code == ARCHIVE_EOF) {
            ended_ = true;
            if (thrown_) check(ARCHIVE_FATAL);
            if (gzip_) check_gzip();
            break;
        }
        check(code);
        if (size == 0) continue;
        unpacked_ += static_cast<int64_t>(size);
        const std::string_view bytes(static_cast<const char*>(data), size);
        if (gzip_) crc_ = crc32(crc_, bytes.data(), bytes.size());
        return bytes;
    }
    return {};
}

void Unpacker::check(int code) {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (code == ARCHIVE_OK) return;
    const char* words = archive_error_string(archive_);
    throw Error(archive_errno(archive_) == ENOMEM ? ErrorKind::out_of_memory : ErrorKind::corrupt,
                "could not unpack archive " + shown(input_.name()) + ": " + base::excerpt(words == nullptr ? "it is damaged" : words, 300),
                {}, "Is the copy complete?");
}

// libarchive does not look at the checksum that ends a gzip file. Several files in a row (size differs) have more than one,
// and nothing tells where each ends.
void Unpacker::check_gzip() const {
    unsigned char tail[8];
    if (input_.size() < 18 || input_.read(input_.size() - 8, reinterpret_cast<char*>(tail), 8) != 8) return;
    const auto number = [&tail](int at) {
        return uint32_t{tail[at]} | uint32_t{tail[at + 1]} << 8 | uint32_t{tail[at + 2]} << 16 | uint32_t{tail[at + 3]} << 24;
    };
    if (number(4) != static_cast<uint32_t>(unpacked_) || number(0) == (crc_ ^ 0xffffffff)) return;
    throw Error(ErrorKind::corrupt, "archive " + shown(input_.name()) + " is damaged: its checksum does not fit its contents");
}

}  // namespace archives
