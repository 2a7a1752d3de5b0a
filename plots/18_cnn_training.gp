# Chapter 18: how the network learns, epoch by epoch.
csv = results . '/18_cnn_training.csv'
captioned = results . '/18_cnn.csv'
column_shown = 2
load 'plots/style.gp'

epochs = measured
set multiplot layout 1, 2 title 'Training mnist-cnn on real images'
set xlabel 'epoch'
set xrange [0.5:epochs + 0.5]
set xtics 1, epochs > 12 ? int(epochs / 6) : 1
set key inside top right vertical noopaque

set yrange [0:*]
set offsets 0, 0, graph 0.1, 0
set title titled('', 'cross-entropy loss') font small
set ylabel along('cross-entropy loss')
plot csv using 1:2 with linespoints linetype 2 title 'training', \
    '' using 1:3 with linespoints linetype 3 title 'validation'

unset label 100
stats csv using 4 nooutput
set offsets 0, 0, 0, 0
set yrange [floor(STATS_min * 10 - 0.5) / 10.0:1]
set title titled('', 'validation accuracy')
set ylabel along('accuracy on the validation images')
set key bottom right
plot csv using 1:4 with linespoints linetype 3 title 'validation', \
    '' using 1:4:(sprintf('%.3f', $4)) with labels offset 0, 1 font small \
        notitle
unset multiplot
