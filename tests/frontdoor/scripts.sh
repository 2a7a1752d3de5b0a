#!/bin/sh
# scripts.sh -- every shell script parses as POSIX sh, and shellcheck, where it
# is installed, has nothing to say.
. "$(dirname "$0")/lib.sh"
cd "$ROOT" || exit 3

set -- cookbook book/*.sh tests/*.sh tests/frontdoor/*.sh
for script; do
    expect 0 '' sh -n "$script"
done
if command -v shellcheck >/dev/null; then
    expect 0 '' shellcheck -x -P SCRIPTDIR "$@" .ci/run
else
    echo 'shellcheck is not here: parsed only'
fi

finish
