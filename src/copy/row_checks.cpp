// The direct path, one row at a time: what a row breaks is asked first, so that it costs no subtransaction.
#include "copy/direct_path.hpp"
#include "pg/guard.hpp"

extern "C" {
#include "access/genam.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/rel.h"
}

#include "pg/compat.hpp"

namespace copy {
namespace {

const char* schema_word(bool exclusion) { return exclusion ? "conflicting key value violates exclusion" : "duplicate key value violates unique"; }

// "(a, b)=(1, 2)" of the row in the slot, "" where it may not be shown.
const char* describe_key(ResultRelInfo* result, int index, TupleTableSlot* slot, EState* estate) {
    Datum values[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS];
    GetPerTupleExprContext(estate)->ecxt_scantuple = slot;
    FormIndexDatum(result->ri_IndexRelationInfo[index], slot, estate, values, nulls);
    const char* text = BuildIndexValueDescription(result->ri_IndexRelationDescs[index], values, nulls);
    return text == nullptr ? "" : text;
}

}  // namespace

// CHECK constraints, to be asked one by one. Where generated columns take part the server's own check stays alone.
void DirectPath::prepare_checks() {
    const TupleConstr* constraints = RelationGetDescr(relation_)->constr;
    if (constraints == nullptr || pg::has_generated(constraints)) return;
    for (int i = 0; i < constraints->num_check; ++i) {
        if (!pg::is_enforced(constraints->check[i])) continue;
        auto* expression = static_cast<Expr*>(stringToNode(constraints->check[i].ccbin));
        checks_.push_back({constraints->check[i].ccname, ExecPrepareExpr(expression, estate_)});
    }
}

bool DirectPath::find_violation(TupleTableSlot* slot, Violation* violation) {
    TupleDesc descriptor = RelationGetDescr(relation_);
    for (int i = 0; i < descriptor->natts; ++i) {
        const FormData_pg_attribute* attribute = TupleDescAttr(descriptor, i);
        if (!attribute->attnotnull || !slot->tts_isnull[i] || attribute->attgenerated != '\0') continue;
        *violation = {ERRCODE_NOT_NULL_VIOLATION, i + 1,
                      psprintf("null value in column \"%s\" violates not-null constraint", NameStr(attribute->attname))};
        return true;
    }
    ExprContext* context = GetPerTupleExprContext(estate_);
    context->ecxt_scantuple = slot;
    for (const Check& check : checks_) {
        if (ExecCheck(check.expression, context)) continue;
        *violation = {ERRCODE_CHECK_VIOLATION, 0, psprintf("new row violates check constraint \"%s\"", check.name)};
        return true;
    }
    return find_duplicate(slot, violation);
}

bool DirectPath::find_duplicate(TupleTableSlot* slot, Violation* violation) {
    for (int i = 0; i < result_->ri_NumIndices; ++i) {
        Relation index = result_->ri_IndexRelationDescs[i];
        const IndexInfo* info = result_->ri_IndexRelationInfo[i];
        if (!index->rd_index->indimmediate || (!info->ii_Unique && info->ii_ExclusionOps == nullptr)) continue;
        List* only = list_make1_oid(RelationGetRelid(index));
        if (pg::keys_are_free(result_, slot, estate_, only)) continue;
        *violation = {info->ii_Unique ? ERRCODE_UNIQUE_VIOLATION : ERRCODE_EXCLUSION_VIOLATION,
                      info->ii_NumIndexKeyAttrs == 1 ? info->ii_IndexAttrNumbers[0] : 0,
                      psprintf("%s constraint \"%s\": key %s", schema_word(!info->ii_Unique), RelationGetRelationName(index),
                               describe_key(result_, i, slot, estate_))};
        return true;
    }
    return false;
}

void DirectPath::forget_failed() {
    pg::pg_call([this] {
        for (int i = 0; i < batch_rows; ++i) ExecClearTuple(slots_[i]);
        ResetPerTupleExprContext(estate_);
    });
}

bool DirectPath::check(int row, Violation* violation) {
    return pg::pg_call([this, row, violation] {
        fill_slot(row);
        return find_violation(slots_[row], violation);
    });
}

void DirectPath::insert_one(int row) {
    pg::pg_call([this, row] {
        fill_slot(row);
        TupleTableSlot* slot = slots_[row];
        if (RelationGetDescr(relation_)->constr != nullptr) ExecConstraints(result_, slot, estate_);
        command_ = GetCurrentCommandId(true);
        table_tuple_insert(relation_, slot, command_, 0, nullptr);
        if (result_->ri_NumIndices > 0) list_free(pg::insert_index_tuples(result_, slot, estate_));
        clear_slot(row);
        ResetPerTupleExprContext(estate_);
        CHECK_FOR_INTERRUPTS();
    });
}

}  // namespace copy
