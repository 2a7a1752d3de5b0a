# Chapter 18: one training step with either matrix multiply.
name = '18_cnn'
heading = 'One training step of mnist-cnn: forward, backward and Adam'
groups = 'mnist-cnn:b64'
array labels[1] = ['batch of 64']
load 'plots/bars.gp'
