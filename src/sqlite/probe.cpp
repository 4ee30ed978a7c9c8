// Small questions to a file: is there a row, how many, is it sound.
#include "sqlite/probe.hpp"

#include <fmt/format.h>

#include <map>
#include <sstream>

#include "base/error.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/database.hpp"
#include "sqlite/failure.hpp"
#include "sqlite/long_walk.hpp"
#include "sqlite/quote.hpp"
#include "sqlite/statement.hpp"
#include "base/fence.hpp"

namespace sqlite {
namespace {

// "row 5 missing from index i" and the like: errors. SQLite gives up after this many lines.
constexpr int most_findings = 100;

bool is_fatal(const base::Error& error) {
    return error.kind == base::ErrorKind::interrupted || error.kind == base::ErrorKind::out_of_memory;
}

void check_pages(const std::shared_ptr<Database>& database, bool quick, std::vector<Finding>& findings) {
    const LongWalk walk(database->handle());
    Statement check(database, fmt::format("PRAGMA {}({})", quick ? "quick_check" : "integrity_check", most_findings));
    while (check.step()) {
        database->check_stop();  // a walk that was interrupted takes the pages that it has not seen for lost
        // One answer may hold several lines, under a heading that names the only database there is.
        std::istringstream lines(check.text(0));
        for (std::string line; std::getline(lines, line);) {
            if (line == "ok" || line.starts_with("*** in database ")) continue;
            // Such an index is in the application's own order, which we cannot follow: that it looks wrong says nothing.
            bool foreign_order = !database->missing_collations().empty() && line.find(" index ") != std::string::npos;
            findings.push_back({foreign_order ? "note" : "error", "", line});
        }
    }
}

void check_foreign_keys(const std::shared_ptr<Database>& database, std::vector<Finding>& findings) {
    std::map<std::pair<std::string, std::string>, int64_t> orphans;
    Statement check(database, "PRAGMA foreign_key_check");
    while (check.step()) ++orphans[{check.text(0), check.text(2)}];
    for (const auto& [tables, count] : orphans)
        findings.push_back({"warning", tables.first,
                            count == 1 ? fmt::format("1 row refers to a row of \"{}\" that does not exist", tables.second)
                                       : fmt::format("{} rows refer to rows of \"{}\" that do not exist", count, tables.second)});
}

}  // namespace

bool has_rows(const std::shared_ptr<Database>& database, const Table& table, const std::vector<std::string>& columns) {
    std::string filter;
    for (const std::string& column : columns)
        filter += (filter.empty() ? " WHERE " : " OR ") + quote_name(column) + " IS NOT NULL";
    Statement probe(database, "SELECT 1 FROM " + quote_name(table.name) + filter + " LIMIT 1");
    return probe.step();
}

int64_t count_rows(const std::shared_ptr<Database>& database, const Table& table) {
    const LongWalk walk(database->handle());
    Statement count(database, "SELECT count(*) FROM " + quote_name(table.name));
    return count.step() ? count.integer(0) : 0;
}

std::vector<Finding> check_integrity(const std::shared_ptr<Database>& database, bool quick) {
    std::vector<Finding> findings;
    if (!database->schema_damage().empty()) findings.push_back({"error", "", database->schema_damage()});
    try {
        check_pages(database, quick, findings);
    } catch (const base::Error& error) {
        if (is_fatal(error)) throw;
        findings.push_back({"error", "", error.detail.empty() ? error.text : error.detail});
    }
    try {
        check_foreign_keys(database, findings);
    } catch (const base::Error& error) {
        if (is_fatal(error)) throw;
        findings.push_back({"note", "", "foreign keys could not be checked: " + error.text});
    }
    return findings;
}

std::vector<Finding> find_damage(const std::shared_ptr<Database>& database) {
    std::vector<Finding> findings;
    try {
        check_pages(database, true, findings);
    } catch (const base::Error& error) {
        if (error.kind == base::ErrorKind::corrupt && !findings.empty()) {
            // It has said where already.
        } else if (error.kind == base::ErrorKind::corrupt) {
            findings.push_back({"error", "", error.detail.empty() ? error.text : error.detail});
        } else if (!concerns_one_object(error)) {
            throw;
        }
    }
    std::erase_if(findings, [](const Finding& finding) {
        if (finding.severity != "error") return true;
        for (const char* of_values : {"NULL value in ", "CHECK constraint failed in ", "NUMERIC value in ", "TEXT value in ",
                                      "non-", "row "})
            if (finding.message.starts_with(of_values)) return true;
        return false;
    });
    return findings;
}

}  // namespace sqlite
