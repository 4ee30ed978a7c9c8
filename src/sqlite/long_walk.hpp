// Marks where SQLite walks over the pages of a file in a loop of its own that calls no progress handler.
#pragma once

struct sqlite3;

namespace sqlite {

// While it lives, interrupt_walk() ends what its handle is doing. Marks may be nested: the inner one counts.
class LongWalk {
   public:
    explicit LongWalk(sqlite3* handle) noexcept;
    ~LongWalk();
    LongWalk(const LongWalk&) = delete;
    LongWalk& operator=(const LongWalk&) = delete;

   private:
    sqlite3* before_;
};

// May be called from a signal handler: it only sets a flag of SQLite's. The step then ends with SQLITE_INTERRUPT.
void interrupt_walk() noexcept;

}  // namespace sqlite
