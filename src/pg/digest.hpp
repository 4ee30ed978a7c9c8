// SHA-256, by the server's own code.
#pragma once

#include <cstddef>
#include <string>

struct pg_cryptohash_ctx;

namespace pg {

class Sha256 {
   public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void add(const char* data, size_t size);
    std::string hex();  // ends it

   private:
    pg_cryptohash_ctx* context_;
};

}  // namespace pg
