// Functions: only those that mean the same in PostgreSQL, or can be made to. Any other name is refused.
#include "base/text.hpp"
#include "schema/identifier.hpp"
#include "schema/time_format.hpp"
#include "schema/shape.hpp"
#include "schema/translator.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

bool whole(const Term& term, int64_t least) {
    if (!term.literal || number_shape(term.text) != NumberKind::integer) return false;
    return term.text.size() < 10 && std::stoll(term.text) >= least;
}

bool all_pure(const std::vector<Term>& terms) {
    for (const Term& term : terms) {
        if (!term.pure) return false;
    }
    return true;
}

std::string joined(const std::vector<Term>& terms) {
    std::string list;
    for (const Term& term : terms)
        list += (list.empty() ? "" : ", ") + term.sql;
    return list;
}

}  // namespace

Term Translator::function_term(const std::string& name) {
    want_mark("(");
    if (++depth_ > 200) refuse("it is nested too deep");
    bool distinct = take("DISTINCT");
    std::vector<Term> arguments;
    bool star = false;
    if (at_mark("*")) {
        next();
        star = true;
    } else if (!at_mark(")")) {
        do
            arguments.push_back(expression());
        while (take_mark(","));
    }
    want_mark(")");
    --depth_;
    if (at("FILTER") || at("OVER")) refuse("window functions and FILTER");
    if (star) {
        if (name != "count" || !in_view) refuse("the function " + name + "(*)");
        Term term = made("count(*)", Kind::integer, true);
        term.aggregate = true;
        return term;
    }
    bool aggregate = name == "count" || name == "sum" || name == "avg" || name == "total" || name == "group_concat" ||
                     name == "string_agg" || ((name == "min" || name == "max") && arguments.size() == 1);
    if (aggregate) {
        if (!in_view) refuse("an aggregate");
        Term term = aggregate_function(name, arguments, distinct);
        term.aggregate = true;
        return term;
    }
    if (distinct) refuse("DISTINCT inside " + base::excerpt(name, 40));
    Term term = scalar_function(name, arguments);
    for (const Term& argument : arguments)
        term.aggregate = term.aggregate || argument.aggregate;
    return term;
}

Term Translator::aggregate_function(const std::string& name, std::vector<Term>& a, bool distinct) {
    const std::string word = distinct ? "DISTINCT " : "";
    if (a.empty() || a.size() > 2 || (a.size() == 2 && name != "group_concat" && name != "string_agg"))
        refuse("the function " + name + " with this number of arguments");
    if (distinct && !a[0].collation.empty()) refuse("DISTINCT under a collation");
    if (name == "count") return made("count(" + word + a[0].sql + ")", Kind::integer, true);
    if (name == "min" || name == "max") {
        if (!a[0].collation.empty() || !a[0].pure) refuse(name + " over values of several kinds, or under a collation");
        if (a[0].kind == Kind::boolean || a[0].kind == Kind::truth)
            return made(name + "(" + as_number(a[0]) + ")", Kind::integer, true);
        bool text = a[0].kind == Kind::text;
        if (a[0].kind == Kind::uuid || a[0].kind == Kind::json || a[0].kind == Kind::other || a[0].kind == Kind::bytes)
            refuse(name + " over this type");
        Term term = made(name + "(" + (text ? bracketed(a[0]) + " COLLATE \"C\"" : a[0].sql) + ")", a[0].kind, true);
        term.sample = a[0].sample;
        return term;
    }
    if (name == "group_concat" || name == "string_agg") {
        if (distinct && a.size() == 2) refuse("DISTINCT inside group_concat with a separator");
        return made("string_agg(" + word + as_text(a[0]) + ", " + (a.size() == 2 ? as_text(a[1]) : "','") + ")",
                    Kind::text, true);
    }
    if (a[0].kind == Kind::null || !is_number(a[0].kind)) refuse(name + " over values that are no numbers");
    const std::string real = "(" + word + as_number(a[0]) + "::double precision)";
    if (name == "avg") return made("avg" + real, Kind::real, true);
    if (name == "total") return made("COALESCE(sum" + real + ", 0)", Kind::real, true);
    if (a[0].kind == Kind::numeric) note = "computed exactly, SQLite computes in binary floating point";
    Kind kind = a[0].kind == Kind::real || a[0].kind == Kind::numeric ? a[0].kind : Kind::integer;
    return made("sum(" + word + as_number(a[0]) + ")" + (kind == Kind::integer ? "::bigint" : ""), kind, true);
}

Term Translator::typeof_function(const Term& argument) {
    const char* name = nullptr;
    switch (argument.kind) {
        case Kind::integer:
        case Kind::boolean:
        case Kind::truth: name = "integer"; break;
        case Kind::real: name = "real"; break;
        case Kind::bytes: name = "blob"; break;
        case Kind::numeric:
        case Kind::other:
        case Kind::null: refuse("typeof over a type that holds several kinds of values");
        default: name = "text";
    }
    if (!argument.pure) refuse("typeof over values of several kinds");
    return made("CASE WHEN " + bracketed(argument) + " IS NULL THEN 'null' ELSE '" + name + "' END", Kind::text);
}

Term Translator::time_function(const std::string& name, const std::vector<Term>& a) {
    const bool format = name == "strftime";
    const size_t place = format ? 1 : 0;
    if (format && (a.empty() || !a[0].literal)) refuse("strftime with a format that is not known");
    std::string pattern = format               ? to_char_pattern(a[0].text)
                          : name == "datetime" ? "YYYY-MM-DD HH24:MI:SS"
                          : name == "date"     ? "YYYY-MM-DD"
                                               : "HH24:MI:SS";
    // Of a value that is not now, SQLite rounds the fraction, which to_char cuts.
    if (pattern.empty() || pattern.find("MS") != std::string::npos) refuse("strftime with this format");
    if (a.size() > place + 1) refuse("modifiers of " + name);
    bool now = a.size() == place || (a[place].literal && base::equal_ignoring_case(a[place].text, "now")) ||
               a[place].clock == "YYYY-MM-DD HH24:MI:SS";
    if (now) {
        stable = true;
        if (!format) return clock_term(pattern);
        return made("to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', " + quote_literal(pattern) + ")", Kind::text, true);
    }
    const Term& time = a[place];
    if (time.kind != Kind::date && time.kind != Kind::timestamp) refuse(name + " over a value that is no time");
    if (name == "date") {
        Term term = made(bracketed(time) + (time.kind == Kind::date ? "" : "::date"), Kind::date, true);
        term.sample = "2000-01-01";
        return term;
    }
    if (name == "datetime") {
        Term term = made("date_trunc('second', " + bracketed(time) + (time.kind == Kind::date ? "::timestamp)" : ")"),
                         Kind::timestamp, true);
        term.sample = "2000-01-01 00:00:00";
        return term;
    }
    if (pattern.find("SS") != std::string::npos) refuse(name + " with seconds, which SQLite may round");
    stable = true;
    return made("to_char(" + time.sql + ", " + quote_literal(pattern) + ")", Kind::text, true);
}

Term Translator::scalar_function(const std::string& name, std::vector<Term>& a) {
    const size_t n = a.size();
    auto text_only = [&](size_t i) {
        if (a[i].kind != Kind::text || !a[i].pure) refuse(name + " over a value that is no text");
        return a[i].sql;
    };
    if (name == "date" || name == "datetime" || name == "time" || name == "strftime") return time_function(name, a);
    if (name == "typeof" && n == 1) return typeof_function(a[0]);
    if ((name == "lower" || name == "upper") && n == 1) {
        text_only(0);
        return made(name + "(" + bracketed(a[0]) + " COLLATE \"C\")", Kind::text, true);
    }
    if (name == "length" && n == 1) {
        if (a[0].kind == Kind::bytes && a[0].pure) return made("length(" + a[0].sql + ")", Kind::integer, true);
        if (!a[0].pure) refuse("length of values of several kinds");
        return made("length(" + (a[0].kind == Kind::text ? a[0].sql : as_text(a[0])) + ")", Kind::integer, true);
    }
    if ((name == "trim" || name == "ltrim" || name == "rtrim") && (n == 1 || n == 2)) {
        text_only(0);
        if (n == 2) text_only(1);
        return made((name == "trim" ? "btrim" : name) + "(" + joined(a) + (n == 1 ? ", ' ')" : ")"), Kind::text, true);
    }
    if ((name == "substr" || name == "substring") && (n == 2 || n == 3)) {
        text_only(0);
        if (n == 2 && a[1].literal && number_shape(a[1].text) == NumberKind::integer && a[1].text[0] == '-')
            return made("right(" + a[0].sql + ", " + a[1].text.substr(1) + ")", Kind::text, true);
        if (!whole(a[1], 0) || (n == 3 && !whole(a[2], 0))) refuse("substr from a place that is not known");
        return made("substr(" + joined(a) + ")", Kind::text, true);
    }
    if (name == "instr" && n == 2)
        return made("strpos(" + text_only(0) + ", " + text_only(1) + ")", Kind::integer, true);
    if (name == "replace" && n == 3) {
        for (size_t i = 0; i < n; ++i)
            text_only(i);
        return made("replace(" + joined(a) + ")", Kind::text, true);
    }
    if (name == "abs" && n == 1 && is_number(a[0].kind)) {
        bool number = a[0].kind == Kind::real || a[0].kind == Kind::numeric;
        return made("abs(" + as_number(a[0]) + ")", number ? a[0].kind : Kind::integer, true);
    }
    if (name == "round" && (n == 1 || n == 2) && (a[0].kind == Kind::numeric || a[0].kind == Kind::integer)) {
        if (n == 2 && !whole(a[1], 0)) refuse("round to a number of digits that is not known");
        note = "rounded exactly, SQLite rounds in binary floating point";
        return made("round(" + bracketed(a[0]) + "::numeric, " + (n == 2 ? a[1].text : "0") + ")", Kind::numeric, true);
    }
    if ((name == "coalesce" && n >= 2) || (name == "ifnull" && n == 2)) {
        Term term = unify(a);
        term.sql = "COALESCE(" + joined(a) + ")";
        term.atom = true;
        return term;
    }
    if (name == "nullif" && n == 2) {
        Sides both = sides(a[0], a[1], false);
        if (!a[0].collation.empty() || !a[1].collation.empty()) refuse("nullif under a collation");
        return made("NULLIF(" + both.left + ", " + both.right + ")", a[0].kind, true);
    }
    if ((name == "iif" || name == "if") && n == 3) {
        std::vector<Term> results = {a[1], a[2]};
        Term term = unify(results);
        term.sql = "CASE WHEN " + condition(a[0]) + " THEN " + results[0].sql + " ELSE " + results[1].sql + " END";
        term.atom = false;
        return term;
    }
    if ((name == "min" || name == "max") && n >= 2) {
        if (!all_pure(a)) refuse(name + " over values of several kinds");
        Term term = unify(a);
        if (!term.collation.empty()) refuse(name + " under a collation");
        if (!is_number(term.kind) && term.kind != Kind::text) refuse(name + " over this type");
        if (term.kind == Kind::boolean || term.kind == Kind::truth) refuse(name + " over truth values");
        std::string nulls, list;
        for (const Term& argument : a) {
            if (!argument.literal) nulls += (nulls.empty() ? "" : " OR ") + bracketed(argument) + " IS NULL";
            list += (list.empty() ? "" : ", ") + bracketed(argument);
        }
        if (term.kind == Kind::text) list += " COLLATE \"C\"";
        std::string call = (name == "min" ? "LEAST(" : "GREATEST(") + list + ")";
        // PostgreSQL passes over NULLs, SQLite gives NULL.
        term.sql = nulls.empty() ? call : "CASE WHEN " + nulls + " THEN NULL ELSE " + call + " END";
        term.atom = nulls.empty();
        return term;
    }
    if (name == "hex" && n == 1 && a[0].kind == Kind::bytes && a[0].pure)
        return made("upper(encode(" + a[0].sql + ", 'hex'))", Kind::text, true);
    if (name == "sign" && n == 1 && a[0].kind == Kind::integer)
        return made("sign(" + a[0].sql + ")::integer", Kind::integer, true);
    if ((name == "likely" || name == "unlikely") && n == 1) return a[0];
    if (name == "concat" && n >= 1) {
        std::string list;
        for (const Term& argument : a)
            list += (list.empty() ? "" : ", ") + as_text(argument);
        stable = true;
        return made("concat(" + list + ")", Kind::text, true);
    }
    if (name == "json_valid" && n == 1) {
        // A column of type json holds nothing else.
        if (a[0].kind == Kind::json)
            return made("CASE WHEN " + bracketed(a[0]) + " IS NULL THEN NULL ELSE true END", Kind::truth);
        // The cast raises where the text is no JSON: as good as false, but only where nothing could make it true again.
        bool last = here().kind == TokenKind::end || at("AND") || (at_mark("=") && here(1).text == "1");
        for (const Token& token : tokens_)
            last = last && !token.is("OR") && !token.is("NOT") && !token.is("CASE") && !token.is_mark("<") &&
                   !token.is("iif") && !token.is("coalesce") && !token.is("ifnull") && !token.is("nullif");
        if (!last || in_view) refuse("json_valid inside a larger condition");
        const std::string value = text_only(0);
        note = "NULL passes, as it does since SQLite 3.41";
        return made("CASE WHEN " + value + " IS NULL THEN NULL ELSE " + value + "::json IS NOT NULL END", Kind::truth);
    }
    refuse("the function " + base::excerpt(name, 40));
}

}  // namespace schema
