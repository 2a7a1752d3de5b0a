#!/bin/sh
# The programs of chapters 15 and 18 as their user meets them: a short
# training, its files, and what is said about bad input.
#
#     test_networks.sh DIRECTORY_OF_THE_PROGRAMS
set -u
bin=$1
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "FAILED: $*" >&2
    sed 's/^/    /' "$work/err" >&2
    failures=$((failures + 1))
}

# expect CODE WORD PROGRAM ARGUMENT...: this exit code; if it is not 0, exactly
# one line on stderr, with WORD in it.
expect() {
    code=$1
    word=$2
    program=$3
    shift 3
    "$bin/$program" "$@" >"$work/out" 2>"$work/err"
    got=$?
    if [ $got -eq 77 ]; then
        cat "$work/err" >&2
        exit 77
    fi
    if [ $got -ne "$code" ]; then
        fail "$program $*: exit code $got, expected $code"
    elif [ "$code" -ne 0 ] && { [ "$(wc -l <"$work/err")" -ne 1 ] ||
        ! grep -q -e "$word" "$work/err"; }; then
        fail "$program $*: expected one sentence with \"$word\""
    fi
}

# ---- chapter 15: both networks learn, the log has a line per epoch
expect 0 "" 15_backprop --quick --epochs 3 --reps 2 --csv "$work/15.csv" \
    --log "$work/15_log.csv"
[ "$(head -1 "$work/15_log.csv")" = "net,epoch,train_loss,train_accuracy" ] ||
    fail "head of the log"
[ "$(wc -l <"$work/15_log.csv")" -eq 7 ] || fail "lines of the log"
awk -F, '$1 == "mlp" { loss[$2] = $3 }
    END { exit !(loss[3] < loss[1] && loss[3] > 0) }' "$work/15_log.csv" ||
    fail "mlp does not learn"
[ "$(grep -c 'yes$' "$work/15.csv")" -eq 4 ] || fail "rows of the CSV"

expect 2 "resnet" 15_backprop --net resnet
expect 2 "name it with --net" 15_backprop --losses 3
expect 2 "epochs" 15_backprop --epochs -1
expect 2 "batch" 15_backprop --batch 1e9
expect 2 "lr" 15_backprop --lr fast
expect 2 "cublas" 15_backprop --variant cublas
expect 3 "cannot write" 15_backprop --quick --log "$work/none/log.csv"
expect 3 "cannot write" 15_backprop --check-only --csv "$work/none/15.csv"

# ---- chapter 18: train on a few images, save, reload, continue
few="--limit 200 --variant tiled --reps 1"
expect 0 "" 18_cnn $few --save "$work/w" --log "$work/18_log.csv" \
    --breakdown "$work/layers.csv"
grep -q "^epoch 1/1 .* accuracy 0\.[0-9]" "$work/out" || fail "epoch's line"
head -1 "$work/18_log.csv" | grep -q -x \
    "epoch,train_loss,val_loss,val_accuracy,seconds,images_per_s" ||
    fail "head of the log"
[ "$(wc -l <"$work/layers.csv")" -eq 15 ] || fail "lines of the breakdown"
val=$(awk -F, 'END { printf "%.4f", $3 }' "$work/18_log.csv")
expect 0 "" 18_cnn $few --load "$work/w" --epochs 0
grep -q "validation loss $val " "$work/out" ||
    fail "reloaded weights do not give validation loss $val"

expect 2 "cannot read" 18_cnn $few --load "$work/none"
head -c 1000 "$work/w" >"$work/short"
expect 2 "truncated" 18_cnn $few --load "$work/short"
expect 2 "not a weights file" 18_cnn $few --load "$0"
expect 2 "none" 18_cnn $few --data "$work/none"
expect 2 "limit" 18_cnn --limit -1
expect 2 "batch" 18_cnn --batch 0
expect 2 "vgg" 18_cnn --net vgg
expect 3 "cannot write" 18_cnn $few --save "$work/none/w"

# ---- a full disk: here a limit on the size of files, 64 or 128 KiB
cp "$work/w" "$work/old"
(ulimit -f 128 && "$bin/18_cnn" $few --save "$work/w") \
    >"$work/out" 2>"$work/err"
[ $? -eq 3 ] || fail "full disk: exit code"
grep -q "cannot write" "$work/err" || fail "full disk: sentence"
cmp -s "$work/w" "$work/old" || fail "full disk: the old weights are gone"
[ ! -e "$work/w.tmp" ] || fail "full disk: a draft is left behind"

# ---- Ctrl-C: the step is finished, the weights are saved
(exec "$bin/18_cnn" --variant tiled --save "$work/stopped" --epochs 50) \
    >"$work/out" 2>"$work/err" &
pid=$!
sleep 3
kill -INT $pid
wait $pid
[ $? -eq 0 ] || fail "Ctrl-C: exit code"
grep -q "stopped after step" "$work/err" || fail "Ctrl-C: sentence"
expect 0 "" 18_cnn $few --load "$work/stopped" --epochs 0

exit "$((failures > 0))"
