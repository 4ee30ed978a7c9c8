// Prepares, binds and steps one statement; hands out cells as views that are valid until the next step.
#include "sqlite/statement.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "sqlite/database.hpp"
#include "sqlite/failure.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

using base::Error;
using base::ErrorKind;

// UTF-16 in this machine's byte order to UTF-8. A surrogate without its partner becomes the three bytes that UTF-8
// forbids: SQLite's own conversion would make another, valid, character of it and of its neighbour, and nobody would know.
void append_utf8(std::string& result, const char16_t* units, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        uint32_t point = units[i];
        if (point >= 0xD800 && point < 0xDC00 && i + 1 < count && units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000) {
            point = 0x10000 + ((point - 0xD800) << 10) + (units[++i] - 0xDC00);
        }
        if (point < 0x80) {
            result += static_cast<char>(point);
        } else if (point < 0x800) {
            result += {static_cast<char>(0xC0 | (point >> 6)), static_cast<char>(0x80 | (point & 0x3F))};
        } else if (point < 0x10000) {
            result += {static_cast<char>(0xE0 | (point >> 12)), static_cast<char>(0x80 | ((point >> 6) & 0x3F)),
                       static_cast<char>(0x80 | (point & 0x3F))};
        } else {
            result += {static_cast<char>(0xF0 | (point >> 18)), static_cast<char>(0x80 | ((point >> 12) & 0x3F)),
                       static_cast<char>(0x80 | ((point >> 6) & 0x3F)), static_cast<char>(0x80 | (point & 0x3F))};
        }
    }
}

}  // namespace

void fail_for_memory() { throw Error(ErrorKind::out_of_memory, "SQLite ran out of memory for a value"); }

Statement::Statement(std::shared_ptr<Database> database, std::string_view sql) : database_(std::move(database)) {
    if (database_->closed()) database_->fail(SQLITE_MISUSE, "read");
    if (sql.find('\0') != std::string_view::npos) {  // SQLite would run what stands before it
        throw Error(ErrorKind::invalid_argument, "a statement for SQLite cannot hold a NUL character");
    }
    utf16_ = database_->utf16();
    const char* rest = nullptr;
    const int code =
        sqlite3_prepare_v2(database_->handle(), sql.data(), static_cast<int>(sql.size()), &statement_, &rest);
    if (code != SQLITE_OK) {
        try {
            database_->fail(code, "prepare to read");
        } catch (Error& error) {
            error.detail += " Statement: " + base::excerpt(sql, 1000);
            throw;
        }
    }
    const std::string_view more(rest, static_cast<size_t>(sql.data() + sql.size() - rest));
    if (statement_ == nullptr || more.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
        sqlite3_finalize(statement_);
        throw Error(ErrorKind::internal, "not one statement for SQLite: " + base::excerpt(sql, 1000));
    }
    if (utf16_) {
        try {
            utf8_.resize(static_cast<size_t>(sqlite3_column_count(statement_)));
        } catch (...) {
            sqlite3_finalize(statement_);
            throw;
        }
    }
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::check_bound(int code) const {
    if (code != SQLITE_OK) fail_to_bind(code);
}

void Statement::fail_to_bind(int code) const { database_->fail(code, "bind a parameter to read"); }

void Statement::bind(int index, std::string_view text) {
    const char* data = text.data() == nullptr ? "" : text.data();  // a null pointer would bind NULL
    check_bound(sqlite3_bind_text64(statement_, index, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::bind(int index, int64_t value) { check_bound(sqlite3_bind_int64(statement_, index, value)); }

void Statement::bind_real(int index, double value) { check_bound(sqlite3_bind_double(statement_, index, value)); }

void Statement::bind_blob(int index, std::string_view bytes) {
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    check_bound(sqlite3_bind_blob64(statement_, index, data, bytes.size(), SQLITE_TRANSIENT));
}

void Statement::bind_null(int index) { check_bound(sqlite3_bind_null(statement_, index)); }

bool Statement::step() {
    if (database_->closed()) database_->fail(SQLITE_MISUSE, "read");
    if (ended_) return false;  // SQLite would start again
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
        ++rows_;
        return true;
    }
    ended_ = true;
    if (code == SQLITE_DONE) {
        database_->check_unchanged();
        return false;
    }
    sqlite3_reset(statement_);  // gives up the statement's locks; the handle keeps the message
    try {
        database_->fail(code, "read");
    } catch (Failure& failure) {
        // SQLite does not say where the damage is; the statement names the table.
        if (failure.kind == base::ErrorKind::corrupt)
            failure.detail += " It was met in row " + std::to_string(rows_ + 1) + " of: " + base::excerpt(sqlite3_sql(statement_), 500);
        throw;
    }
}

void Statement::reset() noexcept {
    ended_ = false;
    rows_ = 0;
    sqlite3_reset(statement_);
}

int Statement::columns() const { return sqlite3_column_count(statement_); }

std::string Statement::column_name(int column) const {
    const char* name = sqlite3_column_name(statement_, column);
    return name == nullptr ? "" : name;
}

// The text of a value as UTF-8, always asked for before its size: SQLite converts on the first call.
std::string_view Statement::utf8_of(sqlite3_value* value, int column) const {
    if (utf16_) {
        const void* units = sqlite3_value_text16(value);
        if (units == nullptr) fail_for_memory();
        const auto size = static_cast<size_t>(sqlite3_value_bytes16(value));
        std::string& utf8 = utf8_[static_cast<size_t>(column)];
        utf8.clear();
        append_utf8(utf8, static_cast<const char16_t*>(units), size / 2);
        if (size % 2 != 0) utf8 += '\xFF';  // half a character at the end: invalid in UTF-8 too, not dropped
        return utf8;
    }
    const unsigned char* data = sqlite3_value_text(value);
    if (data == nullptr) fail_for_memory();
    return {reinterpret_cast<const char*>(data), static_cast<size_t>(sqlite3_value_bytes(value))};
}

base::Cell Statement::cell_from_utf16(int column) const {
    sqlite3_value* value = sqlite3_column_value(statement_, column);
    if (sqlite3_value_type(value) != SQLITE_TEXT) return cell_of(value);
    const std::string_view text = utf8_of(value, column);
    base::Cell cell;
    cell.storage = base::StorageClass::text;
    cell.data = text.data();
    cell.size = text.size();
    return cell;
}

std::string Statement::text(int column) const {
    sqlite3_value* value = sqlite3_column_value(statement_, column);
    if (sqlite3_value_type(value) == SQLITE_NULL) return {};
    return std::string(utf8_of(value, column));
}

int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

}  // namespace sqlite
