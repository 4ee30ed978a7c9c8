// Operators between two operands: what SQLite's affinities, collations and storage classes make of them.
#include "base/text.hpp"
#include "schema/identifier.hpp"
#include "schema/shape.hpp"
#include "schema/translator.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

bool is_time(Kind kind) {
    return kind == Kind::date || kind == Kind::time || kind == Kind::timestamp || kind == Kind::timestamptz;
}

bool plain_number(Kind kind) { return kind == Kind::integer || kind == Kind::real || kind == Kind::numeric; }

const char* kind_name(Kind kind) {
    switch (kind) {
        case Kind::truth:
        case Kind::boolean: return "a truth value";
        case Kind::integer:
        case Kind::real:
        case Kind::numeric: return "a number";
        case Kind::text: return "text";
        case Kind::bytes: return "bytes";
        case Kind::date:
        case Kind::time:
        case Kind::timestamp:
        case Kind::timestamptz: return "a time";
        case Kind::uuid: return "a uuid";
        case Kind::json: return "JSON";
        default: return "a value of no fixed kind";
    }
}

[[noreturn]] void differ(const Term& left, const Term& right) {
    refuse(std::string("a comparison of ") + kind_name(left.kind) + " with " + kind_name(right.kind));
}

// Under NOCASE only the 26 letters of ASCII lose their case, as lower() does under "C".
std::string under(const std::string& collation, const std::string& sql) {
    if (collation.empty()) return sql;
    if (base::equal_ignoring_case(collation, "NOCASE")) return "lower(" + sql + " COLLATE \"C\")";
    if (base::equal_ignoring_case(collation, "RTRIM")) return "rtrim(" + sql + ", ' ')";
    refuse("the collation " + base::excerpt(collation, 40) + " is not known");
}

// A time beside a text: only where both are written alike does the order of the texts equal that of the times.
std::string time_literal(const Term& time, const Term& literal) {
    if (time.sample.empty()) refuse("times that are not all written alike");
    TimeShape sample = time_shape(time.sample), shape = time_shape(literal.text);
    if (shape.kind == TimeKind::none || shape.form != sample.form || shape.fine)
        refuse("a time beside the text '" + base::excerpt(literal.text, 40) + "', which is written in another way");
    return literal.sql;
}

}  // namespace

bool is_number(Kind kind) { return plain_number(kind) || kind == Kind::truth || kind == Kind::boolean; }

std::string as_number(const Term& term) {
    if (term.kind == Kind::truth || term.kind == Kind::boolean) return bracketed(term) + "::integer";
    if (!plain_number(term.kind)) refuse(std::string("arithmetic with ") + kind_name(term.kind));
    return bracketed(term);
}

std::string as_text(const Term& term) {
    if (term.kind == Kind::text) return bracketed(term);
    if (term.kind == Kind::null) return "NULL::text";
    if (!term.clock.empty()) return "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', " + quote_literal(term.clock) + ")";
    if (term.kind == Kind::integer || term.kind == Kind::truth || term.kind == Kind::boolean)
        return as_number(term) + "::text";
    refuse(std::string("text made of ") + kind_name(term.kind));
}

Translator::Sides Translator::sides(const Term& left, const Term& right, bool order) const {
    if (left.kind == Kind::null || right.kind == Kind::null) refuse("a comparison with NULL");
    // Truth values: equal to 0 and 1 alone, numbers otherwise.
    auto truth = [](const Term& term) { return term.kind == Kind::truth || term.kind == Kind::boolean; };
    if (truth(left) || truth(right)) {
        auto zero_or_one = [](const Term& term) { return term.literal && (term.text == "0" || term.text == "1"); };
        if (!order && truth(left) && truth(right)) return {bracketed(left), bracketed(right)};
        if (!order && truth(left) && zero_or_one(right)) return {bracketed(left), right.text == "1" ? "true" : "false"};
        if (!order && truth(right) && zero_or_one(left)) return {left.text == "1" ? "true" : "false", bracketed(right)};
        if (!is_number(left.kind) || !is_number(right.kind)) differ(left, right);
        return {as_number(left), as_number(right)};
    }
    if (plain_number(left.kind) && plain_number(right.kind)) return {bracketed(left), bracketed(right)};
    // A column's affinity turns the literal beside it.
    auto turned = [](const Term& column, const Term& literal) -> std::string {
        if (!column.affine || !column.pure || !literal.literal) return {};
        if (plain_number(column.kind) && literal.kind == Kind::text &&
            number_shape(literal.text) == NumberKind::integer)
            return literal.text;
        if (column.kind == Kind::text && literal.kind == Kind::integer) return quote_literal(literal.text);
        return {};
    };
    if (std::string number = turned(left, right); !number.empty()) {
        return {left.kind == Kind::text ? under(left.collation, left.sql) : left.sql, number};
    }
    if (std::string number = turned(right, left); !number.empty()) {
        return {number, right.kind == Kind::text ? under(right.collation, right.sql) : right.sql};
    }
    bool texts = (left.kind == Kind::text || !left.clock.empty()) && (right.kind == Kind::text || !right.clock.empty());
    if (texts && (left.kind == Kind::text || right.kind == Kind::text) && left.pure && right.pure) {
        std::string collation = left.collated    ? left.collation
                                : right.collated ? right.collation
                                : left.column    ? left.collation
                                                 : right.collation;
        // An IN over a subquery has no right side to write.
        if (right.sql.empty()) return {under(collation, bracketed(left)), under(collation, "")};
        if (!collation.empty()) return {under(collation, as_text(left)), under(collation, as_text(right))};
        return {as_text(left) + (order ? " COLLATE \"C\"" : ""), as_text(right)};
    }
    if (left.kind == Kind::bytes && right.kind == Kind::bytes && left.pure && right.pure)
        return {bracketed(left), bracketed(right)};
    if (is_time(left.kind) && right.literal && right.kind == Kind::text) return {left.sql, time_literal(left, right)};
    if (is_time(right.kind) && left.literal && left.kind == Kind::text) return {time_literal(right, left), right.sql};
    if (is_time(left.kind) && left.kind == right.kind) {
        if (left.sample.empty() || right.sample.empty() ||
            time_shape(left.sample).form != time_shape(right.sample).form)
            refuse("times that are not all written alike");
        return {bracketed(left), bracketed(right)};
    }
    if (left.kind == Kind::uuid && right.literal && right.kind == Kind::text && !order) {
        uint64_t form = 0, sample = 0;
        if (!left.sample.empty() && is_uuid(left.sample, &sample) && is_uuid(right.text, &form) && form == sample)
            return {left.sql, right.sql + "::uuid"};
    }
    if (left.kind == Kind::uuid && right.kind == Kind::uuid && !order && !left.sample.empty() &&
        !right.sample.empty()) {
        uint64_t form = 0, other = 0;
        if (is_uuid(left.sample, &form) && is_uuid(right.sample, &other) && form == other)
            return {bracketed(left), bracketed(right)};
    }
    differ(left, right);
}

Term Translator::compare(const std::string& mark, const Term& left, const Term& right) const {
    if (left.kind == Kind::null || right.kind == Kind::null) return made("NULL::boolean", Kind::truth, true);
    bool order = mark != "=" && mark != "<>";
    Sides both = sides(left, right, order);
    return made(both.left + " " + mark + " " + both.right, Kind::truth);
}

Term Translator::arithmetic(const std::string& mark, const Term& left, const Term& right) {
    if (left.kind == Kind::null || right.kind == Kind::null) refuse("arithmetic with NULL");
    Kind a = left.kind, b = right.kind;
    std::string from = as_number(left), to = as_number(right);
    bool real = a == Kind::real || b == Kind::real, numeric = a == Kind::numeric || b == Kind::numeric;
    if (mark == "%" && (real || numeric)) refuse("a remainder of numbers with a fraction");
    // A DECIMAL column may hold 5 as an integer, and 5/2 is 2 for SQLite.
    if (mark == "/" && numeric && !real) refuse("a division of numbers that may be whole");
    // 0.1 is a double for SQLite; a literal alone would be exact here.
    auto as_real = [](const Term& term, std::string& sql) {
        if (term.literal && term.kind == Kind::real) sql += "::double precision";
    };
    if (real && !numeric) {
        as_real(left, from);
        as_real(right, to);
    }
    if (numeric && (a != Kind::real || left.literal) && (b != Kind::real || right.literal)) {
        note = "computed exactly, SQLite computes in binary floating point";
        real = false;
    }
    bool harmless = right.literal && right.text.find_first_of("123456789") != std::string::npos;
    if ((mark == "/" || mark == "%") && !harmless) to = "NULLIF(" + to + ", 0)";
    return made(from + " " + mark + " " + to, real ? Kind::real : numeric ? Kind::numeric : Kind::integer);
}

Term Translator::unify(std::vector<Term>& terms) {
    Term result = made("", Kind::null);
    bool mixed = false;
    for (const Term& term : terms) {
        if (term.kind == Kind::null) continue;
        if (result.kind == Kind::null) {
            result.kind = term.kind;
            result.collation = term.collation;
            result.pure = term.pure;
            result.sample = term.sample;
        } else if (result.kind != term.kind) {
            if (!is_number(result.kind) || !is_number(term.kind))
                refuse(std::string("a choice between ") + kind_name(result.kind) + " and " + kind_name(term.kind));
            auto either = [&](Kind kind) { return result.kind == kind || term.kind == kind; };
            mixed = true;
            result.kind = either(Kind::real) ? Kind::real : either(Kind::numeric) ? Kind::numeric : Kind::integer;
        } else if (result.sample != term.sample && is_time(result.kind)) {
            if (term.sample.empty() || result.sample.empty() ||
                time_shape(term.sample).form != time_shape(result.sample).form)
                refuse("a choice between times that are not written alike");
        }
        if (result.collation != term.collation) refuse("a choice between texts of different collations");
    }
    if (mixed) {
        for (Term& term : terms) {
            if (term.kind != Kind::null) term.sql = as_number(term);
        }
    }
    return result;
}

Term Translator::like_term(const Term& left, bool negated) {
    Term pattern = ordering();
    std::string escape;
    if (take("ESCAPE")) {
        Term mark = bits();
        if (!mark.literal || base::utf8_length(mark.text) != 1) refuse("ESCAPE with something else than one character");
        escape = mark.text;
    }
    if (!left.pure || !pattern.pure || left.kind == Kind::bytes) refuse("LIKE over values of several kinds");
    // With another escape than none, the pattern must be known to end well.
    if (!escape.empty() && (!pattern.literal || (pattern.text.size() >= escape.size() &&
                                                 pattern.text.substr(pattern.text.size() - escape.size()) == escape)))
        refuse("LIKE with ESCAPE and a pattern that is not known");
    // PostgreSQL's escape is a backslash by itself, SQLite has none.
    bool silent = escape.empty() && pattern.literal && pattern.text.find('\\') == std::string::npos;
    // SQLite's LIKE is blind to the case of ASCII's letters, and so is ILIKE under "C".
    return made(as_text(left) + " COLLATE \"C\"" + (negated ? " NOT" : "") + " ILIKE " + as_text(pattern) +
                    (silent ? "" : " ESCAPE " + quote_literal(escape)),
                Kind::truth);
}

Term Translator::glob_term(const Term& left, bool negated) {
    Term pattern = ordering();
    if (!pattern.literal || pattern.kind != Kind::text) refuse("GLOB with a pattern that is not known");
    if (!left.pure || left.kind == Kind::bytes) refuse("GLOB over values of several kinds");
    const std::string& glob = pattern.text;
    std::string regex = "^";
    auto literal = [&regex](char c) {
        if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) regex += '\\';
        regex += c;
    };
    for (size_t i = 0; i < glob.size(); ++i) {
        if (glob[i] == '*') {
            regex += ".*";
        } else if (glob[i] == '?') {
            regex += '.';
        } else if (glob[i] == '[') {
            size_t first = i + 1 + (i + 1 < glob.size() && glob[i + 1] == '^' ? 1 : 0);
            size_t close = glob.find(']', first < glob.size() && glob[first] == ']' ? first + 1 : first);
            if (close == std::string::npos) refuse("GLOB with a set that has no end");
            regex += glob[i + 1] == '^' ? "[^" : "[";
            for (size_t k = first; k < close; ++k) {
                bool range = glob[k] == '-' && k > first && k + 1 < close;
                if (!range && std::string_view("\\^[]-").find(glob[k]) != std::string_view::npos) regex += '\\';
                regex += glob[k];
            }
            regex += ']';
            i = close;
        } else {
            literal(glob[i]);
        }
    }
    return made(as_text(left) + " COLLATE \"C\" " + (negated ? "!~ " : "~ ") + quote_literal(regex + "$"), Kind::truth);
}

}  // namespace schema
