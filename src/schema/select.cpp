// Views: a SELECT of SQLite, read clause by clause and written for PostgreSQL.
#include "base/text.hpp"
#include "schema/identifier.hpp"
#include "schema/translator.hpp"

#include "base/fence.hpp"

namespace schema {

std::vector<Translator::Output> Translator::result_columns() {
    std::vector<Output> outputs;
    auto add_all = [&](size_t i) {
        for (const Field& field : scope->relations[i].fields) {
            Output output;
            output.sql = scope->qualifiers[i] + "." + quote_name(field.target);
            output.name = field.name;
            output.field = field;
            output.term = made(output.sql, field.kind, true);
            output.term.collation = is_binary(field.collation) ? "" : field.collation;
            outputs.push_back(output);
        }
    };
    do {
        if (take_mark("*")) {
            if (scope->relations.empty()) refuse("* without FROM");
            if (!used_.empty()) refuse("* over a join with USING");
            for (size_t i = 0; i < scope->relations.size(); ++i)
                add_all(i);
            continue;
        }
        if (here().is_name() && here(1).is_mark(".") && here(2).is_mark("*")) {
            std::string name = next().text;
            next();
            next();
            bool found = false;
            for (size_t i = 0; i < scope->relations.size(); ++i) {
                if (!base::equal_ignoring_case(scope->relations[i].name, name)) continue;
                add_all(i);
                found = true;
            }
            if (!found) refuse("there is no table \"" + base::excerpt(name, 60) + "\"");
            continue;
        }
        Output output;
        output.term = expression();
        if (output.term.kind == Kind::other && !output.term.column) refuse("a value of no fixed kind");
        output.sql = output.term.sql;
        output.field.kind = output.term.kind == Kind::truth ? Kind::boolean : output.term.kind;
        output.field.affine = output.term.affine;
        output.field.pure = output.term.pure;
        output.field.sample = output.term.sample;
        output.field.collation = output.term.collation;
        output.name = output.term.name;
        if (take("AS")) {
            output.name = next().text;
        } else if ((here().is_name() && !goes_on(here())) || here().kind == TokenKind::string) {
            output.name = next().text;
        }
        outputs.push_back(output);
    } while (take_mark(","));
    return outputs;
}

Translator::Selected Translator::select_core(bool compound, bool& distinct) {
    if (++depth_ > 100) refuse("it is nested too deep");
    want("SELECT");
    distinct = take("DISTINCT");
    if (!distinct) take("ALL");
    Scope own;
    own.outer = scope;
    Scope* outside = scope;
    std::set<std::string> outside_used;
    std::swap(outside_used, used_);
    scope = &own;
    // FROM first: it says what the names mean.
    const size_t list = at_;
    int depth = 0;
    while (here().kind != TokenKind::end &&
           !(depth == 0 && (at("FROM") || at_mark(")") || at("WHERE") || at("UNION")))) {
        if (at_mark("(")) ++depth;
        if (at_mark(")")) --depth;
        next();
    }
    const size_t list_end = at_;
    std::string from = take("FROM") ? from_clause() : "";
    const size_t rest = at_;
    at_ = list;
    std::vector<Output> outputs = result_columns();
    if (at_ != list_end) refuse("the list of columns is not understood");
    at_ = rest;

    Selected selected;
    selected.sql = distinct ? "SELECT DISTINCT " : "SELECT ";
    bool aggregate = false;
    for (size_t i = 0; i < outputs.size(); ++i) {
        Output& output = outputs[i];
        aggregate = aggregate || output.term.aggregate;
        if ((distinct || compound) && (!is_binary(output.field.collation) || !output.field.pure))
            refuse("equal rows made one under a collation, or over values of several kinds");
        selected.sql += (i == 0 ? "" : ", ") + output.sql;
        if (!output.name.empty()) selected.sql += " AS " + quote_name(output.name);
        output.field.name = output.field.target = output.name;
        output.field.generated = false;
        selected.fields.push_back(output.field);
        if (output.name.empty()) continue;
        scope->aliases.push_back(output.term);
        scope->aliases.back().name = output.name;
    }
    if (!from.empty()) selected.sql += " FROM " + from;
    if (take("WHERE")) selected.sql += " WHERE " + condition(expression());
    bool grouped = take("GROUP");
    if (grouped) {
        want("BY");
        std::string keys;
        do {
            Term key = expression();
            if (!is_binary(key.collation) || !key.pure)
                refuse("groups under a collation, or over values of several kinds");
            keys += (keys.empty() ? "" : ", ") + key.sql;
        } while (take_mark(","));
        selected.sql += " GROUP BY " + keys;
    }
    if (take("HAVING")) selected.sql += " HAVING " + condition(expression());
    if (at("WINDOW")) refuse("window functions");
    selected.one_row = aggregate && !grouped;
    if (!compound) selected.sql += order_by(outputs, distinct);
    scope = outside;
    std::swap(outside_used, used_);
    --depth_;
    return selected;
}

// NULLs come first in SQLite; texts are ordered byte by byte.
std::string Translator::order_by(const std::vector<Output>& outputs, bool plain) {
    if (!take("ORDER")) return {};
    want("BY");
    std::string keys;
    do {
        const Output* named = nullptr;
        const Token& next_one = here(1);
        bool alone = next_one.kind == TokenKind::end || next_one.is_mark(",") || next_one.is_mark(")") ||
                     next_one.is("ASC") || next_one.is("DESC") || next_one.is("LIMIT") || next_one.is("NULLS") ||
                     next_one.is("COLLATE");
        for (const Output& output : outputs) {
            if (alone && here().is_name() && base::equal_ignoring_case(output.name, here().text) && named == nullptr)
                named = &output;
        }
        std::string key;
        if (alone && here().kind == TokenKind::integer) {
            key = next().text;
        } else if (named != nullptr && plain && !next_one.is("COLLATE")) {
            next();
            key = quote_name(named->name);
        } else {
            Term term;
            if (named != nullptr) {
                term = named->term;
                next();
                if (take("COLLATE")) term.collation = next().text;
                if (base::equal_ignoring_case(term.collation, "BINARY")) term.collation.clear();
            } else {
                term = expression();
            }
            if (plain) refuse("an order of distinct rows by something else than their columns");
            key = bracketed(term);
            if (base::equal_ignoring_case(term.collation, "NOCASE")) {
                key = "lower(" + key + " COLLATE \"C\")";
            } else if (!term.collation.empty()) {
                refuse("an order under the collation " + base::excerpt(term.collation, 40));
            } else if (term.kind == Kind::text) {
                key += " COLLATE \"C\"";
            }
        }
        bool descending = take("DESC");
        if (!descending) take("ASC");
        bool first = !descending;
        if (take("NULLS")) {
            first = at("FIRST");
            next();
        }
        keys +=
            (keys.empty() ? "" : ", ") + key + (descending ? " DESC" : "") + (first ? " NULLS FIRST" : " NULLS LAST");
    } while (take_mark(","));
    return " ORDER BY " + keys;
}

Translator::Selected Translator::select() {
    if (at("WITH")) refuse("WITH");
    if (at("VALUES")) refuse("VALUES");
    // Whether it is a compound is known only behind its first part.
    bool compound = false;
    int depth = 0;
    for (size_t i = at_; i < tokens_.size() && depth >= 0; ++i) {
        if (tokens_[i].is_mark("(")) ++depth;
        if (tokens_[i].is_mark(")")) --depth;
        if (depth == 0 && (tokens_[i].is("UNION") || tokens_[i].is("EXCEPT") || tokens_[i].is("INTERSECT")))
            compound = true;
    }
    bool distinct = false;
    Selected all = select_core(compound, distinct);
    std::string joined_by;
    while (at("UNION") || at("EXCEPT") || at("INTERSECT")) {
        std::string word = at("UNION") ? "UNION" : at("EXCEPT") ? "EXCEPT" : "INTERSECT";
        next();
        if (!joined_by.empty() && joined_by != word) refuse("several kinds of set operations");
        joined_by = word;
        if (take("ALL")) word += " ALL";
        Selected other = select_core(true, distinct);
        if (other.fields.size() != all.fields.size()) refuse("parts with different numbers of columns");
        for (size_t i = 0; i < all.fields.size(); ++i) {
            if (all.fields[i].kind != other.fields[i].kind) refuse("parts whose columns are of different kinds");
            all.fields[i].pure = all.fields[i].pure && other.fields[i].pure;
            if (all.fields[i].sample != other.fields[i].sample) all.fields[i].sample.clear();
        }
        all.sql += " " + word + " " + other.sql;
        all.one_row = false;
    }
    if (compound) {
        std::vector<Output> outputs;
        for (const Field& field : all.fields) {
            Output output;
            output.name = field.name;
            outputs.push_back(output);
        }
        all.sql += order_by(outputs, true);
    }
    if (take("LIMIT")) {
        auto number = [this] {
            if (here().kind != TokenKind::integer) refuse("LIMIT with something else than a number");
            return next().text;
        };
        std::string limit = number(), offset;
        if (take("OFFSET")) {
            offset = number();
        } else if (take_mark(",")) {
            offset = limit;
            limit = number();
        }
        all.sql += " LIMIT " + limit + (offset.empty() ? "" : " OFFSET " + offset);
        all.limited = true;
    }
    return all;
}

Term Translator::subquery_term() {
    if (relations == nullptr) refuse("a subquery");
    Selected inner = select();
    want_mark(")");
    if (inner.fields.size() != 1) refuse("a subquery of several columns as a value");
    const Field& field = inner.fields[0];
    // SQLite takes the first row of several.
    Term term = made("(" + inner.sql + (inner.one_row || inner.limited ? "" : " LIMIT 1") + ")", field.kind, true);
    term.pure = field.pure;
    term.sample = field.sample;
    term.collation = field.collation;
    return term;
}

TranslatedView Translator::view() {
    TranslatedView view;
    try {
        want("CREATE");
        if (!take("TEMP")) take("TEMPORARY");
        want("VIEW");
        if (take("IF")) {
            want("NOT");
            want("EXISTS");
        }
        next();
        if (take_mark(".")) next();
        std::vector<std::string> names;
        if (take_mark("(")) {
            do
                names.push_back(next().text);
            while (take_mark(","));
            want_mark(")");
        }
        want("AS");
        Selected selected = select();
        take_mark(";");
        if (!at_end()) refuse("\"" + base::excerpt(here().text, 40) + "\" is not understood");
        for (size_t i = 0; i < names.size() && i < selected.fields.size(); ++i)
            selected.fields[i].name = names[i];
        view.sql = selected.sql;
        view.fields = selected.fields;
        view.note = note;
    } catch (const Refusal& refusal) {
        view.why = refusal.why;
    }
    view.reads.assign(reads.begin(), reads.end());
    return view;
}

TranslatedView translate_view(std::string_view sql, const std::vector<const Relation*>& relations,
                              const std::vector<std::string>& qualified) {
    Translator translator(sql);
    translator.in_view = true;
    translator.relations = &relations;
    translator.qualified = &qualified;
    return translator.view();
}

}  // namespace schema
