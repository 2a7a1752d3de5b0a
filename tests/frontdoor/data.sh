#!/bin/sh
# shellcheck disable=SC2016,SC2086 # for stand-ins to expand; lists of words
# data.sh -- ./cookbook data takes the right files and no others.
. "$(dirname "$0")/lib.sh"
cookbook=$ROOT/cookbook
debian=/usr/share/datasets/fashion-mnist

if [ ! -f "$debian/t10k-images-idx3-ubyte.gz" ]; then
    echo "skipped: no $debian here (Debian: dataset-fashion-mnist)"
    exit 77
fi

# The machine's own copy: found and verified, nothing written.
expect 0 '^Fashion-MNIST: 60,000 .* in /usr/share/datasets' "$cookbook" data
said 'train-images-idx3-ubyte: checksum right'
holds test ! -e "$COOKBOOK_BUILD/data"

# From a directory or a file:// address into our own place, named from where
# the reader stands.
expect 0 '60,000' "$cookbook" data --from "file://$debian"
holds cmp -s "$debian/t10k-labels-idx1-ubyte.gz" \
    "$COOKBOOK_BUILD/data/fashion-mnist/t10k-labels-idx1-ubyte.gz"
rm -r "$COOKBOOK_BUILD/data"
ln -s "$debian" "$WORK/here"
cd "$WORK" || exit 3
expect 0 "in $COOKBOOK_BUILD/data" "$cookbook" data fashion-mnist --from=here

# Unpacked files do as well.
mkdir "$WORK/plain"
for file in "$debian"/*.gz; do
    gzip -dc "$file" >"$WORK/plain/$(basename "$file" .gz)"
done
rm -r "$COOKBOOK_BUILD/data"
expect 0 '60,000' "$cookbook" data --from "$WORK/plain"

# $COOKBOOK_DATA is the only place, where it is set.
mkdir "$WORK/empty"
path=$WORK/path
only_commands "$path" $BARE
refused 2 "not in $WORK/empty.*get it with ./cookbook data .*apt-get install" \
    env PATH="$path" COOKBOOK_DATA="$WORK/empty" "$path/sh" "$cookbook" data
expect 0 "in $WORK/plain" env COOKBOOK_DATA="$WORK/plain" "$cookbook" data

# A download that breaks off in the second file goes on from there: the first
# is not fetched again, and curl is told to continue.
stand_in "$path" curl \
    "echo \"\$*\" >>'$WORK/curl.log'" \
    'while [ $# -gt 2 ]; do shift; done; to=$1 address=$2' \
    "from='$debian'/\${address##*/}" \
    "if [ -f '$WORK/line_up' ] || [ \$(grep -c . '$WORK/curl.log') -eq 1 ]" \
    'then cp "$from" "$to"' \
    'else head -c 1000 "$from" >"$to"; exit 56; fi'
download="env PATH=$path COOKBOOK_DATA=$WORK/empty $path/sh $cookbook data
    --from https://example.org/data"
expect 3 'downloading https://example.org/data/train-labels.*failed' $download
holds test -f "$WORK/empty/fashion-mnist/train-images-idx3-ubyte.gz"
holds test -f "$WORK/empty/fashion-mnist/train-labels-idx1-ubyte.gz.part"
: >"$WORK/line_up"
expect 0 'Fashion-MNIST: 60,000' $download
holds test "$(grep -c 'train-images' "$WORK/curl.log")" -eq 1
holds test "$(grep -c -e '-C -' "$WORK/curl.log")" -eq 5

# Bad files, each alone among good ones: refused by name, nothing kept.
bad() { # bad PATTERN: $WORK/bad has one bad file
    rm -rf "$COOKBOOK_BUILD/data"
    expect 2 "$1" "$cookbook" data --from "$WORK/bad"
    said "from '$WORK/bad' was not taken"
    holds test ! -e "$COOKBOOK_BUILD/data/fashion-mnist/$2.gz"
    holds test ! -e "$COOKBOOK_BUILD/data/fashion-mnist/$2.gz.part"
    expect 2 "$1" env COOKBOOK_DATA="$WORK/bad" "$cookbook" data
    rm -rf "$WORK/bad"
    cp -r "$debian" "$WORK/bad"
}
cp -r "$debian" "$WORK/bad"
head -c 100000 "$debian/t10k-images-idx3-ubyte.gz" \
    >"$WORK/bad/t10k-images-idx3-ubyte.gz"
bad 't10k-images-idx3-ubyte.gz.* is damaged: it unpacks to [0-9]+ bytes, and' \
    t10k-images-idx3-ubyte
cp "$debian/t10k-images-idx3-ubyte.gz" "$WORK/bad/train-images-idx3-ubyte.gz"
bad 'train-images-idx3-ubyte.gz.* is damaged' train-images-idx3-ubyte
cp "$debian/train-labels-idx1-ubyte.gz" "$WORK/bad/t10k-labels-idx1-ubyte.gz"
bad 't10k-labels-idx1-ubyte.gz.* is damaged' t10k-labels-idx1-ubyte
{
    gzip -dc "$debian/t10k-labels-idx1-ubyte.gz" | head -c 10007
    printf '\1'
} | gzip >"$WORK/bad/t10k-labels-idx1-ubyte.gz"
bad 't10k-labels-idx1-ubyte.gz.* checksum is another' t10k-labels-idx1-ubyte
rm "$WORK/bad/t10k-labels-idx1-ubyte.gz"
expect 2 "has no file t10k-labels-idx1-ubyte.gz and no" \
    "$cookbook" data --from "$WORK/bad"
expect 2 "has no file train-images" "$cookbook" data --from "$WORK/nowhere"

finish
