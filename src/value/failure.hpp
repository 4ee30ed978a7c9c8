// Which server errors are complaints about a value. Include it after C++ headers.
#pragma once

#include <string>

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

// Errors that one row makes the server raise while it is written: constraints, triggers, expressions. Not those that would
// meet any row (rights, missing objects, a lost lock), and none that speaks of the server's own state. What a trigger
// raises under a SQLSTATE of its user's is the row's.
inline bool speaks_of_a_row(int sqlstate) {
    switch (ERRCODE_TO_CATEGORY(sqlstate)) {
        case MAKE_SQLSTATE('0', '8', '0', '0', '0'):  // connection
        case MAKE_SQLSTATE('2', '5', '0', '0', '0'):  // transaction state
        case MAKE_SQLSTATE('2', '8', '0', '0', '0'):  // authorization
        case MAKE_SQLSTATE('4', '0', '0', '0', '0'):  // rollback
        case MAKE_SQLSTATE('4', '2', '0', '0', '0'):  // syntax, names, rights
        case MAKE_SQLSTATE('5', '3', '0', '0', '0'):  // resources
        case MAKE_SQLSTATE('5', '5', '0', '0', '0'):  // object state, locks
        case MAKE_SQLSTATE('5', '7', '0', '0', '0'):  // cancel, shutdown
        case MAKE_SQLSTATE('5', '8', '0', '0', '0'):  // operating system
        case MAKE_SQLSTATE('F', '0', '0', '0', '0'):  // configuration
        case MAKE_SQLSTATE('H', 'V', '0', '0', '0'):  // foreign data
        case MAKE_SQLSTATE('X', 'X', '0', '0', '0'):  // internal
            return false;
        default:
            return sqlstate != ERRCODE_ASSERT_FAILURE;
    }
}

inline std::string sqlstate_text(int sqlstate) {
    std::string text;
    for (int i = 0; i < 5; ++i, sqlstate >>= 6) text += static_cast<char>(PGUNSIXBIT(sqlstate));
    return text;
}

}  // namespace value
