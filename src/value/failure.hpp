// Which server errors are complaints about a value. Include it after C++ headers.
#pragma once

extern "C" {
#include "postgres.h"

#include "utils/elog.h"
}

namespace value {

// Errors of an input function, a domain or an expression that speak of the value. Anything else (a cancel, no memory, a
// bug) is no complaint about data and goes on as it is.
inline bool speaks_of_a_value(int sqlstate) {
    switch (ERRCODE_TO_CATEGORY(sqlstate)) {
        case ERRCODE_TO_CATEGORY(ERRCODE_DATA_EXCEPTION):
        case ERRCODE_TO_CATEGORY(ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION):
        case ERRCODE_TO_CATEGORY(ERRCODE_SYNTAX_ERROR):
        case ERRCODE_TO_CATEGORY(ERRCODE_PROGRAM_LIMIT_EXCEEDED):
        case ERRCODE_TO_CATEGORY(ERRCODE_FEATURE_NOT_SUPPORTED):
            return true;
        default:
            return false;
    }
}

}  // namespace value
