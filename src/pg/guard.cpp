// The only PG_TRY of the project, and the only place where an error kind gets its SQLSTATE.
#include "pg/guard.hpp"

#include <cstring>
#include <new>

#include "base/error.hpp"
#include "base/text.hpp"

extern "C" {
#include "postgres.h"

#include "miscadmin.h"
#include "utils/elog.h"
#include "utils/memutils.h"
}

namespace pg {

// Plain data, filled while an exception is handled and read when it is gone. One is enough: an error cannot be raised
// while another is being raised.
struct Failure {
    ErrorData* server;  // a server error, carried whole
    int sqlstate;
    bool interrupted;
    char message[4096];
    char detail[8192];
    char hint[4096];
};

namespace {

Failure current_failure;

void copy_text(char* to, size_t size, const std::string& from) {
    // Bytes of a file may have got into SQLite's words, and a cut may leave half a character: the server could not send it.
    std::string_view rest = from;
    size_t n = 0;
    while (!rest.empty() && n < size - 1) {
        size_t valid = base::valid_utf8_prefix(rest.substr(0, size - 1 - n));
        memcpy(to + n, rest.data(), valid);
        n += valid;
        rest.remove_prefix(valid);
        if (rest.empty() || n == size - 1) break;
        to[n++] = '?';
        rest.remove_prefix(1);
    }
    to[n] = '\0';
}

int sqlstate_of(const base::Error& error) {
    const std::string& own = error.sqlstate;
    if (own.size() == 5) return MAKE_SQLSTATE(own[0], own[1], own[2], own[3], own[4]);
    switch (error.kind) {
        case base::ErrorKind::invalid_argument: return ERRCODE_INVALID_PARAMETER_VALUE;
        case base::ErrorKind::undefined_object: return ERRCODE_UNDEFINED_TABLE;
        case base::ErrorKind::undefined_file: return ERRCODE_UNDEFINED_FILE;
        case base::ErrorKind::access_denied: return ERRCODE_INSUFFICIENT_PRIVILEGE;
        case base::ErrorKind::io: return ERRCODE_IO_ERROR;
        case base::ErrorKind::not_a_database: return ERRCODE_DATA_CORRUPTED;
        case base::ErrorKind::corrupt: return ERRCODE_DATA_CORRUPTED;
        case base::ErrorKind::busy: return ERRCODE_LOCK_NOT_AVAILABLE;
        case base::ErrorKind::interrupted: return ERRCODE_QUERY_CANCELED;
        case base::ErrorKind::out_of_memory: return ERRCODE_OUT_OF_MEMORY;
        case base::ErrorKind::limit: return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
        case base::ErrorKind::unsupported: return ERRCODE_FEATURE_NOT_SUPPORTED;
        case base::ErrorKind::bad_data: return ERRCODE_DATA_EXCEPTION;
        case base::ErrorKind::internal: break;
    }
    return ERRCODE_INTERNAL_ERROR;
}

}  // namespace

ErrorData* pg_try(void (*body)(void*), void* arg) {
    MemoryContext context = CurrentMemoryContext;
    ErrorData* volatile error = nullptr;  // volatile: set after sigsetjmp, read after longjmp
    PG_TRY();
    { body(arg); }
    PG_CATCH();
    {
        MemoryContextSwitchTo(AllocSetContextCreate(TopMemoryContext, "sqlite_fdw_migrate error", ALLOCSET_SMALL_SIZES));
        error = CopyErrorData();
        MemoryContextSwitchTo(context);
        FlushErrorState();
    }
    PG_END_TRY();
    return error;
}

std::shared_ptr<ErrorData> own_error(ErrorData* error) {
    return {error, [](ErrorData* data) { MemoryContextDelete(GetMemoryChunkContext(data)); }};
}

Failure* describe_current_exception() noexcept {
    Failure* failure = &current_failure;
    failure->server = nullptr;
    failure->interrupted = false;
    failure->detail[0] = failure->hint[0] = '\0';
    try {
        throw;
    } catch (const PgError& error) {
        // raise() reads it when the exception is gone; so it stays until the next one.
        static auto& carried = *new std::shared_ptr<ErrorData>;
        carried = error.data;
        failure->server = carried.get();
    } catch (const base::Error& error) {
        failure->sqlstate = sqlstate_of(error);
        failure->interrupted = error.kind == base::ErrorKind::interrupted;
        copy_text(failure->message, sizeof failure->message, error.text);
        copy_text(failure->detail, sizeof failure->detail, error.detail);
        copy_text(failure->hint, sizeof failure->hint, error.hint);
    } catch (const std::bad_alloc&) {
        failure->sqlstate = ERRCODE_OUT_OF_MEMORY;
        strlcpy(failure->message, "out of memory", sizeof failure->message);
    } catch (const std::exception& error) {
        failure->sqlstate = ERRCODE_INTERNAL_ERROR;
        strlcpy(failure->message, error.what(), sizeof failure->message);
    } catch (...) {
        failure->sqlstate = ERRCODE_INTERNAL_ERROR;
        strlcpy(failure->message, "unknown C++ exception", sizeof failure->message);
    }
    return failure;
}

void raise(Failure* failure) {
    if (failure->server != nullptr) ReThrowError(failure->server);
    // SQLite stops because the server asked it to: let the server say why (cancel, timeout, termination).
    if (failure->interrupted) CHECK_FOR_INTERRUPTS();
    ereport(ERROR, (errcode(failure->sqlstate), errmsg("%s", failure->message),
                    failure->detail[0] != '\0' ? errdetail("%s", failure->detail) : 0,
                    failure->hint[0] != '\0' ? errhint("%s", failure->hint) : 0));
    pg_unreachable();
}

ErrorContextCallback* forget_callers() {
    ErrorContextCallback* callers = error_context_stack;
    error_context_stack = nullptr;
    return callers;
}

void set_callers(ErrorContextCallback* callers) { error_context_stack = callers; }

void raise_without_context(const char* sqlstate, const char* message, const char* detail, const char* hint) {
    forget_callers();
    ereport(ERROR, (errcode(MAKE_SQLSTATE(sqlstate[0], sqlstate[1], sqlstate[2], sqlstate[3], sqlstate[4])),
                    errmsg("%s", message), detail[0] != '\0' ? errdetail("%s", detail) : 0,
                    hint[0] != '\0' ? errhint("%s", hint) : 0));
    pg_unreachable();
}

}  // namespace pg
