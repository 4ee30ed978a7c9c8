// Stops SQLite where it asks nobody.
#include "pg/watch.hpp"

#include "pg/guard.hpp"
#include "pg/private_copy.hpp"
#include "sqlite/long_walk.hpp"

extern "C" {
#include "postgres.h"

#include "utils/timeout.h"
#include "utils/timestamp.h"
}

namespace pg {
namespace {

constexpr int milliseconds_between_looks = 50;

TimeoutId timer = MAX_TIMEOUTS;  // not registered yet
int watches = 0;

// In the signal handler.
void look() {
    if (server_wants_stop()) sqlite::interrupt_walk();
}

}  // namespace

Watch::Watch() {
    if (watches == 0)
        pg_call([] {
            if (timer == MAX_TIMEOUTS) timer = RegisterTimeout(USER_TIMEOUT, look);
            enable_timeout_every(timer, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), milliseconds_between_looks),
                                 milliseconds_between_looks);
        });
    ++watches;
}

Watch::~Watch() {
    if (--watches == 0) disable_timeout(timer, false);
}

}  // namespace pg
