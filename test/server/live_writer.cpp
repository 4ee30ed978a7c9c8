// An application that writes all the while: live_writer FILE LOG STOP commits a parent and two children, 200 times a second,
// until the file STOP is there. A line of LOG for each commit: when it began, how long it took, how long of that it waited
// for something else than a processor (microseconds), and how often it met a lock.
#include <sqlite3.h>
#include <sys/stat.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

namespace {

int64_t clock_us(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return int64_t{now.tv_sec} * 1000000 + now.tv_nsec / 1000;
}

// How long this process was ready to run, and another one had the processor: the machine's affair, not a lock's.
int64_t queued_us() {
    unsigned long long running = 0, queued = 0;
    std::FILE* file = std::fopen("/proc/self/schedstat", "r");
    if (file == nullptr) return 0;
    const int fields = std::fscanf(file, "%llu %llu", &running, &queued);
    std::fclose(file);
    return fields == 2 ? static_cast<int64_t>(queued / 1000) : 0;
}

[[noreturn]] void die(sqlite3* db) {
    std::fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    std::exit(1);
}

}  // namespace

int main(int count, char** words) {
    constexpr int64_t pause_us = 5000;
    if (count != 4) return 2;
    sqlite3* db = nullptr;
    if (sqlite3_open(words[1], &db) != SQLITE_OK) die(db);
    // No busy timeout: who meets a lock is told at once.
    if (sqlite3_exec(db, "PRAGMA synchronous = OFF", nullptr, nullptr, nullptr) != SQLITE_OK) die(db);
    std::FILE* log = std::fopen(words[2], "w");
    if (log == nullptr) return 2;
    struct stat facts;
    for (int64_t next = clock_us(CLOCK_MONOTONIC); ::stat(words[3], &facts) != 0; next += pause_us) {
        const int64_t began = clock_us(CLOCK_REALTIME), wall = clock_us(CLOCK_MONOTONIC);
        const int64_t cpu = clock_us(CLOCK_PROCESS_CPUTIME_ID), queued = queued_us();
        int locks = 0;
        for (;;) {
            const int code = sqlite3_exec(db,
                                          "BEGIN IMMEDIATE; INSERT INTO parents (v) VALUES ('x');"
                                          "INSERT INTO a_children (parent) VALUES (last_insert_rowid());"
                                          "INSERT INTO z_children (parent) SELECT max(id) FROM parents; COMMIT",
                                          nullptr, nullptr, nullptr);
            if (code == SQLITE_OK) break;
            if ((code & 0xff) != SQLITE_BUSY) die(db);
            ++locks;
            sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
            sqlite3_sleep(1);
        }
        const int64_t took = clock_us(CLOCK_MONOTONIC) - wall;
        const int64_t worked = clock_us(CLOCK_PROCESS_CPUTIME_ID) - cpu + queued_us() - queued;
        std::fprintf(log, "%lld %lld %lld %d\n", static_cast<long long>(began), static_cast<long long>(took),
                     static_cast<long long>(took > worked ? took - worked : 0), locks);
        std::fflush(log);
        const int64_t left = next + pause_us - clock_us(CLOCK_MONOTONIC);
        if (left > 0) {
            timespec nap{0, static_cast<long>(left * 1000)};
            nanosleep(&nap, nullptr);
        } else {
            next = clock_us(CLOCK_MONOTONIC);
        }
    }
    std::fclose(log);
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
