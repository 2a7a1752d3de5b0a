#!/bin/sh
# compare_losses.sh has to refuse what is wrong.
set -u
here=$(dirname "$0")
reference=$(mktemp) || exit 3
trap 'rm -f "$reference"' EXIT
printf '# a comment\n2.5\n1e-2\n0.125\n' >"$reference"
failures=0

expect() { # CODE WHAT OUTPUT
    sh "$here/compare_losses.sh" "$reference" 1e-4 printf "$3" >/dev/null 2>&1
    if [ $? -ne "$1" ]; then
        echo "$2: expected exit code $1" >&2
        failures=$((failures + 1))
    fi
}

expect 0 "the same" '2.5\n0.01\n0.125\n'
expect 0 "close" '2.5001\n0.0100005\n0.124995\n'
expect 1 "too large" '2.5006\n0.01\n0.125\n'
expect 1 "too small" '2.5\n0.01\n0.1249\n'
expect 1 "one missing" '2.5\n0.01\n'
expect 1 "nothing" ''
expect 1 "one too many" '2.5\n0.01\n0.125\n0.1\n'
expect 1 "nan" '2.5\nnan\n0.125\n'
expect 1 "-nan" '2.5\n-nan\n0.125\n'
expect 1 "inf" '2.5\ninf\n0.125\n'
expect 1 "no number" '2.5\nhello\n0.125\n'
expect 1 "two columns" '2.5\n0.01 0.01\n0.125\n'
sh "$here/compare_losses.sh" "$reference" 1e-4 sh -c 'exit 3' 2>/dev/null
[ $? -eq 3 ] || failures=$((failures + 1))
exit "$failures"
