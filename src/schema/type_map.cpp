// Says which PostgreSQL type a declared SQLite type becomes, and why.
#include "schema/type_map.hpp"

#include <cmath>
#include <vector>

#include "base/text.hpp"
#include "schema/declared.hpp"

#include "base/fence.hpp"

namespace schema {

namespace {

constexpr int64_t exact_in_double = int64_t{1} << 53;

std::string shown(const sqlite::Column& column) {
    if (column.declared_type.empty()) return "no declared type";
    return "declared " + base::excerpt(column.declared_type, 60);
}

// SQLite pads nothing and enforces no length. char(n) would store blanks that were never there, and compare without
// them, so a sized CHAR becomes varchar as well: the length is kept as a promise for new rows, the values as they are.
std::string declared_type_name(const Declared& declared) {
    switch (declared.family) {
        case Family::integer: return "bigint";  // SMALLINT too: SQLite holds 64 bits under any integer name
        case Family::boolean: return "boolean";
        case Family::real: return "double precision";  // SQLite's REAL has 8 bytes, PostgreSQL's real 4
        case Family::numeric:
            if (declared.precision < 0) return "numeric";
            return "numeric(" + std::to_string(declared.precision) + "," + std::to_string(declared.scale) + ")";
        case Family::bytes: return "bytea";
        case Family::date: return "date";
        case Family::time: return "time without time zone";
        case Family::timetz: return "time with time zone";
        case Family::timestamp: return "timestamp without time zone";  // never timestamp(n): it would round
        case Family::timestamptz: return "timestamp with time zone";
        case Family::json: return "json";  // keeps the text byte for byte; jsonb would reorder keys
        case Family::jsonb: return "jsonb";
        case Family::uuid: return "uuid";
        default:
            if (declared.length < 0) return "text";
            return "character varying(" + std::to_string(declared.length) + ")";
    }
}

bool integers_exact_in_double(const ColumnProfile& p) {
    return p.integers == 0 || (p.min_integer >= -exact_in_double && p.max_integer <= exact_in_double);
}

bool has_infinity(const ColumnProfile& p) { return p.reals > 0 && (std::isinf(p.min_real) || std::isinf(p.max_real)); }

// One reason after another, the first two named: "12 of 40 values are integers and 1 is empty text".
class Reasons {
   public:
    Reasons(const sqlite::Column& column, int64_t values) : column_(column), values_(values) {}

    void add(int64_t count, const char* singular, const char* plural) {
        if (count <= 0) return;
        std::string clause;
        if (count == values_ && found_.empty()) {
            clause = count == 1 ? std::string("its one value ") + singular
                                : "all " + std::to_string(count) + " values " + plural;
        } else {
            clause = std::to_string(count);
            if (found_.empty()) clause += " of " + std::to_string(values_) + " values";
            clause += std::string(" ") + (count == 1 ? singular : plural);
        }
        found_.push_back(clause);
    }

    TypeChoice choose(const std::string& type) const {
        std::string why = shown(column_);
        if (!found_.empty()) why += ", but " + found_[0];
        if (found_.size() > 1) why += " and " + found_[1];
        return {type, why};
    }

    bool empty() const { return found_.empty(); }

   private:
    const sqlite::Column& column_;
    int64_t values_;
    std::vector<std::string> found_;
};

// The narrowest type that holds all that is there, whatever was declared.
std::string widest(const ColumnProfile& p) {
    if (p.blobs > 0 || p.text_invalid_utf8 > 0 || p.text_nul > 0) return "bytea";
    if (p.texts > 0) return "text";
    if (p.reals == 0) return "bigint";
    if (integers_exact_in_double(p)) return "double precision";
    return has_infinity(p) ? "text" : "numeric";
}

// Storage classes that are foreign to the declared family.
void foreign_classes(Reasons& reasons, const ColumnProfile& p, bool integers, bool reals, bool texts, bool blobs) {
    if (!integers) reasons.add(p.integers, "is an integer", "are integers");
    if (!reals) reasons.add(p.reals, "is a real", "are reals");
    if (!texts) {
        reasons.add(p.text_empty, "is empty text", "are empty text");
        reasons.add(p.texts - p.text_empty, "is text", "are text");
    }
    if (!blobs) reasons.add(p.blobs, "is a blob", "are blobs");
}

// Texts that the type cannot hold: the empty ones are named by themselves, since they are the usual ones.
void foreign_texts(Reasons& reasons, const ColumnProfile& p, int64_t fitting, const char* singular,
                   const char* plural) {
    int64_t rest = p.texts - fitting;
    int64_t empty = rest < p.text_empty ? rest : p.text_empty;
    reasons.add(empty, "is empty text", "are empty text");
    reasons.add(rest - empty, singular, plural);
}

TypeChoice choose_text(const Declared& declared, const ColumnProfile& p, Reasons& reasons) {
    reasons.add(p.blobs, "is a blob", "are blobs");
    reasons.add(p.text_invalid_utf8, "is not valid UTF-8", "are not valid UTF-8");
    reasons.add(p.text_nul, "holds a NUL byte", "hold a NUL byte");
    if (!reasons.empty()) return reasons.choose("bytea");
    if (declared.length >= 0 && p.max_text_length > declared.length) {
        TypeChoice choice = reasons.choose("text");
        choice.why += ", but the longest value has " + std::to_string(p.max_text_length) + " characters";
        return choice;
    }
    // A number's text may be longer than any text cell was.
    if (declared.length >= 0 && declared.length < 32 && p.integers + p.reals > 0) {
        foreign_classes(reasons, p, false, false, true, true);
        return reasons.choose("text");
    }
    return reasons.choose(declared_type_name(declared));
}

// Numbers alone, of one unit that the whole column decides, every one of them a time to the microsecond: the loader will
// read them as such. False: they stay what they are.
bool choose_counted_time(const sqlite::Column& column, const ColumnProfile& p, TypeChoice& choice) {
    if (p.range.numbers() != p.rows - p.nulls || p.texts > 0) return false;
    const std::vector<TimeUnit> units = possible_units(p.range, p.core_data);
    if (units.size() != 1) return false;
    const TimeUnit unit = units[0];
    const bool exact = unit == TimeUnit::unix_ns                                         ? p.whole_thousands
                       : unit == TimeUnit::filetime || unit == TimeUnit::dotnet_ticks ? p.whole_tens
                                                                                      : true;
    if (!exact || (p.integers > 0 && !holds(unit, static_cast<double>(p.min_integer), static_cast<double>(p.max_integer))) ||
        (p.reals > 0 && !holds(unit, p.min_real, p.max_real)))
        return false;
    choice.type = unit == TimeUnit::dotnet_ticks ? "timestamp without time zone" : "timestamp with time zone";
    choice.why = shown(column) + ", " + describe_range(p.range) + " read as " + unit_name(unit) + ", " +
                 describe_years(p.range, unit);
    return true;
}

TypeChoice choose_time(const Declared& declared, const ColumnProfile& p, Reasons& reasons) {
    foreign_classes(reasons, p, false, false, true, false);
    if (!reasons.empty()) {
        foreign_texts(reasons, p, p.text_date + p.text_timestamp, "is text", "are text");
        return reasons.choose(widest(p));
    }
    if (declared.family == Family::time) {
        foreign_texts(reasons, p, p.text_time, "is no time of day", "are no times of day");
        reasons.add(p.text_fine, "has digits beyond the microsecond", "have digits beyond the microsecond");
        return reasons.choose(reasons.empty() ? declared_type_name(declared) : widest(p));
    }
    foreign_texts(reasons, p, p.text_date + p.text_timestamp, "is no ISO date or time", "are no ISO dates or times");
    reasons.add(p.text_fine, "has digits beyond the microsecond", "have digits beyond the microsecond");
    if (!reasons.empty()) return reasons.choose(widest(p));

    if (declared.family == Family::date) {
        if (p.text_date == p.texts) return reasons.choose("date");
        reasons.add(p.text_timestamp, "has a time of day", "have a time of day");
    }
    if (p.text_zoned == p.texts) {
        if (declared.family == Family::timestamp) reasons.add(p.text_zoned, "has a zone", "have a zone");
        return reasons.choose("timestamp with time zone");
    }
    if (p.text_zoned > 0) {
        reasons.add(p.text_zoned, "has a zone, the rest has none", "have a zone, the rest has none");
        return reasons.choose("text");
    }
    if (declared.family == Family::timestamptz) reasons.add(p.texts, "has no zone", "have no zone");
    return reasons.choose("timestamp without time zone");
}

}  // namespace

TypeChoice type_by_declaration(const sqlite::Column& column) {
    Declared declared = read_declared(column.declared_type);
    std::string why = shown(column);
    if (declared.by_affinity)
        why += std::string(", read by its ") + sqlite::affinity_name(sqlite::affinity_of(column.declared_type)) +
               " affinity";
    return {declared_type_name(declared), why};
}

TypeChoice type_by_evidence(const sqlite::Column& column, const ColumnProfile& p) {
    Declared declared = read_declared(column.declared_type);
    int64_t values = p.integers + p.reals + p.texts + p.blobs;
    if (values == 0) return type_by_declaration(column);
    Reasons reasons(column, values);
    std::string own = declared_type_name(declared);

    switch (declared.family) {
        case Family::none: {
            TypeChoice choice{widest(p), shown(column)};
            choice.why += ": ";
            int classes = (p.integers > 0) + (p.reals > 0) + (p.texts > 0) + (p.blobs > 0);
            const char* all = p.integers > 0 ? "integers" : p.reals > 0 ? "reals" : p.texts > 0 ? "text" : "blobs";
            choice.why += classes == 1 ? std::string("the values are ") + all : "the values are of several kinds";
            return choice;
        }
        case Family::integer: foreign_classes(reasons, p, true, false, false, false); break;
        case Family::boolean:
            reasons.add(p.integers - p.zero_or_one, "is neither 0 nor 1", "are neither 0 nor 1");
            reasons.add(p.reals, "is a real", "are reals");
            foreign_texts(reasons, p, p.text_boolean, "is no truth value", "are no truth values");
            reasons.add(p.blobs, "is a blob", "are blobs");
            break;
        case Family::real:
            foreign_classes(reasons, p, true, true, false, false);
            if (!integers_exact_in_double(p))
                reasons.add(p.integers, "is an integer beyond 2^53", "are integers, some beyond 2^53");
            break;
        case Family::numeric:
            foreign_classes(reasons, p, true, true, false, false);
            if (!reasons.empty()) break;
            if (has_infinity(p)) {
                TypeChoice choice = reasons.choose(widest(p));
                choice.why += ", but some are infinite";
                return choice;
            }
            reasons.add(p.numbers_beyond_scale, "does not fit precision and scale", "do not fit precision and scale");
            if (!reasons.empty()) return reasons.choose("numeric");
            break;
        case Family::text: return choose_text(declared, p, reasons);
        case Family::bytes:
            // Blobs beside text or numbers stay bytes; a column without any blob is better read as what it holds.
            if (p.blobs > 0) return reasons.choose(own);
            foreign_classes(reasons, p, false, false, false, true);
            break;
        case Family::timetz: foreign_classes(reasons, p, false, false, false, false); break;
        case Family::date:
        case Family::time:
        case Family::timestamp:
        case Family::timestamptz: {
            TypeChoice counted;
            if (declared.family != Family::time && choose_counted_time(column, p, counted)) return counted;
            return choose_time(declared, p, reasons);
        }
        case Family::json:
        case Family::jsonb:
            // JSON has NUMERIC affinity: the document 5 lies there as an integer, and its text is JSON again.
            foreign_classes(reasons, p, true, !has_infinity(p), true, true);
            reasons.add(p.blobs - p.blob_json, "is a blob that is no JSON", "are blobs that are no JSON");
            foreign_texts(reasons, p, declared.family == Family::json ? p.text_json + p.text_json_scalar : p.text_jsonb,
                          "is no JSON", "are no JSON");
            break;
        case Family::uuid:
            foreign_classes(reasons, p, false, false, true, true);
            foreign_texts(reasons, p, p.text_uuid, "is no uuid", "are no uuids");
            reasons.add(p.blobs - p.blob_16, "is not 16 bytes long", "are not 16 bytes long");
            break;
    }
    return reasons.choose(reasons.empty() ? own : widest(p));
}

}  // namespace schema
