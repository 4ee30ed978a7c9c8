// Archives in memory for the tests of the room archive: made by libarchive's writer, read as an Input.
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "archive/input.hpp"

namespace unit {

class MemoryInput : public archives::Input {
   public:
    explicit MemoryInput(std::string bytes, std::string name = "/backups/test.db.gz")
        : bytes_(std::move(bytes)), name_(std::move(name)) {}
    const std::string& name() const override { return name_; }
    int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
    size_t read(int64_t offset, char* to, size_t size) override {
        if (offset < 0 || offset >= this->size()) return 0;
        const size_t n = std::min(size, bytes_.size() - static_cast<size_t>(offset));
        std::memcpy(to, bytes_.data() + offset, n);
        return n;
    }

   private:
    std::string bytes_, name_;
};

struct Part {
    std::string name, data;
    int type = AE_IFREG;
    std::string link;
};

inline std::string make_archive(int format, int filter, const std::vector<Part>& parts) {
    struct archive* writer = archive_write_new();
    std::string bytes;
    const auto check = [writer](int code) {
        if (code != ARCHIVE_OK) throw std::runtime_error(archive_error_string(writer));
    };
    check(archive_write_add_filter(writer, filter));
    check(archive_write_set_format(writer, format));
    archive_write_set_bytes_in_last_block(writer, 1);
    archive_write_open2(
        writer, &bytes, nullptr,
        [](struct archive*, void* to, const void* data, size_t size) -> la_ssize_t {
            static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
            return static_cast<la_ssize_t>(size);
        },
        nullptr, nullptr);
    for (const Part& part : parts) {
        struct archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname(entry, part.name.c_str());
        archive_entry_set_filetype(entry, static_cast<unsigned>(part.type));
        archive_entry_set_perm(entry, 0640);
        archive_entry_set_mtime(entry, 86400, 0);
        archive_entry_set_size(entry, static_cast<int64_t>(part.data.size()));
        if (part.type == AE_IFLNK) archive_entry_set_symlink(entry, part.link.c_str());
        check(archive_write_header(writer, entry));
        if (!part.data.empty() && archive_write_data(writer, part.data.data(), part.data.size()) < 0)
            throw std::runtime_error(archive_error_string(writer));
        archive_entry_free(entry);
    }
    check(archive_write_close(writer));
    archive_write_free(writer);
    return bytes;
}

// What begins like a SQLite file.
inline std::string database_like(const std::string& rest) {
    return std::string("SQLite format 3\0", 16) + std::string(100, 'x') + rest;
}

}  // namespace unit
