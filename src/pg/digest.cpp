// SHA-256, by the server's own code.
#include "pg/digest.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "pg/guard.hpp"

extern "C" {
#include "postgres.h"

#include "common/cryptohash.h"
#include "common/sha2.h"
}

namespace pg {
namespace {

void check(int code) {
    if (code < 0) throw base::Error(base::ErrorKind::internal, "could not compute a SHA-256");
}

}  // namespace

Sha256::Sha256() : context_(pg_call([] { return pg_cryptohash_create(PG_SHA256); })) {
    if (context_ == nullptr) throw base::Error(base::ErrorKind::out_of_memory, "out of memory");
    if (pg_cryptohash_init(context_) < 0) {
        pg_cryptohash_free(context_);
        check(-1);
    }
}

Sha256::~Sha256() { pg_cryptohash_free(context_); }

void Sha256::add(const char* data, size_t size) {
    check(pg_cryptohash_update(context_, reinterpret_cast<const uint8*>(data), size));
}

std::string Sha256::hex() {
    uint8 bytes[PG_SHA256_DIGEST_LENGTH];
    check(pg_cryptohash_final(context_, bytes, sizeof bytes));
    std::string result;
    for (uint8 byte : bytes) result += fmt::format("{:02x}", byte);
    return result;
}

}  // namespace pg
