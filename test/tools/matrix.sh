#!/usr/bin/env bash
# Runs make test in chroots of other Debian releases, made by debootstrap: matrix.sh [SUITE...] (trixie testing). ONLY=name.
set -euo pipefail

cd "$(dirname "$0")/../.."
suites=("$@")
[ ${#suites[@]} != 0 ] || suites=(trixie testing)

if [ "$(id -u)" != 0 ]; then
    echo "make test-matrix needs root, for debootstrap and chroot" >&2
    exit 1
fi
if ! command -v debootstrap >/dev/null; then
    echo "missing: debootstrap. On Debian or Ubuntu: apt-get install debootstrap" >&2
    exit 1
fi

# The mirror that this machine's apt uses.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | sed '/security/d' | sed -n 1p)
if [ -z "$mirror" ]; then
    echo "apt has no mirror that debootstrap could use" >&2
    exit 1
fi

# inside ROOT COMMAND...: in the chroot, with mounts and processes that end with it.
inside() {
    # shellcheck disable=SC2016  # for the inner shell
    unshare --mount --pid --fork --kill-child bash -euc '
        root=$1
        shift
        mount -t proc proc "$root/proc"
        mount --bind /dev "$root/dev"
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
    ' inside "$@"
}

prepare() {
    local suite=$1 root=$2
    if [ ! -e "$root/etc/debian_version.ready" ]; then
        rm -rf --one-file-system "$root"
        debootstrap --variant=minbase "$suite" "$root" "$mirror" || return 1
        # How this machine's apt reaches its mirror.
        apt-config dump | sed -nE '/^Acquire::(Check-|http|https|Retries)/p' >"$root/etc/apt/apt.conf.d/90host"
        touch "$root/etc/debian_version.ready"
    fi
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    inside "$root" apt-get update || return 1
    # The base of a fresh machine; make test installs the rest.
    inside "$root" apt-get install -y --no-install-recommends make g++ || return 1
    copy_tree "$root/src"
}

# The tree as it is, without what was built here. Only files that differ are written, so that what was built there stays.
copy_tree() {
    local to=$1 file
    mkdir -p "$to"
    find . -name build -prune -o -name .git -prune -o -path ./results -prune -o -type f ! -name '*.so' -print |
        while IFS= read -r file; do
            cmp -s "$file" "$to/$file" && continue
            mkdir -p "$to/$(dirname "$file")"
            cp "$file" "$to/$file"
        done
    (cd "$to" && find . -name build -prune -o -type f ! -name '*.so' -print) | while IFS= read -r file; do
        [ -e "$file" ] || rm "$to/$file"
    done
}

versions() {
    inside "$1" bash -c '
        echo "PostgreSQL $(pg_config --version | cut -d" " -f2), SQLite $(sqlite3 --version | cut -d" " -f1), g++ $(g++ -dumpfullversion)"'
}

mkdir -p build/matrix
failed=0 lines=''
for suite in "${suites[@]}"; do
    root=$PWD/build/matrix/$suite log=$PWD/build/matrix/$suite.log
    echo "== $suite: $log"
    status=0
    if prepare "$suite" "$root" >"$log" 2>&1; then
        inside "$root" make -C /src test ONLY="${ONLY:-}" 2>&1 | tee -a "$log" || status=$?
        line="$suite: $(versions "$root"): $(cat "$root/src/build/test/summary" 2>/dev/null || echo 'no tests ran')"
    else
        status=1
        tail -n 20 "$log"
        line="$suite: the chroot could not be made: see $log"
    fi
    [ $status = 0 ] || failed=1
    lines+="$line"$'\n'
done
printf '\n%s' "$lines"
exit $failed
