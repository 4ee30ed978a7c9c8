// Marks where SQLite walks over the pages of a file in a loop of its own.
#include "sqlite/long_walk.hpp"

#include <sqlite3.h>

#include "base/fence.hpp"

namespace sqlite {
namespace {

sqlite3* volatile walking = nullptr;

}  // namespace

LongWalk::LongWalk(sqlite3* handle) noexcept : before_(walking) { walking = handle; }
LongWalk::~LongWalk() { walking = before_; }

void interrupt_walk() noexcept {
    sqlite3* handle = walking;
    if (handle != nullptr) sqlite3_interrupt(handle);
}

}  // namespace sqlite
