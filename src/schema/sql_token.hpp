// Cuts a SQLite expression or statement into tokens, as SQLite's own tokenizer does.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace schema {

enum class TokenKind {
    end,
    word,     // a name without quotes, or a keyword
    quoted,   // "name", `name`, [name]
    string,   // 'text'
    blob,     // x'00ff'
    integer,  // digits, or 0x and hex digits
    real,     // with a point or an exponent
    mark,     // an operator or a bracket: one to three characters
    unknown   // a parameter, a stray byte, a quote without an end: nothing that may be carried
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text;  // as written; of quoted and string: the content; of blob: the hex digits
    char quote = 0;    // of quoted: ", ` or [
    size_t begin = 0, end = 0;

    bool is(std::string_view keyword) const;  // a word, whatever its case
    bool is_mark(std::string_view mark) const;
    bool is_name() const { return kind == TokenKind::word || kind == TokenKind::quoted; }
};

// All tokens, without blanks and comments; the last one is of kind end.
std::vector<Token> read_tokens(std::string_view sql);

}  // namespace schema
