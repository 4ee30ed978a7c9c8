// Cuts a SQLite expression or statement into tokens, as SQLite's own tokenizer does.
#include "schema/sql_token.hpp"

#include "base/text.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool begins_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool in_word(char c) { return begins_word(c) || is_digit(c) || c == '$'; }

class Cutter {
   public:
    explicit Cutter(std::string_view sql) : sql_(sql) {}

    std::vector<Token> cut() {
        std::vector<Token> tokens;
        for (;;) {
            skip();
            Token token;
            token.begin = at_;
            if (at_ < sql_.size()) read(token);
            token.end = at_;
            tokens.push_back(token);
            if (token.kind == TokenKind::end) return tokens;
        }
    }

   private:
    char here(size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

    void skip() {
        while (at_ < sql_.size()) {
            if (is_blank(here())) {
                ++at_;
            } else if (here() == '-' && here(1) == '-') {
                while (at_ < sql_.size() && sql_[at_] != '\n')
                    ++at_;
            } else if (here() == '/' && here(1) == '*') {
                const size_t close = sql_.find("*/", at_ + 2);
                at_ = close == std::string_view::npos ? sql_.size() : close + 2;
            } else {
                return;
            }
        }
    }

    void read(Token& token) {
        const char c = here();
        if ((c == 'x' || c == 'X') && here(1) == '\'') {
            ++at_;
            if (!read_quoted(token, '\'')) return;
            token.kind = token.text.size() % 2 == 0 ? TokenKind::blob : TokenKind::unknown;
            for (char digit : token.text) {
                if (!is_hex(digit)) token.kind = TokenKind::unknown;
            }
        } else if (c == '\'') {
            if (read_quoted(token, c)) token.kind = TokenKind::string;
        } else if (c == '"' || c == '`') {
            token.quote = c;
            if (read_quoted(token, c)) token.kind = TokenKind::quoted;
        } else if (c == '[') {
            const size_t close = sql_.find(']', at_);
            token.kind = close == std::string_view::npos ? TokenKind::unknown : TokenKind::quoted;
            token.quote = c;
            if (close != std::string_view::npos) token.text = sql_.substr(at_ + 1, close - at_ - 1);
            at_ = close == std::string_view::npos ? sql_.size() : close + 1;
        } else if (begins_word(c)) {
            take(token, TokenKind::word, [](char next) { return in_word(next); });
        } else if (is_digit(c) || (c == '.' && is_digit(here(1)))) {
            read_number(token);
        } else {
            read_mark(token);
        }
    }

    template <typename Wanted>
    void take(Token& token, TokenKind kind, Wanted wanted) {
        token.kind = kind;
        while (at_ < sql_.size() && wanted(sql_[at_]))
            token.text += sql_[at_++];
    }

    bool read_quoted(Token& token, char quote) {
        token.kind = TokenKind::unknown;
        for (++at_; at_ < sql_.size(); ++at_) {
            if (sql_[at_] == quote) {
                if (here(1) != quote) {
                    ++at_;
                    return true;
                }
                ++at_;
            }
            token.text += sql_[at_];
        }
        return false;
    }

    void read_number(Token& token) {
        if (here() == '0' && (here(1) == 'x' || here(1) == 'X') && is_hex(here(2))) {
            token.text = "0x";
            at_ += 2;
            take(token, TokenKind::integer, is_hex);
        } else {
            take(token, TokenKind::integer, is_digit);
            if (here() == '.') {
                token.text += sql_[at_++];
                take(token, TokenKind::real, is_digit);
            }
            const size_t sign = here(1) == '+' || here(1) == '-' ? 1 : 0;
            if ((here() == 'e' || here() == 'E') && is_digit(here(1 + sign))) {
                token.text += sql_.substr(at_, 1 + sign);
                at_ += 1 + sign;
                take(token, TokenKind::real, is_digit);
            }
        }
        if (at_ < sql_.size() && in_word(here())) token.kind = TokenKind::unknown;  // 1abc
    }

    void read_mark(Token& token) {
        for (std::string_view mark : {"->>", "||", "<<", ">>", "<=", ">=", "<>", "!=", "==", "->"}) {
            if (sql_.substr(at_, mark.size()) == mark) {
                token.kind = TokenKind::mark;
                token.text = mark;
                at_ += mark.size();
                return;
            }
        }
        const char c = sql_[at_++];
        token.text = c;
        token.kind = std::string_view("()+-*/%<>=&|~,.;").find(c) != std::string_view::npos ? TokenKind::mark
                                                                                            : TokenKind::unknown;
    }

    std::string_view sql_;
    size_t at_ = 0;
};

}  // namespace

bool Token::is(std::string_view keyword) const {
    return kind == TokenKind::word && base::equal_ignoring_case(text, keyword);
}

bool Token::is_mark(std::string_view mark) const { return kind == TokenKind::mark && text == mark; }

std::vector<Token> read_tokens(std::string_view sql) { return Cutter(sql).cut(); }

}  // namespace schema
