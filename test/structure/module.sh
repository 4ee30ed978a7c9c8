#!/usr/bin/env bash
# The built module: no warning on the way, few exported names, few libraries, and an uninstall that leaves nothing.
set -euo pipefail

. "$(dirname "$0")/../tools/tap.sh"
unset MAKEFLAGS MFLAGS MAKELEVEL

module=sqlite_fdw_migrate.so
check "the module is built" test -s $module
nothing "the compiler had nothing to say" "$(grep -nE '^(src/|sql/|In file included from src/).*(warning|error):' \
    build/build.log || true)"
nothing "only functions for the server are exported" "$(nm -D --defined-only $module | awk '{ print $3 }' |
    grep -vE '^(Pg_magic_func|pg_finfo_.*|_PG_init|_PG_fini|sqlite_migrate_.*|sqlite_fdw_migrate_.*)$' | while read -r name; do
    # A function of SQL comes with its pg_finfo_ record.
    nm -D --defined-only $module | grep -qw "pg_finfo_$name" || echo "$name"
done)"
nothing "every function of ours that is called is there" "$(nm -D --undefined-only $module | c++filt |
    grep -E ' (api|fdw|copy|verify|value|pg|schema|normalize|archive|sqlite|base)::' || true)"
nothing "only the promised libraries are needed at run time" "$(objdump -p $module |
    sed -n 's/^ *NEEDED *//p' | grep -vE '^(libsqlite3|libarchive|libstdc\+\+|libgcc_s|libm|libc|ld-linux[^.]*)\.so' || true)"

folder=$(mktemp -d build/uninstall.XXXXXX)
trap 'rm -rf "$folder"' EXIT
check "make install" make -s install DESTDIR="$PWD/$folder"
check "make install brings the module, the control file and the script" \
    test "$(find "$folder" -type f | wc -l)" -ge 3
check "make uninstall" make -s uninstall DESTDIR="$PWD/$folder"
nothing "make uninstall leaves nothing" "$(find "$folder" ! -type d)"

done_testing
