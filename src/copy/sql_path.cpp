// Gives rows to the server as INSERT statements: for tables whose rows live elsewhere, and whose own hooks must see them.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "copy/sql_path.hpp"
#include "pg/batch_context.hpp"
#include "pg/guard.hpp"
#include "schema/identifier.hpp"

extern "C" {
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/rel.h"
}

namespace copy {
namespace {

constexpr int batch_rows = 1000;
constexpr int most_rows = 100;         // of one statement: more is not faster, and a plan of its own each
constexpr int most_parameters = 1000;

// One prepared INSERT for so many rows at once.
class Insert {
   public:
    Insert(Relation relation, const std::string& name, const std::vector<int>& attributes, int rows)
        : attributes_(attributes), rows_(rows) {
        TupleDesc descriptor = RelationGetDescr(relation);
        bool always = false;
        std::string columns;
        std::vector<Oid> types;
        for (int number : attributes) {
            const FormData_pg_attribute* attribute = TupleDescAttr(descriptor, number - 1);
            columns += (columns.empty() ? "" : ", ") + schema::quote_name(NameStr(attribute->attname));
            types.push_back(attribute->atttypid);
            always = always || attribute->attidentity == 'a';
        }
        std::string sql = fmt::format("INSERT INTO {} ({}){} VALUES ", name, columns,
                                      always ? " OVERRIDING SYSTEM VALUE" : "");
        int parameter = 0;
        for (int row = 0; row < rows; ++row) {
            sql += row == 0 ? "(" : ", (";
            for (size_t i = 0; i < types.size(); ++i) sql += fmt::format("{}${}", i == 0 ? "" : ", ", ++parameter);
            sql += ")";
        }
        size_t width = types.size();
        for (size_t i = width; i < width * rows; ++i) types.push_back(types[i - width]);
        plan_ = pg::pg_call([&sql, &types] { return prepare(sql.c_str(), static_cast<int>(types.size()), types.data()); });
        values_.resize(width * rows);
        nulls_.resize(width * rows);
    }
    ~Insert() {
        if (plan_ != nullptr) (void) pg::pg_try([](void* plan) { SPI_freeplan(static_cast<SPIPlanPtr>(plan)); }, plan_);
    }
    Insert(const Insert&) = delete;
    Insert& operator=(const Insert&) = delete;

    int rows() const { return rows_; }

    int64_t run(const value::RowTarget* rows) {
        size_t place = 0;
        for (int row = 0; row < rows_; ++row)
            for (int number : attributes_) {
                values_[place] = rows[row].values[number - 1];
                nulls_[place++] = rows[row].nulls[number - 1] ? 'n' : ' ';
            }
        return pg::pg_call([this] { return execute(plan_, values_.data(), nulls_.data()); });
    }

   private:
    static SPIPlanPtr prepare(const char* sql, int count, Oid* types) {
        if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
        SPIPlanPtr plan = SPI_prepare(sql, count, types);
        if (plan == nullptr) elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
        SPI_keepplan(plan);
        SPI_finish();
        return plan;
    }

    static int64_t execute(SPIPlanPtr plan, Datum* values, const char* nulls) {
        if (SPI_connect() != SPI_OK_CONNECT) elog(ERROR, "SPI_connect failed");
        int code = SPI_execute_plan(plan, values, nulls, false, 0);
        if (code != SPI_OK_INSERT) elog(ERROR, "INSERT failed: %s", SPI_result_code_string(code));
        int64_t inserted = static_cast<int64_t>(SPI_processed);
        SPI_finish();
        CHECK_FOR_INTERRUPTS();
        return inserted;
    }

    const std::vector<int>& attributes_;
    int rows_;
    SPIPlanPtr plan_ = nullptr;
    std::vector<Datum> values_;
    std::vector<char> nulls_;
};

// The rows of one batch, in a memory context that ends with it.
class Batch {
   public:
    explicit Batch(size_t natts) : values_(natts * batch_rows), nulls_(std::make_unique<bool[]>(natts * batch_rows)) {
        for (int i = 0; i < batch_rows; ++i) rows_.push_back({&values_[natts * i], &nulls_[natts * i]});
    }

    const value::RowTarget* rows() const { return rows_.data(); }
    void reset() { context_.reset(); }

   private:
    std::vector<Datum> values_;
    std::unique_ptr<bool[]> nulls_;
    std::vector<value::RowTarget> rows_;
    pg::BatchContext context_;
};

}  // namespace

int64_t run_sql_path(Relation relation, const std::string& name, const std::vector<int>& attributes, const NextBatch& next) {
    int together = std::clamp(most_parameters / std::max(1, static_cast<int>(attributes.size())), 1, most_rows);
    Insert many(relation, name, attributes, together);
    Insert one(relation, name, attributes, 1);
    Batch batch(static_cast<size_t>(RelationGetDescr(relation)->natts));
    int64_t inserted = 0;
    bool at_end = false;
    while (!at_end) {
        batch.reset();
        int filled = next(batch.rows(), batch_rows, &at_end);
        for (int row = 0; row < filled;) {
            Insert& insert = filled - row >= many.rows() ? many : one;
            inserted += insert.run(batch.rows() + row);
            row += insert.rows();
        }
    }
    return inserted;
}

}  // namespace copy
