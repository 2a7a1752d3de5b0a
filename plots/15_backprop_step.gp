# Chapter 15: one training step with either matrix multiply.
name = '15_backprop'
heading = 'One training step: forward, backward and Adam'
groups = 'mlp:b64 binary:b32'
array labels[2] = ['mlp, batch of 64', 'binary, batch of 32']
load 'plots/bars.gp'
