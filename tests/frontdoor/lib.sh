# shellcheck shell=sh disable=SC2034 # its variables are used by the tests
# lib.sh -- what the tests of the front door share.  Read with `.`.
#
# A test is a list of `expect` lines.  It ends with `finish`, whose exit code
# is 0 only if all of them held.
set -u

ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P) || exit 3
WORK=$(mktemp -d) || exit 3
trap 'rm -rf "$WORK"' EXIT
trap 'exit 3' INT TERM

# The reader's own settings must not decide a test.
unset COOKBOOK_DATA COOKBOOK_BACKEND
COOKBOOK_BUILD=$WORK/build
export COOKBOOK_BUILD

checks=0
failures=0

fail() {
    echo "FAILED: $*" >&2
    cat "$WORK/out" "$WORK/err" 2>/dev/null | sed 's/^/    | /; 12q' >&2
    failures=$((failures + 1))
}

# Runs a command and holds its exit code against CODE, and what it printed
# against PATTERN (an extended regular expression; '' for anything).  Output
# and errors stay in $WORK/out and $WORK/err.
expect() { # expect CODE PATTERN COMMAND...
    want=$1
    pattern=$2
    shift 2
    checks=$((checks + 1))
    "$@" >"$WORK/out" 2>"$WORK/err" </dev/null
    got=$?
    if [ "$got" -ne "$want" ]; then
        fail "exit code $got instead of $want: $*"
    elif [ -n "$pattern" ] &&
        ! cat "$WORK/out" "$WORK/err" | grep -Eq -e "$pattern"; then
        fail "nothing like '$pattern' was said: $*"
    fi
}

# The same for a refusal: one line on stderr, nothing on stdout.
refused() { # refused CODE PATTERN COMMAND...
    expect "$@"
    lines=$(($(wc -l <"$WORK/err")))
    if [ "$lines" -ne 1 ] || [ -s "$WORK/out" ]; then
        fail "a refusal is one line on stderr, not $lines: $*"
    fi
}

# The output or the errors of the last `expect` have a line like this.
said() { # said PATTERN
    checks=$((checks + 1))
    cat "$WORK/out" "$WORK/err" | grep -Eq -e "$1" || fail "not said: '$1'"
}

holds() { # holds COMMAND...: a condition, such as test -s FILE
    checks=$((checks + 1))
    "$@" || fail "does not hold: $*"
}

# A directory with the named commands and nothing else, for a PATH on which
# other commands are missing.
only_commands() { # only_commands DIRECTORY COMMAND...
    into=$1
    shift
    mkdir -p "$into"
    for tool; do
        tool_path=$(command -v "$tool") && ln -sf "$tool_path" "$into/$tool"
    done
}

# A stand-in for a command: a script with these lines.
stand_in() { # stand_in DIRECTORY COMMAND LINE...
    stand_path=$1/$2
    shift 2
    rm -f "$stand_path"
    { echo '#!/bin/sh' && printf '%s\n' "$@"; } >"$stand_path"
    chmod +x "$stand_path"
}

# What a bare Debian has, as far as ./cookbook uses it.
BARE='sh awk basename cat chmod cp cut date df dirname env grep gzip head id mkdir
mktemp mv nproc rm sed sha256sum sort tail tr uname wc'

finish() {
    echo "$((checks - failures)) of $checks checks hold"
    [ "$failures" -eq 0 ] && [ "$checks" -gt 0 ]
    exit
}
