// A count(*) that can be stopped.
#pragma once

struct sqlite3;

namespace sqlite {

// SQLite counts a whole table in one step of its machine, between which alone it asks whether to stop. A file whose pages
// refer to one another (each of eight levels sixty times to the next) makes that step last for years. A count(*) of our
// own, which also serves the views of the file, sees each row, and with each row there is a step.
// Gives SQLite's result code.
int register_count(sqlite3* handle) noexcept;

}  // namespace sqlite
