// FROM: tables, views, subqueries, and how they are joined.
#include "base/text.hpp"
#include "schema/identifier.hpp"
#include "schema/translator.hpp"

#include "base/fence.hpp"

namespace schema {

// A name behind a table or a column that is no alias, because the statement goes on with it.
bool goes_on(const Token& token) {
    for (const char* word :
         {"JOIN",  "LEFT",   "RIGHT", "FULL",  "INNER", "OUTER",  "CROSS",     "NATURAL", "ON",  "USING", "WHERE",
          "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "INDEXED", "NOT", "FROM",  "WINDOW"}) {
        if (token.is(word)) return true;
    }
    return false;
}

bool is_binary(const std::string& collation) {
    return collation.empty() || base::equal_ignoring_case(collation, "BINARY");
}

void Translator::add_relation(const Relation& relation, const std::string& alias, const std::string& quoted) {
    Relation copy = relation;
    if (!alias.empty()) copy.name = alias;
    for (const Relation& other : scope->relations) {
        if (base::equal_ignoring_case(other.name, copy.name)) refuse("a name that two tables bear");
    }
    scope->relations.push_back(std::move(copy));
    scope->qualifiers.push_back(quoted);
}

std::string Translator::from_item() {
    auto alias = [this]() -> std::string {
        bool as = take("AS");
        if (!here().is_name() || (!as && goes_on(here()))) return {};
        return next().text;
    };
    if (take_mark("(")) {
        if (!at("SELECT") && !at("VALUES") && !at("WITH")) {
            if (++depth_ > 100) refuse("it is nested too deep");
            std::string inner = from_clause();
            --depth_;
            want_mark(")");
            return "(" + inner + ")";
        }
        Scope* outside = scope;
        scope = nullptr;  // a subquery in FROM sees nothing of its neighbours
        Selected inner = select();
        scope = outside;
        want_mark(")");
        Relation relation{alias(), "", inner.fields, ""};
        if (relation.name.empty()) refuse("a subquery without a name");
        relation.target = relation.name;
        add_relation(relation, "", quote_name(relation.name));
        return "(" + inner.sql + ") AS " + quote_name(relation.name);
    }
    Token name = next();
    if (!name.is_name()) refuse("\"" + base::excerpt(name.text, 40) + "\" in FROM is not understood");
    if (take_mark(".")) {
        if (!name.is("main")) refuse("a table of another file");
        name = next();
    }
    if (at_mark("(")) refuse("a function as a table");
    for (size_t i = 0; i < relations->size(); ++i) {
        const Relation& relation = *(*relations)[i];
        if (!base::equal_ignoring_case(relation.name, name.text)) continue;
        reads.insert(relation.name);
        std::string other = alias();
        if (take("INDEXED")) {
            want("BY");
            next();
        } else if (at("NOT") && here(1).is("INDEXED")) {
            next();
            next();
        }
        add_relation(relation, other, quote_name(other.empty() ? relation.target : other));
        return (*qualified)[i] + (other.empty() ? "" : " AS " + quote_name(other));
    }
    refuse("\"" + base::excerpt(name.text, 60) + "\" is not among what is created");
}

std::string Translator::from_clause() {
    std::string sql = from_item();
    for (;;) {
        bool comma = take_mark(",");
        if (!comma && at("NATURAL")) refuse("NATURAL JOIN");
        std::string kind;
        if (!comma) {
            for (const char* word : {"LEFT", "RIGHT", "FULL"}) {
                if (!take(word)) continue;
                kind = std::string(word) + " ";
                take("OUTER");
            }
            if (kind.empty() && !take("INNER")) take("CROSS");
            if (!at("JOIN") && kind.empty()) return sql;
            want("JOIN");
        }
        const size_t before = scope->relations.size();
        std::string item = from_item();
        if (!comma && take("ON")) {
            std::string on = condition(expression());
            sql += " " + kind + "JOIN " + item + " ON " + on;
        } else if (!comma && take("USING")) {
            std::string list;
            want_mark("(");
            do {
                Token name = next();
                const Field* found[2] = {nullptr, nullptr};
                for (size_t i = 0; i < scope->relations.size(); ++i) {
                    for (Field& field : scope->relations[i].fields) {
                        if (!base::equal_ignoring_case(field.name, name.text)) continue;
                        const Field*& side = found[i < before ? 0 : 1];
                        if (side == nullptr) side = &field;
                    }
                }
                if (found[0] == nullptr || found[1] == nullptr || found[0]->target != found[1]->target ||
                    found[0]->kind != found[1]->kind || !is_binary(found[0]->collation) ||
                    !is_binary(found[1]->collation))
                    refuse("USING over columns that differ");
                list += (list.empty() ? "" : ", ") + quote_name(found[0]->target);
                used_.insert(base::lower_ascii(name.text));
            } while (take_mark(","));
            want_mark(")");
            sql += " " + kind + "JOIN " + item + " USING (" + list + ")";
        } else {
            sql += kind.empty() ? " CROSS JOIN " + item : " " + kind + "JOIN " + item + " ON true";
        }
    }
}

}  // namespace schema
