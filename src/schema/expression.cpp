// Reads a SQLite expression by its precedences, and writes what means the same in PostgreSQL.
#include "schema/expression.hpp"

#include <charconv>

#include "base/text.hpp"
#include "schema/identifier.hpp"
#include "schema/translator.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

constexpr int deepest = 200;  // brackets inside brackets; the parser's own stack

}  // namespace

void refuse(const std::string& why) { throw Refusal{why}; }

Kind kind_of_type(const std::string& type) {
    auto is = [&type](const char* start) { return type.rfind(start, 0) == 0; };
    if (is("bigint") || is("integer") || is("smallint")) return Kind::integer;
    if (is("double")) return Kind::real;
    if (is("numeric")) return Kind::numeric;
    if (is("boolean")) return Kind::boolean;
    if (is("text") || is("character varying")) return Kind::text;
    if (is("bytea")) return Kind::bytes;
    if (is("date")) return Kind::date;
    if (is("timestamp with time")) return Kind::timestamptz;
    if (is("timestamp")) return Kind::timestamp;
    if (is("time without")) return Kind::time;
    if (is("uuid")) return Kind::uuid;
    if (is("json")) return Kind::json;
    return Kind::other;
}

Term made(std::string sql, Kind kind, bool atom) {
    Term term;
    term.sql = std::move(sql);
    term.kind = kind;
    term.atom = atom;
    return term;
}

std::string bracketed(const Term& term) { return term.atom ? term.sql : "(" + term.sql + ")"; }

// --- the cursor ---

const Token& Translator::here(size_t ahead) const {
    return tokens_[at_ + ahead < tokens_.size() ? at_ + ahead : tokens_.size() - 1];
}

Token Translator::next() {
    Token token = here();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
}

bool Translator::take(std::string_view keyword) {
    if (!at(keyword)) return false;
    next();
    return true;
}

bool Translator::take_mark(std::string_view mark) {
    if (!at_mark(mark)) return false;
    next();
    return true;
}

void Translator::want(std::string_view keyword) {
    if (!take(keyword)) refuse("\"" + base::excerpt(here().text, 40) + "\" is not understood");
}

void Translator::want_mark(std::string_view mark) {
    if (!take_mark(mark)) refuse("\"" + base::excerpt(here().text, 40) + "\" is not understood");
}

// --- by precedence ---

std::string Translator::condition(const Term& term) const {
    switch (term.kind) {
        case Kind::truth:
        case Kind::boolean: return term.sql;
        case Kind::null: return "NULL::boolean";
        case Kind::integer:
        case Kind::real:
        case Kind::numeric: return bracketed(term) + " <> 0";
        default: refuse("text as a truth value");
    }
}

Term Translator::disjunction() {
    if (++depth_ > deepest) refuse("it is nested too deep");
    Term left = conjunction();
    while (take("OR")) {
        Term right = conjunction();
        left = made("(" + condition(left) + ") OR (" + condition(right) + ")", Kind::truth);
    }
    --depth_;
    return left;
}

Term Translator::conjunction() {
    Term left = negation();
    while (take("AND")) {
        Term right = negation();
        left = made("(" + condition(left) + ") AND (" + condition(right) + ")", Kind::truth);
    }
    return left;
}

Term Translator::negation() {
    if (!at("NOT")) return equality();
    if (here(1).is("EXISTS")) return equality();
    next();
    if (++depth_ > deepest) refuse("it is nested too deep");
    Term term = made("NOT (" + condition(negation()) + ")", Kind::truth);
    --depth_;
    return term;
}

Term Translator::equality() {
    Term left = ordering();
    for (;;) {
        bool negated = at("NOT") && !here(1).is("EXISTS");
        size_t back = at_;
        if (negated) next();
        if (take("IN")) {
            left = in_term(left, negated);
        } else if (take("LIKE")) {
            left = like_term(left, negated);
        } else if (take("GLOB")) {
            left = glob_term(left, negated);
        } else if (take("BETWEEN")) {
            left = between_term(left, negated);
        } else if (at("REGEXP") || at("MATCH")) {
            refuse(here().text + " has no fixed meaning in SQLite");
        } else if (negated && take("NULL")) {
            left = made(bracketed(left) + " IS NOT NULL", Kind::truth);
        } else if (negated) {
            at_ = back;
            return left;
        } else if (take("ISNULL")) {
            left = made(bracketed(left) + " IS NULL", Kind::truth);
        } else if (take("NOTNULL")) {
            left = made(bracketed(left) + " IS NOT NULL", Kind::truth);
        } else if (take("IS")) {
            left = is_term(left);
        } else if (take_mark("=") || take_mark("==")) {
            left = compare("=", left, ordering());
        } else if (take_mark("<>") || take_mark("!=")) {
            left = compare("<>", left, ordering());
        } else {
            return left;
        }
    }
}

Term Translator::is_term(Term left) {
    bool negated = take("NOT");
    if (at("DISTINCT") && here(1).is("FROM")) {
        next();
        next();
        negated = !negated;
    }
    const char* no = negated ? " NOT" : "";
    if (take("NULL")) return made(bracketed(left) + " IS" + no + " NULL", Kind::truth);
    if ((at("TRUE") || at("FALSE")) && !here(1).is_mark(".")) {
        std::string word = at("TRUE") ? "TRUE" : "FALSE";
        next();
        return made("(" + condition(left) + ") IS" + no + " " + word, Kind::truth);
    }
    Term right = ordering();
    Sides both = sides(left, right, false);
    return made(both.left + (negated ? " IS DISTINCT FROM " : " IS NOT DISTINCT FROM ") + both.right, Kind::truth);
}

Term Translator::in_term(Term left, bool negated) {
    const char* word = negated ? " NOT IN (" : " IN (";
    want_mark("(");
    if (at("SELECT") || at("VALUES")) {
        if (relations == nullptr) refuse("a subquery");
        Selected inner = select();
        want_mark(")");
        if (inner.fields.size() != 1) refuse("a subquery of several columns");
        Term item = made("", inner.fields[0].kind, true);
        item.column = true;
        item.affine = inner.fields[0].affine;
        item.pure = inner.fields[0].pure;
        item.sample = inner.fields[0].sample;
        item.collation = left.collation;
        Sides both = sides(left, item, false);
        if (!both.right.empty()) refuse("a subquery whose values would have to be converted");
        return made(both.left + word + inner.sql + ")", Kind::truth);
    }
    std::string list, first, chain;
    bool same = true;
    do {
        Term item = expression();
        if (!item.literal && item.kind != left.kind) refuse("IN over values of several kinds");
        item.collation.clear();
        Sides both = sides(left, item, false);
        if (first.empty()) first = both.left;
        same = same && first == both.left;
        list += (list.empty() ? "" : ", ") + both.right;
        chain += (chain.empty() ? "" : " OR ") + both.left + " = " + both.right;
    } while (take_mark(","));
    want_mark(")");
    if (!same) return made(std::string(negated ? "NOT (" : "(") + chain + ")", Kind::truth, !negated);
    return made(first + word + list + ")", Kind::truth);
}

Term Translator::between_term(Term left, bool negated) {
    Term low = ordering();
    want("AND");
    Term high = ordering();
    Sides from = sides(left, low, true), to = sides(left, high, true);
    if (from.left == to.left) {
        return made(from.left + (negated ? " NOT BETWEEN " : " BETWEEN ") + from.right + " AND " + to.right,
                    Kind::truth);
    }
    return made(std::string(negated ? "NOT " : "") + "(" + from.left + " >= " + from.right + " AND " + to.left +
                    " <= " + to.right + ")",
                Kind::truth, !negated);
}

Term Translator::ordering() {
    Term left = bits();
    for (const char* mark = "";;) {
        mark = nullptr;
        for (const char* known : {"<", "<=", ">", ">="}) {
            if (at_mark(known)) mark = known;
        }
        if (mark == nullptr) return left;
        next();
        left = compare(mark, left, bits());
    }
}

Term Translator::bits() {
    Term left = sum();
    while (at_mark("&") || at_mark("|") || at_mark("<<") || at_mark(">>")) {
        std::string mark = next().text;
        Term right = sum();
        if (left.kind != Kind::integer || right.kind != Kind::integer) refuse("bits of values that are no integers");
        if (mark.size() == 2) {
            int places = -1;
            std::from_chars(right.text.data(), right.text.data() + right.text.size(), places);
            if (!right.literal || places < 0 || places > 63) refuse("a shift by a number that is not known");
            left = made(bracketed(left) + "::bigint " + mark + " " + std::to_string(places), Kind::integer);
        } else {
            left = made(bracketed(left) + " " + mark + " " + bracketed(right), Kind::integer);
        }
    }
    return left;
}

Term Translator::sum() {
    Term left = product();
    while (at_mark("+") || at_mark("-")) {
        std::string mark = next().text;
        left = arithmetic(mark, left, product());
    }
    return left;
}

Term Translator::product() {
    Term left = concatenation();
    while (at_mark("*") || at_mark("/") || at_mark("%")) {
        std::string mark = next().text;
        left = arithmetic(mark, left, concatenation());
    }
    return left;
}

Term Translator::concatenation() {
    Term left = collated();
    for (;;) {
        if (at_mark("->") || at_mark("->>")) refuse("JSON operators");
        if (!take_mark("||")) return left;
        Term right = collated();
        left = made(as_text(left) + " || " + as_text(right), Kind::text);
    }
}

Term Translator::collated() {
    Term term = unary();
    while (take("COLLATE")) {
        Token name = next();
        if (!name.is_name()) refuse("COLLATE without a name");
        term.collation = base::lower_ascii(name.text) == "binary" ? "" : name.text;
        term.collated = true;
    }
    return term;
}

Term Translator::unary() {
    if (!at_mark("-") && !at_mark("+") && !at_mark("~")) return primary();
    if (++depth_ > deepest) refuse("it is nested too deep");
    std::string mark = next().text;
    Term term = unary();
    --depth_;
    if (mark == "+") {
        term.affine = false;
        return term;
    }
    if (mark == "~") {
        if (term.kind != Kind::integer) refuse("bits of values that are no integers");
        return made("~" + bracketed(term), Kind::integer);
    }
    if (term.kind != Kind::integer && term.kind != Kind::real && term.kind != Kind::numeric)
        refuse("minus of no number");
    Term negative = made("-" + bracketed(term), term.kind);
    negative.literal = term.literal;
    negative.text = "-" + term.text;
    return negative;
}

namespace {

template <typename Finish>
Translated translate(std::string_view sql, const Relation& table, Finish finish) {
    Translated result;
    Translator translator(sql);
    Scope scope;
    scope.relations.push_back(table);
    scope.qualifiers.push_back("");
    translator.scope = &scope;
    try {
        Term term = translator.expression();
        if (!translator.at_end()) refuse("it goes on behind its end");
        finish(translator, term, result);
        result.note = translator.note;
        result.stable = translator.stable;
        result.columns = translator.columns;
    } catch (const Refusal& refusal) {
        result.sql.clear();
        result.why = refusal.why;
    }
    return result;
}

}  // namespace

Translated translate_condition(std::string_view sql, const Relation& table) {
    return translate(sql, table, [](const Translator& translator, const Term& term, Translated& result) {
        result.sql = translator.condition(term);
        result.kind = Kind::truth;
    });
}

Translated translate_value(std::string_view sql, const Relation& table) {
    return translate(sql, table, [](const Translator&, const Term& term, Translated& result) {
        result.sql = term.sql;
        result.kind = term.kind;
    });
}

}  // namespace schema
