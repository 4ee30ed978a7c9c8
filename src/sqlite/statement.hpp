// Prepares, binds and steps one statement; hands out cells as views that are valid until the next step.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>

#include "base/cell.hpp"

namespace sqlite {

class Database;

[[noreturn]] void fail_for_memory();

// A value as a cell; text as SQLite gives it in UTF-8. Raises base::Error(out_of_memory). Here, since every cell passes it.
inline base::Cell cell_of(sqlite3_value* value) {
    base::Cell cell;
    switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER:
            cell.storage = base::StorageClass::integer;
            cell.integer = sqlite3_value_int64(value);
            break;
        case SQLITE_FLOAT:
            cell.storage = base::StorageClass::real;
            cell.real = sqlite3_value_double(value);
            break;
        case SQLITE_TEXT:
            cell.storage = base::StorageClass::text;
            cell.data = reinterpret_cast<const char*>(sqlite3_value_text(value));
            if (cell.data == nullptr) fail_for_memory();
            cell.size = static_cast<size_t>(sqlite3_value_bytes(value));
            break;
        case SQLITE_BLOB:
            cell.storage = base::StorageClass::blob;
            cell.data = static_cast<const char*>(sqlite3_value_blob(value));
            cell.size = static_cast<size_t>(sqlite3_value_bytes(value));
            if (cell.data == nullptr && cell.size > 0) fail_for_memory();
            break;
        default: break;
    }
    return cell;
}

// Keeps its database object alive. If the database was closed meanwhile, step() raises base::Error(internal).
class Statement {
   public:
    Statement(std::shared_ptr<Database> database, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    // 1-based, copied; before the first step or after reset().
    void bind(int index, std::string_view text);
    void bind(int index, int64_t value);
    void bind_real(int index, double value);
    void bind_blob(int index, std::string_view bytes);
    void bind_null(int index);

    bool
    step();  // true: a row; false: the end, again and again until reset(). Raises base::Error (interrupted, corrupt, busy, ...)
    void reset() noexcept;  // back to the start, bindings kept
    void count_row() noexcept { ++rows_; }  // one that was fed, not stepped to (sqlite/row_feed.hpp)
    [[noreturn]] void fail_to_bind(int code) const;

    int columns() const;
    std::string column_name(int column) const;

    base::Cell cell(int column) const {  // 0-based; through sqlite3_column_value
        return utf16_ ? cell_from_utf16(column) : cell_of(sqlite3_column_value(statement_, column));
    }
    std::string text(int column) const;  // as SQLite casts to text; "" for NULL
    int64_t integer(int column) const;   // as SQLite casts to an integer; 0 for NULL
    bool is_null(int column) const;

    sqlite3_stmt* handle() const noexcept { return statement_; }

   private:
    void check_bound(int code) const;
    base::Cell cell_from_utf16(int column) const;
    std::string_view utf8_of(sqlite3_value* value, int column) const;

    std::shared_ptr<Database> database_;
    sqlite3_stmt* statement_ = nullptr;
    bool utf16_ = false;
    bool ended_ = false;
    int64_t rows_ = 0;  // since the start
    mutable std::vector<std::string> utf8_;  // of a UTF-16 file: the current row's texts, a place for each column
};

}  // namespace sqlite
