#!/usr/bin/env bash
# Builds the extension with all processors; shows the log only if that fails. Arguments are passed to make.
set -euo pipefail

cd "$(dirname "$0")/../.."
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
mkdir -p build
if ! make -s -j"$(nproc)" "$@" >build/build.log 2>&1; then
    cat build/build.log
    echo "The build failed: see above, or build/build.log." >&2
    exit 1
fi
