// Included last by every file of a room that knows nothing of PostgreSQL.
#ifdef POSTGRES_H
#error "No PostgreSQL header belongs in this file: see docs/architecture.md."
#endif
