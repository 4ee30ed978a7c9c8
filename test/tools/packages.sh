#!/usr/bin/env bash
# Finds the Debian packages that are missing: packages.sh list|sentence|install build|demo|frameworks|report|test.
set -euo pipefail

action=$1 purpose=$2
pg_config=${PG_CONFIG:-pg_config}
cxx=${CXX:-g++}

# What apt calls the current version of a package family: current_version postgresql 15 gives 15 on Debian 12.
current_version() {
    local family=$1 fallback=$2 found
    found=$(apt-cache depends "$family" 2>/dev/null | sed -n "s/^ *Depends: $family-\([0-9][0-9]*\)\$/\1/p" | head -n 1) || true
    echo "${found:-$fallback}"
}

debian_release() { (. /etc/os-release 2>/dev/null && echo "${VERSION_ID:-}") || true; }

case $(debian_release) in
    12) default_pg=15 default_clang=14 ;;
    *) default_pg=17 default_clang=19 ;;
esac

# The PostgreSQL that pg_config names if its headers are there, else the one that the distribution would install.
postgres_version() {
    local version
    version=$("$pg_config" --version 2>/dev/null | sed 's/^PostgreSQL \([0-9]*\).*/\1/') || true
    echo "${version:-$(current_version postgresql "$default_pg")}"
}

has_command() { command -v "$1" >/dev/null; }
has_module() { pkg-config --exists "$1" 2>/dev/null; }
has_pg_file() { local folder; folder=$("$pg_config" "$1" 2>/dev/null) && [ -e "$folder$2" ]; }
has_python() { /usr/bin/python3 -c "import $1" 2>/dev/null; }
has_header() { "$cxx" -E -x c++ -include "$1" /dev/null >/dev/null 2>&1; }
has_cxx20() { "$cxx" -std=c++20 -fsyntax-only -x c++ /dev/null 2>/dev/null; }

# The clang++ that can link a fuzzer, if any.
fuzz_compiler() {
    local candidate try status=1
    try=$(mktemp -d)
    echo 'extern "C" int LLVMFuzzerTestOneInput(const char *, unsigned long) { return 0; }' >"$try/a.cpp"
    for candidate in ${FUZZ_CXX:-} clang++ $(compgen -c clang++- | sort -u); do
        if "$candidate" -fsanitize=fuzzer,address -o "$try/a" "$try/a.cpp" 2>/dev/null; then
            echo "$candidate"
            status=0
            break
        fi
    done
    rm -rf "$try"
    return $status
}

clang_version() {
    local version
    version=$(compgen -c clang++- | sed -n 's/^clang++-\([0-9]*\)$/\1/p' | sort -n | tail -n 1)
    echo "${version:-$(current_version clang "$default_clang")}"
}

# One line for each missing thing: the package, then what it is for.
missing() {
    local pg
    pg=$(postgres_version)
    has_cxx20 || echo "g++ (a C++20 compiler: $cxx)"
    has_command pkg-config || echo "pkg-config"
    has_module 'sqlite3 >= 3.40' || echo "libsqlite3-dev (SQLite 3.40 or later)"
    has_module libarchive || echo "libarchive-dev"
    has_module fmt || echo "libfmt-dev"
    # Debian has pgxs.mk in the client's package, where the headers are not.
    has_pg_file --includedir-server /postgres.h && has_pg_file --pgxs "" ||
        echo "postgresql-server-dev-$pg (PGXS and headers of $pg_config)"
    [ "$purpose" = build ] && return
    has_pg_file --bindir /initdb || echo "postgresql-$pg"
    has_command sqlite3 || echo "sqlite3"
    [ "$purpose" = demo ] && return
    if [ "$purpose" = report ]; then
        has_command chromium || echo "chromium"
        has_command python3 || echo "python3"
        return
    fi
    if [ "$purpose" = frameworks ]; then
        has_python alembic || echo "python3-alembic"
        has_python sqlalchemy || echo "python3-sqlalchemy"
        has_python psycopg2 || echo "python3-psycopg2"
        has_python django || echo "python3-django"
        has_command node || echo "nodejs"
        has_command npm || echo "npm"
        return
    fi
    has_pg_file --sharedir /extension/pgtap.control || echo "postgresql-$pg-pgtap"
    has_command pg_prove || echo "libtap-parser-sourcehandler-pgtap-perl"
    has_command xz || echo "xz-utils (tests of archives)"
    has_command bzip2 || echo "bzip2 (tests of archives)"
    has_header doctest/doctest.h || echo "doctest-dev"
    if ! fuzz_compiler >/dev/null; then
        local clang
        clang=$(clang_version)
        has_command "clang++-$clang" || has_command clang++ || echo "clang-$clang"
        echo "libclang-rt-$clang-dev"
    fi
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs packages while Debian's drop-in folder says that no cluster is to be made; the drop-in goes again afterwards.
install_packages() {
    local folder=/etc/postgresql-common/createcluster.d
    local dropin=$folder/sqlite_fdw_migrate_test.conf
    # shellcheck disable=SC2064  # the values of now are meant
    trap "as_root rm -f '$dropin'; as_root rmdir --ignore-fail-on-non-empty -p '$folder'" EXIT
    as_root mkdir -p "$folder"
    as_root sh -c "echo 'create_main_cluster = false' >'$dropin'"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

explain() { sed 's/^/    /' <<<"$1"; }

# "libfmt-dev (why)" -> "libfmt-dev", all in one line.
names() { sed 's/ .*//' <<<"$1" | tr '\n' ' ' | sed 's/ $//'; }

case $action in
    list) missing ;;
    fuzz-compiler) fuzz_compiler ;;
    sentence)
        list=$(missing)
        [ -z "$list" ] || echo "missing: ${list//$'\n'/, }. On Debian or Ubuntu: apt-get install $(names "$list")"
        ;;
    install)
        list=$(missing)
        [ -n "$list" ] || exit 0
        if [ "${APT:-}" != no ] && has_command apt-get && { [ "$(id -u)" = 0 ] || has_command sudo; }; then
            can_install=yes
        else
            can_install=no
        fi
        if [ $can_install = yes ]; then
            # The names of versions (postgresql-15) come from apt's lists, which a fresh machine may not have yet.
            as_root apt-get update -qq
            list=$(missing)
        fi
        echo "Missing packages for make $purpose:"
        explain "$list"
        if [ $can_install = no ]; then
            echo "Install them by: apt-get install $(names "$list")" >&2
            exit 1
        fi
        read -ra packages <<<"$(names "$list")"
        install_packages "${packages[@]}"
        list=$(missing)
        if [ -n "$list" ]; then
            echo "Still missing after the installation: $(names "$list")" >&2
            exit 1
        fi
        ;;
    *)
        echo "usage: packages.sh list|sentence|install build|demo|frameworks|report|test" >&2
        exit 2
        ;;
esac
