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

inline uint64_t hash_varlena(const struct varlena* value, uint64_t seed) {
    return base::hash_bytes(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), seed);
}

uint64_t hash_toasted(Datum value, uint64_t seed) {
    struct varlena* plain = PG_DETOAST_DATUM_PACKED(value);
    uint64_t hash = hash_varlena(plain, seed);
    pfree(plain);
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
        // Of a value in a Datum only the type's own bytes count: a sign may or may not fill the rest.
        uint64_t mask = !attribute->attbyval ? 0 : attribute->attlen == 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * attribute->attlen)) - 1;
        parts_.push_back({number - 1, attribute->attlen, mask, seed});
    }
}

// As it lies in the heap after all: the payload of a varlena without its header, whose length and form (short, long,
// compressed, out of line) depend on where the value was stored.
inline uint64_t RowHasher::hash_datum(const Part& part, Datum value) {
    if (part.mask != 0) return base::hash_word(static_cast<uint64_t>(value) & part.mask, part.seed);
    const char* pointer = DatumGetPointer(value);
    if (part.length > 0) return base::hash_bytes(pointer, static_cast<size_t>(part.length), part.seed);
    if (part.length == -2) return base::hash_bytes(pointer, strlen(pointer), part.seed);
    const auto* plain = reinterpret_cast<const struct varlena*>(pointer);
    if (VARATT_IS_EXTERNAL(plain) || VARATT_IS_COMPRESSED(plain)) return hash_toasted(value, part.seed);
    return hash_varlena(plain, part.seed);
}

// Each column's hash has a seed of its own, so that their sum depends on which value stands where, and no multiplication waits
// for another; the last one keeps sums of rows from being sums of cells.
uint64_t RowHasher::hash(const Datum* values, const bool* nulls) const {
    uint64_t sum = 0;
    for (const Part& part : parts_) sum += nulls[part.index] ? ~part.seed : hash_datum(part, values[part.index]);
    return base::fold(sum ^ base::hash_seed_1, base::hash_seed_2);
}

}  // namespace value
