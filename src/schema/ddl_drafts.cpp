// What PostgreSQL has another means for: triggers, full-text and R-tree tables. Reported, with a draft to start from.
#include <algorithm>

#include "base/text.hpp"
#include "schema/draft.hpp"
#include "schema/identifier.hpp"
#include "schema/sql_token.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

// The words in brackets behind USING module, each as written.
std::vector<std::string> module_arguments(const std::string& sql) {
    std::vector<std::string> arguments;
    const size_t open = sql.find('('), close = sql.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open) return arguments;
    const std::string inside = sql.substr(open + 1, close - open - 1);
    const std::vector<Token> tokens = read_tokens(inside);
    int depth = 0;
    size_t begin = 0;
    for (const Token& token : tokens) {
        if (token.is_mark("(")) ++depth;
        if (token.is_mark(")")) --depth;
        if (token.kind == TokenKind::end || (depth == 0 && token.is_mark(","))) {
            arguments.push_back(inside.substr(begin, token.begin - begin));
            begin = token.end;
        }
    }
    return arguments;
}

// The columns of a virtual table: what is no option (tokenize=porter), by its first word.
std::vector<std::string> module_columns(const std::string& sql) {
    std::vector<std::string> columns;
    for (const std::string& argument : module_arguments(sql)) {
        const std::vector<Token> tokens = read_tokens(argument);
        bool option = std::any_of(tokens.begin(), tokens.end(), [](const Token& token) { return token.is_mark("="); });
        if (!option && tokens[0].is_name()) columns.push_back(tokens[0].text);
    }
    return columns;
}

std::string search_draft(Draft& draft, const sqlite::Table& object, const std::vector<std::string>& columns) {
    std::string definitions, document;
    for (const std::string& column : columns) {
        const std::string name = quote_name(styled(column, draft.request.style));
        definitions += (definitions.empty() ? "" : ", ") + name + " text";
        document += (document.empty() ? "" : " || ' ' || ") + ("COALESCE(" + name + ", '')");
    }
    const std::string table = draft.qualify(styled(object.name, draft.request.style));
    return "CREATE TABLE " + table + " (" + definitions + "); CREATE INDEX ON " + table +
           " USING gin (to_tsvector('simple', " + document + "))";
}

std::string box_draft(Draft& draft, const sqlite::Table& object, const std::vector<std::string>& columns) {
    const std::string table = draft.qualify(styled(object.name, draft.request.style));
    std::string definitions;
    std::vector<std::string> names;
    for (const std::string& column : columns) {
        names.push_back(quote_name(styled(column, draft.request.style)));
        definitions +=
            (definitions.empty() ? names.back() + " bigint PRIMARY KEY" : ", " + names.back() + " double precision");
    }
    std::string sql = "CREATE TABLE " + table + " (" + definitions + ")";
    if (names.size() == 5) {
        sql += "; CREATE INDEX ON " + table + " USING gist (box(point(" + names[1] + ", " + names[3] + "), point(" +
               names[2] + ", " + names[4] + ")))";
    }
    return sql;
}

}  // namespace

void report_virtual(Draft& draft, const sqlite::Table& object) {
    const std::string shown = "virtual table " + quote_name(object.name);
    const std::string module = base::lower_ascii(object.module);
    const std::vector<std::string> columns = module_columns(object.sql);
    std::string note = "not carried: a virtual table of the module " + base::excerpt(object.module, 40);
    std::string text;
    if (module.rfind("fts", 0) == 0 && !columns.empty()) {
        note = "not carried: a full-text index (" + module + "), which PostgreSQL has other means for";
        text = search_draft(draft, object, columns);
    } else if (module.rfind("rtree", 0) == 0 && columns.size() >= 3) {
        note = "not carried: an R-tree (" + module + "), which PostgreSQL has other means for";
        text = box_draft(draft, object, columns);
    }
    if (!object.problem.empty()) note += "; it cannot be read: " + object.problem;
    draft.report(object.name, shown,
                 note + ". " + (text.empty() ? "" : "Draft: " + text + ". Of: ") + one_line(object.sql));
}

void report_trigger(Draft& draft, const sqlite::Trigger& trigger) {
    const std::vector<Token> tokens = read_tokens(trigger.sql);
    auto is = [&](size_t at, const char* word) { return at < tokens.size() && tokens[at].is(word); };
    // CREATE [TEMP] TRIGGER [IF NOT EXISTS] name [BEFORE|AFTER|INSTEAD OF] event ON table [FOR EACH ROW] [WHEN …] BEGIN … END
    size_t event = 0;
    while (event < tokens.size() && !is(event, "DELETE") && !is(event, "INSERT") && !is(event, "UPDATE"))
        ++event;
    size_t on = event;
    while (on < tokens.size() && !is(on, "ON"))
        ++on;
    size_t begin = on, when = 0, end = tokens.size() - 1;
    while (begin < tokens.size() && !is(begin, "BEGIN")) {
        if (is(begin, "WHEN") && when == 0) when = begin;
        ++begin;
    }
    while (end > begin && !is(end, "END"))
        --end;
    std::string note = "triggers are not carried";
    const std::string text = trigger.sql;
    if (begin < end) {
        bool before = is(event - 1, "BEFORE"), instead = event >= 2 && is(event - 2, "INSTEAD");
        const DraftTable* table = draft.find(trigger.table);
        const std::string function = draft.qualify(styled(trigger.name, draft.request.style));
        const std::string body = text.substr(tokens[begin].end, tokens[end].begin - tokens[begin].end);
        const std::string what = text.substr(tokens[event].begin, tokens[on].begin - tokens[event].begin);
        std::string condition;
        if (when != 0)
            condition = "WHEN (" + text.substr(tokens[when].end, tokens[begin].begin - tokens[when].end) + ") ";
        note += ". Draft: CREATE FUNCTION " + function + "() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN " +
                one_line(body) + " RETURN " + (is(event, "DELETE") ? "OLD" : "NEW") + "; END $body$; CREATE TRIGGER " +
                quote_name(styled(trigger.name, draft.request.style)) +
                (before    ? " BEFORE "
                 : instead ? " INSTEAD OF "
                           : " AFTER ") +
                one_line(what) + "ON " + (table != nullptr ? table->qualified : draft.qualify(trigger.table)) +
                " FOR EACH ROW " + one_line(condition) + "EXECUTE FUNCTION " + function + "(). Of: ";
    } else {
        note += ". ";
    }
    draft.report(trigger.table, "trigger " + quote_name(trigger.name), note + one_line(text));
}

}  // namespace schema
