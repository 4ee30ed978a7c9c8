// The rejected rows of the run under way: kept beside the transaction's tables until the run is written, on disk where
// they are many.
#pragma once

#include <cstdint>
#include <string>

struct Tuplestorestate;
struct TupleDescData;
struct MemoryContextData;

namespace pg {

// One row of sqlite_migrate.rejects, in UTF-8. Optional texts are "" where they are NULL.
struct Reject {
    std::string key;            // JSON
    int64_t rowid = 0;
    bool has_rowid = false;
    std::string column;         // of the source
    std::string storage_class;  // of the failing cell
    std::string value;          // its raw bytes; only with a storage class
    std::string cells;          // JSON, see value/raw_rows.hpp
    std::string sqlstate, code, message;
};

// Survives the rollback of a subtransaction that began after it, so that a failed run can keep its rejects. Ends with its
// destructor, or the transaction.
class RejectStore {
   public:
    RejectStore() = default;
    ~RejectStore();
    RejectStore(const RejectStore&) = delete;
    RejectStore& operator=(const RejectStore&) = delete;

    void add(const std::string& table_name, const std::string& source_table, const Reject& reject);
    int64_t total() const { return total_; }

    // Inserts them into sqlite_migrate.rejects. Plain data only: inside pg_call, within SPI, as the table's owner.
    void write(int64_t run_id);

   private:
    void open();

    Tuplestorestate* rows_ = nullptr;
    TupleDescData* shape_ = nullptr;
    MemoryContextData* context_ = nullptr;
    int64_t total_ = 0;
};

}  // namespace pg
