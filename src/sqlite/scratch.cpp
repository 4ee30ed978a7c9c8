// Makes a small database in memory, as the bytes of a file.
#include "sqlite/scratch.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/error.hpp"
#include "sqlite/quote.hpp"
#include "base/fence.hpp"

namespace sqlite {

Scratch::Scratch(const std::string& table, const std::vector<std::string>& columns, const std::vector<std::string>& key,
                 bool rowids)
    : rowids_(rowids) {
    std::string list, marks, keys;
    for (const std::string& column : columns) {
        list += (list.empty() ? "" : ", ") + quote_name(column);
        marks += marks.empty() ? "?" : ", ?";
    }
    for (const std::string& column : key) keys += (keys.empty() ? "" : ", ") + quote_name(column);
    std::string create = fmt::format("CREATE TABLE {} ({}{}){}", quote_name(table), list,
                                     keys.empty() ? "" : ", PRIMARY KEY (" + keys + ")", rowids ? "" : " WITHOUT ROWID");
    // A column may bear one of rowid's names; the other is free then.
    const char* rowid = "rowid";
    for (const char* name : {"oid", "_rowid_", "rowid"}) {
        bool taken = false;
        for (const std::string& column : columns) taken = taken || sqlite3_stricmp(column.c_str(), name) == 0;
        if (!taken) rowid = name;
    }
    std::string insert = rowids ? fmt::format("INSERT INTO {} ({}, {}) VALUES ({}, ?)", quote_name(table), list, rowid, marks)
                                : fmt::format("INSERT INTO {} ({}) VALUES ({})", quote_name(table), list, marks);
    if (sqlite3_open_v2(":memory:", &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK ||
        sqlite3_exec(handle_, create.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK ||
        sqlite3_exec(handle_, "BEGIN", nullptr, nullptr, nullptr) != SQLITE_OK ||
        sqlite3_prepare_v2(handle_, insert.c_str(), -1, &insert_, nullptr) != SQLITE_OK)
        fail("make a table");
}

Scratch::~Scratch() {
    sqlite3_finalize(insert_);
    sqlite3_close_v2(handle_);
}

void Scratch::fail(const char* doing) {
    std::string why = handle_ == nullptr ? "out of memory" : sqlite3_errmsg(handle_);
    sqlite3_finalize(insert_);
    sqlite3_close_v2(handle_);
    insert_ = nullptr;
    handle_ = nullptr;
    throw base::Error(base::ErrorKind::internal, fmt::format("could not {} for rejected rows: {}", doing, why));
}

void Scratch::add(const std::vector<base::Cell>& cells, int64_t rowid) {
    int place = 0;
    for (const base::Cell& cell : cells) {
        ++place;
        std::string_view bytes = cell.bytes();
        switch (cell.storage) {
            case base::StorageClass::null: sqlite3_bind_null(insert_, place); break;
            case base::StorageClass::integer: sqlite3_bind_int64(insert_, place, cell.integer); break;
            case base::StorageClass::real: sqlite3_bind_double(insert_, place, cell.real); break;
            case base::StorageClass::text:
                sqlite3_bind_text64(insert_, place, bytes.data(), bytes.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
                break;
            case base::StorageClass::blob:
                sqlite3_bind_blob64(insert_, place, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
                break;
        }
    }
    if (rowids_) sqlite3_bind_int64(insert_, place + 1, rowid);
    if (sqlite3_step(insert_) != SQLITE_DONE) fail("write a row");
    sqlite3_reset(insert_);
}

std::string Scratch::bytes() {
    if (sqlite3_exec(handle_, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) fail("commit");
    sqlite3_int64 size = 0;
    unsigned char* data = sqlite3_serialize(handle_, "main", &size, 0);
    if (data == nullptr) fail("serialize");
    std::string result(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
    sqlite3_free(data);
    return result;
}

}  // namespace sqlite
