// The private copy that a source is read from, where it cannot be read in place: uploads, members of archives, snapshots.
#include "pg/private_copy.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "archive/member.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/guard.hpp"
#include "pg/source.hpp"
#include "pg/temp_file.hpp"
#include "pg/upload.hpp"
#include "pg/watch.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/database.hpp"
#include "sqlite/private_file.hpp"
#include "sqlite/raw_file.hpp"
#include "sqlite/salvage.hpp"

extern "C" {
#include "postgres.h"

#include "miscadmin.h"
}

namespace pg {
namespace {

using base::Error;
using base::ErrorKind;
using sqlite::FileState;

// A connection that looks at one archive after another must not fill the disk with what it has seen.
constexpr size_t most_unpacked = 4;

struct Unpacked {
    std::string key;
    std::shared_ptr<const PrivateCopy> copy;
};

// The last one used stands last. Never destroyed: see uploads().
std::vector<Unpacked>& unpacked() {
    static auto& list = *new std::vector<Unpacked>;
    return list;
}

class FileInput : public archives::Input {
   public:
    FileInput(const std::string& path, std::string name) : name_(std::move(name)), file_(path) {}
    const std::string& name() const override { return name_; }
    int64_t size() const override { return file_.size(); }
    size_t read(int64_t offset, char* to, size_t size) override { return file_.read(offset, to, size); }

   private:
    std::string name_;
    sqlite::RawFile file_;
};

bool is_archive(archives::Input& input) {
    char header[512];
    size_t n = input.read(0, header, sizeof header);
    return archives::looks_like_archive({header, n});
}

// Two states of one path are two archives.
std::string unpacked_key(const Source& source) {
    struct stat facts;
    if (::stat(source.path.c_str(), &facts) != 0) facts = {};
    return fmt::format("{}|{}|{}|{}|{}|{}|{}", source.path, source.member, facts.st_dev, facts.st_ino, facts.st_size,
                       facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec);
}

// A second name for the temporary file of a -wal, where SQLite looks for it. Gone when SQLite has read it.
class WalName {
   public:
    WalName(const TempFile& wal, const TempFile& database) : path_(database.path() + "-wal") {
        if (::link(wal.path().c_str(), path_.c_str()) != 0)
            throw Error(ErrorKind::io, fmt::format("could not name a file in the server's temporary area (error {})", errno));
    }
    ~WalName() { ::unlink(path_.c_str()); }
    WalName(const WalName&) = delete;
    WalName& operator=(const WalName&) = delete;

   private:
    std::string path_;
};

std::shared_ptr<const PrivateCopy> unpack(const Source& source, archives::Input& input) {
    archives::Choice choice = archives::choose_database(input, source.limits, server_wants_stop, source.member);
    auto copy = std::make_shared<PrivateCopy>();
    copy->shown = choice.name.empty() ? input.name() : input.name() + "!/" + choice.name;
    copy->file = std::make_shared<TempFile>();
    if (choice.bytes > source.limits.max_bytes)
        throw Error(ErrorKind::limit, fmt::format("member \"{}\" of \"{}\" has {} bytes, more than the {} that are allowed",
                                                  base::excerpt(choice.name, 300), base::excerpt(input.name(), 300), choice.bytes,
                                                  source.limits.max_bytes),
                    {}, "A foreign server can allow more: OPTIONS (archive_max_size …).");
    TempFile wal;
    archives::extract(
        input, source.limits, server_wants_stop, choice, [&copy](const char* data, size_t size) { copy->file->append(data, size); },
        [&wal](const char* data, size_t size) { wal.append(data, size); });
    if (wal.size() > 0) {
        WalName name(wal, *copy->file);
        Watch watch;
        sqlite::fold_wal(copy->file->path(), copy->shown);
        copy->wal_read = true;
    }
    return copy;
}

FileState state_of(const std::string& path) {
    struct stat facts;
    if (::stat(path.c_str(), &facts) != 0) return {};
    return {facts.st_size, facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec, facts.st_dev, facts.st_ino};
}

void append_file(TempFile& copy, const std::string& path) {
    sqlite::RawFile file(path);
    std::vector<char> buffer(1 << 20);
    for (int64_t at = 0; at < file.size();) {
        size_t n = file.read(at, buffer.data(), buffer.size());
        copy.append(buffer.data(), n);
        at += static_cast<int64_t>(n);
        if (server_wants_stop()) throw Error(ErrorKind::interrupted, "cancelled");
    }
}

// A -wal that was left behind, with no -shm: no process has the file open. To read both SQLite would make a -shm, which
// it cannot where the server may not write. So both are copied, and read from the copy.
std::shared_ptr<const PrivateCopy> copy_with_wal(const Source& source) {
    std::string wal = source.path + "-wal", shm = source.path + "-shm", folder = source.path.substr(0, source.path.rfind('/') + 1);
    struct stat facts;
    if (source.immutable || ::stat(wal.c_str(), &facts) != 0 || facts.st_size <= 32 || !S_ISREG(facts.st_mode) ||
        ::stat(shm.c_str(), &facts) == 0 || ::access(folder.c_str(), W_OK) == 0)
        return nullptr;
    FileState before = state_of(source.path), wal_before = state_of(wal);
    auto copy = std::make_shared<PrivateCopy>();
    copy->shown = source.shown();
    copy->file = std::make_shared<TempFile>();
    copy->file->check_room(before.size + wal_before.size);
    TempFile wal_copy;
    append_file(*copy->file, source.path);
    append_file(wal_copy, wal);
    if (::stat(shm.c_str(), &facts) == 0 || !(state_of(source.path) == before) || !(state_of(wal) == wal_before))
        throw Error(ErrorKind::busy, fmt::format("\"{}\" has changed while it was copied", base::excerpt(source.path, 500)), {},
                    "Try again: an application has opened it.");
    WalName name(wal_copy, *copy->file);
    Watch watch;
    sqlite::fold_wal(copy->file->path(), copy->shown);
    copy->wal_read = true;
    return copy;
}

std::shared_ptr<const PrivateCopy> unpacked_copy(const Source& source, archives::Input& input) {
    auto& list = unpacked();
    std::string key = unpacked_key(source);
    for (size_t i = 0; i < list.size(); ++i) {
        if (list[i].key != key) continue;
        Unpacked found = list[i];
        list.erase(list.begin() + static_cast<long>(i));
        list.push_back(found);
        return found.copy;
    }
    std::shared_ptr<const PrivateCopy> copy = unpack(source, input);
    if (list.size() >= most_unpacked) list.erase(list.begin());
    list.push_back({std::move(key), copy});
    return copy;
}

}  // namespace

// Only these two flags: a barrier or a changed configuration (InterruptPending alone) must not end a statement.
bool server_wants_stop() { return QueryCancelPending || ProcDiePending; }

void forget_copies(const std::string& path) {
    std::erase_if(unpacked(), [&path](const Unpacked& one) { return one.key.rfind(path + "|", 0) == 0; });
}

std::unique_ptr<archives::Input> open_input(const Source& source) {
    return std::make_unique<FileInput>(source.path, source.shown());
}

std::shared_ptr<const PrivateCopy> private_copy_of(const Source& source) {
    std::unique_ptr<archives::Input> input = open_input(source);
    if (source.must_be_archive || !source.member.empty() || is_archive(*input)) return unpacked_copy(source, *input);
    if (!source.upload) return copy_with_wal(source);
    auto copy = std::make_shared<PrivateCopy>();
    copy->file = source.upload->file;
    copy->shown = source.shown();
    return copy;
}

namespace {

// Fills a private copy from what `database` reads in one read transaction, and closes it.
template <typename F>
std::shared_ptr<const PrivateCopy> copy_of(const std::shared_ptr<sqlite::Database>& database, F&& fill) {
    auto copy = std::make_shared<PrivateCopy>();
    copy->shown = database->path();
    copy->file = std::make_shared<TempFile>();
    database->begin_read();
    sqlite::FileFacts facts = sqlite::read_file_facts(database);
    copy->wal_read = facts.journal_mode == "wal" && !facts.wal_missing;
    copy->file->check_room(facts.size);
    fill(copy->file->path());
    database->end_read();
    database->close();
    return copy;
}

}  // namespace

std::shared_ptr<const PrivateCopy> snapshot_of(const std::shared_ptr<sqlite::Database>& database) {
    return copy_of(database, [&](const std::string& path) { sqlite::copy_database(database, path, server_wants_stop); });
}

std::shared_ptr<const PrivateCopy> salvage_of(const std::shared_ptr<sqlite::Database>& database,
                                              std::vector<sqlite::Loss>& losses) {
    return copy_of(database, [&](const std::string& path) { losses = sqlite::salvage(database, path); });
}

}  // namespace pg
