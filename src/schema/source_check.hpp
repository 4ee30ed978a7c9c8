// Asks the source what only a query over all rows can tell: do keys stay unique, do references find their parents?
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sqlite {
class Database;
}

namespace schema {

// How the target will compare the values of a column.
enum class KeyForm {
    plain,   // as SQLite does under BINARY
    uuid,    // by its 128 bits, however it is written
    time,    // by the instant, the day or the time of day
    truth,   // 'yes', 'true' and 1 are one value
    written  // by the value's plain text: 1 and '1' are one value
};

struct KeyColumn {
    std::string name;
    KeyForm form = KeyForm::plain;
};

// Whether two rows of the table have equal keys in the target. Rows with a NULL in the key do not count (as in both).
bool has_equal_keys(const std::shared_ptr<sqlite::Database>& database, const std::string& table,
                    const std::vector<KeyColumn>& key);

struct Orphans {
    int64_t rows = 0;
    std::vector<std::string> samples;  // up to three distinct keys: 5, or ('a', 7)
};
// Rows whose key has no NULL (MATCH SIMPLE) and no equal row among the parents.
Orphans find_orphans(const std::shared_ptr<sqlite::Database>& database, const std::string& child,
                     const std::vector<KeyColumn>& key, const std::string& parent,
                     const std::vector<KeyColumn>& parent_key);

}  // namespace schema
