// Guesses how many rows a scan will give, without scanning: the planner asks at each query.
#pragma once

#include <memory>
#include <string>

namespace sqlite {
class Database;
}

namespace fdw {

struct Estimate {
    double rows = 1000;     // what is assumed of a view, a virtual table, or a file that cannot be asked
    double file_bytes = 0;  // 0 = not known
};

// table: as the foreign table's option names it. Raises base::Error as statements do; a name that the file lacks is
// the scan's affair.
Estimate estimate_rows(const std::shared_ptr<sqlite::Database>& database, const std::string& table);

}  // namespace fdw
