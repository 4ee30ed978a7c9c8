// Feeds rows to the server's COPY in binary form.
#include <algorithm>
#include <cstring>
#include <deque>

#include "base/error.hpp"
#include "copy/copy_path.hpp"
#include "pg/guard.hpp"

extern "C" {
#include "access/xact.h"
#include "catalog/pg_trigger.h"
#include "commands/copy.h"
#include "commands/copyfrom_internal.h"
#include "commands/defrem.h"
#include "commands/trigger.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
}

#include "pg/compat.hpp"

namespace copy {
namespace {

constexpr int batch_rows = 1000;
constexpr int64_t chunk_rows = 100000;
constexpr int large_row = 1024;  // bytes

const char signature[] = "PGCOPY\n\377\r\n\0";
constexpr size_t signature_size = 11;

// Everything between the reader and COPY's read callback. The callback of PostgreSQL 15 has no argument, so the feed at
// work is in a static; a trigger that copies again inside COPY finds its own, and gives ours back.
class Feed {
   public:
    Feed(Relation relation, const std::vector<int>& attributes, const NextBatch& next, int64_t limit)
        : relation_(relation), attributes_(attributes), next_(next), limit_(limit) {
        pg::pg_call([this] { open(); });
    }

    bool at_end() const { return at_end_ && given_ == filled_; }

    // A new COPY begins: header first, and no trailer yet.
    void begin_chunk() {
        pg::pg_call([this] {
            resetStringInfo(&buffer_);
            appendBinaryStringInfo(&buffer_, signature, signature_size);
            pq_sendint32(&buffer_, 0);
            pq_sendint32(&buffer_, 0);
        });
        sent_ = 0;
        chunk_ = 0;
        ended_ = false;
        copy_ = nullptr;
    }

    // The server gathers up to 1000 rows before it writes them, fewer if their lines are long. In binary form it knows no
    // length of a line, so that rows of 1 MB would take 1 GB: it is told the mean of those that it is given.
    void tell_length_to(CopyFromState copy) {
        copy_ = copy;
        tell_length();
    }

    // COPY asks for up to `most` bytes. 0 means the end.
    int read(char* out, int most) {
        while (sent_ == buffer_.len && !ended_) refill();
        int size = std::min(most, buffer_.len - sent_);
        memcpy(out, buffer_.data + sent_, size);
        sent_ += size;
        return size;
    }

   private:
    void open() {
        TupleDesc descriptor = RelationGetDescr(relation_);
        rows_context_ = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_migrate rows", ALLOCSET_DEFAULT_SIZES);
        initStringInfo(&buffer_);
        senders_ = static_cast<FmgrInfo*>(palloc(sizeof(FmgrInfo) * descriptor->natts));
        for (int attribute : attributes_) {
            Oid function;
            bool varlena;
            getTypeBinaryOutputInfo(TupleDescAttr(descriptor, attribute - 1)->atttypid, &function, &varlena);
            fmgr_info(function, &senders_[attribute - 1]);
        }
        rows_ = static_cast<value::RowTarget*>(palloc(sizeof(value::RowTarget) * batch_rows));
        for (int i = 0; i < batch_rows; ++i)
            rows_[i] = {static_cast<Datum*>(palloc(sizeof(Datum) * descriptor->natts)),
                        static_cast<bool*>(palloc(descriptor->natts))};
    }

    void refill() {
        pg::pg_call([this] { resetStringInfo(&buffer_); });
        sent_ = 0;
        if (given_ == filled_ && !at_end_ && chunk_ < limit_) {
            MemoryContextReset(rows_context_);
            MemoryContext caller = MemoryContextSwitchTo(rows_context_);
            given_ = 0;
            filled_ = next_(rows_, batch_rows, &at_end_);
            MemoryContextSwitchTo(caller);
        }
        if (given_ < filled_ && chunk_ < limit_) {
            int last = static_cast<int>(std::min<int64_t>(filled_, given_ + (limit_ - chunk_)));
            pg::pg_call([this, last] {
                MemoryContext caller = MemoryContextSwitchTo(rows_context_);
                for (int i = given_; i < last; ++i) send_row(rows_[i]);
                MemoryContextSwitchTo(caller);
            });
            row_bytes_ = buffer_.len / std::max(last - given_, 1);
            tell_length();
            chunk_ += last - given_;
            given_ = last;
        } else if (at_end() || chunk_ >= limit_) {
            pg::pg_call([this] { pq_sendint16(&buffer_, -1); });
            ended_ = true;
        }
    }

    void tell_length() {
        if (copy_ != nullptr) copy_->line_buf.len = row_bytes_ < large_row ? 0 : row_bytes_;
    }

    void send_row(const value::RowTarget& row) {
        pq_sendint16(&buffer_, static_cast<int16>(attributes_.size()));
        for (int attribute : attributes_) {
            int index = attribute - 1;
            if (row.nulls[index]) {
                pq_sendint32(&buffer_, -1);
                continue;
            }
            bytea* bytes = SendFunctionCall(&senders_[index], row.values[index]);
            pq_sendint32(&buffer_, VARSIZE(bytes) - VARHDRSZ);
            appendBinaryStringInfo(&buffer_, VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ);
        }
    }

    Relation relation_;
    const std::vector<int>& attributes_;
    const NextBatch& next_;
    int64_t limit_;  // rows in one COPY
    MemoryContext rows_context_ = nullptr;
    StringInfoData buffer_{};
    FmgrInfo* senders_ = nullptr;
    value::RowTarget* rows_ = nullptr;
    int sent_ = 0;            // of buffer_
    int filled_ = 0, given_ = 0;  // of rows_
    int64_t chunk_ = 0;       // rows given in this COPY
    int row_bytes_ = 0;       // the mean of those in buffer_
    CopyFromState copy_ = nullptr;  // the COPY at work
    bool at_end_ = false;     // of the source
    bool ended_ = false;      // trailer written
};

Feed* current_feed = nullptr;

// The server calls this from CopyFrom.
int read_feed(void* out, int least, int most) {
    (void) least;  // COPY's own buffer asks again until it has enough or gets 0
    return pg::pg_entry([=] { return current_feed->read(static_cast<char*>(out), most); });
}

class CurrentFeed {
   public:
    explicit CurrentFeed(Feed* feed) : before_(current_feed) { current_feed = feed; }
    ~CurrentFeed() { current_feed = before_; }

   private:
    Feed* before_;
};

// Plain data only: inside pg_call.
uint64 copy_once(Relation relation, List* names) {
    ParseState* state = make_parsestate(nullptr);
    state->p_sourcetext = "COPY";
    ParseNamespaceItem* item = addRangeTableEntryForRelation(state, relation, RowExclusiveLock, nullptr, false, false);
    pg::mark_inserted(item, relation, names);
    List* options = list_make1(makeDefElem(pstrdup("format"), reinterpret_cast<Node*>(makeString(pstrdup("binary"))), -1));
    CopyFromState copy = BeginCopyFrom(state, relation, nullptr, nullptr, false, read_feed, names, options);
    current_feed->tell_length_to(copy);
    uint64 rows = CopyFrom(copy);
    EndCopyFrom(copy);
    free_parsestate(state);
    CommandCounterIncrement();
    return rows;
}

// Each row leaves an event for each AFTER trigger and each foreign key. A key within the table needs all rows before it
// is checked, so such a table goes in one piece.
int64_t rows_per_copy(Relation relation) {
    const TriggerDesc* triggers = relation->trigdesc;
    if (triggers == nullptr || !triggers->trig_insert_after_row) return PG_INT64_MAX;
    for (int i = 0; i < triggers->numtriggers; ++i)
        if (triggers->triggers[i].tgconstrrelid == RelationGetRelid(relation)) return PG_INT64_MAX;
    return chunk_rows;
}

}  // namespace

int64_t run_copy_path(Relation relation, const std::vector<int>& attributes, const NextBatch& next) {
    Feed feed(relation, attributes, next, rows_per_copy(relation));
    CurrentFeed current(&feed);
    List* names = pg::pg_call([&]() -> List* {
        List* list = NIL;
        for (int attribute : attributes)
            list = lappend(list, makeString(pstrdup(NameStr(TupleDescAttr(RelationGetDescr(relation), attribute - 1)->attname))));
        return list;
    });
    int64_t rows = 0;
    do {
        feed.begin_chunk();
        rows += static_cast<int64_t>(pg::pg_call([=] { return copy_once(relation, names); }));
    } while (!feed.at_end());
    return rows;
}

}  // namespace copy
