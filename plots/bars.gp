# bars.gp -- milliseconds of each variant, side by side for each shape.
#
# For a script that sets `name` (the chapter), `heading`, `groups` (the shapes to
# show, as the CSV names them; all others if none of these was measured) and the
# function label(shape), how the axis names one.
csv = results . '/' . name . '.csv'
column_shown = 10
load 'plots/style.gp'

# Only what was measured this time.
shapes_measured = distinct(csv, 6)
there = ''
do for [g in groups] {
    if (strstrt(' ' . shapes_measured . ' ', ' ' . g . ' ')) {
        there = there . g . ' '
    }
}
groups = words(there) > 0 ? there : shapes_measured

variants = distinct(csv, 2)
count = words(variants)
width = 0.8 / count

# Where the bar of variant i stands: group 1 around x = 1, and so on; nowhere
# (NaN) if the row is of another variant or shape.
group(shape) = sum [g = 1:words(groups)] (word(groups, g) eq shape ? g : 0)
place(i) = strcol(2) eq word(variants, i) && group(strcol(6)) > 0 ? \
    group(strcol(6)) + (i - 0.5 * (count + 1)) * width : NaN
figure(ms) = ms >= 10 ? sprintf('%.0f', ms) : \
    ms >= 1 ? sprintf('%.1f', ms) : sprintf('%.2g', ms)

set title titled(heading, 'ms')
set ylabel 'time (ms), less is better'
set yrange [0:*]
set offsets 0, 0, graph 0.08, 0
# A single group is not to fill the whole picture with two bars.
beside = words(groups) > 1 ? 0.5 : 1
set xrange [1 - beside:words(groups) + beside]
set xtics scale 0 ('' 0)
do for [g = 1:words(groups)] {
    set xtics add (label(word(groups, g)) g)
}
plot for [i = 1:count] csv using (place(i)):10:(width * 0.92) \
        with boxes linetype i title word(variants, i), \
    for [i = 1:count] csv using (place(i)):10:(figure($10)) \
        with labels offset 0, 0.6 font small notitle
