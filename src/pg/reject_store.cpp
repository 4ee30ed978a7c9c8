// The rejected rows of the run under way, in a tuplestore.
#include "pg/reject_store.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "access/tupdesc.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/tuplestore.h"
}

namespace pg {
namespace {

const char insert_reject[] =
    "INSERT INTO sqlite_migrate.rejects (run_id, table_name, source_table, key, source_rowid, column_name, storage_class,"
    " value, cells, sqlstate, code, message)"
    " VALUES ($12, $1, $2, $3::pg_catalog.jsonb, $4, $5, $6, $7, $8::pg_catalog.jsonb, $9, $10, $11)";

constexpr int columns = 11;
const Oid types[columns] = {TEXTOID, TEXTOID, TEXTOID, INT8OID, TEXTOID, TEXTOID, BYTEAOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID};

// jsonb holds a quarter of a gigabyte, and a field of the server one.
constexpr size_t most_bytes = 200 << 20;

}  // namespace

RejectStore::~RejectStore() {
    if (rows_ != nullptr) (void) pg_try([](void* rows) { tuplestore_end(static_cast<Tuplestorestate*>(rows)); }, rows_);
    if (context_ != nullptr) MemoryContextDelete(context_);
}

// A context and files of the whole transaction's: a subtransaction's end leaves them.
void RejectStore::open() {
    context_ = AllocSetContextCreate(TopMemoryContext, "sqlite_fdw_migrate rejects", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(context_);
    shape_ = CreateTemplateTupleDesc(columns);
    for (int i = 0; i < columns; ++i) TupleDescInitEntry(shape_, static_cast<AttrNumber>(i + 1), nullptr, types[i], -1, 0);
    ResourceOwner owner = CurrentResourceOwner;
    CurrentResourceOwner = TopTransactionResourceOwner;
    rows_ = tuplestore_begin_heap(false, true, work_mem);
    CurrentResourceOwner = owner;
    MemoryContextSwitchTo(caller);
}

void RejectStore::add(const std::string& table_name, const std::string& source_table, const Reject& reject) {
    if (reject.cells.size() + reject.value.size() > most_bytes)
        throw base::Error(base::ErrorKind::limit,
                          fmt::format("a row of table \"{}\" cannot be rejected: it has {} bytes", source_table,
                                      reject.cells.size() / 2),
                          "Its key is " + reject.key + ". A rejected row is kept as jsonb, which holds about 100 MB of cells.",
                          "Mend the row in the source, or leave it out.");
    pg_call([&] {
        if (rows_ == nullptr) open();
        MemoryContext row = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_migrate reject", ALLOCSET_DEFAULT_SIZES);
        MemoryContext caller = MemoryContextSwitchTo(row);
        Datum values[columns] = {};
        bool nulls[columns] = {};
        auto text = [&](int place, const std::string& from) {
            nulls[place] = from.empty();
            if (!from.empty()) values[place] = text_datum(from.data(), from.size());
        };
        text(0, table_name);
        text(1, source_table);
        text(2, reject.key);
        nulls[3] = !reject.has_rowid;
        values[3] = Int64GetDatum(reject.rowid);
        text(4, reject.column);
        text(5, reject.storage_class);
        nulls[6] = reject.storage_class.empty() || reject.storage_class == "null";
        if (!nulls[6])
            values[6] = PointerGetDatum(cstring_to_text_with_len(reject.value.data(), static_cast<int>(reject.value.size())));
        text(7, reject.cells);
        text(8, reject.sqlstate);
        text(9, reject.code);
        text(10, reject.message);
        tuplestore_putvalues(rows_, shape_, values, nulls);
        MemoryContextSwitchTo(caller);
        MemoryContextDelete(row);
    });
    ++total_;
}

void RejectStore::write(int64_t run_id) {
    if (rows_ == nullptr) return;
    Oid given[columns + 1];
    memcpy(given, types, sizeof types);
    given[columns] = INT8OID;
    SPIPlanPtr plan = SPI_prepare(insert_reject, columns + 1, given);
    if (plan == nullptr) elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
    TupleTableSlot* slot = MakeSingleTupleTableSlot(shape_, &TTSOpsMinimalTuple);
    tuplestore_rescan(rows_);
    while (tuplestore_gettupleslot(rows_, true, false, slot)) {
        slot_getallattrs(slot);
        Datum values[columns + 1];
        char nulls[columns + 1];
        for (int i = 0; i < columns; ++i) {
            values[i] = slot->tts_values[i];
            nulls[i] = slot->tts_isnull[i] ? 'n' : ' ';
        }
        values[columns] = Int64GetDatum(run_id);
        nulls[columns] = ' ';
        int code = SPI_execute_plan(plan, values, nulls, false, 0);
        if (code != SPI_OK_INSERT) elog(ERROR, "a reject could not be recorded: %s", SPI_result_code_string(code));
        CHECK_FOR_INTERRUPTS();
    }
    ExecDropSingleTupleTableSlot(slot);
}

}  // namespace pg
