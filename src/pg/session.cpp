// Keeps one SQLite handle per source, user and transaction, and its read transaction as long as somebody reads.
#include "pg/session.hpp"

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "pg/private_copy.hpp"
#include "pg/source.hpp"
#include "pg/temp_file.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/database.hpp"
#include "sqlite/salvage.hpp"

extern "C" {
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
}

namespace pg {
namespace detail {

struct Entry {
    std::string key;
    Oid user;
    bool hold = false, snapshot = false;
    int leases = 0;
    std::shared_ptr<const PrivateCopy> copy;  // what `database` reads; null: the source's own file
    std::shared_ptr<sqlite::Database> database;
    std::vector<sqlite::Loss> losses;
    std::optional<std::vector<sqlite::Table>> tables;  // as of the current read transaction
};

}  // namespace detail

namespace {

using detail::Entry;

// Of the current transaction. A vector: there are rarely more than one or two.
std::vector<std::shared_ptr<Entry>> entries;

// Runs after the portals are gone at commit, but at abort statements may still be stepping: Database::close() resets
// them first. Their owners destroy them later, which close_v2 allows.
void end_of_transaction(XactEvent event, void*) {
    switch (event) {
        case XACT_EVENT_COMMIT:
        case XACT_EVENT_ABORT:
        case XACT_EVENT_PREPARE:
        case XACT_EVENT_PARALLEL_COMMIT:
        case XACT_EVENT_PARALLEL_ABORT:
            for (const auto& entry : entries) entry->database->close();
            entries.clear();
            forget_wish();
            break;
        default:
            break;
    }
}

std::shared_ptr<sqlite::Database> open_database(const Source& source, const PrivateCopy* copy) {
    sqlite::OpenOptions options;
    options.path = copy == nullptr ? source.path : copy->file->path();
    options.shown = copy == nullptr ? "" : copy->shown;
    options.wal_read = copy != nullptr && copy->wal_read;
    options.private_copy = copy != nullptr;
    options.busy_timeout_ms = source.busy_timeout_ms;
    options.immutable = source.immutable || copy != nullptr;
    options.should_stop = server_wants_stop;
    return std::make_shared<sqlite::Database>(options);
}

// Who looks at one file after another in one transaction needs neither their handles nor their copies for ever.
constexpr size_t most_idle = 4;

// Snapshots stay: everything that is read from one in a transaction is of one instant.
void close_idle(size_t kept) {
    size_t idle = 0;
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        if ((*entry)->leases == 0 && !(*entry)->snapshot && ++idle > kept) (*entry)->database->close();
    std::erase_if(entries, [](const auto& entry) { return entry->leases == 0 && entry->database->closed(); });
}

std::shared_ptr<Entry> find_or_open(const Source& source) {
    std::string key = source.key();
    Oid user = GetUserId();
    for (const auto& entry : entries)
        if (entry->user == user && entry->key == key) return entry;
    close_idle(most_idle);
    std::shared_ptr<const PrivateCopy> copy = private_copy_of(source);
    std::shared_ptr<sqlite::Database> database = open_database(source, copy.get());
    if (source.snapshot && !copy) {
        copy = snapshot_of(database);
        database = open_database(source, copy.get());
    }
    auto entry = std::make_shared<Entry>();
    if (source.salvage) {
        copy = salvage_of(database, entry->losses);
        database = open_database(source, copy.get());
    }
    entry->key = key;
    entry->user = user;
    entry->hold = source.hold_snapshot;
    entry->snapshot = source.snapshot || source.salvage;
    entry->copy = std::move(copy);
    entry->database = std::move(database);
    entries.push_back(entry);
    return entry;
}

}  // namespace

Lease::Lease(const Source& source) : entry_(find_or_open(source)), database_(entry_->database) {
    if (entry_->leases == 0) database_->begin_read();
    ++entry_->leases;
    // A server with snapshot_scope 'transaction' never gives the last lease back: the transaction's end does.
    if (entry_->hold) {
        ++entry_->leases;
        entry_->hold = false;
    }
}

Lease::~Lease() {
    if (--entry_->leases > 0) return;
    entry_->tables.reset();
    if (!database_->closed()) database_->end_read();
}

const std::vector<sqlite::Table>& Lease::tables() const {
    if (!entry_->tables) entry_->tables = sqlite::read_tables(database_);
    return *entry_->tables;
}

const std::vector<sqlite::Loss>& Lease::losses() const { return entry_->losses; }

void close_idle_handles() { close_idle(0); }

void register_session_callbacks() { RegisterXactCallback(end_of_transaction, nullptr); }

}  // namespace pg
