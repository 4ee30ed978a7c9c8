// Keeps the raw cells of source rows, so that a row that is refused later can still be written down whole.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/cell.hpp"
#include "pg/reject_store.hpp"

namespace sqlite {
class Statement;
}

namespace value {

// Why a row is rejected. column: of the source, "" where it is no single one.
struct Refusal {
    std::string column, code, sqlstate, message;
};

// The rows of one batch, as SQLite gave them.
class RawRows {
   public:
    // Names of the source's columns with their places in the statement's result; key: what names a row; rowid: its
    // place, -1 where there is none.
    void shape(std::vector<std::pair<std::string, int>> columns, std::vector<std::pair<std::string, int>> key, int rowid);

    void clear();
    void keep(const sqlite::Statement& statement);  // the row that the statement stands on becomes the next one
    void drop_last();

    std::string key_json(int row) const;
    base::Cell cell(int row, const std::string& column) const;  // NULL for a name that is none
    // cells is a JSON object: {"column": {"class": "text", "hex": "6162"}}. The bytes of text and blobs are those of the
    // file (text as UTF-8); integers and reals are their decimal digits, which read back as the same number.
    pg::Reject reject(int row, const Refusal& refusal) const;
    int rows() const { return rows_; }

   private:
    struct Stored {
        base::Cell cell;  // without data
        size_t offset;
    };
    base::Cell at(int row, int place) const;

    std::vector<std::pair<std::string, int>> columns_, key_;
    int rowid_ = -1, width_ = 0, rows_ = 0;
    std::vector<Stored> cells_;
    std::string bytes_;
};

// The bytes by which `cells` and `value` of a reject tell a cell.
std::string raw_bytes(const base::Cell& cell);

}  // namespace value
