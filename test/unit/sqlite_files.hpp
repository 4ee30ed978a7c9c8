// Small SQLite files for the unit tests, in a folder that is removed with them.
#pragma once

#include <sqlite3.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/database.hpp"

namespace unit {

class SqliteFiles {
   public:
    SqliteFiles() {
        std::string name = (std::filesystem::temp_directory_path() / "sqlite_unit_XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
        folder_ = std::filesystem::canonical(name);
    }
    ~SqliteFiles() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    SqliteFiles(const SqliteFiles&) = delete;
    SqliteFiles& operator=(const SqliteFiles&) = delete;

    std::string folder() const { return folder_.string(); }
    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    // Runs SQL on the file, which is made if need be.
    std::string make(const std::string& name, const std::string& sql) const {
        sqlite3* handle = nullptr;
        if (sqlite3_open(path(name).c_str(), &handle) != SQLITE_OK) throw std::runtime_error("open");
        char* message = nullptr;
        sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
        const int code = sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message);
        const std::string text = message == nullptr ? "" : message;
        sqlite3_free(message);
        sqlite3_close(handle);
        if (code != SQLITE_OK) throw std::runtime_error(text);
        return path(name);
    }

    std::string write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path(name), std::ios::binary) << bytes;
        return path(name);
    }

    static std::string read(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    static std::shared_ptr<sqlite::Database> open(const std::string& path, bool (*should_stop)() = nullptr) {
        sqlite::OpenOptions options;
        options.path = path;
        options.busy_timeout_ms = 50;
        options.should_stop = should_stop;
        return std::make_shared<sqlite::Database>(options);
    }

    // Makes, opens and begins to read.
    std::shared_ptr<sqlite::Database> database(const std::string& sql, const std::string& name = "a.db") const {
        auto database = open(make(name, sql));
        database->begin_read();
        return database;
    }

   private:
    std::filesystem::path folder_;
};

// The Error that an action raises; fails the test's expectations (kind internal, no text) if it raises none.
template <typename Action>
base::Error error_of(const Action& action) {
    try {
        action();
    } catch (const base::Error& error) {
        return error;
    }
    return {base::ErrorKind::internal, "", "no error", "no error"};
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

using Names = std::vector<std::string>;

inline const sqlite::Table& find(const std::vector<sqlite::Table>& tables, const std::string& name) {
    const auto found =
        std::find_if(tables.begin(), tables.end(), [&](const sqlite::Table& table) { return table.name == name; });
    if (found == tables.end()) throw std::runtime_error("no table " + name);
    return *found;
}

inline Names names_of(const std::vector<sqlite::Table>& tables) {
    Names names;
    for (const sqlite::Table& table : tables)
        names.push_back(table.name);
    return names;
}

}  // namespace unit
