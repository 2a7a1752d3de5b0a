#!/bin/sh
# sync.sh -- keeps the text and the code from drifting apart.
#
# A Markdown file shows a piece of source or a table of results between two
# markers; this script writes what stands between them:
#
#     <!-- listing: matmul_naive.cu#kernel -->     the region between
#     ```c                                         // ANCHOR: kernel and
#     ...                                          // ANCHOR_END: kernel
#     ```                                          of a file beside the text
#     <!-- end -->
#
#     <!-- table: DEVICE/NN_name.csv -->           the rows of
#     | variant | shape | ...                      plots/data/DEVICE/...
#     <!-- end -->
#
# usage: book/sync.sh [--check] [FILE.md...]    (default: every chapter's text)
#
# --check changes nothing and fails, naming file and marker, where a listing or
# table is stale.  Exit codes: 0 all current, 1 stale, 2 a marker that cannot
# be served or wrong usage, 3 a file that cannot be written.
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 3

die() {
    printf 'sync.sh: %s\n' "$2" >&2
    exit "$1"
}

# The text with its markers served, on stdout; each marker's line number and
# name, if what stands there is stale, in the file `stale`.
serve() { # serve FILE.md
    awk -v text="${1#"$root"/}" -v folder="$(dirname -- "$1")" -v root="$root" \
        -v stale="$stale" '
    function fail(what) {
        gsub(root "/", "", what)
        printf "sync.sh: %s:%d: %s\n", text, start ? start : NR, what \
            > "/dev/stderr"
        failed = 1
        exit 2
    }

    # Lines of an anchored region.  Nested anchors, the marks of a lab
    # solution, and the indentation that all lines share are left out.
    function listing(file, anchor,    line, inside, found, n, i, lead, least,
                                      kept, out) {
        least = 1000
        while ((got = (getline line < file)) > 0) {
            if (line ~ ("// *ANCHOR: *" anchor " *$")) {
                inside = found = 1
            } else if (line ~ ("// *ANCHOR_END: *" anchor " *$")) {
                inside = 0
            } else if (inside &&
                       line !~ /\/\/ *(ANCHOR(_END)?:|(BEGIN|END) SOLUTION)/) {
                kept[++n] = line
                if (line !~ /^ *$/) {
                    match(line, /^ */)
                    lead = RLENGTH
                    if (lead < least) least = lead
                }
            }
        }
        close(file)
        if (got < 0) fail("there is no file " file)
        if (!found) fail(file " has no // ANCHOR: " anchor)
        if (inside) fail(file " does not end // ANCHOR: " anchor)
        if (n == 0) fail(file " has nothing in // ANCHOR: " anchor)
        out = file ~ /\.(sh|cmake|txt)$/ ? "```\n" : "```c\n"
        for (i = 1; i <= n; i++) out = out substr(kept[i], least + 1) "\n"
        return out "```\n"
    }

    function figure(x, format) {
        return x == "" ? "--" : sprintf(format, x)
    }

    # A CSV of another kind (a training curve, say): every column as it is.
    function plain_row(line) {
        gsub(/,/, " | ", line)
        return "| " line " |\n"
    }

    # Results as a table, with the machine they were measured on below it.
    function table(file,    line, f, i, name, col, out, device, date, rows,
                            plain, columns) {
        while ((got = (getline line < file)) > 0) {
            if (line ~ /^# device: /) device = substr(line, 11)
            else if (line ~ /^# cpu: /) cpu = substr(line, 8)
            else if (line ~ /^# date: /) date = substr(line, 9, 10)
            else if (line !~ /^#/ && !columns) {
                columns = split(line, name, ",")
                for (i in name) col[name[i]] = i
                if ("variant" in col) continue
                plain = plain_row(line) "|"
                for (i = 1; i <= columns; i++) plain = plain "--:|"
                plain = plain "\n"
            } else if (line !~ /^#/ && plain) {
                plain = plain plain_row(line)
                rows++
            } else if (line !~ /^#/) {
                split(line, f, ",")
                out = out sprintf("| %s | %s | %s | %s | %s | %s | %s |\n",
                    f[col["variant"]], f[col["shape"]],
                    figure(f[col["ms_median"]], "%.3f"),
                    figure(f[col["gflops"]], "%.1f"),
                    figure(f[col["gbytes_s"]], "%.1f"),
                    figure(f[col["max_rel_err"]], "%.1e"),
                    f[col["verified"]])
                rows++
            }
        }
        close(file)
        if (got < 0) fail("there is no file " file)
        if (!rows) fail(file " holds no results")
        if (plain) return plain
        return "| variant | shape | ms (median) | GFLOP/s | GB/s | error |" \
            " verified |\n|---|---|--:|--:|--:|--:|---|\n" out \
            "\nMeasured on: " device (device ~ /^soft GPU/ ? ", on " cpu : "") \
            ", " date ".\n"
    }

    /^<!-- (listing|table): .* -->$/ {
        if (start) fail("the marker before this one has no <!-- end -->")
        start = NR
        marker = $0
        sub(/^<!-- /, "", marker)
        sub(/ -->$/, "", marker)
        argument = marker
        sub(/^[a-z]*: */, "", argument)
        if (marker ~ /^listing/) {
            if (split(argument, part, "#") != 2)
                fail("a listing is written FILE#ANCHOR, not " argument)
            fresh = listing(folder "/" part[1], part[2])
        } else {
            fresh = table(root "/plots/data/" argument)
        }
        old = ""
        print
        next
    }
    start && /^<!-- end -->$/ {
        if (old != fresh) print start ": " marker > stale
        printf "%s", fresh
        start = 0
    }
    start { old = old $0 "\n"; next }
    { print }
    END { if (!failed && start) fail("no <!-- end --> follows " marker) }
    ' "$1"
}

check=
case ${1:-} in
--check) check=yes && shift ;;
--help | -h) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p;}' "$0" && exit 0 ;;
-*) die 2 "unknown option '$1'; there is --check" ;;
esac
if [ $# -eq 0 ]; then
    set -- "$root"/README.md "$root"/chapters/*/*.md "$root"/book/*.md
fi

work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
stale=$work/stale
status=0
for file; do
    [ -f "$file" ] || case $file in
    *'*'*) continue ;; # a pattern that matched nothing
    *) die 2 "there is no file $file" ;;
    esac
    : >"$stale"
    serve "$file" >"$work/fresh" || exit 2
    [ -s "$stale" ] || continue
    name=${file#"$root"/}
    if [ -n "$check" ]; then
        sed "s|^|sync.sh: stale: $name:|" "$stale" >&2
        status=1
    else
        # Into the file, not over it: its permissions stay as they are.
        cat "$work/fresh" >"$file" || die 3 "cannot write $name"
        sed "s|^|rewritten: $name:|" "$stale"
    fi
done
if [ $status -ne 0 ]; then
    echo 'sync.sh: book/sync.sh rewrites what is stale' >&2
fi
exit $status
