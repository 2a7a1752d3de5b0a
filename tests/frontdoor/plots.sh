#!/bin/sh
# plots.sh -- pictures are drawn from what was measured, and from nothing else.
. "$(dirname "$0")/lib.sh"
cookbook=$ROOT/cookbook
results=$COOKBOOK_BUILD/results
pictures=$COOKBOOK_BUILD/plots

if ! command -v gnuplot >/dev/null; then
    echo 'skipped: no gnuplot here (Debian: gnuplot-nox)'
    exit 77
fi
mkdir -p "$results"

# A CSV as report.h describes it, from rows "variant shape ms gflops".
write_csv() { # write_csv CHAPTER, rows on stdin
    {
        echo '# device: soft GPU (not GPU performance)'
        echo '# cpu: Imaginary CPU, 2 cores'
        echo '# date: 2026-01-02T03:04:05Z'
        printf '%s%s%s\n' 'chapter,variant,backend,device,dtype,shape,flops,' \
            'bytes,ms_min,ms_median,ms_max,reps,gflops,gbytes_s,' \
            'pct_of_peak,max_rel_err,verified'
        while read -r variant shape ms gflops; do
            printf '%s,%s,cpu,soft GPU,fp32,%s,1,1,%s,%s,%s,3,%s,,,1e-7,yes\n' \
                "$1" "$variant" "$shape" "$ms" "$ms" "$ms" "$gflops"
        done
    } >"$results/$1.csv"
}

write_csv 03_tiled_matmul <<'END'
naive 64x64x64 0.1 5.1
tiled 64x64x64 0.2 2.6
naive 100x50x7 0.1 4.1
tiled 100x50x7 0.2 3.6
END
write_csv 05_register_tiling <<'END'
tiled 64x64x64 0.2 2.6
register_2d 64x64x64 0.1 9.1
END
write_csv 12_im2col_convolution <<'END'
direct conv1_b64 22 1
im2col_tiled conv1_b64 3 8
direct conv3_b64 8.6 5
END
write_csv 15_backprop <<'END'
naive mlp:b64 0.4 5
tiled mlp:b64 0.2 10
naive binary:b32 0.02 1
tiled binary:b32 0.06 1
END
printf '%s\n' net,epoch,train_loss,train_accuracy mlp,1,2.4,0.1 mlp,2,1.9,0.3 \
    binary,1,0.7,0.5 binary,2,0.6,0.8 >"$results/15_backprop_training.csv"
write_csv 18_cnn <<'END'
naive mnist-cnn:b64 230 4
tiled mnist-cnn:b64 70 15
END
printf '%s\n' epoch,train_loss,val_loss,val_accuracy,seconds,images_per_s \
    1,0.47,0.36,0.87,60,1000 2,0.37,0.33,0.89,60,1000 \
    >"$results/18_cnn_training.csv"
printf '%s\n' layer,kind,pass,ms 1,conv,forward,3.9 1,conv,backward,6.5 \
    2,dense,forward,0.2 2,dense,backward,0.3 >"$results/18_cnn_layers.csv"

expect 0 '' "$cookbook" plot 03 05 12 15 18
if grep -qi 'warning\|error' "$WORK/err"; then
    fail 'gnuplot complained'
fi
for picture in 03_tiled_matmul 05_register_tiling 12_im2col_convolution \
    15_backprop_step 15_backprop_training 18_cnn_step 18_cnn_layers \
    18_cnn_training; do
    holds grep -q '</svg>' "$pictures/$picture.svg"
    holds grep -q 'not GPU performance), on Imaginary CPU, 2 cores, 2026-01-02' \
        "$pictures/$picture.svg"
    # A PNG has this at its end only if it is complete.
    holds grep -q IEND "$pictures/$picture.png"
done
holds grep -q '>register_2d<' "$pictures/05_register_tiling.svg"
holds grep -q '>naive (chapter 03)<' "$pictures/05_register_tiling.svg"

expect 0 'GFLOP/s' "$cookbook" plot 3 --terminal
said 'naive.*tiled'
said 'not GPU performance'

# Other shapes than the usual ones, or one net of two: what is there is drawn.
write_csv 12_im2col_convolution <<'END'
direct conv2_b4 22 1
im2col_tiled conv2_b4 3 8
END
printf '%s\n' net,epoch,train_loss,train_accuracy mlp,1,2.4,0.1 mlp,2,1.9,0.3 \
    >"$results/15_backprop_training.csv"
expect 0 '12_im2col_convolution.svg' "$cookbook" plot 12
holds grep -q 'conv2, batch of 4' "$pictures/12_im2col_convolution.svg"
expect 0 '15_backprop_training.svg' "$cookbook" plot 15

# Nothing measured: a sentence, no picture, and not the last one either.
write_csv 03_tiled_matmul <<'END'
naive 64x64x64
tiled 64x64x64
END
expect 0 'nothing to draw: no measurements in .*03_tiled_matmul.csv' \
    "$cookbook" plot 03
holds test ! -e "$pictures/03_tiled_matmul.svg"
holds test ! -e "$pictures/03_tiled_matmul.png"
rm "$results/03_tiled_matmul.csv"
expect 0 'nothing to draw' "$cookbook" plot 03 --terminal
expect 0 '05_register_tiling.svg' "$cookbook" plot 05 # without the earlier one

finish
