#!/bin/sh
# Runs one test of the soft GPU:
#     run.sh SOFTCC feature|error|compile_error FILE.cu
#     run.sh SOFTCC command_line FOLDER
#
# feature        The program checks itself: exit status 0, or 1 and a sentence.
# error          The program has to be stopped with a report.
# compile_error  softcc has to refuse the program with a message.
# command_line   softcc's options, on the small files of FOLDER.
#
# Programs run on one core, on two, with their blocks in random order, and (a
# feature) with every thread on a stack of its own.
# Comments in the test file say the rest:
#     // WITH: other.cu host.c   compile these files too
#     // FLAGS: -O1 -DX=1        more arguments for softcc
#     // EXIT: 3                 exit status (error: 3, compile_error: 1)
#     // EXPECT: text            stands in stderr, after the EXPECTs above it;
#                                "@name" in it means the line of the file that
#                                ends with the comment  // @name
set -u

[ $# -eq 3 ] || {
    echo "usage: run.sh SOFTCC feature|error|compile_error|command_line FILE" >&2
    exit 2
}
softcc=$1 kind=$2 file=$3
folder=$(dirname "$file")
[ -x "$softcc" ] || { echo "run.sh: no compiler '$softcc'" >&2; exit 2; }
[ -r "$file" ] || { echo "run.sh: no test '$file'" >&2; exit 2; }

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# The values of all "// WORD: value" comments.
comment() {
    sed -n "s|^// $1: *||p" "$file"
}

# Every EXPECT text has to stand in the file $1, one after the other.
expect() {
    awk -v source="$file" '
        BEGIN {
            while ((getline text < source) > 0) {
                number++
                if (match(text, /\/\/ @[a-z_]+$/))
                    line[substr(text, RSTART + 4)] = number
                if (text ~ /^\/\/ EXPECT: /)
                    wanted[++count] = substr(text, 12)
            }
            for (i = 1; i <= count; i++)
                for (name in line)
                    while (p = index(wanted[i], "@" name))
                        wanted[i] = substr(wanted[i], 1, p - 1) line[name] \
                                    substr(wanted[i], p + length(name) + 1)
            if (count == 0) {
                print source ": no EXPECT in it"
                exit missed = 1
            }
            next_one = 1
        }
        {
            rest = $0
            while (next_one <= count && (p = index(rest, wanted[next_one]))) {
                rest = substr(rest, p + length(wanted[next_one]))
                if (wanted[next_one] ~ /[0-9]$/ && rest ~ /^[0-9]/)
                    continue    # line 12 is not line 123
                next_one++
            }
        }
        END {
            if (missed) exit 1
            if (next_one <= count) {
                print "not found: " wanted[next_one]
                exit 1
            }
        }' "$1" >&2
}

# run STATUS NAME=VALUE ... : the program under this environment.
run() {
    wanted=$1
    shift
    env "$@" timeout 30 "$work/program" >"$work/out" 2>"$work/err"
    status=$?
    [ "$status" -eq "$wanted" ] && return
    cat "$work/out" "$work/err" >&2
    [ "$status" -eq 124 ] && fail "$file ($compiler, $*): hung"
    fail "$file ($compiler, $*): exit status $status, not $wanted"
}

# compile FLAG ... : the program, and how many .cu files it consists of.
compile() {
    units=1
    set -- "$@" $(comment FLAGS)
    for other in $(comment WITH); do
        set -- "$@" "$folder/$other"
        case $other in *.cu) units=$((units + 1)) ;; esac
    done
    timeout 60 "$softcc" "$file" "$@" -o "$work/program" 2>"$work/err" >&2
}

compilers=${CXX:-g++}
if [ "$kind" = feature ] && command -v clang++ >/dev/null; then
    [ "$compilers" = clang++ ] || compilers="$compilers clang++"
fi

case $kind in
feature)
    for compiler in $compilers; do
        CXX=$compiler
        export CXX
        compile -v || { cat "$work/err" >&2; fail "$file: $compiler"; }
        # softcc compiles once more when the kernels in pieces do not compile.
        [ "$(grep -c ' -c [^ ]*\.ii ' "$work/err")" -eq $units ] ||
            fail "$file: $compiler refuses the kernels in pieces"
        run 0 SOFTGPU_WORKERS=1
        run 0 SOFTGPU_WORKERS=2
        run 0 SOFTGPU_WORKERS=2 SOFTGPU_SHUFFLE=7
        run 0 SOFTGPU_WORKERS=2 SOFTGPU_LOOPS=0
    done
    ;;
error)
    wanted=$(comment EXIT)
    compiler=$compilers
    compile || { cat "$work/err" >&2; fail "$file: softcc"; }
    for workers in 1 2; do
        for shuffle in 0 7; do
            run "${wanted:-3}" SOFTGPU_WORKERS=$workers SOFTGPU_SHUFFLE=$shuffle
            expect "$work/err" || { cat "$work/err" >&2; fail "$file"; }
        done
    done
    ;;
compile_error)
    wanted=$(comment EXIT)
    compile
    status=$?
    [ "$status" -eq "${wanted:-1}" ] || {
        cat "$work/err" >&2
        fail "$file: softcc's exit status $status, not ${wanted:-1}"
    }
    expect "$work/err" || { cat "$work/err" >&2; fail "$file"; }
    ;;
command_line)
    . "$file/tests.sh"
    ;;
*)
    echo "run.sh: unknown kind of test '$kind'" >&2
    exit 2
    ;;
esac
