# softcc's command line; run.sh reads this.

# status N WORD ... : softcc WORD ... ends with exit status N.
status() {
    wanted=$1
    shift
    (cd "$work" && timeout 60 "$softcc" "$@") >"$work/out" 2>"$work/err"
    status=$?
    [ "$status" -eq "$wanted" ] || {
        cat "$work/out" "$work/err" >&2
        fail "softcc $*: exit status $status, not $wanted"
    }
}

# says TEXT: the last command said so.
says() {
    grep -qF -e "$1" "$work/out" "$work/err" || {
        cat "$work/out" "$work/err" >&2
        fail "expected: $1"
    }
}

# gives NUMBER: the program a.out of the last command computes it.
gives() {
    (cd "$work" && timeout 30 "./${2:-a.out}" "$1") || fail "wrong result"
    rm -f "$work/${2:-a.out}"
}

softcc=$(cd "$(dirname "$softcc")" && pwd)/$(basename "$softcc")
cp -R "$file/." "$work" || exit 2
I="-I include"

# Everything at once, and in pieces.
status 0 main.cu scale.cu part.c $I
gives 1034
status 0 $I -DFACTOR=2 -O1 main.cu scale.cu part.c -o prog
gives 1065 prog
status 0 -c $I main.cu -D FACTOR=3 -o first.o
status 0 -dc scale.cu
[ -f "$work/scale.o" ] || fail "-dc leaves scale.o"
status 0 -Iinclude -c part.c
status 0 first.o scale.o part.o -oprog
gives 1096 prog
status 0 -c $I main.cu scale.cu part.c
status 0 main.o scale.o part.o
gives 1034
status 0 -ccbin "${CXX:-g++}" main.o scale.o part.c --compiler-options -Wall $I
gives 1034

# Libraries: -L and -l; the runtime's own are there already.
(cd "$work" && mkdir -p lib && ar rcs lib/libpart.a part.o) || exit 2
status 0 main.cu scale.cu $I -L lib -lpart -lcudart -lcuda -lm
gives 1034
status 0 main.cu scale.cu $I -Llib -l part -Xlinker --as-needed
gives 1034
status 0 main.o scale.o lib/libpart.a
gives 1034

# nvcc's flags for GPUs make no difference.
status 0 -arch=sm_80 -gencode arch=compute_90,code=sm_90 -lineinfo -rdc=true \
    -use_fast_math --expt-relaxed-constexpr -Xptxas -v -std=c++11 -G -g \
    main.cu scale.cu part.c $I
gives 1034

# -std=c++20, and -Xcompiler flags that the linker has to know too.
if printf 'int main(void) { return 0; }' |
    ${CXX:-g++} -fopenmp -x c++ - -o "$work/omp" 2>/dev/null; then
    status 0 -std=c++20 -Xcompiler -fopenmp,-Wall twenty.cu
    gives 0
fi

# One .cu file as C++, with its dependencies.
status 0 --translate $I main.cu -o main.cpp -MF main.d
grep -q 'shift.h' "$work/main.d" || fail "no dependencies in main.d"
grep -q 'softgpu::launch' "$work/main.cpp" || fail "nothing translated"

status 0 --help
says "usage: softcc"
status 0 --version
says "softcc, the soft GPU's compiler"
status 0 -v -c scale.cu
says "scale.o"

# Mistakes: one sentence, exit status 2, and nothing left behind.
rm -f "$work"/*.o "$work/a.out"
status 2
says "no input files"
status 2 no_such_file.cu
says "cannot read 'no_such_file.cu'"
status 2 main.cu --frobnicate
says "unknown option '--frobnicate'"
status 2 main.cu -o
says "-o needs a value"
status 2 main.cu -arch
says "-arch needs a value"
status 2 -c main.cu scale.cu -o both.o
says "-o with -c takes one input file"
for library in cublas cudnn cufft curand cusparse nccl; do
    status 2 main.cu -l$library
    says "the soft GPU has no library '$library'"
done
status 3 -ccbin no_such_compiler scale.cu -c
says "cannot run 'no_such_compiler'"
status 1 main.cu scale.cu $I
says "from_c"
[ ! -e "$work/a.out" ] || fail "a program in spite of the linker's error"
mkdir "$work/folders"
TMPDIR=$work/folders status 0 -c scale.cu
TMPDIR=$work/folders status 2 -c no_such_file.cu
TMPDIR=$work/folders status 1 main.cu $I
[ -z "$(ls "$work/folders")" ] || fail "temporary files left behind"
status 1 -c scale.cu -o no/such/folder/scale.o
says "no/such/folder/scale.o"
