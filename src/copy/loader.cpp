// Copies one source table into one target table, or only tries to, and says what became of its rows.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "copy/copy_path.hpp"
#include "copy/direct_path.hpp"
#include "copy/foreign_keys.hpp"
#include "copy/loader.hpp"
#include "copy/refusals.hpp"
#include "copy/sql_path.hpp"
#include "copy/target.hpp"
#include "pg/batch_context.hpp"
#include "pg/guard.hpp"
#include "pg/progress.hpp"
#include "pg/run.hpp"
#include "pg/session.hpp"
#include "sqlite/catalog.hpp"
#include "value/buckets.hpp"
#include "value/digest.hpp"
#include "value/row_reader.hpp"

extern "C" {
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/rel.h"
}

namespace copy {
namespace {

// One table on its way.
class Loader {
   public:
    Loader(const LoadRequest& request)
        : request_(request),
          lease_(request.source),
          table_(sqlite::read_table(lease_.database(), request.source_table)),
          target_(request.target),
          attributes_(target_.attributes(request.target_columns, request.check_only)),
          reader_(lease_.database(), table_, {request.source_columns, attributes_, request.rules, request.reject || request.reject_orphans,
                   request.deep, false, request.strict, request.excused},
                  RelationGetDescr(target_.relation()), find_zone(request.assume_timezone)),
          hasher_(RelationGetDescr(target_.relation()), target_.attributes(compared_columns(request), request.check_only)),
          key_hasher_(RelationGetDescr(target_.relation()), request.key.empty() ? attributes_ : target_.attributes(request.key, true)) {
        if (request.bucketed) buckets_ = std::make_unique<value::Buckets>();
    }

    LoadResult run() {
        auto started = std::chrono::steady_clock::now();
        PathChoice choice = target_.choose_path(request_.path);
        pg::Progress progress(RelationGetRelid(target_.relation()));
        if (request_.check_only)
            check();
        else
            load(choice.path);
        LoadResult result;
        result.target_name = target_.name();
        result.source_table = table_.name;
        result.rows_source = reader_.rows_read();
        result.rows_loaded = loaded_;
        result.bytes = reader_.bytes_read();
        result.normalized = reader_.normalized();
        result.rules = reader_.rules_json();
        result.units = reader_.units_json();
        result.path = path_name(choice.path);
        result.path_reason = choice.reason + (frozen_ ? ", rows frozen" : "");
        result.digest = digest_.hex();
        result.rows_digested = digest_.rows;
        if (buckets_) result.buckets = buckets_->hex();
        result.rows_rejected = rejected_;
        result.subtransactions = subtransactions_;
        result.problems = request_.reject ? 0 : reader_.complaints().total() - rejected_;
        result.complaints = reader_.complaints().to_json();
        result.deep = request_.deep == value::Deep::all ? "all" : request_.deep == value::Deep::sample ? "sample" : "none";
        result.deep_cells = reader_.deep_cells();
        result.deep_undecided = reader_.deep_undecided();
        result.duration_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count();
        return result;
    }

   private:
    void load(Path path) {
        target_.check_insert(attributes_);
        target_.lock();
        try {
            if (path == Path::direct) {
                owe_foreign_keys(target_.relation());
                request_.reject ? insert_or_reject() : insert_directly();
            } else {
                target_.check_no_pending_events();
                request_.reject || request_.reject_orphans ? feed_or_reject(path) : feed(path);
            }
        } catch (const pg::PgError& error) {
            say_where(error);
            throw;
        }
    }

    // "row is too big", says the server, and "invalid memory alloc request size", and not where.
    void say_where(const pg::PgError& error) const {
        if (error.data->detail != nullptr) return;
        const bool too_large = error.data->sqlerrcode == ERRCODE_PROGRAM_LIMIT_EXCEEDED ||
                               std::strstr(error.data->message, "invalid memory alloc request size") != nullptr;
        if (!too_large) return;
        const std::string detail = fmt::format("Table {}, rows {} to {} of \"{}\" in the source: one of them is too large.",
                                               target_.name(), loaded_ + 1, reader_.rows_read(), base::excerpt(table_.name, 200));
        pg::pg_call([&error, &detail] {
            MemoryContext own = GetMemoryChunkContext(error.data.get());
            error.data->detail = MemoryContextStrdup(own, detail.c_str());
            if (error.data->hint == nullptr)
                error.data->hint = MemoryContextStrdup(own, "on_error => 'reject' puts such rows aside, and names each of them.");
        });
    }

    void show_progress() const { pg::Progress::update(reader_.rows_read(), reader_.bytes_read()); }
    bool clean() const { return reader_.complaints().total() == 0; }

    void hash(const value::RowTarget* rows, int count) {
        pg::pg_call([this, rows, count] {
            for (int i = 0; i < count; ++i) {
                const uint64_t hash = hasher_.hash(rows[i].values, rows[i].nulls);
                digest_.add(hash);
                if (buckets_) buckets_->add(key_hasher_.hash(rows[i].values, rows[i].nulls), hash);
            }
        });
    }

    // Reads to the end without writing: all complaints, not only the first.
    void check() {
        constexpr int batch_rows = 1000;
        int natts = RelationGetDescr(target_.relation())->natts;
        std::vector<Datum> values(static_cast<size_t>(natts) * batch_rows);
        auto nulls = std::make_unique<bool[]>(static_cast<size_t>(natts) * batch_rows);
        std::vector<value::RowTarget> rows;
        for (int i = 0; i < batch_rows; ++i) rows.push_back({&values[i * natts], &nulls[i * natts]});
        pg::BatchContext batch;
        while (!reader_.at_end()) {
            hash(rows.data(), reader_.fill(rows.data(), batch_rows));
            if (request_.reject) rejected_ += static_cast<int64_t>(reader_.take_rejects().size());
            show_progress();
            batch.reset();
        }
    }

    void insert_directly() {
        {
            DirectPath path(target_.relation(), attributes_);
            frozen_ = path.frozen();
            pg::BatchContext batch;
            while (!reader_.at_end() && clean()) {
                int count = reader_.fill(path.rows(), DirectPath::batch_rows);
                if (!clean()) break;
                hash(path.rows(), count);
                path.insert(count);
                loaded_ += count;
                show_progress();
                batch.reset();
            }
            path.finish();
        }
        if (!clean()) check();
    }

    bool too_many() const { return request_.max_rejects >= 0 && pg::rejects_in_run() > request_.max_rejects; }

    void reject(const pg::Reject& reject) {
        pg::note_reject(request_.shown, table_.name, reject);
        ++rejected_;
    }

    // One batch after the other, by way of insert(count, refuse), which returns the subtransactions that it took.
    template <typename Insert>
    void load_or_reject(const value::RowTarget* rows, int batch_rows, Insert&& insert) {
        pg::BatchContext batch;
        std::vector<bool> bad;
        Refuse refuse = [this, &bad](int row, int attribute, value::Refusal refusal) {
            bad[static_cast<size_t>(row)] = true;
            reject(reader_.reject_row(row, attribute, std::move(refusal)));
        };
        while (!reader_.at_end() && !too_many()) {
            int count = reader_.fill(rows, batch_rows);
            std::vector<pg::Reject> refused = reader_.take_rejects();
            if (!refused.empty() && !request_.reject) break;  // only orphans may go
            for (const pg::Reject& row : refused) reject(row);
            bad.assign(static_cast<size_t>(count), false);
            subtransactions_ += insert(count, refuse);
            for (int row = 0; row < count; ++row) {
                if (bad[static_cast<size_t>(row)]) continue;
                hash(rows + row, 1);
                ++loaded_;
            }
            show_progress();
            batch.reset();
        }
    }

    void insert_or_reject() {
        DirectPath path(target_.relation(), attributes_, true);
        load_or_reject(path.rows(), DirectPath::batch_rows,
                       [&path](int count, const Refuse& refuse) { return insert_batch(path, count, refuse); });
        path.finish();
    }

    void feed_or_reject(Path path) {
        const int batch_rows = 1000, natts = RelationGetDescr(target_.relation())->natts;
        std::vector<Datum> values(static_cast<size_t>(natts) * batch_rows);
        auto nulls = std::make_unique<bool[]>(static_cast<size_t>(natts) * batch_rows);
        std::vector<value::RowTarget> rows;
        for (int i = 0; i < batch_rows; ++i) rows.push_back({&values[static_cast<size_t>(i) * natts], &nulls[static_cast<size_t>(i) * natts]});
        InsertRange range = [&](int from, int to) {
            NextBatch next = [&, given = false](const value::RowTarget* out, int, bool* at_end) mutable {
                *at_end = true;
                if (std::exchange(given, true)) return 0;
                for (int row = from; row < to; ++row) {
                    memcpy(out[row - from].values, rows[row].values, sizeof(Datum) * natts);
                    memcpy(out[row - from].nulls, rows[row].nulls, sizeof(bool) * natts);
                }
                return to - from;
            };
            if (path == Path::copy)
                (void) run_copy_path(target_.relation(), attributes_, next);
            else
                (void) run_sql_path(target_.relation(), target_.name(), attributes_, next);
        };
        // A key that is checked row by row says here what the set-wise check would say later: orphans have their own word.
        Accepts accepts = [this](int sqlstate) {
            return sqlstate == ERRCODE_FOREIGN_KEY_VIOLATION ? request_.reject_orphans : request_.reject;
        };
        load_or_reject(rows.data(), batch_rows, [&](int count, const Refuse& refuse) {
            return insert_by_halves(target_.relation(), range, 0, count, refuse, accepts);
        });
        if (!request_.reject && reader_.complaints().total() > rejected_) check();
    }

    // COPY and SQL take batches when they want them.
    void feed(Path path) {
        NextBatch next = [this](const value::RowTarget* rows, int count, bool* at_end) {
            int filled = reader_.fill(rows, count);
            *at_end = reader_.at_end() || !clean();
            if (!clean()) return 0;
            hash(rows, filled);
            show_progress();
            return filled;
        };
        loaded_ = path == Path::copy ? run_copy_path(target_.relation(), attributes_, next)
                                     : run_sql_path(target_.relation(), target_.name(), attributes_, next);
        if (!clean()) check();
    }

    const LoadRequest& request_;
    pg::Lease lease_;
    sqlite::Table table_;
    Target target_;
    std::vector<int> attributes_;
    value::RowReader reader_;
    value::RowHasher hasher_;
    value::RowHasher key_hasher_;
    value::Digest digest_;
    std::unique_ptr<value::Buckets> buckets_;
    int64_t loaded_ = 0, rejected_ = 0, subtransactions_ = 0;
    bool frozen_ = false;
};

}  // namespace

// The zone that times without one are in; null means UTC, which needs no look-up per value.
pg_tz* find_zone(const std::string& name) {
    if (name.empty() || base::equal_ignoring_case(name, "UTC")) return nullptr;
    pg_tz* zone = pg::pg_call([&name] { return pg_tzset(name.c_str()); });
    if (zone == nullptr)
        throw base::Error(base::ErrorKind::invalid_argument, fmt::format("time zone \"{}\" is not known", name), {},
                          "See pg_timezone_names.");
    return zone;
}

std::vector<std::string> compared_columns(const LoadRequest& request) {
    std::vector<std::string> result;
    for (const std::string& column : request.target_columns)
        if (std::find(request.unverified.begin(), request.unverified.end(), column) == request.unverified.end())
            result.push_back(column);
    return result;
}

LoadResult load(const LoadRequest& request) {
    if (request.source_columns.size() != request.target_columns.size())
        throw base::Error(base::ErrorKind::invalid_argument, "source and target columns differ in number");
    return Loader(request).run();
}

std::string LoadResult::to_json() const {
    return fmt::format(
        "{{\"source_table\": {}, \"rows_source\": {}, \"rows_loaded\": {}, \"bytes\": {}, \"normalized\": {}, \"rules\": {}, \"units\": {}, \"path\": \"{}\", "
        "\"path_reason\": {}, \"digest\": \"{}\", \"rows_digested\": {}, \"rows_rejected\": {}, "
        "\"rejects_in_run\": {}, \"subtransactions\": {}, \"problems\": {}, \"complaints\": {}, "
        "\"deep\": \"{}\", \"deep_cells\": {}, \"deep_undecided\": {}, \"duration_ms\": {}}}",
        base::json_quote(source_table), rows_source, rows_loaded, bytes, normalized, rules, units, path, base::json_quote(path_reason), digest, rows_digested,
        rows_rejected, pg::rejects_in_run(), subtransactions, problems, complaints, deep, deep_cells,
        deep_undecided, duration_ms);
}

}  // namespace copy
