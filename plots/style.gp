# style.gp -- what all pictures share: terminal, colours, caption.
#
# Every script here is called from the repository's root by ./cookbook plot:
#
#     gnuplot -e "terminal_kind = 'svg'" -e "results = 'build/results'" \
#             -e "picture = 'build/plots/03_tiled_matmul.svg'" \
#             plots/03_tiled_matmul.gp
#
# Before it loads this file, a script sets `csv`, the file with its numbers,
# `column_shown`, the column that holds them, and, where that file does not name
# the machine, `captioned`, one that does.  What was not measured is not drawn:
# one sentence says so instead.

if (!exists("captioned")) captioned = csv
measured = int(system(sprintf( \
    "awk -F, '!/^#/ && $%d + 0 > 0 { n++ } END { print n + 0 }' '%s' " . \
    "2>/dev/null || echo 0", column_shown, csv)))
if (measured == 0) {
    print "cookbook: nothing to draw: no measurements in " . csv
    exit gnuplot
}

set datafile separator ','
set datafile missing NaN    # rows of other variants: skip, do not interrupt

if (terminal_kind eq 'dumb') {
    set terminal dumb 100, 32 noenhanced
} else {
    if (terminal_kind eq 'svg') {
        set terminal svg size 800, 500 noenhanced background '#ffffff' \
            font 'DejaVu Sans, Arial, sans-serif, 13' linewidth 1.2
    } else {
        set terminal pngcairo size 1200, 750 noenhanced background '#ffffff' \
            font 'DejaVu Sans, 15' linewidth 1.8 pointscale 1.6
    }
    set output picture
}

# Okabe and Ito's palette, which colour-blind readers can tell apart; the first
# one, grey, is always the naive variant.  Shapes differ as well, for print.
array colours[8] = ['#7f7f7f', '#d55e00', '#0072b2', '#009e73', '#cc79a7', \
                    '#e69f00', '#56b4e9', '#000000']
array shapes[8] = [6, 7, 5, 9, 11, 13, 4, 8]
do for [i = 1:8] {
    set linetype i linewidth 2 linecolor rgb colours[i] pointtype shapes[i]
}

set border 3 linecolor rgb '#555555'
set tics nomirror out textcolor rgb '#333333'
set grid ytics linewidth 0.6 linecolor rgb '#dddddd'
set key outside top center horizontal Left reverse samplen 2.5
set style fill solid 0.9 noborder
set lmargin 10
set rmargin 3
set bmargin 5.2

# "# device: ..." and its like, from the head of a CSV.
said(file, what) = system(sprintf( \
    "sed -n 's/^# %s: //p' '%s' 2>/dev/null | head -n 1", what, file))

# Where the numbers come from.  A soft GPU's name says that its times are not
# GPU performance; the processor that ran it is named too.
caption(file) = said(file, 'device') . \
    (strstrt(said(file, 'device'), 'soft GPU') ? \
        ', on ' . said(file, 'cpu') : '') . \
    ', ' . substr(said(file, 'date'), 1, 10)
small = terminal_kind eq 'svg' ? ',10' : ',12'
set label 100 caption(captioned) at screen 0.012, 0.03 left front \
    font small textcolor rgb '#666666'

# A title.  In the terminal the y-axis has no label, so its unit stands here.
titled(text, unit) = terminal_kind ne 'dumb' ? text : \
    text . (strlen(text) ? '; ' : '') . 'y: ' . unit

along(text) = terminal_kind ne 'dumb' ? text : ''

# The distinct values of a column, in the order of the file.
distinct(file, column) = system(sprintf("awk -F, -v ORS=' ' " . \
    "'!/^#/ && seen++ && !had[$%d]++ { print $%d }' '%s' 2>/dev/null", \
    column, column, file))
