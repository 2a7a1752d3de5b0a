# Chapter 18: where the time of a training step goes.
csv = results . '/18_cnn_layers.csv'
captioned = results . '/18_cnn.csv'
column_shown = 4
load 'plots/style.gp'

of_pass(which) = strcol(3) eq which ? $4 : NaN
shift(which) = $1 + (which eq 'forward' ? -0.2 : 0.2)
figure(ms) = ms >= 10 ? sprintf('%.0f', ms) : \
    ms >= 1 ? sprintf('%.1f', ms) : sprintf('%.2g', ms)

set title titled('Time of each layer of mnist-cnn in a training step', 'ms')
set ylabel 'time (ms), less is better'
set yrange [0:*]
set offsets 0.1, 0.1, graph 0.08, 0
set xtics scale 0 ('' 0)
kinds = system(sprintf("awk -F, '$3 == \"forward\" { print $2 }' '%s'", csv))
do for [i = 1:words(kinds)] {
    set xtics add (sprintf('%d: %s', i, word(kinds, i)) i)
}
passes = 'forward backward'
plot for [i = 1:2] csv using (shift(word(passes, i))): \
        (of_pass(word(passes, i))):(0.36) \
        with boxes linetype i + 1 title word(passes, i), \
    for [i = 1:2] csv using (shift(word(passes, i))): \
        (of_pass(word(passes, i))):(figure($4)) \
        with labels offset 0, 0.6 font small notitle
