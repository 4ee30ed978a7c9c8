// Keeps one SQLite handle per source, user and transaction, and its read transaction as long as somebody reads.
#pragma once

#include <memory>
#include <vector>

namespace sqlite {
class Database;
struct Loss;
struct Table;
}  // namespace sqlite

namespace pg {

struct Source;

namespace detail { struct Entry; }

// A share in the read transaction of one source. The first lease takes it, the last one ends it: what is read while a
// lease lives is of one instant. The handle itself stays open to the end of the PostgreSQL transaction, whose callback
// closes it, whatever leases are left: they may be destroyed in any order, before or after.
class Lease {
   public:
    explicit Lease(const Source& source);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    const std::shared_ptr<sqlite::Database>& database() const { return database_; }

    // sqlite::read_tables, read once for as long as leases last: the schema cannot change meanwhile.
    const std::vector<sqlite::Table>& tables() const;

    // What a salvage could not read; empty for any other source.
    const std::vector<sqlite::Loss>& losses() const;

   private:
    std::shared_ptr<detail::Entry> entry_;
    std::shared_ptr<sqlite::Database> database_;
};

// Gives back the handles that nobody reads by at the moment: the next use opens them again.
void close_idle_handles();

// Registers the transaction callback. Called once, when the module is loaded.
void register_session_callbacks();

}  // namespace pg
