// A database file that keeps nothing: it hashes the pages that SQLite writes into it.
#pragma once

#include <cstdint>
#include <string>

struct sqlite3;

namespace sqlite {

// What has been written. Each page is expected once, in any order; the first one may be written again.
class PageSink {
   public:
    // An SQLite connection whose main database is this sink. To be closed before the sink goes. Raises base::Error.
    sqlite3* open();

    int64_t pages() const noexcept { return other_pages_ + (first_page_.empty() ? 0 : 1); }
    int page_size() const noexcept { return static_cast<int>(first_page_.size()); }

    // 32 hex digits over the pages, their numbers, their size and how many they are. Call it when all is written.
    std::string digest() const;

    // SQLite's side: result codes of SQLite.
    int write(const void* bytes, int size, int64_t offset) noexcept;
    int read(void* bytes, int size, int64_t offset) const noexcept;
    int64_t size() const noexcept { return size_; }

   private:
    std::string first_page_;
    int64_t other_pages_ = 0;
    int64_t size_ = 0;
    unsigned __int128 sum_ = 0;
};

}  // namespace sqlite
