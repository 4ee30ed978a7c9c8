// Puts a batch into a table so that a row which the server refuses costs only itself.
#include <fmt/format.h>

#include <vector>

#include "copy/refusals.hpp"
#include "pg/guard.hpp"
#include "pg/subtransaction.hpp"
#include "value/failure.hpp"

extern "C" {
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
}

namespace copy {
namespace {

const char* code_of(int sqlstate) {
    switch (sqlstate) {
        case ERRCODE_UNIQUE_VIOLATION: return "duplicate_key";
        case ERRCODE_CHECK_VIOLATION: return "check";
        case ERRCODE_NOT_NULL_VIOLATION: return "not_null";
        case ERRCODE_EXCLUSION_VIOLATION: return "exclusion";
        case ERRCODE_FOREIGN_KEY_VIOLATION: return "orphan";
        case ERRCODE_RAISE_EXCEPTION: return "raised";
        default: return "refused_by_server";
    }
}

// The column that an error names, or that the index it names has alone.
int attribute_of(Relation relation, const ErrorData* error) {
    return pg::pg_call([=]() -> int {
        Oid oid = RelationGetRelid(relation);
        if (error->table_name == nullptr || strcmp(error->table_name, RelationGetRelationName(relation)) != 0) return 0;
        if (error->column_name != nullptr) return get_attnum(oid, error->column_name);
        if (error->constraint_name == nullptr) return 0;
        Oid index = get_relname_relid(error->constraint_name, RelationGetNamespace(relation));
        if (!OidIsValid(index) || get_rel_relkind(index) != RELKIND_INDEX) return 0;
        Relation opened = RelationIdGetRelation(index);
        if (opened == nullptr) return 0;
        int attribute = IndexRelationGetNumberOfKeyAttributes(opened) == 1 ? opened->rd_index->indkey.values[0] : 0;
        RelationClose(opened);
        return attribute;
    });
}

value::Refusal refusal_of(const ErrorData* error) {
    std::string message = error->message == nullptr ? "" : error->message;
    if (error->detail != nullptr && error->sqlerrcode != ERRCODE_CHECK_VIOLATION) message += std::string(": ") + error->detail;
    for (char& c : message)
        if (c == '\n') c = ' ';
    return {"", code_of(error->sqlerrcode), value::sqlstate_text(error->sqlerrcode), message};
}

// Ends the subtransaction over an error that is the row's; any other goes on.
void take_back(pg::Subtransaction& subtransaction, const pg::PgError& error) {
    subtransaction.rollback();
    if (!value::speaks_of_a_row(error.data->sqlerrcode)) throw error;
}

// Row by row from `start`. A row that raises takes back those before it, which are known to be good and go in again.
int replay(DirectPath& path, int count, const Refuse& refuse) {
    std::vector<bool> bad(static_cast<size_t>(count));
    int subtransactions = 0;
    for (int start = 0; start < count;) {
        int at = start;
        pg::Subtransaction subtransaction;
        ++subtransactions;
        try {
            for (; at < count; ++at) {
                Violation violation;
                if (bad[static_cast<size_t>(at)]) continue;
                if (path.check(at, &violation)) {
                    bad[static_cast<size_t>(at)] = true;
                    refuse(at, violation.attribute,
                           {"", code_of(violation.sqlstate), value::sqlstate_text(violation.sqlstate), violation.message});
                } else {
                    path.insert_one(at);
                }
            }
            subtransaction.release();
            return subtransactions;
        } catch (const pg::PgError& error) {
            take_back(subtransaction, error);
            path.forget_failed();
            bad[static_cast<size_t>(at)] = true;
            refuse(at, attribute_of(path.relation(), error.data.get()), refusal_of(error.data.get()));
        }
        pg::Subtransaction again;
        ++subtransactions;
        for (int row = start; row < at; ++row)
            if (!bad[static_cast<size_t>(row)]) path.insert_one(row);
        again.release();
        start = at + 1;
    }
    return subtransactions;
}

}  // namespace

int insert_batch(DirectPath& path, int count, const Refuse& refuse) {
    if (count == 0) return 0;
    pg::Subtransaction subtransaction;
    try {
        path.insert(count);
        subtransaction.release();
        return 1;
    } catch (const pg::PgError& error) {
        take_back(subtransaction, error);
    }
    path.forget_failed();
    return 1 + replay(path, count, refuse);
}

int insert_by_halves(Relation relation, const InsertRange& insert, int from, int to, const Refuse& refuse,
                     const Accepts& accepts) {
    if (from == to) return 0;
    {
        pg::Subtransaction subtransaction;
        try {
            insert(from, to);
            subtransaction.release();
            return 1;
        } catch (const pg::PgError& error) {
            take_back(subtransaction, error);
            if (!accepts(error.data->sqlerrcode)) throw;
            if (to - from == 1) {
                refuse(from, attribute_of(relation, error.data.get()), refusal_of(error.data.get()));
                return 1;
            }
        }
    }
    int middle = from + (to - from) / 2;
    return 1 + insert_by_halves(relation, insert, from, middle, refuse, accepts) +
           insert_by_halves(relation, insert, middle, to, refuse, accepts);
}

}  // namespace copy
