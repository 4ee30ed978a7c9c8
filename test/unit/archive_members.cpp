// The room archive: every format and compression, choice of members, limits.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "archive/member.hpp"
#include "archive/reader.hpp"
#include "archive_memory.hpp"
#include "base/error.hpp"

namespace {

using base::ErrorKind;
using unit::MemoryInput;
using unit::Part;

std::string pattern(size_t size) {
    std::string text;
    uint64_t state = 42;
    while (text.size() < size) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        text += static_cast<char>(state >> 56);
    }
    return text;
}

// The member as it comes out, "" and its error kind where it does not.
std::string extracted(const std::string& bytes, const std::string& member, std::string* wal = nullptr,
                      const archives::Limits& limits = {}) {
    MemoryInput input(bytes);
    const archives::Choice choice = archives::choose_database(input, limits, nullptr, member);
    std::string file, beside;
    archives::extract(
        input, limits, nullptr, choice, [&file](const char* data, size_t size) { file.append(data, size); },
        [&beside](const char* data, size_t size) { beside.append(data, size); });
    if (wal != nullptr) *wal = beside;
    return file;
}

ErrorKind kind_of(const std::string& bytes, const std::string& member, const archives::Limits& limits = {}) {
    try {
        extracted(bytes, member, nullptr, limits);
    } catch (const base::Error& error) {
        return error.kind;
    }
    return ErrorKind::internal;
}

const std::vector<Part> library = {{"./lib/app.db", unit::database_like(pattern(300'000))},
                                   {"lib/app.db-wal", "frames"},
                                   {"lib/app.db-2026-01-01", unit::database_like("old")},
                                   {"lib/other.db", unit::database_like("other")},
                                   {"lib/link.db", "", AE_IFLNK, "/etc/passwd"},
                                   {"readme.txt", "hello"}};

}  // namespace

TEST_CASE("every format and compression gives the member and its -wal") {
    for (const int format : {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FORMAT_TAR_GNUTAR,
                             ARCHIVE_FORMAT_CPIO_POSIX, ARCHIVE_FORMAT_CPIO_SVR4_NOCRC}) {
        for (const int filter : {ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ,
                                 ARCHIVE_FILTER_LZMA, ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_LZ4}) {
            CAPTURE(format);
            CAPTURE(filter);
            const std::string bytes = unit::make_archive(format, filter, library);
            CHECK(archives::looks_like_archive(bytes.substr(0, 512)));
            std::string wal;
            CHECK(extracted(bytes, "lib/app.db", &wal) == library[0].data);
            CHECK(wal == "frames");
        }
    }
    for (const int format : {ARCHIVE_FORMAT_ZIP, ARCHIVE_FORMAT_7ZIP}) {
        CAPTURE(format);
        const std::string bytes = unit::make_archive(format, ARCHIVE_FILTER_NONE, library);
        CHECK(archives::looks_like_archive(bytes.substr(0, 512)));
        std::string wal;
        CHECK(extracted(bytes, "lib/app.db", &wal) == library[0].data);
        CHECK(wal == "frames");
    }
}

TEST_CASE("one compressed file is an archive of one") {
    for (const int filter : {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_LZMA,
                             ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_LZ4}) {
        CAPTURE(filter);
        const std::string data = unit::database_like(pattern(200'000));
        std::string bytes = unit::make_archive(ARCHIVE_FORMAT_RAW, filter, {{"data", data}});
        CHECK(extracted(bytes, "") == data);
        MemoryInput input(bytes);
        archives::Reader reader(input, {}, nullptr);
        REQUIRE(reader.next());
        CHECK(reader.single());
        CHECK(reader.entry().name == "test.db");
        CHECK_FALSE(reader.next());
    }
    // gzip's checksum, which libarchive passes over.
    std::string bytes = unit::make_archive(ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, {{"data", unit::database_like("x")}});
    bytes[bytes.size() - 8] ^= 1;
    CHECK(kind_of(bytes, "") == ErrorKind::corrupt);
}

TEST_CASE("which member is meant") {
    const std::string bytes = unit::make_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, library);
    CHECK(extracted(bytes, "app.db") == library[0].data);       // its end, from a slash on
    CHECK(extracted(bytes, "/lib/app.db") == library[0].data);  // a leading slash is nothing
    CHECK(kind_of(bytes, "pp.db") == ErrorKind::undefined_file);
    CHECK(kind_of(bytes, "") == ErrorKind::invalid_argument);  // three SQLite files
    CHECK(kind_of(bytes, "link.db") == ErrorKind::invalid_argument);
    CHECK(kind_of(bytes, "lib") == ErrorKind::undefined_file);
    const std::string twice = unit::make_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, {library[3], library[3]});
    CHECK(kind_of(twice, "lib/other.db") == ErrorKind::invalid_argument);
    const std::string one = unit::make_archive(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, {library[3], library[5], library[4]});
    CHECK(extracted(one, "") == library[3].data);
    const std::string hot = unit::make_archive(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, {library[3], {"lib/other.db-journal", "x"}});
    CHECK(kind_of(hot, "") == ErrorKind::unsupported);
    const std::string none = unit::make_archive(ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE, {library[5]});
    CHECK(kind_of(none, "") == ErrorKind::undefined_file);
    try {
        extracted(bytes, "");
        FAIL("an error was expected");
    } catch (const base::Error& error) {
        CHECK(error.detail.find("\"lib/app.db-2026-01-01\"") != std::string::npos);
        CHECK(error.detail.find("1970-01-02") != std::string::npos);
    }
}

TEST_CASE("limits") {
    const std::string zeros(200 << 20, '\0');
    const std::string data = unit::database_like(zeros);
    archives::Limits limits;
    for (const int filter : {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD}) {
        CAPTURE(filter);
        CHECK(kind_of(unit::make_archive(ARCHIVE_FORMAT_RAW, filter, {{"data", data}}), "") == ErrorKind::limit);
        // Passed over, it is a bomb as well.
        CHECK(kind_of(unit::make_archive(ARCHIVE_FORMAT_TAR_USTAR, filter, {{"zeros", zeros}, library[3]}), "lib/other.db") ==
              ErrorKind::limit);
    }
    limits.max_bytes = 100'000;
    const std::string small = unit::make_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, library);
    CHECK(kind_of(small, "lib/app.db", limits) == ErrorKind::limit);
    CHECK(extracted(small, "lib/other.db", nullptr, limits) == library[3].data);
    limits = {};
    limits.max_entries = 2;
    CHECK(kind_of(small, "lib/app.db", limits) == ErrorKind::limit);
    limits = {};
    limits.max_seconds = -1;
    CHECK(kind_of(small, "lib/app.db", limits) == ErrorKind::limit);
    MemoryInput input(small);
    CHECK_THROWS_AS(archives::choose_database(input, {}, [] { return true; }, "app.db"), base::Error);
}

TEST_CASE("what is cut or is no archive") {
    const std::string whole = unit::make_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, library);
    CHECK(kind_of(whole.substr(0, whole.size() / 2), "lib/other.db") == ErrorKind::corrupt);
    CHECK(kind_of("this is a text and nothing else, it is not packed in any way", "") == ErrorKind::not_a_database);
    CHECK(kind_of(unit::database_like("x"), "") == ErrorKind::not_a_database);
    CHECK_FALSE(archives::looks_like_archive(unit::database_like("x")));
    CHECK_FALSE(archives::looks_like_archive(""));
    // Cut anywhere, at the bounds between members, too, where a plain tar looks whole but for its end mark.
    const std::string plain = unit::make_archive(ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, library);
    for (size_t at = 512; at + 1024 <= plain.size(); at += 512) {
        CAPTURE(at);
        CHECK_THROWS_AS(extracted(plain.substr(0, at), "lib/app.db"), base::Error);
    }
    CHECK(kind_of(plain.substr(0, plain.size() - 1024), "lib/app.db") == ErrorKind::corrupt);
    for (const int filter : {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_ZSTD, ARCHIVE_FILTER_LZ4}) {
        const std::string packed = unit::make_archive(ARCHIVE_FORMAT_TAR_USTAR, filter, library);
        for (size_t cut = 1; cut < packed.size(); cut += 1 + packed.size() / 50) {
            CAPTURE(filter);
            CAPTURE(cut);
            CHECK_THROWS_AS(extracted(packed.substr(0, packed.size() - cut), "lib/app.db"), base::Error);
        }
    }
}

TEST_CASE("a damaged archive gives an error or the right bytes, never others") {
    for (const int format : {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_RAW}) {
        const std::vector<unit::Part> parts = format == ARCHIVE_FORMAT_RAW ? std::vector<unit::Part>{library[0]} : library;
        const std::string member = format == ARCHIVE_FORMAT_RAW ? "" : "lib/app.db";
        for (const int filter : {ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2, ARCHIVE_FILTER_XZ}) {
            const std::string whole = unit::make_archive(format, filter, parts);
            size_t errors = 0, tries = 0;
            for (size_t at = 0; at < whole.size(); at += 1 + whole.size() / 150, ++tries) {
                CAPTURE(format);
                CAPTURE(filter);
                CAPTURE(at);
                std::string bytes = whole;
                bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
                std::string got = library[0].data;
                try {
                    got = extracted(bytes, member);
                } catch (const base::Error&) {
                    ++errors;
                }
                CHECK(got == library[0].data);
            }
            CHECK(errors * 10 > tries * 8);
        }
    }
}
