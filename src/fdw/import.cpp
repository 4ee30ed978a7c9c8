// IMPORT FOREIGN SCHEMA: chooses the tables and views, and says which ones it leaves out and why.
#include <fmt/format.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "fdw/callbacks.hpp"
#include "fdw/deparse.hpp"
#include "fdw/import_ddl.hpp"
#include "fdw/mapping.hpp"
#include "pg/guard.hpp"
#include "pg/options.hpp"
#include "pg/session.hpp"
#include "pg/source.hpp"
#include "schema/identifier.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/database.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/statement.hpp"

extern "C" {
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_foreign_table.h"
#include "commands/defrem.h"
#include "foreign/fdwapi.h"
#include "foreign/foreign.h"
#include "nodes/parsenodes.h"
}

namespace fdw {
namespace {

using base::Error;
using base::ErrorKind;
using base::excerpt;

// An object of the file and the name that its foreign table gets.
struct Candidate {
    const sqlite::Table* table;
    std::string name;     // UTF-8
    std::string local;    // the same in the database's encoding, as LIMIT TO and EXCEPT compare it
    std::string problem;  // why it cannot be imported, "" = it can
};

schema::NameStyle style_of(const std::string& word) {
    if (word == "preserve") return schema::NameStyle::preserve;
    if (word == "lower") return schema::NameStyle::lower;
    if (word == "snake") return schema::NameStyle::snake;
    throw Error(ErrorKind::invalid_argument,
                fmt::format("invalid value for option \"identifiers\": \"{}\"", excerpt(word)),
                "Expected preserve, lower or snake.");
}

ImportOptions read_import_options(List* given) {
    ImportOptions options;
    ListCell* cell;
    foreach (cell, given) {
        auto* definition = static_cast<DefElem*>(lfirst(cell));
        std::string name = definition->defname;
        if (name == "import_not_null") {
            options.not_null = pg::pg_call([definition] { return defGetBoolean(definition); });
        } else if (name == "identifiers") {
            options.style = style_of(pg::pg_call([definition] { return defGetString(definition); }));
        } else {
            throw Error(ErrorKind::invalid_argument, fmt::format("invalid option \"{}\"", excerpt(name)), {},
                        "Valid options in this context are: identifiers, import_not_null");
        }
    }
    return options;
}

// Whether an error concerns one object of the file: then the others can be imported.
bool is_of_one_object(ErrorKind kind) {
    return kind != ErrorKind::interrupted && kind != ErrorKind::out_of_memory && kind != ErrorKind::busy &&
           kind != ErrorKind::io && kind != ErrorKind::not_a_database;
}

// Why this object cannot be a foreign table, "" if it can.
std::string problem_of(const std::shared_ptr<sqlite::Database>& database, const sqlite::Table& table) {
    if (!table.problem.empty()) return table.problem;
    if (table.columns.empty()) return "It has no columns.";
    if (table.columns.size() > MaxHeapAttributeNumber)
        return fmt::format("It has {} columns, PostgreSQL takes {}.", table.columns.size(),
                           int{MaxHeapAttributeNumber});
    std::vector<std::string> names;
    std::string local;
    // Names that the options cannot carry, asked of their own rules: the server would stop at the first such table.
    if (!to_server_text(table.name, &local)) return "Its name is not valid text here.";
    try {
        pg::validate_options({{"table", local}}, ForeignTableRelationId);
        for (const sqlite::Column& column : table.columns) {
            if (!to_server_text(column.name, &local))
                return fmt::format("The name of its column \"{}\" is not valid text here.", excerpt(column.name));
            pg::validate_options({{"column", local}}, AttributeRelationId);
            names.push_back(column.name);
        }
    } catch (const Error& error) {
        return error.text;
    }
    // The very statement of a scan, for SQLite looks at views and virtual tables only when they are asked.
    try {
        sqlite::Statement(database, select_text(table.name, names));
    } catch (const sqlite::Failure& failure) {
        if (!is_of_one_object(failure.kind)) throw;
        return failure.message;
    } catch (const Error& error) {
        if (!is_of_one_object(error.kind)) throw;
        return error.text;
    }
    return {};
}

// In the file's order. Names do not depend on what is chosen; shadow tables, which only LIMIT TO brings, come last.
std::vector<Candidate> name_candidates(const std::vector<sqlite::Table>& tables, const ImportOptions& options) {
    std::vector<Candidate> candidates;
    for (const sqlite::Table& table : tables)
        candidates.push_back({&table, {}, {}, {}});
    std::set<std::string> taken;
    for (bool shadow : {false, true})
        for (Candidate& candidate : candidates) {
            if ((candidate.table->kind == sqlite::TableKind::shadow) != shadow) continue;
            candidate.name = schema::unique_name(schema::styled(candidate.table->name, options.style), taken);
            if (!to_server_text(candidate.name, &candidate.local)) candidate.local.clear();
        }
    return candidates;
}

std::string quoted_hint(const std::string& name) {
    return fmt::format("Did you mean \"{}\"? Names are compared as they are written: put them in double quotes.",
                       excerpt(name, 200));
}

// A name of LIMIT TO or EXCEPT that no candidate bears: what may have been meant.
std::string hint_for(const std::string& wanted, const std::vector<Candidate>& candidates) {
    std::vector<std::string> names;
    for (const Candidate& candidate : candidates) {
        if (base::equal_ignoring_case(candidate.local, wanted)) return quoted_hint(candidate.local);
        if (candidate.table->name == wanted)
            return fmt::format("The import names it \"{}\".", excerpt(candidate.local, 200));
        names.push_back(candidate.local);
    }
    std::string nearest = base::nearest_name(wanted, names);
    return nearest.empty() ? "" : quoted_hint(nearest);
}

void warn(const std::string& message, const std::string& detail, const std::string& hint = {}) {
    pg::pg_call([&message, &detail, &hint] {
        ereport(WARNING,
                (errcode(ERRCODE_FDW_ERROR), errmsg("%s", message.c_str()),
                 detail.empty() ? 0 : errdetail("%s", detail.c_str()), hint.empty() ? 0 : errhint("%s", hint.c_str())));
    });
}

// The server itself passes over names in LIMIT TO and EXCEPT that do not exist.
void check_list(ImportForeignSchemaStmt* statement, const std::vector<Candidate>& candidates) {
    ListCell* cell;
    foreach (cell, statement->table_list) {
        std::string wanted = static_cast<RangeVar*>(lfirst(cell))->relname;
        bool found = false;
        for (const Candidate& candidate : candidates)
            found = found || candidate.local == wanted;
        if (found) continue;
        std::string text = fmt::format("the SQLite file has no table or view \"{}\"", excerpt(wanted, 200));
        std::string hint = hint_for(wanted, candidates);
        if (statement->list_type == FDW_IMPORT_SCHEMA_LIMIT_TO)
            throw Error(ErrorKind::undefined_object, text, "It stands in LIMIT TO.", hint);
        warn(text, "It stands in EXCEPT.", hint);
    }
}

const char* words_for(sqlite::TableKind kind) {
    switch (kind) {
        case sqlite::TableKind::view: return "view";
        case sqlite::TableKind::virtual_table: return "virtual table";
        case sqlite::TableKind::shadow: return "shadow table";
        default: return "table";
    }
}

// LIMIT TO asks for an object by name, so that leaving it out is an error there.
void leave_out(const Candidate& candidate, bool asked_for) {
    std::string text = fmt::format("{} \"{}\" cannot be imported", words_for(candidate.table->kind),
                                   excerpt(candidate.table->name, 200));
    if (asked_for) throw Error(ErrorKind::unsupported, text, candidate.problem, "Leave it out of LIMIT TO.");
    warn(text, candidate.problem);
}

List* import_into_list(ImportForeignSchemaStmt* statement, Oid server_id) {
    ImportOptions options = read_import_options(statement->options);
    if (strcmp(statement->remote_schema, "main") != 0) {
        Error error(ErrorKind::undefined_object,
                    fmt::format("a SQLite file has no schema \"{}\"", excerpt(statement->remote_schema)), {},
                    "Its only schema is main: IMPORT FOREIGN SCHEMA main ...");
        error.sqlstate = "3F000";
        throw error;
    }
    ForeignServer* server = pg::pg_call([server_id] { return GetForeignServer(server_id); });
    std::string server_name = to_sqlite_text(server->servername);
    pg::Lease lease(pg::resolve_server(server_id));
    std::vector<sqlite::Table> tables = sqlite::read_tables(lease.database());
    std::vector<Candidate> candidates = name_candidates(tables, options);
    check_list(statement, candidates);
    if (tables.empty())
        warn("the SQLite file has no table and no view", {},
             "An application that is running may have them in the -wal beside the file: keep the two together.");

    bool asked_for = statement->list_type == FDW_IMPORT_SCHEMA_LIMIT_TO;
    List* commands = NIL;
    for (Candidate& candidate : candidates) {
        if (candidate.table->kind == sqlite::TableKind::shadow && !asked_for) continue;
        const char* local = candidate.local.c_str();
        if (!pg::pg_call([local, statement] { return IsImportableForeignTable(local, statement); })) continue;
        candidate.problem = problem_of(lease.database(), *candidate.table);
        std::string text;
        if (candidate.problem.empty() &&
            !to_server_text(create_text(*candidate.table, candidate.name, server_name, options), &text))
            candidate.problem = "Its names are not valid text here.";
        if (!candidate.problem.empty()) {
            leave_out(candidate, asked_for);
            continue;
        }
        commands = pg::pg_call([commands, &text] { return lappend(commands, pstrdup(text.c_str())); });
    }
    return commands;
}

}  // namespace

List* import_schema(ImportForeignSchemaStmt* statement, Oid server) {
    return pg::pg_entry([statement, server] { return import_into_list(statement, server); });
}

}  // namespace fdw
