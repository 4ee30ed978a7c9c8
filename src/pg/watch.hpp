// Stops SQLite where it asks nobody: its walks over the pages of a file (quick_check, count(*), a checkpoint).
#pragma once

namespace pg {

// While it lives, a timer looks every few milliseconds whether the query is cancelled, and then interrupts the walk that
// sqlite/long_walk has marked. Watches may be nested.
class Watch {
   public:
    Watch();
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
};

}  // namespace pg
