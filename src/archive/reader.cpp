// Steps through an archive entry by entry, within limits. Nothing is ever written under a name that an archive gives.
#include "archive/reader.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

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

std::string shown(const std::string& name) { return "\"" + base::excerpt(name, 500) + "\""; }

// "./Library/x.db" and "/Library/x.db" are the member "Library/x.db": names are compared, never opened.
std::string plain_name(std::string_view name) {
    for (;;) {
        if (name.starts_with("./")) {
            name.remove_prefix(2);
        } else if (name.starts_with("/")) {
            name.remove_prefix(1);
        } else {
            return std::string(name);
        }
    }
}

// "/backups/app.db.gz" -> "app.db": what gzip would call the unpacked file.
std::string unpacked_name(const std::string& path) {
    std::string name = path.substr(path.rfind('/') + 1);
    for (const std::string_view ending : {".gz", ".bz2", ".xz", ".lzma", ".zst", ".lz4"}) {
        if (name.size() > ending.size() && name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
    }
    return name;
}

EntryType type_of(struct archive_entry* entry) {
    if (archive_entry_hardlink(entry) != nullptr) return EntryType::hard_link;
    switch (archive_entry_filetype(entry)) {
        case AE_IFREG: return EntryType::file;
        case AE_IFDIR: return EntryType::folder;
        case AE_IFLNK: return EntryType::symbolic_link;
        case AE_IFCHR:
        case AE_IFBLK: return EntryType::device;
        default: return EntryType::other;
    }
}

}  // namespace

std::string_view type_name(EntryType type) {
    switch (type) {
        case EntryType::file: return "file";
        case EntryType::folder: return "folder";
        case EntryType::symbolic_link: return "symbolic link";
        case EntryType::hard_link: return "hard link";
        case EntryType::device: return "device";
        case EntryType::other: break;
    }
    return "other";
}

bool looks_like_archive(std::string_view header) {
    struct Magic {
        size_t offset;
        std::string_view bytes;
    };
    static constexpr Magic magics[] = {
        {0, "PK\x03\x04"sv},                    // zip
        {0, "PK\x05\x06"sv},                    // zip, empty
        {0, "7z\xBC\xAF\x27\x1C"sv},            // 7z
        {0, "070701"sv},                        // cpio
        {0, "070702"sv},
        {0, "070707"sv},
        {0, "\xC7\x71"sv},
        {0, "\x71\xC7"sv},
        {257, "ustar"sv}                        // tar
    };
    return looks_compressed(header) || std::any_of(std::begin(magics), std::end(magics), [header](const Magic& magic) {
        return header.size() > magic.offset && header.substr(magic.offset).starts_with(magic.bytes);
    });
}

Reader::Reader(Input& input, const Limits& limits, bool (*should_stop)())
    : input_(input),
      limits_(limits),
      should_stop_(should_stop),
      deadline_(std::chrono::steady_clock::now() + std::chrono::seconds(std::min<int64_t>(limits.max_seconds, 1'000'000'000))),
      buffer_(piece) {
    open();
}

void Reader::open() {
    char begin[8];
    if (looks_compressed({begin, input_.read(0, begin, sizeof begin)}))
        unpacker_ = std::make_unique<Unpacker>(input_, [this] { check_limits(0); });
    archive_read_support_format_tar(archive_);
    archive_read_support_format_gnutar(archive_);
    archive_read_support_format_zip(archive_);
    archive_read_support_format_7zip(archive_);
    archive_read_support_format_cpio(archive_);
    archive_read_support_format_raw(archive_);
    archive_read_set_read_callback(archive_, on_read);
    if (!unpacker_) {
        archive_read_set_seek_callback(archive_, on_seek);
        archive_read_set_skip_callback(archive_, on_skip);
    }
    archive_read_set_callback_data(archive_, this);
    if (archive_read_open1(archive_) != ARCHIVE_OK) fail("read");
}

long Reader::on_read(struct archive* archive, void* self, const void** buffer) {
    auto* reader = static_cast<Reader*>(self);
    try {
        reader->check_limits(0);
        if (reader->unpacker_) {
            const std::string_view bytes = reader->unpacker_->next();
            *buffer = bytes.data();
            return static_cast<long>(bytes.size());
        }
        const size_t n = reader->input_.read(reader->offset_, reader->buffer_.data(), reader->buffer_.size());
        reader->offset_ += static_cast<int64_t>(n);
        reader->packed_ = std::min(reader->packed_ + static_cast<int64_t>(n), reader->input_.size());
        *buffer = reader->buffer_.data();
        return static_cast<long>(n);
    } catch (...) {
        reader->thrown_ = std::current_exception();
        archive_set_error(archive, EIO, "stopped");
        return ARCHIVE_FATAL;
    }
}

int64_t Reader::on_seek(struct archive*, void* self, int64_t offset, int whence) {
    auto* reader = static_cast<Reader*>(self);
    const int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? reader->offset_ : reader->input_.size();
    if (offset > 0 && base > INT64_MAX - offset) return ARCHIVE_FATAL;
    if (base + offset < 0) return ARCHIVE_FATAL;
    reader->offset_ = std::min(base + offset, reader->input_.size());
    return reader->offset_;
}

int64_t Reader::on_skip(struct archive*, void* self, int64_t request) {
    auto* reader = static_cast<Reader*>(self);
    const int64_t step = std::clamp<int64_t>(request, 0, reader->input_.size() - reader->offset_);
    reader->offset_ += step;
    reader->packed_ = std::min(reader->packed_ + step, reader->input_.size());
    return step;
}

bool Reader::single() const { return archive_format(archive_) == ARCHIVE_FORMAT_RAW; }

void Reader::check_header(int code) {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (code == ARCHIVE_FATAL || code == ARCHIVE_FAILED || code == ARCHIVE_RETRY) fail("read");
    // "raw" takes everything: without a compression it is only a file.
    if (single() && !unpacker_)
        throw Error(ErrorKind::not_a_database, shown(input_.name()) + " is not an archive", {},
                    "tar, zip, 7z and cpio are read, and gzip, bzip2, xz, lzma, zstd, lz4.");
}

bool Reader::next() {
    // A compressed stream is unpacked anyway: by reading it we are asked between the pieces.
    if (entries_ > 0 && unpacker_) {
        char waste[4096];
        while (read(waste, sizeof waste) > 0) {
        }
    }
    check_limits(0);
    struct archive_entry* entry = nullptr;
    const int code = archive_read_next_header(archive_, &entry);
    if (code == ARCHIVE_EOF) {
        check_header(ARCHIVE_OK);
        check_end();
        return false;
    }
    check_header(code);
    if (++entries_ > limits_.max_entries)
        throw Error(ErrorKind::limit, "archive " + shown(input_.name()) + " has more than " +
                                          std::to_string(limits_.max_entries) + " entries", {},
                    "A foreign server can allow more: OPTIONS (archive_max_entries …).");
    describe_entry(entry);
    return true;
}

void Reader::describe_entry(struct archive_entry* entry) {
    entry_ = Entry();
    if (single()) {
        entry_.name = unpacked_name(input_.name());
        entry_.type = EntryType::file;
        return;
    }
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    entry_.name = plain_name(name == nullptr ? "" : name);
    entry_.type = type_of(entry);
    if (archive_entry_size_is_set(entry)) entry_.size = archive_entry_size(entry);
    entry_.has_time = archive_entry_mtime_is_set(entry) != 0;
    entry_.time = archive_entry_mtime(entry);
    entry_.mode = static_cast<int>(archive_entry_perm(entry) & 07777);
    entry_.encrypted = archive_entry_is_encrypted(entry) != 0;
    const char* link = archive_entry_hardlink(entry);
    if (link == nullptr) link = archive_entry_symlink(entry);
    if (link != nullptr) entry_.link = link;
}

size_t Reader::read(char* to, size_t size) {
    if (entry_.type != EntryType::file) return 0;
    if (entry_.encrypted)
        throw Error(ErrorKind::unsupported, "member " + shown(entry_.name) + " of " + shown(input_.name()) + " is encrypted", {},
                    "Unpack it yourself, and give the path of the file.");
    const la_ssize_t n = archive_read_data(archive_, to, size);
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (n < 0) fail("unpack");
    check_limits(n);
    return static_cast<size_t>(n);
}

// An archive ends before its file does: the rest holds the checksums. A tar that was cut between two members looks whole to
// libarchive, but for the block of zeros that ends it.
void Reader::check_end() {
    if (unpacker_) {
        while (!unpacker_->next().empty()) check_limits(0);
        return;
    }
    if ((archive_format(archive_) & ARCHIVE_FORMAT_BASE_MASK) != ARCHIVE_FORMAT_TAR) return;
    char block[512];
    const int64_t read = archive_filter_bytes(archive_, 0);
    const size_t n = read < static_cast<int64_t>(sizeof block) ? 0 : input_.read(read - static_cast<int64_t>(sizeof block), block, sizeof block);
    if (n == sizeof block && std::all_of(block, block + n, [](char c) { return c == 0; })) return;
    throw Error(ErrorKind::corrupt, "archive " + shown(input_.name()) + " was cut: the mark that ends a tar is missing", {},
                "Copy it once more. If it was made without the mark, append it: head -c 1024 /dev/zero >>FILE");
}

void Reader::check_limits(int64_t unpacked) {
    if (should_stop_ != nullptr && should_stop_())
        throw Error(ErrorKind::interrupted, "reading archive " + shown(input_.name()) + " was cancelled");
    if (std::chrono::steady_clock::now() > deadline_)
        throw Error(ErrorKind::limit, "reading archive " + shown(input_.name()) + " took longer than " +
                                          std::to_string(limits_.max_seconds) + " seconds", {},
                    "A foreign server can allow more: OPTIONS (archive_max_seconds …).");
    unpacked_ += unpacked;
    // What a compressed stream has given so far, entries that were passed over included.
    const int64_t total = unpacker_ ? std::max(unpacked_, unpacker_->unpacked()) : unpacked_;
    const int64_t packed = unpacker_ ? unpacker_->packed() : packed_;
    if (total > free_bytes && total / std::max<int64_t>(packed, 1) >= limits_.max_ratio)
        throw Error(ErrorKind::limit, "archive " + shown(input_.name()) + " unpacks to more than " +
                                          std::to_string(limits_.max_ratio) + " times its size",
                    std::to_string(packed) + " bytes have become " + std::to_string(total) + " so far.",
                    "If it is no attack, a foreign server can allow it: OPTIONS (archive_max_ratio …).");
}

void Reader::fail(const char* doing) {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    const char* words = archive_error_string(archive_);
    const bool memory = archive_errno(archive_) == ENOMEM;
    throw Error(memory ? ErrorKind::out_of_memory : ErrorKind::corrupt,
                "could not " + std::string(doing) + " archive " + shown(input_.name()) + ": " +
                    base::excerpt(words == nullptr ? "unknown error" : words, 300),
                {}, "Is the copy complete? tar, zip, 7z and cpio are read, plain or in gzip, bzip2, xz, lzma, zstd, lz4.");
}

}  // namespace archives
