#!/bin/sh
# sync.sh -- book/sync.sh: listings and tables follow their sources.
. "$(dirname "$0")/lib.sh"
sync=$ROOT/book/sync.sh
cd "$WORK" || exit 3

cat >kernel.cu <<'END'
int before;
// ANCHOR: whole
void f(void)
{
    // ANCHOR: body
    // BEGIN SOLUTION
    if (1) {
        g("a & b \\ n");
    }
    // END SOLUTION
    // ANCHOR_END: body
}
// ANCHOR_END: whole
// ANCHOR: open
END
cat >text.md <<'END'
Before.
<!-- listing: kernel.cu#whole -->
stale
<!-- end -->
Between.
<!-- listing: kernel.cu#body -->
<!-- end -->
After.
END
cat >wanted.md <<'END'
Before.
<!-- listing: kernel.cu#whole -->
```c
void f(void)
{
    if (1) {
        g("a & b \\ n");
    }
}
```
<!-- end -->
Between.
<!-- listing: kernel.cu#body -->
```c
if (1) {
    g("a & b \\ n");
}
```
<!-- end -->
After.
END
cp text.md before.md
expect 1 'stale: text.md:2: listing: kernel.cu#whole' "$sync" --check text.md
said 'stale: text.md:6: listing: kernel.cu#body'
holds cmp text.md before.md # --check changes nothing
expect 0 'rewritten: text.md:2' "$sync" text.md
holds cmp text.md wanted.md
expect 0 '' "$sync" --check text.md
sed 's/g(/h(/' kernel.cu >changed && mv changed kernel.cu
expect 1 'stale: text.md:2' "$sync" --check text.md

# What cannot be served is refused by name, and the file stays as it was.
cannot() { # cannot PATTERN LINE...
    pattern_of=$1
    shift
    printf '%s\n' "$@" >bad.md
    cp bad.md bad.before
    expect 2 "$pattern_of" "$sync" bad.md
    holds cmp bad.md bad.before
}
cannot 'bad.md:1: there is no file .*nowhere.cu' \
    '<!-- listing: nowhere.cu#a -->' '<!-- end -->'
cannot 'has no // ANCHOR: none' '<!-- listing: kernel.cu#none -->' '<!-- end -->'
cannot 'does not end // ANCHOR: open' \
    '<!-- listing: kernel.cu#open -->' '<!-- end -->'
cannot 'FILE#ANCHOR' '<!-- listing: kernel.cu -->' '<!-- end -->'
cannot 'no <!-- end --> follows' '<!-- listing: kernel.cu#whole -->' text
cannot 'bad.md:2: the marker before this one has no' x \
    '<!-- listing: kernel.cu#whole -->' '<!-- listing: kernel.cu#whole -->'
cannot 'there is no file .*plots/data/none/x.csv' \
    '<!-- table: none/x.csv -->' '<!-- end -->'
expect 2 "unknown option '--bogus'" "$sync" --bogus

# A table, in a copy of the tree's outline.
mkdir -p tree/book tree/plots/data/gpu
cp "$sync" tree/book
cat >tree/plots/data/gpu/03.csv <<'END'
# device: Imaginary GPU
# date: 2026-01-02T03:04:05Z
chapter,variant,backend,device,dtype,shape,flops,bytes,ms_min,ms_median,ms_max,reps,gflops,gbytes_s,pct_of_peak,max_rel_err,verified
03,naive,cuda,Imaginary GPU,fp32,8x8x8,1,1,1,1.25,2,3,10.04,,50,1.2e-07,yes
END
printf '%s\n' '<!-- table: gpu/03.csv -->' '<!-- end -->' >tree/README.md
expect 0 rewritten tree/book/sync.sh
holds grep -qxF '| naive | 8x8x8 | 1.250 | 10.0 | -- | 1.2e-07 | yes |' \
    tree/README.md
holds grep -qx 'Measured on: Imaginary GPU, 2026-01-02.' tree/README.md
expect 0 '' tree/book/sync.sh --check

finish
