// Hashes rows of Datums, so that what was converted and what is stored can be compared.
#include <fmt/format.h>

#include "base/hash.hpp"
#include "value/digest.hpp"

extern "C" {
#include "fmgr.h"
}

#include "pg/compat.hpp"

namespace value {
namespace {

// As it lies in the heap after all: the payload of a varlena without its header, whose length and form (short, long,
// compressed, out of line) depend on where the value was stored.
inline uint64_t hash_datum(Datum value, int16 length, bool by_value, uint64_t seed) {
    if (by_value) {
        // Only the type's own bytes count: a sign may or may not fill the rest of the Datum.
        uint64_t bits = static_cast<uint64_t>(value);
        if (length < 8) bits &= (uint64_t{1} << (8 * length)) - 1;
        return base::hash_word(bits, seed);
    }
    if (length > 0) return base::hash_bytes(DatumGetPointer(value), static_cast<size_t>(length), seed);
    if (length == -2) return base::hash_bytes(DatumGetCString(value), strlen(DatumGetCString(value)), seed);
    struct varlena* plain = PG_DETOAST_DATUM_PACKED(value);
    uint64_t hash = base::hash_bytes(VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain), seed);
    if (reinterpret_cast<Pointer>(plain) != DatumGetPointer(value)) pfree(plain);
    return hash;
}

}  // namespace

std::string Digest::hex() const {
    return fmt::format("{:016x}{:016x}", static_cast<uint64_t>(sum >> 64), static_cast<uint64_t>(sum));
}

RowHasher::RowHasher(TupleDesc descriptor, const std::vector<int>& attributes) {
    uint64_t place = 0;
    for (int number : attributes) {
        const FormData_pg_attribute* attribute = TupleDescAttr(descriptor, number - 1);
        uint64_t seed = base::fold(++place ^ base::hash_seed_1, base::hash_seed_2);
        parts_.push_back({number - 1, attribute->attlen, attribute->attbyval, seed});
    }
}

uint64_t RowHasher::hash(const Datum* values, const bool* nulls) const {
    uint64_t state = base::hash_seed_2;
    for (const Part& part : parts_) {
        uint64_t one = nulls[part.index] ? ~part.seed : hash_datum(values[part.index], part.length, part.by_value, part.seed);
        state = base::fold(state ^ one, part.seed | 1);
    }
    return state;
}

}  // namespace value
