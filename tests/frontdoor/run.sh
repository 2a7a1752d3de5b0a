#!/bin/sh
# shellcheck disable=SC2016 # what stand-ins say is expanded by them
# run.sh -- ./cookbook run with the programs of this build: verdicts, exit
# codes, summary, CSV.  $1 is where the programs are.
. "$(dirname "$0")/lib.sh"
programs=$1
cookbook=$ROOT/cookbook

# The build itself is not repeated here: cmake is a stand-in that does nothing,
# and the programs lie where it would have put them.
bin=$COOKBOOK_BUILD/cpu/bin
COOKBOOK_BACKEND=cpu
export COOKBOOK_BACKEND
mkdir -p "$bin" "$WORK/path"
cp "$programs"/[0-9]* "$bin"
stand_in "$WORK/path" cmake 'echo cmake version 3.25.1'
stand_in "$WORK/path" gnuplot 'exit 0'
PATH=$WORK/path:$PATH
results=$COOKBOOK_BUILD/results

for name in 3 03 tiled_matmul 03_tiled_matmul; do
    rm -rf "$results"
    expect 0 '^03_tiled_matmul +verified' "$cookbook" run "$name" -m 5 -n 7 -k 3
    holds grep -q '^03_tiled_matmul,tiled,.*,5x7x3,.*,yes$' \
        "$results/03_tiled_matmul.csv"
done
expect 0 '^01_naive_matmul +verified' "$cookbook" run 1 3 --quick
said '^03_tiled_matmul +verified'
holds test -s "$results/01_naive_matmul.csv"
expect 0 '--variant' "$cookbook" run 03 --help
expect 0 '^tiled$' "$cookbook" run 03 --list
expect 2 'out of range; allowed is' "$cookbook" run 03 -m 0
holds sh -c "! grep -q plot '$WORK/out' '$WORK/err'" # a refusal ends it

# An output of the reader's own is found from where the reader stands.
(cd "$WORK" && "$cookbook" run 03 -m 5 -n 7 -k 3 --csv mine.csv) \
    >/dev/null 2>&1
holds test -s "$WORK/mine.csv"

# One chapter's failure neither hides nor stops the others.
stand_in "$bin" 01_naive_matmul 'exit 1'
expect 1 '^01_naive_matmul +WRONG RESULT' "$cookbook" run 1 3 --quick
said '^03_tiled_matmul +verified'
stand_in "$bin" 01_naive_matmul 'exit 3'
expect 3 '^01_naive_matmul +system error' "$cookbook" run 1 3 --quick
stand_in "$bin" 01_naive_matmul 'kill -SEGV $$'
expect 3 '^01_naive_matmul +died with code 139' "$cookbook" run 1 --quick
stand_in "$bin" 01_naive_matmul 'exit 77'
expect 0 '^01_naive_matmul +not possible here' "$cookbook" run 1 --quick

# A build that fails: said, with the end of its output, and never "verified".
stand_in "$WORK/path" cmake \
    'case $1 in --version) echo cmake version 3.25.1 ;; --build) echo Oops' \
    'exit 2 ;; esac'
expect 3 "'build with .*' failed" "$cookbook" run 3
said Oops
stand_in "$WORK/path" cmake 'echo cmake version 3.16.3'
refused 2 '3.16.3 is too old; this needs CMake 3.22' "$cookbook" run 3

finish
