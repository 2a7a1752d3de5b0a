# Chapter 15: one training step with either matrix multiply.
name = '15_backprop'
heading = 'One training step: forward, backward and Adam'
groups = 'mlp:b64 binary:b32'
label(shape) = shape[:strstrt(shape, ':') - 1] . ', batch of ' . \
    shape[strstrt(shape, ':') + 2:]
load 'plots/bars.gp'
