// Asks a type's own input function about values that our converters took, over generated and mutated texts and numbers.
#include <cctype>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "api/function.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "normalize/text.hpp"
#include "pg/arguments.hpp"
#include "pg/guard.hpp"
#include "pg/subtransaction.hpp"
#include "value/column.hpp"
#include "value/plain.hpp"
#include "value/time_column.hpp"
#include "generated_cells.hpp"

extern "C" {
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
}

namespace {

using base::Cell;
using base::StorageClass;
using differential::Generator;
using normalize::Rule;
using normalize::Verdict;
using value::Kind;

// The server's answer, in plain data.
struct Answer {
    bool refused = false;
    Datum datum = 0;
};

class Differential {
   public:
    Differential(Oid type, int32 typmod) {
        column_ = pg::pg_call([=, this] { return value::make_column(type, typmod, nullptr, &lent_); });
        type_ = type;
        plain_ = column_->domain ? value::Plain::none : value::plain_of(*column_);
    }

    Kind kind() const { return column_->kind; }

    void one(const Cell& cell) {
        ++asked_;
        Datum ours = 0;
        normalize::Outcome outcome;
        {
            pg::Subtransaction subtransaction;
            try {
                outcome = pg::pg_call([&] { return value::convert(*column_, cell, &ours); });
                subtransaction.release();
            } catch (const pg::PgError&) {
                subtransaction.rollback();
                ++declined_;
                return;
            }
        }
        if (outcome.verdict == Verdict::null) {
            ++null_;
            refuse_plain(cell);
            return;
        }
        if (outcome.verdict == Verdict::complaint) {
            refuse_plain(cell);
            ++complaints_;
            return;
        }
        // The short way takes no cell of which the long one has more to say.
        Datum brief = 0;
        bool cut = false;
        if (pg::pg_call([&] { return value::convert_plain(plain_, cell, &brief, &cut); })) {
            ++plain_taken_;
            if (outcome.rule != (cut ? Rule::digits_cut : Rule::none) || !datum_image_eq(brief, ours, column_->by_value, column_->length))
                differ(cell, ours, fmt::format("the short way's is {}", shown(brief)));
        }
        ++taken_;
        ruled_ += outcome.rule != Rule::none;
        Answer server = ask(cell, type_);
        if (server.refused) return beyond(cell, ours, outcome.rule);
        if (!same(outcome.rule, ours, server.datum, cell))
            differ(cell, ours, fmt::format("the server's is {}", shown(server.datum)));
    }

    std::string report() const {
        std::string found;
        for (const std::string& line : differences_)
            found += (found.empty() ? "" : ", ") + base::json_quote(line);
        return fmt::format(
            "{{\"asked\": {}, \"taken\": {}, \"by_rule\": {}, \"null\": {}, \"complaints\": {}, \"refused\": {}, "
            "\"beyond\": {}, \"retold\": {}, \"beyond_sample\": {}, \"plain\": {}, \"differ\": {}, \"sample\": [{}]}}",
            asked_, taken_, ruled_, null_, complaints_, declined_, beyond_, retold_, base::json_quote(beyond_sample_), plain_taken_,
            differ_, found);
    }

   private:
    void refuse_plain(const Cell& cell) {
        Datum brief = 0;
        bool cut = false;
        if (pg::pg_call([&] { return value::convert_plain(plain_, cell, &brief, &cut); }))
            differ(cell, brief, "the short way takes what is no value");
    }

    // The text that a cell is to the input function.
    static char* text_of(const Cell& cell, bool written) {
        char* text = static_cast<char*>(palloc(cell.size + 40));
        size_t size = cell.size;
        if (cell.storage == StorageClass::text)
            memcpy(text, cell.data, size);
        else
            size = written ? normalize::written_number(cell, text) : normalize::plain_number(cell, text);
        text[size] = '\0';
        return text;
    }

    Answer ask(const Cell& cell, Oid type) {
        const bool written = kind() == Kind::text || kind() == Kind::bpchar || kind() == Kind::name;
        int32 typmod = type == type_ ? column_->typmod : -1;
        pg::Subtransaction subtransaction;
        try {
            Datum datum = pg::pg_call([=, this] {
                Oid function, param;
                getTypeInputInfo(type, &function, &param);
                int level = value::pin_settings(nullptr);
                Datum result = OidInputFunctionCall(function, text_of(cell, written), param, typmod);
                AtEOXact_GUC(true, level);
                return result;
            });
            subtransaction.release();
            return {false, datum};
        } catch (const pg::PgError&) {
            subtransaction.rollback();
            return {true, 0};
        }
    }

    bool same(Rule rule, Datum ours, Datum server, const Cell& cell) {
        // JavaScript's "GMT+0100 (CET)" is east of Greenwich; the server takes it for POSIX's 100 hours west.
        if (kind() >= Kind::date && cell.storage == StorageClass::text) {
            const std::string folded = base::lower_ascii(cell.bytes());
            if (folded.find("gmt") != std::string::npos && folded.find('(') != std::string::npos) return true;
        }
        // .NET's 1.02:03:04 is 1.02 days and 03:04 to the server: the other form that we read otherwise, on purpose.
        if (kind() == Kind::interval && cell.storage == StorageClass::text) {
            const std::string_view text = cell.bytes();
            const size_t point = text.find('.'), colon = text.find(':');
            if (point != std::string_view::npos && colon != std::string_view::npos && point < colon) return true;
        }
        if (rule == Rule::digits_cut) {
            // Cut, where the server rounds: at most one step of the precision apart.
            int64 step = 1;
            int precision = column_->typmod < 0 || column_->typmod > 6 ? 6 : column_->typmod;
            for (int digit = precision; digit < 6; ++digit)
                step *= 10;
            int64 distance = 0;
            switch (kind()) {
                case Kind::timestamp: {
                    // Without the offset, if there is one.
                    Answer zoned = ask(cell, TIMESTAMPTZOID);
                    distance = DatumGetInt64(zoned.refused ? server : zoned.datum) - DatumGetInt64(ours);
                    break;
                }
                case Kind::timestamptz:
                case Kind::time: distance = DatumGetInt64(server) - DatumGetInt64(ours); break;
                case Kind::timetz: distance = DatumGetTimeTzADTP(server)->time - DatumGetTimeTzADTP(ours)->time; break;
                case Kind::interval:
                    distance = std::abs(DatumGetIntervalP(server)->time - DatumGetIntervalP(ours)->time);
                    break;
                default: return false;
            }
            return distance >= 0 && distance <= step;
        }
        if (rule == Rule::offset_to_utc) {
            Answer zoned = ask(cell, TIMESTAMPTZOID);
            return !zoned.refused && zoned.datum == ours;
        }
        if (kind() == Kind::timestamp && DatumGetInt64(ours) != DatumGetInt64(server)) {
            // An offset of 0 needs no rule; the server says the same.
            return false;
        }
        if (datumIsEqual(ours, server, column_->by_value, column_->length)) return true;
        if (kind() == Kind::float8) return std::isnan(DatumGetFloat8(ours)) && std::isnan(DatumGetFloat8(server));
        if (kind() == Kind::float4) return std::isnan(DatumGetFloat4(ours)) && std::isnan(DatumGetFloat4(server));
        return false;
    }

    // The same without what the server does not know: a zone's name behind its offset, remarks, Go's clock, a decimal comma,
    // the dress of a uuid. If it takes that, it must be the same.
    void retell(const Cell& cell, Datum ours, Rule rule) {
        if (cell.storage != StorageClass::text ||
            (kind() != Kind::uuid && (kind() < Kind::date || kind() > Kind::timestamptz)))
            return;
        std::string text(cell.bytes());
        if (kind() == Kind::uuid) {
            const size_t prefix = base::lower_ascii(text).find("uuid:");
            if (prefix != std::string::npos) text.erase(0, prefix + 5);
            std::erase_if(text, [](char c) { return !std::isxdigit(static_cast<unsigned char>(c)); });
        } else {
            text = text.substr(0, text.find_first_of("(["));
            const size_t greenwich = base::lower_ascii(text).find("gmt");
            if (greenwich != std::string::npos) text.erase(greenwich, 3);
            const size_t clock = text.find('=');
            if (clock != std::string::npos && clock > 0) text.erase(clock - 1);
            text.erase(text.find_last_not_of(" \t\n\r\v\f") + 1);
            size_t word = text.size();
            while (word > 0 && std::isalpha(static_cast<unsigned char>(text[word - 1])))
                --word;
            if (text.size() - word >= 3 && word > 2 && text[word - 1] == ' ' &&
                std::isdigit(static_cast<unsigned char>(text[word - 2])))
                text.erase(word - 1);
            for (size_t i = 1; i + 1 < text.size(); ++i)
                if (text[i] == ',' && std::isdigit(static_cast<unsigned char>(text[i - 1])) &&
                    std::isdigit(static_cast<unsigned char>(text[i + 1])))
                    text[i] = '.';
        }
        Cell plainer = cell;
        plainer.data = text.data();
        plainer.size = text.size();
        Answer server = ask(plainer, type_);
        if (server.refused) return;
        ++retold_;
        if (!same(rule, ours, server.datum, plainer))
            differ(cell, ours, fmt::format("the server's is {} for {}", shown(server.datum), text));
    }

    // What we take and the server does not: only the same number, written otherwise.
    void beyond(const Cell& cell, Datum ours, Rule rule) {
        ++beyond_;
        retell(cell, ours, rule);
        const bool number = (kind() >= Kind::int2 && kind() <= Kind::int8) || kind() == Kind::boolean;
        const bool other_numbers = kind() >= Kind::float4 && kind() <= Kind::numeric;
        if (number) {
            // A real is its exact value here, as the server casts it, not its shortest text.
            Answer numeric = ask(cell, NUMERICOID);
            if (cell.storage == StorageClass::real && kind() != Kind::boolean)
                numeric.datum = pg::pg_call([&] {
                    return DirectFunctionCall1(int8_numeric, DirectFunctionCall1(dtoi8, Float8GetDatum(cell.real)));
                });
            int64 whole = kind() == Kind::int2   ? DatumGetInt16(ours)
                          : kind() == Kind::int4 ? DatumGetInt32(ours)
                          : kind() == Kind::int8 ? DatumGetInt64(ours)
                                                 : DatumGetBool(ours);
            bool equal = !numeric.refused && pg::pg_call([&] {
                return DatumGetBool(DirectFunctionCall2(numeric_eq, numeric.datum,
                                                        DirectFunctionCall1(int8_numeric, Int64GetDatum(whole))));
            });
            // numeric_in refuses exponents of ten digits, though a zero stays one.
            if (numeric.refused) {
                Answer real = ask(cell, FLOAT8OID);
                equal = !real.refused && whole == 0 && DatumGetFloat8(real.datum) == 0;
            }
            if (!equal) differ(cell, ours, "the server refuses it, and it is no such number");
        } else if (other_numbers || kind() == Kind::text || kind() == Kind::bpchar || kind() == Kind::name ||
                   kind() == Kind::json) {
            differ(cell, ours, "the server refuses it");
        }
        if (beyond_sample_.empty() || asked_ % 97 == 0)
            beyond_sample_ = fmt::format("{} -> {}", source(cell), shown(ours));
    }

    void differ(const Cell& cell, Datum ours, const std::string& why) {
        if (++differ_ <= 20) differences_.push_back(fmt::format("{} becomes {}, {}", source(cell), shown(ours), why));
    }

    std::string source(const Cell& cell) const {
        return pg::pg_call([&] { return static_cast<const char*>(text_of(cell, true)); });
    }

    std::string shown(Datum datum) const {
        return pg::pg_call([=, this]() -> const char* {
            Oid function;
            bool varlena;
            getTypeOutputInfo(type_, &function, &varlena);
            int level = value::pin_settings(nullptr);
            const char* text = OidOutputFunctionCall(function, datum);
            AtEOXact_GUC(true, level);
            return text;
        });
    }

    value::Lent lent_;
    value::Column* column_ = nullptr;
    value::Plain plain_ = value::Plain::none;
    Oid type_ = InvalidOid;
    int64_t asked_ = 0, taken_ = 0, ruled_ = 0, null_ = 0, complaints_ = 0, declined_ = 0, beyond_ = 0, retold_ = 0, plain_taken_ = 0,
            differ_ = 0;
    std::string beyond_sample_;
    std::vector<std::string> differences_;
};

}  // namespace

// differential(type oid, typmod integer, rounds bigint, seed bigint) returns jsonb
SQL_FUNCTION(differential) {
    return pg::pg_entry([fcinfo] {
        const Oid type = PG_GETARG_OID(0);
        const int32 typmod = PG_GETARG_INT32(1);
        const int64 rounds = PG_GETARG_INT64(2);
        Differential differential(type, typmod);
        Generator generator(differential.kind(), static_cast<uint64_t>(PG_GETARG_INT64(3)));
        MemoryContext outer = CurrentMemoryContext;
        MemoryContext inner = pg::pg_call(
            [] { return AllocSetContextCreate(CurrentMemoryContext, "differential", ALLOCSET_DEFAULT_SIZES); });
        std::string text;
        for (int64 round = 0; round < rounds; ++round) {
            Cell cell = generator.cell(text);
            // The input function's text ends at a NUL, which ours refuses.
            if (std::memchr(text.data(), 0, text.size()) != nullptr) continue;
            MemoryContextSwitchTo(inner);
            differential.one(cell);
            MemoryContextSwitchTo(outer);
            if (round % 256 == 0)
                pg::pg_call([inner] {
                    CHECK_FOR_INTERRUPTS();
                    MemoryContextReset(inner);
                });
        }
        return pg::jsonb_result(differential.report());
    });
}
