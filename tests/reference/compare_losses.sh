#!/bin/sh
# Does a program print the losses that a reference file has?
#
#     compare_losses.sh REFERENCE TOLERANCE PROGRAM [ARGUMENT ...]
#
# Every line of the program's output must be a number within TOLERANCE,
# relative, of the same line of REFERENCE (lines with # are comments), and
# there must be as many.  NaN and infinity are no numbers.
set -u
reference=$1
tolerance=$2
shift 2

losses=$(mktemp) || exit 3
trap 'rm -f "$losses"' EXIT
"$@" >"$losses"
status=$?
if [ "$status" -ne 0 ]; then
    echo "$1 ended with exit code $status" >&2
    exit "$status"
fi

awk -v tolerance="$tolerance" -v reference="$reference" '
    function is_number(text) {
        return text ~ /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/
    }
    FILENAME == reference && /^#/ { next }
    FILENAME == reference         { want[++wanted] = $0; next }
    {
        got++
        error = ($0 - want[got]) / want[got]
        error = error < 0 ? -error : error
        if (got > wanted) {
            print "step " got ": more losses than expected"; bad++
        } else if (!is_number($0) || !is_number(want[got]) ||
                   !(error <= tolerance)) {
            print "step " got ": loss " $0 ", expected " want[got]; bad++
        } else if (error > worst) {
            worst = error
        }
    }
    END {
        if (got != wanted || wanted == 0) {
            print got + 0 " losses, expected " wanted + 0; bad++
        }
        print got + 0 " losses, the largest relative error is " worst + 0
        exit bad > 0
    }' "$reference" "$losses"
