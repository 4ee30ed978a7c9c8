// Reads from a CREATE TABLE text what SQLite's pragmas do not tell: checks, names of constraints, deferred keys, modules.
#include "sqlite/declaration.hpp"

#include <algorithm>

#include "base/text.hpp"

#include "base/fence.hpp"

namespace sqlite {

namespace {

enum class TokenKind { end, word, quoted, punctuation, other };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text;  // with its quotes
    size_t begin = 0;       // its place in the SQL
};

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Cuts SQL into tokens as SQLite's tokenizer does, as far as names, keywords and brackets go.
class Tokenizer {
   public:
    explicit Tokenizer(std::string_view sql) : sql_(sql) {}

    Token next() {
        skip_blanks_and_comments();
        if (at_ >= sql_.size()) return {TokenKind::end, {}, sql_.size()};
        const size_t begin = at_;
        const char c = sql_[at_];
        if (c == '"' || c == '`' || c == '\'') return quoted(begin, c);
        if (c == '[') {
            const size_t end = sql_.find(']', at_);
            at_ = end == std::string_view::npos ? sql_.size() : end + 1;
            return token(TokenKind::quoted, begin);
        }
        if (is_word_character(c)) {
            while (at_ < sql_.size() && is_word_character(sql_[at_]))
                ++at_;
            const bool number = c >= '0' && c <= '9';
            return token(number ? TokenKind::other : TokenKind::word, begin);
        }
        ++at_;
        return token(TokenKind::punctuation, begin);
    }

   private:
    Token token(TokenKind kind, size_t begin) const { return {kind, sql_.substr(begin, at_ - begin), begin}; }

    Token quoted(size_t begin, char quote) {
        for (++at_; at_ < sql_.size(); ++at_) {
            if (sql_[at_] != quote) continue;
            if (at_ + 1 < sql_.size() && sql_[at_ + 1] == quote) {
                ++at_;  // doubled: a quote inside
                continue;
            }
            ++at_;
            break;
        }
        return token(TokenKind::quoted, begin);
    }

    void skip_blanks_and_comments() {
        while (at_ < sql_.size()) {
            if (is_blank(sql_[at_])) {
                ++at_;
            } else if (sql_.substr(at_, 2) == "--") {
                const size_t end = sql_.find('\n', at_);
                at_ = end == std::string_view::npos ? sql_.size() : end + 1;
            } else if (sql_.substr(at_, 2) == "/*") {
                const size_t end = sql_.find("*/", at_ + 2);
                at_ = end == std::string_view::npos ? sql_.size() : end + 2;
            } else {
                return;
            }
        }
    }

    std::string_view sql_;
    size_t at_ = 0;
};

std::string name_of(const Token& token) {
    if (token.kind != TokenKind::quoted || token.text.size() < 2) return std::string(token.text);
    const std::string_view inside = token.text.substr(1, token.text.size() - 2);
    const char quote = token.text[0];
    if (quote == '[') return std::string(inside);
    std::string name;
    for (size_t i = 0; i < inside.size(); ++i) {
        name += inside[i];
        if (inside[i] == quote) ++i;
    }
    return name;
}

std::string trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return std::string(text);
}

// One pass over the definition, with one token of sight. The words looked for are all reserved in SQLite, so that they
// cannot be a name without quotes; whatever stands in inner brackets is passed over as a whole.
class Reader {
   public:
    explicit Reader(std::string_view sql) : sql_(sql), tokenizer_(sql) { advance(); }

    Declaration read() {
        if (!take("CREATE")) return {};
        if (!take("TEMP")) take("TEMPORARY");
        const bool is_virtual = take("VIRTUAL");
        if (!take("TABLE")) return {};
        if (take("IF")) {
            take("NOT");
            take("EXISTS");
        }
        name();
        if (take_mark('.')) name();
        if (is_virtual) {
            if (take("USING")) result_.module = name();
        } else if (take_mark('(')) {
            read_definitions();
        }
        return std::move(result_);
    }

   private:
    void advance() { token_ = tokenizer_.next(); }
    bool at_end() const { return token_.kind == TokenKind::end; }
    bool at(std::string_view keyword) const {
        return token_.kind == TokenKind::word && base::equal_ignoring_case(token_.text, keyword);
    }
    bool at_mark(char mark) const { return token_.kind == TokenKind::punctuation && token_.text[0] == mark; }
    bool take(std::string_view keyword) {
        const bool found = at(keyword);
        if (found) advance();
        return found;
    }
    bool take_mark(char mark) {
        const bool found = at_mark(mark);
        if (found) advance();
        return found;
    }
    std::string name() {
        std::string result = name_of(token_);
        advance();
        return result;
    }

    // At an opening bracket: passes over the group and gives the text inside.
    std::string_view group() {
        const size_t begin = token_.begin + 1;
        for (int depth = 0; !at_end(); advance()) {
            if (at_mark('(')) ++depth;
            if (at_mark(')') && --depth == 0) {
                const std::string_view inside = sql_.substr(begin, token_.begin - begin);
                advance();
                return inside;
            }
        }
        return sql_.substr(std::min(begin, sql_.size()));
    }

    // At an opening bracket: the names in (a, "b", c).
    std::vector<std::string> names() {
        std::vector<std::string> result;
        advance();
        bool expected = true;  // what follows a name (COLLATE, ASC) is none
        for (; !at_end() && !at_mark(')'); advance()) {
            if (at_mark(',')) {
                expected = true;
            } else if (expected) {
                result.push_back(name_of(token_));
                expected = false;
            }
        }
        advance();
        return result;
    }

    bool at_table_constraint() const {
        return at("CONSTRAINT") || at("PRIMARY") || at("UNIQUE") || at("CHECK") || at("FOREIGN");
    }

    void read_definitions() {
        std::string column, constraint;  // the constraint's name waits for the constraint that it belongs to
        bool begins = true;              // a column, or a constraint of the table
        bool in_column = false;          // a column's name may be empty
        while (!at_end() && !at_mark(')')) {
            if (begins) {
                in_column = !at_table_constraint();
                column = in_column ? name() : std::string();
                constraint.clear();
                begins = false;
            } else if (take_mark(',')) {
                begins = true;
            } else if (take("CONSTRAINT")) {
                constraint = name();
            } else if (take("CHECK")) {
                if (at_mark('(')) result_.checks.push_back({std::move(constraint), trimmed(group())});
                constraint.clear();
            } else if (take("FOREIGN")) {
                take("KEY");
                key_columns_ = at_mark('(') ? names() : std::vector<std::string>();
                in_column = false;
            } else if (take("REFERENCES")) {
                read_reference(in_column ? std::vector{column} : std::move(key_columns_), std::move(constraint));
                key_columns_.clear();
                constraint.clear();
            } else if (take("NOT")) {
                if (take("DEFERRABLE"))
                    read_deferral(false);
                else
                    constraint.clear();  // NOT NULL
            } else if (take("DEFERRABLE")) {
                read_deferral(true);
            } else if (take("AS")) {
                if (at_mark('(')) result_.generated.push_back({column, trimmed(group())});
                constraint.clear();
            } else if (at("PRIMARY") || at("UNIQUE") || at("NULL") || at("DEFAULT") || at("COLLATE")) {
                advance();
                constraint.clear();
            } else if (at_mark('(')) {
                group();
            } else {
                advance();
            }
        }
    }

    void read_reference(std::vector<std::string> columns, std::string constraint) {
        ForeignKeyDeclaration key;
        key.name = std::move(constraint);
        key.columns = std::move(columns);
        key.parent = name();
        if (at_mark('(')) group();
        result_.foreign_keys.push_back(std::move(key));
    }

    // SQLite applies [NOT] DEFERRABLE to the latest key of the table, wherever it stands.
    void read_deferral(bool deferrable) {
        bool deferred = false;
        if (take("INITIALLY")) {
            deferred = at("DEFERRED");
            advance();
        }
        if (result_.foreign_keys.empty()) return;
        result_.foreign_keys.back().deferrable = deferrable;
        result_.foreign_keys.back().initially_deferred = deferrable && deferred;
    }

    std::string_view sql_;
    Tokenizer tokenizer_;
    Token token_;
    Declaration result_;
    std::vector<std::string> key_columns_;  // of the FOREIGN KEY (...) whose REFERENCES is still to come
};

}  // namespace

Declaration read_declaration(std::string_view sql) { return Reader(sql).read(); }

}  // namespace sqlite
