// The operands of an expression: literals, columns, CASE, CAST, the clock.
#include <charconv>
#include <cstdint>

#include "base/text.hpp"
#include "schema/identifier.hpp"
#include "schema/translator.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

// Words that begin or end something: never a column.
bool is_keyword(const Token& token) {
    for (const char* word :
         {"AND",     "OR",     "NOT",       "CASE",   "WHEN",  "THEN",   "ELSE",    "END",      "IS",     "IN",
          "LIKE",    "GLOB",   "BETWEEN",   "SELECT", "FROM",  "WHERE",  "GROUP",   "ORDER",    "HAVING", "LIMIT",
          "UNION",   "EXCEPT", "INTERSECT", "AS",     "ON",    "USING",  "JOIN",    "DISTINCT", "ALL",    "ESCAPE",
          "COLLATE", "EXISTS", "RAISE",     "REGEXP", "MATCH", "ISNULL", "NOTNULL", "VALUES",   "SET"}) {
        if (token.is(word)) return true;
    }
    return false;
}

}  // namespace

Term Translator::primary() {
    const Token& token = here();
    if (token.kind == TokenKind::integer || token.kind == TokenKind::real) {
        Term term = made(next().text, token.kind == TokenKind::integer ? Kind::integer : Kind::real, true);
        term.literal = true;
        if (term.sql.rfind("0x", 0) == 0) {
            uint64_t value = 0;
            auto read = std::from_chars(term.sql.data() + 2, term.sql.data() + term.sql.size(), value, 16);
            if (read.ec != std::errc()) refuse("a number that is too large");
            term.sql = std::to_string(static_cast<int64_t>(value));
        } else if (term.kind == Kind::integer) {
            int64_t value = 0;
            auto read = std::from_chars(term.sql.data(), term.sql.data() + term.sql.size(), value);
            if (read.ec != std::errc()) refuse("a number that is too large");
            term.sql = std::to_string(value);
        }
        term.text = term.sql;
        return term;
    }
    if (token.kind == TokenKind::string) {
        Term term = made("", Kind::text, true);
        term.literal = true;
        term.text = next().text;
        if (base::valid_utf8_prefix(term.text) != term.text.size() || term.text.find('\0') != std::string::npos)
            refuse("a text that PostgreSQL cannot hold");
        term.sql = quote_literal(term.text);
        return term;
    }
    if (token.kind == TokenKind::blob) {
        Term term = made(quote_literal("\\x" + base::lower_ascii(next().text)) + "::bytea", Kind::bytes, true);
        term.literal = true;
        return term;
    }
    if (take_mark("(")) {
        Term term;
        if (at("SELECT") || at("WITH")) {
            term = subquery_term();
        } else {
            term = expression();
            if (at_mark(",")) refuse("a row of several values");
            want_mark(")");
        }
        return term;
    }
    if (take("CASE")) return case_term();
    if (at("CAST") && here(1).is_mark("(")) return cast_term();
    if (take("NULL")) {
        Term term = made("NULL", Kind::null, true);
        term.literal = true;
        return term;
    }
    if (at("EXISTS") || (at("NOT") && here(1).is("EXISTS"))) {
        bool negated = take("NOT");
        next();
        want_mark("(");
        if (relations == nullptr) refuse("a subquery");
        Selected inner = select();
        want_mark(")");
        return made(std::string(negated ? "NOT " : "") + "EXISTS (" + inner.sql + ")", Kind::truth);
    }
    if (token.kind == TokenKind::word && is_keyword(token)) refuse("\"" + token.text + "\" is not understood here");
    if (token.is_name()) {
        if (here(1).is_mark("(") && token.kind == TokenKind::word) {
            std::string name = base::lower_ascii(next().text);
            return function_term(name);
        }
        return column_term();
    }
    refuse(token.kind == TokenKind::end ? "it ends too early"
                                        : "\"" + base::excerpt(token.text, 40) + "\" is not understood");
}

Term Translator::case_term() {
    bool has_subject = !at("WHEN");
    Term subject;
    if (has_subject) subject = expression();
    std::vector<std::string> conditions;
    std::vector<Term> results;
    while (take("WHEN")) {
        Term when = expression();
        conditions.push_back(has_subject ? compare("=", subject, when).sql : condition(when));
        want("THEN");
        results.push_back(expression());
    }
    bool has_else = take("ELSE");
    if (has_else) results.push_back(expression());
    want("END");
    if (conditions.empty()) refuse("CASE without WHEN");
    Term term = unify(results);
    term.sql = "CASE";
    for (size_t i = 0; i < conditions.size(); ++i)
        term.sql += " WHEN " + conditions[i] + " THEN " + results[i].sql;
    if (has_else) term.sql += " ELSE " + results.back().sql;
    term.sql += " END";
    term.atom = false;
    return term;
}

Term Translator::cast_term() {
    next();
    want_mark("(");
    Term term = expression();
    want("AS");
    std::string type;
    while (here().is_name())
        type += (type.empty() ? "" : " ") + base::lower_ascii(next().text);
    if (at_mark("(")) refuse("CAST to a type with a length");
    want_mark(")");
    bool whole = type.find("int") != std::string::npos;
    bool text = type == "text" || type == "varchar" || type == "char" || type == "clob";
    bool real = type == "real" || type == "double" || type == "float" || type == "double precision";
    if (whole && (term.kind == Kind::integer || term.kind == Kind::truth || term.kind == Kind::boolean))
        return made(as_number(term) + "::bigint", Kind::integer, true);
    if (whole && term.kind == Kind::real) return made("trunc(" + term.sql + ")::bigint", Kind::integer, true);
    if (text) return made(as_text(term), Kind::text, false);
    if (real && is_number(term.kind)) return made(as_number(term) + "::double precision", Kind::real, true);
    refuse("CAST to " + base::excerpt(type, 40));
}

Term Translator::clock_term(const std::string& pattern) {
    bool date = pattern.rfind("YYYY-MM-DD", 0) == 0, time = pattern.find("HH24") != std::string::npos;
    const std::string now = "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')";
    Term term = date && time ? made("date_trunc('second', " + now + ")", Kind::timestamp, true)
                : date       ? made(now + "::date", Kind::date, true)
                             : made("date_trunc('second', " + now + ")::time", Kind::time, true);
    term.sample = date && time ? "2000-01-01 00:00:00" : date ? "2000-01-01" : "00:00:00";
    term.clock = pattern;
    stable = true;
    return term;
}

Term Translator::column_term() {
    Token first = next();
    if (!at_mark(".")) {
        if (first.is("CURRENT_TIMESTAMP")) return clock_term("YYYY-MM-DD HH24:MI:SS");
        if (first.is("CURRENT_DATE")) return clock_term("YYYY-MM-DD");
        if (first.is("CURRENT_TIME")) return clock_term("HH24:MI:SS");
        return find_column("", first.text, first.quote == '"');
    }
    next();
    Token second = next();
    if (at_mark(".")) {
        if (!first.is("main")) refuse("a table of another file");
        next();
        first = second;
        second = next();
    }
    if (!second.is_name()) refuse("\"" + base::excerpt(second.text, 40) + "\" is not understood");
    return find_column(first.text, second.text, false);
}

Term Translator::find_column(const std::string& qualifier, const std::string& name, bool quoted) {
    bool rowid = false;
    for (const char* known : {"rowid", "oid", "_rowid_"}) {
        rowid = rowid || base::equal_ignoring_case(name, known);
    }
    for (const Scope* place = scope; place != nullptr; place = place->outer) {
        for (size_t i = 0; i < place->relations.size(); ++i) {
            const Relation& relation = place->relations[i];
            if (!qualifier.empty() && !base::equal_ignoring_case(relation.name, qualifier)) continue;
            for (int pass = 0; pass < (rowid ? 2 : 1); ++pass) {
                const std::string& wanted = pass == 0 ? name : relation.rowid;
                for (const Field& field : relation.fields) {
                    if (wanted.empty() || !base::equal_ignoring_case(field.name, wanted)) continue;
                    std::string prefix = qualifier.empty() ? "" : place->qualifiers[i];
                    if (!prefix.empty()) prefix += ".";
                    Term term = made(prefix + quote_name(field.target), field.kind, true);
                    term.column = true;
                    term.affine = field.affine;
                    term.pure = field.pure;
                    term.collation = base::equal_ignoring_case(field.collation, "BINARY") ? "" : field.collation;
                    term.sample = field.sample;
                    term.name = field.name;
                    columns.insert(field.name);
                    return term;
                }
            }
        }
        for (const Term& alias : place->aliases) {
            if (!qualifier.empty() || !base::equal_ignoring_case(alias.name, name)) continue;
            Term term = alias;
            term.sql = bracketed(alias);
            term.atom = true;
            term.column = term.affine = false;
            return term;
        }
    }
    if (qualifier.empty() && (base::equal_ignoring_case(name, "true") || base::equal_ignoring_case(name, "false"))) {
        Term term = made(base::equal_ignoring_case(name, "true") ? "1" : "0", Kind::integer, true);
        term.literal = true;
        term.text = term.sql;
        return term;
    }
    if (!quoted) refuse("there is no column \"" + base::excerpt(name, 60) + "\"");
    // SQLite's misfeature: "x" is a string where no column bears the name.
    Term term = made(quote_literal(name), Kind::text, true);
    if (base::valid_utf8_prefix(name) != name.size()) refuse("a text that PostgreSQL cannot hold");
    term.literal = true;
    term.text = name;
    return term;
}

}  // namespace schema
