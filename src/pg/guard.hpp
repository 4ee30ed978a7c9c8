// The two bridges between C++ exceptions and the server's longjmp: pg_call goes out to the server, pg_entry lets it in.
#pragma once

#include <exception>
#include <memory>
#include <type_traits>

struct ErrorData;
struct ErrorContextCallback;

namespace pg {

// A server error on its way through C++ frames. Only carried, never swallowed: what it left behind (locks, snapshots,
// SPI) is cleaned by the abort of a transaction or of an internal subtransaction (pg/subtransaction.hpp).
// The copy belongs to nobody's memory context but its own: the scopes that it leaves delete theirs.
struct PgError {
    std::shared_ptr<ErrorData> data;
};

// Runs body(arg) under the project's only PG_TRY. Null: it returned. Else a copy of the error, in a memory context of its
// own, which own_error deletes with the last who holds it.
ErrorData* pg_try(void (*body)(void*), void* arg);
std::shared_ptr<ErrorData> own_error(ErrorData* error);

// Raises the exception that is being handled as a server error. To be called only by pg_entry.
struct Failure;
Failure* describe_current_exception() noexcept;
[[noreturn]] void raise(Failure* failure);

// Raises an error that says everything itself: without CONTEXT lines, which would name functions and lines of this
// extension and change with each release. Plain data only: inside pg_call.
[[noreturn]] void raise_without_context(const char* sqlstate, const char* message, const char* detail, const char* hint);

// Calls the server from C++. Inside the lambda keep plain data only: a longjmp crosses its frames. A C++ exception that
// the lambda throws is carried past PG_END_TRY and thrown again; a server error becomes PgError.
template <typename F>
auto pg_call(F&& body) -> decltype(body()) {
    using Result = decltype(body());
    if constexpr (std::is_void_v<Result>) {
        struct Call {
            std::remove_reference_t<F>* body;
            std::exception_ptr thrown;
        } call{&body, nullptr};
        ErrorData* error = pg_try(
            [](void* arg) {
                auto* c = static_cast<Call*>(arg);
                try {
                    (*c->body)();
                } catch (...) {
                    c->thrown = std::current_exception();
                }
            },
            &call);
        if (error != nullptr) throw PgError{own_error(error)};
        if (call.thrown) std::rethrow_exception(call.thrown);
    } else {
        static_assert(std::is_trivially_copyable_v<Result>, "a longjmp may leave before the result is complete");
        struct Call {
            std::remove_reference_t<F>* body;
            Result result;
            std::exception_ptr thrown;
        } call{&body, Result{}, nullptr};
        ErrorData* error = pg_try(
            [](void* arg) {
                auto* c = static_cast<Call*>(arg);
                try {
                    c->result = (*c->body)();
                } catch (...) {
                    c->thrown = std::current_exception();
                }
            },
            &call);
        if (error != nullptr) throw PgError{own_error(error)};
        if (call.thrown) std::rethrow_exception(call.thrown);
        return call.result;
    }
}

// The body of every function that the server calls. Whatever is thrown inside leaves as a server error, raised when
// no C++ object is alive any more.
template <typename F>
auto pg_entry(F&& body) -> decltype(body()) {
    Failure* failure = nullptr;
    try {
        return body();
    } catch (...) {
        failure = describe_current_exception();
    }
    raise(failure);
}

// Forgets who called: what is raised from here on has no CONTEXT lines of the callers. Returns what set_callers wants.
ErrorContextCallback* forget_callers();
void set_callers(ErrorContextCallback* callers);

// The same for functions that our own SQL calls: its lines in CONTEXT would say nothing to users, and change with each
// release. Lines of the user's own triggers and functions, which run inside, stay.
template <typename F>
auto pg_entry_from_sql(F&& body) -> decltype(body()) {
    ErrorContextCallback* callers = forget_callers();
    auto result = pg_entry(body);
    set_callers(callers);  // after an error PG_TRY does so, for whoever catches it
    return result;
}

}  // namespace pg
