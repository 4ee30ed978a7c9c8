// A handle on a file of our own, which may be written; what a damaged or hostile schema asks of it is looked at first.
#pragma once

#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace sqlite {

class PrivateHandle {
   public:
    PrivateHandle(const std::string& path, std::string shown, bool (*should_stop)());  // raises base::Error
    ~PrivateHandle();
    PrivateHandle(const PrivateHandle&) = delete;
    PrivateHandle& operator=(const PrivateHandle&) = delete;

    sqlite3* get() const { return handle_; }
    void execute(const std::string& sql);
    // One statement; what SQLite says where it does not take it, "" where it does. Raises what is no fault of the
    // statement: a cancel, a full disk.
    std::string try_execute(const std::string& sql);
    sqlite3_stmt* prepare(const std::string& sql);  // to be finalized before the handle goes

    // From here on only definitions and rows are let through: no ATTACH, no pragma, no virtual
    // table, no end of the transaction (which VACUUM would need).
    void only_definitions();
    void anything_again();

    [[noreturn]] void fail(int code) const;

   private:
    sqlite3* handle_ = nullptr;
    std::string shown_;
    bool (*should_stop_)();
};

}  // namespace sqlite
