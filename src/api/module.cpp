// The module's magic and its start: everything that must be registered once per backend.
#include "copy/foreign_keys.hpp"
#include "pg/guard.hpp"
#include "pg/run.hpp"
#include "pg/session.hpp"

extern "C" {
#include "fmgr.h"

PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init(void);
}

void _PG_init(void) {
    pg::pg_entry([] {
        pg::pg_call([] {
            pg::register_session_callbacks();
            pg::register_run_callbacks();
            copy::register_foreign_key_callbacks();
        });
    });
}
