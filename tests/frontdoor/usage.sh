#!/bin/sh
# usage.sh -- what is asked for wrongly is refused in one clear sentence.
. "$(dirname "$0")/lib.sh"
cookbook=$ROOT/cookbook

refused 2 "no command 'frobnicate'; there are: run, test" \
    "$cookbook" frobnicate
expect 2 'usage: ./cookbook COMMAND' "$cookbook"
expect 0 'usage: ./cookbook COMMAND' "$cookbook" --help
for command in run test list plot data doctor; do
    expect 0 "usage: ./cookbook $command" "$cookbook" "$command" --help
    refused 2 "'$command' does not know '--bogus'; see" \
        "$cookbook" "$command" --bogus
done

for command in run plot; do
    for unknown in 99 3x tiled_ 03_tiled '' '*' 'a b' ../01_naive_matmul; do
        refused 2 "there is no chapter '.*'; there are: .*03_tiled_matmul" \
            "$cookbook" "$command" "$unknown"
    done
done
refused 2 "'-m' would go to one chapter's program, but there are several" \
    "$cookbook" run 01 03 -m 5
refused 2 "does not know '-m'" "$cookbook" run -m 5
refused 2 "no data set 'imagenet'; there is: fashion-mnist" \
    "$cookbook" data imagenet
refused 2 '--from needs a directory' "$cookbook" data --from
refused 2 "COOKBOOK_BACKEND is 'tpu'; it can be" \
    env COOKBOOK_BACKEND=tpu "$cookbook" list

# A directory cannot be made below a file, not even by root.
: >"$WORK/file"
refused 3 "cannot write to the build directory '.*'; COOKBOOK_BUILD can" \
    env COOKBOOK_BUILD="$WORK/file/build" "$cookbook" plot 03
# One that is there and closed stops everybody but root.
mkdir "$WORK/closed"
chmod 555 "$WORK/closed"
if [ ! -w "$WORK/closed" ]; then
    refused 3 'cannot write to the build directory' \
        env COOKBOOK_BUILD="$WORK/closed" "$cookbook" plot 03
fi

expect 0 '^18_cnn' "$cookbook" list
holds test "$(grep -c '^[0-9][0-9]_' "$WORK/out")" -eq \
    "$(find "$ROOT"/chapters/*/main.c | wc -l)"
holds test ! -e "$COOKBOOK_BUILD" # nothing of this has written anything
# From another directory, through a link: the same.
ln -s "$ROOT" "$WORK/link"
cd / && expect 0 '^18_cnn' "$WORK/link/cookbook" list

finish
