// Hands the rows of a source to whoever looks for what differs.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "copy/compared_rows.hpp"
#include "copy/target.hpp"
#include "pg/arguments.hpp"
#include "pg/batch_context.hpp"
#include "pg/guard.hpp"
#include "pg/rows.hpp"
#include "pg/session.hpp"
#include "sqlite/catalog.hpp"
#include "value/buckets.hpp"
#include "value/describe.hpp"
#include "value/digest.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"
}

namespace copy {
namespace {

using base::Error;
using base::ErrorKind;

// Room for the rows of one fill().
struct Room {
    Room(int natts, int count)
        : values(static_cast<size_t>(natts) * count), nulls(std::make_unique<bool[]>(static_cast<size_t>(natts) * count)) {
        for (int i = 0; i < count; ++i) rows.push_back({&values[static_cast<size_t>(i) * natts], &nulls[static_cast<size_t>(i) * natts]});
    }
    std::vector<Datum> values;
    std::unique_ptr<bool[]> nulls;
    std::vector<value::RowTarget> rows;
};

// The caller's column definition list must name the very types that the Datums have.
void check_shape(TupleDesc wanted, TupleDesc target, const std::vector<int>& attributes) {
    const int columns = static_cast<int>(attributes.size());
    bool same = wanted->natts == columns + 2 && TupleDescAttr(wanted, columns)->atttypid == INT8OID &&
                TupleDescAttr(wanted, columns + 1)->atttypid == TEXTOID;
    for (int i = 0; same && i < columns; ++i)
        same = TupleDescAttr(wanted, i)->atttypid == TupleDescAttr(target, attributes[static_cast<size_t>(i)] - 1)->atttypid;
    if (!same) throw Error(ErrorKind::invalid_argument, "the column definition list does not fit the target's columns");
}

// One table on its way to a comparison.
class Compared {
   public:
    Compared(const LoadRequest& request, const std::string& buckets, ReturnSetInfo* info)
        : request_(request),
          lease_(request.source),
          table_(sqlite::read_table(lease_.database(), request.source_table)),
          target_(request.target),
          descriptor_(RelationGetDescr(target_.relation())),
          attributes_(target_.attributes(request.target_columns, true)),
          key_attributes_(request.key.empty() ? attributes_ : target_.attributes(request.key, true)),
          key_(descriptor_, key_attributes_),
          wanted_(buckets),
          info_(info),
          out_(static_cast<size_t>(info->setDesc->natts)),
          out_nulls_(std::make_unique<bool[]>(static_cast<size_t>(info->setDesc->natts))) {
        check_shape(info->setDesc, descriptor_, attributes_);
    }

    void run() {
        value::RowReader probe = reader(request_.source_columns, attributes_, false);
        if (!probe.has_rowid())
            read_all(probe, 1);  // a key can be asked for while the source stands on its row only
        else if (wanted_.all())
            read_all(probe, batch_rows);
        else
            read_keys();
    }

   private:
    static constexpr int batch_rows = 500;

    value::RowReader reader(const std::vector<std::string>& columns, const std::vector<int>& attributes, bool sought) {
        value::Mapping mapping{columns, attributes, request_.rules, false, value::Deep::none, true, request_.strict, request_.excused, sought};
        return value::RowReader(lease_.database(), table_, mapping, descriptor_, find_zone(request_.assume_timezone));
    }

    void read_all(value::RowReader& reader, int count) {
        Room room(descriptor_->natts, count);
        pg::BatchContext batch;
        while (!reader.at_end()) {
            put(reader, room, reader.fill(room.rows.data(), count));
            batch.reset();
        }
    }

    // By the keys alone it is known which rows are wanted; they are few.
    void read_keys() {
        std::vector<std::string> columns;
        for (int attribute : key_attributes_)
            columns.push_back(request_.source_columns[static_cast<size_t>(
                std::find(attributes_.begin(), attributes_.end(), attribute) - attributes_.begin())]);
        value::RowReader keys = reader(columns, key_attributes_, false);
        value::RowReader rows = reader(request_.source_columns, attributes_, true);
        Room room(descriptor_->natts, batch_rows);
        pg::BatchContext batch;
        while (!keys.at_end()) {
            const int count = keys.fill(room.rows.data(), batch_rows);
            std::vector<int64_t> found;
            pg::pg_call([&] {
                for (int i = 0; i < count; ++i)
                    if (wanted_.has(key_.hash(room.rows[i].values, room.rows[i].nulls))) found.push_back(keys.number(i));
                CHECK_FOR_INTERRUPTS();
            });
            batch.reset();
            if (found.empty()) continue;
            rows.seek(std::move(found));
            while (!rows.at_end()) {
                put(rows, room, rows.fill(room.rows.data(), batch_rows));
                batch.reset();
            }
        }
    }

    void put(const value::RowReader& reader, const Room& room, int count) {
        const std::string key = !reader.has_rowid() && count > 0 ? reader.key_json() : std::string();
        pg::pg_call([&] {
            for (int row = 0; row < count; ++row) {
                const value::RowTarget& from = room.rows[row];
                if (!wanted_.all() && !wanted_.has(key_.hash(from.values, from.nulls))) continue;
                size_t i = 0;
                for (; i < attributes_.size(); ++i) {
                    out_[i] = from.values[attributes_[i] - 1];
                    out_nulls_[i] = from.nulls[attributes_[i] - 1];
                }
                out_[i] = Int64GetDatum(reader.number(row));
                out_nulls_[i] = false;
                out_nulls_[i + 1] = reader.has_rowid();
                if (!reader.has_rowid()) out_[i + 1] = pg::text_datum(key.data(), key.size());
                tuplestore_putvalues(info_->setResult, info_->setDesc, out_.data(), out_nulls_.get());
            }
            CHECK_FOR_INTERRUPTS();
        });
    }

    const LoadRequest& request_;
    pg::Lease lease_;
    sqlite::Table table_;
    Target target_;
    TupleDesc descriptor_;
    std::vector<int> attributes_, key_attributes_;
    value::RowHasher key_;
    value::BucketSet wanted_;
    ReturnSetInfo* info_;
    std::vector<Datum> out_;
    std::unique_ptr<bool[]> out_nulls_;
};

// Storage class and value, nothing cut but what is beyond a kilobyte.
std::string show_whole(const base::Cell& cell) {
    constexpr size_t most = 1000;
    if (cell.storage == base::StorageClass::text && cell.size <= most) return fmt::format("text \"{}\"", cell.bytes());
    if (cell.storage != base::StorageClass::blob || cell.size > most) return value::show(cell);
    std::string hex;
    for (char c : cell.bytes()) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return fmt::format("blob x'{}'", hex);
}

}  // namespace

void return_compared_rows(const LoadRequest& request, const std::string& buckets, FunctionCallInfo call) {
    pg::pg_call([call] { InitMaterializedSRF(call, MAT_SRF_USE_EXPECTED_DESC); });
    Compared(request, buckets, reinterpret_cast<ReturnSetInfo*>(call->resultinfo)).run();
}

// The reader's own statement again: in one read transaction it gives the rows in the same order, so that places agree.
void return_raw_cells(const LoadRequest& request, std::vector<int64_t> places, FunctionCallInfo call) {
    pg::Rows result(call);
    pg::Lease lease(request.source);
    const sqlite::Table table = sqlite::read_table(lease.database(), request.source_table);
    Target target(request.target);
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    value::Mapping mapping{request.source_columns, target.attributes(request.target_columns, true), {}, false, value::Deep::none, true};
    auto reader = [&] { return value::RowReader(lease.database(), table, mapping, RelationGetDescr(target.relation()), nullptr); };
    std::string sql;
    const bool by_rowid = [&] {
        value::RowReader probe = reader();
        sql = probe.sql();
        return probe.has_rowid();
    }();
    if (by_rowid) {
        mapping.sought = true;
        sql = reader().sql();
    }
    sqlite::Statement statement(lease.database(), sql);
    auto add = [&](int64_t place) {
        for (size_t i = 0; i < request.source_columns.size(); ++i)
            result.add({place, request.target_columns[i], show_whole(statement.cell(static_cast<int>(i)))});
    };
    if (by_rowid) {
        for (int64_t place : places) {
            statement.reset();
            statement.bind(1, place);
            if (statement.step()) add(place);
        }
        return;
    }
    int64_t row = 0;
    for (auto place = places.begin(); place != places.end() && statement.step();)
        if (*place == ++row) {
            add(row);
            ++place;
        }
}

void return_refused_rows(const LoadRequest& request, int64_t most, FunctionCallInfo call) {
    constexpr int batch_rows = 500;
    pg::Rows result(call);
    pg::Lease lease(request.source);
    const sqlite::Table table = sqlite::read_table(lease.database(), request.source_table);
    Target target(request.target);
    TupleDesc descriptor = RelationGetDescr(target.relation());
    value::Mapping mapping{request.source_columns, target.attributes(request.target_columns, true), request.rules, true, request.deep, true, request.strict, request.excused};
    value::RowReader reader(lease.database(), table, mapping, descriptor, find_zone(request.assume_timezone));
    Room room(descriptor->natts, batch_rows);
    pg::BatchContext batch;
    while (!reader.at_end() && most > 0) {
        reader.fill(room.rows.data(), batch_rows);
        for (const pg::Reject& refused : reader.take_rejects()) {
            if (--most < 0) break;
            result.add({refused.has_rowid ? pg::Field(refused.rowid) : pg::Field(), refused.key, pg::optional_text(refused.column),
                        refused.message});
        }
        batch.reset();
    }
}

}  // namespace copy
