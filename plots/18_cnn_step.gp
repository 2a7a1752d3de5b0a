# Chapter 18: one training step with either matrix multiply.
name = '18_cnn'
heading = 'One training step of mnist-cnn: forward, backward and Adam'
groups = 'mnist-cnn:b64'
label(shape) = 'batch of ' . shape[strstrt(shape, ':') + 2:]
load 'plots/bars.gp'
