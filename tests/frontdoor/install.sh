#!/bin/sh
# shellcheck disable=SC2016,SC2086 # for stand-ins to expand; lists of words
# install.sh -- what is missing is installed, and only that; where that cannot
# be, the line to type is printed.  apt-get and sudo are stand-ins.
. "$(dirname "$0")/lib.sh"
cookbook=$ROOT/cookbook
path=$WORK/path
log=$WORK/apt.log
only_commands "$path" $BARE

# A machine with a compiler, the headers and the data, but no CMake and no
# gnuplot; its apt-get brings what it is asked for.
make_machine() { # make_machine USER_ID
    rm -rf "$path" "$log" "$WORK/data"
    only_commands "$path" $BARE
    stand_in "$path" cc 'exit 0'
    stand_in "$path" c++ 'exit 0'
    stand_in "$path" make 'exit 0'
    stand_in "$path" id "echo $1"
    stand_in "$path" apt-get "echo \"\$DEBIAN_FRONTEND: \$*\" >>'$log'" \
        'for word; do case $word in' \
        "cmake) printf '#!/bin/sh\necho cmake version 3.25.1\n' >'$path/cmake'" \
        "   chmod +x '$path/cmake' ;;" \
        "gnuplot-nox) printf '#!/bin/sh\nexit 0\n' >'$path/gnuplot'" \
        "   chmod +x '$path/gnuplot' ;;" \
        'esac; done'
    mkdir -p "$WORK/data"
    for name in train-images-idx3 train-labels-idx1 t10k-images-idx3 \
        t10k-labels-idx1; do
        : >"$WORK/data/$name-ubyte.gz"
    done
    mkdir -p "$COOKBOOK_BUILD/cpu/bin"
    stand_in "$COOKBOOK_BUILD/cpu/bin" 03_tiled_matmul 'exit 0'
}
run="env PATH=$path COOKBOOK_DATA=$WORK/data COOKBOOK_BACKEND=cpu
    $path/sh $cookbook run 3"

# Root installs.
make_machine 0
expect 0 '^03_tiled_matmul +verified' $run
holds test "$(sed -n 1p "$log")" = 'noninteractive: -q update'
holds test "$(sed -n 2p "$log")" = \
    'noninteractive: -q install -y --no-install-recommends cmake gnuplot-nox'
holds test "$(($(wc -l <"$log")))" -eq 2

# The second time nothing is missing, and nothing is installed.
rm "$log"
expect 0 verified $run
holds test ! -e "$log"

# A user with sudo that asks for no password installs through it.
make_machine 1000
stand_in "$path" sudo '[ "$1" = -n ] || exit 1' \
    'shift' '[ "$1" = true ] || exec "$@"'
expect 0 verified $run
holds grep -q 'install .* cmake gnuplot-nox' "$log"

# A user whose sudo would ask, without a terminal: the line to type.
make_machine 1000
stand_in "$path" sudo 'exit 1'
refused 2 'sudo apt-get update && sudo apt-get install -y cmake gnuplot-nox$' \
    $run
holds test ! -e "$log"

# No sudo: the same.  No apt at all: what is needed, in Debian's names.
rm "$path/sudo"
refused 2 'sudo apt-get install -y cmake gnuplot-nox$' $run
rm "$path/apt-get"
refused 2 'install what Debian calls cmake gnuplot-nox$' $run

# Each command asks for its own: cmocka is for tests, gnuplot for plots.
make_machine 1000
stand_in "$path" cc 'exit 1'
refused 2 "'test' needs: build-essential cmake zlib1g-dev libcmocka-dev" \
    env PATH="$path" "$path/sh" "$cookbook" test
refused 2 "'plot' needs: gnuplot-nox\." \
    env PATH="$path" "$path/sh" "$cookbook" plot

# Without the data: how to get it, from `run 18` and `test`; `run 3` needs none.
make_machine 1000
rm -r "$WORK/data"
for command in 'run 18' test; do
    refused 2 'install -y .*dataset-fashion-mnist' \
        env PATH="$path" COOKBOOK_DATA="$WORK/data" \
        "$path/sh" "$cookbook" $command
done
refused 2 'install -y cmake gnuplot-nox$' $run

# An apt-get that fails is a system error, with its own words.
make_machine 0
stand_in "$path" apt-get 'echo E: no such mirror; exit 100'
expect 3 "'install cmake gnuplot-nox' failed" $run
said 'E: no such mirror'

finish
