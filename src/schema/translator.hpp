// The translator at work: what expression*.cpp and select.cpp share. Not for other rooms.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "schema/expression.hpp"
#include "schema/sql_token.hpp"

namespace schema {

// Thrown where the text is not understood, or would mean something else.
struct Refusal {
    std::string why;
};
[[noreturn]] void refuse(const std::string& why);

// A part of an expression, translated.
struct Term {
    std::string sql;
    Kind kind = Kind::other;
    bool atom = false;    // needs no brackets beside an operator
    bool column = false;  // a bare column
    bool affine = false;  // and one whose affinity turns the literal beside it
    bool literal = false;
    bool aggregate = false;
    bool pure = true;
    std::string text;       // of a string literal its content, of a number its digits
    std::string collation;  // "" = BINARY
    bool collated = false;  // by a COLLATE that was written
    std::string sample;     // as in Field
    std::string name;       // of a column: as SQLite names it
    std::string clock;      // of the clock: its pattern for to_char
};

struct Scope {
    std::vector<Relation> relations;
    std::vector<std::string> qualifiers;  // as SQL, one for each relation
    std::vector<Term> aliases;            // output columns, by name: WHERE, GROUP BY and HAVING may name them, too
    const Scope* outer = nullptr;
};

class Translator {
   public:
    explicit Translator(std::string_view sql) : tokens_(read_tokens(sql)) {}

    Term expression() { return disjunction(); }
    std::string condition(const Term& term) const;  // as a boolean of PostgreSQL
    bool at_end() const { return here().kind == TokenKind::end; }

    Scope* scope = nullptr;
    bool in_view = false;
    const std::vector<const Relation*>* relations = nullptr;  // what FROM may name; null: no subqueries
    const std::vector<std::string>* qualified = nullptr;
    std::set<std::string> columns, reads;
    std::string note;
    bool stable = false;

    // select.cpp
    TranslatedView view();

   private:
    // The cursor.
    const Token& here(size_t ahead = 0) const;
    bool at(std::string_view keyword) const { return here().is(keyword); }
    bool at_mark(std::string_view mark) const { return here().is_mark(mark); }
    bool take(std::string_view keyword);
    bool take_mark(std::string_view mark);
    void want(std::string_view keyword);
    void want_mark(std::string_view mark);
    Token next();

    // expression.cpp: by precedence, from the loosest
    Term disjunction();
    Term conjunction();
    Term negation();
    Term equality();
    Term ordering();
    Term bits();
    Term sum();
    Term product();
    Term concatenation();
    Term collated();
    Term unary();
    Term primary();
    Term is_term(Term left);
    Term in_term(Term left, bool negated);
    Term between_term(Term left, bool negated);
    Term case_term();
    Term cast_term();
    Term column_term();
    Term find_column(const std::string& qualifier, const std::string& name, bool quoted);
    Term clock_term(const std::string& pattern);

    // expression_compare.cpp
    struct Sides {
        std::string left, right;
    };
    Sides sides(const Term& left, const Term& right, bool order) const;
    Term compare(const std::string& mark, const Term& left, const Term& right) const;
    Term arithmetic(const std::string& mark, const Term& left, const Term& right);
    Term like_term(const Term& left, bool negated);
    Term glob_term(const Term& left, bool negated);
    Term unify(std::vector<Term>& terms);  // the kind of all; rewrites them to it

    // expression_functions.cpp
    Term function_term(const std::string& name);
    Term scalar_function(const std::string& name, std::vector<Term>& arguments);
    Term aggregate_function(const std::string& name, std::vector<Term>& arguments, bool distinct);
    Term typeof_function(const Term& argument);
    Term time_function(const std::string& name, const std::vector<Term>& arguments);

    // select.cpp
    struct Output {
        std::string sql, name;
        Field field;
        Term term;
    };
    struct Selected {
        std::string sql;
        std::vector<Field> fields;
        bool one_row = false;  // an aggregate without GROUP BY
        bool limited = false;
    };
    Selected select();
    Selected select_core(bool compound, bool& distinct);
    std::string from_clause();
    std::string from_item();
    void add_relation(const Relation& relation, const std::string& alias, const std::string& quoted);
    std::vector<Output> result_columns();
    std::string order_by(const std::vector<Output>& outputs, bool plain);
    Term subquery_term();

    std::vector<Token> tokens_;
    size_t at_ = 0;
    int depth_ = 0;
    std::set<std::string> used_;  // columns that USING made one
};

bool goes_on(const Token& token);  // the statement goes on with this word: it is no alias
bool is_binary(const std::string& collation);
std::string bracketed(const Term& term);
bool is_number(Kind kind);  // integer, real, numeric, truth, boolean
std::string as_number(const Term& term);
std::string as_text(const Term& term);
// A term that is an operator's result.
Term made(std::string sql, Kind kind, bool atom = false);

}  // namespace schema
