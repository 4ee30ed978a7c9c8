// Keeps the raw cells of source rows, so that a row that is refused later can still be written down whole.
#include "value/raw_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.hpp"
#include "normalize/converters.hpp"
#include "sqlite/statement.hpp"
#include "value/describe.hpp"
#include "base/fence.hpp"

namespace value {
namespace {

void append_hex(std::string& to, std::string_view bytes) {
    static const char digits[] = "0123456789abcdef";
    for (char c : bytes) {
        auto byte = static_cast<unsigned char>(c);
        to += digits[byte >> 4];
        to += digits[byte & 15];
    }
}

}  // namespace

std::string raw_bytes(const base::Cell& cell) {
    switch (cell.storage) {
        case base::StorageClass::integer: return fmt::format("{}", cell.integer);
        case base::StorageClass::real: {
            char buffer[32];
            return std::string(buffer, normalize::shortest_text(cell.real, buffer));
        }
        case base::StorageClass::text:
        case base::StorageClass::blob: return std::string(cell.bytes());
        default: return {};
    }
}

void RawRows::shape(std::vector<std::pair<std::string, int>> columns, std::vector<std::pair<std::string, int>> key, int rowid) {
    columns_ = std::move(columns);
    key_ = std::move(key);
    rowid_ = rowid;
    width_ = rowid + 1;
    for (const auto& [name, place] : columns_) width_ = std::max(width_, place + 1);
    for (const auto& [name, place] : key_) width_ = std::max(width_, place + 1);
}

void RawRows::clear() {
    rows_ = 0;
    cells_.clear();
    bytes_.clear();
}

void RawRows::keep(const sqlite::Statement& statement) {
    for (int i = 0; i < width_; ++i) {
        base::Cell cell = statement.cell(i);
        size_t offset = bytes_.size();
        bytes_.append(cell.bytes());
        cell.data = nullptr;
        cells_.push_back({cell, offset});
    }
    ++rows_;
}

void RawRows::drop_last() {
    --rows_;
    if (width_ > 0) bytes_.resize(cells_[cells_.size() - static_cast<size_t>(width_)].offset);
    cells_.resize(cells_.size() - static_cast<size_t>(width_));
}

base::Cell RawRows::at(int row, int place) const {
    const Stored& stored = cells_[static_cast<size_t>(row) * width_ + place];
    base::Cell cell = stored.cell;
    cell.data = bytes_.data() + stored.offset;
    return cell;
}

std::string RawRows::key_json(int row) const {
    std::string result = "{";
    for (const auto& [name, place] : key_) {
        if (result.size() > 1) result += ", ";
        result += base::json_quote(name) + ": " + to_json(at(row, place));
    }
    return result + "}";
}

base::Cell RawRows::cell(int row, const std::string& column) const {
    for (const auto& [name, place] : columns_)
        if (name == column) return at(row, place);
    return {};
}

pg::Reject RawRows::reject(int row, const Refusal& refusal) const {
    pg::Reject result;
    result.key = key_json(row);
    result.has_rowid = rowid_ >= 0;
    if (result.has_rowid) result.rowid = at(row, rowid_).integer;
    result.column = refusal.column;
    for (const auto& [name, place] : columns_)
        if (name == refusal.column) {
            result.storage_class = base::storage_name(at(row, place).storage);
            result.value = raw_bytes(at(row, place));
        }
    result.cells = "{";
    for (const auto& [name, place] : columns_) {
        base::Cell cell = at(row, place);
        if (result.cells.size() > 1) result.cells += ", ";
        result.cells += base::json_quote(name) + ": {\"class\": \"" + base::storage_name(cell.storage) + "\"";
        if (cell.storage != base::StorageClass::null) {
            result.cells += ", \"hex\": \"";
            append_hex(result.cells, raw_bytes(cell));
            result.cells += "\"";
        }
        result.cells += "}";
    }
    result.cells += "}";
    result.sqlstate = refusal.sqlstate;
    result.code = refusal.code;
    result.message = refusal.message;
    return result;
}

}  // namespace value
