# matmul.gp -- GFLOP/s over matrix size, a curve for each variant.
#
# For a script that sets `name` (the chapter) and `heading`, and may set
# `earlier`, another chapter: those of its variants that `name` does not
# measure itself are drawn dashed, for comparison.
csv = results . '/' . name . '.csv'
column_shown = 13
load 'plots/style.gp'

# The size of "512x512x512"; of another shape, that of the cube with as much
# work.
first_of(s) = real(strstrt(s, 'x') ? s[:strstrt(s, 'x') - 1] : s)
rest_of(s) = s[strstrt(s, 'x') + 1:]
size(s) = (first_of(s) * first_of(rest_of(s)) * \
    first_of(rest_of(rest_of(s)))) ** (1 / 3.0)

variants = distinct(csv, 2)
# Variants of the earlier chapter that this one does not measure: dashed.
others = ''
if (exists("earlier")) {
    before = results . '/' . earlier . '.csv'
    do for [v in distinct(before, 2)] {
        if (!strstrt(' ' . variants, ' ' . v . ' ')) {
            others = others . v . ' '
        }
    }
}
# The x of a row: its size, or nowhere if it is another variant's.
at(variant) = strcol(2) eq variant ? size(strcol(6)) : NaN

set title titled(heading, 'GFLOP/s')
set xlabel 'matrix size M = N = K'
set ylabel 'GFLOP/s, more is better'
set logscale x 2
set xtics format '%.0f'
# A single size would leave the axis without a length.
if (words(distinct(csv, 6)) == 1) {
    middle = size(word(distinct(csv, 6), 1))
    set xrange [middle / 2:middle * 2]
}
set offsets graph 0.04, graph 0.04, graph 0.06, 0
set yrange [0:*]
if (words(others) == 0) {
    plot for [i = 1:words(variants)] csv using (at(word(variants, i))):13 \
        with linespoints linetype i title word(variants, i)
} else {
    plot for [v in others] before using (at(v)):13 with linespoints \
            linetype 1 dashtype 2 title v . ' (chapter ' . earlier[1:2] . ')', \
        for [i = 1:words(variants)] csv using (at(word(variants, i))):13 \
            with linespoints linetype i + 1 title word(variants, i)
}
