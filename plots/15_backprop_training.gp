# Chapter 15: how the two small networks learn, epoch by epoch.
csv = results . '/15_backprop_training.csv'
captioned = results . '/15_backprop.csv'
column_shown = 3
load 'plots/style.gp'

of_net(net, column) = strcol(1) eq net ? column(column) : NaN
nets = distinct(csv, 1) # --net leaves one out
set multiplot layout 1, words(nets) title 'Training loss and accuracy'
set lmargin 9
set rmargin 9
set xlabel 'epoch'
set ytics nomirror
set y2tics nomirror 0, 0.2
set yrange [0:*]
set y2range [0:1.05]
set key inside right center vertical
set border 11
do for [net in nets] {
    set title titled(net, 'loss (left), accuracy (right)') font small
    set ylabel along('cross-entropy loss')
    set y2label along('accuracy') offset -1
    plot csv using 2:(of_net(net, 3)) with lines linetype 2 title 'loss', \
        '' using 2:(of_net(net, 4)) axes x1y2 with lines linetype 3 \
            dashtype 2 title 'accuracy'
    unset label 100
}
unset multiplot
