// Chooses the member of an archive that a source names, and streams it out.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "archive/reader.hpp"

namespace archives {

struct Choice {
    std::string name;  // "" for the one file of a compressed file
    int64_t position = -1;
    int64_t wal = -1;  // position of the -wal beside it, -1: none
    int64_t bytes = -1;
};

// The member of that name: the whole name, or its end after a slash where only one member fits; "" is the only SQLite
// file. Raises base::Error: several fit (with their names), none does, it is a link or a device, or a -journal lies
// beside it.
Choice choose_database(Input& input, const Limits& limits, bool (*should_stop)(), const std::string& member);

// The regular member of exactly that name.
Choice choose_file(Input& input, const Limits& limits, bool (*should_stop)(), const std::string& member);

using Sink = std::function<void(const char* data, size_t size)>;

// Streams the member into `file`, and its -wal, if there is one, into `wal`. Both together may have max_bytes.
void extract(Input& input, const Limits& limits, bool (*should_stop)(), const Choice& choice, const Sink& file,
             const Sink& wal);

}  // namespace archives
