#!/bin/sh
# cuda_build.sh -- the cuda backend compiles, where nvcc is, GPU or not.
#
# Everything is built for sm_80 and sm_90 with warnings as errors, and what
# ptxas -v says of each kernel is read: a kernel that spills registers to
# memory fails.  Without nvcc the test is skipped (77) and says so.
#
# usage: tests/cuda_build.sh BUILD_DIRECTORY
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 3
build=$1

nvcc=$(command -v nvcc || command -v /usr/local/cuda/bin/nvcc) || {
    echo 'skipped: no nvcc here; the cuda backend was not compiled'
    exit 77
}

mkdir -p "$build" || exit 3
# Spills are told while a kernel is compiled, so all are compiled again.
rm -rf "$build/cuda"
cd "$root" || exit 3
cmake --preset cuda -G 'Unix Makefiles' -B "$build/cuda" \
    -DCMAKE_CUDA_COMPILER="$nvcc" -DCMAKE_CUDA_ARCHITECTURES='80;90' ||
    exit 1
# Two files at a time, but what each compiler says stays in one piece.
if ! cmake --build "$build/cuda" -j 2 -- --output-sync=target \
    >"$build/log" 2>&1; then
    cat "$build/log"
    echo 'FAILED: the cuda backend does not compile'
    exit 1
fi

# ptxas writes, for each kernel and architecture:
#   Compiling entry function 'NAME' for 'sm_80'
#   0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
#   Used 40 registers, ...
awk -v kernels="$(cat "$root"/chapters/*/*.cu | grep -c '^ *__global__')" '
    /Compiling entry function/ {
        split($0, quoted, "\047")
        kernel = quoted[2]
        arch = quoted[4]
    }
    /bytes spill stores/ {
        match($0, /[0-9]+ bytes spill stores/)
        stores = substr($0, RSTART) + 0
        match($0, /[0-9]+ bytes spill loads/)
        loads = substr($0, RSTART) + 0
    }
    /Used [0-9]+ registers/ {
        match($0, /Used [0-9]+/)
        printf "%s  %3d registers  %s\n", arch, substr($0, RSTART + 5), kernel
        count[arch]++
        if (stores + loads > 0) {
            printf "FAILED: %s spills: %d bytes stored, %d loaded (%s)\n",
                kernel, stores, loads, arch
            failed = 1
        }
        stores = loads = 0
    }
    END {
        # Kernels that ptxas was not heard to compile were not checked.
        if (count["sm_80"] < kernels || count["sm_90"] < kernels) {
            printf "FAILED: %d kernels in chapters/, but ptxas told of %d " \
                "(sm_80) and %d (sm_90)\n", kernels, count["sm_80"],
                count["sm_90"]
            failed = 1
        }
        exit failed
    }' "$build/log"
