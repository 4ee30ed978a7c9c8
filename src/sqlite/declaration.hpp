// Reads from a CREATE TABLE text what SQLite's pragmas do not tell: checks, names of constraints, deferred keys, modules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sqlite {

struct CheckDeclaration {
    std::string name;  // of its CONSTRAINT, "" where none
    std::string text;  // inside CHECK ( ... )
};

struct ForeignKeyDeclaration {
    std::string name;  // of its CONSTRAINT, "" where none
    std::string parent;
    std::vector<std::string> columns;  // one for a key declared with its column
    bool deferrable = false;
    bool initially_deferred = false;  // and deferrable, or it means nothing
};

struct GeneratedDeclaration {
    std::string column;
    std::string text;  // inside AS ( ... )
};

struct Declaration {
    std::string module;                    // of a virtual table, as written; "" for others
    std::vector<CheckDeclaration> checks;  // these three in order of appearance
    std::vector<ForeignKeyDeclaration> foreign_keys;
    std::vector<GeneratedDeclaration> generated;
};

// Takes the text of sqlite_schema.sql, which SQLite itself has parsed before; gives an empty Declaration for anything
// else (views, triggers, no text). Never raises for its content, and needs time in proportion to its length.
Declaration read_declaration(std::string_view sql);

}  // namespace sqlite
