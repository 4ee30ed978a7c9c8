// A small SQLite file and what schema/ makes of it, for the unit tests.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "schema/ddl.hpp"
#include "sqlite_files.hpp"

namespace unit {

// All tables of a file made by `sql`, designed into schema "t".
class Designed {
   public:
    explicit Designed(const std::string& sql, schema::Request request = {}) {
        sqlite::OpenOptions options;
        options.path = files_.make("a.db", sql);
        database = std::make_shared<sqlite::Database>(options);
        if (request.target_schema.empty()) request.target_schema = "t";
        if (request.tables.empty()) {
            for (const sqlite::Table& table : sqlite::read_tables(database))
                request.tables.push_back(table.name);
        }
        design = schema::design_schema(database, request);
    }

    bool has(const std::string& sql) const { return count(sql) == 1; }
    int count(const std::string& sql) const {
        return static_cast<int>(std::count_if(design.statements.begin(), design.statements.end(),
                                              [&](const schema::Statement& s) { return s.sql == sql; }));
    }
    // The note of the one report whose object and note hold these parts; "" where there is none.
    std::string report(const std::string& object, const std::string& part = {}) const {
        for (const schema::Statement& s : design.statements) {
            if (s.action == schema::Action::report && s.object.find(object) != std::string::npos &&
                s.note.find(part) != std::string::npos) {
                return s.note;
            }
        }
        return {};
    }
    int reports() const {
        return static_cast<int>(
            std::count_if(design.statements.begin(), design.statements.end(),
                          [](const schema::Statement& s) { return s.action == schema::Action::report; }));
    }
    // The line of a CREATE TABLE that defines this column, without comma.
    std::string column(const std::string& table, const std::string& name) const {
        for (const schema::Statement& s : design.statements) {
            if (s.action != schema::Action::create || s.source_table != table) continue;
            size_t at = s.sql.find("\n    \"" + name + "\" ");
            if (at == std::string::npos) return {};
            std::string line = s.sql.substr(at + 5, s.sql.find('\n', at + 1) - at - 5);
            if (line.back() == ',') line.pop_back();
            return line.substr(name.size() + 3);
        }
        return {};
    }
    // All statements that run, in their order.
    std::string script() const {
        std::string all;
        for (const schema::Statement& s : design.statements)
            all += s.sql.empty() ? "" : s.sql + ";\n";
        return all;
    }

    std::shared_ptr<sqlite::Database> database;
    schema::Design design;

   private:
    SqliteFiles files_;
};

}  // namespace unit
